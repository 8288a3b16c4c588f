"""The pages for people without an account, in a browser, against a whole Masthead on the stand-in."""
import json
import re

import pytest

from tests.support.browser import SPEC_NEEDS, run_spec, spec_can_run
from tests.support.masthead import Masthead

SETTINGS = {"plugins": {"enabled": ["nodes", "onboarding"], "settings": {"onboarding": {"per_address_hour": 1000, "per_hour": 10000}}}}
browser = pytest.mark.skipif(not spec_can_run(), reason=SPEC_NEEDS)


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
        run_spec(masthead, "onboarding_public", tmp_path, MASTHEAD_E2E_DATA=str(masthead.data))


@browser
def test_a_phone_and_a_desktop_at_once(tmp_path):
    with Masthead(tmp_path, SETTINGS) as masthead:
        masthead.set_up()
        masthead.nodes("POST", "users", {"name": "ada"}, expect=(200, 201, 409))
        run_spec(masthead, "onboarding_together", tmp_path, MASTHEAD_E2E_DATA=str(masthead.data))
