"""AU-08: does the time of a refused sign-in tell whether the account exists?"""
import http.client
import json
import random
import statistics
import tempfile
import time

from tests.bench.statistics_of import mann_whitney, percentile
from tests.support.console import UnixConnection
from tests.support.masthead import Masthead

TITLE = "Refused sign-ins: known and unknown accounts"
ABOUT = """
A wrong password through the public port (edge, TLS, console), in random order for accounts that exist and addresses that do not. The time is
that of the request on an open connection. Both cost one Argon2id; the medians should differ by less than 5 % and p should be above 0.01.
"""
TRIES = 4  # of one account and of one source: below every throttle


def make_accounts(host, count):
    for number in range(count):
        connection = UnixConnection(host.data / "run" / "cli.sock")
        body = json.dumps({"email": f"known{number}@example.org", "name": "K", "password": "seven purple otters juggle", "roles": ["operator"]})
        connection.request("POST", "/admin/api/v1/admins", body, {"Host": "localhost", "Content-Type": "application/json"})
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 201, answer.status
        connection.close()


def attempt(host, source, email):
    """Milliseconds of one refused sign-in, with what an observer can see of the answer."""
    connection = http.client.HTTPSConnection("127.0.0.1", host.port, context=host.context(), timeout=60, source_address=(source, 0))
    connection.connect()
    body = json.dumps({"email": email, "password": "not the right one at all"})
    headers = {"Host": f"{host.host}:{host.port}", "Content-Type": "application/json", "Origin": f"https://{host.host}:{host.port}"}
    started = time.perf_counter()
    connection.request("POST", "/admin/api/v1/session", body, headers)
    answer = connection.getresponse()
    text = answer.read()
    took = (time.perf_counter() - started) * 1000
    shown = json.loads(text)
    shown.pop("request_id", None)
    names = sorted(name.lower() for name in answer.headers if name.lower() not in ("date", "x-request-id"))
    connection.close()
    return took, (answer.status, json.dumps(shown, sort_keys=True), len(text), tuple(names))


def run(options):
    samples = 20 if options.quick else 200
    accounts = samples // TRIES
    plan = [(kind, number) for kind in ("known", "unknown") for number in range(accounts) for _ in range(TRIES)]
    random.Random(1).shuffle(plan)
    took, seen = {"known": [], "unknown": []}, {"known": set(), "unknown": set()}
    with tempfile.TemporaryDirectory() as directory, Masthead(directory, {"plugins": {"enabled": []}}) as host:
        host.set_up()
        make_accounts(host, accounts)
        attempt(host, "127.0.1.1", "nobody@example.org")  # warm
        for index, (kind, number) in enumerate(plan):
            source = f"127.0.{2 + index // TRIES // 250}.{1 + index // TRIES % 250}"
            ms, shown = attempt(host, source, f"{kind}{number}@example.org")
            assert shown[0] == 401, shown
            took[kind].append(ms)
            seen[kind].add(shown)
    medians = {kind: statistics.median(values) for kind, values in took.items()}
    rows = [[f"{kind} account, median / p95", f"{medians[kind]:.1f} / {percentile(values, 0.95):.1f} ms ({len(values)} samples)"] for kind, values in took.items()]
    rows.append(["ratio of the medians", f"{medians['known'] / medians['unknown']:.3f}"])
    rows.append(["Mann-Whitney p", f"{mann_whitney(took['known'], took['unknown']):.3f}"])
    same = seen["known"] == seen["unknown"] and len(seen["known"]) == 1
    rows.append(["status, body, header names", "the same" if same else "DIFFERENT"])
    return {"rows": rows, "samples": took}
