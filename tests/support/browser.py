"""Runs a browser test of tests/e2e against a started Masthead, for tests that bring the Masthead and the devices."""
import os
import shutil
import subprocess

from .masthead import ROOT

_missing = [name for name in ("node", "chromium", "zbarimg") if not shutil.which(name)]
SPEC_NEEDS = f"needs {', '.join(_missing) or 'web/node_modules'}; ./dev test installs it"


def spec_can_run():
    return not _missing and (ROOT / "web" / "node_modules").is_dir()


def run_spec(masthead, name, tmp_path, timeout=600, **extra):
    """tests/e2e/<name>.spec.mjs with an admin's session; `extra`: more of its environment, such as where its devices are."""
    env = dict(os.environ, MASTHEAD_E2E_URL=f"https://{masthead.host}:{masthead.port}", MASTHEAD_E2E_COOKIE=masthead.cookie,
               MASTHEAD_E2E_CSRF=masthead.csrf, MASTHEAD_E2E_SCREENSHOTS=str(tmp_path / "screenshots"), **extra)
    done = subprocess.run(["node", f"tests/e2e/{name}.spec.mjs"], cwd=ROOT, env=env, capture_output=True, text=True, timeout=timeout)
    assert done.returncode == 0, f"{done.stdout[-6000:]}\n{done.stderr[-3000:]}\n{masthead.log()}"
    return done.stdout
