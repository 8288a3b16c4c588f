"""Onboarding with real headscale and real clients: the key on the requester's screen lets its device in, and so does an approval without a key."""
import re

import pytest

from tests.integration.onboarding import Desk, Requester, start
from tests.real import programs
from tests.real.tailscale import Client
from tests.support.waiting import wait_until


@pytest.fixture(scope="module")
def masthead(request, tmp_path_factory):
    version, binary = request.param
    server = start(tmp_path_factory.mktemp("ob" + version.replace(".", "")),
                   real={"source": "auto", "binary": str(binary), "version": programs.config_version(version)})
    server.version = version
    yield server
    server.__exit__()


@pytest.fixture
def client(masthead, tmp_path):
    made = Client(tmp_path, "phone", masthead.data / "tls" / "cert.pem")
    yield made
    made.stop()


def test_the_key_on_the_screen_lets_the_device_in(masthead, client):
    desk = Desk(masthead)
    ada = Requester(masthead, person="Ada", device="phone").ask()
    desk.approve(ada, nodeName="ada-phone")
    ada.wait_for("approved")
    row = desk.of(ada)
    made = next(key for key in desk.keys() if key["id"] == row["keyId"])
    assert made["expiration"] == row["expiresAt"], "the expiration that tells our keys apart comes back to the millisecond"
    key = ada.open(ada.claim().json["sealed"])
    client.up(key["loginServer"], key["key"])
    joined = ada.wait_for("joined")
    assert joined["node"]["address"] in client.status()["Self"]["TailscaleIPs"]
    wait_until(lambda: desk.of(ada)["node"]["givenName"] == "ada-phone", 20, "the device has the name that the admin chose")


def test_a_key_made_before_a_crash_is_expired(masthead):
    desk = Desk(masthead)
    before = desk.live_keys()
    people = [Requester(masthead, person="Ada", device=f"d{i}").ask() for i in range(6)]
    for person in people:
        desk.approve(person, undo=1)
    wait_until(lambda: desk.live_keys() != before, 20, "keys are being made")
    masthead.kill_child("console")
    masthead.wait_ready()
    rows = [desk.wait_for(person, "approved") for person in people]
    wait_until(lambda: desk.live_keys() - before == {row["keyId"] for row in rows}, 20, "six keys and no more")


def test_a_device_without_a_key_is_let_in(masthead, client):
    desk = Desk(masthead)
    waiting = client.start_up(masthead.settings["public_url"])
    try:
        url = next(found.group(0) for found in (re.search(r"https://\S+/register/\S+", line) for line in waiting.stdout) if found)
        path = "/register/" + url.rsplit("/", 1)[1]
        assert masthead.request("GET", path, cookie="x=1").status == 200
        shown = next(r for r in desk.call("GET", "registrations")["registrations"] if r["state"] == "waiting")
        user = desk.call("GET", "users")["users"][0]
        done = desk.call("POST", f"registrations/{shown['id']}/approve", {"user": user["id"]})["registration"]
        assert done["node"]["address"]
        waiting.wait(60)
    finally:
        waiting.kill()
        waiting.wait(10)
    assert client.status()["BackendState"] == "Running"
    assert done["node"]["address"] in client.status()["Self"]["TailscaleIPs"]
    # The same link again: headscale says that it is used, and so do we.
    assert masthead.request("GET", path + "/state", cookie="x=1").json["state"] == "approved"
