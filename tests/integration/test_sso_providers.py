"""Single sign-on with providers that are none of ours: npm's oidc-provider and, when it can be had, a real Keycloak. A whole
Masthead behind its TLS port; people fill in the providers' own pages."""
import os
import shutil
import subprocess
import urllib.parse

import pytest

from tests.support import keycloak
from tests.support.masthead import BUILD, ROOT, Masthead
from tests.support.openid import CLIENT_ID, CLIENT_SECRET, Browser, NodeProvider, Person, heading, node, refresh_target, why_no_node
from tests.support.waiting import wait_until

MAPPINGS = [{"group": "console-admins", "role": "admin"}, {"group": "console-operators", "role": "operator"}]
NO_ACCESS = "You have no access here"


@pytest.fixture(scope="module")
def masthead(tmp_path_factory):
    directory = tmp_path_factory.mktemp("sso-whole")
    with Masthead(directory, {"plugins": {"enabled": []}}) as server:
        server.set_up()
        yield server


def home(masthead):
    return f"https://localhost:{masthead.port}"


def configure(masthead, id_, issuer, **more):
    masthead.sign_in()
    body = {"title": id_.title(), "issuer": issuer, "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, "mappings": MAPPINGS, **more}
    shown = masthead.request("GET", f"/admin/api/v1/sso/providers/{id_}")
    headers = {"If-Match": shown.headers["ETag"]} if shown.status == 200 else {}
    answer = masthead.request("PUT", f"/admin/api/v1/sso/providers/{id_}", body, headers=headers)
    assert answer.status in (200, 201), answer
    return id_


def start(browser, provider, **body):
    """All browsers here have one address, whose starts are limited."""
    started = wait_until(lambda: (answer := browser.start(provider, **body)).status != 429 and answer, 60, "a start is let in")
    assert started.status == 200, started
    return started


def sign_in(masthead, provider, person, **body):
    """The browser and the page it got in the end."""
    browser = Browser(masthead)
    started = start(browser, provider, **body)
    path = person.visit(started.json["url"], home(masthead))
    assert path, "the provider did not send the browser back"
    return browser, browser.callback(path)


def signed_in(browser, answer, roles):
    assert answer.status == 200 and refresh_target(answer) == "/admin/", answer
    me = browser.me()
    assert me.status == 200 and me.json["principal"]["roles"] == roles, me
    return me.json["principal"]


def step_up(masthead, provider, browser, person):
    browser.me()
    started = start(browser, provider, purpose="step_up")
    before = person.filled
    answer = browser.callback(person.visit(started.json["url"], home(masthead)))
    assert person.filled > before, "the provider did not ask the person again"
    return answer


def sign_out(masthead, browser, person):
    browser.me()
    answer = browser.request("DELETE", "session")
    assert answer.status == 200, answer
    path = person.visit(answer.json["logout_url"], home(masthead))
    assert path and urllib.parse.urlsplit(path).path.endswith("/signed-out"), path
    page = browser.request("GET", path, cross_site=True)
    assert page.status == 200 and heading(page) == "You are signed out"


# oidc-provider

@pytest.fixture(scope="module", params=[("ES256", "client_secret_post"), ("RS256", "client_secret_basic"), ("EdDSA", "client_secret_post"), ("PS256", "client_secret_basic")],
                ids=lambda p: "-".join(p))
def good(request, masthead):
    if why_no_node():
        pytest.skip(why_no_node())
    algorithm, auth = request.param
    id_ = "good-" + algorithm.lower()
    base = f"{home(masthead)}/admin/api/v1/sso/{id_}"
    with NodeProvider("good_op.mjs", OP_REDIRECT=base + "/callback", OP_POST_LOGOUT=base + "/signed-out", OP_BACKCHANNEL=base + "/backchannel-logout",
                      OP_ALG=algorithm, OP_AUTH=auth, NODE_EXTRA_CA_CERTS=str(masthead.data / "tls" / "cert.pem")) as running:
        configure(masthead, id_, running.issuer, scopes=["openid", "email", "profile", "groups"])
        running.id = id_
        yield running


def test_oidc_provider_signs_in_by_groups_from_the_user_info(masthead, good):
    browser, answer = sign_in(masthead, good.id, Person(login="ada", password="x"))
    principal = signed_in(browser, answer, ["admin"])
    assert principal["name"] == "ada of the good provider"
    browser, answer = sign_in(masthead, good.id, Person(login="olga", password="x"))
    signed_in(browser, answer, ["operator"])
    browser, answer = sign_in(masthead, good.id, Person(login="sven", password="x"))
    assert answer.status == 403 and heading(answer) == NO_ACCESS and browser.me().status == 401


def test_oidc_provider_steps_up_and_signs_out(masthead, good):
    person = Person(login="ada", password="x")
    browser, answer = sign_in(masthead, good.id, person)
    signed_in(browser, answer, ["admin"])
    assert step_up(masthead, good.id, browser, person).status == 200
    other, answer = sign_in(masthead, good.id, person)
    signed_in(other, answer, ["admin"])
    sign_out(masthead, browser, person)
    # The same sitting at the provider: its logout token ends what else came of it.
    wait_until(lambda: other.me().status == 401, 15, "the provider's logout token")


# Keycloak

@pytest.fixture(scope="module")
def real(masthead, tmp_path_factory):
    required = "keycloak" in os.environ.get("MASTHEAD_REQUIRE", "").split(",")
    try:
        server = keycloak.Keycloak(tmp_path_factory.mktemp("kc"), home(masthead), masthead.data / "tls" / "cert.pem")
    except keycloak.Missing as missing:
        reason = f"no Keycloak: {missing}; remedy: {keycloak.REMEDY}"
        if required:
            pytest.fail(reason)
        pytest.skip(reason)
    with server as running:
        configure(masthead, "keycloak", running.issuer)
        yield running


def kc(name):
    return Person(username=name, password=f"{name}-password")


def test_keycloak_is_found_and_tested(masthead, real):
    masthead.sign_in()
    tested = masthead.api("POST", "sso/providers/keycloak/test", {})
    assert tested["ok"] and tested["found"]["keys"] >= 1 and tested["found"]["logout"] and tested["found"]["callback_names_issuer"], tested


def test_keycloak_signs_in_by_groups(masthead, real):
    browser, answer = sign_in(masthead, "keycloak", kc("ada"))
    principal = signed_in(browser, answer, ["admin"])
    assert principal["name"] == "Ada Admin" and principal["email"] == "ada@keycloak.example"
    browser, answer = sign_in(masthead, "keycloak", kc("olga"))
    # Keycloak has not verified her address: it is not believed.
    assert signed_in(browser, answer, ["operator"])["email"].endswith("@sso.invalid")
    browser, answer = sign_in(masthead, "keycloak", kc("sven"))
    assert answer.status == 403 and heading(answer) == NO_ACCESS and browser.me().status == 401


def test_keycloak_groups_follow_at_the_next_sign_in(masthead, real):
    person = kc("sven")
    real.join("sven", "console-operators")
    browser, answer = sign_in(masthead, "keycloak", person)
    signed_in(browser, answer, ["operator"])
    real.leave("sven", "console-operators")
    other, answer = sign_in(masthead, "keycloak", kc("sven"))
    assert answer.status == 403 and heading(answer) == NO_ACCESS
    assert browser.me().status == 401, "what was open must end as well"


@pytest.mark.parametrize("algorithm", ["PS256", "ES256", "EdDSA", ""])
def test_keycloak_signs_with_every_accepted_algorithm(masthead, real, algorithm):
    real.use_algorithm(algorithm)
    # Each has a key of its own; a client that has fetched nothing yet need not wait until it may ask for keys again.
    configure(masthead, "keycloak", real.issuer, title=f"Keycloak {algorithm}")
    browser, answer = sign_in(masthead, "keycloak", kc("ada"))
    signed_in(browser, answer, ["admin"])


@pytest.mark.parametrize("algorithm", ["HS256", "RS512"])
def test_keycloak_with_an_algorithm_that_is_not_accepted(masthead, real, algorithm):
    real.use_algorithm(algorithm)
    try:
        browser, answer = sign_in(masthead, "keycloak", kc("ada"))
        assert answer.status == 403 and algorithm in answer.body and browser.me().status == 401, answer
    finally:
        real.use_algorithm("")


def test_OI_45_keycloak_rotates_its_key_in_the_middle_of_a_sign_in(masthead, real):
    configure(masthead, "keycloak", real.issuer, title="Keycloak again")  # a client that has fetched nothing yet
    signed_in(*sign_in(masthead, "keycloak", kc("ada")), ["admin"])
    person, browser = kc("ada"), Browser(masthead)
    path = person.visit(start(browser, "keycloak").json["url"], home(masthead))
    real.rotate_keys()
    signed_in(browser, browser.callback(path), ["admin"])


def test_keycloak_steps_up(masthead, real):
    person = kc("ada")
    browser, answer = sign_in(masthead, "keycloak", person)
    signed_in(browser, answer, ["admin"])
    old = browser.cookies["__Host-masthead"]
    answer = step_up(masthead, "keycloak", browser, person)
    assert answer.status == 200 and browser.cookies["__Host-masthead"] != old, answer


def test_OI_52_keycloak_signs_out_by_the_back_channel(masthead, real):
    browser, answer = sign_in(masthead, "keycloak", kc("olga"))
    signed_in(browser, answer, ["operator"])
    bystander, answer = sign_in(masthead, "keycloak", kc("ada"))
    real.sign_out_everywhere("olga")
    wait_until(lambda: browser.me().status == 401, 15, "Keycloak's logout token")
    assert bystander.me().status == 200


def test_keycloak_signs_out_both_ways(masthead, real):
    person = kc("ada")
    browser, answer = sign_in(masthead, "keycloak", person)
    signed_in(browser, answer, ["admin"])
    sign_out(masthead, browser, person)
    # Keycloak has forgotten the person as well: it asks for the password again.
    before = person.filled
    signed_in(*sign_in(masthead, "keycloak", person), ["admin"])
    assert person.filled > before


# a real browser

@pytest.mark.skipif(not shutil.which("chromium"), reason="no chromium on this machine; remedy: apt-get install chromium")
@pytest.mark.skipif(not any("data-provider" in script.read_text() for script in (ROOT / "web" / "dist").rglob("*.js")),
                    reason="the pages are not built, or older than their button for providers; remedy: ./dev build")
def test_a_browser_signs_in_from_the_sign_in_page(masthead):
    if why_no_node():
        pytest.skip(why_no_node())
    base = f"{home(masthead)}/admin/api/v1/sso/shown"
    with NodeProvider("good_op.mjs", OP_REDIRECT=base + "/callback", OP_POST_LOGOUT=base + "/signed-out",
                      OP_HOST="127.0.0.1") as running:  # another host than ours: signing out clears the cookies of a whole host
        configure(masthead, "shown", running.issuer, scopes=["openid", "email", "profile", "groups"])
        done = subprocess.run([node(), "tests/e2e/sso.spec.mjs"], cwd=ROOT, capture_output=True, text=True, timeout=300, env={
            **os.environ, "MASTHEAD_E2E_URL": home(masthead), "MASTHEAD_E2E_PROVIDER": "shown", "MASTHEAD_E2E_SCREENSHOTS": str(BUILD / "screenshots")})
    assert done.returncode == 0, done.stdout + done.stderr
