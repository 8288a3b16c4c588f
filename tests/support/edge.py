"""Starts the real masthead-edge with a control channel and small recording backends, and speaks raw bytes over TLS to it."""
import fcntl
import json
import os
import pathlib
import re
import socket
import ssl
import subprocess
import threading

from .masthead import BIN, to_yaml, merge
from .waiting import wait_until

HOST = "hs.test"
AUTH_ID = "hskey-authreq-AbCdEfGhIjKlMnOpQrStUvWx"


def routes():
    def route(methods, path, target, **more):
        return {"methods": methods.split(), "path": path, "target": target, "query": False, "body_limit": 0, "rate": "page", **more}
    return [
        route("POST", "/ts2021", "headscale", upgrade=["tailscale-control-protocol"], rate="tunnel"),
        route("GET", "/ts2021", "headscale", upgrade=["websocket"], query=True, rate="tunnel"),
        route("GET", "/derp", "headscale", upgrade=["derp", "websocket"], rate="tunnel"),
        route("GET", "/key", "headscale", query=True),
        route("HEAD", "/machine/ping-response", "headscale", query=True),
        route("GET", "/register/{auth_id}", "headscale"),
        route("POST", "/register/confirm/{auth_id}", "headscale", body_limit=65536),
        route("GET HEAD", "/health", "edge"),
        route("GET", "/admin", "console", rate="console"),
        route("GET HEAD", "/admin/", "console", query=True, rate="console"),
        route("GET HEAD POST PUT PATCH DELETE", "/admin/{subpath}", "console", query=True, body_limit=4 << 20, rate="console"),
    ]


def certificate(folder, name, host=HOST):
    """A self-signed pair; returns the two paths."""
    cert, key = folder / f"{name}-cert.pem", folder / f"{name}-key.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "30", "-subj",
                    f"/CN={host}", "-addext", f"subjectAltName=DNS:{host}", "-keyout", key, "-out", cert],
                   check=True, capture_output=True)
    return cert, key


def response(status=200, body=b"", fields=(), reason="OK"):
    lines = [f"HTTP/1.1 {status} {reason}", f"Content-Length: {len(body)}", *fields]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


class Request:
    def __init__(self, head, body):
        self.head, self.body = head, body
        first, *lines = head.decode("latin-1").split("\r\n")
        self.method, self.target, _ = first.split(" ")
        self.fields = [tuple(part.strip() for part in line.split(":", 1)) for line in lines if line]

    def all(self, name):
        return [value for field, value in self.fields if field.lower() == name.lower()]

    def get(self, name):
        found = self.all(name)
        return found[0] if found else None


class Backend:
    """A recording server. `answer(request, connection)` returns bytes to send, or None when it took the connection over."""

    def __init__(self, listener, answer):
        self.listener, self.answer = listener, answer
        self.requests, self.raw, self.accepted, self.open = [], bytearray(), 0, 0
        self.lock = threading.Lock()
        self.connections = set()
        listener.listen(1024)
        threading.Thread(target=self._accept, daemon=True).start()

    @classmethod
    def tcp(cls, answer):
        listener = socket.socket()
        listener.bind(("127.0.0.1", 0))
        return cls(listener, answer)

    @classmethod
    def unix(cls, path, answer):
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(str(path))
        return cls(listener, answer)

    @property
    def address(self):
        return "%s:%d" % self.listener.getsockname()

    def _accept(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            with self.lock:
                self.accepted += 1
                self.open += 1
                self.connections.add(connection)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        data = b""
        try:
            while True:
                while b"\r\n\r\n" not in data:
                    got = connection.recv(65536)
                    if not got:
                        return
                    data += got
                    with self.lock:
                        self.raw += got
                head, data = data.split(b"\r\n\r\n", 1)
                length = int((re.search(rb"(?i)\r\ncontent-length: (\d+)", head) or [0, 0])[1])
                while len(data) < length:
                    got = connection.recv(65536)
                    if not got:
                        return
                    data += got
                request = Request(head, data[:length])
                data = data[length:]
                with self.lock:
                    self.requests.append(request)
                reply = self.answer(request, connection)
                if reply is None:
                    return
                connection.sendall(reply)
        except OSError:
            return
        finally:
            connection.close()
            with self.lock:
                self.open -= 1
                self.connections.discard(connection)

    def close(self):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.drop()

    def drop(self):
        with self.lock:
            for connection in self.connections:
                try:
                    connection.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass


def headscale_answer(request, connection):
    """101 and an echo for upgrades, a page for everything else."""
    upgrade = request.get("upgrade")
    if not upgrade:
        return response(200, b"child:" + request.target.encode(), ["X-Canary: child", "Content-Type: text/plain", "Server: child"])
    connection.sendall(f"HTTP/1.1 101 Switching Protocols\r\nUpgrade: {upgrade}\r\nConnection: upgrade\r\n\r\n".encode())
    while True:
        got = connection.recv(65536)
        if not got:
            return None
        connection.sendall(got)


def console_answer(request, _connection):
    return response(200, request.method.encode() + b" " + request.target.encode() + b" " + request.body, ["Content-Type: text/plain"])


class Reply:
    def __init__(self, data):
        head, self.rest = data.split(b"\r\n\r\n", 1)
        self.head = head.decode("latin-1")
        self.status = int(self.head.split(" ")[1])
        self.fields = [tuple(part.strip() for part in line.split(":", 1)) for line in self.head.split("\r\n")[1:]]

    def get(self, name):
        return next((value for field, value in self.fields if field.lower() == name.lower()), None)

    def all(self, name):
        return [value for field, value in self.fields if field.lower() == name.lower()]


class Client:
    """One TLS connection that sends and reads raw bytes."""

    def __init__(self, edge, name=HOST, alpn=("http/1.1",), timeout=10):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        if alpn:
            context.set_alpn_protocols(list(alpn))
        plain = socket.create_connection(edge.address, timeout=timeout)
        try:
            self.tls = context.wrap_socket(plain, server_hostname=name)
        except BaseException:
            plain.close()
            raise
        self.data = b""

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self.tls.close()

    def send(self, data):
        self.tls.sendall(data)

    def peer_fingerprint(self):
        return self.tls.getpeercert(binary_form=True)

    def _more(self):
        try:
            got = self.tls.recv(65536)
        except (ConnectionResetError, ssl.SSLError):
            got = b""
        self.data += got
        return bool(got)

    def read(self, count):
        while len(self.data) < count:
            if not self._more():
                raise AssertionError(f"closed after {len(self.data)} of {count} bytes")
        out, self.data = self.data[:count], self.data[count:]
        return out

    def until(self, mark):
        while mark not in self.data:
            if not self._more():
                raise AssertionError(f"closed before {mark!r}: {self.data[:200]!r}")
        at = self.data.index(mark) + len(mark)
        out, self.data = self.data[:at], self.data[at:]
        return out

    def rest(self):
        while self._more():
            pass
        out, self.data = self.data, b""
        return out

    def reply(self, method="GET"):
        """One response with its decoded body in `.body`."""
        reply = Reply(self.until(b"\r\n\r\n"))
        reply.body = b""
        if method == "HEAD" or reply.status in (101, 204, 304) or reply.status < 200:
            return reply
        if reply.get("transfer-encoding") == "chunked":
            while True:
                size = int(self.until(b"\r\n"), 16)
                reply.body += self.read(size)
                assert self.read(2) == b"\r\n"
                if size == 0:
                    return reply
        reply.body = self.read(int(reply.get("content-length")))
        return reply

    def ask(self, method, target, fields=(), body=None):
        lines = [f"{method} {target} HTTP/1.1", f"Host: {HOST}", *fields]
        if body is not None:
            lines.append(f"Content-Length: {len(body)}")
        self.send("\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + (body or b""))
        return self.reply(method)


class Edge:
    def __init__(self, folder, settings=None, allowlist=None, headscale=headscale_answer, console=console_answer, ready=True):
        self.dir = pathlib.Path(folder)
        self.data = self.dir / "d"
        (self.data / "run").mkdir(parents=True)
        (self.data / "tls").mkdir()
        self.cert, self.key = self.data / "tls" / "cert.pem", self.data / "tls" / "key.pem"
        self.pairs = [certificate(self.dir, name) for name in ("first", "second")]
        self.allowlist_file = self.data / "run" / "allowlist.json"
        self.allowlist = merge({"version": 1, "headscale_version": "0.29.2", "hosts": [HOST], "root": {"redirect": "/admin/"}, "routes": routes()},
                               allowlist)
        self.config = self.dir / "masthead.yaml"
        self.settings = merge({"public_url": f"https://{HOST}", "data_dir": str(self.data), "log": {"level": "debug"}}, settings)
        self.headscale = Backend.tcp(headscale)
        self.console = Backend.unix(self.data / "run" / "console.sock", console)
        self.listener = socket.socket()
        self.listener.bind(("127.0.0.1", 0))
        self.listener.listen(1024)
        self.address = self.listener.getsockname()
        self.lines, self.log_lines = [], []
        self.process = None
        self.announce = ready

    def install_pair(self, index):
        """Puts a pair in place the way an operator does: file by file."""
        for source, target in zip(self.pairs[index], (self.cert, self.key)):
            fresh = target.with_suffix(".new")
            fresh.write_bytes(source.read_bytes())
            fresh.rename(target)

    def write_allowlist(self, document=None):
        fresh = self.allowlist_file.with_suffix(".new")
        fresh.write_text(json.dumps(self.allowlist if document is None else document))
        fresh.rename(self.allowlist_file)

    def spawn(self):
        self.config.write_text(to_yaml(self.settings))
        ours, theirs = socket.socketpair()
        self.control = ours
        high = [fcntl.fcntl(s.fileno(), fcntl.F_DUPFD, 100) for s in (self.listener, theirs)]
        script = 'exec 3<&"$1" 4<&"$2"; eval "exec $1<&- $2<&-"; exec "$0" --config "$3"'
        env = {**os.environ, "LISTEN_FDS": "1", "LISTEN_FDNAMES": "public:test", "MASTHEAD_CONTROL_FD": "4"}
        self.process = subprocess.Popen(["bash", "-c", script, BIN / "masthead-edge", str(high[0]), str(high[1]), self.config], pass_fds=high, env=env,
                                        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace")
        for fd in high:
            os.close(fd)
        theirs.close()
        threading.Thread(target=self._log, daemon=True).start()
        threading.Thread(target=self._control, daemon=True).start()
        return self

    def start(self):
        self.install_pair(0)
        self.write_allowlist()
        self.spawn()
        if self.announce:
            self.say(type="headscale", state="ready", run={"http": self.headscale.address})
            self.say(type="console", state="ready")
        self.wait_line(lambda line: line["type"] == "ready", "ready")
        if self.announce:
            self.wait_health(200)
        return self

    def wait_health(self, status):
        def healthy():
            with Client(self) as client:
                return client.ask("GET", "/health").status == status
        wait_until(healthy, 5, f"/health {status}")

    def _log(self):
        for line in self.process.stdout:
            self.log_lines.append(line)

    def _control(self):
        data = b""
        while True:
            try:
                got = self.control.recv(65536)
            except OSError:
                return
            if not got:
                return
            data += got
            *complete, data = data.split(b"\n")
            self.lines += [json.loads(line) for line in complete]

    def say(self, **line):
        self.control.sendall(json.dumps(line).encode() + b"\n")

    def wait_line(self, predicate, what, timeout=10):
        def found():
            if self.process.poll() is not None and not any(predicate(line) for line in self.lines):
                raise RuntimeError(f"masthead-edge exited {self.process.returncode}: {self.log()}")
            return next((line for line in list(self.lines) if predicate(line)), None)
        return wait_until(found, timeout, what)

    def wait_log(self, text, timeout=10):
        return wait_until(lambda: next((line for line in list(self.log_lines) if text in line), None), timeout, f"log line with {text!r}")

    def log(self):
        return "".join(self.log_lines[-40:])

    def client(self, **kw):
        return Client(self, **kw)

    def ask(self, method, target, fields=(), body=None):
        with self.client() as client:
            return client.ask(method, target, fields, body)

    def leave(self):
        """What edge sees when its supervisor dies."""
        self.control.shutdown(socket.SHUT_RDWR)

    def stop(self):
        if self.process and self.process.poll() is None:
            self.leave()
            try:
                self.process.wait(5)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait(5)
        for backend in (self.headscale, self.console):
            try:
                backend.close()
            except OSError:
                pass
        self.listener.close()

    def __enter__(self):
        try:
            return self.start()
        except BaseException:
            self.stop()
            raise

    def __exit__(self, failed, *_):
        self.stop()
        # A crash or a sanitizer's report must not pass for a clean end.
        assert failed or self.process.returncode == 0, f"masthead-edge exited {self.process.returncode}: {self.log()}"
