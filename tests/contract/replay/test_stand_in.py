"""The stand-in as a process: its command line, signals, state over kill -9, faults, tunnels and invented clients."""
import http.client
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess

import pytest

from tests.contract.headscale_target import Target
from tests.contract.replay import session
from tests.support.waiting import wait_until

EMPTY = ["--nodes", "0", "--users", "0", "--churn", "0"]


class StandIn(Target):
    """`again()` starts the same program on the same files."""

    def __init__(self, api="0.30", arguments=EMPTY):
        self.command = ["--api", api, *arguments]
        super().__init__(session.DEMO, api, self.command)
        config = (self.folder / "config.yaml").read_text()
        self.debug = int(config.split("metrics_listen_addr: 127.0.0.1:")[1].split("\n")[0])

    def again(self):
        self.process = subprocess.Popen([str(session.DEMO), "serve", "-c", str(self.folder / "config.yaml"), *self.command], stdout=self.log, stderr=self.log)
        wait_until(self.ready, 30, "the stand-in to be ready again")

    def request(self, method, path, body=None, port=None, over_socket=False):
        connection = session.UnixConnection(self.socket) if over_socket else http.client.HTTPConnection("127.0.0.1", port or self.http, timeout=20)
        connection.request(method, path, json.dumps(body) if body is not None else None, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        return answer.status, json.loads(text) if text.startswith(("{", "[")) else text

    def api(self, method, path, body=None):
        return self.request(method, path, body, over_socket=True)

    def demo(self, path, body):
        return self.request("POST", path, body, port=self.debug)


@pytest.fixture
def start():
    if not session.DEMO.exists():
        pytest.skip(f"{session.DEMO} is not built; build the target headscale-demo")
    running = []

    def starter(*arguments, **named):
        running.append(StandIn(*arguments, **named))
        return running[-1]

    yield starter
    for target in running:
        target.stop()
        shutil.rmtree(target.folder, ignore_errors=True)


def run(*arguments):
    return subprocess.run([session.DEMO, *arguments], capture_output=True, text=True, timeout=20)


def test_version_has_headscales_form():
    assert run("version").stdout.startswith("headscale version v0.29.2-demo\n")
    assert json.loads(run("version", "-o", "json", "--api", "0.30").stdout)["version"] == "v0.30.0-demo"


def test_a_wrong_configuration_ends_with_code_one(tmp_path):
    (tmp_path / "config.yaml").write_text("server_url: nowhere\n")
    for command in ("serve", "configtest"):
        ended = run(command, "-c", tmp_path / "config.yaml")
        assert ended.returncode == 1 and ended.stderr.startswith("Error: configuration error: "), ended
    assert run("serve", "-c", tmp_path / "none.yaml").returncode == 1


@pytest.mark.parametrize("api", ["0.29", "0.30"])
def test_signals(start, api):
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT):
        target = start(api)
        target.process.send_signal(number)
        assert target.process.wait(20) == 0
        assert "Headscale stopped" in target.text()


def test_reload_is_said(start):
    target = start()
    target.process.send_signal(signal.SIGHUP)
    wait_until(lambda: "Received SIGHUP, reloading ACL policy" in target.text(), 10, "the reload")
    assert target.ready()


def test_nothing_acknowledged_is_lost_by_kill(start):
    target = start()
    kept = []
    for round_number in range(5):
        for i in range(20):
            name = f"user-{round_number}-{i}"
            status, _ = target.api("POST", "/api/v1/user", {"name": name})
            assert status == 200
            kept.append(name)
        target.process.kill()
        target.process.wait(10)
        assert target.socket.exists()  # stale: the next start must remove it
        target.again()
    _, answer = target.api("GET", "/api/v1/user")
    assert [user["name"] for user in answer["users"]] == kept


def test_the_fleet_stays_over_a_restart(start):
    target = start("0.30", ["--nodes", "30", "--users", "5", "--churn", "0"])
    shown = ("id", "name", "givenName", "ipAddresses", "tags", "approvedRoutes")
    before = [{k: node[k] for k in shown} for node in target.api("GET", "/api/v1/node")[1]["nodes"]]
    target.process.send_signal(signal.SIGTERM)
    assert target.process.wait(20) == 0
    target.again()
    after = [{k: node[k] for k in shown} for node in target.api("GET", "/api/v1/node")[1]["nodes"]]
    assert len(before) == 30 and before == after
    devices = target.api("GET", "/api/v2/tailnet/-/devices")[1]["devices"]
    assert len(devices) == 30 and all(device["os"] and device["clientVersion"] for device in devices)


def test_nodes_come_and_go(start):
    target = start("0.30", ["--nodes", "30", "--users", "5", "--churn", "20ms"])
    online = lambda: tuple(node["online"] for node in target.api("GET", "/api/v1/node")[1]["nodes"])
    first = online()
    wait_until(lambda: online() != first, 20, "a node to come or go")


def test_faults_on_demand(start, tmp_path):
    faults = tmp_path / "faults.json"

    def tell(value):
        (tmp_path / "new").write_text(json.dumps(value))
        os.replace(tmp_path / "new", faults)

    target = start("0.30", [*EMPTY, "--faults", str(faults)])
    tell({"errors": {"ListUsers": {"code": 13, "message": "asked for", "count": 2}, "GET /health": {"code": 503, "message": "no"}}})
    assert [target.api("GET", "/api/v1/user")[0] for _ in range(3)] == [500, 500, 200]
    assert target.request("GET", "/health")[0] == 503
    tell({"hang": True})
    connection = session.UnixConnection(target.socket)
    connection.request("GET", "/api/v1/user")
    connection.sock.settimeout(0.3)
    with pytest.raises(TimeoutError):
        connection.sock.recv(1)
    connection.sock.settimeout(20)
    tell({})
    assert connection.sock.recv(15) == b"HTTP/1.1 200 OK"
    connection.close()
    tell({"crash_after_ms": 0})
    assert target.process.wait(20) == 2


def tunnel(target, head):
    raw = socket.create_connection(("127.0.0.1", target.http), 20)
    raw.sendall(head + b"early")
    got = b""
    while b"\r\n\r\n" not in got:
        part = raw.recv(4096)
        assert part, got
        got += part
    return raw, *got.split(b"\r\n\r\n", 1)


def exactly(raw, have, count):
    while len(have) < count:
        part = raw.recv(65536)
        assert part, f"closed after {len(have)} of {count} bytes"
        have += part
    return have


def test_tunnels_echo_every_byte(start):
    target = start("0.29")
    head = (b"POST /ts2021 HTTP/1.1\r\nHost: x\r\nConnection: upgrade\r\nUpgrade: tailscale-control-protocol\r\n"
            b"X-Tailscale-Handshake: AAAA\r\nContent-Length: 0\r\n\r\n")
    raw, answer, rest = tunnel(target, head)
    assert answer.startswith(b"HTTP/1.1 101 Switching Protocols\r\n") and b"Upgrade: tailscale-control-protocol" in answer
    assert exactly(raw, rest, 5) == b"early"
    block = os.urandom(300_000)
    raw.sendall(block)
    assert exactly(raw, b"", len(block)) == block
    raw.close()
    raw, answer, _ = tunnel(target, head.replace(b"X-Tailscale-Handshake: AAAA\r\n", b""))
    assert answer.startswith(b"HTTP/1.1 400 ")
    raw.close()
    key = b"GET /ts2021 HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    raw, answer, _ = tunnel(target, key)
    assert b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo=" in answer
    raw.close()


def test_invented_clients(start):
    target = start()
    _, made = target.api("POST", "/api/v1/user", {"name": "ada"})
    _, key = target.api("POST", "/api/v1/preauthkey", {"user": made["user"]["id"], "expiration": "2099-01-01T00:00:00Z"})
    status, joined = target.demo("/debug/demo/join", {"hostname": "Lap Top", "authKey": key["preAuthKey"]["key"]})
    assert status == 200 and joined["node"]["online"] and joined["node"]["givenName"] == "lap-top"
    assert target.demo("/debug/demo/join", {"hostname": "b", "authKey": key["preAuthKey"]["key"]}) == (400, {"error": "authkey already used"})
    assert target.demo("/debug/demo/join", {"hostname": "b", "authKey": "hskey-auth-no"}) == (400, {"error": "AuthKey not found"})
    _, born_expired = target.api("POST", "/api/v1/preauthkey", {"user": made["user"]["id"]})
    assert target.demo("/debug/demo/join", {"hostname": "b", "authKey": born_expired["preAuthKey"]["key"]}) == (400, {"error": "authkey expired"})
    _, waiting = target.demo("/debug/demo/join", {"hostname": "phone"})
    path = waiting["url"].split(str(target.http), 1)[1]
    assert waiting["authId"] in target.request("GET", path)[1]
    status, registered = target.api("POST", "/api/v1/auth/register", {"user": "ada", "authId": waiting["authId"]})
    node = registered["node"]["id"]
    wait_until(lambda: target.api("GET", f"/api/v1/node/{node}")[1]["node"]["online"], 10, "the registered client to come online")
    assert target.demo("/debug/demo/online", {"node": node, "online": False})[0] == 200
    assert not target.api("GET", f"/api/v1/node/{node}")[1]["node"]["online"]


def test_the_socket_is_private(start):
    target = start("0.29")
    assert target.socket.stat().st_mode & 0o777 == 0o600
    state = pathlib.Path(target.folder / "db.sqlite.demo.jsonl")
    assert state.stat().st_mode & 0o077 == 0
