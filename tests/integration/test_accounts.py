"""Accounts, passwords and what slows guessing, against the running console. The numbers in the names are those of docs/security.md."""
import concurrent.futures
import json
import re
import time

import pytest

from tests.support.console import EMAIL, ORIGIN, PASSWORD, Console
from tests.support.waiting import wait_until

FRESH = "eleven green badgers whistle"
SESSION = "/admin/api/v1/session"


@pytest.fixture
def console(tmp_path):
    with Console(tmp_path / "c") as running:
        running.set_up()
        yield running


def attempt(console, password, email=EMAIL, client="203.0.113.1", cookie="none=1", **kw):
    return console.request("POST", SESSION, {"email": email, "password": password}, headers={"X-Masthead-Client": client, **kw.pop("headers", {})}, cookie=cookie)


def token_of(link):
    return link["link"].split("#")[1]


def public(console, path, body):
    return console.request("POST", "/admin/api/v1/" + path, body, plain=True, headers={"Origin": ORIGIN})


def reset_link(console, account):
    return token_of(console.api("POST", f"admins/{account}/reset")["reset"])


def age_failures(console, seconds):
    """As if the failures so far had happened earlier."""
    console.sql("UPDATE sign_in_failures SET last_at = last_at - ?", seconds * 1000)


def refused_passwords(console, passwords):
    token = reset_link(console, 1)
    found = {}
    for number, password in enumerate(passwords):
        answer = console.request("POST", "/admin/api/v1/links/accept", {"token": token, "password": password}, plain=True,
                                 headers={"Origin": ORIGIN, "X-Masthead-Client": f"203.0.113.{number}"})
        found[password] = answer.status
        if answer.status == 200:
            token = reset_link(console, 1) if console.request("GET", "/admin/api/v1/me").status == 200 else None
    return found


@pytest.mark.parametrize("policy,short,enough", [(False, "Kj4#pQ9!xLm2vB", "Kj4#pQ9!xLm2vBn"), (True, "Kj4#pQ9!xLm", "Kj4#pQ9!xLm2")])
def test_AU01_lengths_by_policy(tmp_path, policy, short, enough):
    with Console(tmp_path / "c", {"auth": {"require_second_factor": policy}}) as console:
        token = console.token()
        body = {"token": token, "email": EMAIL, "name": "Ada", "password": short}
        assert public(console, "setup", body).status == 400
        answer = public(console, "setup", dict(body, password=enough))
        assert answer.status == 200 and answer.json["next"] == ("enrol" if policy else "done"), answer


def test_AU02_AU05_limits_before_hashing(console):
    for password in ("x" * 257, "é" * 513, "a" * 1025):
        assert attempt(console, password).status == 400
    assert console.request("POST", SESSION, {"email": EMAIL, "password": "x" * (1 << 20)}, cookie="none=1").status == 413
    emoji = "".join(chr(0x1F600 + i) for i in range(15))
    assert refused_passwords(console, [emoji[:14], emoji]) == {emoji[:14]: 400, emoji: 200}


def test_AU03_AU04_nothing_is_cut_and_composition_does_not_matter(console):
    base = "Grüße aus dem Keller, wo das Fahrrad steht und niemand es je gesehen hat: "
    assert len(base.encode()) > 72
    password = base + "a"
    assert public(console, "links/accept", {"token": reset_link(console, 1), "password": password}).status == 200
    import unicodedata
    assert attempt(console, base + "b").status == 401
    decomposed = unicodedata.normalize("NFD", password)
    assert decomposed != password and attempt(console, decomposed).status == 200
    assert attempt(console, password).status == 200
    assert attempt(console, password[:20] + "\0" + password[20:]).status == 400


def test_AU06_guessable_passwords_are_refused_with_the_reason(console):
    token = reset_link(console, 1)
    for number, password in enumerate(["headscale-headscale", "tailscale12345678", "localhost:8443!!", "ada@example.org!1", "1q2w3e4r5t6y7u8i9o0p", "!!dragon!!1234567"]):
        answer = console.request("POST", "/admin/api/v1/links/accept", {"token": token, "password": password}, plain=True,
                                 headers={"Origin": ORIGIN, "X-Masthead-Client": f"203.0.113.{number}"})
        assert answer.status == 400 and answer.json["fields"][0]["reason"], (password, answer)


def test_AU07_changing_needs_the_current_password_and_ends_the_other_sessions(console):
    other = console.cookie
    console.sign_in()
    assert console.request("POST", "/admin/api/v1/me/password", {"current": "not this one", "new": FRESH}).json["fields"][0]["path"] == "current"
    assert console.request("POST", "/admin/api/v1/me/password", {"current": PASSWORD, "new": "short"}).json["fields"][0]["path"] == "new"
    mine = console.cookie
    answer = console.request("POST", "/admin/api/v1/me/password", {"current": PASSWORD, "new": FRESH})
    console.take_session(answer)
    assert answer.json["csrf"] == console.csrf
    for cookie in (other, mine):
        assert console.request("GET", "/admin/api/v1/me", cookie=cookie).status == 401
    assert attempt(console, PASSWORD).status == 401 and attempt(console, FRESH).status == 200


def test_AU07_changing_needs_a_fresh_sign_in(console):
    console.sql("UPDATE sessions SET authenticated_at = authenticated_at - 301000")
    stale = console.request("POST", "/admin/api/v1/me/password", {"current": PASSWORD, "new": FRESH})
    assert stale.status == 403 and stale.json["code"] == "step_up_required" and stale.json["methods"] == ["password"]
    console.take_session(console.request("POST", "/admin/api/v1/me/step-up", {"password": PASSWORD}))
    assert console.request("POST", "/admin/api/v1/me/password", {"current": PASSWORD, "new": FRESH}).status == 200


def test_AU08_AU09_unknown_wrong_disabled_and_locked_read_the_same(console):
    console.add_admin("off@example.org")
    console.add_admin("locked@example.org")
    off, locked = [a["id"] for a in console.api("GET", "admins")["admins"] if a["email"] != EMAIL]
    console.api("PATCH", f"admins/{off}", {"disabled": True}, headers={"If-Match": "*"})
    console.sql("INSERT INTO sign_in_failures VALUES (?, 'password', 100, 1, 1)", f"account:{locked}")
    invited = console.api("POST", "admins", {"email": "new@example.org", "name": "New", "roles": ["viewer"]})
    assert invited["admin"]["invited"] is True and console.api("GET", f"admins/{locked}")["admin"]["password_locked"] is True
    seen = set()
    for number, (email, password) in enumerate([(EMAIL, "wrong but long enough"), ("nobody@example.org", PASSWORD), ("off@example.org", PASSWORD),
                                                ("locked@example.org", PASSWORD), ("new@example.org", PASSWORD)]):
        answer = attempt(console, password, email, client=f"203.0.113.{number}", headers={"X-Masthead-Request-Id": "same"})
        seen.add((answer.status, answer.body, json.dumps(sorted((k, v) for k, v in answer.headers.items() if k != "Date"))))
    assert len(seen) == 1 and next(iter(seen))[0] == 401


def test_AU10_the_eleventh_of_a_source_waits(console):
    begun = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda i: attempt(console, "wrong but long enough", f"user{i}@example.org"), range(20)))
    regained = int((time.monotonic() - begun) / 6)
    looked_at = [a for a in answers if a.status == 401]
    refused = [a for a in answers if a.status == 429]
    assert len(looked_at) + len(refused) == 20 and 10 <= len(looked_at) <= 10 + regained, len(looked_at)
    for answer in refused:
        assert answer.json["code"] == "too_many_tries" and 1 <= int(answer.headers["Retry-After"]) <= 6


def test_AU11_a_hundred_lock_the_password_and_a_reset_link_opens_it(console):
    waits = []
    for i in range(8):
        answer = attempt(console, "wrong but long enough", client=f"198.51.100.{i}")
        if answer.status == 429:
            waits.append(int(answer.headers["Retry-After"]))
            age_failures(console, waits[-1])
            answer = attempt(console, "wrong but long enough", client=f"198.51.100.{i}")
        assert answer.status == 401
    assert waits == [1, 2, 4]
    console.sql("UPDATE sign_in_failures SET count = 99, last_at = last_at - 900000")
    assert attempt(console, "wrong but long enough", client="198.51.100.99").status == 401
    assert attempt(console, PASSWORD, client="198.51.100.100").status == 401
    records = console.api("GET", "audit")["records"]
    assert [r for r in records if r["action"] == "account.password-locked" and r["outcome"] == "success"]
    assert console.api("GET", "admins/1")["admin"]["password_locked"] is True
    if console.api("GET", "notify/messages", expect=(200, 404)):
        wait_until(lambda: "core.account.locked" in json.dumps(console.api("GET", "notify/messages")["messages"]), 5, "the notification")
    assert public(console, "links/accept", {"token": reset_link(console, 1), "password": FRESH}).json["next"] == "sign_in"
    assert attempt(console, FRESH, client="198.51.100.101").status == 200


def test_AU12_a_spray_from_one_address_stops(console):
    statuses = [attempt(console, PASSWORD, f"user{i}@example.org").status for i in range(60)]
    assert statuses.count(401) <= 20 and statuses[-1] == 429


def test_AU13_a_spray_from_everywhere_is_bounded(console):
    begun = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        statuses = list(pool.map(lambda i: attempt(console, PASSWORD, f"user{i}@example.org", client=f"127.1.{i // 250}.{i % 250}").status, range(400)))
    took = time.monotonic() - begun
    import os
    cores = os.cpu_count()
    assert set(statuses) == {401, 429}
    assert statuses.count(401) <= (10 + 5 * took) * cores, (statuses.count(401), took)
    assert console.request("GET", "/admin/api/v1/me").status == 200


def test_AU14_failing_for_somebody_does_not_keep_them_out(console):
    for i in range(12):
        attempt(console, "wrong but long enough", client=f"198.51.100.{i}")
    assert attempt(console, PASSWORD, client="198.51.100.200").status == 429
    assert console.device.startswith("__Host-masthead-dev=")
    assert attempt(console, PASSWORD, client="198.51.100.200", cookie=console.device).status == 200
    forged = console.device[:-1] + ("A" if console.device[-1] != "A" else "B")
    assert attempt(console, PASSWORD, client="198.51.100.201", cookie=forged).status == 429
    assert console.request("GET", "/admin/api/v1/me", cookie=console.device).status == 401, "it grants nothing"


def test_AU15_many_at_once_are_bounded(console):
    with concurrent.futures.ThreadPoolExecutor(40) as pool:
        statuses = list(pool.map(lambda i: attempt(console, PASSWORD, client=f"127.2.0.{i}", cookie=console.device).status, range(200)))
    assert set(statuses) <= {200, 429} and 200 in statuses
    rss = int(re.search(r"VmRSS:\s+(\d+)", open(f"/proc/{console.process.pid}/status").read()).group(1))
    assert rss < 1024 * 1024, f"{rss} KiB"


def test_AU16_parallel_guesses_are_counted_exactly(console):
    with concurrent.futures.ThreadPoolExecutor(30) as pool:
        statuses = list(pool.map(lambda i: attempt(console, "wrong but long enough", client=f"127.3.0.{i}").status, range(30)))
    assert statuses.count(401) == 5 and statuses.count(429) == 25


def test_AU17_success_resets_that_counter_only(console):
    for i in range(4):
        attempt(console, "wrong but long enough", client=f"198.51.100.{i}")
    console.sql("INSERT INTO sign_in_failures VALUES ('account:1', 'totp', 7, 1, 0)")
    assert attempt(console, PASSWORD, client="198.51.100.9").status == 200
    assert console.sql("SELECT authenticator, count FROM sign_in_failures WHERE subject = 'account:1'") == [("totp", 7)]


def test_AU18_failures_outlive_a_kill(console):
    for i in range(5):
        assert attempt(console, "wrong but long enough", client=f"198.51.100.{i}").status == 401
    age_failures(console, -60)
    console.kill()
    console.start()
    assert attempt(console, PASSWORD, client="198.51.100.9").status == 429


def test_AU19_an_old_hash_is_made_anew_once(console):
    old = "$argon2id$v=19$m=8192,t=1,p=1$MEJlaWduZXQ0NzExQUJDRA$"
    before = console.sql("SELECT secret FROM account_factors WHERE account_id = 1")[0][0]
    assert before.startswith("pepper1:$argon2id$v=19$m=65536,t=3,p=1$") and not before.startswith(old)
    assert attempt(console, PASSWORD).status == 200
    assert console.sql("SELECT secret FROM account_factors WHERE account_id = 1")[0][0] == before


def test_AU20_a_planted_cost_is_refused(console):
    console.sql("UPDATE account_factors SET secret = 'pepper1:$argon2id$v=19$m=4194304,t=3,p=1$c2FsdHNhbHRzYWx0c2E$aGFzaA'")
    assert attempt(console, PASSWORD).status == 500
    assert console.request("GET", "/admin/api/v1/me").status == 200


def test_AU21_no_account_comes_with_the_product(tmp_path):
    with Console(tmp_path / "c") as console:
        assert console.sql("SELECT COUNT(*) FROM accounts") == [(0,)]
        for email in ("admin", "admin@localhost", "root@localhost", "admin@example.org"):
            assert attempt(console, "admin", email).status == 401
        console.set_up()
        assert not (console.data / "run" / "setup-token").exists()


def test_AU22_a_reset_link_is_used_once_and_does_not_sign_in(console):
    token = reset_link(console, 1)
    look = public(console, "links/look", {"token": token})
    assert look.json["kind"] == "reset" and look.json["email"] == EMAIL
    answer = public(console, "links/accept", {"token": token, "password": FRESH})
    assert answer.status == 200 and answer.json["next"] == "sign_in" and "Set-Cookie" not in answer.headers
    assert console.request("GET", "/admin/api/v1/me").status == 401, "old sessions die"
    for path in ("links/look", "links/accept"):
        body = {"token": token} if path.endswith("look") else {"token": token, "password": PASSWORD}
        assert public(console, path, body).status == 404
    console.sign_in(password=FRESH)
    late = reset_link(console, 1)
    console.sql("UPDATE account_links SET expires_at = expires_at - 901000")
    assert public(console, "links/look", {"token": late}).status == 404
    assert late not in "".join(console.log_lines) and late not in json.dumps(console.api("GET", "audit"))


def test_AU23_nobody_chooses_anothers_password(console):
    other = console.add_admin("bob@example.org")
    assert console.request("POST", f"/admin/api/v1/admins/{other}/password", {"password": FRESH}).status == 403
    refused = console.request("POST", "/admin/api/v1/admins", {"email": "x@example.org", "name": "X", "roles": ["viewer"], "password": FRESH})
    assert refused.status == 400 and refused.json["fields"][0]["path"] == "password"
    assert attempt(console, PASSWORD, "bob@example.org").status == 200


@pytest.mark.parametrize("body", [b"[]", b'{"email":["a"],"password":"b"}', b'{"email":1,"password":"b"}', b'{"email":"a","email":"b","password":"c"}', b'"x"', b"null"])
def test_AU24_other_shapes_are_refused(console, body):
    assert console.request("POST", SESSION, body, cookie="none=1").status == 400


# managing accounts

def test_RBE_two_admins_cannot_demote_each_other(console):
    console.add_admin("bob@example.org")
    bob = Console.__new__(Console)
    bob.__dict__.update(console.__dict__)
    bob.sign_in("bob@example.org")
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda job: job[0].request("PATCH", f"/admin/api/v1/admins/{job[1]}", {"roles": ["viewer"]}, headers={"If-Match": "*"}).status,
                                [(console, 2), (bob, 1)]))
    assert sorted(answers) in ([200, 403], [200, 409]), answers
    assert console.sql("SELECT COUNT(*) FROM account_roles WHERE role = 'admin'") == [(1,)]


def test_changes_need_the_etag_they_saw(console):
    other = console.add_admin("bob@example.org", roles=["viewer"])
    path = f"/admin/api/v1/admins/{other}"
    seen = console.request("GET", path)
    assert console.request("PATCH", path, {"name": "Bob"}).status == 428
    changed = console.request("PATCH", path, {"name": "Bob"}, headers={"If-Match": seen.headers["ETag"]})
    assert changed.status == 200 and changed.json["admin"]["name"] == "Bob" and changed.headers["ETag"] != seen.headers["ETag"]
    stale = console.request("PATCH", path, {"name": "Robert"}, headers={"If-Match": seen.headers["ETag"]})
    assert stale.status == 412 and stale.headers["ETag"] == changed.headers["ETag"]
    assert console.request("PATCH", path, {"name": "x", "email": "evil@example.org"}, headers={"If-Match": "*"}).status == 400


def test_preferences_and_name(console):
    changed = console.api("PATCH", "me/account", {"name": "Ada L.", "language": "zh-CN", "theme": "dark"})
    assert changed["account"]["name"] == "Ada L." and changed["policy"] == {"require_second_factor": False}
    me = console.api("GET", "me")
    assert (me["language"], me["theme"], me["stage"], me["method"]) == ("zh-CN", "dark", "full", "password")
    assert console.request("PATCH", "/admin/api/v1/me/account", {"theme": "neon"}).status == 400
    assert console.request("PATCH", "/admin/api/v1/me/account", {"origin": "sso"}).status == 400


def test_the_command_line_invites_disables_and_enables(console):
    from tests.integration.test_console import run_admin
    invited = run_admin(console, "invite", "bob@example.org", "--role", "viewer")
    assert invited.returncode == 0 and "/admin/link#" in invited.stdout, invited
    token = re.search(r"#(\S+)", invited.stdout).group(1)
    assert public(console, "links/accept", {"token": token, "password": FRESH}).json["next"] == "done"
    assert run_admin(console, "invite", "bob@example.org").returncode == 1
    assert run_admin(console, "disable", "bob@example.org").returncode == 0
    assert attempt(console, FRESH, "bob@example.org").status == 401
    assert run_admin(console, "enable", "bob@example.org").returncode == 0
    assert attempt(console, FRESH, "bob@example.org").status == 200
    last = run_admin(console, "disable", EMAIL)
    assert last.returncode == 1 and "last admin" in last.stderr


def test_methods_tell_what_the_sign_in_page_offers(console):
    methods = console.request("GET", "/admin/api/v1/session/methods", plain=True).json
    assert methods["password"] is True and isinstance(methods["passkeys"], bool) and methods["providers"] == []
