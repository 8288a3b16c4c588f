"""The pages for people without an account, in a browser, against a whole Masthead on the stand-in."""
import os
import shutil
import subprocess

import pytest

from tests.support.masthead import ROOT, Masthead

needed = [name for name in ("node", "chromium", "zbarimg") if not shutil.which(name)]
pytestmark = pytest.mark.skipif(bool(needed) or not (ROOT / "web" / "node_modules").is_dir(),
                                reason=f"needs {', '.join(needed) or 'web/node_modules'}; ./dev test installs it")


def test_people_without_an_account(tmp_path):
    settings = {"plugins": {"enabled": ["nodes", "onboarding"], "settings": {"onboarding": {"per_address_hour": 1000, "per_hour": 10000}}}}
    with Masthead(tmp_path, settings) as masthead:
        masthead.set_up()
        masthead.nodes("POST", "users", {"name": "ada"}, expect=(200, 201, 409))
        env = dict(os.environ, MASTHEAD_E2E_URL=f"https://{masthead.host}:{masthead.port}", MASTHEAD_E2E_COOKIE=masthead.cookie,
                   MASTHEAD_E2E_CSRF=masthead.csrf, MASTHEAD_E2E_DATA=str(masthead.data), MASTHEAD_E2E_SCREENSHOTS=str(tmp_path / "screenshots"))
        done = subprocess.run(["node", "tests/e2e/onboarding_public.spec.mjs"], cwd=ROOT, env=env, capture_output=True, text=True, timeout=600)
        assert done.returncode == 0, f"{done.stdout[-6000:]}\n{done.stderr[-3000:]}\n{masthead.log()}"
