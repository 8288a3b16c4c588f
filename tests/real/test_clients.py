"""Real headscale, real Tailscale clients, through the edge's TLS port: what an admin does is felt by the devices."""
import json
import os
import signal
import subprocess


import pytest

from tests.support.masthead import alive, descendants
from tests.support.waiting import wait_until


# What tailscaled logs when its long poll to the control server breaks; the test that kills headscale sees it.
RECONNECT = "PollNetMap"


def node(masthead, name):
    return next((n for n in masthead.nodes("GET", "nodes")["nodes"] if name in (n["givenName"], n["name"])), None)


def both_online(masthead):
    return all((node(masthead, name) or {}).get("online") for name in ("alpha", "beta"))


def test_two_clients_join_and_reach_each_other(masthead, clients):
    wait_until(lambda: both_online(masthead), 20, "both nodes online in the API")
    alpha, beta = clients
    wait_until(lambda: "pong" in alpha.run("ping", "--c=1", "--timeout=5s", beta.address(), check=False), 60, "tailscale ping answers")
    assert node(masthead, "alpha")["user"]["name"] == "ada"
    assert masthead.api("GET", "status")["headscale"]["state"] == "ready"


def test_a_returning_client_shows_within_two_seconds(masthead, clients):
    alpha, _ = clients
    alpha.run("down")
    wait_until(lambda: not node(masthead, "alpha")["online"], 40, "alpha is offline")
    alpha.run("up", f"--login-server=https://localhost:{masthead.port}", "--hostname=alpha", "--accept-dns=false")
    wait_until(lambda: node(masthead, "alpha")["online"], 2, "alpha online in the list")


def test_rename_reaches_the_other_client(masthead, clients):
    masthead.nodes("POST", f"nodes/{node(masthead, 'beta')['id']}/rename", {"name": "beta-renamed"})
    alpha, _ = clients
    wait_until(lambda: any(p["DNSName"].startswith("beta-renamed.") for p in alpha.status()["Peer"].values()), 20, "alpha sees the new name")
    masthead.nodes("POST", f"nodes/{node(masthead, 'beta-renamed')['id']}/rename", {"name": "beta"})
    wait_until(lambda: any(p["DNSName"].startswith("beta.") for p in alpha.status()["Peer"].values()), 20, "alpha sees the old name again")


def test_routes_are_approved_and_withdrawn(masthead, clients):
    alpha, beta = clients
    beta.run("set", "--advertise-routes=10.77.0.0/24")
    found = wait_until(lambda: "10.77.0.0/24" in node(masthead, "beta")["availableRoutes"] and node(masthead, "beta"), 20, "the announced route")
    masthead.nodes("POST", f"nodes/{found['id']}/routes", {"routes": ["10.77.0.0/24"]})

    def primary():
        return [route for peer in alpha.status()["Peer"].values() for route in peer.get("PrimaryRoutes") or []]
    wait_until(lambda: "10.77.0.0/24" in primary(), 20, "alpha sees beta's route")
    masthead.nodes("POST", f"nodes/{found['id']}/routes", {"routes": []})
    wait_until(lambda: "10.77.0.0/24" not in primary(), 20, "the route is gone for alpha")


def test_exit_node_switch_covers_both_families(masthead, clients):
    alpha, beta = clients
    beta.run("set", "--advertise-exit-node")
    found = wait_until(lambda: "0.0.0.0/0" in node(masthead, "beta")["availableRoutes"] and node(masthead, "beta"), 20, "the announced exit node")
    masthead.nodes("POST", f"nodes/{found['id']}/exit-node", {"enabled": True})
    wait_until(lambda: any(p.get("ExitNodeOption") for p in alpha.status()["Peer"].values()), 20, "alpha may use beta as exit node")
    assert {"0.0.0.0/0", "::/0"} <= set(node(masthead, "beta")["approvedRoutes"])
    masthead.nodes("POST", f"nodes/{found['id']}/exit-node", {"enabled": False})
    wait_until(lambda: not any(p.get("ExitNodeOption") for p in alpha.status()["Peer"].values()), 20, "the exit node is withdrawn")


def crash_plugin(masthead):
    """A request to the test plugin that dereferences null; edge answers for the console that dies of it."""
    old = masthead.child("console")["pid"]
    answer = masthead.request("POST", "/admin/api/p/crasher/crash")
    assert answer.status in (502, 503), answer
    return old


@pytest.mark.parametrize("kill", [lambda m: m.kill_child("console"), crash_plugin], ids=["console", "plugin"])
def test_console_killed_keeps_the_control_connections(masthead, clients, kill):
    before = [client.control_connections(masthead.port) for client in clients]
    assert all(before), before
    logged = [len(client.log()) for client in clients]
    old = kill(masthead)
    wait_until(lambda: masthead.child("console")["pid"] != old and masthead.request("GET", "/admin/api/v1/me").status == 200, 2,
               "console back within 2 s, the session still valid")
    wait_until(lambda: both_online(masthead), 10, "both online after the restart")
    assert [client.control_connections(masthead.port) for client in clients] == before
    for client, length in zip(clients, logged):
        assert not [line for line in client.log()[length:].splitlines() if RECONNECT in line]


def test_headscale_killed_is_ready_again_and_clients_return(masthead, clients):
    before = [client.control_connections(masthead.port) for client in clients]
    logged = [len(client.log()) for client in clients]
    old = masthead.kill_child("headscale")
    wait_until(lambda: masthead.child("headscale")["state"] == "ready" and masthead.child("headscale")["pid"] != old, 5, "headscale ready within 5 s")
    wait_until(lambda: all(now and now != was for now, was in
                           zip([client.control_connections(masthead.port) for client in clients], before)), 60, "clients reconnected")
    wait_until(lambda: both_online(masthead), 30, "both online again")
    assert all(RECONNECT in client.log()[length:] for client, length in zip(clients, logged))


def test_expiry_is_felt_by_the_client(masthead, clients):
    _, beta = clients
    found = node(masthead, "beta")
    masthead.nodes("POST", f"nodes/{found['id']}/expire", {"expiry": None})
    wait_until(lambda: beta.status()["BackendState"] == "NeedsLogin", 30, "beta must sign in again")


def test_tags_are_seen_by_the_client(masthead, clients):
    alpha, _ = clients
    put_policy(masthead, '{"tagOwners": {"tag:server": []}, "acls": [{"action": "accept", "src": ["*"], "dst": ["*:*"]}]}')
    answer = masthead.nodes("POST", f"nodes/{node(masthead, 'alpha')['id']}/tags", {"tags": ["tag:server"]})
    assert answer["node"]["tags"] == ["tag:server"]
    wait_until(lambda: alpha.status()["Self"].get("Tags") == ["tag:server"], 20, "alpha knows its tag")


def put_policy(masthead, text):
    """No page of this release edits the policy, so the program's own command line does."""
    run = json.loads((masthead.data / "run" / "headscale.json").read_text())
    path = masthead.dir / "policy.hujson"
    path.write_text(text)
    subprocess.run([run["binary"], "-c", run["config"], "policy", "set", "-f", path], check=True, capture_output=True, timeout=20)


def test_deleted_node_disappears(masthead, clients):
    found = node(masthead, "beta")
    masthead.nodes("DELETE", f"nodes/{found['id']}")
    assert wait_until(lambda: node(masthead, "beta") is None, 10, "beta is gone from the list")


def test_supervisor_killed_leaves_no_child(masthead, clients):
    children = descendants(masthead.process.pid)
    assert len(children) >= 3
    os.kill(masthead.process.pid, signal.SIGKILL)
    masthead.process.wait(5)
    wait_until(lambda: not [pid for pid in children if alive(pid)], 10, "no child survives")
    masthead.start()
    wait_until(lambda: (node(masthead, "alpha") or {}).get("online"), 60, "alpha returns after a clean start")
