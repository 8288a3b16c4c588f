"""The network of the real suite: run inside `unshare -n`, it gets loopback and one veth pair, nothing that leads outside.

Tailscale's client believes that there is no network until an interface has an address and a default route.
"""
import socket
import subprocess

import pytest

from tests.real import programs
from tests.real.tailscale import Client
from tests.support.masthead import Masthead, plugin_settings


def _ip(*arguments):
    subprocess.run(["ip", *arguments], check=True, capture_output=True)


@pytest.fixture(scope="session", autouse=True)
def network():
    if [name for _, name in socket.if_nameindex()] != ["lo"]:
        pytest.exit("tests/real must run in a network namespace of its own: ./dev test real", returncode=2)
    _ip("link", "set", "lo", "up")
    _ip("link", "add", "d0", "type", "veth", "peer", "name", "d1")
    _ip("link", "set", "d1", "up")
    _ip("addr", "add", "192.0.2.1/24", "dev", "d0")
    _ip("link", "set", "d0", "up")
    _ip("route", "add", "default", "via", "192.0.2.254")


def pytest_generate_tests(metafunc):
    if "masthead" in metafunc.fixturenames:
        found = programs.headscale_versions()
        metafunc.parametrize("masthead", found, ids=[version for version, _ in found], indirect=True, scope="module")


@pytest.fixture(scope="module")
def masthead(request, tmp_path_factory):
    version, binary = request.param
    directory = tmp_path_factory.mktemp("mh" + version.replace(".", ""))
    server = Masthead(directory / "masthead", {
        "headscale": {"source": "auto", "binary": str(binary), "version": programs.config_version(version)},
        "plugins": plugin_settings(directory / "plugins", ["crasher"])})
    server.version = version
    with server:
        server.set_up()
        yield server
    assert server.process.returncode == 0, server.log()


@pytest.fixture(scope="module")
def user(masthead):
    return masthead.nodes("POST", "users", {"name": "ada"})["user"]


@pytest.fixture(scope="module")
def clients(masthead, user, tmp_path_factory):
    """Two real clients that joined through the TLS port with a key made in our API."""
    directory = tmp_path_factory.mktemp("ts")
    key = new_key(masthead, user, reusable=True)
    made = []
    try:
        for name in ("alpha", "beta"):
            client = Client(directory, name, masthead.data / "tls" / "cert.pem")
            made.append(client)
            client.up(f"https://localhost:{masthead.port}", key)
        yield made
    finally:
        for client in made:
            client.stop()


def new_key(masthead, user, **wanted):
    body = {"user": user["id"], "reusable": False, "ephemeral": False, "expiration": "2099-01-01T00:00:00Z", "tags": []}
    return masthead.nodes("POST", "keys", {**body, **wanted})["preAuthKey"]["key"]
