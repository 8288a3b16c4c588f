"""The cases of the client interface (contract_client), against every headscale to be had: the stand-in in both modes, and
every real program in $MASTHEAD_TEST_HEADSCALE_DIR/<version>/headscale."""
import os
import subprocess

import pytest

from tests.contract.headscale_target import BUILD, Target, real_versions

CLIENT = BUILD / "bin" / "contract_client"
DEMO = BUILD / "bin" / "headscale-demo"
# PolicyNeverSet needs a headscale without a policy: first.
SUITES = ["PolicyNeverSet", "Server", "Users", "PreAuthKeys", "ApiKeys", "Nodes", "Registrations", "PolicySet"]
REMEDY = "put release programs at $MASTHEAD_TEST_HEADSCALE_DIR/<version>/headscale (default ~/.cache/masthead/headscale)"


def targets():
    found = {f"demo-{api}": (DEMO, api, ["--api", api, "--nodes", "0", "--users", "0"]) for api in ("0.29", "0.30")}
    for version, program in real_versions().items():
        found[f"real-{version}"] = (program, version, [])
    return found


TARGETS = targets()


@pytest.fixture(scope="module", params=list(TARGETS))
def target(request):
    program, version, arguments = TARGETS[request.param]
    if not program.exists():
        pytest.skip(f"{program} is not built; build the target headscale-demo")
    running = Target(program, version, arguments)
    yield running
    # After the cases, not right after the start: headscale installs its signal handlers last and dies of an early SIGTERM.
    assert running.stop() == 0, "headscale did not end with 0 on SIGTERM"


@pytest.mark.parametrize("suite", SUITES)
def test_client(target, suite):
    environment = dict(os.environ, MASTHEAD_CONTRACT_SOCKET=str(target.socket), MASTHEAD_CONTRACT_VERSION=target.version)
    ran = subprocess.run([str(CLIENT), suite], env=environment, capture_output=True, text=True, timeout=300)
    assert ran.returncode == 0, f"{ran.stdout}\n{ran.stderr}\n--- headscale's log ---\n{target.text()[-3000:]}"


def test_a_real_headscale_was_there():
    if not real_versions():
        pytest.skip(f"no real headscale on this machine. Remedy: {REMEDY}")
    assert any(name.startswith("real-") for name in TARGETS)
