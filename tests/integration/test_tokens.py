"""Suite TK over HTTP: API tokens from making to revoking, what they may never do, and how often they may ask."""
import json
import re
import threading

import pytest

from tests.support.console import HOST, ORIGIN, Console, UnixConnection
from tests.support.principals import Principals, checksum, token_text
from tests.support.waiting import wait_until

SHAPE = re.compile(r"^masthead_[0-9A-Za-z]{8}[0-9A-Za-z_-]{43}[0-9A-Za-z]{6}$")
SETTINGS = {"plugins": {"enabled": ["nodes"]}, "auth": {"session_rate": 1000000, "session_burst": 1000000}}


@pytest.fixture(scope="module")
def console(tmp_path_factory):
    with Console(tmp_path_factory.mktemp("tk") / "c", settings=SETTINGS) as running:
        running.set_up()
        running.admin = (running.cookie, running.csrf)
        yield running


@pytest.fixture(autouse=True)
def as_admin(console):
    console.cookie, console.csrf = console.admin


@pytest.fixture(scope="module")
def people(console):
    principals = Principals(console)
    yield principals
    principals.close()


def make(console, **body):
    return console.api("POST", "tokens", {"name": "t", "scopes": ["core.status.read"], **body})


def call(console, token, method="GET", path="status", body=None, headers=None, **kw):
    return console.request(method, "/admin/api/v1/" + path, body, headers={"Authorization": "Bearer " + token, **(headers or {})}, plain=True, **kw)


def test_tk01_made_once_shown_once_recognisable(console):
    made = make(console, expires_in_days=30, cidrs=["192.0.2.0/24"])
    secret, token = made["secret"], made["token"]
    assert SHAPE.match(secret) and secret[9:17] == token["id"] and secret[-6:] == checksum(secret[:-6])
    assert call(console, secret).status == 200
    assert secret not in console.log() and secret[17:60] not in json.dumps(console.api("GET", "audit?limit=100"))
    me = call(console, secret, path="me").json["principal"]
    assert me["method"] == "token" and me["permissions"] == ["core.status.read"]


def test_tk02_wrong_checksums_do_not_reach_the_database(console, people):
    """The table is taken away for a moment: a right checksum notices (503), a wrong one is refused as ever (401)."""
    secret = make(console)["secret"]
    wrong = secret[:-1] + ("A" if secret[-1] != "A" else "B")
    people.db.execute("ALTER TABLE api_tokens RENAME TO hidden_tokens")
    try:
        assert call(console, secret).status == 503
        assert call(console, wrong).status == 401
    finally:
        people.db.execute("ALTER TABLE hidden_tokens RENAME TO api_tokens")
    assert call(console, secret).status == 200
    assert call(console, wrong).status == call(console, token_text()).status == call(console, token_text(secret[9:17])).status == 401


def test_tk04_only_in_the_header(console):
    secret = make(console)["secret"]
    for path in ("status?access_token=" + secret, "status?x=" + secret, "status?access_token=x"):
        answer = console.request("GET", "/admin/api/v1/" + path, plain=True)
        assert answer.status == 400 and secret not in answer.body, path
    assert console.request("GET", "/admin/api/v1/status", headers={"Authorization": "Basic " + secret}, plain=True).status == 401
    assert console.request("GET", "/admin/api/v1/status", headers={"Authorization": secret}, plain=True).status == 401
    assert console.request("GET", "/admin/api/v1/status", headers={"Authorization": "bearer  " + secret}, plain=True).status == 200


def test_tk05_cookie_and_token_together(console):
    secret = make(console)["secret"]
    answer = console.request("GET", "/admin/api/v1/status", headers={"Authorization": "Bearer " + secret})
    assert answer.status == 400
    assert console.request("GET", "/admin/api/v1/status", headers={"Authorization": "Bearer " + secret, "Cookie": "other=1"}, plain=True).status == 200


def test_tk06_no_csrf_token_but_no_foreign_page(console):
    secret = make(console, scopes=["core.notify.read", "core.notify.manage"])["secret"]
    rules = call(console, secret, path="notify/rules").json
    assert call(console, secret, "PUT", "notify/rules", rules).status == 200
    assert call(console, secret, "PUT", "notify/rules", rules, headers={"Origin": ORIGIN}).status == 200
    for headers in ({"Origin": "https://evil.example"}, {"Origin": "null"}, {"Origin": "http://" + HOST}, {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}):
        for method in ("GET", "PUT"):
            answer = call(console, secret, method, "notify/rules", rules if method == "PUT" else None, headers=headers)
            assert answer.status == 403 and answer.json["code"] == "csrf", (method, headers, answer)
            assert "Access-Control-Allow-Origin" not in answer.headers


def test_tk07_revoking_acts_at_once_also_on_open_streams(console):
    made = make(console)
    connection = UnixConnection(console.data / "run" / "console.sock", 20)
    connection.request("GET", "/admin/api/v1/events", headers={"Host": HOST, "Authorization": "Bearer " + made["secret"], "X-Masthead-Client": "192.0.2.7",
                                                               "X-Masthead-Host": HOST, "X-Masthead-Scheme": "https"})
    stream = connection.getresponse()
    assert stream.status == 200
    lines = []
    threading.Thread(target=lambda: [lines.append(line) for line in iter(stream.fp.readline, b"")], daemon=True).start()
    wait_until(lambda: lines, 10, "the stream's first line")
    console.api("DELETE", "tokens/" + made["token"]["id"])
    assert call(console, made["secret"]).status == 401
    wait_until(lambda: any(b"session.revoked" in line for line in lines), 10, "the end of the stream")
    connection.close()


def test_tk08_the_use_is_noted_but_not_each_time(console, people):
    made = make(console)
    assert made["token"]["last_used"] is None
    for client in ("198.51.100.1", "198.51.100.2", "198.51.100.3"):
        assert call(console, made["secret"], headers={"X-Masthead-Client": client}).status == 200
    shown = next(t for t in console.api("GET", "tokens")["tokens"] if t["id"] == made["token"]["id"])
    assert shown["last_client"] == "198.51.100.1" and shown["last_used"]


def test_tk09_a_thousand_a_minute_and_the_answer_says_so(tmp_path):
    with Console(tmp_path / "c", settings={"auth": {"token_rate": 50, "session_rate": 5, "session_burst": 30}}) as console:
        console.set_up()
        token, other = make(console), make(console)
        answers = [call(console, token["secret"]) for _ in range(60)]
        assert [a.headers["RateLimit-Remaining"] for a in answers[:3]] == ["49", "48", "47"] and answers[0].headers["RateLimit-Limit"] == "50"
        refused = [a for a in answers if a.status == 429]
        assert len(refused) >= 8 and all(a.status == 200 for a in answers[:50])
        assert refused[0].json["code"] == "rate_limited" and int(refused[0].headers["Retry-After"]) >= 1 and refused[0].headers["RateLimit-Remaining"] == "0"
        assert call(console, other["secret"]).status == 200  # each token for itself
        assert 429 in [console.request("GET", "/admin/api/v1/me").status for _ in range(60)]
        assert console.request("GET", "/admin/api/v1/setup", plain=True).status == 200
        assert console.request("GET", "/admin/api/v1/me", socket_name="cli.sock").status == 200


def test_tk09_the_default_is_a_thousand(console):
    assert call(console, make(console)["secret"]).headers["RateLimit-Limit"] == "1000"


def test_tk10_a_disabled_owner_has_no_tokens(console, people):
    owner = people.account("admin")
    token = people.token(owner, ["core.status.read"])
    assert call(console, token).status == 200
    people.db.execute("UPDATE accounts SET disabled = 1 WHERE id = ?", [owner])
    assert call(console, token).status == 401


def test_scopes_follow_the_owners_roles(console, people):
    owner = people.account("admin")
    token = people.token(owner, ["core.audit.read", "core.status.read"])
    assert call(console, token, path="audit").status == 200
    people.db.execute("UPDATE account_roles SET role = 'viewer' WHERE account_id = ?", [owner])
    assert call(console, token, path="audit").status == 403
    assert call(console, token).status == 200


def test_tokens_never_guard_the_house(console, people):
    """Not for accounts, roles, tokens or factors, whatever the scopes."""
    everything = console.api("GET", "me")["principal"]["permissions"]
    token = people.token(1, everything)
    document = console.request("GET", "/admin/api/openapi.json", headers={"Authorization": "Bearer " + token}, plain=True).json
    refused = {f"{method.upper()} {path}" for path, methods in document["paths"].items() for method, operation in methods.items()
               if not operation["x-masthead-tokens"] and operation["x-masthead-permission"] != "masthead:public"}
    for must in ("POST /admin/api/v1/tokens", "DELETE /admin/api/v1/tokens/{id}", "POST /admin/api/v1/roles", "PUT /admin/api/v1/roles/{id}"):
        assert must in refused
    for name in refused:
        method, path = name.split(" ")
        answer = console.request(method, re.sub(r"\{[^}]*\}", "999999", path), {} if method != "GET" else None, headers={"Authorization": "Bearer " + token}, plain=True)
        assert answer.status == 403 and answer.json["code"] == "token_not_allowed", (name, answer)


def test_tk11_lists_show_no_secret(console):
    made = make(console)
    listed = console.request("GET", "/admin/api/v1/tokens?all=1")
    assert made["token"]["id"] in listed.body and made["secret"][17:] not in listed.body and "hash" not in listed.body


def test_networks(console):
    secret = make(console, cidrs=["10.0.0.0/8", "2001:db8::/32"])["secret"]
    for client, status in (("10.1.2.3", 200), ("2001:db8::7", 200), ("192.0.2.7", 403), ("::1", 403)):
        assert call(console, secret, headers={"X-Masthead-Client": client}).status == status, client


def test_tokens_survive_a_restart_and_die_on_time(console, people):
    secret = make(console)["secret"]
    console.kill()
    console.start()
    assert call(console, secret).status == 200
    people.db.execute("UPDATE api_tokens SET expires_at = 1 WHERE id = ?", [secret[9:17]])
    assert call(console, secret).status == 401
