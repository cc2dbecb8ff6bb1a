"""Ten thousand USSD sessions of random people: no error, no malformed screen, nothing stored twice,
every answer stored, nothing stored that was not said.

The suite plays 100 in each of its ten runs.  All ten thousand:
`FUZZ_SESSIONS=1000 make test ARGS=tests/integration/test_fuzz_ussd.py`; FUZZ_SEED draws others.
"""

from __future__ import annotations

import os
import random

import pytest

from tests import servers as test_servers
from tests.conftest import REFERENCE_TABLES
from tests.fuzzing.dialling import World
from tests.fuzzing.line import Op
from tests.fuzzing.records import Records
from tests.fuzzing.shrink import shrink
from tests.fuzzing.walking import Walker

RUNS = 10
SESSIONS = int(os.environ.get("FUZZ_SESSIONS", "100"))
SEED = int(os.environ.get("FUZZ_SEED", "1"))
pytestmark = [pytest.mark.usefixtures("loaded_rt"), pytest.mark.timeout(max(600, 3 * SESSIONS))]
PHONES, AT_ONCE = 120, 12


@pytest.fixture
def records(engine):
    records = Records(engine)
    yield records
    records.close()


@pytest.fixture
def new_world(client, app, loaded_rt, clock, records, engine):
    """A function that gives an empty world, again and again."""
    made = []

    def new() -> World:
        test_servers.empty(engine, loaded_rt.redis, REFERENCE_TABLES)
        made.append(World(client, app, loaded_rt, clock, records))
        return made[-1]

    yield new
    for world in made:
        world.close()


def failure(world: World, ops: list[Op]) -> str:
    """What goes wrong when these things happen, or nothing."""
    for op in ops:
        try:
            world.do(op)
        except AssertionError as error:
            return f"{type(error).__name__}: {error}"
    return ""


def told(world: World, wrong: str, ops: list[Op]) -> str:
    phone = f"{ops[-1].phone:>3} "
    mine = [line for line in world.history if line.startswith((phone, "    "))]
    lines = "\n".join(mine[-40:])
    return f"{wrong}\n{lines}\n" + "\n".join(f"    {op}," for op in ops)


@pytest.mark.parametrize("run", range(RUNS))
def test_whatever_people_key_every_screen_is_right_and_every_answer_is_kept(run, new_world):
    world, walker = new_world(), Walker(random.Random(SEED * 1000 + run), PHONES, AT_ONCE)
    ops: list[Op] = []
    while world.sessions < SESSIONS:
        ops.append(walker.next(world))
        if wrong := failure(world, ops[-1:]):
            pytest.fail(told(*_shortest(new_world, world, ops, wrong)))


def _shortest(new_world, world, ops, wrong):
    """The failure once more, with as little as it needs."""
    kind = wrong[:24]

    def fails(some):
        return failure(new_world(), list(some)).startswith(kind)

    phone = ops[-1].phone
    mine = [op for op in ops if op.phone == phone or op.what in {"forget", "wait", "office"}]
    if not fails(mine):
        return world, wrong, ops[-1:]
    short = shrink(mine, fails)
    world = new_world()
    return world, failure(world, short) or wrong, short
