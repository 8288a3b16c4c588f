"""A whole Masthead for tests: writes a configuration, starts `masthead serve`, signs in, talks to the API, stops it.

Nothing here knows how the processes work inside; it uses the command line, the run files, the public port and the API.
"""
import http.client
import json
import os
import pathlib
import shutil
import signal
import socket
import ssl
import subprocess
import threading

from .waiting import wait_until

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("MASTHEAD_BUILD", ROOT / "build" / "dev"))
BIN = BUILD / "bin"
PASSWORD = "correct horse battery staple 9"
EMAIL = "admin@example.org"


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def to_yaml(value, indent=0):
    """Just enough YAML for our configuration: nested mappings, lists and JSON scalars."""
    pad = "  " * indent
    if isinstance(value, dict):
        if not value:
            return " {}\n"
        out = "\n" if indent else ""
        for key, item in value.items():
            out += f"{pad}{key}:{to_yaml(item, indent + 1) if isinstance(item, dict) else ' ' + json.dumps(item) + chr(10)}"
        return out
    return " " + json.dumps(value) + "\n"


def merge(base, extra):
    out = dict(base)
    for key, value in (extra or {}).items():
        out[key] = merge(out[key], value) if isinstance(value, dict) and isinstance(out.get(key), dict) else value
    return out


def plugin_settings(folder, ids):
    """Fills `folder` with the shipped nodes plugin and copies of the test plugins `ids`; the `plugins` settings that enable them."""
    shutil.copytree(BUILD / "plugins" / "nodes", folder / "nodes")
    shutil.copy(BUILD / "plugins" / "core.sums", folder)
    for name in ids:
        shutil.copytree(BUILD / "test-plugins" / name, folder / name)
    return {"dir": str(folder), "enabled": ["nodes", *ids], "allow_unsigned": list(ids)}


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    @property
    def json(self):
        return json.loads(self.body)

    def __repr__(self):
        return f"<{self.status} {self.body[:300]!r}>"


class Masthead:
    def __init__(self, directory, settings=None, host="localhost"):
        self.dir = pathlib.Path(directory)
        self.dir.mkdir(parents=True, exist_ok=True)
        self.port = free_port()
        self.host = host
        self.cookie = self.csrf = None
        self.process = None
        self.lines = []
        self.config_file = self.dir / "masthead.yaml"
        self.data = self.dir / "data"
        self.settings = merge({
            "public_url": f"https://{host}:{self.port}",
            "data_dir": str(self.data),
            "web_dir": str(ROOT / "web" / "dist"),
            "trial": True,
            "server": {"listen": [f"127.0.0.1:{self.port}"]},
            "headscale": {"source": "demo", "demo": {"nodes": 12, "users": 3}},
            "supervisor": {"backoff_min": "50ms"},
            "auth": {"session_rate": 1000000, "session_burst": 1000000},  # tests ask faster than people
            "plugins": {"dir": str(BUILD / "plugins"), "enabled": ["nodes"]},
        }, settings)

    # life cycle

    def start(self, ready=("console", "edge", "headscale"), timeout=60):
        self.config_file.write_text(to_yaml(self.settings))
        # An inherited pipe, not a file: the log of a crashed run is in self.lines and printed on failure.
        self.process = subprocess.Popen([BIN / "masthead", "serve", "--config", self.config_file], stdin=subprocess.DEVNULL,
                                        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace")
        threading.Thread(target=self._collect, args=(self.process.stdout,), daemon=True).start()
        self.wait_ready(ready, timeout)
        return self

    def _collect(self, stream):
        for line in stream:
            self.lines.append(line)

    def wait_ready(self, names=("console", "edge", "headscale"), timeout=60):
        def ready():
            if self.process.poll() is not None:
                raise RuntimeError(f"masthead exited {self.process.returncode}:\n{self.log()}")
            return all(self.child(name)["state"] == "ready" for name in names)
        try:
            wait_until(ready, timeout, f"{', '.join(names)} ready")
        except AssertionError as error:
            raise AssertionError(f"{error}\n{self.log()}") from None

    def stop(self, timeout=25):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(timeout)
        return self.process.returncode if self.process else None

    def kill(self):
        self.process.kill()
        self.process.wait(10)

    def __enter__(self):
        return self.start()

    def __exit__(self, *exc):
        try:
            self.stop()
        finally:
            if self.process and self.process.poll() is None:
                self.kill()

    def log(self, last=80):
        return "".join(self.lines[-last:])

    # control

    def control(self, **request):
        with socket.socket(socket.AF_UNIX) as s:
            s.settimeout(5)
            s.connect(str(self.data / "run" / "supervisor.sock"))
            s.sendall(json.dumps(request).encode() + b"\n")
            data = b""
            while not data.endswith(b"\n"):
                got = s.recv(65536)
                if not got:
                    break
                data += got
        return json.loads(data)

    def child(self, name):
        return next(c for c in self.control(cmd="status")["children"] if c["name"] == name)

    def kill_child(self, name):
        """SIGKILL to one child; returns the pid that died."""
        pid = self.child(name)["pid"]
        os.kill(pid, signal.SIGKILL)
        return pid

    # API

    def context(self):
        context = ssl.create_default_context(cafile=self.data / "tls" / "cert.pem")
        return context

    def request(self, method, path, body=None, headers=None, cookie=None, timeout=30):
        connection = http.client.HTTPSConnection(self.host, self.port, context=self.context(), timeout=timeout)
        sent = {"Origin": f"https://{self.host}:{self.port}"} if method not in ("GET", "HEAD") else {}
        if cookie or self.cookie:
            sent["Cookie"] = cookie or self.cookie
        if self.csrf and method not in ("GET", "HEAD"):
            sent["X-Masthead-CSRF"] = self.csrf
        data = None
        if body is not None:
            data = body if isinstance(body, bytes) else json.dumps(body).encode()
            sent["Content-Type"] = "application/json"
        sent.update(headers or {})
        try:
            connection.request(method, path, data, {name: value for name, value in sent.items() if value is not None})
            response = connection.getresponse()
            return Answer(response.status, response.headers, response.read().decode())
        finally:
            connection.close()

    def api(self, method, path, body=None, expect=(200, 201, 202, 204), **kw):
        if not path.startswith("/"):
            path = "/admin/api/v1/" + path
        answer = self.request(method, path, body, **kw)
        assert answer.status in expect, f"{method} {path}: {answer}"
        return answer.json if answer.body.strip().startswith(("{", "[")) else answer

    def nodes(self, method, path, body=None, **kw):
        return self.api(method, "/admin/api/p/nodes/" + path, body, **kw)

    def setup_token(self):
        return wait_until(lambda: (self.data / "run" / "setup-token").read_text().strip(), 10, "the setup token")

    def set_up(self):
        answer = self.request("POST", "/admin/api/v1/setup", {"token": self.setup_token(), "email": EMAIL, "name": "Ada Admin",
                                                              "password": PASSWORD})
        assert answer.status == 200, answer
        return self._take_session(answer)

    def sign_in(self, email=EMAIL, password=PASSWORD):
        self.cookie = self.csrf = None
        answer = self.request("POST", "/admin/api/v1/session", {"email": email, "password": password})
        assert answer.status == 200, answer
        return self._take_session(answer)

    def _take_session(self, answer):
        self.cookie = answer.headers["Set-Cookie"].split(";")[0]
        me = self.api("GET", "me")
        self.csrf = me["csrf"]
        return me


def descendants(pid):
    """All processes whose parent chain leads to `pid`, from /proc."""
    parents = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                stat = pathlib.Path("/proc", entry, "stat").read_text()
            except OSError:
                continue
            parents[int(entry)] = int(stat[stat.rindex(")") + 2:].split()[1])
    found, frontier = set(), {pid}
    while frontier:
        frontier = {child for child, parent in parents.items() if parent in frontier} - found
        found |= frontier
    return found


def alive(pid):
    try:
        return pathlib.Path("/proc", str(pid), "stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False
