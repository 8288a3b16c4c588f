"""People who ask, devices that join, and a stand-in with faults: what the tests of onboarding share.

Nothing here knows the plugin from inside: the public pages, the admin API, libsodium for the browser's half of the sealed box.
"""
import base64
import ctypes
import ctypes.util
import datetime
import json
import pathlib
import shlex
import urllib.request

from tests.support.masthead import BIN, Masthead
from tests.support.waiting import wait_until

SODIUM = ctypes.CDLL(ctypes.util.find_library("sodium") or "libsodium.so.23")
assert SODIUM.sodium_init() >= 0
OPEN = {"per_address_hour": 100000, "per_hour": 100000, "open_cap": 5000, "undo": "1s"}


def b64(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def unb64(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


class Requester:
    """A browser with JavaScript: its own key pair, its own ticket cookie."""

    def __init__(self, masthead, person="Ada", device="phone-7", own_key=True, **extra):
        self.masthead = masthead
        self.public, self.secret = ctypes.create_string_buffer(32), ctypes.create_string_buffer(32)
        SODIUM.crypto_box_keypair(self.public, self.secret)
        self.form = {"person": person, "device": device, **extra}
        if own_key:
            self.form["public_key"] = b64(self.public.raw)
        self.ticket = None
        self.words = None

    def call(self, method, path, body=None, ticket="own"):
        cookie = self.ticket if ticket == "own" else ticket
        answer = self.masthead.request(method, path, body, headers={"Accept": "application/json"}, cookie=cookie or "none=1")
        if method == "POST" and answer.headers.get("Set-Cookie") and ticket == "own":
            self.ticket = answer.headers["Set-Cookie"].split(";")[0]
        return answer

    def ask(self):
        answer = self.call("POST", "/request", self.form)
        assert answer.status == 200, answer
        self.words = answer.json["words"]
        return self

    def state(self):
        return self.call("GET", "/request/state")

    def wait_for(self, state, timeout=30):
        return wait_until(lambda: (lambda seen: seen if seen["state"] == state else None)(self.state().json), timeout, f"the request is {state}")

    def claim(self):
        return self.call("POST", "/request/claim", {})

    def open(self, sealed):
        box = unb64(sealed)
        clear = ctypes.create_string_buffer(len(box))
        if SODIUM.crypto_box_seal_open(clear, box, ctypes.c_ulonglong(len(box)), self.public, self.secret) != 0:
            return None
        return json.loads(clear.raw[:len(box) - 48])


class Desk:
    """The admin's side of one Masthead."""

    def __init__(self, masthead):
        self.masthead = masthead

    def call(self, method, path, body=None, **kw):
        return self.masthead.api(method, "/admin/api/p/onboarding/" + path, body, **kw)

    def raw(self, method, path, body=None):
        return self.masthead.request(method, "/admin/api/p/onboarding/" + path, body)

    def all(self, state="", query=""):
        rows, after = [], ""
        while True:
            page = self.call("GET", f"requests?state={state}&q={query}&limit=500&after={after}")
            rows += page["requests"]
            if page["next"] is None:
                return rows
            after = page["next"]

    def of(self, requester):
        return next(row for row in self.all() if row["words"] == requester.words)

    def approve(self, requester, undo=0, **options):
        return self.call("POST", f"requests/{self.of(requester)['id']}/approve", {"undoSeconds": undo, **options})["request"]

    def wait_for(self, requester, state, timeout=30):
        return wait_until(lambda: (lambda row: row if row["state"] == state else None)(self.of(requester)), timeout, f"{requester.words} is {state}")

    def keys(self):
        return self.masthead.nodes("GET", "keys")["preAuthKeys"]

    def live_keys(self):
        """Ids of keys that are neither used nor expired."""
        now = datetime.datetime.now(datetime.timezone.utc)
        usable = [key for key in self.keys() if key["expiration"] and not key["used"]]
        return {key["id"] for key in usable if datetime.datetime.fromisoformat(key["expiration"].replace("Z", "+00:00")) > now}


class Fleet:
    """Devices of the stand-in, on its debug listener."""

    def __init__(self, masthead):
        self.masthead = masthead

    def join(self, hostname, key=None, os="linux"):
        run = json.loads((self.masthead.data / "run" / "headscale.json").read_text())
        body = {"hostname": hostname, "routes": [], "os": os}
        if key:
            body["authKey"] = key
        request = urllib.request.Request(f"http://{run['metrics']}/debug/demo/join", json.dumps(body).encode(), {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)


def start(directory, settings=None, api="0.29", faults=False, nodes=5, real=None):
    """A Masthead with the plugin; `faults` makes the stand-in read `<directory>/faults.json`; `real`: settings of a real headscale."""
    directory = pathlib.Path(directory)
    directory.mkdir(parents=True, exist_ok=True)
    headscale = {"source": "demo", "demo": {"nodes": nodes, "users": 3, "api": api}}
    if faults:
        program = directory / "headscale"
        program.write_text(f"#!/bin/sh\ncase \"$1\" in serve) exec {shlex.quote(str(BIN / 'headscale-demo'))} \"$@\" --nodes {nodes} --users 3 --api {api} "
                           f"--faults {shlex.quote(str(directory / 'faults.json'))};; *) exec {shlex.quote(str(BIN / 'headscale-demo'))} \"$@\" --api {api};; esac\n")
        program.chmod(0o755)
        headscale = {"source": "auto", "binary": str(program)}
    headscale = real or headscale
    # Tests kill the console more often than the supervisor would forgive.
    masthead = Masthead(directory, {"headscale": headscale, "supervisor": {"crash_loop_deaths": 1000, "backoff_max": "200ms"},
                                    "plugins": {"enabled": ["nodes", "onboarding"], "settings": {"onboarding": {**OPEN, **(settings or {})}}}})
    try:
        masthead.start()
        masthead.set_up()
        running(masthead, empty=real is not None)
    except BaseException:
        masthead.__exit__()
        raise
    return masthead


def running(masthead, empty=False):
    wait_until(lambda: all(p["state"] == "running" for p in masthead.api("GET", "plugins")["plugins"]), 20, "the plugins run")
    if not empty:
        wait_until(lambda: masthead.nodes("GET", "nodes")["nodes"], 20, "the live view has nodes")


def set_faults(masthead, document):
    path = masthead.dir / "faults.json"
    if document is None:
        path.unlink(missing_ok=True)
        return
    new = path.with_suffix(".new")
    new.write_text(json.dumps(document))
    new.rename(path)
