"""Beside `./dev run`: waits until the console answers, then prints where it is, the set-up token, and what runs behind it."""
import json
import os
import select
import socket
import sys

data, port, parent = sys.argv[1], sys.argv[2], int(sys.argv[3])


def status():
    with socket.socket(socket.AF_UNIX) as s:
        s.settimeout(2)
        s.connect(os.path.join(data, "run", "supervisor.sock"))
        s.sendall(b'{"cmd":"status"}\n')
        return json.loads(s.makefile().readline())["children"]


def read(name):
    try:
        with open(os.path.join(data, "run", name), encoding="utf-8") as file:
            return file.read().strip()
    except OSError:
        return ""


def ready():
    states = {child["name"]: child["state"] for child in status()}
    settled = states.get("headscale") in ("ready", "failed", "crash_loop")
    return states.get("console") == states.get("edge") == "ready" and settled


while True:
    try:
        os.kill(parent, 0)
        if ready():
            break
    except ProcessLookupError:
        sys.exit(0)
    except (OSError, ValueError, KeyError):
        pass
    select.select([], [], [], 0.1)

run = json.loads(read("headscale.json") or "{}")
lines = [f"Console:   https://localhost:{port}/admin/   (self-signed certificate: the browser asks once)"]
token = read("setup-token")
if token:
    lines.append(f"Set-up token (once, 30 min):   {token}")
if run.get("demo"):
    lines.append("headscale: STAND-IN with an invented fleet; nothing in it is real." + (" " + run["fallback"] if run.get("fallback") else ""))
    lines.append("           A real one: masthead headscale fetch, or: masthead headscale use FILE, or headscale.binary in masthead.yaml")
else:
    lines.append(f"headscale: {run.get('version', 'not running')} ({run.get('source', 'see the log')})")
lines.append("Ctrl-C stops everything.")
print("\n" + "\n".join("    " + line for line in lines) + "\n", file=sys.stderr, flush=True)
