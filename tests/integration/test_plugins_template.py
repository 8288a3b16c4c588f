"""The template as a third party would use it: installed SDK, find_package, its own test, then loaded by a Masthead that pins it."""
import hashlib
import pathlib
import shutil
import subprocess

from tests.support.masthead import BUILD, ROOT, Masthead


def run(*command, cwd=None):
    done = subprocess.run([str(word) for word in command], cwd=cwd, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, f"{command}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
    return done.stdout


def test_the_template_builds_against_the_installed_sdk_and_loads(tmp_path):
    prefix, work = tmp_path / "prefix", tmp_path / "sample-source"
    run("cmake", "--install", BUILD, "--prefix", prefix, "--component", "dev")
    shutil.copytree(prefix / "share/masthead/sdk/template", work)
    run("cmake", "-B", "build", "-G", "Ninja", f"-DCMAKE_PREFIX_PATH={prefix}", cwd=work)
    run("cmake", "--build", "build", cwd=work)
    run("ctest", "--test-dir", "build", cwd=work)
    built = work / "build/plugins/sample-source"
    exported = run("nm", "-D", "--defined-only", built / "sample-source.so").split()
    assert exported[2::3] == ["mh_entry_v1"], exported

    folder = tmp_path / "plugins"
    shutil.copytree(built, folder / "sample-source")
    pin = hashlib.sha256((built / "plugin.sums").read_bytes()).hexdigest()
    with Masthead(tmp_path / "masthead", {"plugins": {"dir": str(folder), "enabled": [{"id": "sample-source", "sha256": pin}]}}) as server:
        server.set_up()
        shown = server.api("GET", "plugins")["plugins"][0]
        assert (shown["id"], shown["state"], shown["origin"]) == ("sample-source", "running", "pinned"), shown


def test_plugins_include_the_sdk_only():
    sources = [p for p in pathlib.Path(ROOT, "plugins").glob("*/src/**/*") if p.suffix in (".cpp", ".hpp")]
    assert sources
    for source in sources:
        for line in source.read_text().splitlines():
            assert not line.startswith('#include "host/'), f"{source}: {line}"
