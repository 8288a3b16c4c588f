"""The nodes plugin in a whole Masthead on the stand-in: every route of its manifest, through edge's TLS port."""
import datetime
import json
import subprocess

import pytest

from tests.support.masthead import BIN, BUILD, Masthead
from tests.support.waiting import wait_until


@pytest.fixture(scope="module")
def masthead(tmp_path_factory):
    with Masthead(tmp_path_factory.mktemp("plugins")) as server:
        server.set_up()
        wait_until(lambda: server.nodes("GET", "nodes")["nodes"], 10, "the live view has nodes")
        yield server


def later(days=1):
    return (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ")


def refused(masthead, method, path, body, status, *words):
    answer = masthead.request(method, "/admin/api/p/nodes/" + path, body)
    assert answer.status == status, answer
    assert answer.headers["Content-Type"] == "application/problem+json"
    for word in words:
        assert word in answer.json["detail"], answer
    return answer.json


def node(masthead, node_id):
    return masthead.nodes("GET", f"nodes/{node_id}")["node"]


def first(masthead, predicate=lambda n: True):
    return next(n for n in masthead.nodes("GET", "nodes")["nodes"] if predicate(n))


def test_the_plugin_runs_and_is_of_core_origin(masthead):
    shown = masthead.api("GET", "plugins")["plugins"]
    assert [(p["id"], p["state"], p["origin"], p["reason"]) for p in shown] == [("nodes", "running", "core", None)]
    manifest = json.loads((BUILD / "plugins" / "nodes" / "plugin.json").read_text())
    assert shown[0]["routes"] == len(manifest["routes"]) and shown[0]["version"] == manifest["version"]


def test_every_declared_route_needs_its_permission(masthead):
    manifest = json.loads((BUILD / "plugins" / "nodes" / "plugin.json").read_text())
    for route in manifest["routes"]:
        path = "/admin/api/p/nodes" + route["path"].replace("{id}", "1").replace("{prefix}", "x")
        answer = masthead.request(route["method"], path, cookie="__Host-masthead=nobody")
        assert answer.status == 401, f"{route['name']}: {answer}"


def test_lists_have_the_shape_of_the_contract(masthead):
    listed = masthead.nodes("GET", "nodes")
    assert isinstance(listed["revision"], int) and listed["stale"] is False and listed["asOf"]
    assert len(listed["nodes"]) == 12
    some = listed["nodes"][0]
    assert isinstance(some["id"], str) and {"givenName", "ipAddresses", "approvedRoutes", "availableRoutes", "tags", "online"} <= some.keys()
    assert node(masthead, some["id"])["machineKey"] == some["machineKey"]
    refused(masthead, "GET", "nodes/999999", None, 404)
    refused(masthead, "GET", "nodes/abc", None, 400, "node id", "abc")


def test_rename_checks_the_name_first(masthead):
    target = first(masthead)
    for bad in ("", "has space", "-edge", "edge-", "ä", "x" * 64):
        refused(masthead, "POST", f"nodes/{target['id']}/rename", {"name": bad}, 400, "node name")
    refused(masthead, "POST", f"nodes/{target['id']}/rename", {}, 400, "name is missing")
    refused(masthead, "POST", f"nodes/{target['id']}/rename", {"name": "fine", "extra": 1}, 400, "extra is not a known member")
    changed = masthead.nodes("POST", f"nodes/{target['id']}/rename", {"name": "renamed-node"})["node"]
    assert changed["givenName"] == "renamed-node"
    wait_until(lambda: node(masthead, target["id"])["givenName"] == "renamed-node", 5, "the live view shows the new name")
    record = masthead.api("GET", "audit?limit=20")["records"]
    assert [r for r in record if r["action"] == "nodes.rename" and r["outcome"] == "success"], record


def test_expiry_now_at_a_time_and_never(masthead):
    target = first(masthead, lambda n: not n["tags"])["id"]
    at = later(30)
    assert masthead.nodes("POST", f"nodes/{target}/expire", {"expiry": at})["node"]["expiry"].startswith(at[:19])
    assert masthead.nodes("POST", f"nodes/{target}/expire", {"never": True})["node"]["expiry"] is None
    assert masthead.nodes("POST", f"nodes/{target}/expire", {"expiry": None})["node"]["expiry"] is not None
    refused(masthead, "POST", f"nodes/{target}/expire", {"expiry": "tomorrow"}, 400, "tomorrow", "2030-01-31T12:00:00Z")
    refused(masthead, "POST", f"nodes/{target}/expire", {"expiry": at, "never": True}, 400, "not both")


def test_routes_and_exit_node_leave_each_other_alone(masthead):
    target = first(masthead, lambda n: "0.0.0.0/0" in n["availableRoutes"])["id"]
    for bad, word in (("10.0.0.1/8", "zero bits"), ("10.0.0.0", "prefix length"), ("10.0.0.0/33", "/32"), ("route", "not a network"), ("fd00::1/64", "zero bits")):
        refused(masthead, "POST", f"nodes/{target}/routes", {"routes": [bad]}, 400, bad, word)
    masthead.nodes("POST", f"nodes/{target}/routes", {"routes": ["10.99.0.0/16"]})
    wait_until(lambda: node(masthead, target)["approvedRoutes"] == ["10.99.0.0/16"], 5, "the approved route")
    masthead.nodes("POST", f"nodes/{target}/exit-node", {"enabled": True})
    wait_until(lambda: set(node(masthead, target)["approvedRoutes"]) == {"10.99.0.0/16", "0.0.0.0/0", "::/0"}, 5, "both default routes")
    masthead.nodes("POST", f"nodes/{target}/exit-node", {"enabled": False})
    wait_until(lambda: node(masthead, target)["approvedRoutes"] == ["10.99.0.0/16"], 5, "the other route is kept")
    plain = first(masthead, lambda n: not n["availableRoutes"])["id"]
    refused(masthead, "POST", f"nodes/{plain}/exit-node", {"enabled": True}, 409, "does not offer itself as an exit node")


def test_tags_warn_that_there_is_no_way_back(masthead):
    target = first(masthead, lambda n: not n["tags"])["id"]
    for bad in ("server", "tag:", "tag:Upper", "tag:a b", "tag:1"):
        refused(masthead, "POST", f"nodes/{target}/tags", {"tags": [bad]}, 400, bad)
    refused(masthead, "POST", f"nodes/{target}/tags", {"tags": []}, 400, "cannot be left without tags")
    known = sorted({tag for n in masthead.nodes("GET", "nodes")["nodes"] for tag in n["tags"]})
    assert known, "the stand-in's fleet has tags"
    answer = masthead.nodes("POST", f"nodes/{target}/tags", {"tags": [known[0], known[0]]})
    assert answer["node"]["tags"] == [known[0]]
    assert "cannot be undone" in answer["warning"]


def test_delete_and_register(masthead):
    target = first(masthead, lambda n: not n["tags"])["id"]
    masthead.nodes("DELETE", f"nodes/{target}")
    wait_until(lambda: target not in [n["id"] for n in masthead.nodes("GET", "nodes")["nodes"]], 5, "the node is gone")
    refused(masthead, "POST", "nodes/register", {"user": "", "key": "x"}, 400, "name the user")
    refused(masthead, "POST", "nodes/register", {"user": "anna", "key": "short"}, 400, "not a registration key")


def test_users(masthead):
    for bad in ("x", "1abc", "a b", "a@b@c", "", "ü1"):
        refused(masthead, "POST", "users", {"name": bad}, 400, "user name")
    refused(masthead, "POST", "users", {"name": "newcomer", "email": "nobody"}, 400, "not an email address")
    made = masthead.nodes("POST", "users", {"name": "newcomer", "displayName": "New Comer", "email": "new@example.org"})["user"]
    assert made["name"] == "newcomer" and made["displayName"] == "New Comer"
    refused(masthead, "POST", "users", {"name": "newcomer"}, 409)
    assert masthead.nodes("POST", f"users/{made['id']}/rename", {"name": "oldtimer"})["user"]["name"] == "oldtimer"
    masthead.nodes("DELETE", f"users/{made['id']}")
    assert made["id"] not in [u["id"] for u in masthead.nodes("GET", "users")["users"]]
    owner = first(masthead, lambda n: n["user"] and not n["tags"])["user"]["id"]
    refused(masthead, "DELETE", f"users/{owner}", None, 409)


def test_keys_are_shown_once_with_the_command(masthead):
    user = masthead.nodes("GET", "users")["users"][0]["id"]
    refused(masthead, "POST", "keys", {"user": user}, 400, "expiration is missing")
    refused(masthead, "POST", "keys", {"user": user, "expiration": "2001-01-01T00:00:00Z"}, 400, "has passed")
    refused(masthead, "POST", "keys", {"expiration": later()}, 400, "needs an owner")
    made = masthead.nodes("POST", "keys", {"user": user, "reusable": True, "expiration": later(), "tags": []})
    key = made["preAuthKey"]["key"]
    assert key.startswith("hskey-auth-") and "*" not in key
    assert made["command"] == f"tailscale up --login-server {masthead.settings['public_url']} --auth-key {key}"
    listed = {k["id"]: k for k in masthead.nodes("GET", "keys")["preAuthKeys"]}
    assert listed[made["preAuthKey"]["id"]]["key"] != key
    assert key not in json.dumps(masthead.api("GET", "audit?limit=50"))
    masthead.nodes("POST", f"keys/{made['preAuthKey']['id']}/expire")
    masthead.nodes("DELETE", f"keys/{made['preAuthKey']['id']}")
    assert made["preAuthKey"]["id"] not in [k["id"] for k in masthead.nodes("GET", "keys")["preAuthKeys"]]


def test_api_keys(masthead):
    refused(masthead, "POST", "api-keys", {}, 400, "expiration is missing")
    before = {k["prefix"] for k in masthead.nodes("GET", "api-keys")["apiKeys"]}
    key = masthead.nodes("POST", "api-keys", {"expiration": later()})["apiKey"]
    made = next(k["prefix"] for k in masthead.nodes("GET", "api-keys")["apiKeys"] if k["prefix"] not in before)
    assert key not in json.dumps(masthead.api("GET", "audit?limit=50"))
    assert "*" not in made and key.startswith(made)
    masthead.nodes("POST", f"api-keys/{made}/expire")
    masthead.nodes("DELETE", f"api-keys/{made}")
    assert made not in [k["prefix"] for k in masthead.nodes("GET", "api-keys")["apiKeys"]]


def test_pages_and_assets(masthead):
    pages = masthead.api("GET", "shell")["pages"]
    assert [p["element"] for p in pages if p["plugin"] == "nodes"] == ["nodes-nodes-page", "nodes-users-page", "nodes-keys-page", "nodes-apikeys-page"] or not (
        BUILD / "plugins" / "nodes" / "web" / "nodes.js").exists()
    for page in pages:
        asset = masthead.request("GET", page["module"])
        assert asset.status == 200 and "javascript" in asset.headers["Content-Type"], page["module"]
        assert "immutable" in asset.headers["Cache-Control"]


def test_the_command_line_lists_plugins(masthead):
    def plugin(*words):
        return subprocess.run([BIN / "masthead", "plugin", *words, "--config", masthead.config_file], capture_output=True, text=True, timeout=30)
    listed = plugin("list")
    assert listed.returncode == 0 and listed.stdout.split()[:4] == ["nodes", "0.1.0", "running", "core"], listed
    assert json.loads(plugin("info", "nodes").stdout)["state"] == "running"
    assert "not enabled" in plugin("info", "nobody").stderr
    assert "not quarantined" in plugin("release", "nodes").stderr
    assert plugin("explode").returncode == 2
