"""Keys at rest over crashes and credentials: whatever moment SIGKILL picks in a rotation, every sealed value stays readable."""
import http.client
import os
import threading

import pytest

from tests.support import totp
from tests.support.console import EMAIL, PASSWORD, Console, UnixConnection
from tests.support.waiting import wait_until

ROUNDS = int(os.environ.get("MASTHEAD_KEY_ROUNDS", "25"))


def channel(console, number):
    console.api("POST", "notify/channels", {"kind": "webhook", "name": f"w{number}", "settings": {"url": "https://example.org/h"},
                                            "secrets": {"secret": f"a secret of channel {number}"}})


class Rotating:
    """Asks for one rotation after the other at the command line's door until the console dies."""

    def __init__(self, console):
        self.console, self.done = console, 0
        self.thread = threading.Thread(target=self._run)
        self.thread.start()

    def _run(self):
        try:
            while True:
                connection = UnixConnection(self.console.data / "run" / "cli.sock")
                connection.request("POST", "/admin/api/v1/keys/rotate", b"{}", {"Host": "localhost", "Content-Type": "application/json"})
                answer = connection.getresponse()
                answer.read()
                assert answer.status == 200
                self.done += 1
        except (OSError, http.client.HTTPException):
            pass  # killed


def next_key_written(console, rotating):
    return lambda: (console.data / "keys" / "master.key.new").exists()


def key_replaced(console, rotating):
    before = os.stat(console.data / "keys" / "master.key").st_ino
    return lambda: os.stat(console.data / "keys" / "master.key").st_ino != before


def some_write(console, rotating):
    """A commit of the rotation that is under way: at its start the data key, or values under it."""
    before, done = os.stat(console.data / "masthead.db-wal").st_mtime_ns, rotating.done
    return lambda: os.stat(console.data / "masthead.db-wal").st_mtime_ns != before or rotating.done > done


def test_no_kill_in_a_rotation_loses_a_value(tmp_path):
    console = Console(tmp_path).start()
    moments = [next_key_written, key_replaced, some_write]
    masters, rotations = set(), 0
    try:
        console.set_up()
        app = totp.App(console)
        for number in range(8):
            channel(console, number)
        for number in range(ROUNDS):
            rotating = Rotating(console)
            wait_until(lambda: rotating.done >= 1, 30, f"a rotation in round {number}", interval=0.002)
            wait_until(moments[number % len(moments)](console, rotating), 30, "the moment to kill", interval=0.0005)
            console.kill()
            rotating.thread.join(30)
            rotations += rotating.done
            console.start()
            shown = console.api("GET", "keys", socket_name="cli.sock")
            assert shown["unreadable"] == 0 and [k["values"] for k in shown["keys"]] == [9], f"round {number}: {shown}"
            assert not (console.data / "keys" / "master.key.new").exists()
            masters.add(shown["master"]["id"])
        console.cookie = console.csrf = None
        half = console.request("POST", "/admin/api/v1/session", {"email": EMAIL, "password": PASSWORD})
        console.cookie, console.csrf = half.headers["Set-Cookie"].split(";")[0], half.json["csrf"]
        assert console.request("POST", "/admin/api/v1/session/totp", {"code": app.code()}).status == 200
    finally:
        if console.process.poll() is None:
            console.stop()
    print({"rounds": ROUNDS, "rotations": rotations, "master keys": len(masters)})
    assert len(masters) == ROUNDS


def test_the_master_key_as_a_credential_of_the_service(tmp_path):
    console = Console(tmp_path / "c").start()
    console.set_up()
    channel(console, 1)
    console.stop()
    credentials = tmp_path / "credentials"
    credentials.mkdir()
    (credentials / "masthead.master-key").write_bytes(os.urandom(32))
    console.environment = {"CREDENTIALS_DIRECTORY": str(credentials)}
    console.start()
    shown = console.api("GET", "keys", socket_name="cli.sock")
    assert shown["master"]["origin"] == "credential" and shown["unreadable"] == 0
    refused = console.request("POST", "/admin/api/v1/keys/rotate", {"what": ["master"]}, socket_name="cli.sock")
    assert refused.status >= 400 and "credential" in refused.json["detail"]
    assert console.api("POST", "keys/rotate", {"what": ["data"]}, socket_name="cli.sock")["unreadable"] == 0
    console.stop()
    (console.data / "keys" / "master.key").unlink()  # no longer needed
    console.start()
    assert console.api("GET", "keys", socket_name="cli.sock")["unreadable"] == 0
    console.stop()


def test_the_console_leaves_no_core_and_lets_nobody_look(tmp_path):
    with Console(tmp_path) as console:
        limits = open(f"/proc/{console.process.pid}/limits").read()
        assert next(line for line in limits.splitlines() if line.startswith("Max core file size")).split()[4:6] == ["0", "0"]
        # A process that may not be dumped belongs to root in /proc, whoever runs it.
        status = os.stat(f"/proc/{console.process.pid}/environ")
        assert status.st_uid == 0
        if os.geteuid() != 0:
            with pytest.raises(PermissionError):
                open(f"/proc/{console.process.pid}/environ").read()
