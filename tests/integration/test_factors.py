"""Second factors that are typed in, by a console process: enrolling, signing in, replays, recovery codes, what is left on disk."""
import base64
import json
import re
import subprocess

import pytest

from tests.support import audit, totp
from tests.support.console import EMAIL, PASSWORD, Console
from tests.support.masthead import BIN


@pytest.fixture
def console(tmp_path):
    with Console(tmp_path) as running:
        running.set_up()
        yield running


def session(console, email=EMAIL, password=PASSWORD):
    """The first step of a sign-in; the cookie and token are kept."""
    console.cookie = console.csrf = None
    answer = console.request("POST", "/admin/api/v1/session", {"email": email, "password": password})
    assert answer.status == 200, answer
    take(console, answer)
    return answer.json


def take(console, answer):
    assert answer.status == 200, answer
    if "Set-Cookie" in answer.headers:
        console.cookie = answer.headers["Set-Cookie"].split(";")[0]
        console.csrf = answer.json["csrf"]
    return answer.json


def second(console, method, code):
    return console.request("POST", f"/admin/api/v1/session/{method}", {"code": code})


def records(console, action):
    found, _ = audit.rows(console.data / "masthead.db")
    return [dict(r, detail=json.loads(r["detail"])) for r in found if r["action"] == action]


def command(console, *words):
    return subprocess.run([BIN / "masthead", *words, "--config", console.config_file], capture_output=True, text=True, timeout=60)


def test_enrol_and_sign_in(console):
    begun = console.request("POST", "/admin/api/v1/me/totp", {})
    assert begun.status == 200 and begun.headers["Cache-Control"] == "no-store"
    assert re.fullmatch("[A-Z2-7]{32}", begun.json["secret"])  # TO-08: 160 bit
    assert begun.json["uri"].startswith("otpauth://totp/Masthead%20%28localhost%29:ada%40example.org?secret=" + begun.json["secret"])
    assert begun.json["qr_svg"].startswith("<svg ")
    wrong = console.request("POST", "/admin/api/v1/me/totp/confirm", {"code": "000000"})
    assert (wrong.status, wrong.json["code"]) == (400, "wrong_code")  # TO-09
    assert session(console)["next"] == "done"  # not enrolled yet

    app = totp.App(console)
    assert app.next == "done" and len(set(app.codes)) == 10
    assert all(re.fullmatch("([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}", c) for c in app.codes)  # RC-01

    first = session(console)
    assert first["next"] == "second_factor" and first["methods"] == ["totp", "recovery"]
    assert console.request("GET", "/admin/api/v1/me").json["stage"] == "half"
    half = console.cookie
    code = app.code()
    done = take(console, second(console, "totp", code[:3] + " " + code[3:]))
    assert done["next"] == "done" and console.cookie != half
    me = console.api("GET", "me")
    assert me["stage"] == "full" and me["method"] == "password+totp"
    assert console.request("GET", "/admin/api/v1/me", cookie=half).status == 401

    # TO-02: a thief who saw the code has nothing.
    session(console)
    replayed = second(console, "totp", code)
    assert (replayed.status, replayed.json["code"]) == (400, "wrong_code")
    denied = records(console, "session.second-factor")[-1]
    assert denied["outcome"] == "denied" and denied["detail"]["reason"] == "replayed"


def test_a_half_session_can_do_nothing_else(console):
    """TO-13: every route of the table, with the half session."""
    described = console.request("GET", "/admin/api/openapi.json")
    if described.status == 404:
        pytest.skip("this build does not describe its routes")
    table = described.json["paths"]
    app = totp.App(console)
    session(console)
    tried = 0
    for path, methods in table.items():
        for method, operation in methods.items():
            if method not in ("get", "post", "put", "patch", "delete") or operation.get("security") == []:
                continue
            if path.startswith("/admin/api/v1/session") or path == "/admin/api/v1/me":
                continue
            body = None if method == "get" else {}
            answer = console.request(method.upper(), re.sub(r"\{[^}]*\}", "1", path), body)
            assert answer.status == 401 and answer.json["code"] == "second_factor_required", (method, path, answer)
            tried += 1
    assert tried > 20
    assert second(console, "totp", app.code()).status == 200


def test_a_wrong_clock_is_hinted_at_and_recovery_helps(console):
    """TO-11 with the code of a clock that is 90 s off; RC-05, RC-06, RC-08, RC-09."""
    app = totp.App(console)
    for steps in (3, -3):
        session(console)
        assert second(console, "totp", app.code(steps)).status == 400
        hint = records(console, "session.second-factor")[-1]["detail"]["hint"]
        assert "server clock" in hint and f"90 s {'ahead of' if steps > 0 else 'behind'}" in hint

    for left in range(9, -1, -1):
        session(console)
        typed = app.codes[left].lower().replace("-", " " if left % 2 else "")
        done = take(console, second(console, "recovery", typed))
        assert done["next"] == "enrol" and done["recovery_left"] == left
        assert console.request("GET", "/admin/api/v1/me").json["stage"] == "enrol"
        refused = console.request("GET", "/admin/api/v1/admins")
        assert (refused.status, refused.json["code"]) == (403, "enrol_required")
        if left > 7:
            session(console)
            assert second(console, "recovery", app.codes[left]).status == 400  # RC-02
    assert session(console)["methods"] == ["totp"]
    assert second(console, "recovery", app.codes[0]).status == 400
    take(console, second(console, "totp", app.code()))
    used = [n for n in console.api("GET", "notify/messages")["messages"] if n["event"] == "core.account.recovery-used"]
    assert len(used) == 10 and (used[0]["severity"], "the last one" in used[0]["text"]) == ("critical", True)  # RC-05, RC-09

    told = records(console, "session.second-factor")
    assert [r["detail"].get("recovery_left") for r in told if r["outcome"] == "success" and r["detail"]["method"] == "recovery"] == list(range(9, -1, -1))
    assert not any(code.replace("-", "")[:8] in json.dumps(told) for code in app.codes)  # RC-04


def test_recovery_ends_in_a_new_app(console):
    app = totp.App(console)
    session(console)
    take(console, second(console, "recovery", app.codes[0]))
    fresh = totp.App(console)
    assert fresh.next == "done" and fresh.codes is None  # nine of the old ones are left
    notes = console.api("GET", "notify/messages")["messages"]
    used = [n for n in notes if n["event"] == "core.account.recovery-used"]
    assert len(used) == 1 and used[0]["severity"] == "warning" and "9 are left" in used[0]["text"]
    session(console)
    assert second(console, "totp", app.code()).status == 400
    assert take(console, second(console, "totp", fresh.code()))["next"] == "done"


def test_five_wrong_end_the_half_session(console):
    """TO-07; RC-07: recovery codes count too."""
    app = totp.App(console)
    session(console)
    answers = [second(console, "recovery" if i % 2 else "totp", "000000").status for i in range(5)]
    assert answers == [400, 400, 400, 400, 401]
    assert second(console, "totp", app.code()).status == 401


def test_new_codes_and_removal(console):
    refused = console.request("POST", "/admin/api/v1/me/recovery-codes", {})
    assert refused.status == 409 or refused.status == 400, refused
    app = totp.App(console)
    made = console.request("POST", "/admin/api/v1/me/recovery-codes", {})
    assert made.headers["Cache-Control"] == "no-store" and len(made.json["codes"]) == 10  # RC-04
    assert not set(made.json["codes"]) & set(app.codes)
    session(console)
    assert second(console, "recovery", app.codes[0]).status == 400  # RC-03
    take(console, second(console, "totp", app.code()))
    console.api("DELETE", "me/totp")
    assert session(console)["next"] == "done"
    assert [r["outcome"] for r in records(console, "account.totp.delete")] == ["success"]


def test_the_last_factor_stays_when_the_policy_wants_one(tmp_path):
    with Console(tmp_path, {"auth": {"require_second_factor": True}}) as console:
        answer = console.request("POST", "/admin/api/v1/setup", {"token": console.token(), "email": EMAIL, "name": "Ada", "password": PASSWORD})
        assert take(console, answer)["next"] == "enrol"
        assert totp.App(console).next == "done"
        refused = console.request("DELETE", "/admin/api/v1/me/totp")
        assert refused.status in (400, 409) and "last second factor" in refused.json["detail"]
        assert console.api("GET", "me")["stage"] == "full"


def test_secrets_leave_no_trace(console):
    """TO-10 and the canary test of keys at rest: no secret of any kind, in no form, in any file or line that the host leaves."""
    secrets = {"password": PASSWORD, "channel": "canary-of-a-channel-7f31"}
    console.api("POST", "notify/channels", {"kind": "webhook", "name": "w", "settings": {"url": "https://example.org/h"}, "secrets": {"secret": secrets["channel"]}})
    app = totp.App(console)
    pending = console.api("POST", "me/totp", {})
    secrets |= {"seed": app.secret, "pending seed": pending["secret"]}
    secrets |= {f"code {i}": c for i, c in enumerate(app.codes)}
    session(console)
    used = app.code()
    second(console, "recovery", app.codes[3] + "X")
    take(console, second(console, "totp", used))
    secrets["cookie"] = console.cookie.split("=", 1)[1]
    console.api("GET", "notify/channels")
    assert command(console, "keys", "rotate").returncode == 0
    secrets["master key"] = (console.data / "keys" / "master.key").read_bytes()
    traces = {"log": console.log().encode(), "records": json.dumps(audit.rows(console.data / "masthead.db")[0]).encode()}
    for file in console.data.rglob("*"):
        if file.is_file() and file.name != "master.key":
            traces[str(file.relative_to(console.data))] = file.read_bytes()
    assert "masthead.db" in traces and "masthead.db-wal" in traces
    for name, secret in secrets.items():
        raw = secret if isinstance(secret, bytes) else secret.encode()
        forms = {raw, base64.b64encode(raw), raw.hex().encode()}
        if "seed" in name:
            forms |= {base64.b32decode(raw), base64.b32decode(raw).hex().encode()}
        if name.startswith("code"):
            forms |= {raw.replace(b"-", b""), raw.replace(b"-", b"").lower()}
        for where, content in traces.items():
            assert not any(form in content for form in forms), f"{name} lies in {where}"


def test_keys_are_rotated_under_a_running_console(console):
    app = totp.App(console)
    console.api("POST", "notify/channels", {"kind": "webhook", "name": "w", "settings": {"url": "https://example.org/h"}, "secrets": {"secret": "s" * 16}})
    before = console.api("GET", "keys")
    assert before["keys"][0]["values"] == 2 and before["unreadable"] == 0
    shown = command(console, "keys", "rotate")
    assert shown.returncode == 0, shown.stderr
    after = console.api("GET", "keys")
    assert after["master"]["id"] != before["master"]["id"] and after["master"]["id"] in shown.stdout
    assert [k["values"] for k in after["keys"]] == [0, 2] and after["unreadable"] == 0
    assert after["keys"][0]["retired_at"]
    session(console)
    take(console, second(console, "totp", app.code()))
    console.stop()
    # Alone, under the data directory's lock: the retired key left with the start.
    alone = command(console, "keys", "show")
    assert alone.returncode == 0 and alone.stdout.count("data key") == 1 and "2 values" in alone.stdout, alone
    (console.data / "keys" / "master.key").rename(console.data / "keys" / "elsewhere")
    lost = command(console, "keys", "show")
    assert lost.returncode == 1 and after["master"]["id"] in lost.stderr
    (console.data / "keys" / "elsewhere").rename(console.data / "keys" / "master.key")
    console.start()
    assert records(console, "keys.rotate")[-1]["principal"] == "local:cli"
