"""schemathesis in a virtual environment of its own below the build folder, and one run of it against a live Masthead."""
import json
import os
import pathlib
import subprocess
import sys

import pytest

from .masthead import BUILD, ROOT

VERSION = "4.32.5"
FOLDER = BUILD.resolve() / "schemathesis"
REMEDY = f"reach a Python package index once, so that pip can install schemathesis {VERSION} into {FOLDER}"


def program():
    """The path of the command line, installed on first use; skips (or fails, with MASTHEAD_REQUIRE=schemathesis) without a package index."""
    found = FOLDER / VERSION / "bin" / "schemathesis"
    if found.exists():
        return found
    environment = FOLDER / VERSION
    steps = [[sys.executable, "-m", "venv", environment], [environment / "bin" / "pip", "install", "--quiet", "--disable-pip-version-check", f"schemathesis=={VERSION}"]]
    for step in steps:
        done = subprocess.run(step, capture_output=True, text=True, timeout=600)
        if done.returncode != 0:
            reason = f"schemathesis cannot be installed: {(done.stderr or done.stdout).strip().splitlines()[-1:]}. Remedy: {REMEDY}"
            if "schemathesis" in os.environ.get("MASTHEAD_REQUIRE", "").split(","):
                pytest.fail(reason)
            pytest.skip(reason)
    return found


class Run:
    def __init__(self, code, output, seen):
        self.code, self.output, self.seen = code, output, seen

    def succeeded(self):
        return {name for name, status in self.seen if 200 <= status < 300}


def run(masthead, directory, name, document, seeds, headers, seconds, examples, phases="examples,coverage,fuzzing", options=()):
    """One run over the operations of `document`; findings are in the output, statuses in `seen`."""
    directory.mkdir(parents=True, exist_ok=True)
    files = {part: directory / f"{name}.{part}" for part in ("openapi.json", "seeds.json", "seen")}
    files["openapi.json"].write_text(json.dumps(document))
    files["seeds.json"].write_text(json.dumps(seeds))
    files["seen"].write_text("")
    config = directory / f"{name}.toml"
    # 503: headscale may be restarting. 501: the stand-in answers what its headscale version cannot do.
    config.write_text('[checks.not_a_server_error]\nexpected-statuses = ["2xx", "3xx", "4xx", "501", "503"]\n'
                      # A schema cannot say all: a name is taken, a password weak, an id that of nothing, two members exclude each other.
                      '[checks.positive_data_acceptance]\nexpected-statuses = ["2xx", "3xx", "4xx", "501", "503"]\n')
    command = [program(), "--config-file", config, "run", files["openapi.json"], "--url", f"https://{masthead.host}:{masthead.port}", "--tls-verify",
               str(masthead.data / "tls" / "cert.pem"), "--phases", phases, "--max-examples", str(examples), "--seed", "7", "--no-shrink", "--continue-on-failure",
               # Methods and Allow are edge's for the whole of /admin/: test_undeclared_methods_are_refused looks behind it.
               "--exclude-checks", "unsupported_method,allow_header_conformance", "--suppress-health-check", "all", "--warnings", "off", "--request-timeout", "30", "--max-time", str(seconds), *options]
    for header in headers:
        command += ["-H", header]
    env = dict(os.environ, SCHEMATHESIS_HOOKS="tests.support.schemathesis_hooks", PYTHONPATH=str(ROOT), MASTHEAD_SEEDS=str(files["seeds.json"]),
               MASTHEAD_SEEN=str(files["seen"]), NO_COLOR="1")
    done = subprocess.run(command, cwd=directory, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", timeout=seconds + 300)
    pathlib.Path(directory / f"{name}.log").write_text(done.stdout)
    seen = [(line.rsplit(" ", 1)[0], int(line.rsplit(" ", 1)[1])) for line in files["seen"].read_text().splitlines()]
    return Run(done.returncode, done.stdout, seen)
