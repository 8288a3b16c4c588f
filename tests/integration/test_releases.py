"""Obtaining headscale from a release host of the test's own: what is installed, what is refused, and with which words."""
import hashlib
import json
import os
import socket

import pytest

from tests.integration.prepared import Prepared
from tests.integration.release_server import ReleaseServer, program


@pytest.fixture
def server():
    with ReleaseServer() as running:
        yield running


@pytest.fixture
def host(tmp_path, server):
    return Prepared(tmp_path, {"headscale": {"release_url": server.url}})


def fetch(host, *words):
    return host.run("headscale", "fetch", *words)


def refused(host, *parts):
    done = fetch(host)
    assert done.returncode == 1, done.stdout + done.stderr
    for part in parts:
        assert part in done.stderr, done.stderr
    assert host.installed() == []
    return done


def test_prepare_downloads_verifies_and_installs(host, server):
    run = host.prepare()
    path = host.data / "versions" / "0.29.2" / "headscale"
    assert run["source"] == "release" and run["binary"] == str(path) and run["version"] == "0.29.2" and run["printed_version"] == "v0.29.2"
    assert path.read_bytes() == server.content and path.stat().st_mode & 0o777 == 0o755
    asked = len(server.requests)
    assert host.prepare()["source"] == "versions"
    assert len(server.requests) == asked, "the second start must not need the release host"


def test_progress_is_json_lines_on_standard_error(host, server):
    done = host.run("prepare")
    progress = [json.loads(line)["progress"] for line in done.stderr.splitlines() if line.startswith('{"progress"')]
    assert progress and progress[-1] == {"what": "headscale 0.29.2", "done": len(server.content), "total": len(server.content)}


def test_wrong_checksum(host, server):
    server.files[server.asset] = server.content[:-1] + b"!"
    refused(host, "headscale 0.29.2 has a wrong checksum: expected " + hashlib.sha256(server.content).hexdigest(), "Nothing was installed")
    assert not list((host.data / "versions" / ".parts").iterdir())
    assert host.prepare_fails()["class"] == "download-corrupt"


def test_truncated_then_resumed(host, server):
    server.cut[server.asset] = 100_000
    refused(host, "arrived truncated: the connection ended after 100000 of 300000 bytes", "goes on where it stopped")
    done = fetch(host)
    assert done.returncode == 0, done.stderr
    assert [r[1] for r in server.asset_requests()] == [None, "bytes=100000-"]
    assert (host.data / "versions" / "0.29.2" / "headscale").read_bytes() == server.content


def test_resume_with_a_server_that_knows_no_ranges(host, server):
    server.ranges = False
    server.cut[server.asset] = 100_000
    refused(host, "truncated")
    assert fetch(host).returncode == 0
    assert (host.data / "versions" / "0.29.2" / "headscale").read_bytes() == server.content


def test_a_spoiled_part_is_started_over(host, server):
    server.cut[server.asset] = 100_000
    refused(host, "truncated")
    part = next((host.data / "versions" / ".parts").iterdir())
    part.write_bytes(b"x" * 100_000)
    assert fetch(host).returncode == 0
    assert (host.data / "versions" / "0.29.2" / "headscale").read_bytes() == server.content


def test_a_part_longer_than_the_file_is_started_over(host, server):
    server.cut[server.asset] = 100_000
    refused(host, "truncated")
    part = next((host.data / "versions" / ".parts").iterdir())
    part.write_bytes(b"x" * 400_000)
    assert fetch(host).returncode == 0
    assert (host.data / "versions" / "0.29.2" / "headscale").read_bytes() == server.content


def test_a_truncated_checksum_file_installs_nothing(host, server):
    path = "/v0.29.2/checksums.txt"
    server.cut[path] = 40
    refused(host, "the connection broke while checksums.txt was read")


def test_asset_or_checksums_missing(host, server):
    del server.files[server.asset]
    refused(host, "answered 404 for " + server.asset)
    server.files["/v0.29.2/checksums.txt"] = b"no such\n"
    refused(host, "checksums.txt does not list headscale_0.29.2_linux_")
    del server.files["/v0.29.2/checksums.txt"]
    refused(host, "answered 404 for /v0.29.2/checksums.txt", "masthead headscale use FILE")


def test_unreachable_host(host):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    host.set({"headscale": {"release_url": f"http://127.0.0.1:{port}"}})
    refused(host, f"127.0.0.1:{port} cannot be reached", "masthead headscale use FILE")
    answer = host.prepare_fails()
    assert answer["class"] == "binary-missing" and f"127.0.0.1:{port}" in answer["message"]


def test_unknown_host_name(host):
    host.set({"headscale": {"release_url": "https://releases.invalid"}})
    refused(host, "releases.invalid")


@pytest.mark.parametrize("body, words", [
    ("#!/bin/sh\nexit 3\n", "ended with code 3"),
    ("#!/bin/sh\nkill -SEGV $$\n", "died of signal 11"),
    ("#!/bin/sh\necho hello\n", "printed no version"),
    ("just text", "is no program for Linux"),
    ("\x7fELF\x02\x01\x01" + "\0" * 9 + "\x02\0\xf3\0", "is made for machine 243"),
])
def test_a_program_that_does_not_run(tmp_path, body, words):
    content = body.encode("latin-1") + b"\n" * 1000
    with ReleaseServer(content=content) as server:
        host = Prepared(tmp_path, {"headscale": {"release_url": server.url}})
        refused(host, "headscale 0.29.2 was not installed", words)
        answer = host.prepare_fails()
        assert answer["class"] == "binary-broken"
        assert not list((host.data / "versions" / ".parts").iterdir())


def test_pin(host, server):
    host.set({"headscale": {"release_sha256": "00" * 32}})
    refused(host, "headscale.release_sha256 pins " + "00" * 32)
    assert server.asset_requests() == []
    host.set({"headscale": {"release_sha256": hashlib.sha256(server.content).hexdigest().upper()}})
    assert fetch(host).returncode == 0


def test_redirects(host, server):
    server.files["/moved"] = server.files[server.asset]
    server.redirects[server.asset] = server.url + "/moved"
    assert fetch(host).returncode == 0
    assert host.installed() == ["0.29.2/headscale", "current"]


@pytest.mark.parametrize("target, words", [("http://192.0.2.1/x", "only https is followed"), ("ftp://127.0.0.1/x", "only https is followed"), (None, "more than 5 redirects")])
def test_redirects_that_are_not_followed(host, server, target, words):
    server.redirects[server.asset] = target or server.asset
    refused(host, words)


def test_plain_http_elsewhere_needs_a_pin(host):
    host.set({"headscale": {"release_url": "http://192.0.2.1/releases"}})
    refused(host, "plain http", "headscale.release_sha256")


def certificate(folder, trial):
    """A pair for vpn.example.org, in a trial also for localhost and 127.0.0.1, made by `masthead prepare`."""
    fake = folder / "headscale"
    folder.mkdir()
    fake.write_bytes(program("v0.29.2", 0))
    fake.chmod(0o755)
    other = Prepared(folder, {"trial": trial, "headscale": {"binary": str(fake)}})
    other.prepare()
    return str(other.data / "tls" / "cert.pem"), str(other.data / "tls" / "key.pem")


def test_https_is_strict(host, tmp_path, monkeypatch):
    pair = certificate(tmp_path / "other", True)
    with ReleaseServer(certificate=pair) as server:
        host.set({"headscale": {"release_url": server.url}})
        refused(host, "no trusted TLS connection to 127.0.0.1:")
        assert server.requests == []
        monkeypatch.setenv("SSL_CERT_FILE", pair[0])
        server.redirects[server.asset] = "http://127.0.0.1:1/x"
        refused(host, "127.0.0.1 redirects to http://127.0.0.1, and only https is followed")
        server.redirects[server.asset] = server.url + "/moved"
        server.files["/moved"] = server.content
        assert fetch(host).returncode == 0
        assert host.installed() == ["0.29.2/headscale", "current"]


def test_https_checks_the_name_on_loopback_too(host, tmp_path, monkeypatch):
    pair = certificate(tmp_path / "other", False)
    monkeypatch.setenv("SSL_CERT_FILE", pair[0])
    with ReleaseServer(certificate=pair) as server:
        host.set({"headscale": {"release_url": server.url}})
        refused(host, "no trusted TLS connection to 127.0.0.1:")
        assert server.requests == []


def test_use_list_and_what_comes_first(host, tmp_path):
    own = tmp_path / "mine"
    own.write_bytes(program("dev", 0))
    done = host.run("headscale", "use", str(own))
    assert done.returncode == 1 and "--version" in done.stderr, "a program that prints dev needs a version"
    done = host.run("headscale", "use", str(own), "--version", "0.28.1")
    assert done.returncode == 0, done.stderr
    run = host.prepare()
    assert run["version"] == "0.28.1" and run["printed_version"] == "dev" and run["source"] == "versions", "the adopted one runs without further settings"
    listing = host.run("headscale", "list").stdout
    assert "versions  dev" in listing and "prepared last" in listing and "wanted: 0.28.1" in listing
    host.set({"headscale": {"version": "0.29.2"}})
    assert host.prepare()["version"] == "0.29.2", "headscale.version in the file comes before the adopted one"


def test_use_refuses_what_is_no_headscale(host, tmp_path):
    text = tmp_path / "text"
    text.write_text("hello")
    for path, words in ((text, "is no program for Linux"), (tmp_path / "none", "there is no file"), (tmp_path, "is not a file")):
        done = host.run("headscale", "use", str(path), "--version", "0.29.2")
        assert done.returncode == 1 and words in done.stderr, done.stderr
    own = tmp_path / "old"
    own.write_bytes(program("v0.22.0", 0))
    assert "headscale 0.22.0 is not supported" in host.run("headscale", "use", str(own)).stderr
    assert host.installed() == []


@pytest.mark.skipif(os.geteuid() != 0, reason="changing the user needs root")
def test_root_leaves_the_owner_of_the_data_directory_its_files(host, tmp_path):
    for folder in [tmp_path, *[p for p in tmp_path.parents if str(p).startswith("/tmp/")]]:
        os.chmod(folder, 0o755)
    host.data.mkdir(mode=0o700)
    os.chown(host.data, 65534, 65534)
    own = tmp_path / "mine"
    own.write_bytes(program("v0.29.2", 0))
    own.chmod(0o600)
    done = host.run("headscale", "use", str(own))
    assert done.returncode == 1 and "cannot be read by the owner of" in done.stderr, done
    own.chmod(0o644)
    done = host.run("headscale", "use", str(own))
    assert done.returncode == 0, done
    made = [host.data, *host.data.rglob("*")]
    assert len(made) > 3 and {p.stat().st_uid for p in made} == {65534}


def test_configured_program(host, tmp_path):
    own = tmp_path / "mine"
    host.set({"headscale": {"binary": str(own)}})
    answer = host.prepare_fails()
    assert answer["class"] == "binary-missing" and str(own) in answer["message"] and "headscale.binary" in answer["remedy"]
    own.write_bytes(program("dev", 0))
    assert "is not executable" in host.prepare_fails()["message"]
    own.chmod(0o755)
    answer = host.prepare_fails()
    assert answer["class"] == "version-unsupported" and "dev" in answer["message"] and "headscale.version" in answer["remedy"]
    host.set({"headscale": {"version": "0.30.0"}})
    run = host.prepare()
    assert run["source"] == "config" and run["version"] == "0.30.0" and run["binary"] == str(own)
    own.write_bytes(program("v0.31.0", 0))
    assert "headscale 0.31.0, which is not supported" in host.prepare_fails()["message"]


def test_a_program_that_hangs_is_given_up(host, tmp_path):
    own = tmp_path / "hangs"
    own.write_text("#!/bin/sh\nexec tail -f /dev/null\n")
    own.chmod(0o755)
    host.set({"headscale": {"binary": str(own)}})
    answer = host.prepare_fails()
    assert answer["class"] == "binary-broken" and "did not answer within 5 s" in answer["message"]


def test_the_systems_program_comes_before_a_download(host, server, tmp_path):
    own = tmp_path / "headscale"
    own.write_bytes(program("v0.28.0", 0))
    own.chmod(0o755)
    host.set({"headscale": {"system_path": str(own)}})
    run = host.prepare()
    assert run["source"] == "system" and run["version"] == "0.28.0" and server.requests == []
    own.write_bytes(program("v0.22.0", 0))
    assert host.prepare()["source"] == "release", "an unsupported one is passed over"


def test_the_environment_of_the_tried_program_is_clean(host, tmp_path):
    own = tmp_path / "mine"
    own.write_text(f"#!/bin/sh\nenv > {tmp_path}/env\nls /proc/$$/fd > {tmp_path}/fds\necho headscale version v0.29.2\n")
    own.chmod(0o755)
    host.set({"headscale": {"binary": str(own)}})
    os.environ["HEADSCALE_LISTEN_ADDR"] = "0.0.0.0:1"
    try:
        host.prepare()
    finally:
        del os.environ["HEADSCALE_LISTEN_ADDR"]
    names = {line.split("=")[0] for line in (tmp_path / "env").read_text().splitlines()}
    assert names <= {"PATH", "HOME", "PWD", "OLDPWD", "SHLVL", "_"}, names
