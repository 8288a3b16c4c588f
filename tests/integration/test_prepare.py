"""`masthead prepare` as the supervisor runs it: the files it writes, what it keeps, and how it fails."""
import json
import os
import re
import socket
import ssl
import subprocess
import urllib.request

import pytest

from tests.integration.prepared import Prepared
from tests.integration.release_server import ReleaseServer, program
from tests.support.masthead import BIN, free_port
from tests.support.waiting import wait_until

HEADSCALES = os.environ.get("MASTHEAD_TEST_HEADSCALE_DIR", os.path.expanduser("~/.cache/masthead/headscale"))


@pytest.fixture
def host(tmp_path):
    fake = tmp_path / "headscale"
    fake.write_bytes(program("v0.29.2", 0))
    fake.chmod(0o755)
    return Prepared(tmp_path, {"headscale": {"binary": str(fake)}})


def config_text(host):
    return (host.data / "headscale" / "config.yaml").read_text()


def value(host, key):
    return re.search(rf"^\s*{key}: *(.*)$", config_text(host), re.M).group(1)


def allowed(host):
    return {(method, route["path"]): route for route in host.read("allowlist.json")["routes"] for method in route["methods"]}


def test_the_run_file_names_everything(host):
    run = host.prepare()
    config = str(host.data / "headscale" / "config.yaml")
    assert run["args"] == ["serve", "-c", config] and run["config"] == config
    assert run["demo"] is False and run["source"] == "config" and "fallback" not in run
    assert run["socket"] == str(host.data / "headscale" / "sock" / "headscale.sock")
    assert run["http"] == value(host, "listen_addr") and run["metrics"] == value(host, "metrics_listen_addr") and run["http"] != run["metrics"]
    assert os.stat(host.data).st_mode & 0o777 == 0o700 and os.stat(host.data / "run").st_mode & 0o777 == 0o700
    assert os.stat(host.data / "headscale" / "sock").st_mode & 0o777 == 0o700


def test_ports_and_hand_edits_stay(host):
    first = host.prepare()
    path = host.data / "headscale" / "config.yaml"
    path.write_text("# mine\n" + path.read_text().replace("magic_dns: true", "magic_dns: false # for now") + "unknown_key: [1, 2]\n")
    edited = path.read_text()
    second = host.prepare()
    assert (second["http"], second["metrics"]) == (first["http"], first["metrics"])
    assert path.read_text() == edited and second["config_edited_by_hand"] is True and first["config_edited_by_hand"] is False


def test_public_url_changes_one_line(host):
    host.prepare()
    before = config_text(host)
    host.set({"public_url": "https://other.example.org:8443"})
    host.prepare()
    assert config_text(host) == before.replace("https://vpn.example.org", "https://other.example.org:8443")
    assert (host.data / "headscale" / "config.yaml.1").read_text() == before


def test_a_taken_port_is_left(host):
    first = host.prepare()
    address, port = first["http"].split(":")
    with socket.create_server((address, int(port))):
        second = host.prepare()
    assert second["http"] != first["http"] and second["metrics"] == first["metrics"] and value(host, "listen_addr") == second["http"]


def test_a_broken_config_yaml_is_named_and_kept(host):
    host.prepare()
    path = host.data / "headscale" / "config.yaml"
    path.write_text("server_url: [\nlisten_addr: x\n")
    answer = host.prepare_fails()
    assert answer["class"] == "headscale-config-invalid" and "config.yaml: line" in answer["message"]
    assert path.read_text() == "server_url: [\nlisten_addr: x\n"


def test_wrong_keys_are_named_with_file_line_and_column(host):
    text = host.file.read_text()
    host.file.write_text(text + "servre:\n  listen: []\n")
    line = text.count("\n") + 1
    answer = host.prepare_fails()
    assert answer["class"] == "config-invalid" and f"{host.file}:{line}:1: unknown key servre; did you mean server?" in answer["message"]
    for command in ("check-config", "status", "doctor"):
        done = host.run(command)
        assert done.returncode == 1 and f"{host.file}:{line}:1:" in done.stderr, command


def test_data_dir_that_cannot_be_made(host):
    host.set({"data_dir": "/dev/null/x"})
    assert host.prepare_fails()["class"] == "storage"


def test_allowlist_of_each_version(host, tmp_path):
    for version, present, absent in (
            ("v0.28.0", "/register/{auth_id_028}", "/auth/{auth_id}"), ("v0.29.2", "/auth/{auth_id}", "/register/{auth_id_028}"), ("v0.30.0", "/register/{auth_id}", "/oidc/callback")):
        (tmp_path / "headscale").write_bytes(program(version, 0))
        host.prepare()
        routes = allowed(host)
        assert ("GET", present) in routes and ("GET", absent) not in routes, version
        assert routes["POST", "/ts2021"]["upgrade"] == ["tailscale-control-protocol"]
        assert not any(path.startswith(("/api", "/swagger", "/metrics", "/debug", "/verify")) for _, path in routes)
        assert routes["GET", "/health"]["target"] == "edge" and routes["POST", "/admin/{subpath}"]["target"] == "console"


def test_allowlist_follows_headscales_configuration(host):
    host.prepare()
    assert ("GET", "/derp") in allowed(host)
    path = host.data / "headscale" / "config.yaml"
    text = path.read_text().replace("  server:\n    enabled: true", "  server:\n    enabled: false")
    path.write_text(text + "oidc:\n  issuer: https://idp.example.org\n")
    host.prepare()
    assert ("GET", "/derp") not in allowed(host) and ("GET", "/oidc/callback") in allowed(host)


@pytest.mark.parametrize("root, expected", [("auto", {"redirect": "/admin/"}), ("admin", {"redirect": "/admin/"}), ("404", {"status": 404}),
                                            ("https://example.org/x", {"redirect": "https://example.org/x"})])
def test_root(host, root, expected):
    host.set({"server": {"root": root}})
    host.prepare()
    assert host.read("allowlist.json")["root"] == expected


def test_public_paths_of_plugins_need_a_grant(host, tmp_path):
    def plugin(plugin_id, *routes):
        folder = tmp_path / "plugins" / plugin_id
        folder.mkdir(parents=True)
        (folder / "plugin.json").write_text(json.dumps({"id": plugin_id, "routes": list(routes)}))

    def outside(path, method="GET", permission="masthead:public"):
        return {"method": method, "path": path, "outside": True, "permission": permission}

    plugin("onboarding", outside("/connect"), outside("/request/{code}", "POST"), outside("/admin/x"), outside("/connect/y", permission="nodes.read"),
           {"method": "GET", "path": "/inside", "permission": "masthead:public"})
    plugin("other", outside("/other"), outside("/more"))
    host.set({"plugins": {"dir": str(tmp_path / "plugins"), "enabled": ["onboarding", "other"]}})
    host.prepare()
    routes = allowed(host)
    assert host.read("allowlist.json")["root"] == {"redirect": "/connect"}
    assert routes["GET", "/connect"]["target"] == "console" and routes["POST", "/request/{token}"]["body_limit"] > 0
    assert ("GET", "/public/p/onboarding/{subpath}") in routes
    for path in ("/admin/x", "/connect/y", "/inside", "/other", "/more", "/public/p/other/{subpath}"):
        assert ("GET", path) not in routes, path
    host.set({"plugins": {"settings": {"other": {"public_paths": ["/other"]}, "onboarding": {"public_paths": False}}}})
    host.prepare()
    routes = allowed(host)
    assert ("GET", "/other") in routes and ("GET", "/more") not in routes and ("GET", "/connect") not in routes


def test_hosts(host):
    host.set({"server": {"listen": ["127.0.0.1:8443"], "extra_hosts": ["vpn.example.net"]}})
    host.prepare()
    assert host.read("allowlist.json")["hosts"] == ["vpn.example.org:443", "vpn.example.org", "vpn.example.net"]
    host.set({"trial": True})
    host.prepare()
    assert {"localhost:8443", "127.0.0.1:8443"} <= set(host.read("allowlist.json")["hosts"])


def certificate(host):
    return ssl._ssl._test_decode_cert(str(host.data / "tls" / "cert.pem"))


def test_self_signed_pair(host):
    host.prepare()
    cert, key = host.data / "tls" / "cert.pem", host.data / "tls" / "key.pem"
    ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(cert, key)
    assert os.stat(key).st_mode & 0o777 == 0o600
    assert certificate(host)["subjectAltName"] == (("DNS", "vpn.example.org"),)
    days = (ssl.cert_time_to_seconds(certificate(host)["notAfter"]) - ssl.cert_time_to_seconds(certificate(host)["notBefore"])) / 86400
    assert days == 365
    before = cert.read_bytes(), key.read_bytes()
    host.prepare()
    assert (cert.read_bytes(), key.read_bytes()) == before
    host.set({"trial": True})
    host.prepare()
    assert ("DNS", "localhost") in certificate(host)["subjectAltName"] and ("IP Address", "127.0.0.1") in certificate(host)["subjectAltName"]
    key.write_bytes(before[1])
    host.prepare()
    ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(cert, key)


def test_a_configured_pair_makes_none(host, tmp_path):
    host.set({"server": {"tls": {"certificate": str(tmp_path / "c.pem"), "key": str(tmp_path / "k.pem")}}})
    host.prepare()
    assert not (host.data / "tls" / "cert.pem").exists()


def test_demo_has_files_of_its_own(host):
    real = host.prepare()
    host.set({"headscale": {"source": "demo", "demo": {"nodes": 7, "users": 2, "seed": 3, "api": "0.30"}}})
    if not (BIN / "headscale-demo").exists():
        assert "headscale-demo" in host.prepare_fails()["message"]
        return
    run = host.prepare()
    assert run["demo"] is True and run["source"] == "demo" and run["version"] == "0.30.0" and run["config"] != real["config"]
    assert run["args"][3:] == ["--nodes", "7", "--users", "2", "--seed", "3", "--api", "0.30"]


@pytest.mark.parametrize("trial", [True, False])
def test_only_a_trial_falls_back_to_the_stand_in(tmp_path, trial):
    if not (BIN / "headscale-demo").exists():
        pytest.skip("headscale-demo is not built")
    host = Prepared(tmp_path, {"trial": trial, "headscale": {"release_url": f"http://127.0.0.1:{free_port()}"}})
    if not trial:
        assert host.prepare_fails()["class"] == "binary-missing"
        assert ("GET", "/admin/") in allowed(host), "the console must be reachable to show why"
        return
    done = host.run("prepare")
    assert done.returncode == 0 and "nothing it shows is real" in done.stderr and "masthead headscale use FILE" in done.stderr
    run = host.read("headscale.json")
    assert run["demo"] is True and "cannot be reached" in run["fallback"]
    with ReleaseServer() as server:
        host.set({"headscale": {"release_url": server.url}})
        assert host.prepare()["fallback"] == run["fallback"] and server.requests == [], "a restart does not wait for the network again"
        os.utime(host.data / "run" / "headscale.json", (1, 1))
        run = host.prepare()
    assert run["demo"] is False and "fallback" not in run, "a release that can be had replaces the stand-in"


def real_headscales():
    found = sorted(os.listdir(HEADSCALES)) if os.path.isdir(HEADSCALES) else []
    return found or [pytest.param("none", marks=pytest.mark.skip(reason=f"no headscale in {HEADSCALES}"))]


@pytest.mark.parametrize("version", real_headscales())
def test_the_generated_configuration_starts_a_real_headscale(tmp_path, version):
    host = Prepared(tmp_path, {"headscale": {"binary": f"{HEADSCALES}/{version}/headscale", "version": version}})
    run = host.prepare()
    environment = {"PATH": "/usr/bin:/bin"}
    with open(tmp_path / "log", "wb") as log:
        process = subprocess.Popen([run["binary"], *run["args"]], stdout=log, stderr=log, env=environment)
    try:
        def healthy():
            assert process.poll() is None, (tmp_path / "log").read_text()
            with urllib.request.urlopen(f"http://{run['http']}/health", timeout=2) as answer:
                return json.load(answer) == {"status": "pass"}

        wait_until(healthy, 30, "headscale's health")
        assert os.stat(run["socket"]).st_mode & 0o777 == 0o600
        again = host.prepare()
        assert again["http"] == run["http"], "its own port is not taken by a stranger"
    finally:
        process.terminate()
        assert process.wait(30) == 0
