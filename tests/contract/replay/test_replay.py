"""The stand-in answers as the recorded servers did. See README.md."""
import os
import pathlib
import subprocess
import tempfile

import pytest

from tests.contract.headscale_target import Target
from tests.contract.replay import recording, session

SEEDS = os.environ.get("MASTHEAD_REPLAY_SEEDS", "1,2").split(",")

# What the stand-in does not imitate, by the recorded call. Each must still differ, else its line has to go.
# The debug pages below are for headscale's developers; Masthead reads none of them.
DEBUG_PAGES = {
    165: "debug-config: a dump of a Go structure",
    166: "debug-nodestore: only the host facts that Masthead reads (system, versions, name, routes, region)",
    168: "debug-filter: the stand-in compiles no packet filter",
    169: "debug-derp: the stand-in has no DERP map",
}
EXCEPTIONS = {"0.29.2": DEBUG_PAGES, "0.30-dev": DEBUG_PAGES}
MOST_EXCEPTIONS = 10


def require_programs():
    for program in (session.DEMO, session.GRPC):
        if not program.exists():
            pytest.skip(f"{program} is not built; build the targets headscale-demo and replay_grpc")


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("surface", ["gateway", "grpc", "tcp", "socket"])
def test_replay(surface, seed):
    require_programs()
    found, count = session.run(surface, seed)
    assert count == 171
    allowed = EXCEPTIONS["0.29.2" if surface in ("gateway", "grpc") else "0.30-dev"]
    unexpected = [line for index, lines in sorted(found.items()) if index not in allowed for line in lines]
    assert not unexpected, f"surface {surface}, seed {seed}:\n" + "\n".join(unexpected)
    agreeing = {index: why for index, why in allowed.items() if index not in found}
    assert not agreeing, f"no longer exceptions, remove them: {agreeing}"


def test_the_exceptions_are_few():
    assert len({why for names in EXCEPTIONS.values() for why in names.values()}) <= MOST_EXCEPTIONS


def test_the_order_and_the_names_change_with_the_seed():
    require_programs()
    first, second = session.Session("tcp", "1"), session.Session("tcp", "2")
    assert first.renaming.names != second.renaming.names
    calls = recording.load("0.30-dev")
    orders = [[call["index"] for call in recording.merged(calls, s.random)] for s in (first, second)]
    assert orders[0] != orders[1] and sorted(orders[0]) == sorted(orders[1]) == list(range(171))


def test_the_stand_in_cannot_see_the_recordings():
    require_programs()
    assert any(session.DATA.rglob("0.29.2.json"))
    with tempfile.TemporaryDirectory() as folder:
        target = Target(session.hidden_program(folder), "0.29", ["--nodes", "0", "--users", "0"])
        try:
            seen = pathlib.Path(f"/proc/{target.process.pid}/root{session.DATA}")
            assert os.listdir(seen) == []
        finally:
            target.stop()


def test_the_program_holds_nothing_recorded():
    require_programs()
    program = session.DEMO.read_bytes()
    for text in (b"FtqmxMETowS4prZycQ4veM8Y", b"tests/data", b"tJ0kmnuF9Kbp", b"eve@example.com", b"bobby"):
        assert text not in program, text


def test_a_difference_is_noticed():
    """The comparison itself: a stand-in that answered with one wrong word would be caught."""
    recorded = {"user": {"id": "1", "name": "alice", "createdAt": "2026-11-21T07:26:16.378423Z"}}
    ours = {"user": {"id": "7", "name": "alice", "createdAt": "2027-01-02T07:26:16.1Z"}}
    from tests.contract.replay.comparing import differences, normal
    assert not differences(normal(recorded), normal(ours))
    for wrong in ({"user": {**ours["user"], "name": "alize"}}, {"user": {**ours["user"], "id": "x"}}, {"user": {"id": "7", "name": "alice"}},
                  {"user": {**ours["user"], "createdAt": "0001-01-01T00:00:00Z"}}, {"user": {**ours["user"], "email": ""}}, {}):
        assert differences(normal(recorded), normal(wrong)), wrong
