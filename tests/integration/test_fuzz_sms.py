"""A thousand random messages by fifty people with open cases: each is kept, has one effect and at
most one answer, whoever stopped hears nothing else, and no words are lost.
"""

from __future__ import annotations

import os
import random

import pytest

from tests import servers as test_servers
from tests.conftest import REFERENCE_TABLES
from tests.fuzzing.line import Op
from tests.fuzzing.records import Records
from tests.fuzzing.shrink import shrink
from tests.fuzzing.writer import Writer
from tests.fuzzing.writing import Country

RUNS = 4
MESSAGES = int(os.environ.get("FUZZ_MESSAGES", "250"))
SEED = int(os.environ.get("FUZZ_SEED", "1"))
pytestmark = [pytest.mark.usefixtures("loaded_rt"), pytest.mark.timeout(max(600, MESSAGES))]
AROUND = {"office", "wait", "drain"}


@pytest.fixture
def records(engine):
    records = Records(engine)
    yield records
    records.close()


@pytest.fixture
def new_country(client, app, loaded_rt, clock, records, engine):
    """A function that gives an empty country, again and again."""
    made = []

    def new() -> Country:
        test_servers.empty(engine, loaded_rt.redis, REFERENCE_TABLES)
        made.append(Country(client, app, loaded_rt, clock, records))
        return made[-1]

    yield new
    for country in made:
        country.close()


def failure(country: Country, ops: list[Op]) -> str:
    """What goes wrong when these things happen, or nothing."""
    for op in ops:
        try:
            country.do(op)
        except AssertionError as error:
            return f"{type(error).__name__}: {error}"
    return ""


@pytest.mark.parametrize("run", range(RUNS))
def test_whatever_people_write_is_kept_and_answered_once(run, new_country):
    country, writer = new_country(), Writer(random.Random(SEED * 1000 + run))
    ops: list[Op] = []
    while country.messages < MESSAGES:
        ops.append(writer.next(country))
        if wrong := failure(country, ops[-1:]):
            pytest.fail(told(*_shortest(new_country, country, ops, wrong)))


def told(country: Country, wrong: str, ops: list[Op]) -> str:
    lines = "\n".join(country.history[-30:])
    return f"{wrong}\n{lines}\n" + "\n".join(f"    {op}," for op in ops)


def _shortest(new_country, country, ops, wrong):
    """The failure once more, with as little as it needs."""
    kind = wrong[:20]

    def fails(some):
        return failure(new_country(), list(some)).startswith(kind)

    last = ops[-1]
    mine = [op for op in ops if op.phone == last.phone or op.what in AROUND]
    short = shrink(mine if last.what not in AROUND and fails(mine) else ops, fails)
    again = new_country()
    return again, failure(again, short) or wrong, short
