"""The supervisor's control socket, what it tells its children and systemd, and the life of headscale."""
import contextlib
import json
import os
import shutil
import signal
import socket
import stat
import subprocess
import time

import pytest

from tests.integration.supervised import Supervised
from tests.support.masthead import BIN
from tests.support.waiting import wait_until

KEY = "mkey:" + "ab" * 32


def test_socket_and_folders_are_private(tmp_path):
    with Supervised(tmp_path) as s:
        assert stat.S_IMODE(os.stat(s.data / "run").st_mode) == 0o700
        assert stat.S_IMODE(os.stat(s.data / "run" / "supervisor.sock").st_mode) == 0o600


@pytest.mark.skipif(os.geteuid() != 0, reason="changing the user needs root")
def test_another_user_is_refused(tmp_path):
    with Supervised(tmp_path) as s:
        for path in (s.data / "run" / "supervisor.sock", s.data / "run", s.data, s.dir, *[p for p in s.dir.parents if str(p).startswith("/tmp/")]):
            os.chmod(path, os.stat(path).st_mode | 0o777)
        child = os.fork()
        if child == 0:
            os.setuid(65534)
            try:
                os._exit(1 if s.ask(cmd="status").get("ok") else 2)
            except (OSError, ValueError):
                os._exit(0)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        wait_until(lambda: "refused a control connection of another user" in s.log(), 5, "the refusal in the log")


@pytest.mark.skipif(os.geteuid() != 0, reason="changing the user needs root")
def test_root_may_ask_the_host_of_another_user(tmp_path):
    nobody = 65534
    s = Supervised(tmp_path)
    for folder in [s.dir, *[p for p in s.dir.parents if str(p).startswith("/tmp/")]]:
        os.chmod(folder, 0o755)
    os.chown(s.data, nobody, nobody)
    # The build folder may be closed to others.
    program = shutil.copy(BIN / "masthead-supervisor", s.dir)
    s.process = s.launch(program, user=nobody, group=nobody, extra_groups=[])
    with s:
        wait_until((s.data / "run" / "supervisor.sock").exists, 10, "the control socket")
        assert os.stat(s.data / "run" / "supervisor.sock").st_uid == nobody
        assert s.ask(cmd="status")["ok"] is True


def test_status_document_has_every_field(tmp_path):
    with Supervised(tmp_path) as s:
        status = s.ask(cmd="status")
        assert status["ok"] is True and status["pid"] == s.process.pid and status["uptime_ms"] > 0 and status["version"]
        assert [child["name"] for child in status["children"]] == ["headscale", "console", "edge"]
        for child in status["children"]:
            assert set(child) == {"name", "state", "pid", "uptime_ms", "restarts", "last_exit", "reason", "details"}
            assert child["state"] == "ready" and child["pid"] and child["restarts"] == 0 and child["last_exit"] is None
        assert status["children"][0]["details"] == {"version": "0.29.2", "source": "config", "demo": False}


def test_wrong_requests_are_refused_in_words(tmp_path):
    with Supervised(tmp_path) as s:
        cases = [({"cmd": "explode"}, "unknown cmd 'explode'"), ({}, "unknown cmd ''"), ({"cmd": "restart"}, "unknown child ''"),
                 ({"cmd": "stop", "child": "supervisor"}, "unknown child 'supervisor'"), ({"cmd": "logs", "child": "../x"}, "unknown child")]
        for request, said in cases:
            answer = s.ask(**request)
            assert answer["ok"] is False and said in answer["error"], request
        for raw in (b"not json\n", b"[" * 100 + b"\n", b'{"cmd":"status","cmd":"stop"}\n', b"x" * 200000):
            with socket.socket(socket.AF_UNIX) as peer:
                peer.settimeout(5)
                peer.connect(str(s.data / "run" / "supervisor.sock"))
                try:
                    peer.sendall(raw)
                    assert peer.recv(100) == b""
                except (BrokenPipeError, ConnectionResetError):
                    pass
        assert s.child("edge")["state"] == "ready"


def test_restart_and_shutdown_by_request(tmp_path):
    s = Supervised(tmp_path).start()
    old = s.child("edge")["pid"]
    assert s.ask(cmd="restart", child="edge") == {"ok": True}
    wait_until(lambda: s.child("edge")["pid"] not in (None, old) and s.child("edge")["state"] == "ready", 20, "another edge")
    assert s.child("edge")["last_exit"]["expected"] is True
    assert s.lines("edge", "drain")
    assert s.ask(cmd="shutdown") == {"ok": True}
    assert s.process.wait(20) == 0


def test_children_are_told_about_each_other(tmp_path):
    counts = {"type": "counts", "connections": 3, "tunnels": 2}
    opened = {"type": "tunnel", "event": "opened", "path": "/ts2021", "client": "192.0.2.7"}
    with Supervised(tmp_path, {"edge": {"send": [counts, opened, {"type": "unknown"}]}}) as s:
        edge = s.child("edge")["pid"]
        wait_until(lambda: {"type": "edges", "pids": [edge]} in s.lines("console", "edges"), 5, "the edge's pid told")
        assert wait_until(lambda: s.lines("edge", "headscale")[-1]["state"] == "ready", 5, "headscale told")
        assert s.lines("edge", "headscale")[-1]["run"]["version"] == "0.29.2"
        assert wait_until(lambda: s.lines("edge", "console")[-1]["state"] == "ready", 5, "console told")
        assert wait_until(lambda: s.lines("console", "headscale")[-1]["state"] == "ready", 5, "headscale told")
        assert s.lines("edge", "allowlist")
        _, new_edge = s.kill_child("edge")
        wait_until(lambda: counts in s.lines("console", "counts") and opened in s.lines("console", "tunnel"), 5, "edge's lines forwarded")
        assert not s.lines("console", "unknown")
        wait_until(lambda: s.lines("console", "edges")[-1] == {"type": "edges", "pids": [new_edge]}, 5, "the new edge told")
        assert s.child("edge")["details"] == {"connections": 3, "tunnels": 2}
        s.kill_child("headscale")
        wait_until(lambda: [line["state"] for line in s.lines("edge", "headscale")][-2:] == ["away", "ready"], 5, "headscale away and back")
        s.kill_child("console")

        def told():
            children = s.lines("console", "state")[-1]["children"]
            return next(child for child in children if child["name"] == "console")["last_exit"]
        end = wait_until(told, 5, "the new console is told how the old one ended")
        assert end["signal"] == 9 and end["uptime_ms"] > 0


def test_sighup_reloads_edge_and_console(tmp_path):
    with Supervised(tmp_path) as s:
        s.process.send_signal(signal.SIGHUP)
        wait_until(lambda: s.lines("edge", "reload") and s.lines("console", "reload"), 5, "reload lines")
        assert s.ask(cmd="reload") == {"ok": True}
        wait_until(lambda: len(s.lines("edge", "reload")) == 2, 5, "reload by request")
        assert s.child("edge")["restarts"] == 0


def test_failed_prepare_shows_class_and_remedy_while_the_console_runs(tmp_path):
    fail = {"class": "binary-missing", "message": "no headscale 0.29.2 here", "remedy": "run: masthead headscale fetch"}
    with Supervised(tmp_path, {"prepare": {"fail": fail}}).start("console", "edge") as s:
        s.wait_state(headscale="failed", console="ready", edge="ready")
        assert s.child("headscale")["reason"] == {"class": "binary-missing", "message": "no headscale 0.29.2 here; run: masthead headscale fetch"}
        s.behave({})
        s.ask(cmd="restart", child="headscale")
        s.wait_state(headscale="ready")
        assert s.child("headscale")["reason"] is None


def test_missing_headscale_binary(tmp_path):
    with Supervised(tmp_path, {"prepare": {"binary": str(tmp_path / "none")}}).start("console", "edge") as s:
        s.wait_state(headscale="failed")
        reason = s.child("headscale")["reason"]
        assert reason["class"] == "binary-missing" and str(tmp_path / "none") in reason["message"]


def test_failed_state_is_retried_by_itself(tmp_path):
    with Supervised(tmp_path, {"headscale": {"say": ["Fatal config error: dns is wrong"], "exit": 1}}, {"failed_retry": "300ms"}).start("console", "edge") as s:
        s.wait_state(headscale="failed")
        assert s.child("headscale")["reason"]["class"] == "config-invalid"
        s.behave({})
        s.wait_state(headscale="ready")


def test_long_preparation_keeps_nobody_waiting(tmp_path):
    behaviour = {"prepare": {"allowlist_first": True, "progress": [{"what": "headscale 0.29.2", "done": 5, "total": 10}], "hang": True}}
    s = Supervised(tmp_path, behaviour).start("console", "edge")
    assert s.child("headscale")["state"] == "preflight"
    assert s.child("headscale")["details"]["preparing"] == {"what": "headscale 0.29.2", "done": 5, "total": 10}
    s.process.send_signal(signal.SIGTERM)
    assert s.process.wait(20) == 0


def test_wrong_key_fails_and_the_recorded_one_stays(tmp_path):
    with Supervised(tmp_path) as s:
        recorded = s.data / "headscale" / "expected-key"
        assert recorded.read_text().strip() == KEY
        s.behave({"headscale": {"key": "mkey:" + "cd" * 32}})
        os.kill(s.child("headscale")["pid"], signal.SIGKILL)
        s.wait_state(headscale="failed")
        reason = s.child("headscale")["reason"]
        assert reason["class"] == "key-missing" and str(recorded) in reason["message"]
        assert recorded.read_text().strip() == KEY
        assert s.child("headscale")["pid"] is None and s.child("edge")["state"] == "ready"
        recorded.unlink()
        s.ask(cmd="restart", child="headscale")
        s.wait_state(headscale="ready")


def test_unhealthy_headscale_never_becomes_ready_and_is_replaced(tmp_path):
    with Supervised(tmp_path, {"headscale": {"health": "fail"}}, {"start_deadline": "1s"}).start("console", "edge") as s:
        wait_until(lambda: s.child("headscale")["details"].get("waiting_for") == "GET /health", 10, "what is waited for")
        wait_until(lambda: s.child("headscale")["restarts"] >= 1, 15, "another headscale")
        assert "headscale: starting -> ready" not in s.log()
        s.behave({})
        s.wait_state(headscale="ready")


def test_headscale_that_stops_answering_is_killed(tmp_path):
    with Supervised(tmp_path, supervisor={"live_misses": 2, "live_timeout": "200ms"}) as s:
        old = s.child("headscale")["pid"]
        os.kill(old, signal.SIGSTOP)
        wait_until(lambda: s.child("headscale")["pid"] not in (None, old) and s.child("headscale")["state"] == "ready", 20, "another headscale")
        assert "did not answer 2 health checks in a row" in s.log()


def test_systemd_is_told(tmp_path):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(tmp_path / "notify"))
        systemd.settimeout(10)
        told = []

        def hear(wanted):
            end = time.monotonic() + 10
            while not any(wanted in message for message in told):
                assert time.monotonic() < end, f"systemd is not told {wanted}"
                told.append(systemd.recv(4096).decode())
            return True

        # A systemd that is behind: its queue is full before the first word.
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as crowd:
            crowd.setblocking(False)
            with contextlib.suppress(BlockingIOError):
                while True:
                    crowd.sendto(b"X=1", str(tmp_path / "notify"))

        environment = {"NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "200000"}
        fail = {"class": "config-invalid", "message": "x", "remedy": "y"}
        with Supervised(tmp_path, {"prepare": {"fail": fail}}, environment=environment).start("console", "edge") as s:
            assert hear("READY=1") and hear("WATCHDOG=1")
            told.clear()
            assert hear("WATCHDOG=1")
            s.process.send_signal(signal.SIGTERM)
            assert hear("STOPPING=1") and hear("headscale stopped, console stopped, edge stopped")
            s.process.wait(20)
        assert "NOTIFY_SOCKET" not in s.notes("console", "start")[0]["env"]


def test_sockets_of_systemd_are_taken_over(tmp_path):
    with socket.socket() as given:
        given.bind(("127.0.0.1", 0))
        given.listen()
        s = Supervised(tmp_path, environment={"LISTEN_FDS": "1"})
        s.config.write_text(s.config.read_text().replace("127.0.0.1:0", "127.0.0.1:1"))

        def hand_over():
            os.dup2(given.fileno(), 3)

        # LISTEN_PID must name the supervisor itself: the shell becomes it.
        command = ["/bin/sh", "-c", 'LISTEN_PID=$$ exec "$0" "$@"', BIN / "masthead-supervisor", "--config", s.config]
        s.process = subprocess.Popen(command, env=s.environment, pass_fds=[3], preexec_fn=hand_over, stdin=subprocess.DEVNULL,
                                     stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        with s:
            s.wait_state(edge="ready")
            bound = json.loads((s.data / "run" / "edge.json").read_text())["listen"]
            assert bound == [f"127.0.0.1:{given.getsockname()[1]}"]
