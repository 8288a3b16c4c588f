"""Plugins that end the console, hang or do not fit: who is blamed, what goes on, how it comes back."""
import shutil
import subprocess

import pytest

from tests.support.masthead import BIN, BUILD, Masthead, alive
from tests.support.waiting import wait_until

TEST_PLUGINS = BUILD / "test-plugins"


def start(tmp_path, ids, **plugins):
    """A Masthead whose plugin folder holds the shipped nodes plugin and copies of the test plugins `ids`."""
    folder = tmp_path / "plugins"
    shutil.copytree(BUILD / "plugins" / "nodes", folder / "nodes")
    shutil.copy(BUILD / "plugins" / "core.sums", folder)
    for name in ids:
        shutil.copytree(TEST_PLUGINS / name, folder / name)
    settings = {"plugins": {"dir": str(folder), "enabled": ["nodes", *ids], "allow_unsigned": list(ids), **plugins}}
    return Masthead(tmp_path / "masthead", settings)


def shown(server, name):
    return next(p for p in server.api("GET", "plugins")["plugins"] if p["id"] == name)


def crasher(server, method, path, **kw):
    return server.request(method, "/admin/api/p/crasher/" + path, **kw)


def make_it_crash(server, path="crash"):
    """Sends the deadly request and waits until another console answers with the same session."""
    before = server.child("console")["pid"]
    try:
        answer = crasher(server, "POST", path)
        assert answer.status in (502, 503, 504), answer
    except OSError:
        pass  # edge may close the connection of a request that was under way
    wait_until(lambda: not alive(before), 10, "the console is dead")
    wait_until(lambda: server.child("console")["state"] == "ready" and server.child("console")["pid"] != before, 10, "a new console")
    wait_until(lambda: server.request("GET", "/admin/api/v1/me").status == 200, 5, "the session is still valid")


def test_a_crash_is_attributed_backed_off_quarantined_and_released(tmp_path):
    server = start(tmp_path, ["crasher"])
    with server:
        server.set_up()
        edge, headscale = server.child("edge")["pid"], server.child("headscale")["pid"]
        assert crasher(server, "GET", "ok").status == 200
        for number, (path, signal) in enumerate((("crash", "SIGSEGV"), ("abort", "SIGABRT"), ("exit", "exit"), ("crash", "SIGSEGV"), ("crash", "SIGSEGV")), 1):
            make_it_crash(server, path)
            now = shown(server, "crasher")
            assert (now["last_crash"]["signal"], now["last_crash"]["entry"], now["last_crash"]["version"]) == (signal, path, "1.0.0"), now
            assert shown(server, "nodes")["state"] == "running"
            assert server.nodes("GET", "nodes")["nodes"]
            if number < 5:
                assert now["state"] in ("backoff", "running"), now
                wait_until(lambda: crasher(server, "GET", "ok").status == 200, 15, "the plugin is loaded again after its backoff")
        assert shown(server, "crasher")["state"] == "quarantined"
        refused = crasher(server, "GET", "ok")
        assert refused.status == 503 and "quarantined" in refused.json["detail"], refused
        crashes = [r for r in server.api("GET", "audit?limit=100")["records"] if r["action"] == "core.plugins.crash"]
        assert len(crashes) == 5 and {r["object"] for r in crashes} == {"crasher"}

        server.kill_child("console")
        wait_until(lambda: server.request("GET", "/admin/api/v1/me").status == 200, 10, "the console is back")
        assert shown(server, "crasher")["state"] == "quarantined", "a restart does not end a quarantine"
        assert shown(server, "nodes")["last_crash"] is None, "a kill from outside blames nobody"
        listed = subprocess.run([BIN / "masthead", "plugin", "release", "crasher", "--config", server.config_file], capture_output=True, text=True, timeout=30)
        assert listed.returncode == 0, listed
        wait_until(lambda: crasher(server, "GET", "ok").status == 200, 5, "the released plugin runs")
        assert (server.child("edge")["pid"], server.child("headscale")["pid"]) == (edge, headscale)


def test_a_hanging_call_is_answered_and_three_disable_the_plugin(tmp_path):
    with start(tmp_path, ["crasher"]) as server:
        server.set_up()
        console = server.child("console")["pid"]
        for _ in range(3):
            assert crasher(server, "POST", "hang").status == 504
        wait_until(lambda: shown(server, "crasher")["state"] == "quarantined", 10, "the plugin is disabled")
        assert "hang did not return" in shown(server, "crasher")["reason"]
        assert server.child("console")["pid"] == console
        assert server.nodes("GET", "nodes")["nodes"]


@pytest.mark.parametrize("name,reason", [
    ("wrong-abi", "the ABI version: expected 1, found 2"),
    ("mismatch", 'expected "1.0.0" as in plugin.json, found "9.9.9"'),
    ("unbound", "plugin.json declares routes the shared object does not bind: declared"),
])
def test_a_plugin_that_does_not_fit_stops_nobody_else(tmp_path, name, reason):
    with start(tmp_path, [name]) as server:
        server.set_up()
        refused = shown(server, name)
        assert refused["state"] == "refused" and reason in refused["reason"], refused
        assert shown(server, "nodes")["state"] == "running"


def test_trust_is_asked_for_before_code_runs(tmp_path):
    server = start(tmp_path, ["sampler"], allow_unsigned=[])
    (tmp_path / "plugins" / "nodes" / "nodes.so").chmod(0o666)
    with server:
        server.set_up()
        assert "write it under plugins.enabled as {id: sampler, sha256: " in shown(server, "sampler")["reason"]
        assert "nodes.so has the mode 0666" in shown(server, "nodes")["reason"]
        offline = subprocess.run([BIN / "masthead", "plugin", "list", "--config", server.config_file], capture_output=True, text=True, timeout=30)
        assert offline.stdout.count("refused") == 2
    alone = subprocess.run([BIN / "masthead", "plugin", "list", "--config", server.config_file], capture_output=True, text=True, timeout=30)
    assert alone.returncode == 0 and alone.stdout.count("refused") == 2 and "write it under plugins.enabled as {id: sampler, sha256: " in alone.stdout, alone
