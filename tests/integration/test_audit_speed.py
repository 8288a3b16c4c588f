"""AL-17: prints what verifying, exporting and reading 100,000 records take; the numbers are for people, only the result is asserted."""
import json
import os
import subprocess

from tests.support.masthead import BIN

RECORDS = int(os.environ.get("MASTHEAD_AUDIT_BENCH", "100000"))


def test_al17_a_long_log_verifies(capsys):
    done = subprocess.run([BIN / "bench_audit", str(RECORDS)], capture_output=True, text=True, timeout=1800, check=False)
    assert done.returncode == 0, done.stderr
    measured = json.loads(done.stdout)
    assert measured["records"] == RECORDS
    with capsys.disabled():
        print(json.dumps(measured))
