"""A real masthead-supervisor with stub children, for test_supervisor*.py."""
import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import threading

from tests.support.masthead import BIN, alive, to_yaml
from tests.support.waiting import wait_until

STUB = pathlib.Path(__file__).parent / "stubs" / "supervisor" / "stub.py"
FAST = {"backoff_min": "50ms", "backoff_max": "200ms", "ready_interval": "30ms", "live_interval": "100ms", "live_timeout": "500ms",
        "stop_term": "300ms", "stop_quit": "300ms", "drain": "300ms", "crash_loop_deaths": 100}


class Supervised:
    def __init__(self, directory, behaviour=None, supervisor=None, listen="127.0.0.1:0", environment=None):
        self.dir = pathlib.Path(directory)
        self.data = self.dir / "data"
        self.data.mkdir(parents=True, exist_ok=True)
        bin_dir = self.dir / "bin"
        bin_dir.mkdir(exist_ok=True)
        # The interpreter itself, without a launcher in between that would change environment and process.
        text = f"#!{os.path.realpath(sys.executable)}\n" + STUB.read_text().split("\n", 1)[1]
        for name in ("masthead", "masthead-edge", "headscale"):
            (bin_dir / name).write_text(text)
            (bin_dir / name).chmod(0o755)
        self.behave(behaviour or {})
        self.config = self.dir / "masthead.yaml"
        self.config.write_text(to_yaml({"public_url": "https://localhost:8443", "data_dir": str(self.data), "server": {"listen": [listen]},
                                        "supervisor": dict(FAST, **(supervisor or {}))}))
        self.environment = dict(os.environ, MASTHEAD_BIN_DIR=str(bin_dir), **(environment or {}))
        self.process = None
        self.output = []

    def behave(self, behaviour):
        (self.data / "stub.json").write_text(json.dumps(behaviour))

    def launch(self, program=BIN / "masthead-supervisor", **more):
        return subprocess.Popen([program, "--config", self.config], env=self.environment, stdin=subprocess.DEVNULL,
                                stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, **more)

    def start(self, *ready, **more):
        self.process = self.launch(**more)
        threading.Thread(target=lambda: self.output.extend(self.process.stderr), daemon=True).start()
        self.wait_state(**{name: "ready" for name in ready or ("headscale", "console", "edge")})
        return self

    def __enter__(self):
        return self if self.process else self.start()

    def __exit__(self, *exc):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait(10)

    def ask(self, **request):
        with socket.socket(socket.AF_UNIX) as s:
            s.settimeout(5)
            s.connect(str(self.data / "run" / "supervisor.sock"))
            s.sendall(json.dumps(request).encode() + b"\n")
            return json.loads(s.makefile().readline())

    def child(self, name):
        return next(child for child in self.ask(cmd="status")["children"] if child["name"] == name)

    def wait_state(self, timeout=20, **states):
        def reached():
            if self.process.poll() is not None:
                raise RuntimeError(f"the supervisor ended with {self.process.returncode}:\n{''.join(self.output)}")
            return all(self.child(name)["state"] == state for name, state in states.items())
        try:
            wait_until(reached, timeout, str(states))
        except AssertionError as error:
            raise AssertionError(f"{error}\n{''.join(self.output[-40:])}") from None
        return self.ask(cmd="status")

    def kill_child(self, name, number=signal.SIGKILL):
        """Kills and waits until another process is ready in its place; returns (old pid, new pid)."""
        old = self.child(name)["pid"]
        os.kill(old, number)
        wait_until(lambda: self.child(name)["pid"] not in (None, old) and self.child(name)["state"] == "ready", 20, f"{name} back")
        return old, self.child(name)["pid"]

    def notes(self, role, event=None):
        path = self.data / f"stub-{role}.log"
        found = [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []
        return [note for note in found if event in (None, note["event"])]

    def lines(self, role, kind):
        """Control lines of one type that the child received."""
        return [note["line"] for note in self.notes(role, "line") if note["line"]["type"] == kind]

    def pids(self):
        return [child["pid"] for child in self.ask(cmd="status")["children"] if child["pid"]]

    def log(self):
        return "".join(self.output)


def all_gone(pids):
    return wait_until(lambda: not any(alive(pid) for pid in pids), 10, f"{pids} gone")
