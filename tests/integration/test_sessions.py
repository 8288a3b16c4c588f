"""Sessions and their cookies against the running console."""
import base64
import hashlib
import threading

import pytest

from tests.support.console import EMAIL, HOST, ORIGIN, PASSWORD, Console
from tests.support.routes import ask, example_path, live_routes, name, signed_in
from tests.support.waiting import wait_until
from tests.integration.test_console import Stream

ME = "/admin/api/v1/me"


@pytest.fixture
def console(tmp_path):
    with Console(tmp_path / "c") as running:
        running.set_up()
        yield running


def value(cookie):
    return cookie.split("=", 1)[1]


def alive(console, cookie):
    return console.request("GET", ME, cookie=cookie).status == 200


def age(console, column, seconds):
    console.sql(f"UPDATE sessions SET {column} = {column} - ?", seconds * 1000)


def test_SE01_the_cookie_is_256_random_bits_kept_as_a_hash(console):
    token = value(console.cookie)
    assert len(base64.urlsafe_b64decode(token + "=")) == 32
    assert console.sql("SELECT token_hash FROM sessions") == [(hashlib.sha256(token.encode()).hexdigest(),)]
    for file in console.data.glob("masthead.db*"):
        assert token.encode() not in file.read_bytes()
    assert len({value(console.sign_in().headers["Set-Cookie"].split(";")[0]) for _ in range(5)}) == 5


def test_SE02_a_planted_cookie_is_never_adopted_and_a_step_up_changes_it(console):
    planted = "__Host-masthead=" + "A" * 43
    answer = console.request("POST", "/admin/api/v1/session", {"email": EMAIL, "password": PASSWORD}, cookie=planted)
    assert answer.status == 200 and not answer.headers["Set-Cookie"].startswith(planted)
    assert not alive(console, planted)
    old, csrf = console.cookie, console.csrf
    console.take_session(console.request("POST", "/admin/api/v1/me/step-up", {"password": PASSWORD}))
    assert console.cookie != old and console.csrf != csrf and not alive(console, old)


def test_SE03_cookie_attributes(console):
    session, device = console.sign_in().headers.get_all("Set-Cookie")
    assert session.split("; ")[1:] == ["Path=/", "Secure", "HttpOnly", "SameSite=Strict"]
    assert device.split("; ")[1:] == ["Path=/", "Secure", "HttpOnly", "SameSite=Strict", "Max-Age=15552000"]


def test_SE04_SE24_SE25_signing_out_ends_it_on_the_server(console):
    cookie = console.cookie
    answer = console.request("DELETE", "/admin/api/v1/session")
    assert answer.status == 204 and "Max-Age=0" in answer.headers["Set-Cookie"] and "cache" in answer.headers["Clear-Site-Data"]
    replay = console.request("GET", ME, cookie=cookie)
    assert replay.status == 401 and replay.headers["Cache-Control"] == "no-store"


def test_SE05_disabling_ends_sessions_and_streams_at_once(console):
    bob = console.add_admin("bob@example.org", roles=["viewer"])
    admin = (console.cookie, console.csrf)
    console.sign_in("bob@example.org")
    stream = Stream(console)
    stream.read_until(": connected")
    bobs = console.cookie
    console.cookie, console.csrf = admin
    console.api("PATCH", f"admins/{bob}", {"disabled": True}, headers={"If-Match": "*"})
    assert not alive(console, bobs)
    assert "event: session.revoked\n" in stream.read_to_end()


def test_SE06_a_lowered_role_acts_on_the_next_request(console):
    bob = console.add_admin("bob@example.org")
    admin = (console.cookie, console.csrf)
    console.sign_in("bob@example.org")
    assert console.request("GET", "/admin/api/v1/admins").status == 200
    bobs = (console.cookie, console.csrf)
    console.cookie, console.csrf = admin
    console.api("PATCH", f"admins/{bob}", {"roles": ["viewer"]}, headers={"If-Match": "*"})
    console.cookie, console.csrf = bobs
    assert console.request("GET", "/admin/api/v1/admins").status == 403 and alive(console, console.cookie)


def test_SE07_idle_and_absolute_ends(console):
    age(console, "last_seen", 30 * 60 - 5)
    assert alive(console, console.cookie)
    age(console, "last_seen", 30 * 60)
    assert not alive(console, console.cookie)
    console.sign_in()
    age(console, "expires_at", 12 * 60 * 60)
    assert not alive(console, console.cookie)


def test_SE08_SE09_my_sessions_and_ending_the_others(console):
    console.add_admin("bob@example.org")
    mine = console.cookie
    console.sign_in("bob@example.org")
    bobs = console.cookie
    console.sign_in()
    listed = console.api("GET", "me/account")["sessions"]
    assert len(listed) == 2 and [s["current"] for s in listed].count(True) == 1 and {s["client"] for s in listed} == {"192.0.2.7"}
    assert console.api("POST", "me/sessions/revoke-others") == {"ended": 1}
    assert not alive(console, mine) and alive(console, bobs) and alive(console, console.cookie)


def test_SE08_ending_one_and_the_current_one(console):
    other = console.cookie
    console.sign_in()
    listed = {s["current"]: s["handle"] for s in console.api("GET", "me/account")["sessions"]}
    console.api("DELETE", "me/sessions/" + listed[False])
    assert not alive(console, other)
    answer = console.request("DELETE", "/admin/api/v1/me/sessions/" + listed[True])
    assert answer.status == 204 and "Max-Age=0" in answer.headers["Set-Cookie"] and not alive(console, console.cookie)


def test_SE10_the_eleventh_ends_the_oldest(console):
    first = console.cookie
    cookies = []
    for _ in range(10):
        console.sign_in()
        cookies.append(console.cookie)
    assert not alive(console, first) and all(alive(console, cookie) for cookie in cookies)


def test_SE11_a_session_elsewhere_than_in_the_cookie_is_ignored(console):
    token = value(console.cookie)
    for path in (f"{ME}?session={token}", f"{ME}?__Host-masthead={token}"):
        assert console.request("GET", path, plain=True).status == 401
    for headers in ({"Authorization": "Bearer " + token}, {"X-Session": token}):
        assert console.request("GET", ME, plain=True, headers=headers).status == 401
    assert console.request("POST", "/admin/api/v1/me/step-up", {"session": token, "password": PASSWORD}, plain=True, headers={"Origin": ORIGIN}).status == 401


def test_SE12_two_cookies_of_one_name(console):
    assert console.request("GET", ME, cookie=f"{console.cookie}; {console.cookie}").status == 401


def test_SE13_a_huge_cookie(console):
    assert console.request("GET", ME, cookie=console.cookie + "; x=" + "a" * 5000).status == 431


def test_SE14_tokens_do_not_fit_other_peoples_cookies(console):
    console.add_admin("bob@example.org")
    csrf = console.csrf
    console.sign_in("bob@example.org")
    answer = console.request("POST", "/admin/api/v1/me/sessions/revoke-others", headers={"X-Masthead-CSRF": csrf})
    assert answer.status == 403 and answer.json["code"] == "csrf"


def test_SE17_text_is_not_json(console):
    assert console.request("POST", "/admin/api/v1/me/step-up", b'{"password":"x"}', headers={"Content-Type": "text/plain"}).status == 415


def test_SE22_foreign_and_missing_objects_read_the_same(console):
    console.add_admin("bob@example.org")
    handle = console.api("GET", "me/account")["sessions"][0]["handle"]
    console.sign_in("bob@example.org")
    seen = {(a.status, a.body.replace(h, "HANDLE")) for h in (handle, "A" * 16)
            for a in [console.request("DELETE", "/admin/api/v1/me/sessions/" + h, headers={"X-Masthead-Request-Id": "same"})]}
    assert len(seen) == 1 and next(iter(seen))[0] == 404


def test_TO13_a_half_session_reaches_nothing_but_what_completes_it(console):
    console.sql("UPDATE sessions SET stage = 0")
    routes = [route for route in signed_in(live_routes(console)) if route["stage"] == "full"]
    assert len(routes) >= 30
    for route in routes:
        answer = ask(console, route["method"], example_path(route), {} if route["method"] not in ("GET", "HEAD") else None)
        assert answer.status == 401 and answer.json["code"] == "second_factor_required", (name(route), answer)
    assert console.api("GET", "me")["stage"] == "half"
    console.sql("UPDATE sessions SET stage = 1")
    for route in routes:
        answer = ask(console, route["method"], example_path(route), {} if route["method"] not in ("GET", "HEAD") else None)
        assert answer.status == 403 and answer.json["code"] == "enrol_required", (name(route), answer)


def test_SE26_sensitive_routes_want_a_fresh_sign_in(console):
    age(console, "authenticated_at", 301)
    routes = [route for route in signed_in(live_routes(console)) if route["step_up"]]
    assert {"POST /admin/api/v1/admins", "POST /admin/api/v1/admins/{id}/factors/reset", "POST /admin/api/v1/roles"} <= {name(r) for r in routes}
    for route in routes:
        answer = ask(console, route["method"], example_path(route), {} if route["method"] not in ("GET", "HEAD") else None)
        assert answer.status == 403 and answer.json["code"] == "step_up_required" and answer.json["methods"] == ["password"], (name(route), answer)
    assert console.api("GET", "me")["step_up_until"] is None
    answer = console.request("POST", "/admin/api/v1/me/step-up", {"password": PASSWORD})
    console.take_session(answer)
    assert console.api("GET", "me")["step_up_until"] == answer.json["step_up_until"]
    assert console.request("POST", "/admin/api/v1/admins", {}).status == 400
    wrong = console.request("POST", "/admin/api/v1/me/step-up", {"password": "wrong but long enough"})
    assert wrong.status == 400 and wrong.json["code"] == "wrong_code"


def test_SE26_the_fifth_wrong_step_up_ends_the_session(console):
    statuses = [console.request("POST", "/admin/api/v1/me/step-up", {"password": "wrong but long enough"}).status for _ in range(5)]
    assert statuses == [400] * 4 + [401] and not alive(console, console.cookie)


def test_SE02_streams_follow_a_step_up(console):
    stream = Stream(console)
    stream.read_until(": connected")
    console.take_session(console.request("POST", "/admin/api/v1/me/step-up", {"password": PASSWORD}))
    console.tell(type="state", children=[])
    assert "session.revoked" not in stream.read_until("event: status\n")
    console.api("DELETE", "session")
    assert "event: session.revoked\n" in stream.read_to_end()


def test_SE27_requests_that_race_a_sign_out_are_in_or_out(console):
    cookie = console.cookie
    seen, stop = [], threading.Event()

    def ask():
        while not stop.is_set():
            seen.append(console.request("GET", ME, cookie=cookie).status)
    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    wait_until(lambda: len(seen) > 20, 20, "requests under way")
    console.api("DELETE", "session")
    count = len(seen)
    wait_until(lambda: len(seen) > count + 20, 20, "requests after it")
    stop.set()
    for thread in threads:
        thread.join()
    assert set(seen) == {200, 401} and not alive(console, cookie)


def test_SE28_a_restart_keeps_sessions_to_their_owners(console):
    console.add_admin("bob@example.org")
    adas = console.cookie
    console.sign_in("bob@example.org")
    bobs = console.cookie
    console.kill()
    console.start()
    for cookie, email in ((adas, EMAIL), (bobs, "bob@example.org")):
        assert console.request("GET", ME, cookie=cookie).json["principal"]["email"] == email


def test_SE29_an_older_database_brings_no_session_back(console):
    import shutil
    import sqlite3
    with sqlite3.connect(console.data / "masthead.db") as source, sqlite3.connect(console.dir / "backup.db") as target:
        source.backup(target)
    source.close()
    target.close()
    before = console.cookie
    console.sign_in()
    after = console.cookie
    console.stop()
    for file in console.data.glob("masthead.db*"):
        file.unlink()
    shutil.copy(console.dir / "backup.db", console.data / "masthead.db")
    console.start()
    assert not alive(console, before) and not alive(console, after)
    console.sign_in()


def test_SE30_a_clock_set_back_over_a_restart_revives_nothing(console):
    # The console kept a time that lies a day ahead of the system's clock: as if that had been set back.
    console.stop()
    console.sql("UPDATE settings SET value = json_set(value, '$.at', json_extract(value, '$.at') + 86400000) WHERE name = 'clock_floor'")
    console.start()
    assert not alive(console, console.cookie), "idle for a day"
    console.sign_in()
    assert alive(console, console.cookie)


def test_secrets_of_sessions_are_not_listed(console):
    text = console.request("GET", "/admin/api/v1/me/account").body
    assert value(console.cookie) not in text and hashlib.sha256(value(console.cookie).encode()).hexdigest() not in text and HOST.split(":")[0] not in text
