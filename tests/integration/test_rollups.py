"""Rollups follow every change of the facts: after each refresh they are what the facts say."""

import random
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from feedback_service.domain.cases import CaseKind, Lane, Outcome
from feedback_service.domain.periods import Period
from feedback_service.domain.ratings import Sample
from feedback_service.models import (
    Case,
    Rating,
    RollupChange,
)
from feedback_service.scoring import counting, rollups
from feedback_service.scoring.counting import Dimension, Frame, Group
from tests.integration.scoring_planting import PERIOD, a_case, a_citizen, a_rating

QUARTER = Period.parse(PERIOD)
DIMENSIONS = (None, *Dimension)


@pytest.fixture
def loaded(rt: Any, own_registry: None) -> Any:
    return rt


def plant(rt: Any, *rows: Any) -> None:
    with rt.transaction() as session:
        session.add_all(rows)


def built(rt: Any) -> None:
    """As the clock builds and keeps them."""
    while rollups.keep_up(rt):
        pass


def marks(rt: Any) -> list[tuple[bool, str]]:
    with rt.transaction() as session:
        found = session.execute(
            sa.select(RollupChange.of_cases, RollupChange.institution_id).order_by(RollupChange.id)
        )
        return [(row.of_cases, row.institution_id) for row in found]


def both_ways(rt: Any, period: Period = QUARTER) -> list[tuple[dict[Group, Any], ...]]:
    with rt.transaction() as session:
        frame = Frame(period, rt.now())
        return [
            (rollups.tallies(session, frame, one), counting.tallies(session, frame, one))
            for one in DIMENSIONS
        ]


def test_what_is_kept_is_what_the_facts_say_whatever_happens(loaded: Any, clock: Any) -> None:
    draw = random.Random(20260701)
    plant(loaded, a_rating())
    built(loaded)
    with loaded.transaction() as session:
        people = [a_citizen(session) for _ in range(5)]
    told = 0
    for step in range(12):
        with loaded.transaction() as session:
            for _ in range(6):
                _happen(draw, session, people, loaded.now(), step)
        clock.set(loaded.now() + timedelta(hours=draw.choice((0, 1, 9, 30, -20))))
        rollups.bring_up(loaded)
        for period in (QUARTER, QUARTER.previous()):
            for kept, counted in both_ways(loaded, period):
                assert kept == counted
                told += len(kept)
    assert told > 400
    assert rollups.verify(loaded) is None


def _happen(draw: random.Random, session: Any, people: Any, now: Any, step: int) -> None:
    """Something that happens to a rating or a case."""
    kind = draw.choice((Rating, Case))
    rows = session.scalars(sa.select(kind)).all()
    choice = draw.random()
    if choice < 0.5 or not rows:
        session.add(_rating(draw, people, now) if kind is Rating else _case(draw, now, step))
    elif choice < 0.6:
        session.delete(draw.choice(rows))
    else:
        new = _rating(draw, people, now) if kind is Rating else _case(draw, now, step)
        _change(draw, draw.choice(rows), new)
    session.flush()  # The next one that happens may be about the same row.


def _change(draw: random.Random, row: Any, new: Any) -> None:
    """Some of its columns become those of another: moved, answered, sent to another lane."""
    given = [key for key in sa.inspect(new).dict if key not in ("id", "source", "reference")]
    for key in draw.sample(given, 4):
        setattr(row, key, getattr(new, key))


def _rating(draw: random.Random, people: Any, now: Any) -> Rating:
    return a_rating(
        citizen_id=draw.choice((None, *people)), institution_id=draw.choice(("NRB", "DIS", None)),
        county_code=draw.choice((1, 47, None)), language=draw.choice(("sw", "en")),
        score=draw.randint(1, 5), on_time=draw.choice((True, False, None)),
        paid_extra_kes=draw.choice((None, 50, 700)), had_problem=draw.choice((True, False, None)),
        complete=draw.random() < 0.7, simulated=draw.random() < 0.1,
        sample=draw.choice(list(Sample)),
        given_at=now - timedelta(hours=draw.choice((0, 1, 2, 3, 30, 24 * 70))),
    )  # fmt: skip


def _case(draw: random.Random, now: Any, step: int) -> Case:
    due = now + timedelta(hours=draw.choice((-24 * 70, -200, -30, -1, 0, 1, 5, 30, 200)))
    moments = (None, due - timedelta(days=1), due, due + timedelta(days=2))
    return a_case(
        draw.randrange(10**8), due_at=due, acknowledge_due_at=due, received_on=due.date(),
        acknowledged_at=draw.choice(moments), resolved_at=draw.choice(moments),
        closed_at=draw.choice(moments), outcome=draw.choice((None, *Outcome)),
        lane=draw.choice(list(Lane)), kind=draw.choice(list(CaseKind)),
        institution_id=draw.choice(("NRB", "DIS")), county_code=draw.choice((1, 47, None)),
        urgent=draw.random() < 0.3, disputes=draw.choice((0, 0, 1)), simulated=draw.random() < 0.1,
    )  # fmt: skip
