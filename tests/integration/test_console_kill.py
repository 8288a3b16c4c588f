"""Twenty rounds of the kill test; all two hundred are in test_kill_rounds.py."""
from tests.support.kill_rounds import kill_rounds


def test_no_acknowledged_write_is_lost_in_20_rounds(tmp_path):
    measured = kill_rounds(tmp_path / "c", 20)
    assert measured["acknowledged"] >= 20 * 20
