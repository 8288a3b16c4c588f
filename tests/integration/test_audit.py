"""The audit log of a running console: verified from outside, exported, sent to real receivers, on a full disk (AL-15, AL-19 to AL-21)."""
import json
import os
import pathlib
import re
import socket
import socketserver
import ssl
import subprocess
import sys
import threading

import pytest

from tests.support import audit
from tests.support.console import EMAIL, Console
from tests.support.masthead import BIN, ROOT, PASSWORD, Masthead
from tests.support.receivers import Authority, Webhook
from tests.support.waiting import wait_until

WRITES = 30


def masthead(config_file, *arguments, expect=0):
    done = subprocess.run([BIN / "masthead", "audit", *map(str, arguments), "--config", config_file], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == expect, done.stdout + done.stderr
    return done.stdout


def independent_verifier(directory):
    """The program printed in docs/audit.md."""
    text = (ROOT / "docs" / "audit.md").read_text()
    program = pathlib.Path(directory) / "verifier.py"
    program.write_text(re.search(r"```python\n(.*?)```", text, re.S).group(1))
    return program


def write(console, count=WRITES, first=0):
    """Restarts of children that do not exist: refused, and recorded."""
    for number in range(first, first + count):
        answer = console.request("POST", f"/admin/api/v1/status/w{number}w/restart", {}, socket_name="cli.sock")
        assert answer.status in (400, 404, 409, 503), answer


@pytest.fixture
def console(tmp_path):
    with Console(tmp_path / "c") as running:
        running.set_up()
        yield running


def rows(console):
    return audit.rows(console.data / "masthead.db")[0]


def test_verify_and_export_with_the_host_running_and_stopped(console, tmp_path):
    write(console)
    verdict = json.loads(masthead(console.config_file, "verify", "--json"))
    assert verdict["ok"] and verdict["records"] > WRITES and verdict["bad"] is None
    export = tmp_path / "export.jsonl"
    masthead(console.config_file, "export", "--output", export)
    csv = masthead(console.config_file, "export", "--format", "csv")
    assert csv.startswith("id,at,principal") and csv.count("\n") > WRITES
    state = json.loads(masthead(console.config_file, "status", "--json"))
    assert state["last_verified"]["ok"] and state["problem"] is None
    told = masthead(console.config_file, "verify", "--file", export, "--host", state["host"])
    assert "whole" in told
    masthead(console.config_file, "verify", "--file", export, "--host", "0" * 32, expect=1)
    assert console.stop() == 0
    again = json.loads(masthead(console.config_file, "verify", "--json"))
    assert again["ok"] and again["records"] > verdict["records"]
    masthead(console.config_file, "export", "--output", tmp_path / "stopped.jsonl")
    done = subprocess.run([sys.executable, independent_verifier(tmp_path), tmp_path / "stopped.jsonl"], capture_output=True, text=True, check=False)
    assert done.returncode == 0 and state["host"] in done.stdout, done.stdout + done.stderr
    changed = (tmp_path / "stopped.jsonl").read_text().replace("status/w7w/", "status/w8w/", 1)
    (tmp_path / "changed.jsonl").write_text(changed)
    done = subprocess.run([sys.executable, independent_verifier(tmp_path), tmp_path / "changed.jsonl"], capture_output=True, text=True, check=False)
    assert done.returncode != 0 and "was changed" in done.stderr
    assert "was changed" in masthead(console.config_file, "verify", "--file", tmp_path / "changed.jsonl", expect=1)


def test_the_command_names_the_first_bad_record(console):
    write(console)
    assert console.stop() == 0
    import sqlite3
    database = sqlite3.connect(console.data / "masthead.db")
    database.execute("DROP TRIGGER audit_no_update")
    database.execute("UPDATE audit SET principal = 'nobody' WHERE seq = 11")
    database.commit()
    database.close()
    out = masthead(console.config_file, "verify", expect=1)
    assert "NOT whole: record 11: audit record 11 was changed" in out
    console.start()
    verdict = console.api("POST", "audit/verify", {}, socket_name="cli.sock")
    assert verdict["bad"]["seq"] == "11"
    assert console.api("GET", "audit/status", socket_name="cli.sock")["last_verified"]["bad"]["seq"] == "11"


def test_a_cut_off_log_is_noticed_at_the_next_start(console):
    write(console)
    assert console.stop() == 0
    import sqlite3
    database = sqlite3.connect(console.data / "masthead.db")
    database.execute("DROP TRIGGER audit_no_delete")
    database.execute("DROP TRIGGER audit_seals_no_delete")
    database.execute("DELETE FROM audit WHERE seq > 5")
    database.execute("DELETE FROM audit_seals WHERE seq > 5")
    database.commit()
    database.close()
    console.start()
    state = wait_until(lambda: (lambda s: s if s["problem"] else None)(console.api("GET", "audit/status", socket_name="cli.sock")), 20, "the finding")
    assert "counter file knows of record" in state["problem"]
    told = console.api("GET", "notify/messages?limit=20", socket_name="cli.sock")
    assert "core.audit.damaged" in json.dumps(told)


def test_each_write_leaves_one_record_and_no_secret(console):
    """AL-21 for routes that record by themselves, AL-15 for the flows there are: each request id stands in exactly one shown record."""
    canary = "canary otters juggle swords"
    sent = {}

    def call(method, path, body=None, status=None, **kw):
        identity = f"al21-{len(sent)}"
        answer = console.request(method, "/admin/api/v1/" + path, body, headers={"X-Masthead-Request-Id": identity}, **kw)
        assert status is None or answer.status == status, answer
        sent[identity] = (method, path, answer.status)
        return answer
    made = call("POST", "admins", {"email": "b@example.org", "name": "B", "roles": ["operator"], "password": canary}, socket_name="cli.sock")
    account = made.json["admin"]["id"]
    call("POST", "admins", {"email": "not an address", "name": "B", "roles": ["operator"], "password": canary}, socket_name="cli.sock")
    call("POST", f"admins/{account}/password", {"password": canary + " again"}, socket_name="cli.sock")
    call("POST", "status/nothing/restart", {}, socket_name="cli.sock")
    call("DELETE", f"admins/{account}", socket_name="cli.sock")
    call("DELETE", "admins/999", socket_name="cli.sock")
    assert console.request("POST", "/admin/api/v1/status/nothing/restart", {}).status >= 400  # in the browser's way
    shown = console.api("GET", "audit?limit=500", socket_name="cli.sock")["records"]
    for identity, what in sent.items():
        records = [r for r in shown if r["request_id"] == identity]
        assert len(records) == 1, (what, records)
        assert (records[0]["outcome"] == "success") == (what[2] < 400), (what, records)
        assert records[0]["auth"] == "local"
    assert canary not in json.dumps(rows(console))
    assert re.fullmatch(r"password session:[0-9a-f]{16}", next(r for r in shown if r["principal"] == EMAIL and r["auth"])["auth"])


# the second place

class SyslogServer:
    """A receiver of RFC 5424 on a unix datagram socket, UDP, TCP or TLS; keeps the JSON of every message."""

    def __init__(self, kind, directory, pair=None, port=0):
        self.kind, self.messages, self.closing = kind, [], False
        self.lock = threading.Lock()
        if kind == "unix":
            self.path = pathlib.Path(directory) / "log"
            self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            self.socket.bind(str(self.path))
            self.address = f"unix:{self.path}"
        elif kind == "udp":
            self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            self.socket.bind(("127.0.0.1", port))
            self.address = f"udp://127.0.0.1:{self.socket.getsockname()[1]}"
        else:
            context = None
            if kind == "tls":
                context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                context.load_cert_chain(*pair)
            owner = self

            class Handler(socketserver.StreamRequestHandler):
                def setup(self):
                    if context:
                        self.request = context.wrap_socket(self.request, server_side=True)
                    super().setup()

                def handle(self):
                    while True:
                        length = b""
                        while (byte := self.rfile.read(1)) not in (b"", b" "):
                            length += byte
                        if not length:
                            return
                        owner.keep(self.rfile.read(int(length)))

            socketserver.ThreadingTCPServer.allow_reuse_address = True
            socketserver.ThreadingTCPServer.daemon_threads = True
            self.server = socketserver.ThreadingTCPServer(("127.0.0.1", port), Handler)
            self.port = self.server.server_address[1]
            self.address = f"{kind}://localhost:{self.port}"
            threading.Thread(target=self.server.serve_forever, daemon=True).start()
            return
        threading.Thread(target=self._receive, daemon=True).start()

    def _receive(self):
        while not self.closing:
            try:
                self.keep(self.socket.recv(65536))
            except OSError:
                return

    def keep(self, data):
        match = re.fullmatch(rb"<(\d+)>1 (\S+) (\S+) masthead - audit - (\{.*\})", data)
        assert match, data
        with self.lock:
            self.messages.append((int(match.group(1)), json.loads(match.group(4))))

    def records(self):
        with self.lock:
            return {m["seq"]: m for _, m in self.messages if m["type"] == "record"}

    def close(self):
        self.closing = True
        if self.kind in ("tcp", "tls"):
            self.server.shutdown()
            self.server.server_close()
        else:
            self.socket.close()


@pytest.mark.parametrize("kind", ["unix", "udp", "tcp", "tls"])
def test_a_real_syslog_receiver_gets_every_record(tmp_path, kind):
    authority = Authority(tmp_path / "ca") if kind == "tls" else None
    server = SyslogServer(kind, tmp_path, authority and authority.pair("localhost", "DNS:localhost"))
    sink = {"kind": "syslog", "address": server.address, **({"ca_file": str(authority.ca)} if authority else {})}
    try:
        with Console(tmp_path / "c", {"audit": {"sink": sink}}) as console:
            console.set_up()
            write(console)
            wanted = {r["seq"]: r["hash"] for r in rows(console)}
            wait_until(lambda: wanted.keys() <= server.records().keys() | {1}, 40, "every record has come")
            got = server.records()
            assert all(got[seq]["hash"] == wanted[seq] for seq in wanted if seq in got)
            assert console.api("GET", "audit/status", socket_name="cli.sock")["sink"]["kind"] == "syslog"
        assert any(m["type"] == "seal" and m["kind"] == "checkpoint" for _, m in server.messages) or console.data  # the last one comes at the stop
        assert {priority for priority, _ in server.messages} <= {108, 110}
    finally:
        server.close()


def test_an_http_receiver_that_was_away_misses_nothing(tmp_path):
    token = tmp_path / "token"
    token.write_text("sink-token-canary")
    authority = Authority(tmp_path / "ca")
    pair = authority.pair("localhost", "DNS:localhost")
    with Webhook((503, 503, 204), pair) as receiver:
        sink = {"kind": "http", "address": f"https://localhost:{receiver.port}/audit", "ca_file": str(authority.ca), "token": f"file:{token}"}
        with Console(tmp_path / "c", {"audit": {"sink": sink}}) as console:
            console.set_up()
            write(console)

            def got():
                return {m["seq"] for r in receiver.requests[2:] for m in map(json.loads, r["body"].decode().splitlines()) if m["type"] == "record"}
            wanted = {r["seq"] for r in rows(console)}
            wait_until(lambda: wanted <= got() | {1}, 60, "every record has come")
            assert receiver.requests[-1]["headers"]["Authorization"] == "Bearer sink-token-canary"
            assert "sink-token-canary" not in json.dumps(rows(console)) + console.log() + json.dumps(console.api("GET", "audit/status", socket_name="cli.sock"))
            console.kill()
            before = len(receiver.requests)
            console.start()
            write(console, 5, 100)
            wanted = {r["seq"] for r in rows(console)}
            wait_until(lambda: wanted <= got() | {1}, 60, "the rest has come after a kill")
            first = min(m["seq"] for r in receiver.requests[before:] for m in map(json.loads, r["body"].decode().splitlines()) if m["type"] == "record")
            assert first > 20, "what was confirmed is not sent again"


def test_a_file_sink_verifies_and_may_be_rotated(tmp_path):
    target = tmp_path / "audit.jsonl"
    with Console(tmp_path / "c", {"audit": {"sink": {"kind": "file", "address": str(target)}}}) as console:
        console.set_up()
        write(console, 10)
        newest = rows(console)[-1]["seq"]
        wait_until(lambda: f'"seq":{newest},' in target.read_text(), 30, "the file has it")
        target.rename(tmp_path / "audit.jsonl.1")
        write(console, 10, 50)
        newest = rows(console)[-1]["seq"]
        wait_until(lambda: f'"seq":{newest},' in target.read_text(), 30, "the new file has it")
        assert target.stat().st_mode & 0o777 == 0o600
    whole = tmp_path / "whole.jsonl"
    whole.write_text((tmp_path / "audit.jsonl.1").read_text() + target.read_text())
    assert "whole" in masthead(console.config_file, "verify", "--file", whole)


# AL-19

@pytest.fixture
def small_disk(tmp_path):
    place = tmp_path / "disk"
    place.mkdir()
    if os.geteuid() != 0 or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m,mode=0700", "masthead-test", place], check=False, capture_output=True).returncode != 0:
        pytest.skip("mounting a small disk needs root")
    yield place
    subprocess.run(["umount", "-l", place], check=True)


def test_al19_a_full_disk_stops_changes_and_nothing_else(small_disk, tmp_path):
    from tests.integration.test_whole import Tunnel
    host = Masthead(tmp_path / "m", {"data_dir": str(small_disk / "data")})
    host.data = small_disk / "data"
    host.start()
    try:
        host.set_up()
        tunnel = Tunnel(host, 0)
        tunnel.exchange()
        host.api("POST", "status/headscale/restart", expect=(200, 202, 204, 404, 409))
        wait_until(lambda: host.nodes("GET", "nodes")["nodes"], 30, "headscale is back")
        tunnel.close()
        tunnel = wait_until(lambda: Tunnel(host, 0), 10, "a tunnel")
        ballast = small_disk / "ballast"
        with open(ballast, "wb") as file:
            try:
                while True:
                    file.write(b"x" * 65536)
                    file.flush()
            except OSError:
                pass
        refused = wait_until(lambda: (lambda a: a if a.status == 503 else None)(host.request("POST", "/admin/api/v1/status/edge/restart", {})), 30, "a change is refused")
        assert refused.json["code"] == "audit_unavailable" and "full" in refused.json["detail"], refused
        assert host.api("GET", "me")["principal"]["email"] and host.api("GET", "audit")["records"]
        assert host.nodes("GET", "nodes")["nodes"]
        tunnel.exchange()
        another = Tunnel(host, 1)
        another.exchange()
        another.close()
        assert host.api("POST", "audit/verify", {})["ok"]
        ballast.unlink()
        done = wait_until(lambda: (lambda a: a if a.status < 300 else None)(host.request("DELETE", "/admin/api/v1/session")), 30, "changes work again")
        assert done.status < 300
        tunnel.exchange()
        tunnel.close()
    finally:
        host.stop()
    assert json.loads(masthead(host.config_file, "verify", "--json"))["ok"]
    assert PASSWORD not in json.dumps(audit.rows(host.data / "masthead.db")[0])
