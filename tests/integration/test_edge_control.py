"""The supervisor's side of masthead-edge: away and back, allowlist, certificates, draining, leaving."""
import json
import os
import subprocess
import threading

from tests.support.edge import HOST, Client, Edge, response
from tests.support.masthead import BIN
from tests.support.waiting import wait_until

NATIVE = ["Upgrade: tailscale-control-protocol", "Connection: upgrade"]


def leaf(edge):
    with Client(edge) as client:
        return client.peer_fingerprint()


def test_reports_while_it_runs(tmp_path):
    with Edge(tmp_path) as edge:
        assert [line["type"] for line in edge.lines].count("ready") == 1
        edge.wait_line(lambda line: line["type"] == "tick", "a tick")
        counts = edge.wait_line(lambda line: line["type"] == "counts", "counts")
        assert counts["tunnels"] == 0 and isinstance(counts["connections"], int)


def test_backends_away_and_back(tmp_path):
    with Edge(tmp_path, ready=False) as edge:
        for target, fields in (("/key", []), ("/admin/", ["Accept: text/html"])):
            reply = edge.ask("GET", target, fields)
            assert reply.status == 503 and reply.get("Retry-After") == "2", target
        assert edge.ask("POST", "/ts2021", NATIVE).status == 503
        health = edge.ask("GET", "/health")
        assert health.status == 503 and health.body == b'{"status":"fail"}\n'
        edge.say(type="headscale", state="ready", run={"http": edge.headscale.address})
        edge.say(type="console", state="ready")
        edge.wait_health(200)
        assert edge.ask("GET", "/key").status == 200 and edge.ask("GET", "/admin/").status == 200
        edge.say(type="headscale", state="away", run={})
        edge.wait_health(503)
        assert edge.ask("GET", "/key").status == 503


def test_a_backend_that_does_not_answer_the_door_is_503(tmp_path):
    with Edge(tmp_path) as edge:
        assert edge.ask("GET", "/admin/").status == 200
        edge.headscale.close()
        edge.console.close()
        for method, target, fields in (("GET", "/key", []), ("GET", "/admin/", []), ("POST", "/ts2021", NATIVE)):
            reply = edge.ask(method, target, fields)
            assert reply.status == 503 and reply.get("Retry-After") == "2", target


def test_an_address_outside_loopback_is_not_taken(tmp_path):
    with Edge(tmp_path, ready=False) as edge:
        edge.say(type="headscale", state="ready", run={"http": "192.0.2.1:80"})
        edge.wait_log("not usable")
        assert edge.ask("GET", "/key").status == 503


def test_a_safe_request_survives_the_consoles_restart_and_a_write_is_not_repeated(tmp_path):
    drop = threading.Event()

    def answer(request, connection):
        if drop.is_set() and request.target == "/admin/lost":
            return None  # read, then the connection ends without an answer
        return response(200, b"done")

    with Edge(tmp_path, console=answer) as edge:
        assert edge.ask("GET", "/admin/").status == 200
        edge.console.drop()
        wait_until(lambda: edge.console.open == 0, 5, "the kept connection to end")
        assert edge.ask("GET", "/admin/again").status == 200
        drop.set()
        before = len(edge.console.requests)
        assert edge.ask("POST", "/admin/lost", body=b"x").status == 502
        assert len(edge.console.requests) == before + 1
        assert edge.ask("GET", "/admin/lost").status == 503


def test_allowlist_is_read_again_and_a_wrong_one_is_not_taken(tmp_path):
    with Edge(tmp_path) as edge:
        assert edge.ask("GET", "/apple").status == 404
        more = json.loads(json.dumps(edge.allowlist))
        more["routes"].append({"methods": ["GET"], "path": "/apple", "target": "headscale", "query": False, "body_limit": 0, "rate": "page"})
        edge.write_allowlist(more)
        edge.say(type="allowlist")
        wait_until(lambda: edge.ask("GET", "/apple").status == 200, 5, "the new route")
        wrong = json.loads(json.dumps(more))
        wrong["routes"][0]["path"] = "/{everything}"
        edge.write_allowlist(wrong)
        edge.say(type="allowlist")
        edge.wait_log("the old one stays")
        edge.allowlist_file.write_text("{")
        edge.say(type="allowlist")
        wait_until(lambda: sum("the old one stays" in line for line in edge.log_lines) == 2, 5, "the second refusal")
        assert edge.ask("GET", "/apple").status == 200
        assert edge.process.poll() is None


def test_certificates_are_reloaded_and_a_broken_pair_is_not(tmp_path):
    with Edge(tmp_path) as edge:
        first = leaf(edge)
        with Client(edge) as kept:
            assert kept.ask("POST", "/ts2021", NATIVE).status == 101
            edge.install_pair(1)
            edge.say(type="reload")
            wait_until(lambda: leaf(edge) != first, 5, "the second certificate on the reload line")
            second = leaf(edge)
            kept.send(b"not touched")
            assert kept.read(11) == b"not touched"
        for broken in (lambda: edge.cert.write_bytes(edge.pairs[0][0].read_bytes()), lambda: edge.key.write_text("no key"), lambda: edge.cert.unlink()):
            known = len([line for line in edge.log_lines if "not reloaded" in line])
            broken()
            edge.say(type="reload")
            wait_until(lambda: len([line for line in edge.log_lines if "not reloaded" in line]) > known, 5, "the refusal in the log")
            assert leaf(edge) == second
        edge.install_pair(0)  # noticed without being told
        wait_until(lambda: leaf(edge) == first, 10, "the first certificate again")


def test_certificate_and_allowlist_may_come_late(tmp_path):
    edge = Edge(tmp_path)
    try:
        edge.spawn()
        edge.wait_line(lambda line: line["type"] == "tick", "a sign of life")
        assert not any(line["type"] == "ready" for line in edge.lines)
        edge.install_pair(0)
        edge.write_allowlist()
        edge.wait_line(lambda line: line["type"] == "ready", "ready")
        assert edge.ask("GET", "/health").status == 503
    finally:
        edge.stop()


def test_drain_ends_tunnels_in_time_and_finishes_requests(tmp_path):
    proceed = threading.Event()

    def answer(request, _connection):
        proceed.wait(10)
        return response(200, b"finished")

    with Edge(tmp_path, console=answer) as edge:
        tunnels = [Client(edge) for _ in range(20)]
        idle = Client(edge)
        assert idle.ask("GET", "/health").status == 200
        for tunnel in tunnels:
            assert tunnel.ask("POST", "/ts2021", NATIVE).status == 101
        busy = Client(edge)
        busy.send(f"GET /admin/slow HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode())
        wait_until(lambda: edge.console.requests, 5, "the slow request")
        edge.say(type="drain", ms=3000)
        assert idle.rest() == b""
        edge.wait_line(lambda line: line["type"] == "tunnel" and line["event"] == "closed", "a first closed tunnel")
        proceed.set()
        reply = busy.reply()
        assert reply.body == b"finished" and reply.get("Connection") == "close"
        for tunnel in tunnels:
            assert tunnel.rest() == b""
        assert edge.process.wait(10) == 0
        for client in (*tunnels, idle, busy):
            client.tls.close()


def test_drain_does_not_wait_for_those_who_stay(tmp_path):
    with Edge(tmp_path, console=lambda request, connection: threading.Event().wait(30) or None) as edge:
        busy = Client(edge)
        busy.send(f"GET /admin/slow HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode())
        wait_until(lambda: edge.console.requests, 5, "the slow request")
        edge.say(type="drain", ms=500)
        assert edge.process.wait(10) == 0
        busy.tls.close()


def test_it_leaves_with_its_supervisor_and_on_sigterm(tmp_path):
    with Edge(tmp_path / "a") as edge:
        edge.leave()
        assert edge.process.wait(5) == 0
    with Edge(tmp_path / "b") as edge:
        edge.process.terminate()
        assert edge.process.wait(10) == 0


def test_it_says_what_is_missing(tmp_path):
    config = tmp_path / "masthead.yaml"
    config.write_text("public_url: https://hs.test\n")
    clean = {key: value for key, value in os.environ.items() if key not in ("LISTEN_FDS", "MASTHEAD_CONTROL_FD")}

    def run(*arguments, env=clean):
        return subprocess.run([BIN / "masthead-edge", *arguments], capture_output=True, text=True, timeout=20, env=env)
    assert run().returncode == 2
    assert "MASTHEAD_CONTROL_FD" in run("--config", config).stderr
    assert "LISTEN_FDS" in run("--config", config, env={**clean, "MASTHEAD_CONTROL_FD": "0"}).stderr
    config.write_text("public_ulr: https://hs.test\n")
    wrong = run("--config", config)
    assert wrong.returncode == 1 and f"{config}:1" in wrong.stderr
