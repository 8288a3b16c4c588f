"""Suite RB: every route of the live table with fourteen principals. What to expect is computed from the table; what the table may
say is held to tests/data/routes.reviewed, which people read."""
import json
import pathlib
import re
import threading

import pytest

from tests.support.console import HOST, Console, UnixConnection
from tests.support.principals import ENROL, FULL, HALF, Principals
from tests.support.waiting import wait_until

REVIEWED = pathlib.Path(__file__).resolve().parents[1] / "data" / "routes.reviewed"
PUBLIC, ANYBODY = "masthead:public", "masthead:any-authenticated"
SETTINGS = {"plugins": {"enabled": ["nodes", "onboarding"]}, "auth": {"session_rate": 1000000, "session_burst": 1000000, "token_rate": 1000000}}
SECRET = re.compile(r"secret|token|key|password|seed|hash", re.I)


class Route:
    def __init__(self, method, path, operation):
        self.method, self.path = method.upper(), path
        self.permission = operation["x-masthead-permission"]
        self.step_up = operation["x-masthead-step-up"]
        self.tokens = operation["x-masthead-tokens"]
        self.stage = operation["x-masthead-stage"]
        self.more = operation.get("x-masthead-more-with", [])
        self.operation = operation

    @property
    def name(self):
        return f"{self.method} {self.path}"

    def filled(self):
        """A path of objects that do not exist, so that nothing is destroyed by who may call it."""
        return re.sub(r"\{[^}]*\}", "999999", self.path)


@pytest.fixture(scope="module")
def console(tmp_path_factory):
    with Console(tmp_path_factory.mktemp("rb") / "c", settings=SETTINGS) as running:
        running.set_up()
        running.admin = (running.cookie, running.csrf)
        yield running


@pytest.fixture(scope="module")
def people(console):
    principals = Principals(console)
    yield principals
    principals.close()


@pytest.fixture(autouse=True)
def as_admin(console):
    console.cookie, console.csrf = console.admin
    yield


@pytest.fixture(scope="module")
def document(console):
    return wait_until(lambda: (lambda d: d if any("/p/onboarding/" in p for p in d["paths"]) else None)(
        console.api("GET", "/admin/api/openapi.json", cookie=console.admin[0])), 20, "the routes of the plugins")


@pytest.fixture(scope="module")
def table(document):
    return [Route(method, path, operation) for path, methods in document["paths"].items() for method, operation in methods.items()]


@pytest.fixture(scope="module")
def roles(console, document):
    return {role["id"]: set(role["permissions"]) for role in console.api("GET", "roles", cookie=console.admin[0])["roles"]}


def least_role(permission, roles):
    if permission == PUBLIC:
        return "public"
    if permission == ANYBODY:
        return "any"
    return next((role for role in ("viewer", "operator", "admin") if permission in roles[role]), "nobody")


def reviewed_line(route, roles):
    marks = (["step-up"] if route.step_up else []) + ([] if route.tokens or route.permission == PUBLIC else ["no-tokens"]) + ([route.stage] if route.stage != "full" else [])
    return " ".join([route.method, route.path, route.permission, least_role(route.permission, roles), *marks])


def test_the_table_is_the_reviewed_one(document, table, roles):
    """A route that is new, gone or changed is named; whoever changes it reads the line and adds it to the file."""
    live = {reviewed_line(route, roles) for route in table}
    live |= {f"{page['method']} {page['path']} {page['permission']} {least_role(page['permission'], roles)}" for page in document["x-masthead-pages"]}
    reviewed = {line for line in REVIEWED.read_text().splitlines() if line and not line.startswith("#")}
    wrong = [f"not reviewed: {line}" for line in sorted(live - reviewed)] + [f"reviewed, but not there: {line}" for line in sorted(reviewed - live)]
    assert not wrong, "\n" + "\n".join(wrong)


def test_builtin_roles_are_nested(roles):
    assert roles["viewer"] < roles["operator"] < roles["admin"]
    for permission in roles["operator"]:
        assert not re.match(r"core\.(audit|admins|roles|tokens|plugins|sso|notify|supervisor)|.*configure$", permission), permission


def test_rb_a_every_permission_has_a_route_and_every_route_a_permission(console, table):
    known = {permission["id"]: permission for permission in console.api("GET", "permissions")["permissions"]}
    for permission in known.values():
        assert permission["used_by"], f"{permission['id']} is used by no route"
        assert permission["title"] and permission["description"] and permission["group"], permission
    for route in table:
        assert route.permission in {PUBLIC, ANYBODY, *known}, route.name
        assert set(route.more) <= set(known), route.name


# the fourteen

class Kind:
    """One kind of principal: makes credentials for one request, and says what a route must answer it."""

    def __init__(self, name, credentials, permissions=frozenset(), stage="full", token=False, known=True):
        self.name, self.credentials, self.permissions = name, credentials, permissions
        self.stage, self.token, self.known = stage, token, known

    def expected(self, route):
        """None: let through to the handler; otherwise the status."""
        if route.permission == PUBLIC:
            return None
        if not self.known:
            return 401
        order = ["half", "enrol", "full"]
        if order.index(self.stage) < order.index(route.stage):
            return 401 if self.stage == "half" else 403
        if route.permission != ANYBODY and route.permission not in self.permissions:
            return 403
        return 403 if self.token and not route.tokens else None


def kinds(people, roles, route):
    everything = roles["admin"]
    accounts = people.accounts
    own = f"exactly-{abs(hash(route.permission)) % 10**8}"
    yield Kind("anonymous", lambda: {}, known=False)
    yield Kind("half session", lambda: {"cookie": people.session(accounts["admin"], HALF)}, everything, stage="half")
    yield Kind("session that must enrol", lambda: {"cookie": people.session(accounts["admin"], ENROL)}, everything, stage="enrol")
    yield Kind("disabled", lambda: {"cookie": people.session(accounts["disabled"])}, known=False)
    yield Kind("no role", lambda: {"cookie": people.session(accounts["none"])})
    yield Kind("role without permissions", lambda: {"cookie": people.session(accounts["empty"])})
    if route.permission not in (PUBLIC, ANYBODY):
        yield Kind(own, lambda: {"cookie": people.session(accounts["only:" + route.permission])}, {route.permission})
    for role in ("viewer", "operator", "admin"):
        yield Kind(role, lambda role=role: {"cookie": people.session(accounts[role])}, roles[role])
    reads = frozenset(p for p in everything if p.endswith((".read", ".view")))
    yield Kind("token read", lambda: {"token": people.tokens["read"]}, reads, token=True)
    yield Kind("token write", lambda: {"token": people.tokens["write"]}, everything, token=True)
    yield Kind("token expired", lambda: {"token": people.tokens["expired"]}, known=False)
    yield Kind("token of a deleted account", lambda: {"token": people.tokens["deleted"]}, known=False)
    yield Kind("unmapped from a provider", lambda: {"cookie": people.session(accounts["sso"])})


@pytest.fixture(scope="module")
def cast(console, people, roles, table):
    everything = sorted(roles["admin"])
    people.accounts = {name: people.account(*([name] if name in ("viewer", "operator", "admin") else [])) for name in ("viewer", "operator", "admin", "none")}
    people.accounts["disabled"] = people.account("admin", disabled=1)
    people.accounts["sso"] = people.account(origin="sso")
    console.cookie, console.csrf = console.admin
    console.api("POST", "roles", {"id": "empty", "title": "Nothing", "permissions": []})
    people.accounts["empty"] = people.account("empty")
    for number, permission in enumerate(everything):
        console.api("POST", "roles", {"id": f"only-{number}", "title": "One", "permissions": [permission]})
        people.accounts["only:" + permission] = people.account(f"only-{number}")
    admin, gone = people.accounts["admin"], people.account("admin")
    reads = [p for p in everything if p.endswith((".read", ".view"))]
    people.tokens = {"read": people.token(admin, reads), "write": people.token(admin, everything), "expired": people.token(admin, everything, days=-1),
                     "deleted": people.token(gone, everything)}
    people.db.execute("PRAGMA foreign_keys=ON")
    people.db.execute("DELETE FROM accounts WHERE id = ?", [gone])
    return people


STREAMS = {"GET /admin/api/v1/events"}


def status_of(console, cast, route, credentials):
    if route.name not in STREAMS:
        body = {} if route.method in ("POST", "PUT", "PATCH") else None
        return cast.call(route.method, route.filled(), body, **credentials)
    connection = UnixConnection(console.data / "run" / "console.sock", 10)
    headers = {"Host": HOST, "X-Masthead-Client": "192.0.2.7", "X-Masthead-Host": HOST, "X-Masthead-Scheme": "https"}
    if "cookie" in credentials:
        headers["Cookie"] = credentials["cookie"]
    if "token" in credentials:
        headers["Authorization"] = "Bearer " + credentials["token"]
    connection.request("GET", route.path, headers=headers)
    response = connection.getresponse()
    response.body = response.read().decode() if response.status != 200 else ""
    connection.close()
    return response


def test_every_route_with_every_principal(console, cast, roles, table):
    """Who is allowed is never told 401 or 403; who is not is told nothing else, and never by the handler."""
    wrong, asked = [], 0
    for route in table:
        for kind in kinds(cast, roles, route):
            answer = status_of(console, cast, route, kind.credentials())
            expected = kind.expected(route)
            asked += 1
            if expected is None:
                # Routes that take a secret of the caller's (a code, a password, a link) may refuse it with 401 or 403 themselves.
                fits = answer.status not in (401, 403) or route.permission == PUBLIC or "/me/" in route.path or "/session/" in route.path
            else:
                fits = answer.status == expected
            if not fits:
                wrong.append(f"{kind.name}: {route.name}: {answer.status} instead of {expected or 'the handler'}: {getattr(answer, 'body', '')[:200]}")
    assert not wrong, f"{len(wrong)} of {asked}:\n" + "\n".join(wrong[:60])
    assert asked >= 14 * len(table) - 40


def test_step_up_routes_want_a_fresh_sign_in(console, cast, roles, table):
    """SE-26: an admin who signed in six minutes ago is asked again, and told how."""
    guarded = [route for route in table if route.step_up]
    assert guarded
    for route in guarded:
        answer = cast.call(route.method, route.filled(), {} if route.method != "DELETE" else None, cookie=cast.session(cast.accounts["admin"], FULL, age_ms=6 * 60_000))
        assert answer.status == 403 and answer.json["code"] == "step_up_required", (route.name, answer)
        assert isinstance(answer.json["methods"], list), route.name


# objects, bodies, secrets

def test_rb_b_foreign_objects_look_like_none(console, cast):
    """RB-B, SE-22: the same bytes for somebody else's object and for none."""
    mine = cast.account("operator")
    theirs = cast.token(cast.accounts["admin"], ["core.status.read"])[9:17]
    answers = []
    for token_id in (theirs, "AAAAAAAA"):
        answer = cast.call("DELETE", "/admin/api/v1/tokens/" + token_id, cookie=cast.session(mine), headers={"X-Masthead-Request-Id": "same"})
        answers.append((answer.status, answer.body.replace(token_id, "ID"), sorted((k, v) for k, v in answer.headers.items() if not k.startswith(("Date", "RateLimit")))))
    assert answers[0][0] == 404 and answers[0] == answers[1]
    listed = cast.call("GET", "/admin/api/v1/tokens", cookie=cast.session(mine)).json["tokens"]
    assert listed == []
    assert cast.call("GET", "/admin/api/v1/tokens?all=1", cookie=cast.session(mine)).status == 403


PLANTED = ["role", "is_admin", "id", "user_id", "created_at", "mfa", "password_hash", "__proto__"]


def test_rb_c_unknown_members_are_refused(console, cast, table, document):
    """RB-C: for each JSON write, each planted member is a 400 that names it, and nothing changed."""
    def tables():
        return {name: cast.db.execute(f"SELECT * FROM {name} ORDER BY 1, 2").fetchall() for name in ("accounts", "account_roles", "roles", "role_permissions", "api_tokens", "notify_channels")}
    before, wrong, asked = tables(), [], 0
    for route in table:
        content = route.operation.get("requestBody", {}).get("content", {})
        schema = content.get("application/json", {}).get("schema", {})
        while "$ref" in schema:
            schema = document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
        if not schema or schema.get("additionalProperties", False) is not False:
            continue
        for member in PLANTED:
            if member in schema.get("properties", {}):
                continue
            asked += 1
            answer = cast.call(route.method, route.filled(), {member: "1"}, cookie=cast.session(cast.accounts["admin"]), headers={"If-Match": "*"})
            if answer.status not in (400, 401, 404, 409, 429, 503) or (answer.status == 400 and member not in answer.body):
                wrong.append(f"{route.name} with {member}: {answer}")
            if answer.status not in (400,) and route.path.startswith("/admin/api/v1/") and "{" not in route.path and route.permission != PUBLIC:
                wrong.append(f"{route.name} with {member}: {answer} instead of 400")
    assert not wrong, "\n".join(wrong[:40])
    assert asked > 50 and tables() == before


def test_rb_d_nobody_grants_what_they_lack(console, cast):
    console.api("POST", "roles", {"id": "people-2", "title": "People", "permissions": ["core.roles.read", "core.roles.manage", "core.status.read"]})
    holder = cast.account("people-2")
    refused = cast.call("POST", "/admin/api/v1/roles", {"id": "mine", "title": "Mine", "permissions": ["core.status.read", "core.audit.read"]}, cookie=cast.session(holder))
    assert refused.status == 403 and "core.audit.read" in refused.json["detail"]
    assert cast.call("POST", "/admin/api/v1/roles", {"id": "mine", "title": "Mine", "permissions": ["core.status.read"]}, cookie=cast.session(holder)).status == 201
    own = cast.call("PUT", "/admin/api/v1/roles/people-2", {"title": "People", "permissions": []}, cookie=cast.session(holder), headers={"If-Match": "*"})
    assert own.status == 403 and "yourself" in own.json["detail"]
    token = cast.call("POST", "/admin/api/v1/tokens", {"name": "x", "scopes": ["core.audit.read"]}, cookie=cast.session(holder))
    assert token.status == 403


def secret_fields(schema, document, path=""):
    if "$ref" in schema:
        yield from secret_fields(document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]], document, path)
        return
    for name, member in schema.get("properties", {}).items():
        if SECRET.search(name) and not member.get("writeOnly") and not (member.get("type") == "boolean" or member.get("x-masthead-shows") == "presence"):
            if member.get("type") != "array" and name not in ("tokens", "passkeys", "password_locked"):
                yield path + "/" + name
        yield from secret_fields(member, document, path + "/" + name)
    if isinstance(schema.get("items"), dict):
        yield from secret_fields(schema["items"], document, path + "[]")


def test_rb_f_no_get_declares_or_answers_a_secret(console, cast, table, document):
    """RB-F: no GET's schema has a member named like a secret, and no GET's answer holds the secrets that were put in."""
    for route in table:
        if route.method == "GET":
            for status, answer in route.operation["responses"].items():
                for content in answer.get("content", {}).values():
                    found = list(secret_fields(content["schema"], document))
                    assert not found, f"{route.name} {status}: {found}"
    planted = "planted-s3cret-value"
    console.api("POST", "notify/channels", {"kind": "ntfy", "name": "n", "settings": {"server": "https://ntfy.example", "topic": "t"}, "secrets": {"token": planted}}, expect=(201, 400))
    secret = console.api("POST", "tokens", {"name": "seen", "scopes": ["core.status.read"]})["secret"]
    for route in table:
        if route.method == "GET" and route.name not in STREAMS and "{" not in route.path:
            body = cast.call("GET", route.path, cookie=cast.session(cast.accounts["admin"])).body
            assert planted not in body and secret[17:60] not in body, route.name


def test_rb_h_a_change_acts_on_the_next_request_and_on_open_streams(console, cast):
    console.api("POST", "roles", {"id": "watchers", "title": "Watchers", "permissions": ["core.status.read"]})
    watcher = cast.account("watchers")
    cookie = cast.session(watcher)
    assert console.request("GET", "/admin/api/v1/status", cookie=cookie).status == 200
    connection = UnixConnection(console.data / "run" / "console.sock", 20)
    connection.request("GET", "/admin/api/v1/events", headers={"Host": HOST, "Cookie": cookie, "X-Masthead-Client": "192.0.2.7", "X-Masthead-Host": HOST,
                                                               "X-Masthead-Scheme": "https"})
    stream = connection.getresponse()
    lines = []
    reader = threading.Thread(target=lambda: [lines.append(line.decode()) for line in iter(stream.fp.readline, b"")], daemon=True)
    reader.start()
    console.tell(type="state", children=[])
    wait_until(lambda: any("event: status" in line for line in lines), 10, "the event of a visible change")
    current = console.request("GET", "/admin/api/v1/roles/watchers")
    console.api("PUT", "roles/watchers", {"title": "Watchers", "permissions": ["core.audit.read"]}, headers={"If-Match": current.headers["ETag"]})
    assert console.request("GET", "/admin/api/v1/status", cookie=cookie).status == 403
    seen = len(lines)
    console.tell(type="state", children=[])
    # A later event that the stream may show proves that the hidden one was passed over.
    console.api("POST", "plugins/none/release", expect=(404,))
    cast.db.execute("DELETE FROM sessions WHERE account_id = ?", [watcher])
    console.api("POST", "roles", {"id": "poke", "title": "Poke", "permissions": []})
    wait_until(lambda: any("session.revoked" in line for line in lines[seen:]), 20, "the end of the stream")
    assert not any("event: status" in line for line in lines[seen:])
    connection.close()


def test_rb_i_no_store_no_access(tmp_path):
    """RB-I: when nobody can say who may do what, the answer is 503 and never the thing itself."""
    with Console(tmp_path / "c", settings=SETTINGS) as console:
        console.set_up()
        people = Principals(console)
        token = people.token(1, ["core.status.read"])
        assert people.call("GET", "/admin/api/v1/status", token=token).status == 200
        people.db.execute("ALTER TABLE account_roles RENAME TO lost")
        for credentials in ({"cookie": console.cookie}, {"token": token}):
            answer = people.call("GET", "/admin/api/v1/status", **credentials)
            assert answer.status == 503 and answer.json["code"] == "unavailable", answer
        people.close()


def test_roles_are_edited_without_losing_a_change(console):
    """Two editors with the same ETag: one wins, the other is told and given the current one."""
    made = console.request("POST", "/admin/api/v1/roles", {"id": "raced", "title": "Raced", "permissions": []})
    assert made.status == 201 and made.headers["Location"] == "/admin/api/v1/roles/raced"
    etag, results = made.headers["ETag"], []

    def edit(number):
        results.append(console.request("PUT", "/admin/api/v1/roles/raced", {"title": f"Title {number}", "permissions": []}, headers={"If-Match": etag}))
    threads = [threading.Thread(target=edit, args=(n,)) for n in range(8)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert sorted(answer.status for answer in results) == [200] + [412] * 7
    winner = next(answer for answer in results if answer.status == 200)
    current = console.request("GET", "/admin/api/v1/roles/raced")
    assert current.json == winner.json and current.headers["ETag"] == winner.headers["ETag"]
    assert all(answer.headers["ETag"] == current.headers["ETag"] for answer in results if answer.status == 412)
    assert console.request("PUT", "/admin/api/v1/roles/raced", {"title": "x", "permissions": []}).status == 428


def test_lists_come_in_pages(console):
    for number in range(5):
        console.api("POST", "roles", {"id": f"page-{number}", "title": "Page", "permissions": []}, expect=(201, 409))
    whole = [role["id"] for role in console.api("GET", "roles")["roles"]]
    seen, cursor = [], ""
    while cursor is not None:
        answer = console.api("GET", "roles?limit=2" + (f"&cursor={cursor}" if cursor else ""))
        assert len(answer["roles"]) <= 2
        seen += [role["id"] for role in answer["roles"]]
        cursor = answer["next"]
    assert seen == whole and len(set(seen)) == len(seen)
    for query in ("limit=0", "limit=x", "cursor=x", "limit=1&limit=2"):
        assert console.request("GET", "/admin/api/v1/roles?" + query).status == 400, query


def test_creating_twice_with_one_key_makes_one(console):
    before = len(console.api("GET", "tokens")["tokens"])
    key = {"Idempotency-Key": "3f1c0d6e-1"}
    body = {"name": "once", "scopes": ["core.status.read"]}
    first = console.request("POST", "/admin/api/v1/tokens", body, headers=key)
    again = console.request("POST", "/admin/api/v1/tokens", body, headers=key)
    assert first.status == again.status == 201 and first.body == again.body and again.headers["Idempotency-Replayed"] == "true"
    other = console.request("POST", "/admin/api/v1/tokens", dict(body, name="other"), headers=key)
    assert other.status == 422 and other.json["code"] == "idempotency_key_reused"
    assert len(console.api("GET", "tokens")["tokens"]) == before + 1
    secret = first.json["secret"]
    for name in ("masthead.db", "masthead.db-wal"):
        assert secret[17:60].encode() not in (console.data / name).read_bytes()
    made = [r for r in console.api("GET", "audit?limit=50")["records"] if r["action"] == "token.create" and "once" in json.dumps(r["detail"])]
    assert len(made) == 1
