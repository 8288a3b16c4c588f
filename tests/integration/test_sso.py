"""Single sign-on by a console process against a provider that lies on request: the cases OI-01 to OI-52 of the security matrix.

The relying-party modules of the OpenID conformance suite that are named there, and where each is:
  discovery-issuer-mismatch OI-32 | invalid-iss OI-30 | invalid-aud OI-34 | missing-aud OI-37 | missing-sub OI-38 | missing-iat OI-41 |
  nonce-invalid OI-07 | id-token-sig-none OI-13 | invalid-sig-rs256/es256/hs256 OI-18, OI-17, OI-15 | kid-absent-single/multiple-jwks OI-26 |
  unparseable key in the JWKS OI-27 | signing-key-rotation (and just before signing) OI-45 | invalid-sub-in-userinfo OI-44 |
  at_hash and c_hash OI-43 | back-channel logout negatives OI-52 | refresh token modules: no refresh token is asked for or kept
  (test_no_refresh_token_is_asked_for_or_kept) | RP-initiated logout and its state: test_sign_out_*.
The good providers are in test_sso_providers.py, functions alone in tests/unit/oidc.
"""
import concurrent.futures
import contextlib
import sqlite3
import time
import urllib.parse

import pytest

from tests.support.console import Console
from tests.support.openid import CLIENT_ID, CLIENT_SECRET, Browser, HostileProvider, heading, refresh_target, settings, why_no_node
from tests.support.waiting import wait_until

pytestmark = pytest.mark.skipif(bool(why_no_node()), reason=why_no_node() or "-")

LOST = "This sign-in is no longer under way"
UNTRUSTED = "The provider&#39;s answer was not accepted".replace("&#39;", "'")
TROUBLE = "The provider does not answer as it should"
REFUSED = "The provider did not sign you in"
NO_ACCESS = "You have no access here"


@pytest.fixture(scope="module")
def op():
    with HostileProvider() as running:
        yield running


@pytest.fixture(scope="module")
def other_op():
    with HostileProvider() as running:
        yield running


@pytest.fixture(scope="module")
def console(tmp_path_factory, op):
    directory = tmp_path_factory.mktemp("sso")
    (directory / "secret").write_text(CLIENT_SECRET + "\n")
    configured = [{**settings(op.issuer), "id": "filed", "title": "From the file", "client_secret": f"file:{directory}/secret"},
                  {**settings("http://localhost:1"), "id": "away", "client_secret": f"file:{directory}/secret"},
                  {**settings(op.issuer), "id": "mute", "client_secret": f"file:{directory}/no-such-secret"}]
    with Console(directory / "c", {"auth": {"sso": configured}}) as running:
        running.set_up()
        yield running


@pytest.fixture(autouse=True)
def honest(op):
    yield
    op.plan()
    op.log()


_count = iter(range(1, 10_000))


def put(console, id_, body, expect=(200, 201), **kw):
    answer = console.request("PUT", f"/admin/api/v1/sso/providers/{id_}", body, **kw)
    if answer.status == 403 and "step_up_required" in answer.body:
        console.sign_in()
        answer = console.request("PUT", f"/admin/api/v1/sso/providers/{id_}", body, **kw)
    assert answer.status in expect, answer
    return answer


@pytest.fixture
def provider(console, op):
    """A provider of its own for each test: nothing is cached yet."""
    id_ = f"p{next(_count)}"
    put(console, id_, settings(op.issuer))
    return id_


@pytest.fixture
def browser(console):
    return Browser(console)


def refused(answer, *headings):
    assert answer.status >= 400, answer
    assert heading(answer) in (headings or (UNTRUSTED,)), answer
    assert not any(line.startswith("__Host-masthead=") for line in answer.headers.get_all("Set-Cookie") or [])
    assert refresh_target(answer) is None


def accepted(browser, answer):
    assert answer.status == 200, answer
    assert refresh_target(answer) == "/admin/"
    assert browser.signed_in


def records(console, action):
    return [r for r in console.api("GET", "audit?limit=200")["records"] if r["action"] == action]


# the way that works

def test_a_person_signs_in_and_is_who_the_provider_says(console, op, provider, browser):
    op.log()
    answer = browser.sign_in(provider)
    accepted(browser, answer)
    cookie = next(line for line in answer.headers.get_all("Set-Cookie") if line.startswith("__Host-masthead="))
    assert all(part in cookie for part in ("Secure", "HttpOnly", "SameSite=Strict", "Path=/"))
    me = browser.me().json
    assert me["principal"]["name"] == "Ada Op" and me["principal"]["roles"] == ["admin"] and me["principal"]["method"] == "sso"
    assert me["stage"] == "full"
    asked = op.log()
    auth = next(entry for entry in asked if entry["path"] == "/auth")["query"]
    # OI-09: PKCE with S256, state and nonce of 256 bit, the code flow and nothing else.
    assert auth["code_challenge_method"] == "S256" and len(auth["code_challenge"]) == 43
    assert len(auth["state"]) == 43 and len(auth["nonce"]) == 43 and auth["response_type"] == "code"
    assert auth["redirect_uri"] == f"https://localhost:8443/admin/api/v1/sso/{provider}/callback"
    assert "prompt" not in auth and "offline_access" not in auth["scope"]
    token = next(entry for entry in asked if entry["path"] == "/token")
    assert token["authorization"].startswith("Basic ") and CLIENT_SECRET not in token["body"]
    session = records(console, "session.create")[0]
    assert session["detail"]["provider"] == provider and session["outcome"] == "success"


def test_the_start_page_names_the_providers_that_can_be_used(console, provider):
    shown = console.api("GET", "session/methods")["providers"]
    ids = [one["id"] for one in shown]
    assert provider in ids and "filed" in ids and "mute" not in ids


def test_a_provider_of_the_file_signs_in_and_is_locked(console, browser):
    accepted(browser, browser.sign_in("filed"))
    console.sign_in()
    shown = next(one for one in console.api("GET", "sso/providers")["providers"] if one["id"] == "filed")
    assert shown["locked"] and shown["secret_set"] and "client_secret" not in shown and shown["state"]["reachable"] is True
    for method, body in (("PUT", settings("http://localhost:9")), ("DELETE", None)):
        answer = console.request(method, "/admin/api/v1/sso/providers/filed", body, headers={"If-Match": "*"})
        assert answer.status == 409, answer


# state

def test_OI_01_02_state_missing_or_wrong(browser, provider):
    started = browser.start(provider)
    path = browser.at_provider(started.json["url"])
    parts = urllib.parse.urlsplit(path)
    query = dict(urllib.parse.parse_qsl(parts.query))
    for state in (None, "", "x", "A" * 43, query["state"][:-1]):
        changed = {k: v for k, v in {**query, "state": state}.items() if v is not None}
        refused(browser.callback(parts.path + "?" + urllib.parse.urlencode(changed)), LOST)
    refused(browser.callback(path + "&state=" + query["state"]), LOST)
    accepted(browser, browser.callback(path))


def test_OI_03_state_works_once(browser, provider, op):
    path = browser.at_provider(browser.start(provider).json["url"])
    accepted(browser, browser.callback(path))
    op.log()
    refused(browser.callback(path), LOST)
    assert not op.log(), "a used state must not reach the provider"


def test_OI_03_two_callbacks_at_once_sign_in_once(console, provider):
    browser = Browser(console)
    path = browser.at_provider(browser.start(provider).json["url"])
    cookies = dict(browser.cookies)

    def call(_):
        one = Browser(console)
        one.cookies = dict(cookies)
        return one.callback(path).status
    with concurrent.futures.ThreadPoolExecutor(6) as pool:
        statuses = sorted(pool.map(call, range(6)))
    assert statuses == [200, 400, 400, 400, 400, 400]


def test_OI_04_state_of_another_browser(console, browser, provider):
    path = browser.at_provider(browser.start(provider).json["url"])
    thief = Browser(console)
    refused(thief.callback(path), LOST)
    thief.start(provider)
    assert "__Host-masthead-pre" in thief.cookies
    path = browser.at_provider(browser.start(provider).json["url"])
    refused(thief.callback(path), LOST)
    refused(browser.callback(path), LOST)


def test_OI_04_two_tabs_of_one_browser_both_finish(browser, provider):
    first = browser.at_provider(browser.start(provider).json["url"])
    second = browser.at_provider(browser.start(provider).json["url"])
    accepted(browser, browser.callback(second))
    accepted(browser, browser.callback(first))


def test_OI_02_a_planted_cookie_of_odd_shape_is_replaced(browser, provider):
    browser.cookies["__Host-masthead-pre"] = "planted"
    answer = browser.start(provider)
    cookie = answer.headers["Set-Cookie"]
    assert "planted" not in cookie and "SameSite=Lax" in cookie and "HttpOnly" in cookie and "Secure" in cookie and "Max-Age=600" in cookie
    accepted(browser, browser.callback(browser.at_provider(answer.json["url"])))


# what the ID token says and how it is signed

FOREIGN_JWK = {"kty": "RSA", "n": "u" * 342, "e": "AQAB"}
BAD_TOKENS = {
    "OI-06 nonce missing": {"claims": {"nonce": None}},
    "OI-07 nonce wrong": {"claims": {"nonce": "another"}},
    "OI-13 alg none": {"sign": "none"},
    "OI-14 alg nOnE": {"sign": "none", "header": {"alg": "nOnE"}},
    "OI-14 alg None": {"sign": "none", "header": {"alg": "None"}},
    "OI-15 HS256 with the client secret": {"sign": "hs-secret"},
    "OI-16 HS256 with the public key": {"sign": "hs-pem"},
    "OI-17 a foreign key under a known name": {"sign": "foreign"},
    "OI-18 a broken signature": {"sign": "flip"},
    "OI-19 a kid nobody published": {"sign": "rs2"},
    "OI-20 a kid of path junk": {"header": {"kid": "../../../../etc/passwd"}},
    "OI-20 a kid of SQL junk": {"header": {"kid": "' OR '1'='1"}},
    "OI-21 jku": {"sign": "foreign", "header": {"jku": "http://localhost:9/jwks"}},
    "OI-22 x5u": {"sign": "foreign", "header": {"x5u": "http://localhost:9/chain"}},
    "OI-23 jwk": {"sign": "foreign", "header": {"jwk": FOREIGN_JWK}},
    "OI-24 crit": {"header": {"crit": ["exp"]}},
    "OI-25 encrypted": {"sign": "jwe"},
    "OI-26 two keys and no kid": {"jwks": ["rs1", "rs2"], "header": {"kid": None}},
    "OI-28 RSA of 1024 bit": {"sign": "weak", "jwks": ["weak", "rs1"]},
    "OI-29 a key for encryption": {"sign": "enc", "jwks": ["enc", "rs1"]},
    "OI-30 iss of another": {"claims": {"iss": "https://evil.example"}},
    "OI-30 iss missing": {"claims": {"iss": None}},
    "OI-34 aud of another": {"claims": {"aud": "another"}},
    "OI-35 two in aud and no azp": {"claims": {"aud": [CLIENT_ID, "another"]}},
    "OI-36 azp of another": {"claims": {"azp": "another"}},
    "OI-36 two in aud and azp of another": {"claims": {"aud": [CLIENT_ID, "another"], "azp": "another"}},
    "OI-37 aud missing": {"claims": {"aud": None}},
    "OI-38 sub missing": {"claims": {"sub": None}},
    "OI-38 sub empty": {"claims": {"sub": ""}},
    "OI-38 sub of 256": {"claims": {"sub": "s" * 256}},
    "OI-39 expired": {"claims": {"exp": int(time.time()) - 120}},
    "OI-39 exp missing": {"claims": {"exp": None}},
    "OI-40 iat in the future": {"claims": {"iat": int(time.time()) + 3600}},
    "OI-41 iat a day old": {"claims": {"iat": int(time.time()) - 86400}},
    "OI-41 iat missing": {"claims": {"iat": None}},
    "OI-42 nbf in the future": {"claims": {"nbf": int(time.time()) + 3600}},
    "OI-43 at_hash wrong": {"claims": {"at_hash": "A" * 22}},
    "OI-43 c_hash wrong": {"claims": {"c_hash": "A" * 22}},
    "OI-44 user info of somebody else": {"claims": {"groups": None}, "userinfo": {"claims": {"sub": "eve"}}},
    "OI-44 user info of nobody": {"claims": {"groups": None}, "userinfo": {"claims": {"sub": None}}},
}


@pytest.mark.parametrize("plan", BAD_TOKENS.values(), ids=BAD_TOKENS.keys())
def test_an_untrue_token_signs_nobody_in(browser, provider, op, plan):
    op.plan(**plan)
    refused(browser.sign_in(provider))
    assert not browser.signed_in
    op.plan()
    # The same provider and browser right after it, with nothing wrong: the refusal was about the token.
    op.plan(jwks=plan["jwks"]) if "jwks" in plan else None
    accepted(browser, browser.sign_in(provider))


GOOD_TOKENS = {
    "OI-26 one key and no kid": {"jwks": ["rs1", "ec"], "header": {"kid": None}},
    "OI-26 a key without a kid": {"jwks": ["own"], "header": {"kid": None}},
    "OI-27 junk among the keys": {"jwks": ["junk", "rs1"]},
    "OI-35 two in aud and azp is us": {"claims": {"aud": [CLIENT_ID, "another"], "azp": CLIENT_ID}},
    "OI-39 expired within the skew": {"claims": {"exp": "now-30"}},
    "PS256": {"sign": "ps"},
    "ES256": {"sign": "ec"},
    "EdDSA": {"sign": "ed"},
    "OI-12 a provider that ignores PKCE": {"ignore_pkce": True},
}


@pytest.mark.parametrize("plan", GOOD_TOKENS.values(), ids=GOOD_TOKENS.keys())
def test_a_true_token_signs_in(browser, provider, op, plan):
    if plan.get("claims", {}).get("exp") == "now-30":
        plan = {"claims": {"exp": int(time.time()) - 30}}
    op.plan(**plan)
    accepted(browser, browser.sign_in(provider))


def test_OI_08_an_old_id_token_is_refused(browser, provider, op):
    op.plan(claims={"nonce": "the-nonce-of-an-earlier-sign-in"})
    refused(browser.sign_in(provider))


def test_OI_10_a_provider_with_plain_challenges_only_is_refused(browser, provider, op):
    op.plan(discovery={"code_challenge_methods_supported": ["plain"]})
    assert browser.start(provider).status == 503


def test_OI_11_each_sign_in_has_its_own_verifier(browser, provider, op):
    op.log()
    for _ in range(3):
        accepted(browser, browser.sign_in(provider))
    asked = op.log()
    verifiers = {urllib.parse.parse_qs(entry["body"])["code_verifier"][0] for entry in asked if entry["path"] == "/token"}
    challenges = {entry["query"]["code_challenge"] for entry in asked if entry["path"] == "/auth"}
    assert len(verifiers) == len(challenges) == 3 and all(len(v) == 43 for v in verifiers)


def test_OI_12_a_stolen_code_without_its_verifier_is_worthless(console, browser, provider, op):
    """The victim's code put into the attacker's own sign-in: the nonce refuses it even when the provider forgets PKCE."""
    op.plan(ignore_pkce=True)
    stolen = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(browser.at_provider(browser.start(provider).json["url"])).query))["code"]
    attacker = Browser(console)
    path = attacker.at_provider(attacker.start(provider).json["url"])
    parts = urllib.parse.urlsplit(path)
    query = {**dict(urllib.parse.parse_qsl(parts.query)), "code": stolen}
    refused(attacker.callback(parts.path + "?" + urllib.parse.urlencode(query)))


# the issuer

@pytest.mark.parametrize("issuer", ["http://evil.example", "/", ""], ids=["OI-32 another", "OI-31 a slash more", "OI-32 empty"])
def test_OI_32_a_document_of_another_issuer_is_not_used(console, browser, provider, op, issuer):
    op.plan(discovery={"issuer": op.issuer + "/" if issuer == "/" else issuer})
    op.log()
    assert browser.start(provider).status == 503
    assert [entry["path"] for entry in op.log()] == ["/.well-known/openid-configuration"]


def test_OI_31_a_token_whose_iss_has_a_slash_more(browser, provider, op):
    op.plan(claims={"iss": op.issuer + "/"})
    refused(browser.sign_in(provider))


def test_OI_33_a_code_of_another_provider(console, browser, provider, op, other_op):
    other = f"p{next(_count)}"
    put(console, other, settings(other_op.issuer))
    ours = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(browser.at_provider(browser.start(provider).json["url"])).query))
    theirs = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(browser.at_provider(browser.start(other).json["url"])).query))

    def call(id_, **query):
        return browser.callback(f"/admin/api/v1/sso/{id_}/callback?" + urllib.parse.urlencode(query))
    op.log()
    other_op.log()
    refused(call(provider, state=ours["state"], code=theirs["code"], iss=theirs["iss"]), UNTRUSTED)
    refused(call(provider, **theirs), LOST)
    assert not op.log() and not other_op.log(), "the code was given to somebody"
    # RFC 9207: a provider that says that it names itself must do so.
    again = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(browser.at_provider(browser.start(provider).json["url"])).query))
    refused(call(provider, state=again["state"], code=again["code"]), UNTRUSTED)


def test_OI_33_parameters_that_stand_twice(browser, provider):
    for name in ("code", "iss", "error"):
        path = browser.at_provider(browser.start(provider).json["url"])
        refused(browser.callback(path + f"&{name}=x&{name}=y"), UNTRUSTED)


def test_a_refusal_of_the_provider_is_shown(browser, provider, op):
    op.plan(callback={"code": None, "error": "access_denied", "error_description": "<script>alert(1)</script>"})
    answer = browser.sign_in(provider)
    refused(answer, REFUSED)
    assert "<script" not in answer.body and "access_denied" in answer.body
    op.plan(callback={"code": None, "error": "\"><img src=x>"})
    answer = browser.sign_in(provider)
    assert "<img" not in answer.body
    assert answer.headers["Content-Security-Policy"] and answer.headers["Cache-Control"] == "no-store"


# keys and the way to the provider

def test_OI_45_keys_rotate_between_and_within_sign_ins(browser, provider, op):
    accepted(browser, browser.sign_in(provider))
    path = browser.at_provider(browser.start(provider).json["url"])
    op.plan(jwks=["rs2", "ec"], sign="rs2")
    accepted(browser, browser.callback(path))


def test_OI_45_junk_kids_cause_one_fetch(console, browser, provider, op):
    accepted(browser, browser.sign_in(provider))
    op.log()
    for i in range(40):
        token = op.sign(base=True, claims={"sub": "ada"}, header={"kid": f"junk{i}", "typ": "logout+jwt"})
        assert back_channel(console, provider, token).status == 400
    assert [entry["path"] for entry in op.log()] == ["/jwks"]


def test_OI_46_a_provider_that_is_away_keeps_nobody_else_out(console, browser):
    assert browser.start("away").status == 503
    assert browser.start("mute").status == 404
    console.sign_in()
    shown = {one["id"]: one for one in console.api("GET", "sso/providers")["providers"]}
    assert shown["away"]["state"]["reachable"] is False and shown["away"]["state"]["error"]
    assert shown["mute"]["state"]["reachable"] is False and "no-such-secret" in shown["mute"]["state"]["error"]


def test_OI_47_a_provider_that_hangs_holds_nobody(console, provider, op):
    browsers = [Browser(console) for _ in range(8)]
    paths = [one.at_provider(one.start(provider).json["url"]) for one in browsers]
    late = Browser(console)
    late_path = late.at_provider(late.start(provider).json["url"])
    op.log()
    op.plan(token={"hang_ms": 120_000})
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        waiting = [pool.submit(one.callback, path) for one, path in zip(browsers, paths)]
        seen = []

        def all_hang():
            seen.extend(entry for entry in op.log() if entry["path"] == "/token")
            return len(seen) == 8
        wait_until(all_hang, 20, "eight sign-ins hang at the token endpoint")
        # Another one is told at once, and everybody else does not notice.
        refused(late.callback(late_path), TROUBLE)
        console.sign_in()
        assert not any(one.done() for one in waiting)
        for one in waiting:
            refused(one.result(30), TROUBLE)  # the provider would have answered after two minutes


@pytest.mark.parametrize("location", ["http://169.254.169.254/latest/meta-data", "http://127.0.0.1:1/", "file:///etc/passwd"])
def test_OI_48_redirects_are_not_followed(browser, provider, op, location):
    for endpoint in ("token", "userinfo"):
        op.log()
        op.plan(**{endpoint: {"status": 302, "location": location}, "claims": {"groups": None}})
        refused(browser.sign_in(provider), TROUBLE)
        assert [entry["path"] for entry in op.log()][-1] == "/" + endpoint


@pytest.mark.parametrize("endpoint", ["token_endpoint", "jwks_uri", "userinfo_endpoint"])
@pytest.mark.parametrize("address", ["https://169.254.169.254/x", "https://[fe80::1]/x", "https://100.100.100.200/x", "http://10.0.0.1/x"])
def test_OI_48_endpoints_at_forbidden_places(browser, provider, op, endpoint, address):
    op.plan(discovery={endpoint: address}, claims={"groups": None})
    started = browser.start(provider)
    if started.status == 503:
        assert address.startswith("http://")
        return
    refused(browser.callback(browser.at_provider(started.json["url"])), TROUBLE)


@pytest.mark.parametrize("document", [{"big": 10 << 20}, {"deep": 40}, {"deep": 100_000}, {"raw": "<html>"}, {"raw": ""}, {"raw": "[]"}],
                         ids=["OI-49 10 MiB", "OI-49 40 deep", "OI-49 100000 deep", "html", "empty", "a list"])
def test_OI_49_documents_have_limits(browser, provider, op, document):
    op.plan(discovery=document)
    assert browser.start(provider).status == 503


def test_OI_49_answers_of_the_token_endpoint_have_limits(browser, provider, op):
    for body in ("x" * (2 << 20), '{"id_token":' + "[" * 1000 + "]" * 1000 + "}", "", "null"):
        op.plan(token={"body": body})
        refused(browser.sign_in(provider), TROUBLE)


# groups and accounts

def groups_give(console, provider, op, groups, sub):
    browser = Browser(console)
    op.plan(sub=sub, claims={"groups": groups} if groups != "missing" else {"groups": None}, userinfo={"claims": {"groups": None}})
    answer = browser.sign_in(provider)
    return browser, answer


@pytest.mark.parametrize("groups,roles", [
    ("ops", ["operator"]), (["admins", "ops"], ["admin", "operator"]), ([f"g{i}" for i in range(9_999)] + ["ops"], ["operator"]),
    ("missing", None), ([], None), (["others"], None), (7, None), ({"ops": True}, None), (["ops\0"], None), (["admins\0ops"], None), (["Admins"], None),
    ([["admins"]], None), ([None, 1, "ops"], ["operator"]), ("admins,ops", None), ([f"g{i}" for i in range(10_000)], None)],
    ids=lambda value: str(value)[:30].replace("\0", "NUL"))
def test_OI_50_groups_become_roles(console, provider, op, groups, roles):
    browser, answer = groups_give(console, provider, op, groups, "grace")
    if roles is None:
        refused(answer, NO_ACCESS)
        assert "none of the groups" in answer.body
        assert not browser.signed_in
    else:
        accepted(browser, answer)
        assert sorted(browser.me().json["principal"]["roles"]) == sorted(roles)


def test_OI_50_roles_are_looked_at_in_every_sign_in(console, provider, op):
    first, answer = groups_give(console, provider, op, ["admins"], "heidi")
    accepted(first, answer)
    second, answer = groups_give(console, provider, op, ["ops"], "heidi")
    accepted(second, answer)
    assert second.me().json["principal"]["id"] == first.me().json["principal"]["id"]
    assert first.me().json["principal"]["roles"] == ["operator"], "an open session must lose the role as well"
    _, answer = groups_give(console, provider, op, ["others"], "heidi")
    refused(answer, NO_ACCESS)
    assert not first.signed_in and not second.signed_in, "whoever lost the groups loses what is open"
    denied = records(console, "session.create")[0]
    assert denied["outcome"] == "denied" and denied["detail"]["reason"] == "no mapped group"


@pytest.mark.parametrize("verified", [True, False, "true", None])
def test_OI_50_the_address_of_a_local_admin_links_to_nothing(console, provider, op, verified):
    browser = Browser(console)
    op.plan(sub=f"mallory-{verified}", claims={"email": "ada@example.org", "email_verified": verified, "groups": ["ops"]})
    accepted(browser, browser.sign_in(provider))
    me = browser.me().json["principal"]
    local = console.api("GET", "me")["principal"]
    assert me["id"] != local["id"] and me["email"] != "ada@example.org" and me["email"].endswith("@sso.invalid")
    console.sign_in()
    # The last local admin stays one, whatever a provider says about the same address.
    assert console.api("GET", "me")["principal"]["roles"] == ["admin"]


def test_OI_50_an_address_that_is_not_verified_is_not_taken_over(console, provider, op):
    browser = Browser(console)
    op.plan(sub="ivan", claims={"email": "ivan@op.example", "email_verified": False})
    accepted(browser, browser.sign_in(provider))
    assert browser.me().json["principal"]["email"].endswith("@sso.invalid")
    verified = Browser(console)
    op.plan(sub="judy", claims={"email": "Judy@op.example"})
    accepted(verified, verified.sign_in(provider))
    assert verified.me().json["principal"]["email"] == "judy@op.example"


def test_OI_50_the_same_address_or_subject_at_a_second_provider_is_somebody_else(console, provider, op, other_op):
    other = f"p{next(_count)}"
    put(console, other, settings(other_op.issuer))
    op.plan(sub="kim")
    other_op.plan(sub="kim", claims={"email": "kim@op.example"})
    first, second = Browser(console), Browser(console)
    accepted(first, first.sign_in(provider))
    accepted(second, second.sign_in(other))
    assert first.me().json["principal"]["id"] != second.me().json["principal"]["id"]
    other_op.plan()


def test_a_provider_that_is_pointed_elsewhere_takes_no_account_along(console, provider, op, other_op):
    op.plan(sub="lena")
    first = Browser(console)
    accepted(first, first.sign_in(provider))
    before = first.me().json["principal"]["id"]
    tag = console.request("GET", f"/admin/api/v1/sso/providers/{provider}").headers["ETag"]
    moved = put(console, provider, {**settings(other_op.issuer), "client_secret": None}, headers={"If-Match": tag}).json["provider"]
    assert moved["secret_set"] is False, "a secret for one issuer must not be sent to another"
    assert not first.signed_in
    tag = console.request("GET", f"/admin/api/v1/sso/providers/{provider}").headers["ETag"]
    put(console, provider, settings(other_op.issuer), headers={"If-Match": tag})
    other_op.plan(sub="lena", claims={"email": "lena@other.example"})
    second = Browser(console)
    accepted(second, second.sign_in(provider))
    assert second.me().json["principal"]["id"] != before
    other_op.plan()


def test_a_disabled_account_stays_out(console, provider, op):
    op.plan(sub="mike")
    browser = Browser(console)
    accepted(browser, browser.sign_in(provider))
    account = browser.me().json["principal"]["id"].split(":")[1]
    with contextlib.closing(sqlite3.connect(console.data / "masthead.db", timeout=10)) as database, database:
        database.execute("UPDATE accounts SET disabled = 1 WHERE id = ?", (account,))
    assert not browser.signed_in
    refused(browser.sign_in(provider), "Your account is disabled")


# where the browser goes

RETURN_TO = ["//evil.example", "/\\evil.example", "/%09/evil.example", "https:evil.example", "https://evil.example", "http://evil.example", "javascript:alert(1)",
             "data:text/html,x", "/admin/..//evil.example", "/admin/../evil", "/admin//evil.example", "/admin/.//evil", "/admin/\r\nLocation: https://evil.example",
             "/admin/%0d%0aSet-Cookie:x", "https://localhost@evil.example", "/admin@evil.example", "/admin/@evil.example", "\\\\evil.example", "///evil.example", "/",
             "", "admin/", "/admin", "/Admin/", "/adminevil/", "/admin/?next=//evil", "/admin/#//evil", "/admin/\u0001", "/admin/\u202e", " /admin/", "/admin/ ",
             "/admin/%2e%2e/", "/admin/..", "/admin/.../x/../..", "/register/x", "/oidc/callback", "/admin/api/v1/session", "/admin/\"onload=", "/admin/<script>",
             "vbscript:x"]


def test_OI_51_every_return_path_leads_home(console, provider):
    assert len(RETURN_TO) == 40
    for wanted in RETURN_TO:
        browser = Browser(console)
        answer = browser.sign_in(provider, return_to=wanted)
        assert answer.status == 200 and refresh_target(answer) == "/admin/", (wanted, answer)
    answer = Browser(console).sign_in(provider, return_to="/admin/nodes/users")
    assert refresh_target(answer) == "/admin/nodes/users"
    assert Browser(console).start(provider, return_to=7).status == 400
    assert Browser(console).start(provider, purpose="else").status == 400


# signing out

def back_channel(console, provider, token, **fields):
    body = urllib.parse.urlencode({"logout_token": token, **fields}).encode() if token is not None else b""
    return Browser(console).request("POST", f"sso/{provider}/backchannel-logout", body, headers={"Content-Type": "application/x-www-form-urlencoded", "Origin": None})


EVENT = {"http://schemas.openid.net/event/backchannel-logout": {}}
TYPED = {"typ": "logout+jwt"}


@pytest.mark.parametrize("by", ["sub", "sid", "both"])
def test_OI_52_the_provider_signs_out(console, provider, op, by):
    op.plan(sub="nina")
    browser, bystander = Browser(console), Browser(console)
    accepted(browser, browser.sign_in(provider))
    op.plan(sub="oscar")
    accepted(bystander, bystander.sign_in(provider))
    claims = {"events": EVENT, **({} if by == "sid" else {"sub": "nina"}), **({} if by == "sub" else {"sid": "sid-nina"})}
    token = op.sign(base=True, claims=claims, header=TYPED)
    answer = back_channel(console, provider, token)
    assert answer.status == 200 and answer.headers["Cache-Control"] == "no-store", answer
    assert not browser.signed_in and bystander.signed_in
    assert records(console, "session.end")[0]["detail"]["sessions"] == 1
    assert back_channel(console, provider, token).status == 400, "a logout token works once"


BAD_LOGOUTS = {
    "alg none": {"sign": "none"},
    "a foreign key": {"sign": "foreign"},
    "HS256": {"sign": "hs-secret"},
    "wrong issuer": {"claims": {"iss": "https://evil.example"}},
    "wrong audience": {"claims": {"aud": "another"}},
    "no event": {"claims": {"events": None}},
    "another event": {"claims": {"events": {"https://example.org/event": {}}}},
    "a nonce": {"claims": {"nonce": "n"}},
    "neither sub nor sid": {"claims": {"sub": None}},
    "no typ": {"header": {"typ": None}},
    "typ JWT": {"header": {"typ": "JWT"}},
    "expired": {"claims": {"exp": int(time.time()) - 600}},
    "old": {"claims": {"iat": int(time.time()) - 86400}},
    "no iat": {"claims": {"iat": None}},
    "no jti": {"claims": {"jti": None}},
}


@pytest.mark.parametrize("plan", BAD_LOGOUTS.values(), ids=BAD_LOGOUTS.keys())
def test_OI_52_untrue_logout_tokens_sign_nobody_out(console, provider, op, plan):
    op.plan(sub="peggy")
    browser = Browser(console)
    accepted(browser, browser.sign_in(provider))
    wanted = {"base": True, "claims": {"events": EVENT, "sub": "peggy", **plan.get("claims", {})}, "header": {**TYPED, **plan.get("header", {})}}
    if "sign" in plan:
        wanted["sign"] = plan["sign"]
    answer = back_channel(console, provider, op.sign(**wanted))
    assert answer.status == 400 and answer.json["error"] == "invalid_request", answer
    assert browser.signed_in


def test_OI_52_an_id_token_or_junk_is_no_logout_token(console, provider, op):
    id_token = op.sign(base=True, claims={"sub": "ada", "nonce": "n", "events": EVENT})
    for token in (id_token, "", "x", "a.b.c", None):
        assert back_channel(console, provider, token).status == 400
    assert back_channel(console, "nobody", id_token).status == 404


def test_sign_out_leads_to_the_provider_and_back(console, browser, provider, op):
    accepted(browser, browser.sign_in(provider))
    answer = browser.request("DELETE", "session")
    assert answer.status == 200, answer
    url = urllib.parse.urlsplit(answer.json["logout_url"])
    query = dict(urllib.parse.parse_qsl(url.query))
    assert answer.json["logout_url"].startswith(op.issuer + "/logout?") and query["client_id"] == CLIENT_ID
    assert query["id_token_hint"].count(".") == 2
    assert query["post_logout_redirect_uri"] == f"https://localhost:8443/admin/api/v1/sso/{provider}/signed-out"
    assert not browser.signed_in
    page = browser.request("GET", f"sso/{provider}/signed-out?state=" + urllib.parse.quote(query["state"]), cross_site=True)
    assert page.status == 200 and heading(page) == "You are signed out"


@pytest.mark.parametrize("state", ["", "x", "9999999999999.abc.def", "."])
def test_sign_out_with_a_state_that_is_not_ours(console, browser, provider, state):
    accepted(browser, browser.sign_in(provider))
    page = browser.request("GET", f"sso/{provider}/signed-out?state={state}", cross_site=True)
    assert page.status == 400 and heading(page) == "This sign-out did not begin here"
    assert browser.signed_in


def test_sign_out_of_a_password_session_asks_no_provider(console):
    console.sign_in()
    answer = console.request("DELETE", "/admin/api/v1/session")
    assert answer.status == 204
    console.sign_in()


def test_no_refresh_token_is_asked_for_or_kept(console, browser, provider):
    accepted(browser, browser.sign_in(provider))
    for name in ("masthead.db", "masthead.db-wal"):
        stored = (console.data / name).read_bytes()
        assert b"refresh-canary" not in stored and CLIENT_SECRET.encode() not in stored and b"eyJhbGciOi" not in stored
    assert CLIENT_SECRET not in console.log() and "refresh-canary" not in console.log()


# stepping up

def test_step_up_through_the_provider(console, browser, provider, op):
    accepted(browser, browser.sign_in(provider))
    browser.me()
    old = browser.cookies["__Host-masthead"]
    op.log()
    started = browser.start(provider, purpose="step_up", return_to="/admin/settings")
    assert started.status == 200, started
    path = browser.at_provider(started.json["url"])
    asked = op.log()[-1]["query"]
    assert asked["prompt"] == "login" and asked["max_age"] == "0"
    answer = browser.callback(path)
    assert answer.status == 200 and refresh_target(answer) == "/admin/settings", answer
    assert browser.cookies["__Host-masthead"] != old
    assert browser.signed_in
    stale = Browser(console)
    stale.cookies["__Host-masthead"] = old
    assert not stale.signed_in


@pytest.mark.parametrize("plan", [{"claims": {"auth_time": None}}, {"claims": {"auth_time": int(time.time()) - 7200}}, {"sub": "somebody-else"}],
                         ids=["auth_time missing", "auth_time old", "another person"])
def test_step_up_that_does_not_hold(console, provider, op, plan):
    browser = Browser(console)
    accepted(browser, browser.sign_in(provider))
    browser.me()
    op.plan(**plan)
    started = browser.start(provider, purpose="step_up")
    refused(browser.callback(browser.at_provider(started.json["url"])))
    op.plan()
    assert browser.signed_in


def test_step_up_is_for_sessions_of_this_provider(console, browser, provider):
    assert browser.start(provider, purpose="step_up").status == 401
    console.sign_in()
    answer = console.request("POST", f"/admin/api/v1/sso/{provider}/start", {"purpose": "step_up"})
    assert answer.status == 412 or answer.json["code"] == "failed_precondition", answer


# the settings

def test_settings_are_checked_and_kept(console, op):
    id_ = f"p{next(_count)}"
    path = f"/admin/api/v1/sso/providers/{id_}"
    shown = put(console, id_, settings(op.issuer)).json["provider"]
    assert shown["secret_set"] and shown["revision"] == 1 and not shown["locked"] and "client_secret" not in shown
    assert console.request("PUT", path, settings(op.issuer)).status == 428
    assert console.request("PUT", path, settings(op.issuer), headers={"If-Match": '"9"'}).status == 412
    changed = put(console, id_, {**shown, "title": "Renamed"}, headers={"If-Match": '"1"'})
    assert changed.json["provider"]["title"] == "Renamed" and changed.json["provider"]["secret_set"] and changed.headers["ETag"] == '"2"'
    wrong = {"issuer": "http://op.example", "scopes": ["profile"], "mappings": [{"group": "g", "role": "emperor"}], "surprise": 1, "enabled": "yes"}
    for name, value in wrong.items():
        answer = console.request("PUT", path, {**settings(op.issuer), name: value}, headers={"If-Match": '"2"'})
        assert answer.status == 400 and any(field["path"].startswith(name) for field in answer.json["fields"]), (name, answer)
    for id_bad in ("Upper", "1st", "providers", "callback", "a" * 40):
        assert console.request("PUT", f"/admin/api/v1/sso/providers/{id_bad}", settings(op.issuer)).status == 400
    tested = console.api("POST", f"sso/providers/{id_}/test", {})
    assert tested["ok"] and tested["found"]["keys"] == 3
    op.plan(discovery={"issuer": "http://evil.example"})
    tested = console.api("POST", f"sso/providers/{id_}/test", {})
    assert not tested["ok"] and "another issuer" in tested["error"]
    assert console.request("DELETE", path).status == 204
    assert console.request("DELETE", path).status == 404
    text = console.request("GET", "/admin/api/v1/audit?limit=50").body
    assert CLIENT_SECRET not in text and "sso.provider.change" in text


def test_starts_from_one_address_are_limited(console, provider):
    browser = Browser(console)
    statuses = [browser.start(provider).status for _ in range(25)]
    assert statuses[:20] == [200] * 20 and 429 in statuses
    assert Browser(console).start(provider).status == 200


def test_pages_speak_the_browsers_language(browser, provider):
    page = browser.request("GET", f"sso/{provider}/callback?state=x", headers={"Accept-Language": "zh-CN,zh;q=0.9,en;q=0.8"}, cross_site=True)
    assert 'lang="zh-CN"' in page.body and "此登录已失效" in page.body
    style = browser.request("GET", "sso/page.css")
    assert style.status == 200 and style.headers["Content-Type"].startswith("text/css")


def test_a_provider_that_left_the_file_leaves_no_sessions(tmp_path, op):
    configured = {**settings(op.issuer), "id": "filed", "client_secret": "file:" + str(tmp_path / "secret")}
    (tmp_path / "secret").write_text(CLIENT_SECRET)
    console = Console(tmp_path / "c", {"auth": {"sso": [configured]}})
    with console:
        console.set_up()
        browser = Browser(console)
        accepted(browser, browser.sign_in("filed"))
        console.stop()
        console.start()
        assert browser.signed_in, "sessions outlive a restart"
        console.stop()
        console.settings["auth"]["sso"] = []
        console.start()
        assert not browser.signed_in
        console.sign_in()
