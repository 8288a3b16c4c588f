"""Asking, deciding, claiming, joining in a whole Masthead on the stand-in, through edge's TLS port."""
import contextlib
import http.client
import io
import json
import threading
import zipfile

import pytest

from tests.integration.onboarding import Desk, Fleet, Requester, start
from tests.support import audit
from tests.support.waiting import wait_until


@pytest.fixture(scope="module", params=["0.29", "0.30"])
def masthead(request, tmp_path_factory):
    server = start(tmp_path_factory.mktemp("onboarding"), api=request.param)
    yield server
    server.__exit__()


@pytest.fixture
def desk(masthead):
    return Desk(masthead)


def binary(masthead, path, body):
    """The answer's bytes: the support code reads bodies as text."""
    connection = http.client.HTTPSConnection(masthead.host, masthead.port, context=masthead.context(), timeout=30)
    try:
        connection.request("POST", path, json.dumps(body), {"Content-Type": "application/json", "Cookie": masthead.cookie, "X-Masthead-CSRF": masthead.csrf,
                                                            "Origin": masthead.settings["public_url"]})
        answer = connection.getresponse()
        assert answer.status == 200 and answer.headers["Content-Type"] == "application/zip" and answer.headers["Cache-Control"] == "no-store"
        return answer.read()
    finally:
        connection.close()


def test_ask_approve_claim_once_and_join(masthead, desk):
    ada = Requester(masthead, device="ada-phone").ask()
    assert ada.state().json["state"] == "pending" and ada.claim().status == 409
    row = desk.of(ada)
    assert (row["state"], row["device"], row["client"]) == ("pending", "ada-phone", "127.0.0.1")
    before = desk.live_keys()
    desk.approve(ada)
    ada.wait_for("approved")
    claimed = ada.claim()
    assert claimed.status == 200 and "opened" not in claimed.json
    key = ada.open(claimed.json["sealed"])
    assert key["command"] == f"tailscale up --login-server {masthead.settings['public_url']} --auth-key {key['key']}"
    assert key["qrSvg"].startswith("<svg")
    assert Requester(masthead).open(claimed.json["sealed"]) is None
    assert ada.claim().status == 410
    assert desk.of(ada)["keyVisible"] is False and desk.raw("POST", f"requests/{row['id']}/reveal").status == 404
    made = desk.of(ada)["keyId"]
    assert desk.live_keys() - before == {made}
    node = Fleet(masthead).join("ada-phone", key["key"])["node"]
    joined = ada.wait_for("joined")
    assert joined["node"]["address"] == node["ipAddresses"][0]
    assert desk.of(ada)["node"]["id"] == node["id"]


def test_without_javascript_the_ticket_opens_the_key(masthead, desk):
    plain = Requester(masthead, own_key=False).ask()
    assert "." in plain.ticket.split("=", 1)[1]
    desk.approve(plain)
    plain.wait_for("approved")
    answer = plain.claim()
    assert answer.json["opened"]["key"].startswith("hskey-auth-")


def test_nobody_else_gets_anything(masthead, desk):
    ada, eve = Requester(masthead).ask(), Requester(masthead, person="Eve").ask()
    desk.approve(ada)
    ada.wait_for("approved")
    assert eve.claim().status == 409
    for ticket in ("", "__Host-masthead-ticket=onboarding:" + "A" * 43, ada.ticket.replace("onboarding:", "nodes:"), ada.ticket[:-1]):
        for method, path in (("GET", "/request/state"), ("POST", "/request/claim")):
            answer = ada.call(method, path, {} if method == "POST" else None, ticket=ticket or "x=1")
            assert answer.status == 404, (ticket, answer)
    answers = []
    threads = [threading.Thread(target=lambda: answers.append(ada.claim().status)) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [200] + [410] * 19


def test_undo_makes_nothing(masthead, desk):
    ada = Requester(masthead).ask()
    before = desk.keys()
    row = desk.approve(ada, undo=30)
    assert row["state"] == "approving" and ada.state().json["state"] == "pending"
    desk.call("POST", f"requests/{row['id']}/undo")
    assert desk.of(ada)["state"] == "pending" and desk.keys() == before
    desk.approve(ada, undo=1)
    desk.wait_for(ada, "approved")
    assert desk.raw("POST", f"requests/{row['id']}/undo").status == 409


@pytest.mark.parametrize("end", ["reject", "withdraw", "delete"])
def test_ending_an_approved_request_expires_its_key(masthead, desk, end):
    ada = Requester(masthead).ask()
    desk.approve(ada)
    row = desk.wait_for(ada, "approved")
    assert row["keyId"] in desk.live_keys()
    if end == "reject":
        desk.call("POST", f"requests/{row['id']}/reject", {"reason": "lost"})
        assert ada.state().json["reason"] == "lost"
    elif end == "withdraw":
        ada.call("POST", "/request/withdraw", {})
        assert ada.state().json["state"] == "withdrawn"
    else:
        desk.call("DELETE", f"requests/{row['id']}")
        assert ada.state().status == 404
    wait_until(lambda: row["keyId"] not in desk.live_keys(), 15, "the key is expired in headscale")
    assert ada.claim().status == (404 if end == "delete" else 410)


def test_ask_again_keeps_the_fields(masthead, desk):
    ada = Requester(masthead, person="Grace", device="laptop").ask()
    desk.call("POST", f"requests/{desk.of(ada)['id']}/reject", {})
    first = ada.words
    ada.words = ada.call("POST", "/request/again", {"public_key": ada.form["public_key"]}).json["words"]
    assert ada.words != first and ada.state().json["person"] == "Grace"
    assert desk.of(ada)["device"] == "laptop"


def test_a_double_click_is_one_request(masthead, desk):
    ada = Requester(masthead, person="Twice", nonce="0123456789abcdef").ask()
    ticket = ada.ticket
    ada.ask()
    assert ada.ticket == ticket and len(desk.all(query="twice")) == 1


def test_sheet_and_zip(masthead, desk):
    people = [Requester(masthead, person=f"Sheet{i}").ask() for i in range(3)]
    for person in people:
        desk.approve(person)
        desk.wait_for(person, "approved")
    ids = [desk.of(person)["id"] for person in people]
    cards = desk.call("POST", "requests/export", {"ids": ids})["sheet"]
    assert [card["words"] for card in cards] == [person.words for person in people]
    archive = zipfile.ZipFile(io.BytesIO(binary(masthead, "/admin/api/p/onboarding/requests/export", {"ids": ids, "format": "zip"})))
    assert archive.testzip() is None
    assert sorted(archive.namelist()) == sorted([f"{p.words}-{i}.{kind}" for p, i in zip(people, ids) for kind in ("svg", "png")] + ["index.txt"])
    for name in archive.namelist():
        start = {"svg": b"<svg", "png": b"\x89PNG\r\n\x1a\n"}.get(name.rsplit(".", 1)[1], b"")
        assert archive.read(name).startswith(start), name


def test_a_device_without_a_key_waits_and_is_let_in(masthead, desk):
    waiting = Fleet(masthead).join("kiosk")
    path = "/register/" + waiting["authId"]
    page = masthead.request("GET", path, cookie="x=1", headers={"User-Agent": "Mozilla/5.0 (X11; Linux x86_64)"})
    assert page.status == 200, page
    shown = next(r for r in desk.call("GET", "registrations")["registrations"] if r["state"] == "waiting")
    assert shown["platform"] == "linux" and shown["client"] == "127.0.0.1" and shown["words"] in page.body
    assert waiting["authId"] not in json.dumps(shown)
    user = desk.call("GET", "users")["users"][0]
    done = desk.call("POST", f"registrations/{shown['id']}/approve", {"user": user["id"]})["registration"]
    assert done["state"] == "approved"
    assert masthead.request("GET", path + "/state", cookie="x=1").json["node"]["name"] == done["node"]["givenName"]
    wait_until(lambda: any(n["id"] == done["node"]["id"] and n["online"] for n in masthead.nodes("GET", "nodes")["nodes"]), 20, "the device is online")


def test_unknown_registrations_are_explained(masthead, desk):
    unknown = "hskey-authreq-" + "A" * 24
    assert masthead.request("GET", "/register/" + unknown, cookie="x=1").status == 200
    shown = next(r for r in desk.call("GET", "registrations")["registrations"] if r["state"] == "waiting")
    user = desk.call("GET", "users")["users"][0]
    answer = desk.raw("POST", f"registrations/{shown['id']}/approve", {"user": user["id"]})
    assert answer.status >= 400 and "new link" in answer.json["detail"], answer
    assert masthead.request("GET", "/register/hskey-authreq-short", cookie="x=1").status == 404


def test_decisions_are_in_the_audit_log_and_keys_are_not(masthead, desk):
    records, _ = audit.rows(masthead.data / "masthead.db")
    audit.check_chain(records)
    actions = {record["action"] for record in records}
    assert {"onboarding.approve", "onboarding.key-made", "onboarding.claim", "onboarding.reject", "onboarding.export"} <= actions
    made = [json.loads(r["detail"]) for r in records if r["action"] == "onboarding.key-made"]
    assert all(detail["keyId"] and detail["approvedBy"] == "Ada Admin" for detail in made)
    everything = json.dumps(records) + "".join(masthead.lines)
    assert "hskey-auth-" not in everything.replace("hskey-authreq-", "")


def test_the_database_holds_no_key_in_clear(masthead, desk):
    ada = Requester(masthead).ask()
    desk.approve(ada)
    row = desk.wait_for(ada, "approved")
    key = desk.call("POST", f"requests/{row['id']}/reveal")["key"]
    for file in masthead.data.glob("masthead.db*"):
        content = file.read_bytes()
        assert key.encode() not in content and ada.ticket.split(":")[-1].encode() not in content, file


def test_hostile_bodies(masthead, desk):
    ada = Requester(masthead)
    open_before = desk.call("GET", "counts")["open"]
    assert ada.call("POST", "/request", {"person": "x" * 12000, "device": "d"}).status == 413
    # Edge refuses a body beyond what any public path takes by its announced length, and need not read it.
    with contextlib.suppress(OSError):
        assert ada.call("POST", "/request", {"person": "x" * (1 << 20), "device": "d"}).status == 413
    for person in ("a\u0000b", "\x1b[2J", "x" * 81, ""):
        assert ada.call("POST", "/request", {"person": person, "device": "d"}).status == 422, person
    for raw in (b"\xff\xfe", b"{", b"[" * 5000, b'{"person":"a","person":"b"}'):
        assert ada.call("POST", "/request", raw).status in (400, 413, 422), raw[:20]
    assert desk.call("GET", "counts")["open"] == open_before
