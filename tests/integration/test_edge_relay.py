"""Well-formed traffic through the real masthead-edge: what reaches the backends, what comes back, and what it may not carry."""
import threading

import pytest

from tests.support.edge import AUTH_ID, HOST, Edge, response
from tests.support.waiting import wait_until


@pytest.fixture(scope="module")
def edge(tmp_path_factory):
    with Edge(tmp_path_factory.mktemp("edge")) as running:
        yield running


def test_headscale_gets_a_rebuilt_request(edge):
    before = len(edge.headscale.requests)
    spoofed = ["X-Forwarded-For: 1.2.3.4", "X-Forwarded-Host: evil", "True-Client-IP: 1.2.3.4", "X-Real-IP: 1.2.3.4", "Forwarded: for=1.2.3.4",
               "X-Original-URL: /admin", "Authorization: Bearer x", "X-Masthead-Client: 1.2.3.4",
               "Cookie: __Host-masthead=secret; theirs=1; __Host-masthead-ticket=t", "User-Agent: tailscale"]
    reply = edge.ask("GET", "/key?v=113", spoofed)
    assert reply.status == 200 and reply.body == b"child:/key?v=113"
    assert reply.get("X-Canary") == "child" and reply.get("Server") is None
    assert reply.get("Strict-Transport-Security", ) and reply.get("X-Content-Type-Options") == "nosniff"
    request = edge.headscale.requests[before]
    assert request.target == "/key?v=113" and request.get("host") == HOST and request.get("user-agent") == "tailscale"
    assert request.all("x-forwarded-for") == ["127.0.0.1"]
    assert request.get("cookie") == "theirs=1"
    for gone in ("x-forwarded-host", "true-client-ip", "x-real-ip", "forwarded", "x-original-url", "authorization", "x-masthead-client"):
        assert request.get(gone) is None, gone
    assert len(edge.headscale.requests) == before + 1


def test_query_goes_on_only_where_the_route_lists_it(edge):
    assert edge.ask("GET", "/key?v=1?v=2&v=3&c=a%2Fb").body == b"child:/key?v=1?v=2&v=3&c=a%2Fb"
    assert edge.ask("GET", f"/register/{AUTH_ID}?x=1").body == f"child:/register/{AUTH_ID}".encode()


def test_absolute_form_to_ourselves_is_origin_form(edge):
    for target in (f"https://{HOST}/key?v=1", "HTTPS://HS.TEST/key?v=1", f"https://{HOST}:443/key?v=1"):
        assert edge.ask("GET", target).body == b"child:/key?v=1", target


def test_console_gets_our_headers_and_only_listed_ones(edge):
    before = len(edge.console.requests)
    fields = ["X-Masthead-Client: 6.6.6.6", "X-Masthead-CSRF: token", "Cookie: __Host-masthead=s", "Cookie: b=2", "X-Forwarded-For: 6.6.6.6",
              "Referer: =?utf-8?B?DQpYOiB5?=", "Content-Type: application/json", "Authorization: Bearer t", "X-Custom: 1"]
    reply = edge.ask("POST", "/admin/api/v1/things?x=1", fields, b'{"a":1}')
    assert reply.status == 200 and reply.body == b'POST /admin/api/v1/things?x=1 {"a":1}'
    request = edge.console.requests[before]
    assert request.all("x-masthead-client") == ["127.0.0.1"]
    assert request.get("x-masthead-host") == HOST and request.get("x-masthead-scheme") == "https" and len(request.get("x-masthead-request-id")) == 16
    assert request.get("cookie") == "__Host-masthead=s; b=2" and request.get("x-masthead-csrf") == "token"
    assert request.get("authorization") == "Bearer t" and request.all("content-length") == ["7"]
    for gone in ("x-forwarded-for", "referer", "x-custom", "transfer-encoding"):
        assert request.get(gone) is None, gone


def test_a_chunked_body_reaches_the_console_with_a_length(edge):
    before = len(edge.console.requests)
    with edge.client() as client:
        client.send(f"POST /admin/x HTTP/1.1\r\nHost: {HOST}\r\nTransfer-Encoding: chunked\r\n\r\n".encode() + b"3;ext=1\r\nabc\r\n2\r\nde\r\n0\r\nT: 1\r\n\r\n")
        assert client.reply().body == b"POST /admin/x abcde"
        assert client.ask("GET", "/admin/y").body == b"GET /admin/y "
    request = edge.console.requests[before]
    assert request.all("content-length") == ["5"] and request.get("transfer-encoding") is None


def test_a_large_body_is_streamed_and_a_larger_one_refused(edge):
    body = bytes(range(256)) * (3 << 12)
    assert edge.ask("PUT", "/admin/big", body=body).body == b"PUT /admin/big " + body
    before = len(edge.console.requests)
    assert edge.ask("PUT", "/admin/big", [f"Content-Length: {(4 << 20) + 1}"]).status == 413
    assert edge.ask("PUT", "/admin/big", ["Content-Length: 99999999999999999999"]).status == 400
    # Sent in full before the answer is read: a reset for the unread bytes would take the answer away.
    assert edge.ask("PUT", "/admin/big", body=b"x" * (6 << 20)).status == 413
    assert len(edge.console.requests) == before


def test_expect_continue_is_answered_by_edge(edge):
    with edge.client() as client:
        client.send(f"POST /admin/x HTTP/1.1\r\nHost: {HOST}\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n".encode())
        assert client.until(b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
        client.send(b"ok")
        assert client.reply().body == b"POST /admin/x ok"
    assert edge.ask("POST", "/admin/x", ["Expect: foo"], b"x").status == 417


def test_pipelined_requests_are_served_in_order(edge):
    with edge.client() as client:
        client.send(b"".join(f"GET /admin/{i} HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode() for i in range(50)))
        for i in range(50):
            assert client.reply().body == f"GET /admin/{i} ".encode()


def test_root_health_and_unknown_paths(edge):
    with edge.client() as client:
        root = client.ask("GET", "/")
        assert root.status == 302 and root.get("Location") == "/admin/"
        health = client.ask("GET", "/health")
        assert health.status == 200 and health.body == b'{"status":"pass"}\n'
        assert client.ask("HEAD", "/health").status == 200
        missing = client.ask("GET", "/metrics")
        assert missing.status == 404 and b"metrics" not in missing.body
        wrong = client.ask("DELETE", "/key")
        assert wrong.status == 405 and wrong.get("Allow") == "GET"


def test_head_and_odd_framings_of_the_console(tmp_path):
    def answer(request, connection):
        if request.target == "/admin/head":
            return b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"
        if request.target == "/admin/chunks":
            return b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"
        if request.target == "/admin/close":
            connection.sendall(b"HTTP/1.0 200 OK\r\nX: y\r\n\r\nuntil the end")
            return None
        if request.target == "/admin/continue":
            return b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" * 8 + response(200, b"after")
        if request.target == "/admin/hints":
            return b"HTTP/1.1 103 Early Hints\r\n\r\n" * 100 + response(200, b"after")
        if request.target == "/admin/none":
            return b"HTTP/1.1 204 No Content\r\n\r\n"
        bad = {"/admin/two": b"Content-Length: 1\r\nContent-Length: 2", "/admin/both": b"Content-Length: 1\r\nTransfer-Encoding: chunked",
               "/admin/fold": b"A: b\r\n c", "/admin/huge": b"A: " + b"x" * (1 << 20), "/admin/coding": b"Transfer-Encoding: gzip, chunked"}
        if request.target in bad:
            return b"HTTP/1.1 200 OK\r\n" + bad[request.target] + b"\r\n\r\nx"
        if request.target == "/admin/lf":
            return b"HTTP/1.1 200 OK\nContent-Length: 1\n\nx"
        if request.target == "/admin/101":
            return b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"
        return response(200, b"plain")

    with Edge(tmp_path, console=answer) as edge:
        with edge.client() as client:
            head = client.ask("HEAD", "/admin/head")
            assert head.get("Content-Length") == "5"
            assert client.ask("GET", "/admin/chunks").body == b"hello"
            assert client.ask("GET", "/admin/close").body == b"until the end"
            assert client.ask("GET", "/admin/continue").body == b"after"
            none = client.ask("GET", "/admin/none")
            assert none.status == 204 and none.get("Content-Length") is None
            assert client.ask("GET", "/admin/plain").body == b"plain"
        for target in ("two", "both", "fold", "huge", "coding", "lf", "101", "hints"):
            assert edge.ask("GET", f"/admin/{target}").status == 502, target
            assert edge.ask("GET", "/admin/plain").body == b"plain"


def test_responses_of_headscale_are_made_safe(tmp_path):
    def answer(request, _connection):
        fields = ["Set-Cookie: state=1; Path=/", "Set-Cookie: __Host-masthead=evil; Path=/", "Set-Cookie: a=1; Path=/admin", "Access-Control-Allow-Origin: *",
                  "Strict-Transport-Security: max-age=1", "X-Powered-By: go", "Content-Type: text/html", f"Location: http://{edge.headscale.address}/next"]
        return response(200, b"<p>", fields)

    with Edge(tmp_path, headscale=answer) as edge:
        reply = edge.ask("GET", "/key")
        assert reply.all("Set-Cookie") == ["state=1; Path=/; Secure"]
        assert reply.all("Strict-Transport-Security") == ["max-age=63072000; includeSubDomains"]
        assert "default-src 'none'" in reply.get("Content-Security-Policy") and reply.get("Location") == "/next"
        for gone in ("Access-Control-Allow-Origin", "X-Powered-By"):
            assert reply.get(gone) is None, gone


def test_event_streams_pass_unbuffered_and_end_with_the_client(tmp_path):
    proceed = threading.Event()
    ended = threading.Event()

    def answer(request, connection):
        if request.target != "/admin/api/v1/events":
            return response(200, b"x")
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n9\r\ndata: 1\n\n\r\n")
        proceed.wait(10)
        connection.sendall(b"9\r\ndata: 2\n\n\r\n")
        if connection.recv(1) == b"":
            ended.set()
        return None

    with Edge(tmp_path, console=answer, settings={"server": {"limits": {"backend_first_byte": "200ms", "request": "300ms"}}}) as edge:
        with edge.client() as client:
            client.send(f"GET /admin/api/v1/events HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode())
            assert b"data: 1\n\n" in client.until(b"data: 1\n\n")
            # Silent for longer than any of the time-outs that hold for ordinary answers.
            ticks = sum(line["type"] == "tick" for line in edge.lines)
            wait_until(lambda: sum(line["type"] == "tick" for line in edge.lines) >= ticks + 2, 10, "two ticks, at least 2 s apart")
            proceed.set()
            client.until(b"data: 2\n\n")
        assert ended.wait(5), "the console's side must end when the client leaves"
        assert edge.ask("GET", "/admin/").status == 200


def test_the_console_sees_few_connections_and_one_request_at_a_time(tmp_path):
    barrier = threading.Semaphore(0)
    waiting = []

    def answer(request, _connection):
        if request.target == "/admin/wait":
            waiting.append(1)
            barrier.acquire(timeout=20)
        return response(200, b"done")

    with Edge(tmp_path, console=answer) as edge:
        for _ in range(20):
            assert edge.ask("GET", "/admin/").body == b"done"
        assert edge.console.accepted == 1
        results = []
        threads = [threading.Thread(target=lambda: results.append(edge.ask("GET", "/admin/wait").status)) for _ in range(120)]
        for thread in threads:
            thread.start()
        wait_until(lambda: len(waiting) == 96, 10, "96 requests at the console")
        assert edge.console.open <= 96
        for _ in threads:
            barrier.release()
        for thread in threads:
            thread.join()
        assert results == [200] * 120
        assert edge.console.accepted <= 97
