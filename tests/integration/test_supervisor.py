"""The real masthead-supervisor with stub children: restarts, stops, deaths, and what children are given."""
import json
import os
import pathlib
import re
import signal
import socket
import subprocess

import pytest

from tests.integration.supervised import Supervised, all_gone
from tests.support.masthead import alive, descendants
from tests.support.waiting import wait_until


def status_fields(pid):
    return dict(line.split(":\t", 1) for line in pathlib.Path("/proc", str(pid), "status").read_text().splitlines() if ":\t" in line)


def descriptors(pid):
    found = {}
    for fd in os.listdir(f"/proc/{pid}/fd"):
        try:
            found[int(fd)] = os.readlink(f"/proc/{pid}/fd/{fd}")
        except FileNotFoundError:  # closed since it was listed
            continue
    return found


@pytest.mark.parametrize("name", ["headscale", "console", "edge"])
def test_kill_9_restarts_only_that_child(tmp_path, name):
    with Supervised(tmp_path) as s:
        before = {child["name"]: child["pid"] for child in s.ask(cmd="status")["children"]}
        old, new = s.kill_child(name)
        child = s.child(name)
        assert child["restarts"] == 1
        assert child["last_exit"]["cause"] == "signal" and child["last_exit"]["signal"] == 9 and child["last_exit"]["expected"] is False
        assert not alive(old)
        for other, pid in before.items():
            assert other == name or s.child(other)["pid"] == pid
        assert f"{name}: ready -> backoff" in s.log()


def test_children_have_clean_signals_environment_and_descriptors(tmp_path):
    given = {"HEADSCALE_LOG_LEVEL": "trace", "TS_DEBUG": "1", "MASTHEAD_SAMPLE": "yes", "SECRET_OF_THE_SHELL": "x", "TZ": "UTC"}
    with Supervised(tmp_path, environment=given) as s:
        for name in ("headscale", "console", "edge"):
            pid = s.child(name)["pid"]
            fields = status_fields(pid)
            assert int(fields["SigBlk"], 16) == 0, name
            # The stub's interpreter ignores SIGPIPE and SIGXFSZ by itself; 32 and 33 belong to the C library.
            theirs = sum(1 << (number - 1) for number in (signal.SIGPIPE, signal.SIGXFSZ, 32, 33))
            assert int(fields["SigIgn"], 16) & ~theirs == 0, name
            assert fields["Umask"] == "0077"
            assert os.getpgid(pid) == pid
            environment = pathlib.Path("/proc", str(pid), "environ").read_bytes().decode().split("\0")
            names = {entry.split("=")[0] for entry in environment if entry}
            assert "TZ" in names and "PATH" in names
            assert not [n for n in names if n.startswith(("HEADSCALE_", "TS_", "SECRET_"))]
            assert ("MASTHEAD_SAMPLE" in names) == (name != "headscale")
            assert os.readlink(f"/proc/{pid}/fd/0") == "/dev/null"
        sockets = json.loads((s.data / "run" / "edge.json").read_text())["listen"]
        edge = s.notes("edge", "start")[0]
        assert edge["env"]["LISTEN_FDS"] == "1" and edge["env"]["LISTEN_FDNAMES"] == "public"
        assert edge["env"]["LISTEN_PID"] == str(s.child("edge")["pid"]) and edge["env"]["MASTHEAD_CONTROL_FD"] == "4"
        assert s.notes("console", "start")[0]["env"]["MASTHEAD_CRASH_DIR"] == str(s.data / "run" / "crash")
        host, port = sockets[0].rsplit(":", 1)
        with socket.create_connection((host, int(port)), 5):
            pass
        hard = pathlib.Path(f"/proc/{s.child('edge')['pid']}/limits").read_text()
        soft, most = re.search(r"Max open files\s+(\d+)\s+(\d+)", hard).groups()
        assert soft == most


def test_no_descriptor_leaks_into_headscale(tmp_path):
    with Supervised(tmp_path) as s:
        inherited = set(descriptors(s.process.pid).values())
        assert len(inherited) > 10
        own = descriptors(s.child("headscale")["pid"])
        assert not [link for fd, link in own.items() if fd > 2 and link in inherited and link.startswith(("socket:", "pipe:"))]


def test_crash_loop_is_shown_and_never_given_up(tmp_path):
    with Supervised(tmp_path, {"edge": {"exit": 3}}, {"crash_loop_deaths": 3, "crash_loop_retry": "400ms"}).start("headscale", "console") as s:
        status = s.wait_state(edge="crash_loop")
        edge = next(c for c in status["children"] if c["name"] == "edge")
        assert edge["last_exit"]["code"] == 3 and "exit code 3" in edge["reason"]["message"]
        s.behave({})
        s.wait_state(edge="ready")
        assert s.child("edge")["reason"] is None


def test_stop_escalates_to_a_child_that_ignores_signals(tmp_path):
    with Supervised(tmp_path, {"headscale": {"ignore_term": True}}) as s:
        pid = s.child("headscale")["pid"]
        assert s.ask(cmd="stop", child="headscale") == {"ok": True}
        s.wait_state(headscale="held")
        assert not alive(pid)
        assert [note["number"] for note in s.notes("headscale", "signal")] == [signal.SIGTERM, signal.SIGQUIT]
        exit = s.child("headscale")["last_exit"]
        assert exit["signal"] == 9 and exit["expected"] is True and exit["uptime_ms"] > 600
        assert s.child("console")["state"] == "ready"
        s.behave({})
        assert s.ask(cmd="start", child="headscale") == {"ok": True}
        s.wait_state(headscale="ready")


def test_sigterm_drains_edge_first_and_leaves_nothing(tmp_path):
    s = Supervised(tmp_path).start()
    pids = s.pids()
    s.process.send_signal(signal.SIGTERM)
    assert s.process.wait(20) == 0
    all_gone(pids)
    assert s.lines("edge", "drain") == [{"type": "drain", "ms": 300}]
    log = s.log()
    order = [log.index(text) for text in ("edge: stopping -> stopped", "console: ready -> stopping", "console: stopping -> stopped",
                                          "headscale: ready -> stopping", "headscale: stopping -> stopped")]
    assert order == sorted(order)
    assert not (s.data / "run" / "supervisor.sock").exists()


def test_stop_ends_although_every_child_refuses(tmp_path):
    stubborn = {"ignore_term": True, "ignore_drain": True}
    s = Supervised(tmp_path, {"headscale": stubborn, "console": stubborn, "edge": stubborn}).start()
    pids = s.pids()
    s.process.send_signal(signal.SIGINT)
    assert s.process.wait(20) == 0
    all_gone(pids)


def test_second_signal_does_not_wait_for_the_drain(tmp_path):
    s = Supervised(tmp_path, {"edge": {"ignore_drain": True}}, {"drain": "5m"}).start()
    s.process.send_signal(signal.SIGTERM)
    s.wait_state(edge="stopping")
    s.process.send_signal(signal.SIGTERM)
    assert s.process.wait(20) == 0


def test_kill_9_of_the_supervisor_leaves_no_child(tmp_path):
    s = Supervised(tmp_path, {"headscale": {"ignore_term": True}}).start()
    pids = s.pids()
    assert len(pids) == 3 and set(pids) <= descendants(s.process.pid)
    s.process.kill()
    s.process.wait(10)
    all_gone(pids)
    with Supervised(tmp_path) as again:
        assert set(again.pids()).isdisjoint(pids)


def test_second_supervisor_names_the_first(tmp_path):
    with Supervised(tmp_path) as s:
        second = s.launch()
        _, said = second.communicate(timeout=20)
        assert second.returncode == 1
        assert f"already running as pid {s.process.pid}" in said
        assert json.loads((s.data / "lock").read_text())["pid"] == s.process.pid
        assert s.child("edge")["state"] == "ready"


def test_taken_port_names_its_holder(tmp_path):
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        s = Supervised(tmp_path, listen=f"127.0.0.1:{port}")
        process = s.launch()
        _, said = process.communicate(timeout=20)
        assert process.returncode == 1
        program = pathlib.Path("/proc/self/comm").read_text().strip()
        assert f"127.0.0.1:{port}" in said and f"pid {os.getpid()} ({program})" in said
        assert not s.notes("prepare")


def test_wrong_config_is_named_and_nothing_starts(tmp_path):
    s = Supervised(tmp_path)
    s.config.write_text(s.config.read_text() + "serverr: 1\n")
    process = s.launch()
    _, said = process.communicate(timeout=20)
    assert process.returncode == 1
    assert "serverr" in said and "masthead.yaml:" in said
    assert not s.notes("prepare")


def test_log_lines_survive_restarts_and_secrets_do_not(tmp_path):
    many = [f"line {i}" for i in range(500)]
    secret = "hskey-auth-abcdefghijkl-" + "Z" * 64
    with Supervised(tmp_path, {"console": {"say": many + [f"key {secret}"], "partial": "unfinished"}}) as s:
        s.kill_child("console")
        lines = s.ask(cmd="logs", child="console", lines=2000)["lines"]
        for wanted in many:
            assert sum(line.endswith(": " + wanted) for line in lines) == 2, wanted
        # The dead process's half line ended with it; the living one's is still unfinished.
        assert sum(line.endswith(": unfinished") for line in lines) == 1
        assert not [line for line in lines if secret in line]
        stored = (s.data / "run" / "logs" / "console.log").read_text()
        assert stored.count("console: line 499\n") == 2 and secret not in stored
        wait_until(lambda: s.log().count("console: line 499\n") == 2, 5, "the lines on standard error")
        assert secret not in s.log()
        assert s.ask(cmd="logs", child="headscale", lines=1)["lines"][0].endswith("info headscale: listening and serving HTTP auth=hskey-auth-[redacted]")


def test_grandchildren_are_killed_and_reaped(tmp_path):
    with Supervised(tmp_path, {"edge": {"grandchild": True}}) as s:
        grandchild = wait_until(lambda: s.notes("edge", "grandchild"), 10, "the grandchild")[0]["number"]
        assert alive(grandchild)
        s.kill_child("edge")
        wait_until(lambda: not pathlib.Path("/proc", str(grandchild)).exists(), 10, "the grandchild reaped")
        assert subprocess.run(["ps", "--ppid", str(s.process.pid), "-o", "stat="], capture_output=True, text=True, check=False).stdout.count("Z") == 0


def test_silent_child_is_killed_and_replaced(tmp_path):
    with Supervised(tmp_path, supervisor={"live_misses": 5}) as s:
        pid = s.child("console")["pid"]
        os.kill(pid, signal.SIGSTOP)
        wait_until(lambda: s.child("console")["pid"] not in (None, pid) and s.child("console")["state"] == "ready", 20, "another console")
        assert "no sign of life" in s.log()
        assert not alive(pid)
