"""An audit log checked from outside: the chain recomputed from the database file, independently of the program."""
import hashlib
import json
import sqlite3

FIRST = ["seq", "at", "principal", "principal_id", "action", "object", "outcome", "detail", "request_id", "client", "intent"]
SECOND = ["v", "seq", "at", "principal", "principal_id", "action", "object", "outcome", "detail", "before", "after", "request_id", "client", "auth",
          "intent"]
NAMES = {"v": "version", "before": "value_before", "after": "value_after"}


def canonical(record):
    """The text that a record's hash covers, from a row of the table."""
    columns = FIRST if record["version"] == 1 else SECOND
    return json.dumps({name: record[NAMES.get(name, name)] for name in columns}, separators=(",", ":"), ensure_ascii=False)


def rows(path):
    """Every record as a dict, oldest first, and the database's own verdict on its file."""
    database = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        database.row_factory = sqlite3.Row
        verdict = database.execute("PRAGMA integrity_check").fetchone()[0]
        return [dict(row) for row in database.execute("SELECT * FROM audit ORDER BY seq")], verdict
    finally:
        database.close()


def check_chain(records):
    """AssertionError naming the first record that does not fit; the number of records otherwise."""
    previous = "0" * 64
    for expected, record in enumerate(records, start=1):
        assert record["seq"] == expected, f"record {expected} is missing (found {record['seq']})"
        digest = hashlib.sha256((previous + canonical(record)).encode()).hexdigest()
        assert record["previous"] == previous and record["hash"] == digest, f"record {expected} does not fit its predecessor"
        previous = digest
    return len(records)
