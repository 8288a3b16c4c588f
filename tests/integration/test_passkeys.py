"""Passkeys through the real edge: enrolling, signing in without a name, completing a sign-in, stepping up, and what is refused.

The bits themselves are bent in tests/unit/webauthn; here the routes, cookies, sessions and restarts are what counts.
"""
import threading

import pytest

from tests.support.masthead import EMAIL, PASSWORD, Masthead
from tests.support.passkey import USER_PRESENT, Passkey


@pytest.fixture(scope="module")
def masthead(tmp_path_factory):
    running = Masthead(tmp_path_factory.mktemp("passkeys"), {"plugins": {"enabled": []}}).start(ready=("console", "edge"))
    try:
        running.set_up()
        running.owner = running.cookie, running.csrf
        yield running
    finally:
        running.stop()


@pytest.fixture
def owner(masthead):
    masthead.cookie, masthead.csrf = masthead.owner
    yield masthead
    masthead.owner = masthead.cookie, masthead.csrf
    for passkey in account(masthead)["factors"]["passkeys"]:
        masthead.api("DELETE", f"me/passkeys/{passkey['id']}")


def account(masthead):
    return masthead.api("GET", "me/account")


def origin(masthead):
    return f"https://{masthead.host}:{masthead.port}"


def post(masthead, path, body=None, **kw):
    return masthead.request("POST", "/admin/api/v1/" + path, body if body is not None else {}, **kw)


def enrol(masthead, name="laptop", **bent):
    passkey = Passkey(origin(masthead))
    asked = masthead.api("POST", "me/passkeys/options", {})
    made = masthead.api("POST", "me/passkeys", {"ceremony": asked["ceremony"], "name": name, "credential": passkey.create(asked["publicKey"], **bent)})
    passkey.row = made["passkey"]
    return passkey


def sign_in(masthead, passkey, cookie="none=1", **bent):
    """A stranger's browser: no session unless `cookie` says so."""
    asked = post(masthead, "session/passkey/options", cookie=cookie)
    assert asked.status == 200, asked
    credential = passkey.get(asked.json["publicKey"], **bent)
    return post(masthead, "session/passkey", {"ceremony": asked.json["ceremony"], "credential": credential}, cookie=cookie)


def test_enrol_then_sign_in_without_a_name(owner):
    passkey = enrol(owner, "  My laptop ")
    assert passkey.row["name"] == "My laptop" and passkey.row["last_used"] is None and not passkey.row["locked"] and passkey.row["usable"]
    answer = sign_in(owner, passkey)
    assert answer.status == 200 and answer.json["next"] == "done", answer
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-masthead=") and cookie.endswith("; Path=/; Secure; HttpOnly; SameSite=Strict"), cookie
    me = owner.request("GET", "/admin/api/v1/me", cookie=cookie.split(";")[0]).json
    assert me["principal"]["email"] == EMAIL and me["method"] == "passkey" and me["stage"] == "full"
    assert account(owner)["factors"]["passkeys"][0]["last_used"]


def test_a_password_then_waits_for_the_passkey(owner):
    passkey = enrol(owner)
    half = post(owner, "session", {"email": EMAIL, "password": PASSWORD}, cookie="none=1")
    assert half.json["next"] == "second_factor" and half.json["methods"] == ["passkey"], half
    cookie = half.headers["Set-Cookie"].split(";")[0]
    assert owner.request("GET", "/admin/api/v1/me/account", cookie=cookie).json["code"] == "second_factor_required"
    asked = post(owner, "session/passkey/options", cookie=cookie).json
    assert [c["id"] for c in asked["publicKey"]["allowCredentials"]] == [passkey.get(asked["publicKey"])["id"]]
    assert sign_in(owner, passkey, cookie=cookie).json["next"] == "done"
    assert owner.request("GET", "/admin/api/v1/me", cookie=cookie).status == 401, "the half session's cookie is spent (SE-02)"


def test_half_sessions_belong_to_their_ceremonies_wa02(owner):
    passkey = enrol(owner)
    half = post(owner, "session", {"email": EMAIL, "password": PASSWORD}, cookie="none=1").headers["Set-Cookie"].split(";")[0]
    asked = post(owner, "session/passkey/options", cookie=half).json
    stolen = {"ceremony": asked["ceremony"], "credential": passkey.get(asked["publicKey"])}
    assert post(owner, "session/passkey", stolen, cookie="none=1").json["code"] == "failed_precondition"


def test_step_up_gives_a_new_cookie(owner):
    passkey = enrol(owner)
    before = owner.cookie
    asked = owner.api("POST", "me/step-up/passkey/options", {})
    answer = post(owner, "me/step-up/passkey", {"ceremony": asked["ceremony"], "credential": passkey.get(asked["publicKey"])})
    assert answer.status == 200 and answer.json["step_up_until"], answer
    owner._take_session(answer)
    assert owner.cookie != before and owner.request("GET", "/admin/api/v1/me", cookie=before).status == 401


@pytest.mark.parametrize("bent, case", [
    ({"origin": "https://evil.example"}, "WA-08"),
    ({"origin": "http://localhost"}, "WA-06"),
    ({"rp_id": "example.org"}, "WA-15"),
    ({"flags": USER_PRESENT}, "WA-17"),
    ({"flags": 0}, "WA-16"),
    ({"key": Passkey("").key}, "WA-29"),
])
def test_bent_answers_sign_nobody_in(owner, bent, case):
    passkey = enrol(owner)
    answer = sign_in(owner, passkey, **bent)
    assert answer.status == 401 and "Set-Cookie" not in answer.headers, (case, answer)
    assert answer.json["detail"] == "This passkey was not accepted.", "no reason for strangers"
    newest = owner.api("GET", "audit?limit=1")["records"][0]
    assert newest["action"] == "session.create" and newest["outcome"] == "denied" and newest["detail"]["reason"], newest
    assert sign_in(owner, passkey).status == 200


def test_unverified_users_cannot_enrol_wa17(owner):
    asked = owner.api("POST", "me/passkeys/options", {})
    credential = Passkey(origin(owner)).create(asked["publicKey"], flags=USER_PRESENT)
    answer = post(owner, "me/passkeys", {"ceremony": asked["ceremony"], "name": "x", "credential": credential})
    assert answer.status == 400 and "not verified" in answer.json["detail"], answer
    assert account(owner)["factors"]["passkeys"] == []


def test_one_assertion_signs_in_once_wa03(owner):
    passkey = enrol(owner)
    asked = post(owner, "session/passkey/options", cookie="none=1").json
    body = {"ceremony": asked["ceremony"], "credential": passkey.get(asked["publicKey"])}
    answers = []
    threads = [threading.Thread(target=lambda: answers.append(post(owner, "session/passkey", body, cookie="none=1").status)) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [200, 409, 409, 409, 409], answers


def test_a_counter_that_goes_back_locks_and_alerts_wa34(owner):
    passkey = enrol(owner)
    assert sign_in(owner, passkey).status == 200
    passkey.count -= 2
    refused = sign_in(owner, passkey)
    assert refused.status == 401 and "locked" in refused.json["detail"], refused
    passkey.count += 10
    assert "locked" in sign_in(owner, passkey).json["detail"]
    assert account(owner)["factors"]["passkeys"][0]["locked"]
    told = [m["title"] for m in owner.api("GET", "notify/messages")["messages"]]
    assert "A passkey was locked" in told


def test_writes_need_our_pages(owner):
    for path in ("session/passkey/options", "session/passkey", "me/passkeys/options", "me/passkeys", "me/step-up/passkey"):
        for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "null"}):
            assert post(owner, path, headers=headers).status == 403, (path, headers)
    assert post(owner, "session/passkey/options", b"{}", headers={"Content-Type": "text/plain"}).status == 415
    saved, owner.csrf = owner.csrf, None
    assert post(owner, "me/passkeys/options").status == 403
    owner.csrf = saved


def test_bodies_that_do_not_fit(owner):
    assert post(owner, "session/passkey", {"ceremony": "x"}).status == 400
    assert post(owner, "session/passkey", {"ceremony": "x", "credential": {}, "more": 1}).status == 400
    assert post(owner, "session/passkey", b'{"ceremony":"a","ceremony":"b","credential":{}}').status == 400
    assert post(owner, "session/passkey/options", {"email": EMAIL}).status == 400
    assert post(owner, "session/passkey", b"{" + b" " * (200 * 1024) + b"}").status == 413


def test_a_restart_keeps_passkeys_and_forgets_challenges(owner):
    passkey = enrol(owner)
    asked = post(owner, "session/passkey/options", cookie="none=1").json
    owner.kill_child("console")
    owner.wait_ready(("console", "edge"))
    late = post(owner, "session/passkey", {"ceremony": asked["ceremony"], "credential": passkey.get(asked["publicKey"])}, cookie="none=1")
    assert late.json["code"] == "failed_precondition", late
    assert sign_in(owner, passkey).status == 200


def test_another_public_url_says_so_wa45(tmp_path):
    masthead = Masthead(tmp_path / "m", {"plugins": {"enabled": []}})
    with masthead:
        masthead.set_up()
        passkey = enrol(masthead)
    other = "127-0-0-1.example.test"
    masthead.settings["public_url"] = f"https://{other}:{masthead.port}"
    masthead.settings["server"]["extra_hosts"] = [masthead.host]
    masthead.cookie = masthead.csrf = None
    with masthead:
        here = {"headers": {"Host": f"{other}:{masthead.port}", "Origin": f"https://{other}:{masthead.port}"}}
        refused = post(masthead, "session/passkey/options", **here)
        assert refused.json["code"] == "failed_precondition" and "has changed" in refused.json["detail"], refused
        assert "another host name" in masthead.log(400)
        done = post(masthead, "session", {"email": EMAIL, "password": PASSWORD}, **here)
        assert done.json["next"] == "done", "an unusable passkey must not keep its owner out"
        cookie = done.headers["Set-Cookie"].split(";")[0]
        listed = masthead.request("GET", "/admin/api/v1/me/account", cookie=cookie, headers={"Host": here["headers"]["Host"]}).json
        assert [(p["host"], p["usable"]) for p in listed["factors"]["passkeys"]] == [("localhost", False)] and passkey
