"""Two answers made comparable: ids, keys, times and addresses become marks of the same form on both sides, everything else stays."""
import re

TIME = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$")
# Times a request named come back as they are, as does Go's zero time.
KEPT_TIMES = ("0001-01-01T00:00:00Z", "2027-01-01T00:00:00Z", "2020-01-01T00:00:00Z", "2027-05-01T00:00:00Z")
MARKS = [
    (re.compile(r"(mkey|nodekey|discokey):(?!0{64})[0-9a-f]{64}"), r"\1:<key>"),
    (re.compile(r"hskey-(auth|api)-[A-Za-z0-9_-]{12}-\*\*\*"), r"hskey-\1-<prefix>-***"),
    (re.compile(r"hskey-(auth|api)-[0-9a-f]{12}-[0-9a-f]{64}"), r"hskey-\1-<hex secret>"),
    (re.compile(r"hskey-(auth|api)-[A-Za-z0-9_-]{12}-[A-Za-z0-9_-]{64}"), r"hskey-\1-<secret>"),
    (re.compile(r"hskey-authreq-[A-Za-z0-9_-]{24}"), "<auth id>"),
    (re.compile(r"^100\.64\.0\.\d+$"), "<v4>"),
    (re.compile(r"^fd7a:115c:a1e0::[0-9a-f]+$"), "<v6>"),
    (re.compile("\u00a0"), " "),  # protojson puts it in on purpose, at random
]
# Free text of the program itself, not of the interface.
OWN_TEXT = {"version", "commit", "buildTime"}


def normal(value, name=""):
    if isinstance(value, dict):
        out = {key: normal(item, key) for key, item in value.items()}
        # An empty name is shown as the id; the id itself is free.
        if "name" in value and value.get("name") == value.get("id"):
            out["name"] = "<id>"
        return out
    if isinstance(value, list):
        return [normal(item, name) for item in value]
    if not isinstance(value, str):
        return value
    if name == "id" and value.isdigit() and value != "0":
        return "<id>"
    if name in OWN_TEXT:
        return "<text>"
    if TIME.match(value):
        return value if value in KEPT_TIMES else "<time>"
    for pattern, mark in MARKS:
        value = pattern.sub(mark, value)
    return value


def without_nulls(value):
    if isinstance(value, dict):
        return {key: without_nulls(item) for key, item in value.items() if item is not None}
    if isinstance(value, list):
        return [without_nulls(item) for item in value]
    return value


def differences(expected, got, path=""):
    """One line for each difference, empty when equal."""
    if isinstance(expected, dict) and isinstance(got, dict):
        out = []
        for key in sorted(set(expected) | set(got)):
            if key not in got:
                out.append(f"{path}/{key}: missing")
            elif key not in expected:
                out.append(f"{path}/{key}: not in the recording: {got[key]!r}")
            else:
                out += differences(expected[key], got[key], f"{path}/{key}")
        return out
    if isinstance(expected, list) and isinstance(got, list):
        if len(expected) != len(got):
            return [f"{path}: {len(expected)} items recorded, got {len(got)}: {got!r}"]
        return [line for i, (left, right) in enumerate(zip(expected, got)) for line in differences(left, right, f"{path}/{i}")]
    return [] if expected == got and type(expected) is type(got) else [f"{path}: recorded {expected!r}, got {got!r}"]
