"""AL-18: SIGKILL in the middle of writing, again and again; the log opens, its chain and seals hold, what was acknowledged is in it.

MASTHEAD_AUDIT_KILL_ROUNDS sets the number of rounds: 500 is the whole case, 25 is what runs with the others.
"""
import json
import os
import subprocess

from tests.support.kill_rounds import kill_rounds
from tests.support.masthead import BIN

ROUNDS = int(os.environ.get("MASTHEAD_AUDIT_KILL_ROUNDS", "25"))


def test_al18_the_log_survives_every_kill(tmp_path):
    measured = kill_rounds(tmp_path / "c", ROUNDS)
    print(measured)
    assert measured["lost"] == 0 and measured["acknowledged"] >= ROUNDS * 20
    done = subprocess.run([BIN / "masthead", "audit", "verify", "--json", "--config", tmp_path / "c" / "masthead.yaml"], capture_output=True, text=True, timeout=300, check=False)
    verdict = json.loads(done.stdout)
    assert done.returncode == 0 and verdict["ok"], verdict
    assert int(verdict["sealed_to"]) > measured["records"] - 256
