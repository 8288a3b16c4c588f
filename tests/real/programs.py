"""Where the real programs are. headscale is looked up, never built; Tailscale's client is installed by Go where there is one."""
import functools
import os
import pathlib
import re
import shutil
import subprocess

CACHE = pathlib.Path(os.environ.get("XDG_CACHE_HOME", pathlib.Path.home() / ".cache")) / "masthead"
TAILSCALE_VERSION = "v1.98.8"
HEADSCALE_REMEDY = ("put release programs at $MASTHEAD_TEST_HEADSCALE_DIR/<version>/headscale (default ~/.cache/masthead/headscale); "
                    "`masthead headscale fetch` gets one where the release host can be reached")
TAILSCALE_REMEDY = "install Go 1.26 or later, or point $MASTHEAD_TEST_TAILSCALE_DIR at a folder with tailscale and tailscaled"


def headscale_dir():
    return pathlib.Path(os.environ.get("MASTHEAD_TEST_HEADSCALE_DIR", CACHE / "headscale"))


def headscale_versions():
    """[(version, path)] of every real program found, oldest first."""
    found = [(path.parent.name, path) for path in headscale_dir().glob("*/headscale") if os.access(path, os.X_OK)]
    return sorted(found, key=lambda item: [int(n) for n in re.findall(r"\d+", item[0])])


def config_version(name):
    """The version to state in the configuration for a folder name: "0.30-dev" is "0.30.0"."""
    numbers = re.findall(r"\d+", name)
    return ".".join((numbers + ["0", "0"])[:3])


def _go_is_new_enough():
    if not shutil.which("go"):
        return False
    found = re.search(r"go1\.(\d+)", subprocess.run(["go", "version"], capture_output=True, text=True).stdout)
    return bool(found) and int(found[1]) >= 26


@functools.lru_cache(maxsize=None)
def tailscale_dir():
    """The folder with tailscale and tailscaled; LookupError when they cannot be had here."""
    for folder in (os.environ.get("MASTHEAD_TEST_TAILSCALE_DIR"), CACHE / "tailscale"):
        if folder and all(os.access(pathlib.Path(folder) / name, os.X_OK) for name in ("tailscale", "tailscaled")):
            return pathlib.Path(folder)
    if not _go_is_new_enough():
        raise LookupError("no Tailscale client and no Go 1.26")
    target = CACHE / "tailscale"
    target.mkdir(parents=True, exist_ok=True)
    print(f"installing Tailscale {TAILSCALE_VERSION} with Go (about three minutes) ...", flush=True)
    modules = [f"tailscale.com/cmd/{name}@{TAILSCALE_VERSION}" for name in ("tailscale", "tailscaled")]
    built = subprocess.run(["go", "install", *modules], env=dict(os.environ, GOBIN=str(target)), capture_output=True, text=True)
    if built.returncode:
        raise LookupError("go install of the Tailscale client failed: " + built.stderr.strip()[-300:])
    return target
