"""The pages for people without an account, in a browser, against a whole Masthead on the stand-in."""
import json
import os
import re
import shutil
import subprocess

import pytest

from tests.support.masthead import ROOT, Masthead

SETTINGS = {"plugins": {"enabled": ["nodes", "onboarding"], "settings": {"onboarding": {"per_address_hour": 1000, "per_hour": 10000}}}}
needed = [name for name in ("node", "chromium", "zbarimg") if not shutil.which(name)]
browser = pytest.mark.skipif(bool(needed) or not (ROOT / "web" / "node_modules").is_dir(),
                             reason=f"needs {', '.join(needed) or 'web/node_modules'}; ./dev test installs it")


def registration_routes(masthead):
    routes = json.loads((masthead.data / "run" / "allowlist.json").read_text())["routes"]
    return [route for route in routes if route["path"].startswith("/register/")]


def test_paths_files_and_headers(tmp_path):
    with Masthead(tmp_path, SETTINGS) as masthead:
        assert registration_routes(masthead)[0]["target"] == "console", "the plugin answers before headscale"
        page = masthead.request("GET", "/connect")
        assert page.status == 200 and "script-src 'self'" in page.headers["Content-Security-Policy"]
        assert page.headers["Cache-Control"] == "no-store"
        assets = re.findall(r'(?:href|src)="(/public/p/onboarding/[0-9a-f]+/[^"]+)"', page.body)
        assert any(name.endswith("pages.js") for name in assets) and any(name.endswith("pages.css") for name in assets)
        for name in set(assets):
            file = masthead.request("GET", name)
            assert file.status == 200 and "immutable" in file.headers["Cache-Control"], name
        digest = assets[0].split("/")[4]
        assert masthead.request("GET", assets[0].replace(digest, "0" * len(digest))).status == 404
        assert masthead.request("GET", f"/public/p/onboarding/{digest}/../onboarding.js").status in (400, 404)
        assert masthead.request("GET", f"/public/p/onboarding/{digest}/onboarding.js").status == 404, "the admins' pages are not below /public"


def test_registration_is_left_to_headscale_when_not_granted(tmp_path):
    settings = {"plugins": {"enabled": ["onboarding"], "settings": {"onboarding": {"public_paths": ["/connect"]}}}}
    with Masthead(tmp_path, settings) as masthead:
        assert [route["target"] for route in registration_routes(masthead)] == ["headscale"]
        assert masthead.request("GET", "/connect").status == 200
        assert masthead.request("GET", "/request").status == 404


@browser
def test_people_without_an_account(tmp_path):
    with Masthead(tmp_path, SETTINGS) as masthead:
        masthead.set_up()
        masthead.nodes("POST", "users", {"name": "ada"}, expect=(200, 201, 409))
        env = dict(os.environ, MASTHEAD_E2E_URL=f"https://{masthead.host}:{masthead.port}", MASTHEAD_E2E_COOKIE=masthead.cookie,
                   MASTHEAD_E2E_CSRF=masthead.csrf, MASTHEAD_E2E_DATA=str(masthead.data), MASTHEAD_E2E_SCREENSHOTS=str(tmp_path / "screenshots"))
        done = subprocess.run(["node", "tests/e2e/onboarding_public.spec.mjs"], cwd=ROOT, env=env, capture_output=True, text=True, timeout=600)
        assert done.returncode == 0, f"{done.stdout[-6000:]}\n{done.stderr[-3000:]}\n{masthead.log()}"
