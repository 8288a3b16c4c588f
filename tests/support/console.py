"""The console process alone, without supervisor and edge: started with a control socket, spoken to on its unix sockets.

The test's own process plays supervisor and edge: it holds the other end of the control socket and names its own pid as an edge.
"""
import http.client
import json
import os
import pathlib
import signal
import socket
import sqlite3
import subprocess
import threading

from .masthead import BIN, BUILD, Answer, to_yaml, merge
from .waiting import wait_until

HOST = "localhost:8443"
ORIGIN = "https://" + HOST
EMAIL = "ada@example.org"
PASSWORD = "seven purple otters juggle"


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path, timeout=30):
        super().__init__("localhost", timeout=timeout)
        self.path = str(path)

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


class Console:
    def __init__(self, directory, settings=None, web_dir=None):
        self.dir = pathlib.Path(directory)
        self.data = self.dir / "data"
        self.dir.mkdir(parents=True, exist_ok=True)
        self.config_file = self.dir / "masthead.yaml"
        self.settings = merge({
            "public_url": ORIGIN,
            "data_dir": str(self.data),
            "web_dir": str(web_dir or self.dir / "web"),
            "trial": True,
            "server": {"listen": ["127.0.0.1:8443"]},
            "headscale": {"source": "demo"},
            "auth": {"session_rate": 1000000, "session_burst": 1000000},  # tests ask faster than people
            "plugins": {"dir": str(BUILD / "plugins"), "enabled": []},
        }, settings)
        self.process = self.control = None
        self.received, self.log_lines = [], []
        self.environment = {}
        self.cookie = self.csrf = self.device = None

    # life cycle

    def start(self, edges=None, wait=True):
        self.config_file.write_text(to_yaml(self.settings))
        ours, theirs = socket.socketpair()
        self.control, self.received = ours, []
        env = {"PATH": os.environ["PATH"], "MASTHEAD_CONTROL_FD": str(theirs.fileno())}
        env.update({k: v for k, v in os.environ.items() if k.startswith(("ASAN_", "UBSAN_", "TSAN_"))})
        env.update(self.environment)
        self.process = subprocess.Popen([BIN / "masthead", "console", "--config", self.config_file], pass_fds=[theirs.fileno()], env=env,
                                        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, errors="replace")
        theirs.close()
        threading.Thread(target=self._collect, args=(self.process.stderr,), daemon=True).start()
        threading.Thread(target=self._receive, args=(ours, self.received), daemon=True).start()
        self.tell(type="edges", pids=[os.getpid()] if edges is None else edges)
        if wait:
            self.wait_ready()
        return self

    def _collect(self, stream):
        for line in stream:
            self.log_lines.append(line)

    @staticmethod
    def _receive(sock, into):
        try:
            for line in sock.makefile():
                into.append(json.loads(line))
        except OSError:
            pass

    def wait_ready(self, timeout=30):
        def ready():
            if self.process.poll() is not None:
                raise RuntimeError(f"console exited {self.process.returncode}:\n{self.log()}")
            return any(line["type"] == "ready" for line in self.received)
        wait_until(ready, timeout, "the console is ready")

    def log(self):
        return "".join(self.log_lines[-60:])

    def tell(self, **line):
        self.control.sendall(json.dumps(line).encode() + b"\n")

    def kill(self):
        self.process.kill()
        self.process.wait(10)
        self.control.close()

    def stop(self, timeout=15):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(timeout)
        self.control.close()
        return code

    def __enter__(self):
        return self.start()

    def __exit__(self, *exc):
        try:
            if self.process and self.process.poll() is None:
                self.stop()
        finally:
            if self.process.poll() is None:
                self.kill()

    # API

    def request(self, method, path, body=None, headers=None, cookie=None, socket_name="console.sock", connection=None, plain=False):
        """One request as edge would send it. `plain` leaves out cookie, CSRF token and Origin; a header set to None is left out."""
        own = connection is None
        connection = connection or UnixConnection(self.data / "run" / socket_name)
        sent = {"Host": HOST}
        if socket_name == "console.sock":
            sent.update({"X-Masthead-Client": "192.0.2.7", "X-Masthead-Host": HOST, "X-Masthead-Scheme": "https"})
            if not plain:
                if method not in ("GET", "HEAD"):
                    sent["Origin"] = ORIGIN
                    if self.csrf:
                        sent["X-Masthead-CSRF"] = self.csrf
                if cookie or self.cookie:
                    sent["Cookie"] = cookie or self.cookie
        data = None
        if body is not None:
            data = body if isinstance(body, bytes) else json.dumps(body).encode()
            sent["Content-Type"] = "application/json"
        sent.update(headers or {})
        try:
            connection.request(method, path, data, {k: v for k, v in sent.items() if v is not None})
            response = connection.getresponse()
            return Answer(response.status, response.headers, response.read().decode())
        finally:
            if own:
                connection.close()

    def api(self, method, path, body=None, expect=(200, 201, 202, 204), **kw):
        if not path.startswith("/"):
            path = "/admin/api/v1/" + path
        answer = self.request(method, path, body, **kw)
        assert answer.status in expect, f"{method} {path}: {answer}\n{self.log()}"
        return answer.json if answer.body else answer

    def token(self):
        return (self.data / "run" / "setup-token").read_text().strip()

    def take_session(self, answer):
        assert answer.status == 200, answer
        self.cookie, *others = [cookie.split(";")[0] for cookie in answer.headers.get_all("Set-Cookie")]
        self.device = others[0] if others else self.device
        self.csrf = self.api("GET", "me")["csrf"]
        return answer

    def set_up(self):
        return self.take_session(self.request("POST", "/admin/api/v1/setup", {"token": self.token(), "email": EMAIL, "name": "Ada Admin",
                                                                              "password": PASSWORD}))

    def sign_in(self, email=EMAIL, password=PASSWORD):
        """As the same browser: it brings the cookie by which it is known."""
        self.cookie = self.csrf = None
        return self.take_session(self.request("POST", "/admin/api/v1/session", {"email": email, "password": password}, cookie=self.device))

    def add_admin(self, email, password=PASSWORD, roles=("admin",), name="Somebody"):
        """An account with a password, which only the command line's door may choose; its id."""
        made = self.api("POST", "admins", {"email": email, "name": name, "password": password, "roles": list(roles)}, socket_name="cli.sock")
        return made["admin"]["id"]

    def sql(self, statement, *values):
        """One statement on the database of the running console: for moving times, which no API does."""
        with sqlite3.connect(self.data / "masthead.db", timeout=10) as database:
            rows = database.execute(statement, values).fetchall()
        database.close()
        return rows
