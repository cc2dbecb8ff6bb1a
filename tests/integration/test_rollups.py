"""Rollups follow every change of the facts: after each refresh they are what the facts say."""

import random
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from analytics.scorecards import Tier
from feedback_service import scoring, visits
from feedback_service.domain.cases import CaseKind, Lane, Outcome
from feedback_service.domain.periods import Period
from feedback_service.domain.ratings import Sample
from feedback_service.models import (
    RATING_NUMBERS,
    Case,
    DeclaredCount,
    Rating,
    RollupChange,
    RollupQuarter,
    RollupState,
)
from feedback_service.scoring import counting, rollups
from feedback_service.scoring.counting import Days, Dimension, Frame, Group
from feedback_service.scoring.earlier import earlier
from feedback_service.scoring.rollups import parts, refreshing
from feedback_service.scoring.trends import trend
from tests.integration.command_line import run
from tests.integration.scoring_planting import IN_QUARTER, PERIOD, a_case, a_citizen, a_rating

__all__ = ["run"]

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
    for step in range(7):
        with loaded.transaction() as session:
            for _ in range(6):
                _happen(draw, session, people, loaded.now(), step)
        clock.set(loaded.now() + timedelta(hours=draw.choice((0, 1, 9, 30, -20))))
        rollups.bring_up(loaded)
        for period in (QUARTER, QUARTER.previous()):
            for kept, counted in both_ways(loaded, period):
                assert kept == counted
                told += len(kept)
    assert told > 150
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
        first_due_at=due - timedelta(hours=draw.choice((0, 0, 20, 24 * 60))),
        acknowledged_at=draw.choice(moments), resolved_at=draw.choice(moments),
        closed_at=draw.choice(moments), outcome=draw.choice((None, *Outcome)),
        lane=draw.choice(list(Lane)), kind=draw.choice(list(CaseKind)),
        institution_id=draw.choice(("NRB", "DIS")), county_code=draw.choice((1, 47, None)),
        urgent=draw.random() < 0.3, disputes=draw.choice((0, 0, 1)), simulated=draw.random() < 0.1,
    )  # fmt: skip


def test_each_change_marks_the_days_it_touches_and_no_other(loaded: Any) -> None:
    plant(loaded, a_rating(source="one"), a_case(1))
    assert sorted(marks(loaded)) == [(False, "NRB"), (True, "NRB")]
    changes = (
        (Case, {"warned_at": loaded.now(), "asked": 1, "text": "other words"}, []),
        (Case, {"lane": Lane.HELD}, [(True, "NRB")]),
        (Case, {"due_at": loaded.now()}, [(True, "NRB")]),
        (Case, {"institution_id": "DIS"}, [(True, "NRB"), (True, "DIS")]),
        (Rating, {"score": 4}, []),  # as before
        (Rating, {"score": 1}, [(False, "NRB")]),
        (Rating, {"institution_id": None}, [(False, "NRB"), (False, "")]),
    )
    for kind, values, expected in changes:
        with loaded.transaction() as session:
            session.execute(sa.delete(RollupChange))
            session.execute(sa.update(kind).values(**values))
        assert marks(loaded) == expected, values


def test_a_reader_takes_in_what_changed_before_reading(loaded: Any) -> None:
    plant(loaded, a_rating())
    assert answers(loaded) == 1, "counted from the facts while nothing is built"
    built(loaded)
    plant(loaded, a_rating(score=1))
    assert marks(loaded)
    assert answers(loaded) == 2
    assert not marks(loaded)


def answers(rt: Any) -> int:
    card = scoring.card(rt, "NRB", QUARTER, public=False)
    return card.figures["satisfaction"].n


def test_a_reader_sees_what_stands_while_another_refresh_is_at_work(loaded: Any) -> None:
    plant(loaded, a_rating())
    built(loaded)
    plant(loaded, a_rating())
    with refreshing.alone(loaded, "1s"):
        assert answers(loaded) == 1
    assert answers(loaded) == 2


def test_another_way_of_counting_is_built_anew(loaded: Any) -> None:
    plant(loaded, a_rating())
    built(loaded)
    with loaded.transaction() as session:
        session.execute(sa.update(RollupState).values(version="older"))
        session.execute(sa.update(RollupQuarter).values(numbers={"score_5": 7}))
    assert answers(loaded) == 1, "what was counted otherwise is not read"
    with loaded.transaction() as session:
        session.add(a_case(7, due_at=IN_QUARTER - timedelta(days=92)))
        session.flush()  # what follows reads the facts
        [before] = earlier(session, QUARTER, loaded.now()).values()
    assert [cell.cases.unresolved for cell in before] == [1], "nor of the quarters before"
    assert rollups.bring_up(loaded) == 0
    built(loaded)
    with loaded.transaction() as session:
        assert session.get_one(RollupState, 1).version == parts.version()
    assert rollups.verify(loaded) is None


def test_the_first_number_that_is_not_what_the_facts_give_is_named(loaded: Any, run: Any) -> None:
    assert run("rollup", "verify")[0] == 1, "nothing is built"
    plant(loaded, *(a_rating() for _ in range(3)), a_case(1))
    built(loaded)
    code, out, err = run("rollup", "verify")
    assert (code, "last digit" in out) == (0, True), err
    with loaded.transaction() as session:
        wrong = sa.update(RollupQuarter).where(RollupQuarter.part == "open")
        session.execute(wrong.values(numbers={"score_4": 4}))
    code, _, err = run("rollup", "verify")
    assert code == 1
    assert f"{PERIOD}: NRB (real), open.score_4: kept 4, counted 3" in err
    assert run("rollup", "rebuild")[0] == 0
    assert run("rollup", "verify")[0] == 0


def test_columns_of_divided_ratings_are_the_numbers_that_are_counted() -> None:
    assert RATING_NUMBERS == counting.ratings.NUMBERS


def test_days_that_follow_each_other_are_counted_together() -> None:
    first = date(2026, 3, 1)
    days = [first + timedelta(days=n) for n in range(3)]
    everywhere = [(False, name, day) for name in ("DIS", "NRB") for day in days]
    [block] = refreshing.blocks([*everywhere, (False, "KRA", first)])
    assert (block.days, block.institutions) == (Days(first, days[-1]), {"DIS", "KRA", "NRB"})
    apart = [(False, "NRB", first), (True, "NRB", first), (False, "NRB", days[2])]
    assert len(list(refreshing.blocks(apart))) == 3
    many = [(False, str(n), day) for n in range(refreshing.IN_ONE) for day in days]
    assert len(list(refreshing.blocks(many))) == 3


def test_a_measured_body_shows_those_the_lot_drew_and_the_others_beside(loaded: Any) -> None:
    fed = [{"source": f"T{n}", "service": "id-first", "county": "47", "at": "2026-03-02T08:00",
            "phone": f"+2547120000{n:02d}"} for n in range(10)]  # fmt: skip
    visits.take(loaded, visits.Feeder("tickets", "NRB"), visits.Batch(visits.Way.API, "x"), fed)
    drawn = [a_rating(sample=Sample.VERIFIED, score=5) for _ in range(40)]
    plant(loaded, *drawn, *(a_rating(score=1) for _ in range(50)))
    open_card = scoring.card(loaded, "NRB", QUARTER)
    assert (open_card.sample, open_card.figures["satisfaction"].n) == (Sample.OPEN, 50)
    assert open_card.tier("satisfaction") is Tier.NOT_MEASURED
    plant(loaded, DeclaredCount(
        institution_id="NRB", period=PERIOD, kind="tickets", count=10, at=loaded.now(),
        evidence="roll A",
    ))  # fmt: skip
    card = scoring.card(loaded, "NRB", QUARTER)
    assert card.frame is not None
    assert card.frame.measured
    assert (card.sample, card.figures["satisfaction"].n) == (Sample.VERIFIED, 40)
    assert card.tier("satisfaction") is Tier.ABOVE
    assert {sample: of["satisfaction"].n for sample, of in card.beside.items()} == {Sample.OPEN: 50}
    [before, now] = trend(loaded, "NRB", "satisfaction", [QUARTER.previous(), QUARTER])
    assert (before.sample, now.sample, now.other_sample) == (Sample.OPEN, Sample.VERIFIED, True)
