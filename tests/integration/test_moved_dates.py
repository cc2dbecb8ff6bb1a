"""Days gazetted afterwards: what moves, what stays, and the trace it leaves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from feedback_service import audit, redress, registry
from feedback_service.domain.cases import Action, Actor
from feedback_service.domain.information import Handling
from feedback_service.domain.periods import Period
from feedback_service.models import Case, Holiday, MovedDate, Role
from feedback_service.redress import moved
from feedback_service.registry import gazette, shapes
from tests.desk_world import DeskWorld

pytestmark = pytest.mark.servers

WEDNESDAY = date(2026, 3, 4)
"""Two days after the clock's Monday, inside the five working days of the test charter."""


@pytest.fixture
def gazetted(rt: Any) -> Callable[..., None]:
    def entered(day: date = WEDNESDAY, county: int | None = None) -> None:
        row = shapes.Holiday(day, "Idd-ul-Fitr", county, "Gazette notice 1")
        with rt.transaction() as session:
            gazette.enter(session, [row], None, rt.now())
        rt.kept.clear()

    return entered


def due(rt: Any, case: Case) -> tuple[date, date]:
    with rt.transaction() as session:
        row = session.get_one(Case, case.id)
        return row.acknowledge_due_at.date(), row.due_at.date()


def traces(rt: Any) -> list[MovedDate]:
    with rt.transaction() as session:
        return list(session.scalars(sa.select(MovedDate).order_by(MovedDate.which)))


def test_a_day_gazetted_afterwards_moves_the_date_and_is_written_down(
    world: DeskWorld, rt: Any, clock: Any, gazetted: Any
) -> None:
    case = world.case()
    was = case.due_at
    clock.forward(days=3)
    gazetted()
    assert moved.recompute(rt) == 1
    assert due(rt, case) == (date(2026, 3, 3), date(2026, 3, 10))
    (trace,) = traces(rt)
    assert (trace.which, trace.was, trace.became) == ("resolve", was, was + timedelta(days=1))
    assert moved.reasons(trace.because) == [moved.Reason(WEDNESDAY, "Idd-ul-Fitr", False)]
    with rt.transaction() as session:
        [line] = [one for one in audit.lines(session) if one.what == "holiday.add"]
        assert line.subject == "2026-03-04/0"


def test_reckoning_again_moves_nothing_and_the_day_is_done_with(
    world: DeskWorld, rt: Any, clock: Any, gazetted: Any
) -> None:
    world.case()
    gazetted()
    assert moved.recompute(rt) == 1
    clock.forward(minutes=2)
    assert moved.recompute(rt) == 0
    with rt.transaction() as session:
        assert gazette.pending(session) == []
    assert len(traces(rt)) == 1


def test_a_day_taken_back_gives_the_date_back(
    world: DeskWorld, rt: Any, clock: Any, gazetted: Any
) -> None:
    case = world.case()
    gazetted()
    moved.recompute(rt)
    clock.forward(minutes=2)
    moved.recompute(rt)
    with rt.transaction() as session:
        gazette.end(session, WEDNESDAY, 0, None, rt.now())
    assert moved.recompute(rt) == 1
    assert due(rt, case)[1] == date(2026, 3, 9)
    last = max(traces(rt), key=lambda one: one.at)
    assert moved.reasons(last.because) == [moved.Reason(WEDNESDAY, "Idd-ul-Fitr", True)]
    with rt.transaction() as session:
        assert WEDNESDAY not in registry.calendar(rt, session).holidays
        gazette.enter(session, [shapes.Holiday(WEDNESDAY, "Again", None, "x")], None, rt.now())
    assert moved.recompute(rt) == 1


# What was asked of the day, and whether the case's dates move.
REACH: list[tuple[str, dict[str, Any], date, int | None, int]] = [
    ("the whole country", {"county": 47}, WEDNESDAY, None, 1),
    ("its own county", {"county": 47}, WEDNESDAY, 47, 1),
    ("another county", {"county": 47}, WEDNESDAY, 1, 0),
    ("a county, of a case without one", {}, WEDNESDAY, 1, 0),
    ("the day it is acknowledged by", {}, date(2026, 3, 3), None, 2),
    ("the day it is due", {}, date(2026, 3, 9), None, 1),
    ("the day after it is due", {}, date(2026, 3, 10), None, 0),
    ("the day before it came", {}, date(2026, 3, 1), None, 0),
    ("a Saturday", {}, date(2026, 3, 7), None, 0),
]


@pytest.mark.parametrize(
    ("case", "day", "county", "dates"), [row[1:] for row in REACH], ids=[row[0] for row in REACH]
)
def test_a_day_moves_only_what_it_touches(
    world: DeskWorld, rt: Any, gazetted: Any, case: dict[str, Any], day: date,
    county: int | None, dates: int,
) -> None:  # fmt: skip
    world.case(**case)
    gazetted(day, county)
    assert moved.recompute(rt) == dates
    assert len(traces(rt)) == dates


def test_many_cases_are_reckoned_in_batches_and_answered_ones_too(
    world: DeskWorld, rt: Any, gazetted: Any
) -> None:
    cases = [world.case() for _ in range(5)]
    redress.act(rt, cases[0].id, redress.Act(Action.RESOLVE, Actor.OFFICER, "Come on Friday"))
    gazetted()
    assert moved.recompute(rt, batch=2) == 5
    assert {due(rt, case)[1] for case in cases} == {date(2026, 3, 10)}
    with rt.transaction() as session:
        moved_on = sa.select(Case).where(Case.first_due_at == Case.due_at)
        assert len(session.scalars(moved_on).all()) == 5, "and with it the quarter that counts them"


def test_a_frozen_quarter_is_never_touched(world: DeskWorld, rt: Any, gazetted: Any) -> None:
    case = world.case()
    gazetted()
    assert moved.recompute(rt, frozen=[Period.parse("FY2025/26-Q3")]) == 0
    assert due(rt, case)[1] == date(2026, 3, 9)
    assert traces(rt) == []


def test_a_word_that_comes_later_does_not_move_a_case_out_of_its_frozen_quarter(
    world: DeskWorld, rt: Any, clock: Any, gazetted: Any
) -> None:
    case = world.case()
    clock.forward(days=60)
    gazetted()
    moved.recompute(rt, frozen=[Period.parse("FY2025/26-Q3")])
    redress.act(rt, case.id, redress.Act(Action.ANSWER, Actor.CITIZEN, "I still wait."))
    with rt.transaction() as session:
        assert session.get_one(Case, case.id).first_due_at == case.due_at


def test_a_case_whose_promise_became_shorter_is_still_first_due_by_the_newest_calendar(
    world: DeskWorld, rt: Any, gazetted: Any
) -> None:
    case = world.case("Please give me the list.", handling=Handling.INFORMATION)
    redress.act(rt, case.id, redress.Act(Action.ACKNOWLEDGE, Actor.OFFICER))
    agrees = world.staff(Role.SUPERVISOR, "NRB").id
    for who, by in ((Actor.OFFICER, None), (Actor.SUPERVISOR, agrees)):
        looked = redress.Act(Action.RECLASSIFY, who, "Looked again", handling=Handling.COMPLAINT)
        redress.act(rt, case.id, replace(looked, staff_id=by))
    assert due(rt, case)[1] == date(2026, 3, 9)
    gazetted(date(2026, 3, 23))  # when it was first due, long after it is due
    moved.recompute(rt)
    with rt.transaction() as session:
        first = session.get_one(Case, case.id).first_due_at
    assert (case.due_at.date(), first.date()) == (date(2026, 3, 23), date(2026, 3, 24))


def test_a_case_opened_after_the_day_was_known_is_not_moved(
    world: DeskWorld, rt: Any, gazetted: Any
) -> None:
    gazetted()
    case = world.case()
    assert due(rt, case)[1] == date(2026, 3, 10)
    assert moved.recompute(rt) == 0


def test_a_load_of_the_files_does_not_bring_back_a_day_that_was_taken_back(loaded_rt: Any) -> None:
    rt, day = loaded_rt, date(2025, 6, 6)
    with rt.transaction() as session:
        gazette.end(session, day, 0, None, rt.now())
        session.execute(sa.text("update registry_state set digest = ''"))
    assert registry.load(rt).changed
    with rt.transaction() as session:
        row = session.get_one(Holiday, (day, 0))
        assert row.ended_at is not None
        row.ended_at = None  # the registry is kept between tests
