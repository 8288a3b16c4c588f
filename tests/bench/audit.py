"""AL-17: how long verifying, exporting and reading a long audit log take."""
import json
import subprocess

from tests.support.masthead import BIN

TITLE = "Audit log: verifying and reading"
ABOUT = """
`bench_audit` fills a log (with checkpoints, a quarter of the records with before and after) and times what people do with it. Verifying 100,000
records should take less than 5 s. A page is bounded to about a quarter of a second however long the log is: a text that stands nowhere gives an
empty page and a place to go on from.
"""
NAMES = {"append_ms": "append all, 1,000 in a transaction", "verify_ms": "verify chain and seals", "export_ms": "export as JSON lines", "page_newest_ms": "newest page",
         "page_middle_ms": "a page in the middle", "page_principal_ms": "one person", "page_action_group_ms": "a group of actions", "page_object_ms": "one object",
         "page_outcome_ms": "denied only", "page_text_ms": "a text found early", "page_text_nothing_ms": "a text that stands nowhere, one page", "page_time_ms": "the last hour",
         "facets_ms": "the values to filter by", "summary_ms": "the state"}


def run(options):
    rows = []
    for records in [10_000] if options.quick else [100_000, 1_000_000]:
        print(f"{records} records ...", flush=True)
        done = subprocess.run([BIN / "bench_audit", str(records)], capture_output=True, text=True, check=True)
        measured = json.loads(done.stdout)
        rows += [[f"{records:,} records: {text}", f"{measured[name]:,.1f} ms"] for name, text in NAMES.items()]
    return {"rows": rows, "note": ""}
