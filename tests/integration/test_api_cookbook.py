"""docs/api.md is run as it stands: every ```sh block against a live server with an admin's token."""
import os
import re
import shutil
import subprocess

import pytest

from tests.support.masthead import ROOT, Masthead
from tests.support.waiting import wait_until

SNIPPETS = re.findall(r"^(\S[^\n]*)\n\n```sh\n(.*?)```", (ROOT / "docs" / "api.md").read_text(), re.M | re.S)


@pytest.fixture(scope="module")
def shell(tmp_path_factory):
    with Masthead(tmp_path_factory.mktemp("cookbook") / "m") as server:
        server.set_up()
        wait_until(lambda: server.nodes("GET", "nodes")["nodes"], 30, "the live view has nodes")
        scopes = server.api("GET", "me")["principal"]["permissions"]
        token = server.api("POST", "tokens", {"name": "cookbook", "scopes": scopes})["secret"]
        env = {"PATH": os.environ["PATH"], "MASTHEAD": f"https://{server.host}:{server.port}", "TOKEN": token, "CURL_CA_BUNDLE": str(server.data / "tls" / "cert.pem"),
               "HOME": str(server.dir)}
        yield lambda script: subprocess.run(["bash", "-euo", "pipefail", "-c", script], env=env, capture_output=True, text=True, timeout=60)


def test_there_are_snippets():
    assert len(SNIPPETS) >= 10


@pytest.mark.skipif(shutil.which("jq") is None or shutil.which("curl") is None, reason="the cookbook is for curl and jq. Remedy: apt install curl jq")
@pytest.mark.parametrize("title,script", SNIPPETS, ids=[re.sub(r"\W+", "-", title)[:40].strip("-") for title, _ in SNIPPETS])
def test_snippet(shell, title, script):
    done = shell(script)
    assert done.returncode == 0, f"{title}\n{done.stdout}\n{done.stderr}"
    assert done.stdout.strip() and "null" not in done.stdout.split(), f"{title}\n{done.stdout}"
