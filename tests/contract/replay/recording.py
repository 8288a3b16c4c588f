"""The recorded calls, sorted into lanes: within a lane the order counts (later calls see what earlier ones made), between
lanes it is free except for what AFTER says. `merged` gives one of the many orders, by seed."""
import json
import pathlib

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "data" / "recorded"

# lane: first and last call. Calls of the public listener are a lane each: they depend on nothing.
LANES = {"users": (36, 57), "keys": (58, 75), "policy": (76, 100), "nodes": (101, 148), "backfill": (149, 149), "apikeys": (150, 155),
         "goodbye": (156, 157), "last": (158, 170)}
# A key belongs to the first user; the policy's tests speak of a user without nodes; nodes need the policy's tags and join
# with the key after the first five; deleting the second user ends its lane.
AFTER = {"keys": ["users"], "policy": [], "nodes": ["policy", "keys"], "backfill": ["nodes"], "apikeys": [], "goodbye": ["nodes"],
         "last": ["goodbye", "apikeys", "backfill"], "users": []}
FREE = range(0, 34)


def load(version):
    calls = json.loads((FOLDER / f"{version}.json").read_text())["calls"]
    for index, call in enumerate(calls):
        call["index"] = index
        # Nothing is made yet when the socket is first asked, and one of the first answers is a list of users.
        call["early"] = index in (34, 35)
    return calls


def merged(calls, random):
    """The calls in an order drawn with `random`."""
    lanes = {name: calls[first:last + 1] for name, (first, last) in LANES.items()}
    free = [calls[index] for index in FREE]
    random.shuffle(free)
    after = dict(AFTER)
    for number, call in enumerate(free):
        lanes[f"free{number}"] = [call]
        after[f"free{number}"] = []
    out = [call for call in calls if call["early"]]
    while lanes:
        ready = [name for name in sorted(lanes) if not any(other in lanes for other in after[name])]
        # Long lanes are drawn more often, so that the free calls spread over the whole run.
        name = random.choices(ready, [len(lanes[name]) for name in ready])[0]
        out.append(lanes[name].pop(0))
        if not lanes[name]:
            del lanes[name]
    return out
