"""Runs the parts of the test suite and closes with the plain line "N passed, N failed[, N skipped]".

Each part prints its own output; a part that cannot run here is skipped with its reason and the remedy. Exit 1 when a test failed,
a part broke, or nothing ran.
"""
import argparse
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ElementTree

ROOT = pathlib.Path(__file__).resolve().parents[1]
PLAIN = re.compile(r"^(?:\S+: )?(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$", re.M)
ANSI = re.compile(r"\x1b\[[0-9;]*m")
PARTS = ["unit", "contract", "integration", "web", "e2e", "real"]


class Totals:
    def __init__(self):
        self.passed = self.failed = self.skipped = 0
        self.notes = []

    def add(self, passed, failed, skipped=0):
        self.passed += passed
        self.failed += failed
        self.skipped += skipped

    def skip(self, group, reason, remedy, required):
        if required:
            self.failed += 1
            self.notes.append(f"FAILED {group}: {reason}. Remedy: {remedy}")
        else:
            self.skipped += 1
            self.notes.append(f"skipped {group}: {reason}. Remedy: {remedy}")

    def line(self):
        skipped = f", {self.skipped} skipped" if self.skipped else ""
        return f"{self.passed} passed, {self.failed} failed{skipped}"


def heading(text):
    print(f"\n--- {text} ---", flush=True)


def plain(totals, name, command, env=None, timeout=1800):
    """A program that ends with the plain line; a crash or a missing line is one failure."""
    print(f"[{name}]", flush=True)
    started = time.monotonic()
    output = ""
    with subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace") as process:
        try:
            for line in process.stdout:
                line = ANSI.sub("", line)
                output += line
                if not PLAIN.match(line.strip()):
                    sys.stdout.write(line)
            code = process.wait(timeout)
        except BaseException:
            process.kill()
            raise
    found = PLAIN.findall(output)
    passed, failed, skipped = (sum(int(row[i] or 0) for row in found) for i in range(3))
    if not found or (code != 0 and failed == 0):
        failed += 1
        totals.notes.append(f"FAILED {name}: exit code {code}" + ("" if found else ", no closing line"))
    elif failed:
        totals.notes.append(f"FAILED {name}: {failed} of {passed + failed}")
    totals.add(passed, failed, skipped)
    print(f"[{name}] {passed} ok, {failed} wrong, {time.monotonic() - started:.1f} s", flush=True)


def pytest(totals, name, folder, build, extra=(), prefix=()):
    report = build / f"report-{name}.xml"
    report.unlink(missing_ok=True)
    env = dict(os.environ, MASTHEAD_BUILD=str(build.resolve()), PYTHONDONTWRITEBYTECODE="1", PYTHONPATH=str(ROOT))
    started = time.monotonic()
    code = subprocess.call([*prefix, sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--tb=short", f"--junitxml={report}", *extra, folder],
                           cwd=ROOT, env=env)
    if not report.exists():
        totals.add(0, 1)
        totals.notes.append(f"FAILED {name}: pytest wrote no report (exit code {code})")
        return
    suite = ElementTree.parse(report).getroot().find("testsuite")
    count = {key: int(suite.get(key, 0)) for key in ("tests", "failures", "errors", "skipped")}
    failed = count["failures"] + count["errors"]
    for case in suite.iter("testcase"):
        skipped = case.find("skipped")
        if skipped is not None:
            totals.notes.append(f"skipped {case.get('classname', '')}.{case.get('name', '')}: {skipped.get('message')}")
        if case.find("failure") is not None or case.find("error") is not None:
            totals.notes.append(f"FAILED {case.get('classname', '')}.{case.get('name', '')}")
    if code not in (0, 1) and failed == 0:
        failed += 1
        totals.notes.append(f"FAILED {name}: pytest exit code {code}")
    totals.add(count["tests"] - count["failures"] - count["errors"] - count["skipped"], failed, count["skipped"])
    print(f"[{name}] {time.monotonic() - started:.1f} s", flush=True)


def unit(totals, build, prefix="unit"):
    for program in sorted((build / "bin").glob("unit_*")):
        plain(totals, f"{prefix}.{program.name[5:]}", [str(program)])


def asan(totals, _build):
    build = ROOT / "build" / "asan"
    subprocess.check_call(["./dev", "build", "asan"], cwd=ROOT)
    os.environ.setdefault("UBSAN_OPTIONS", "print_stacktrace=1")
    unit(totals, build, "asan")


def contract(totals, build):
    pytest(totals, "contract", "tests/contract", build)


def integration(totals, build):
    pytest(totals, "integration", "tests/integration", build)


def web(totals, _build):
    npm = shutil.which("npm")
    node_modules = ROOT / "web" / "node_modules"
    if not node_modules.exists():
        subprocess.check_call(["bash", "-c", "source tools/setup.sh; setup_node; npm ci --prefix web --no-audit --no-fund"], cwd=ROOT)
    if not npm:
        os.environ["PATH"] = f"{ROOT}/build/node/bin:{os.environ['PATH']}"
    plain(totals, "web.check", ["npm", "run", "--silent", "--prefix", "web", "check:plain"])
    plain(totals, "web.unit", ["npm", "run", "--silent", "--prefix", "web", "test:plain"])


def e2e(totals, build):
    """A whole Masthead on the stand-in per width, driven by a real browser."""
    chromium = shutil.which("chromium")
    if not chromium:
        totals.skip("e2e", "no chromium on this machine", "apt-get install chromium", False)
        return
    sys.path.insert(0, str(ROOT))
    os.environ["MASTHEAD_BUILD"] = str(build)
    from tests.support.masthead import Masthead
    node_path = f"{ROOT}/build/node/bin:{os.environ['PATH']}"
    for width in ("1280", "360"):
        with tempfile.TemporaryDirectory(prefix="mh-e2e-") as directory, Masthead(directory, {"auth": {"session_rate": 20, "session_burst": 60}}) as server:
            env = dict(os.environ, PATH=node_path, MASTHEAD_E2E_URL=f"https://localhost:{server.port}", MASTHEAD_E2E_WIDTH=width,
                       MASTHEAD_E2E_SETUP_TOKEN=server.setup_token(), MASTHEAD_E2E_CHROMIUM=chromium, MASTHEAD_E2E_DATA=str(server.data),
                       MASTHEAD_E2E_SCREENSHOTS=str(build / "screenshots"))
            plain(totals, f"e2e.{width}", ["node", "tests/e2e/run.mjs"], env)
    plain(totals, "e2e.pages", ["node", "tests/e2e/run.mjs", "--pages"], dict(os.environ, PATH=node_path))


def real(totals, build):
    required = "real" in os.environ.get("MASTHEAD_REQUIRE", "").split(",")
    sys.path.insert(0, str(ROOT))
    from tests.real import programs
    versions = programs.headscale_versions()
    if not versions:
        totals.skip("real", f"no real headscale in {programs.headscale_dir()}", programs.HEADSCALE_REMEDY, required)
        return
    if os.geteuid() != 0:
        totals.skip("real", "a network namespace of its own needs root", "run as root", required)
        return
    try:
        programs.tailscale_dir()
    except LookupError as missing:
        totals.skip("real", str(missing), programs.TAILSCALE_REMEDY, required)
        return
    pytest(totals, "real", "tests/real", build, prefix=["unshare", "-n", "--"])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", default="build/dev", type=pathlib.Path)
    parser.add_argument("parts", nargs="*")
    arguments = parser.parse_args()
    wanted = []
    for part in arguments.parts or ["all"]:
        wanted += PARTS if part == "all" else [part]
    unknown = [part for part in wanted if part not in PARTS + ["asan"]]
    if unknown:
        parser.error(f"unknown part {unknown[0]!r}; the parts are {', '.join(PARTS)}, asan")
    totals = Totals()
    build = (ROOT / arguments.build).resolve()
    for part in wanted:
        heading(part)
        try:
            globals()[part](totals, build)
        except (subprocess.CalledProcessError, OSError) as error:
            totals.add(0, 1)
            totals.notes.append(f"FAILED {part}: {error}")
    heading("result")
    for note in totals.notes:
        print(note)
    print(totals.line(), flush=True)
    sys.exit(1 if totals.failed or totals.passed == 0 else 0)


if __name__ == "__main__":
    main()
