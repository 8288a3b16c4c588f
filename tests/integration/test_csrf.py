"""Every signed-in write of the live route table refuses what does not come from our own pages: SE-15, and the door SE-16."""
import json

import pytest

from tests.support.console import EMAIL, HOST, ORIGIN, PASSWORD, Console
from tests.support.masthead import plugin_settings
from tests.support.routes import ask, example_path, live_routes, name, signed_in, writes

HEADERS = {
    "no Origin": {"Origin": None},
    "Origin null": {"Origin": "null"},
    "Origin evil": {"Origin": "https://evil.example"},
    "Origin http": {"Origin": "http://" + HOST},
    "Origin of a sub-domain": {"Origin": "https://x." + HOST},
    "Referer only": {"Origin": None, "Referer": ORIGIN + "/admin/"},
    "Sec-Fetch-Site cross-site": {"Sec-Fetch-Site": "cross-site"},
    "Sec-Fetch-Site same-site": {"Sec-Fetch-Site": "same-site"},
    "no token": {"X-Masthead-CSRF": None},
    "token of another session": {"X-Masthead-CSRF": "other"},
}
BODIES = {
    "text/plain JSON": ("text/plain", b"{}"),
    "multipart": ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data; name=a\r\n\r\nb\r\n--x--\r\n"),
    "form-urlencoded": ("application/x-www-form-urlencoded", b"a=b"),
}


@pytest.fixture(scope="module")
def console(tmp_path_factory):
    directory = tmp_path_factory.mktemp("csrf")
    plugins = directory / "plugins"
    plugins.mkdir()
    with Console(directory / "c", {"plugins": plugin_settings(plugins, ["sampler"])}) as running:
        running.set_up()
        running.other_token = running.csrf
        running.sign_in()
        assert running.csrf != running.other_token
        yield running


@pytest.fixture(scope="module")
def routes(console):
    table = live_routes(console)
    found = signed_in(writes(table))
    assert len(found) >= 20 and {"POST /admin/api/v1/admins", "DELETE /admin/api/v1/session"} <= {name(r) for r in found}
    assert any(route["owner"] != "core" for route in found), "plugins' routes are in the table"
    console.reads = {route["path"] for route in table if route["method"] == "GET"}
    return found


def state(console):
    return (console.sql("SELECT id, email, name, disabled FROM accounts"), console.sql("SELECT COUNT(*) FROM sessions"),
            console.sql("SELECT COUNT(*) FROM audit WHERE outcome = 'success'"), console.sql("SELECT COUNT(*) FROM plugin_values"))


@pytest.mark.parametrize("variant", HEADERS)
def test_SE15_foreign_requests_are_refused(console, routes, variant):
    before = state(console)
    headers = {key: console.other_token if value == "other" else value for key, value in HEADERS[variant].items()}
    for route in routes:
        answer = ask(console, route["method"], example_path(route), {}, headers=headers)
        assert answer.status == 403 and answer.json["code"] == "csrf", (variant, name(route), answer)
    assert state(console) == before


@pytest.mark.parametrize("variant", BODIES)
def test_SE15_SE17_bodies_of_forms_are_refused(console, routes, variant):
    before = state(console)
    kind, body = BODIES[variant]
    tried = 0
    for route in routes:
        if not route["json_body"]:
            continue
        answer = ask(console, route["method"], example_path(route), body, headers={"Content-Type": kind})
        assert answer.status == 415, (variant, name(route), answer)
        tried += 1
    assert tried >= 20 and state(console) == before


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_SE15_reading_a_write_changes_nothing(console, routes, method):
    before = state(console)
    for route in routes:
        answer = ask(console, method, example_path(route))
        readable = route["path"] in console.reads
        assert answer.status in ((200, 400, 404, 503) if readable else (403, 404, 405)), (method, name(route), answer)
    assert state(console) == before


def test_SE15_method_override_is_no_method(console, routes):
    before = state(console)
    for route in routes:
        for header in ("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"):
            answer = ask(console, "GET", example_path(route) + "?_method=" + route["method"], headers={header: route["method"]})
            assert answer.status in ((200, 400, 404, 503) if route["path"] in console.reads else (403, 404, 405)), (name(route), answer)
    assert state(console) == before


@pytest.mark.parametrize("variant", [v for v in HEADERS if "token" not in v])
def test_SE16_signing_in_is_not_done_from_elsewhere(console, variant):
    answer = console.request("POST", "/admin/api/v1/session", {"email": EMAIL, "password": PASSWORD}, headers={"X-Masthead-CSRF": None, **HEADERS[variant]},
                             cookie="a=b")
    assert answer.status == 403 and "Set-Cookie" not in answer.headers, (variant, answer)
    for kind, body in BODIES.values():
        refused = console.request("POST", "/admin/api/v1/session", json.dumps({"email": EMAIL, "password": PASSWORD}).encode() if kind == "text/plain" else body,
                                  headers={"Content-Type": kind}, cookie="a=b")
        assert refused.status == 415 and "Set-Cookie" not in refused.headers


def test_SE21_a_preflight_from_elsewhere_allows_nothing(console, routes):
    for route in routes:
        answer = ask(console, "OPTIONS", example_path(route), headers={"Origin": "https://evil.example", "Access-Control-Request-Method": route["method"],
                                                                          "Access-Control-Request-Headers": "x-masthead-csrf"})
        assert answer.status in (404, 405), (name(route), answer)
        assert not [header for header in answer.headers if header.lower().startswith("access-control-")]


