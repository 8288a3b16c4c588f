"""Hostile requests, one per row: the status, that the connection closes where framing is in doubt, and that no backend saw a byte of it."""
import socket
import ssl
import struct

import pytest

from tests.support.edge import AUTH_ID, HOST, Client, Edge
from tests.support.waiting import wait_until

SECURITY_HEADERS = ["Strict-Transport-Security", "Content-Security-Policy", "X-Content-Type-Options", "Referrer-Policy", "Cross-Origin-Opener-Policy",
                    "X-Frame-Options", "Permissions-Policy"]
VICTIM = f"GET /api/v1/node HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode()
CLOSES = {400, 414, 415, 417, 421, 431, 505}


@pytest.fixture(scope="module")
def edge(tmp_path_factory):
    with Edge(tmp_path_factory.mktemp("edge")) as running:
        yield running


def refused(edge, data, statuses, close=None):
    """Sends the bytes and a second, smuggled request; asserts what must hold for every refusal."""
    seen = (edge.headscale.accepted, len(edge.console.requests))
    with Client(edge) as client:
        try:
            client.send(data + VICTIM)
        except OSError:
            pass
        reply = client.reply()
        assert reply.status in statuses, (reply.head, data[:200])
        for name in SECURITY_HEADERS:
            assert reply.get(name), name
        assert reply.get("Server") is None and b"script" not in reply.body and b"evil" not in reply.body
        if close if close is not None else reply.status in CLOSES:
            assert reply.get("Connection") == "close"
            assert client.rest() == b""
        else:
            assert client.reply().status == 404  # the victim's path is none of ours
    assert (edge.headscale.accepted, len(edge.console.requests)) == seen, data[:200]


def line(request_line, host=HOST):
    return request_line + f" HTTP/1.1\r\nHost: {host}\r\n\r\n".encode()


UNKNOWN = [
    b"//key", b"/key/", b"//admin", b"/admin//", b"/./key", b"/key/.", b"/key/..", b"/key/../api/v1/node", b"/ts2021/../admin/api/v1/users", b"/admin/../key",
    b"/admin/../../etc/passwd", b"/admin/x/../y", b"/admin/./x", b"/key/.../api", b"/key.", b"/admin./", b"/register/../api/v1/apikey",
    f"/register/{AUTH_ID}/../../api/v1/apikey".encode(), f"/register/{AUTH_ID}x".encode(), f"/register/{AUTH_ID[:-1]}".encode(), b"/register/hskey-authreq-%41",
    b"/%2e%2e/admin", b"/key/%2e%2e/api/v1/node", b"/key/..%2fapi%2fv1%2fnode", b"/key%2f..%2fapi", b"/key%252f..%252fapi", b"/%61dmin/", b"/%6bey",
    b"/admin/%2e%2e/key", b"/admin/a%2fb", b"/%2fadmin", b"/api%2fv1%2fnode", b"/key%00", b"/key%0d%0aX-Injected:%201", b"/key%3f../api", b"/%c0%ae%c0%ae/admin",
    b"/%ef%bc%8fadmin", b"/%5cadmin", b"/key;/../api/v1/node", b"/key/..;/api", b"/admin;x=y/", b"/ADMIN/", b"/Key",
    b"/metrics", b"/debug/pprof/", b"/swagger", b"/api", b"/api/v1/user", b"/version", b"/machine/map", b"/.git/HEAD", b"/.env", b"/robots.txt",
]

MALFORMED = [
    b"/%", b"/%2", b"/%zz/admin", b"/%u002e", b"/\xc0\xae\xc0\xae/admin", b"/\xff", b"/\\admin", b"\\admin", b"/key/..\\api", b"/key\x00", b"/key\x01", b"/key\x7f",
    b"/key x", b"/<script>", b"/\"admin\"", b"/{admin}", b"/key^", b"/key|", b"/key`", b"/key#/../api", b"/key?v=1#frag", b"?/admin", b"admin", b"*",
    b"http://hs.test/key", b"https://user:pw@hs.test/key", b"https://hs.test@evil.test/key", b"https://hs.test\\@evil.test/key", b"https:///key", b"https://hs.test",
    b"file:///etc/passwd", b"ftp://x", b"hs.test:443",
]


@pytest.mark.parametrize("path", UNKNOWN, ids=repr)
def test_unknown_paths_are_404_and_the_connection_goes_on(edge, path):
    refused(edge, line(b"GET " + path), {404}, close=False)


@pytest.mark.parametrize("target", MALFORMED, ids=repr)
def test_malformed_targets_are_400_and_close(edge, target):
    refused(edge, line(b"GET " + target), {400})


def raw(fields, method="POST", target="/admin/x", version="HTTP/1.1", host=True):
    if isinstance(fields, str):
        fields = fields.encode("latin-1")
    return f"{method} {target} {version}\r\n".encode() + (f"Host: {HOST}\r\n".encode() if host else b"") + fields


@pytest.mark.parametrize("name,data,statuses", [
    ("CL.TE", raw("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), {400}),
    ("TE.CL", raw("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n"), {400}),
    ("two lengths", raw("Content-Length: 0\r\nContent-Length: 47\r\n\r\n"), {400}),
    ("the same length twice", raw("Content-Length: 0\r\nContent-Length: 0\r\n\r\n"), {400}),
    ("length list", raw("Content-Length: 5, 5\r\n\r\nabcde"), {400}),
    ("length +5", raw("Content-Length: +5\r\n\r\nabcde"), {400}),
    ("length -1", raw("Content-Length: -1\r\n\r\n"), {400}),
    ("length 0x10", raw("Content-Length: 0x10\r\n\r\n"), {400}),
    ("length 1_0", raw("Content-Length: 1_0\r\n\r\n"), {400}),
    ("empty length", raw("Content-Length: \r\n\r\n"), {400}),
    ("leading zeros", raw("Content-Length: 000005\r\n\r\nabcde"), {400}),
    ("2^64+5", raw("Content-Length: 18446744073709551621\r\n\r\nabcde"), {400, 413}),
    ("2^63", raw("Content-Length: 9223372036854775808\r\n\r\nabcde"), {400, 413}),
    ("space before colon", raw("Content-Length : 5\r\n\r\nabcde"), {400}),
    ("byte in name", raw(b"Content-Length\x85: 5\r\n\r\nabcde"), {400}),
    ("folded first line", raw("\tContent-Length: 1\r\n\r\nx", host=False), {400}),
    ("unknown coding", raw("Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"), {400}),
    ("identity", raw("Transfer-Encoding: identity\r\n\r\n"), {400}),
    ("gzip, chunked", raw("Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"), {400}),
    ("list with comma", raw("Transfer-Encoding: chunked,\r\n\r\n0\r\n\r\n"), {400}),
    ("two codings", raw("Transfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n\r\n0\r\n\r\n"), {400}),
    ("vertical tab", raw("Transfer-Encoding:\x0bchunked\r\n\r\n0\r\n\r\n"), {400}),
    ("NUL in value", raw("Transfer-Encoding: chunked\x00\r\n\r\n0\r\n\r\n"), {400}),
    ("underscore", raw("Transfer_Encoding: chunked\r\n\r\n0\r\n\r\n"), {400}),
    ("X_Forwarded_For", raw("X_Forwarded_For: 1.2.3.4\r\n\r\n", "GET"), {400}),
    ("obs-fold", raw("A: b\r\n c\r\n\r\n", "GET"), {400}),
    ("fold before colon", raw("Transfer-Encoding\r\n : chunked\r\n\r\n", "GET"), {400}),
    ("empty name", raw(": v\r\n\r\n", "GET"), {400}),
    ("no colon", raw("nonsense\r\n\r\n", "GET"), {400}),
    ("bare LF", b"GET /key HTTP/1.1\nHost: hs.test\n\n", {400}),
    ("bare LF in the middle", raw("A: b\nContent-Length: 5\r\n\r\n", "GET"), {400}),
    ("bare CR in value", raw("A: b\rTransfer-Encoding: chunked\r\n\r\n", "GET"), {400}),
    ("body on GET", raw("Content-Length: 30\r\n\r\n" + "x" * 30, "GET"), {400, 413}),
    ("encoded body", raw("Content-Encoding: gzip\r\nContent-Length: 1\r\n\r\nx"), {415}),
    ("101 fields", raw("".join(f"A{i}: b\r\n" for i in range(101)) + "\r\n", "GET"), {431}),
    ("long field", raw("A: " + "x" * 8200 + "\r\n\r\n", "GET"), {431}),
    ("long head", raw("".join(f"A{i}: {'x' * 8000}\r\n" for i in range(5)) + "\r\n", "GET"), {431}),
    ("two empty lines first", b"\r\n\r\n" + line(b"GET /key"), {400}),
    ("chunk size 0_2e", raw("Transfer-Encoding: chunked\r\n\r\n0_2e\r\n"), {400}),
    ("chunk size -1", raw("Transfer-Encoding: chunked\r\n\r\n-1\r\n"), {400}),
    ("chunk size with space", raw("Transfer-Encoding: chunked\r\n\r\n 5\r\nabcde\r\n0\r\n\r\n"), {400}),
    ("chunk size then space", raw("Transfer-Encoding: chunked\r\n\r\n5 \r\nabcde\r\n0\r\n\r\n"), {400}),
    ("long extension", raw("Transfer-Encoding: chunked\r\n\r\n5;" + "x" * 5000 + "\r\nabcde\r\n0\r\n\r\n"), {400}),
    ("CR in extension", raw("Transfer-Encoding: chunked\r\n\r\n2\r\r;a\r\n02\r\n"), {400}),
    ("bare LF chunk line", raw("Transfer-Encoding: chunked\r\n\r\n0\n\r\n"), {400}),
    ("huge chunk size", raw("Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFF\r\n"), {400, 413}),
    ("1000 zeros", raw("Transfer-Encoding: chunked\r\n\r\n" + "0" * 1000 + "5\r\nabcde\r\n0\r\n\r\n"), {400}),
    ("chunk too long", raw("Transfer-Encoding: chunked\r\n\r\n2\r\nabc\r\n0\r\n\r\n"), {400}),
    ("Host in trailers", raw("Transfer-Encoding: chunked\r\n\r\n0\r\nHost: evil\r\n\r\n"), {400}),
    ("64 KiB of trailers", raw("Transfer-Encoding: chunked\r\n\r\n0\r\n" + "A: " + "x" * 65536 + "\r\n\r\n"), {400, 431}),
    ("no Host", raw("\r\n", "GET", "/key", host=False), {400}),
    ("two Hosts", raw(f"Host: {HOST}\r\n\r\n", "GET", "/key"), {400}),
    ("Host list", raw("Host: a, b\r\n\r\n", "GET", "/key", host=False), {400}),
    ("empty Host", raw("Host: \r\n\r\n", "GET", "/key", host=False), {400}),
    ("Host with tab", raw(f"Host: {HOST}\t\r\n\r\n", "GET", "/key", host=False), {400}),
    ("Host with fragment", raw(f"Host: {HOST}#@evil\r\n\r\n", "GET", "/key", host=False), {400}),
    ("unknown Host", raw("Host: evil.test\r\n\r\n", "GET", "/key", host=False), {421}),
    ("Host by address", raw("Host: 127.0.0.1\r\n\r\n", "GET", "/key", host=False), {421}),
    ("Host with another port", raw(f"Host: {HOST}:8443\r\n\r\n", "GET", "/key", host=False), {421}),
    ("Host with a trailing dot", raw(f"Host: {HOST}.\r\n\r\n", "GET", "/key", host=False), {421}),
    ("absolute-form elsewhere", raw("\r\n", "GET", "https://evil.test/key"), {421}),
    ("absolute-form to the backend", raw("\r\n", "GET", "https://127.0.0.1:8080/api/v1/node"), {421}),
    ("absolute-form against Host", raw("Host: evil.test\r\n\r\n", "GET", f"https://{HOST}/key", host=False), {400, 421}),
    ("tab in request line", b"GET /key\tHTTP/1.1\r\nHost: hs.test\r\n\r\n", {400}),
    ("two spaces", raw("\r\n", "GET", "/key "), {400}),
    ("long path", raw("\r\n", "GET", "/" + "a" * 8193), {414}),
    ("very long path", raw("\r\n", "GET", "/" + "a" * 16385), {414}),
    ("long query", raw("\r\n", "GET", "/key?" + "a" * 4097), {414}),
    ("endless line", b"GET /" + b"a" * 40000, {414}),
    ("long method", raw("\r\n", "G" * 33, "/key"), {400}),
    ("method with separators", raw("\r\n", 'G=":<>(e)', "/key"), {400}),
    ("HTTP/0.9", b"GET /key\r\n\r\n", {400}),
    ("HTTP/1.0", raw("\r\n", "GET", "/key", "HTTP/1.0"), {505}),
    ("HTTP/1.0 chunked", raw("Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "POST", "/admin/x", "HTTP/1.0"), {400, 505}),
    ("HTTP/1.2", raw("\r\n", "GET", "/key", "HTTP/1.2"), {505}),
    ("HTTP/1.32", raw("\r\n", "GET", "/key", "HTTP/1.32"), {400}),
    ("HTTP/2.0", raw("\r\n", "GET", "/key", "HTTP/2.0"), {505}),
    ("HTTP/2 preface", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", {400}),
    ("version with space", raw("\r\n", "GET", "/key", "HTTP/1.1 "), {400}),
    ("repeated Authorization", raw("Authorization: a\r\nAuthorization: b\r\n\r\n", "GET"), {400}),
], ids=lambda value: value if isinstance(value, str) else None)
def test_doubtful_messages_are_refused(edge, name, data, statuses):
    refused(edge, data, statuses, close=True)


@pytest.mark.parametrize("method,target,status", [
    ("TRACE", "/key", 405), ("get", "/key", 405), ("HEAD", "/key", 405), ("OPTIONS", "/key", 405), ("POST", "/key", 405), ("PROPFIND", "/key", 405),
    ("DELETE", "/ts2021", 405), ("POST", "/", 405), ("GET", "/TS2021", 404),
])
def test_methods_outside_the_route(edge, method, target, status):
    with Client(edge) as client:
        reply = client.ask(method, target)
        assert reply.status == status and not any(field.lower().startswith("access-control") for field, _ in reply.fields)
        assert client.ask("GET", "/health").status == 200


@pytest.mark.parametrize("request_line,status", [("CONNECT 127.0.0.1:9090", 405), ("CONNECT hs.test:443", 405), ("CONNECT /key", 400), ("OPTIONS *", 405)])
def test_connect_and_asterisk(edge, request_line, status):
    refused(edge, line(request_line.encode()), {status}, close=True)


def test_methods_cannot_be_overridden(edge):
    before = len(edge.console.requests)
    assert edge.ask("POST", "/admin/x?_method=DELETE", ["X-HTTP-Method-Override: DELETE"], b"").status == 200
    assert edge.console.requests[before].method == "POST" and edge.console.requests[before].get("x-http-method-override") is None


def test_a_request_in_pieces_is_one_request(edge):
    with Client(edge) as client:
        for byte in f"\r\nGET /key?v=1 HTTP/1.1\r\nhost: {HOST.upper()}\r\n\r\n".encode():
            client.send(bytes([byte]))
        assert client.reply().body == b"child:/key?v=1"


def test_a_host_that_is_not_the_server_name_is_misdirected(tmp_path):
    with Edge(tmp_path, allowlist={"hosts": [HOST, "other.test"]}) as edge:
        with Client(edge, name="other.test") as client:
            assert client.ask("GET", "/key").status == 421
        with Client(edge, name=None) as client:
            assert client.ask("GET", "/key").status == 200


def test_plain_http_and_other_protocols_get_nothing(edge):
    for data in (line(b"GET /key"), b"PROXY TCP4 1.2.3.4 5.6.7.8 1 2\r\n", b"SSH-2.0-x\r\n", b"\x16\x03\x01\xff\xff" + b"\x00" * 100, struct.pack(">I", 0)):
        with socket.create_connection(edge.address, timeout=10) as plain:
            plain.sendall(data)
            got = b""
            try:
                plain.shutdown(socket.SHUT_WR)
                while block := plain.recv(4096):
                    got += block
            except OSError:
                pass  # already reset
            assert not got.startswith(b"HTTP") and len(got) < 64
    assert edge.ask("GET", "/health").status == 200


def test_old_tls_and_other_alpn_are_refused(edge):
    with pytest.raises((ssl.SSLError, ConnectionResetError)):
        Client(edge, alpn=("h2",))
    with Client(edge, alpn=("h2", "http/1.1")) as client:
        assert client.tls.selected_alpn_protocol() == "http/1.1" and client.tls.version() == "TLSv1.3"
    with Client(edge, alpn=None) as client:
        assert client.ask("GET", "/health").status == 200


def test_slow_heads_and_idle_connections_are_cut(tmp_path):
    with Edge(tmp_path, settings={"server": {"limits": {"head": "300ms", "idle": "300ms", "handshake": "300ms"}}}) as edge:
        with Client(edge) as client:
            client.send(b"GET /key HTTP/1.1\r\nHost:")
            assert client.rest() == b""
        with Client(edge) as client:
            assert client.ask("GET", "/health").status == 200
            assert client.rest() == b""
        with socket.create_connection(edge.address, timeout=10) as plain:
            plain.sendall(b"\x16")
            assert plain.recv(100) == b""
        wait_until(lambda: edge.ask("GET", "/health").status == 200, 5, "others to be served")


def test_connections_of_one_address_are_capped(tmp_path):
    with Edge(tmp_path, settings={"server": {"limits": {"connections_per_address": 8}}}) as edge:
        clients = [Client(edge) for _ in range(8)]
        try:
            with pytest.raises((ssl.SSLError, OSError)):
                Client(edge)
        finally:
            for client in clients:
                client.tls.close()

        def served():
            with Client(edge) as client:
                return client.ask("GET", "/health").status == 200
        wait_until(served, 5, "a place to come free")
