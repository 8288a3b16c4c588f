"""The console process on its own: set-up, signing in, CSRF, the two sockets, crashes. The test plays supervisor and edge."""
import http.client
import os
import signal
import socket
import stat
import subprocess
import sys

import pytest

from tests.support.console import EMAIL, HOST, ORIGIN, PASSWORD, Console, UnixConnection
from tests.support.waiting import wait_until


@pytest.fixture
def console(tmp_path):
    with Console(tmp_path / "c") as running:
        yield running


def code(answer):
    return answer.json["code"]


# set-up and signing in

def test_setup_makes_the_first_admin_once(console):
    assert console.api("GET", "setup") == {"needed": True, "trial": True, "demo": False}
    token = console.token()
    assert token in console.log() and stat.S_IMODE(os.stat(console.data / "run" / "setup-token").st_mode) == 0o600
    wrong = {"token": "A" * 43, "email": EMAIL, "name": "Ada", "password": PASSWORD}
    assert console.request("POST", "/admin/api/v1/setup", wrong).status == 403
    weak = console.request("POST", "/admin/api/v1/setup", dict(wrong, token=token, password="passwordpassword"))
    assert weak.status == 400 and [f["path"] for f in weak.json["fields"]] == ["password"]
    answer = console.set_up()
    cookie = answer.headers["Set-Cookie"]
    assert len(answer.headers.get_all("Set-Cookie")) == 2 and cookie.startswith("__Host-masthead=") and cookie.endswith("; Path=/; Secure; HttpOnly; SameSite=Strict"), cookie
    assert console.api("GET", "me")["principal"]["roles"] == ["admin"]
    assert console.api("GET", "setup")["needed"] is False
    assert not (console.data / "run" / "setup-token").exists()
    assert console.request("POST", "/admin/api/v1/setup", dict(wrong, token=token, email="eve@example.org")).status == 403


def test_setup_token_survives_a_restart_within_its_time(console):
    token = console.token()
    console.kill()
    console.start()
    assert console.token() == token
    console.set_up()


def test_wrong_password_and_unknown_account_look_the_same(console):
    console.set_up()
    seen = []
    for email in (EMAIL, "nobody@example.org"):
        answer = console.request("POST", "/admin/api/v1/session", {"email": email, "password": "wrong but long enough"},
                                 headers={"X-Masthead-Request-Id": "same"}, cookie="none=1")
        headers = {k: v for k, v in answer.headers.items() if k != "Date"}
        seen.append((answer.status, answer.body, headers))
    assert seen[0][0] == 401 and seen[0] == seen[1]
    assert "Set-Cookie" not in seen[0][2]


def test_sign_in_bodies_that_are_no_sign_in(console):
    console.set_up()
    for body in (b"[]", b'"x"', b"{}", b'{"email":"a"}', b'{"email":"a","password":{"x":1}}', b'{"email":"a","email":"b","password":"c"}', b"nonsense",
                 b'{"email":"a","password":"b","roles":["admin"]}'):
        answer = console.request("POST", "/admin/api/v1/session", body)
        assert answer.status == 400, (body, answer)
    big = console.request("POST", "/admin/api/v1/session", {"email": EMAIL, "password": "x" * 1025})
    assert big.status == 400
    assert console.request("POST", "/admin/api/v1/session", b'{"email":"' + b"a" * 20000 + b'"}').status == 413


def test_guessing_is_slowed_down(console):
    console.set_up()
    guess = {"email": EMAIL, "password": "wrong but long enough"}
    answers = [console.request("POST", "/admin/api/v1/session", guess, headers={"X-Masthead-Client": "198.51.100.9"}) for _ in range(6)]
    assert [a.status for a in answers[:5]] == [401] * 5
    assert answers[5].status == 429 and int(answers[5].headers["Retry-After"]) >= 1
    console.sign_in()  # a browser that signed in before is not locked out


def test_sign_out_ends_the_session_for_good(console):
    console.set_up()
    cookie = console.cookie
    answer = console.request("DELETE", "/admin/api/v1/session")
    assert answer.status == 204 and "Max-Age=0" in answer.headers["Set-Cookie"]
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert console.request("GET", "/admin/api/v1/me", cookie=cookie).status == 401


def test_cookies_that_are_no_session(console):
    console.set_up()
    good = console.cookie
    for cookie in ("__Host-masthead=", "__Host-masthead=" + "A" * 43, good + "; " + good, "masthead=" + good.split("=")[1], good[:-1]):
        assert console.request("GET", "/admin/api/v1/me", cookie=cookie).status == 401, cookie
    assert console.request("GET", "/admin/api/v1/me?session=" + good.split("=")[1], plain=True).status == 401


# CSRF and roles

WRITES = [("DELETE", "session"), ("POST", "admins"), ("POST", "admins/1/password"), ("DELETE", "admins/1"), ("POST", "status/headscale/restart"),
          ("POST", "plugins/nodes/release")]


@pytest.mark.parametrize("name,headers", [
    ("no token", {"X-Masthead-CSRF": None}),
    ("wrong token", {"X-Masthead-CSRF": "A" * 43}),
    ("no origin", {"Origin": None}),
    ("origin null", {"Origin": "null"}),
    ("evil origin", {"Origin": "https://evil.example"}),
    ("http origin", {"Origin": "http://" + HOST}),
    ("cross-site", {"Sec-Fetch-Site": "cross-site"}),
    ("same-site", {"Sec-Fetch-Site": "same-site"}),
])
def test_signed_in_writes_need_token_and_origin(tmp_path, name, headers):
    with Console(tmp_path / "c") as console:
        console.set_up()
        for method, path in WRITES:
            answer = console.request(method, "/admin/api/v1/" + path, {}, headers=headers)
            assert answer.status == 403 and code(answer) == "csrf", (name, method, path, answer)
        assert console.api("GET", "me") and len(console.api("GET", "admins")["admins"]) == 1


def test_a_token_belongs_to_one_session(console):
    console.set_up()
    other = console.csrf
    console.sign_in()
    assert console.csrf != other
    answer = console.request("POST", "/admin/api/v1/plugins/x/release", headers={"X-Masthead-CSRF": other})
    assert answer.status == 403 and code(answer) == "csrf"
    assert console.request("POST", "/admin/api/v1/plugins/x/release").status == 404


def test_admins_are_managed_and_operators_are_not_admins(console):
    console.set_up()
    made = console.api("POST", "admins", {"email": "Olga@Example.org", "name": "Olga", "roles": ["operator"]})
    assert made["admin"]["email"] == "olga@example.org" and made["admin"]["roles"] == ["operator"]
    assert console.request("POST", "/admin/api/v1/admins", {"email": "olga@example.org", "name": "O", "roles": ["viewer"]}).status == 409
    assert console.request("POST", "/admin/api/v1/admins", {"email": "x@example.org", "name": "X", "roles": ["viewer"], "id": "7"}).status == 400
    admin = (console.cookie, console.csrf)
    link = made["invite"]["link"]
    assert link.startswith(ORIGIN + "/admin/link#")
    console.take_session(console.request("POST", "/admin/api/v1/links/accept", {"token": link.split("#")[1], "password": "eleven green badgers whistle"}, plain=True,
                                         headers={"Origin": ORIGIN}))
    assert console.request("GET", "/admin/api/v1/status").status == 200
    for method, path in (("GET", "admins"), ("POST", "admins"), ("GET", "audit"), ("GET", "plugins"), ("POST", "status/headscale/restart")):
        answer = console.request(method, "/admin/api/v1/" + path)
        assert answer.status == 403 and code(answer) == "permission_denied", (method, path, answer)
    olga = console.cookie
    console.cookie, console.csrf = admin
    console.api("POST", f"admins/{made['admin']['id']}/password", {"password": "thirteen loud pigeons nap"}, socket_name="cli.sock")
    assert console.request("GET", "/admin/api/v1/me", cookie=olga).status == 401, "a new password ends the sessions"
    console.api("DELETE", f"admins/{made['admin']['id']}")
    last = console.request("DELETE", "/admin/api/v1/admins/1")
    assert last.status == 409 and "last admin" in last.json["detail"]
    actions = [(r["action"], r["outcome"]) for r in console.api("GET", "audit")["records"]]
    for wanted in (("account.create", "success"), ("account.create", "denied"), ("supervisor.restart", "denied"), ("account.password", "success"),
                   ("account.delete", "success"), ("account.delete", "failure"), ("session.create", "success")):
        assert wanted in actions, (wanted, actions)


def test_auth_disabled_is_a_trial_without_sign_in_but_with_csrf(tmp_path):
    with Console(tmp_path / "c", {"auth": {"disabled": True}}) as console:
        me = console.api("GET", "me")
        assert me["auth_disabled"] is True and me["principal"]["method"] == "trial"
        assert console.api("GET", "setup")["needed"] is False
        assert console.request("POST", "/admin/api/v1/plugins/x/release").status == 403
        console.csrf = me["csrf"]
        assert console.request("POST", "/admin/api/v1/plugins/x/release").status == 404
        assert console.request("POST", "/admin/api/v1/plugins/x/release", headers={"Origin": "https://evil.example"}).status == 403


# sockets and framing

def test_only_a_named_edge_may_connect(tmp_path):
    console = Console(tmp_path / "c").start(edges=[1])
    try:
        with pytest.raises((ConnectionError, http.client.HTTPException)):
            console.request("GET", "/admin/api/v1/setup")
        console.tell(type="edges", pids=[1, os.getpid()])

        def answered():
            try:
                return console.request("GET", "/admin/api/v1/setup").status == 200
            except http.client.HTTPException as error:
                raise OSError(error) from error
        wait_until(answered, 5, "the new edge is accepted")
        assert "no business here" in console.log()
    finally:
        console.stop()


def test_the_command_line_socket_is_every_permission_without_a_cookie(console):
    assert stat.S_IMODE(os.stat(console.data / "run" / "cli.sock").st_mode) == 0o600
    me = console.api("GET", "me", socket_name="cli.sock")
    assert me["principal"]["id"] == "local:cli" and "core.admins.manage" in me["principal"]["permissions"]
    made = console.api("POST", "admins", {"email": EMAIL, "name": "Ada", "password": PASSWORD}, socket_name="cli.sock")
    assert made["admin"]["roles"] == ["admin"]
    assert console.api("GET", "setup")["needed"] is False
    console.sign_in()


def raw(console, data):
    with socket.socket(socket.AF_UNIX) as s:
        s.settimeout(10)
        s.connect(str(console.data / "run" / "console.sock"))
        s.sendall(data)
        s.shutdown(socket.SHUT_WR)
        out = b""
        while True:
            got = s.recv(65536)
            if not got:
                return out
            out += got


def test_bodies_nobody_reads_are_not_the_next_request(console):
    hidden = b"GET /admin/api/v1/setup HTTP/1.1\r\nHost: x\r\n\r\n"
    head = b"PUT /admin/api/v1/me HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n"
    out = raw(console, head % len(hidden) + hidden)
    assert out.count(b"HTTP/1.1 ") == 1 and out.startswith(b"HTTP/1.1 405")
    large = hidden * 2000
    out = raw(console, head % len(large) + large)
    assert out.count(b"HTTP/1.1 ") == 1 and out.startswith(b"HTTP/1.1 405")


@pytest.mark.parametrize("line", [b"Transfer-Encoding: chunked", b"Content-Length: 5\r\nContent-Length: 6", b"Content-Length: -1", b"Content-Length: +5",
                                  b"Content-Length: 1,0", b"Origin: a\r\nOrigin: b"])
def test_ambiguous_framing_is_refused(console, line):
    out = raw(console, b"POST /admin/api/v1/session HTTP/1.1\r\nHost: x\r\n" + line + b"\r\n\r\n5\r\nhello\r\n0\r\n\r\n")
    assert out.startswith(b"HTTP/1.1 400") and out.count(b"HTTP/1.1 ") == 1 and b"Connection: Close" in out


def test_keep_alive_serves_many_requests(console):
    connection = UnixConnection(console.data / "run" / "console.sock")
    for _ in range(200):
        assert console.request("GET", "/admin/api/v1/setup", connection=connection).status == 200
    connection.close()


# pages and files

def test_pages_and_files(tmp_path):
    web = tmp_path / "web"
    (web / "shell" / "assets").mkdir(parents=True)
    (web / "host" / "1").mkdir(parents=True)
    (web / "shell" / "index.html").write_text("<!doctype html><title>shell</title>")
    (web / "shell" / "assets" / "index-DiwrgTda.js").write_text("export {}")
    (web / "host" / "1" / "ui.js").write_text("export {}")
    with Console(tmp_path / "c", web_dir=web) as console:
        for path in ("/admin", "/admin/", "/admin/sign-in", "/admin/setup", "/admin/p/nodes/7", "/admin/audit"):
            page = console.request("GET", path, plain=True)
            assert page.status == 200 and "shell" in page.body, (path, page)
            assert page.headers["Content-Type"] == "text/html; charset=utf-8" and page.headers["Cache-Control"] == "no-store"
            assert "require-trusted-types-for 'script'" in page.headers["Content-Security-Policy"]
        script = console.request("GET", "/admin/ui/shell/assets/index-DiwrgTda.js", plain=True)
        assert script.headers["Content-Type"].startswith("text/javascript") and "immutable" in script.headers["Cache-Control"]
        assert console.request("GET", "/admin/ui/host/1/ui.js", headers={"If-None-Match": console.request("GET", "/admin/ui/host/1/ui.js").headers["ETag"]}).status == 304
        head = console.request("HEAD", "/admin/ui/host/1/ui.js")
        assert head.status == 200 and head.headers["Content-Length"] == "9" and head.body == ""
        for path in ("/admin/ui/shell/missing.js", "/admin/ui/x", "/admin/ui/p/nodes/abc/nodes.js", "/admin/api/v1/nothing", "/admin/api/x", "/etc/passwd", "/"):
            assert console.request("GET", path).status == 404, path


def test_csp_reports_are_taken_from_anywhere_and_bounded(console):
    headers = {"Content-Type": "application/csp-report", "Origin": "null"}
    assert console.request("POST", "/admin/api/v1/csp-report", b'{"csp-report":{}}', headers=headers, plain=True).status == 204
    assert console.request("POST", "/admin/api/v1/csp-report", b"x" * 9000, headers=headers, plain=True).status == 413


# state from the supervisor, events

def test_status_shows_what_the_supervisor_says(console):
    console.set_up()
    console.tell(type="state", children=[{"name": "headscale", "state": "backoff"}])
    console.tell(type="counts", connections=3, tunnels=2)
    status = wait_until(lambda: (lambda s: s["edge"]["tunnels"] == 2 and s)(console.api("GET", "status")), 5, "the counts")
    assert status["supervisor"]["children"][0]["state"] == "backoff" and status["headscale"]["state"] == "away"
    assert status["tailnet"]["stale"] is True
    restart = console.request("POST", "/admin/api/v1/status/headscale/restart")
    assert restart.status == 503 and restart.json["retryable"] is True, "no supervisor listens here"


def test_ticks_prove_life(console):
    wait_until(lambda: [l for l in console.received if l["type"] == "tick"][1:], 10, "two ticks")
    assert [l["type"] for l in console.received].count("ready") == 1


class Stream:
    """An open event stream; `read_until` waits for a text in what was received so far."""

    def __init__(self, console, headers=None):
        self.connection = UnixConnection(console.data / "run" / "console.sock", timeout=10)
        sent = {"Host": HOST, "X-Masthead-Client": "192.0.2.7", "X-Masthead-Host": HOST, "X-Masthead-Scheme": "https", "Cookie": console.cookie}
        sent.update(headers or {})
        self.connection.request("GET", "/admin/api/v1/events", headers=sent)
        self.response = self.connection.getresponse()
        self.text = ""

    def read_until(self, wanted):
        while wanted not in self.text:
            got = self.response.read1(65536)
            assert got, f"the stream ended without {wanted!r}: {self.text!r}"
            self.text += got.decode()
        return self.text

    def read_to_end(self):
        self.text += self.response.read().decode()
        return self.text

    def close(self):
        self.response.close()
        self.connection.close()


def test_events_arrive_and_can_be_resumed(console):
    console.set_up()
    stream = Stream(console)
    assert stream.response.status == 200 and stream.response.headers["Content-Type"] == "text/event-stream"
    stream.read_until(": connected")
    console.tell(type="state", children=[])
    text = stream.read_until("event: status\n")
    last = int(text.split("event: status\nid: ")[1].split("\n")[0])
    stream.close()
    console.tell(type="state", children=[])
    again = Stream(console, {"Last-Event-ID": str(last)})
    assert f"id: {last + 1}\n" in again.read_until("event: status\n")
    lost = Stream(console, {"Last-Event-ID": "99999"})
    lost.read_until("event: lagged\n")


def test_a_stream_ends_with_its_session(console):
    console.set_up()
    stream = Stream(console)
    stream.read_until(": connected")
    console.api("DELETE", "session")
    assert "event: session.revoked\n" in stream.read_to_end()


def test_four_streams_per_session(console):
    console.set_up()
    streams = [Stream(console) for _ in range(4)]
    for stream in streams:
        stream.read_until(": connected")
    refused = Stream(console)
    assert refused.response.status == 503 and refused.response.headers["Retry-After"]
    streams[0].close()

    def free():
        stream = Stream(console)
        status = stream.response.status
        stream.close()
        return status == 200
    wait_until(free, 10, "a place is free again")
    assert console.request("GET", "/admin/api/v1/me").status == 200


def test_streams_need_a_session(console):
    assert console.request("GET", "/admin/api/v1/events", plain=True).status == 401


# crashes and stopping

def test_a_session_survives_kill_and_restart(console):
    console.set_up()
    csrf = console.csrf
    console.kill()
    console.start()
    me = console.api("GET", "me")
    assert me["principal"]["email"] == EMAIL and me["csrf"] == csrf


def test_a_change_cut_off_by_a_kill_is_shown_as_unknown(console):
    console.set_up()
    # A supervisor that takes the request and never answers keeps the change open while the console is killed.
    with socket.socket(socket.AF_UNIX) as silent:
        silent.bind(str(console.data / "run" / "supervisor.sock"))
        silent.listen(1)
        connection = UnixConnection(console.data / "run" / "console.sock")
        connection.request("POST", "/admin/api/v1/status/edge/restart", headers={
            "Host": HOST, "X-Masthead-Host": HOST, "X-Masthead-Scheme": "https", "Origin": ORIGIN, "Cookie": console.cookie, "X-Masthead-CSRF": console.csrf})
        taken, _ = silent.accept()
        console.kill()
        taken.close()
        connection.close()
    os.unlink(console.data / "run" / "supervisor.sock")
    console.start()
    newest = console.api("GET", "audit")["records"][0]
    assert (newest["action"], newest["object"], newest["outcome"]) == ("supervisor.restart", "/admin/api/v1/status/edge/restart", "unknown")


def test_it_leaves_when_the_supervisor_is_gone(tmp_path):
    console = Console(tmp_path / "c").start()
    console.control.shutdown(socket.SHUT_RDWR)
    assert console.process.wait(10) == 0


def test_it_leaves_when_told_to_drain(tmp_path):
    console = Console(tmp_path / "c").start()
    console.set_up()
    stream = Stream(console)
    stream.read_until(": connected")
    console.tell(type="drain", ms=5000)
    assert console.process.wait(10) == 0
    assert not (console.data / "run" / "console.sock").exists()


def test_a_newer_database_is_refused_with_the_reason(tmp_path):
    console = Console(tmp_path / "c").start()
    console.stop()
    import sqlite3
    with sqlite3.connect(console.data / "masthead.db") as database:
        database.execute("INSERT INTO schema_version (number, name) VALUES (1000, 'later')")
    database.close()
    console.start(wait=False)
    assert console.process.wait(10) != 0
    wait_until(lambda: "schema 1000" in console.log(), 5, "the reason in the log")


# the command line

def run_admin(console, *words, stdin=""):
    from tests.support.masthead import BIN
    return subprocess.run([BIN / "masthead", "admin", *words, "--config", console.config_file], input=stdin, capture_output=True, text=True, timeout=30)


def test_admin_commands_with_a_running_host(console):
    made = run_admin(console, "create", EMAIL, "--name", "Ada", stdin=PASSWORD + "\n")
    assert made.returncode == 0, made
    assert EMAIL in run_admin(console, "list").stdout
    console.sign_in()
    weak = run_admin(console, "create", "bob@example.org", stdin="short\n")
    assert weak.returncode == 1 and "15 characters" in weak.stderr
    reset = run_admin(console, "reset-password", EMAIL.upper(), stdin="eleven green badgers whistle\n")
    assert reset.returncode == 0, reset
    assert console.request("GET", "/admin/api/v1/me").status == 401
    console.sign_in(password="eleven green badgers whistle")
    assert [r["principal"] for r in console.api("GET", "audit")["records"] if r["action"] == "account.create"] == ["local:cli"] * 2


def test_admin_commands_without_a_host_lock_the_data_directory(tmp_path):
    console = Console(tmp_path / "c")
    from tests.support.masthead import to_yaml
    console.config_file.write_text(to_yaml(console.settings))
    made = run_admin(console, "create", EMAIL, "--role", "admin", stdin=PASSWORD + "\n")
    assert made.returncode == 0, made
    assert EMAIL in run_admin(console, "list").stdout
    holder = subprocess.Popen([sys.executable, "-c", "import fcntl,sys; f=open(sys.argv[1],'r+'); fcntl.flock(f,fcntl.LOCK_EX); print('held',flush=True); sys.stdin.read()",
                               console.data / "lock"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        assert holder.stdout.readline() == "held\n"
        refused = run_admin(console, "list")
        assert refused.returncode == 1 and "running" in refused.stderr, refused
    finally:
        holder.communicate()
    with console:
        console.sign_in()
        assert console.api("GET", "setup")["needed"] is False


def test_secrets_never_reach_the_log(console):
    console.set_up()
    console.request("POST", "/admin/api/v1/session", {"email": EMAIL, "password": "a wrong password to look for"})
    console.api("DELETE", "session")
    console.process.send_signal(signal.SIGTERM)
    console.process.wait(15)
    text = "".join(console.log_lines)
    for secret in (PASSWORD, "a wrong password to look for", console.cookie.split("=")[1], console.csrf):
        assert secret not in text


def test_an_outside_reader_of_the_database_takes_nothing_away(console):
    """Another process that opens the database and leaves (a backup, a curious admin) must not delete the log it is written to."""
    console.set_up()
    subprocess.run([sys.executable, "-c", f"import sqlite3; c = sqlite3.connect({str(console.data / 'masthead.db')!r}); c.execute('SELECT 1 FROM accounts').fetchall(); c.close()"],
                   check=True)
    assert (console.data / "masthead.db-wal").exists()
    made = console.sign_in()
    console.kill()
    console.start()
    assert made.status == 200 and console.api("GET", "me")["principal"]["email"] == EMAIL
