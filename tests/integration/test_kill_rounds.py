"""Two hundred rounds of SIGKILL to the console under writes, at least twenty acknowledged in each."""
from tests.support.kill_rounds import kill_rounds


def test_no_acknowledged_write_is_lost_in_200_rounds(tmp_path):
    measured = kill_rounds(tmp_path / "c", 200)
    print(measured)
    assert measured["acknowledged"] >= 200 * 20
