"""The whole program on the stand-in: what `./dev run --demo` gives, and what happens when its processes are killed."""
import os
import signal
import socket
import ssl
import subprocess
import threading

import pytest

from tests.support.masthead import BIN, EMAIL, Masthead, alive, descendants
from tests.support.waiting import wait_until

TUNNELS = 200


@pytest.fixture(scope="module")
def masthead(tmp_path_factory):
    with Masthead(tmp_path_factory.mktemp("whole")) as server:
        server.set_up()
        yield server


class Tunnel:
    """One upgraded /ts2021 connection to the stand-in, which echoes every byte."""

    def __init__(self, masthead, index):
        raw = socket.create_connection((masthead.host, masthead.port), 20)
        self.sock = masthead.context().wrap_socket(raw, server_hostname=masthead.host)
        self.sock.sendall((f"POST /ts2021 HTTP/1.1\r\nHost: {masthead.host}:{masthead.port}\r\nConnection: upgrade\r\n"
                           "Upgrade: tailscale-control-protocol\r\nX-Tailscale-Handshake: AAAA\r\nContent-Length: 0\r\n\r\n").encode())
        head = b""
        while b"\r\n\r\n" not in head:
            got = self.sock.recv(4096)
            assert got, f"closed before the upgrade: {head!r}"
            head += got
        assert head.startswith(b"HTTP/1.1 101"), head
        self.early = head.split(b"\r\n\r\n", 1)[1]
        self.index = index
        self.sent = 0

    def exchange(self, size=2000):
        """Sends a distinct block and reads the very same bytes back."""
        block = (f"{self.index}:{self.sent}:".encode() * size)[:size]
        self.sent += 1
        self.sock.sendall(block)
        got = self.early
        self.early = b""
        while len(got) < size:
            part = self.sock.recv(65536)
            assert part, f"tunnel {self.index} closed after {len(got)} of {size} bytes"
            got += part
        assert got == block, f"tunnel {self.index} changed its bytes"

    def close(self):
        self.sock.close()


def exchange_all(tunnels):
    """All tunnels at once from a few threads; returns the errors."""
    errors = []

    def work(part):
        for tunnel in part:
            try:
                tunnel.exchange()
            except (AssertionError, OSError, ssl.SSLError) as error:
                errors.append(f"{tunnel.index}: {error}")
    threads = [threading.Thread(target=work, args=(tunnels[i::8],)) for i in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return errors


@pytest.fixture
def tunnels(masthead):
    opened = [Tunnel(masthead, i) for i in range(TUNNELS)]
    yield opened
    for tunnel in opened:
        tunnel.close()


def test_first_admin_sees_headscale_and_its_nodes(masthead):
    me = masthead.api("GET", "me")
    assert me["principal"]["email"] == EMAIL and me["demo"] is True
    status = masthead.api("GET", "status")
    assert status["headscale"]["state"] == "ready"
    listed = wait_until(lambda: masthead.nodes("GET", "nodes")["nodes"], 10, "the fleet")
    assert len(listed) == 12
    pages = masthead.api("GET", "shell")["pages"]
    assert {page["plugin"] for page in pages} == {"nodes"}
    for page in pages:
        assert masthead.request("GET", page["module"]).status == 200, page


def test_setup_token_is_void_once_used(masthead):
    answer = masthead.request("POST", "/admin/api/v1/setup", {"token": "A" * 43, "email": "x@example.org", "name": "X",
                                                              "password": "another long passphrase 7"}, cookie="none=1")
    assert answer.status in (403, 409), answer
    assert masthead.api("GET", "setup")["needed"] is False


def test_console_killed_tunnels_lose_no_byte(masthead, tunnels):
    assert exchange_all(tunnels) == []
    old = masthead.kill_child("console")
    assert exchange_all(tunnels) == [], "while the console is down"
    wait_until(lambda: masthead.child("console")["pid"] != old and masthead.request("GET", "/admin/api/v1/me").status == 200, 2,
               "console back within 2 s, the session still valid")
    assert exchange_all(tunnels) == [], "after the console is back"


def test_headscale_killed_is_ready_within_five_seconds(masthead):
    old = masthead.kill_child("headscale")
    wait_until(lambda: masthead.child("headscale")["state"] == "ready" and masthead.child("headscale")["pid"] != old, 5, "headscale ready again")
    tunnel = wait_until(lambda: Tunnel(masthead, 0), 5, "a new tunnel")
    tunnel.exchange()
    tunnel.close()
    wait_until(lambda: masthead.nodes("GET", "nodes")["stale"] is False, 10, "a fresh list")
    assert len(masthead.nodes("GET", "nodes")["nodes"]) == 12, "state kept over the kill"


def test_known_state_is_served_while_headscale_is_away(masthead):
    masthead.control(cmd="stop", child="headscale")
    wait_until(lambda: masthead.child("headscale")["state"] in ("held", "stopped"), 20, "headscale stopped")
    listed = wait_until(lambda: (lambda n: n["stale"] and n)(masthead.nodes("GET", "nodes")), 15, "the list is marked stale")
    assert len(listed["nodes"]) == 12
    refused = masthead.request("GET", "/key?v=113")
    assert refused.status == 503 and refused.headers["Retry-After"]
    masthead.control(cmd="start", child="headscale")
    masthead.wait_ready(["headscale"], 20)


def test_status_command_prints_the_tree(masthead):
    done = subprocess.run([BIN / "masthead", "status", "--config", masthead.config_file], capture_output=True, text=True, timeout=10)
    assert done.returncode == 0, done.stderr
    for name in ("headscale", "console", "edge"):
        assert name in done.stdout and str(masthead.child(name)["pid"]) in done.stdout


def test_second_serve_names_the_holder(masthead):
    done = subprocess.run([BIN / "masthead", "serve", "--config", masthead.config_file], capture_output=True, text=True, timeout=10)
    assert done.returncode == 1
    assert str(masthead.process.pid) in done.stderr + done.stdout


def test_supervisor_killed_leaves_no_child_and_starts_clean(masthead):
    children = descendants(masthead.process.pid)
    assert len(children) >= 3
    os.kill(masthead.process.pid, signal.SIGKILL)
    masthead.process.wait(5)
    wait_until(lambda: not [pid for pid in children if alive(pid)], 10, "no child survives")
    masthead.start()
    assert masthead.api("GET", "me")["principal"]["email"] == EMAIL


def test_stop_ends_everything_in_time(tmp_path):
    server = Masthead(tmp_path).start()
    children = descendants(server.process.pid)
    tunnel = Tunnel(server, 0)
    assert server.stop(timeout=20) == 0, server.log()
    assert not [pid for pid in children if alive(pid)]
    tunnel.close()
