"""Upgrades and what becomes of them: raw relays, byte for byte, with back-pressure and half-close; refusals of everything else."""
import hashlib
import os
import select
import socket
import ssl
import threading

import pytest

from tests.support.edge import HOST, Edge, response
from tests.support.waiting import wait_until

NATIVE = ["Upgrade: tailscale-control-protocol", "Connection: upgrade", "X-Tailscale-Handshake: AAAA"]
WEBSOCKET = ["Upgrade: websocket", "Connection: keep-alive, Upgrade", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Version: 13",
             "Sec-WebSocket-Protocol: tailscale-control-protocol"]


@pytest.fixture(scope="module")
def edge(tmp_path_factory):
    with Edge(tmp_path_factory.mktemp("edge")) as running:
        yield running


def opened(edge):
    return [line for line in edge.lines if line["type"] == "tunnel" and line["event"] == "opened"]


def closed(edge):
    return [line for line in edge.lines if line["type"] == "tunnel" and line["event"] == "closed"]


@pytest.mark.parametrize("method,target,fields", [
    ("POST", "/ts2021", NATIVE),
    ("POST", "/ts2021", ["Upgrade: Tailscale-Control-Protocol", "Connection: keep-alive, Upgrade", "Content-Length: 0"]),
    ("GET", "/ts2021?X-Tailscale-Handshake=AA%2BA", WEBSOCKET),
    ("GET", "/derp", ["Upgrade: DERP", "Connection: Upgrade"]),
])
def test_an_upgrade_becomes_a_raw_relay(edge, method, target, fields):
    before, reported = len(edge.headscale.requests), len(opened(edge))
    with edge.client() as client:
        reply = client.ask(method, target, fields)
        assert reply.status == 101
        request = edge.headscale.requests[before]
        assert request.target == target and request.get("upgrade") == fields[0].split(": ")[1]
        for field in fields:
            name, value = field.split(": ", 1)
            if name.lower().startswith(("sec-websocket", "x-tailscale")):
                assert request.get(name) == value
        for payload in (b"\x00", b"GET /metrics HTTP/1.1\r\n\r\n", os.urandom(100000)):
            client.send(payload)
            assert client.read(len(payload)) == payload
        edge.wait_line(lambda line: line["type"] == "tunnel" and len(opened(edge)) > reported, "tunnel opened")
        assert opened(edge)[-1] == {"type": "tunnel", "event": "opened", "path": target.split("?")[0], "client": "127.0.0.1"}
    wait_until(lambda: len(closed(edge)) == len(opened(edge)), 5, "the tunnel's end to be reported")


def test_early_data_waits_for_the_switch(tmp_path):
    switch = threading.Event()
    seen = []

    def answer(request, connection):
        switch.wait(10)
        connection.sendall(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: tailscale-control-protocol\r\nConnection: upgrade\r\n\r\nhello first")
        seen.append(connection.recv(100))
        return None

    with Edge(tmp_path, headscale=answer) as edge:
        with edge.client() as client:
            client.send(f"POST /ts2021 HTTP/1.1\r\nHost: {HOST}\r\n".encode() + "\r\n".join(NATIVE).encode() + b"\r\n\r\nearly")
            wait_until(lambda: edge.headscale.requests, 5, "the request")
            assert b"early" not in edge.headscale.raw
            switch.set()
            assert client.reply().status == 101
            assert client.read(11) == b"hello first"
            wait_until(lambda: seen == [b"early"], 5, "the early data")


@pytest.mark.parametrize("method,target,fields,status", [
    ("POST", "/ts2021", ["Upgrade: h2c", "Connection: Upgrade, HTTP2-Settings", "HTTP2-Settings: AAMAAABkAAQAAP__"], 400),
    ("POST", "/ts2021", ["Upgrade: websocket, tailscale-control-protocol", "Connection: upgrade"], 400),
    ("POST", "/ts2021", ["Upgrade: tailscale-control-protocol", "Upgrade: websocket", "Connection: upgrade"], 400),
    ("POST", "/ts2021", [], 426),
    ("POST", "/ts2021", ["Upgrade: tailscale-control-protocol", "Connection: close"], 400),
    ("POST", "/ts2021", ["Upgrade: tailscale-control-protocol"], 400),
    ("POST", "/ts2021", NATIVE + ["Content-Length: 30"], 400),
    ("POST", "/ts2021", NATIVE + ["Transfer-Encoding: chunked"], 400),
    ("PUT", "/ts2021", NATIVE, 405),
    ("GET", "/derp", [], 426),
])
def test_refused_upgrades_never_reach_headscale(edge, method, target, fields, status):
    before = edge.headscale.accepted
    with edge.client() as client:
        reply = client.ask(method, target, fields)
        assert reply.status == status
        if status != 405:
            client.send(f"GET /key HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode())
            assert client.rest() == b""
    assert edge.headscale.accepted == before


def test_upgrade_fields_elsewhere_are_dropped(edge):
    for target, fields in (("/key", ["Upgrade: websocket", "Connection: Upgrade"]), ("/admin/", ["Upgrade: h2c", "Connection: Upgrade, HTTP2-Settings"])):
        with edge.client() as client:
            assert client.ask("GET", target, fields).status == 200
            request = (edge.console if target == "/admin/" else edge.headscale).requests[-1]
            assert request.get("upgrade") is None and request.get("http2-settings") is None


@pytest.mark.parametrize("name,answer,status", [
    ("refused by headscale", response(426, b"no", reason="Upgrade Required"), 426),
    ("answered plainly", response(200, b"plain"), 200),
    ("another protocol", b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n", 502),
    ("no protocol", b"HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\n\r\n", 502),
    ("nonsense", b"SSH-2.0-OpenSSH\r\n\r\n", 502),
])
def test_no_tunnel_without_a_fitting_101(tmp_path, name, answer, status):
    with Edge(tmp_path, headscale=lambda _request, _connection: answer) as edge:
        with edge.client() as client:
            assert client.ask("POST", "/ts2021", NATIVE).status == status, name
            try:
                client.send(b"GET /api/v1/node HTTP/1.1\r\nHost: x\r\n\r\n")
            except OSError:
                pass
            assert client.rest() == b""
        assert not opened(edge) and b"/api" not in edge.headscale.raw


def test_headscale_that_never_answers_an_upgrade_is_given_up(tmp_path):
    """The deadline itself is 10 s: the case ends earlier because headscale's connection breaks."""
    def answer(_request, connection):
        connection.shutdown(socket.SHUT_RDWR)
        return None

    with Edge(tmp_path, headscale=answer) as edge:
        assert edge.ask("POST", "/ts2021", NATIVE).status == 502


def test_two_hundred_tunnels_lose_no_byte(tmp_path):
    with Edge(tmp_path) as edge:
        failures = []

        def one(index):
            try:
                with edge.client(timeout=60) as client:
                    assert client.ask("POST", "/ts2021", NATIVE).status == 101
                    started.wait(60)
                    proceed.wait(60)
                    sent, got = hashlib.sha256(), hashlib.sha256()
                    for turn in range(20):
                        payload = os.urandom(1 + (index * 7919 + turn * 104729) % 20000)
                        client.send(payload)
                        sent.update(payload)
                        got.update(client.read(len(payload)))
                    assert sent.digest() == got.digest()
            except Exception as error:  # collected: a thread's failure must fail the test
                failures.append(f"tunnel {index}: {error!r}")

        started, proceed = threading.Barrier(201), threading.Event()
        threads = [threading.Thread(target=one, args=(index,)) for index in range(200)]
        for thread in threads:
            thread.start()
        started.wait(60)
        edge.wait_line(lambda line: line["type"] == "counts" and line["tunnels"] == 200, "a report of 200 tunnels")
        proceed.set()
        for thread in threads:
            thread.join()
        assert failures == []
        wait_until(lambda: len(closed(edge)) == 200, 10, "200 closed tunnels")
        edge.wait_line(lambda line: line["type"] == "counts" and line["tunnels"] == 0 and edge.lines.index(line) > 200, "a report of 0 tunnels")


def test_both_directions_at_once_with_odd_sizes(edge):
    total = 8 << 20
    block = os.urandom(1 << 20)
    twice = block + block
    with edge.client(timeout=60) as client:
        assert client.ask("POST", "/ts2021", NATIVE).status == 101
        received, sent, turn = bytearray(client.data), 0, 0
        client.tls.setblocking(False)
        piece = b""
        while len(received) < total:
            if not piece and sent < total:
                size = min(total - sent, 1 + (turn * 31) % 65536)
                piece = twice[sent % len(block):sent % len(block) + size]
                turn += 1
            moved = False
            try:
                if piece:
                    count = client.tls.send(piece)
                    sent, piece, moved = sent + count, piece[count:], True
            except (ssl.SSLWantWriteError, ssl.SSLWantReadError):
                pass
            try:
                got = client.tls.recv(1 + (turn * 17) % 70000)
                assert got, "closed early"
                received, moved = received + got, True
            except (ssl.SSLWantWriteError, ssl.SSLWantReadError):
                pass
            if not moved:
                ready = select.select([client.tls], [client.tls] if piece else [], [], 20)
                assert ready[0] or ready[1], f"stalled at {len(received)} of {sent} bytes"
        assert hashlib.sha256(received).digest() == hashlib.sha256(block * (total >> 20)).digest()


def test_backpressure_reaches_the_sender(tmp_path):
    release = threading.Event()
    received = []

    def answer(request, connection):
        connection.sendall(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: tailscale-control-protocol\r\nConnection: upgrade\r\n\r\n")
        release.wait(30)
        while got := connection.recv(1 << 20):
            received.append(len(got))
        return None

    with Edge(tmp_path, headscale=answer) as edge:
        with edge.client() as client:
            assert client.ask("POST", "/ts2021", NATIVE).status == 101
            client.tls.setblocking(False)
            sent = 0

            def push():
                nonlocal sent
                try:
                    while True:
                        sent += client.tls.send(b"x" * 65536)
                        assert sent < 64 << 20, "the sender was never slowed down"
                except (ssl.SSLWantWriteError, BlockingIOError):
                    return True
            # Kernel buffers fill in steps: stuck when nothing more went for a while although we kept asking.
            def stalled():
                before = sent
                push()
                return sent == before
            wait_until(stalled, 10, "the sender to be held", interval=0.3)
            rss = int(next(line for line in open(f"/proc/{edge.process.pid}/status") if line.startswith("VmRSS")).split()[1])
            assert rss < 200 * 1024, f"{rss} KiB"
            release.set()
            client.tls.settimeout(20)
            sent += client.tls.send(b"x" * 65536)  # the write that was refused is repeated, as TLS wants it
            wait_until(lambda: sum(received) == sent, 20, "all bytes to arrive")


def test_half_close_is_passed_on(tmp_path):
    def answer(request, connection):
        connection.sendall(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: tailscale-control-protocol\r\nConnection: upgrade\r\n\r\n")
        total = 0
        while got := connection.recv(65536):
            total += len(got)
        connection.sendall(b"got %d" % total)  # after the client's end: the other direction is still open
        connection.shutdown(socket.SHUT_WR)
        return None

    with Edge(tmp_path, headscale=answer) as edge:
        with edge.client() as client:
            assert client.ask("POST", "/ts2021", NATIVE).status == 101
            client.send(b"x" * 100)
            socket.socket.shutdown(client.tls, socket.SHUT_WR)  # FIN of the plain socket, the TLS reader stays
            assert client.read(7) == b"got 100"
            assert client.rest() == b""
        wait_until(lambda: len(closed(edge)) == 1, 5, "the tunnel to end")


def test_the_backends_end_closes_the_client(tmp_path):
    def answer(request, connection):
        connection.sendall(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: tailscale-control-protocol\r\nConnection: upgrade\r\n\r\nbye")
        return None

    with Edge(tmp_path, headscale=answer) as edge:
        with edge.client() as client:
            assert client.ask("POST", "/ts2021", NATIVE).status == 101
            assert client.rest() == b"bye"


def test_tunnels_survive_the_console(edge):
    with edge.client() as client:
        assert client.ask("POST", "/ts2021", NATIVE).status == 101
        edge.say(type="console", state="away")
        wait_until(lambda: edge.ask("GET", "/admin/").status == 503, 5, "the console away")
        client.send(b"still here")
        assert client.read(10) == b"still here"
        edge.say(type="console", state="ready")
        wait_until(lambda: edge.ask("GET", "/admin/").status == 200, 5, "the console back")
