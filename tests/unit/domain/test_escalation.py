"""A late case climbs one rung at a time, and only the citizen reaches the Ombudsman."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedback_service.domain.calendar import NAIROBI, WorkingCalendar
from feedback_service.domain.escalation import (
    LADDER,
    OMBUDSMAN_LEVEL,
    after_appeal,
    after_dispute,
    level_at,
    may_appeal,
    rung_at,
    rungs_climbed,
)

KENYA = WorkingCalendar()


def _at(text: str) -> datetime:
    return datetime.strptime(f"2026-06-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=NAIROBI)


DUE = _at("05 17:00")  # a Friday


@pytest.mark.parametrize(
    ("now", "level"),
    [
        ("05 16:59", 0),
        ("05 17:00", 0),
        ("05 17:01", 1),
        ("07 12:00", 1),
        ("12 16:59", 1),
        ("12 17:00", 2),  # five working days later
        ("19 16:59", 2),
        ("19 17:00", 3),
        ("30 17:00", 3),
    ],
)
def test_a_late_case_rises_once_per_rung(now: str, level: int) -> None:
    assert level_at(DUE, _at(now), KENYA) == level


@settings(max_examples=60, deadline=None)
@given(st.lists(st.timedeltas(timedelta(days=-30), timedelta(days=900)), min_size=2, max_size=2))
def test_the_clock_never_lowers_a_level_nor_reaches_the_ombudsman(waits: list[timedelta]) -> None:
    earlier, later = (level_at(DUE, DUE + wait, KENYA) for wait in sorted(waits))
    assert earlier <= later < OMBUDSMAN_LEVEL


@pytest.mark.parametrize(
    ("level", "disputes", "expected"),
    [
        (0, 1, 0),
        (0, 2, 1),
        (1, 1, 1),
        (1, 2, 2),
        (2, 3, 3),
        (3, 2, 3),
        (3, 9, 3),
        (OMBUDSMAN_LEVEL, 2, OMBUDSMAN_LEVEL),
    ],
)
def test_not_solved_pressed_again_climbs_one_rung(level: int, disputes: int, expected: int) -> None:
    assert after_dispute(level, disputes) == expected


@pytest.mark.parametrize(
    ("level", "disputes", "late", "may"),
    [
        (0, 0, False, False),
        (0, 0, True, True),
        (0, 1, False, True),
        (2, 2, True, True),
        (3, 2, True, True),
        (OMBUDSMAN_LEVEL, 2, True, False),
    ],
)
def test_an_appeal_is_open_to_who_waited_too_long_or_was_not_helped(
    level: int, disputes: int, late: bool, may: bool
) -> None:
    assert may_appeal(level, disputes, late=late) is may


@pytest.mark.parametrize(
    ("level", "expected"), [(0, 1), (1, 2), (2, 3), (3, 4), (OMBUDSMAN_LEVEL, OMBUDSMAN_LEVEL)]
)
def test_an_appeal_climbs_one_rung_and_never_down(level: int, expected: int) -> None:
    assert after_appeal(level) == expected


def test_every_level_has_somebody_who_must_answer() -> None:
    keys = [rung_at(level).key for level in range(OMBUDSMAN_LEVEL + 1)]
    assert keys == ["officer", "supervisor", "accounting_officer", "oversight_body", "ombudsman"]


@pytest.mark.parametrize(
    ("before", "now", "keys"),
    [
        (0, 0, []),
        (0, 1, ["supervisor"]),
        (0, 3, ["supervisor", "accounting_officer", "oversight_body"]),
        (2, 1, []),
    ],
)
def test_no_rung_is_skipped_when_several_are_climbed_at_once(
    before: int, now: int, keys: list[str]
) -> None:
    assert [rung.key for rung in rungs_climbed(before, now)] == keys


def test_the_ladder_goes_up() -> None:
    assert [rung.level for rung in LADDER] == list(range(len(LADDER)))
    waits = [rung.overdue_working_days for rung in LADDER]
    assert waits == sorted(waits)


def test_zones_do_not_matter() -> None:
    assert level_at(DUE.astimezone(UTC), _at("12 17:00"), KENYA) == 2
