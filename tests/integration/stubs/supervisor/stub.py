#!/usr/bin/env python3
"""Stand-ins for the supervisor's children; which one is decided by the name it is called by.

`masthead` (prepare, console), `masthead-edge` and `headscale`. Their behaviour comes from <data_dir>/stub.json, read at each start:
{"console": {"ignore_term": true, "say": ["line"], "exit": 3}, "prepare": {"fail": {...}}, ...}. They note what they received in
<data_dir>/stub-<name>.log, one JSON object a line.
"""
import http.server
import json
import os
import pathlib
import select
import signal
import socket
import subprocess
import sys
import threading

NAME = os.path.basename(sys.argv[0])
KEY = "mkey:" + "ab" * 32


def option(flag):
    return sys.argv[sys.argv.index(flag) + 1]


def data_dir():
    if NAME == "headscale":
        return pathlib.Path(option("-c")).parent.parent
    for line in pathlib.Path(option("--config")).read_text().splitlines():
        if line.startswith("data_dir:"):
            return pathlib.Path(json.loads(line.split(":", 1)[1]))
    raise SystemExit("no data_dir")


ROLE = "prepare" if NAME == "masthead" and sys.argv[1] == "prepare" else "console" if NAME == "masthead" else "edge" if NAME == "masthead-edge" else "headscale"
DATA = data_dir()
BEHAVIOUR = {}
if (DATA / "stub.json").exists():
    BEHAVIOUR = json.loads((DATA / "stub.json").read_text()).get(ROLE, {})


def note(**what):
    with open(DATA / f"stub-{ROLE}.log", "a") as file:
        file.write(json.dumps(dict(what, pid=os.getpid())) + "\n")


def misbehave():
    note(event="start", args=sys.argv[1:], env=dict(os.environ))
    for line in BEHAVIOUR.get("say", []):
        print(line, file=sys.stderr, flush=True)
    if BEHAVIOUR.get("partial"):
        sys.stdout.write(BEHAVIOUR["partial"])
        sys.stdout.flush()
    if "ignore_term" in BEHAVIOUR:
        for number in (signal.SIGTERM, signal.SIGQUIT):
            signal.signal(number, lambda n, frame: note(event="signal", number=n))
    if BEHAVIOUR.get("grandchild"):
        note(event="grandchild", number=subprocess.Popen(["sleep", "3600"], close_fds=False).pid)
    if "exit" in BEHAVIOUR:
        os._exit(BEHAVIOUR["exit"])


def prepare():
    if "fail" in BEHAVIOUR:
        print(json.dumps(BEHAVIOUR["fail"]), flush=True)
        os._exit(1)
    if BEHAVIOUR.get("allowlist_first"):
        (DATA / "run" / "allowlist.json").write_text("{}")
    for line in BEHAVIOUR.get("progress", []):
        print(json.dumps({"progress": line}), file=sys.stderr, flush=True)
    if BEHAVIOUR.get("hang"):
        while True:
            signal.pause()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    (DATA / "run" / "allowlist.json").write_text("{}")
    (DATA / "headscale" / "sock").mkdir(parents=True, exist_ok=True)
    (DATA / "run" / "headscale.json").write_text(json.dumps({
        "binary": BEHAVIOUR.get("binary", os.path.join(os.environ["MASTHEAD_BIN_DIR"], "headscale")),
        "args": ["serve", "-c", str(DATA / "headscale" / "config.yaml")], "source": "config", "demo": False, "version": "0.29.2",
        "printed_version": "v0.29.2", "http": f"127.0.0.1:{port}", "metrics": "127.0.0.1:0",
        "socket": str(DATA / "headscale" / "sock" / "headscale.sock"), "config": str(DATA / "headscale" / "config.yaml")}))


def headscale():
    run = json.loads((DATA / "run" / "headscale.json").read_text())

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            body = {"/health": {"status": BEHAVIOUR.get("health", "pass")}, "/key?v=113": {"publicKey": BEHAVIOUR.get("key", KEY)},
                    "/api/v1/health": {"databaseConnectivity": True}}.get(self.path)
            data = json.dumps(body).encode()
            self.send_response(200 if body else 404)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *args):
            pass

    class UnixServer(http.server.ThreadingHTTPServer):
        address_family = socket.AF_UNIX

        def server_bind(self):
            pathlib.Path(self.server_address).unlink(missing_ok=True)
            self.socket.bind(self.server_address)

        def get_request(self):
            connection, _ = self.socket.accept()
            return connection, ("local", 0)

    for server in (UnixServer(run["socket"], Handler), http.server.ThreadingHTTPServer(("127.0.0.1", int(run["http"].split(":")[1])), Handler)):
        threading.Thread(target=server.serve_forever, daemon=True).start()
    print(json.dumps({"level": "info", "time": "2026-01-02T03:04:05Z", "message": "listening and serving HTTP", "auth": "hskey-auth-abcdefghijkl-" + "Z" * 64}), flush=True)
    while True:
        select.select([], [], [], 3600)


def controlled():
    control = socket.socket(fileno=int(os.environ["MASTHEAD_CONTROL_FD"]))
    if BEHAVIOUR.get("silent"):
        select.select([], [], [], 3600)
    control.sendall(b'{"type":"ready"}\n')
    for line in BEHAVIOUR.get("send", []):
        control.sendall(json.dumps(line).encode() + b"\n")
    lines = control.makefile()

    def tick():
        while not BEHAVIOUR.get("no_ticks"):
            control.sendall(b'{"type":"tick"}\n')
            select.select([], [], [], 0.2)

    threading.Thread(target=tick, daemon=True).start()
    for line in lines:
        message = json.loads(line)
        note(event="line", line=message)
        if message["type"] == "drain" and not BEHAVIOUR.get("ignore_drain"):
            os._exit(0)
    os._exit(0)


misbehave()
{"prepare": prepare, "headscale": headscale, "console": controlled, "edge": controlled}[ROLE]()
