"""Rounds of SIGKILL to the console while it is being written to: what was acknowledged must be there afterwards."""
import http.client
import itertools
import json
import socket
import threading

from . import audit
from .console import EMAIL, HOST, ORIGIN, Console, UnixConnection
from .waiting import wait_until

WRITERS = 4
ACKNOWLEDGED = 20


class FakeSupervisor:
    """Answers every line on run/supervisor.sock with ok, so that a restart request is a write that only the console sees."""

    def __init__(self, path):
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(str(path))
        self.listener.listen(64)
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            try:
                connection.recv(4096)
                connection.sendall(b'{"ok":true}\n')
            except OSError:
                pass  # the console was killed in between
            finally:
                connection.close()

    def close(self):
        self.listener.close()


class Round:
    """Writers that go on until the console dies; `acknowledged` holds the ids of the requests that were answered 2xx."""

    def __init__(self, console, numbers):
        self.console, self.numbers = console, numbers
        self.acknowledged, self.refused = [], []
        self.threads = [threading.Thread(target=self._write) for _ in range(WRITERS)]
        for thread in self.threads:
            thread.start()

    def _write(self):
        connection = UnixConnection(self.console.data / "run" / "console.sock")
        try:
            while True:
                identity = f"w{next(self.numbers)}"
                connection.request("POST", "/admin/api/v1/status/edge/restart", headers={
                    "Host": HOST, "X-Masthead-Host": HOST, "X-Masthead-Scheme": "https", "X-Masthead-Client": "192.0.2.7", "Origin": ORIGIN,
                    "X-Masthead-Request-Id": identity, "Cookie": self.console.cookie, "X-Masthead-CSRF": self.console.csrf})
                answer = connection.getresponse()
                answer.read()
                (self.acknowledged if answer.status == 202 else self.refused).append(identity)
        except (OSError, http.client.HTTPException):
            pass  # killed
        finally:
            connection.close()

    def join(self):
        for thread in self.threads:
            thread.join(30)
            assert not thread.is_alive()


def kill_rounds(directory, rounds):
    """Runs the rounds and returns what was measured; AssertionError when an acknowledged write is lost or the log is damaged."""
    console = Console(directory).start()
    numbers = itertools.count()
    console.set_up()
    supervisor = FakeSupervisor(console.data / "run" / "supervisor.sock")
    acknowledged = []
    try:
        for number in range(rounds):
            writers = Round(console, numbers)
            wait_until(lambda: len(writers.acknowledged) >= ACKNOWLEDGED, 60, f"{ACKNOWLEDGED} acknowledged writes in round {number}", interval=0.002)
            if number % 10 == 0:
                # An account in the same breath: a change of another table, with its record in one transaction.
                made = console.request("POST", "/admin/api/v1/admins", {"email": f"r{number}@example.org", "name": "R", "roles": ["viewer"]})
                assert made.status == 201, made
            console.kill()
            writers.join()
            assert writers.refused == [], f"round {number}"
            acknowledged += writers.acknowledged
            console.start()
            assert console.api("GET", "me")["principal"]["email"] == EMAIL, f"the session after round {number}"
        console.stop()
    finally:
        supervisor.close()
        if console.process.poll() is None:
            console.kill()
    records, verdict = audit.rows(console.data / "masthead.db")
    assert verdict == "ok"
    total = audit.check_chain(records)
    kept = {record["request_id"] for record in records if record["outcome"] == "success"}
    lost = [identity for identity in acknowledged if identity not in kept]
    assert lost == [], f"{len(lost)} acknowledged writes lost: {lost[:10]}"
    open_intents = {r["seq"] for r in records if r["outcome"] == "intent"} - {r["intent"] for r in records}
    assert open_intents == set(), "every change that a kill cut off is closed as unknown"
    accounts = [json.loads(r["detail"])["email"] for r in records if r["action"] == "account.create"]
    assert accounts == [f"r{number}@example.org" for number in range(0, rounds, 10)]
    return {"rounds": rounds, "acknowledged": len(acknowledged), "lost": 0, "records": total,
            "unknown": sum(record["outcome"] == "unknown" for record in records)}
