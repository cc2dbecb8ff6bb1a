"""Office hours of institutions and counties: whose, from when, and what earlier cases keep."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any

import pytest

from feedback_service import audit, redress, registry
from feedback_service.domain.calendar import NAIROBI
from feedback_service.domain.cases import Action, Actor
from feedback_service.models import Case, Role
from feedback_service.redress import Act, act, case_file, history, moved, timing
from feedback_service.registry import gazette, hours, shapes
from feedback_service.registry.hours import Hours
from tests.desk_world import Browser, DeskWorld
from tests.integration.incidents_world import officer

pytestmark = pytest.mark.servers

MONDAY = date(2026, 3, 2)
SUNDAY_ONLY = frozenset({6})


def keep(rt: Any, scope: str, day: date = MONDAY, closes: int = 19) -> None:
    with rt.transaction() as session:
        hours.keep(session, Hours(scope, day, time(7), time(closes), SUNDAY_ONLY), None, rt.now())
    rt.kept.clear()


# Whose hours are kept, from when; and the hour at which an office of NRB in county 47 closes.
WHOSE = [
    ("the institution's", "NRB", MONDAY, 19),
    ("another institution's", "DIS", MONDAY, 17),
    ("the county's", "county:47", MONDAY, 19),
    ("another county's", "county:1", MONDAY, 17),
    ("from tomorrow", "NRB", date(2026, 3, 3), 17),
]


@pytest.mark.parametrize(
    ("scope", "day", "closes"), [row[1:] for row in WHOSE], ids=[row[0] for row in WHOSE]
)
def test_an_office_is_timed_by_its_own_hours_from_the_day_they_take_effect(
    world: DeskWorld, rt: Any, scope: str, day: date, closes: int
) -> None:
    keep(rt, scope, day)
    with rt.transaction() as session:
        assert registry.calendar(rt, session, 47, "NRB").closes == time(closes)
    case = world.case(county=47)
    # Five working days after Monday: Saturday counts where the office is open on it.
    due = (7, 16) if closes == 19 else (9, 14)
    assert (case.due_at.day, case.due_at.hour) == due


def test_an_institution_s_hours_go_before_its_county_s(world: DeskWorld, rt: Any) -> None:
    keep(rt, "county:47", closes=12)
    keep(rt, "NRB", closes=19)
    with rt.transaction() as session:
        assert registry.calendar(rt, session, 47, "NRB").closes == time(19)
        assert registry.calendar(rt, session, 47, "DIS").closes == time(12)


def test_a_case_keeps_the_hours_it_came_in_whatever_comes_later(
    world: DeskWorld, rt: Any, clock: Any
) -> None:
    before = world.case()
    keep(rt, "NRB")
    after = world.case()
    keep(rt, "NRB", closes=10)
    for case, due in ((before, (9, 14)), (after, (7, 16))):
        act(rt, case.id, Act(Action.TRANSFER, Actor.OFFICER, "Theirs", unit_id="DIS-R"))
        act(rt, case.id, Act(Action.ANSWER, Actor.CITIZEN, "More words"))
        with rt.transaction() as session:
            now = session.get_one(Case, case.id).due_at.astimezone(UTC)
        assert (now.day, now.hour) == due


@pytest.mark.parametrize("scope", ["NRB", "county:47"])
def test_every_clock_of_a_case_runs_in_the_hours_it_came_in(
    world: DeskWorld, rt: Any, clock: Any, scope: str
) -> None:
    """The page, the file for others, the next appeal and the ladder: all from one calendar."""
    before = world.case(county=47)
    keep(rt, scope)
    after = world.case(county=47)
    auditor = officer(world, Role.AUDITOR, None)
    clock.set(datetime(2026, 3, 7, 6, tzinfo=UTC))  # Saturday 9:00: one office works
    for case, minutes in ((before, 5 * 540 - 60), (after, 4 * 720 + 600 + 120)):
        with rt.transaction() as session:
            row = session.get_one(Case, case.id)
            row.level, events = 1, history.moments(session, row)
            file = case_file.of_case(rt, session, auditor, row.reference)
            rested = redress.rests_until(rt, session, row)
            calendar = timing.calendar_of(rt, session, row, events)
        assert sum(held["working_minutes"] for held in file["custody"]) == minutes
        assert calendar.closes == time(17 if case is before else 19)
        assert rested.astimezone(NAIROBI).hour == (17 if case is before else 19)


def test_a_day_gazetted_afterwards_is_reckoned_in_the_case_s_own_hours(
    world: DeskWorld, rt: Any
) -> None:
    keep(rt, "NRB")
    case = world.case()
    row = shapes.Holiday(date(2026, 3, 5), "Idd", None, "x")
    with rt.transaction() as session:
        gazette.enter(session, [row], None, rt.now())
    assert moved.recompute(rt) == 1
    with rt.transaction() as session:
        due = session.get_one(Case, case.id).due_at
    assert due == datetime(2026, 3, 9, 16, tzinfo=UTC)


FORM = {"scope": "NRB", "effective_from": "2026-03-02", "opens": "07:00", "closes": "19:00",
        "weekend": "6"}  # fmt: skip
REFUSED = [
    ("nobody's", {"scope": "XYZ"}, "scope"),
    ("from yesterday", {"effective_from": "2026-03-01"}, "effective_from"),
    ("without a day", {"effective_from": ""}, "effective_from"),
    ("without an hour", {"opens": "seven"}, "opens"),
    ("closed before it opens", {"closes": "06:00"}, "closes"),
    ("shut all week", {"weekend": list("0123456")}, "weekend"),
]


def test_hours_are_kept_on_the_page_and_stand_on_record(
    world: DeskWorld, app: Any, rt: Any
) -> None:
    chief = Browser(app, world.staff(Role.ADMINISTRATOR, None))
    assert chief.post("/desk/calendar/hours", **FORM).status_code == 303
    page = chief.get("/desk/calendar").text
    assert "07:00–19:00" in page  # noqa: RUF001 - typography
    with rt.transaction() as session:
        assert [(line.what, line.subject) for line in audit.lines(session)] == [
            ("hours.set", "NRB")
        ]
    assert world.case().due_at.day == 7


@pytest.mark.parametrize(
    ("typed", "field"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED]
)
def test_hours_nobody_can_keep_are_refused_beside_their_field(
    world: DeskWorld, app: Any, typed: dict[str, Any], field: str
) -> None:
    chief = Browser(app, world.staff(Role.ADMINISTRATOR, None))
    sent = chief.post("/desk/calendar/hours", **(FORM | typed))
    assert sent.status_code == 422
    assert f'href="#hours-{field}"' in sent.text
