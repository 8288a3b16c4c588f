"""Notifications by a console process to real receivers on this machine: mail with TLS, webhooks, retries, crashes."""
import email
import email.header
import email.policy
import hashlib
import hmac
import json
import shutil

import pytest

from tests.support.console import HOST, Console
from tests.support.masthead import BUILD, free_port
from tests.support.receivers import Authority, MailServer, Webhook, has_mail_server
from tests.support.waiting import wait_until

needs_mail = pytest.mark.skipif(not has_mail_server(), reason="python3-aiosmtpd is not installed")
SECRET = "a secret of the receiver"
PASSWORD = "mail password 1"


@pytest.fixture
def console(tmp_path):
    folder = tmp_path / "plugins"
    shutil.copytree(BUILD / "test-plugins" / "teller", folder / "teller")
    settings = {"plugins": {"dir": str(folder), "enabled": ["teller"], "allow_unsigned": ["teller"]}}
    with Console(tmp_path / "c", settings) as running:
        running.set_up()
        yield running


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("ca"))


@pytest.fixture(scope="module")
def pair(authority):
    return authority.pair("localhost", "DNS:localhost,IP:127.0.0.1")


def notify(console, method, path, body=None, **kw):
    return console.api(method, "notify/" + path, body, **kw)


def tell(console, title="Something happened", event="teller.told", expect=(204,), **members):
    return console.api("POST", f"/admin/api/p/teller/post/{event}", {"title": title, **members}, expect=expect)


def make(console, kind, settings, secrets=None, name=None):
    return notify(console, "POST", "channels", {"kind": kind, "name": name or kind, "settings": settings, "secrets": secrets or {}})


def mail_settings(server, authority, mode="starttls", **more):
    return {"host": "localhost", "port": server.port, "tls": mode, "user": "masthead", "from": "masthead@example.org", "to": ["admin@example.org"],
            "ca_file": str(authority.ca), "attempts": 2, "retry_seconds": 1, **more}


def hook_settings(hook, **more):
    return {"url": f"http://127.0.0.1:{hook.port}/hook", "attempts": 2, "retry_seconds": 1, **more}


def deliveries(console, state=""):
    return notify(console, "GET", "deliveries" + (f"?state={state}" if state else ""))["deliveries"]


def parsed_mail(got):
    """The mail and its text with plain line ends."""
    mail = email.message_from_string(got["data"], policy=email.policy.default)
    return mail, mail.get_content().replace("\r\n", "\n")


def verify(request):
    parts = dict(p.split("=", 1) for p in request["headers"]["X-Masthead-Signature"].split(","))
    wanted = hmac.new(SECRET.encode(), parts["t"].encode() + b"." + request["body"], hashlib.sha256).hexdigest()
    assert hmac.compare_digest(parts["v1"], wanted)
    return json.loads(request["body"])


# mail

@needs_mail
@pytest.mark.parametrize("mode,mechanisms", [("starttls", "PLAIN,LOGIN"), ("starttls", "LOGIN"), ("implicit", "PLAIN")])
def test_mail_with_tls_and_sign_in(console, authority, pair, mode, mechanisms):
    with MailServer(mode, pair, "masthead", PASSWORD, mechanisms) as server:
        made = make(console, "mail", mail_settings(server, authority, mode), {"password": PASSWORD})
        assert made["secrets"] == {"password": True} and PASSWORD not in json.dumps(notify(console, "GET", "channels"))
        tell(console, "Größe 机器 wants in", text="First line\nSecond line", link="/admin/p/teller/requests?id=7")
        got = server.wait()[0]
    assert got["from"] == "masthead@example.org" and got["to"] == ["admin@example.org"] and got["secure"] and got["user"] == "masthead"
    assert got["mechanism"] == ("LOGIN" if mechanisms == "LOGIN" else "PLAIN")
    mail, text = parsed_mail(got)
    assert mail["Subject"] == "[Masthead] Größe 机器 wants in"
    assert "First line\nSecond line" in text and f"https://{HOST}/admin/p/teller/requests?id=7" in text
    wait_until(lambda: [d["state"] for d in deliveries(console)] == ["sent"], 10, "the delivery is marked as sent")
    sent = deliveries(console)[0]
    assert sent["delivery"] in mail["Message-ID"] and mail["X-Masthead-Delivery"] == sent["delivery"]


@needs_mail
def test_a_hostile_title_makes_no_header_and_no_second_mail(console, authority, pair):
    with MailServer("starttls", pair, "masthead", PASSWORD) as server:
        make(console, "mail", mail_settings(server, authority), {"password": PASSWORD})
        tell(console, "Hello\r\nBcc: eve@example.org\r\n\r\n.\r\nMAIL FROM:<eve@example.org>\u202e", text=".\r\n.\r\nQUIT\r\n..two\r\n" + "long " * 400)
        tell(console, "After")
        got = server.wait(2)
    assert [m["to"] for m in got] == [["admin@example.org"]] * 2
    mail, text = parsed_mail(got[0])
    assert mail["Bcc"] is None and "\n" not in mail["Subject"] and "[U+202E]" in mail["Subject"]
    assert text.startswith(".\n.\nQUIT\n..two\nlong long")


@needs_mail
def test_a_certificate_that_does_not_fit_is_refused(console, authority, tmp_path):
    other = Authority(tmp_path / "other", "Another CA")
    cases = [(authority.pair("elsewhere", "DNS:mail.example.org"), "ostname mismatch"), (other.pair("localhost2", "DNS:localhost"), "unable to get local issuer certificate")]
    for mode in ("starttls", "implicit"):
        for pair, words in cases:
            with MailServer(mode, pair, "masthead", PASSWORD) as server:
                made = make(console, "mail", mail_settings(server, authority, mode), {"password": PASSWORD})
                answer = notify(console, "POST", f"channels/{made['id']}/test")
                assert answer["delivered"] is False and "is not trusted" in answer["error"] and words in answer["error"], answer
                assert server.mails == []


@needs_mail
def test_mail_is_never_sent_in_the_clear(console, authority):
    with MailServer("plain") as server:
        made = make(console, "mail", mail_settings(server, authority), {"password": PASSWORD})
        answer = notify(console, "POST", f"channels/{made['id']}/test")
        assert not answer["delivered"] and "does not offer STARTTLS" in answer["error"]
        assert server.mails == []
        open_one = make(console, "mail", mail_settings(server, authority, "none", user="", ca_file=""))
        assert notify(console, "POST", f"channels/{open_one['id']}/test") == {"delivered": True, "error": None}
    refused = console.api("POST", "notify/channels", {"kind": "mail", "name": "m", "settings": {"host": "mail.example.org", "tls": "none", "from": "a@example.org", "to": ["b@example.org"]}}, expect=(400,))
    assert [f["path"] for f in refused["fields"]] == ["settings/tls"]


@needs_mail
def test_a_wrong_password_is_told_in_words(console, authority, pair):
    with MailServer("starttls", pair, "masthead", "another password") as server:
        made = make(console, "mail", mail_settings(server, authority), {"password": PASSWORD})
        answer = notify(console, "POST", f"channels/{made['id']}/test")
        assert answer["delivered"] is False and "refused the user name or password of masthead: 535" in answer["error"], answer
        assert PASSWORD not in answer["error"] and PASSWORD not in console.log()


@needs_mail
def test_one_bad_recipient_does_not_stop_the_others(console, authority, pair):
    with MailServer("starttls", pair, "masthead", PASSWORD) as server:
        made = make(console, "mail", mail_settings(server, authority, to=["nobody@example.org", "admin@example.org"]), {"password": PASSWORD})
        answer = notify(console, "POST", f"channels/{made['id']}/test")
        assert answer["delivered"] and "nobody@example.org" in answer["error"] and server.wait()[0]["to"] == ["admin@example.org"]
        lost = make(console, "mail", mail_settings(server, authority, to=["nobody@example.org"]), {"password": PASSWORD})
        assert not notify(console, "POST", f"channels/{lost['id']}/test")["delivered"]


# webhooks

def test_a_webhook_is_signed(console):
    with Webhook() as hook:
        make(console, "webhook", hook_settings(hook), {"secret": SECRET, "token": "bearer-1"})
        tell(console, "A <b>device</b>", link="/admin/p/teller/x", severity="warning", data={"id": "7", "key": "hskey-auth-abcdefghijklmnop"})
        request = hook.wait()[0]
    body = verify(request)
    assert (body["event"], body["title"], body["severity"], body["link"]) == ("teller.told", "A <b>device</b>", "warning", f"https://{HOST}/admin/p/teller/x")
    assert body["data"] == {"id": "7", "key": "hskey-auth-[redacted]"}
    assert request["headers"]["Authorization"] == "Bearer bearer-1" and request["headers"]["X-Masthead-Delivery"] == body["id"]


def test_a_failing_webhook_is_retried_then_shown_then_sent_again(console):
    with Webhook([500]) as hook:
        channel = make(console, "webhook", hook_settings(hook), {"secret": SECRET})
        tell(console, "Lost for now")
        failed = wait_until(lambda: deliveries(console, "failed"), 30, "the delivery is given up")[0]
        assert failed["attempts"] == 2 and "127.0.0.1 answered 500" in failed["error"] and failed["channel"]["id"] == channel["id"]
        ids = {verify(r)["id"] for r in hook.requests}
        assert len(hook.requests) == 2 and ids == {failed["delivery"]}
        shown = next(c for c in notify(console, "GET", "channels")["channels"] if c["id"] == channel["id"])
        assert shown["last"]["state"] == "failed" and "500" in shown["last"]["error"]
        hook.statuses = [204]
        notify(console, "POST", f"deliveries/{failed['id']}/resend")
        wait_until(lambda: deliveries(console, "sent"), 20, "the delivery has gone out")
        assert verify(hook.requests[-1])["id"] == failed["delivery"]
        again = console.api("POST", f"notify/deliveries/{failed['id']}/resend", expect=(409, 412))
        assert "failed" in again["detail"]


def test_a_redirect_is_never_followed(console):
    with Webhook() as inner, Webhook([307], headers={"Location": f"http://127.0.0.1:{inner.port}/"}) as hook:
        made = make(console, "webhook", hook_settings(hook))
        answer = notify(console, "POST", f"channels/{made['id']}/test")
        assert not answer["delivered"] and "redirect" in answer["error"] and inner.requests == []


def test_https_is_verified(console, authority, pair):
    with Webhook(pair=pair) as hook:
        url = f"https://localhost:{hook.port}/hook"
        trusted = make(console, "webhook", {"url": url, "ca_file": str(authority.ca)}, {"secret": SECRET})
        assert notify(console, "POST", f"channels/{trusted['id']}/test")["delivered"]
        strange = make(console, "webhook", {"url": url})
        answer = notify(console, "POST", f"channels/{strange['id']}/test")
        assert not answer["delivered"] and "is not trusted" in answer["error"] and len(hook.requests) == 1


def test_metadata_addresses_are_never_reached(console):
    for settings in ({"url": "https://169.254.169.254/latest"}, {"url": "https://169.254.169.254/latest", "private_network": True}, {"url": "https://[fe80::1]/"},
                     {"url": "https://[::ffff:169.254.169.254]/"}):
        made = make(console, "webhook", settings)
        answer = notify(console, "POST", f"channels/{made['id']}/test")
        assert not answer["delivered"] and "nothing is ever sent" in answer["error"], (settings, answer)


def test_ntfy_slack_and_matrix_have_their_shapes(console):
    with Webhook() as hook:
        url = f"http://127.0.0.1:{hook.port}"
        make(console, "ntfy", {"server": url, "topic": "masthead"}, {"token": "tk_1"})
        for kind in ("slack", "matrix"):
            made = make(console, kind, {}, {"url": f"{url}/{kind}/T0/very-secret"})
            assert made["target"] == f"127.0.0.1:{hook.port}" and "very-secret" not in json.dumps(notify(console, "GET", "channels"))
        tell(console, "<!channel> & @channel", text="*plain*", link="/admin/x", severity="critical")
        by_path = {r["path"]: r for r in hook.wait(3)}
    ntfy = json.loads(by_path["/"]["body"])
    assert (ntfy["topic"], ntfy["title"], ntfy["priority"], ntfy["click"]) == ("masthead", "<!channel> & @channel", 5, f"https://{HOST}/admin/x")
    assert by_path["/"]["headers"]["Authorization"] == "Bearer tk_1"
    slack = json.loads(by_path["/slack/T0/very-secret"]["body"])["text"]
    assert slack.startswith("&lt;!channel&gt; &amp; @\u200bchannel\n*plain*") and "very-secret" not in console.log()
    matrix = json.loads(by_path["/matrix/T0/very-secret"]["body"])
    assert "&lt;!channel&gt;" in matrix["html"] and "<!channel>" in matrix["text"]


# what is kept

def test_a_crash_between_post_and_delivery_loses_nothing(console):
    port = free_port()
    channel = make(console, "webhook", {"url": f"http://127.0.0.1:{port}/hook", "attempts": 12, "retry_seconds": 1}, {"secret": SECRET})
    for i in range(4):
        tell(console, f"Before the crash {i}", severity="critical")
    console.kill()
    with Webhook(port=port) as hook:
        console.start()
        bodies = [verify(r) for r in hook.wait(4, 40)]
        wait_until(lambda: len(deliveries(console, "sent")) == 4, 20, "all are marked as sent")
    assert {b["title"] for b in bodies} == {f"Before the crash {i}" for i in range(4)}
    assert {b["id"] for b in bodies} == {d["delivery"] for d in deliveries(console)}
    assert {d["channel"]["id"] for d in deliveries(console)} == {channel["id"]}


def test_a_secret_is_not_taken_to_another_server(console):
    body = {"kind": "webhook", "name": "w", "settings": {"url": "https://hooks.example.org/a"}, "secrets": {"secret": SECRET}}
    made = notify(console, "POST", "channels", body)
    path = f"channels/{made['id']}"
    kept = notify(console, "PUT", path, {"name": "renamed", "settings": {"url": "https://hooks.example.org/b"}})
    assert kept["name"] == "renamed" and kept["secrets"] == {"secret": True, "token": False}
    moved = console.api("PUT", "notify/" + path, {"name": "w", "settings": {"url": "https://evil.example.net/"}}, expect=(400,))
    assert [f["path"] for f in moved["fields"]] == ["secrets/secret"]
    cleared = notify(console, "PUT", path, {"name": "w", "settings": {"url": "https://evil.example.net/"}, "secrets": {"secret": None}})
    assert cleared["secrets"]["secret"] is False
    database = (console.data / "masthead.db").read_bytes() + (console.data / "masthead.db-wal").read_bytes()
    assert SECRET.encode() not in database
    assert SECRET not in json.dumps(console.api("GET", "audit?limit=50")) and SECRET not in console.log()
    assert console.request("DELETE", f"/admin/api/v1/notify/{path}").status == 204
    console.api("PUT", "notify/" + path, {"name": "w", "settings": {"url": "https://hooks.example.org/"}}, expect=(404,))


# who sees what

def test_messages_in_the_console_are_filtered_and_have_read_marks(console):
    tell(console, "For all", event="teller.told", text="text")
    tell(console, "For admins", event="teller.private", severity="warning")
    seen = notify(console, "GET", "messages")
    assert [(m["title"], m["event"], m["read"]) for m in seen["messages"]] == [("For admins", "teller.private", False), ("For all", "teller.told", False)]
    assert seen["unread"] == 2
    assert notify(console, "POST", "messages/read", {"ids": [seen["messages"][0]["id"]]}) == {"unread": 1}
    console.add_admin("op@example.org", "nine purple otters juggle", ["operator"])
    console.sign_in("op@example.org", "nine purple otters juggle")
    assert [(m["title"], m["read"]) for m in notify(console, "GET", "messages")["messages"]] == [("For all", False)]
    assert notify(console, "POST", "messages/read", {"all": True}) == {"unread": 0}
    for method, path in (("GET", "channels"), ("POST", "channels"), ("GET", "rules"), ("PUT", "rules"), ("GET", "deliveries"), ("GET", "events"), ("POST", "channels/1/test")):
        notify(console, method, path, {} if method != "GET" else None, expect=(403,))
    console.sign_in()
    assert [m["read"] for m in notify(console, "GET", "messages")["messages"]] == [True, False]


def test_rules_choose_by_event_and_channel(console):
    with Webhook() as one, Webhook() as two:
        first, second = make(console, "webhook", hook_settings(one)), make(console, "webhook", hook_settings(two))
        rules = notify(console, "GET", "rules")
        assert rules["default"]["channels"] == ["*"]
        rules["rules"] = [{"event": "teller.told", "channels": [first["id"]], "min_severity": "warning"}, {"event": "teller.*", "channels": ["console", second["id"]]}]
        assert notify(console, "PUT", "rules", rules)["rules"][1]["event"] == "teller.*"
        tell(console, "too quiet")
        tell(console, "to one", severity="warning")
        tell(console, "to two", event="teller.private")
        assert [json.loads(r["body"])["title"] for r in one.wait() + two.wait()] == ["to one", "to two"]
        assert [m["title"] for m in notify(console, "GET", "messages")["messages"]] == ["to two"]
        wrong = console.api("PUT", "notify/rules", {"rules": [{"event": "x y", "channels": ["99"]}], "quiet_hours": {"from": "25:00"}, "typo": 1}, expect=(400,))
        assert {f["path"] for f in wrong["fields"]} == {"rules/0/event", "rules/0/channels/0", "quiet_hours/from", "typo"}
        console.request("DELETE", f"/admin/api/v1/notify/channels/{first['id']}")
        assert notify(console, "GET", "rules")["rules"][0]["channels"] == []


def test_many_become_one(console):
    with Webhook() as hook:
        make(console, "webhook", hook_settings(hook))
        notify(console, "PUT", "rules", {"digest": {"more_than": 2, "within_minutes": 60}})
        for i in range(6):
            tell(console, f"Number {i}")
        tell(console, "Urgent", severity="critical")
        titles = [json.loads(r["body"])["title"] for r in hook.wait(3)]
        assert sorted(titles) == ["Number 0", "Number 1", "Urgent"]
        wait_until(lambda: len(deliveries(console, "queued")) == 4, 10, "the others wait for a digest")


def test_a_plugin_in_quarantine_is_told_once(tmp_path):
    folder = tmp_path / "plugins"
    shutil.copytree(BUILD / "test-plugins" / "crasher", folder / "crasher")
    with Console(tmp_path / "c", {"plugins": {"dir": str(folder), "enabled": ["crasher"], "allow_unsigned": ["crasher"]}}) as console:
        console.set_up()
        for _ in range(3):
            assert console.request("POST", "/admin/api/p/crasher/hang").status == 504
        told = wait_until(lambda: notify(console, "GET", "messages")["messages"], 20, "the quarantine is told")
        assert [(m["event"], m["severity"], m["link"]) for m in told] == [("plugin.quarantined", "warning", "/admin/plugins")], told
        assert "hang did not return" in told[0]["text"]


def test_plugins_post_only_what_they_declare(console):
    assert {e["type"] for e in notify(console, "GET", "events")["events"]} == {"headscale.down", "headscale.up", "plugin.quarantined", "teller.told", "teller.private"} | {
        "core.passkey.added", "core.passkey.removed", "core.passkey.locked"}
    for event in ("teller.live", "headscale.down", "teller.unknown"):
        refused = tell(console, event=event, expect=(403,))
        assert "does not declare" in refused["detail"], refused
    for members, word in (({"title": ""}, "title"), ({"link": "https://evil.example.net/"}, "link"), ({"link": "//evil.example.net"}, "link"), ({"severity": "loud"}, "severity")):
        assert word in tell(console, expect=(400,), **members)["detail"]


def test_bad_channels_are_refused_by_name(console):
    cases = [
        ({"kind": "pigeon", "name": "x"}, ["kind"]),
        ({"kind": "webhook", "name": "x", "settings": {"url": "ftp://example.org"}}, ["settings/url"]),
        ({"kind": "webhook", "name": "x", "settings": {"url": "http://example.org/"}}, ["settings/url"]),
        ({"kind": "webhook", "name": "x", "settings": {"url": "https://user:pw@example.org/"}}, ["settings/url"]),
        ({"kind": "webhook", "name": "x", "settings": {"url": "https://example.org/"}, "secrets": {"secret": "short"}}, ["secrets/secret"]),
        ({"kind": "webhook", "name": "x", "settings": {"url": "https://example.org/"}, "secrets": {"token": "a\r\nX: y"}}, ["secrets/token"]),
        ({"kind": "slack", "name": "x"}, ["secrets/url"]),
        ({"kind": "mail", "name": "x", "settings": {"host": "mail.example.org", "from": "a@b.c\r\nBcc: e@example.org", "to": ["x@example.org"]}}, ["settings/from"]),
        ({"kind": "mail", "name": "x", "settings": {"host": "mail.example.org", "from": "a@example.org", "to": ["<x@example.org>"]}}, ["settings/to/0"]),
        ({"kind": "ntfy", "name": "x", "settings": {"server": "https://ntfy.example.org", "topic": "a/b"}}, ["settings/topic"]),
    ]
    for body, paths in cases:
        refused = console.api("POST", "notify/channels", body, expect=(400,))
        assert [f["path"] for f in refused["fields"]] == paths, (body, refused)
