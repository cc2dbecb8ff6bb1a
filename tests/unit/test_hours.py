"""When news and surveys may leave: Nairobi's hours, Sundays and holidays, and what is urgent."""

from datetime import date, datetime, time, timedelta

import pytest

from feedback_service.conversations.wording.kinds import Purpose
from feedback_service.domain.calendar import NAIROBI
from feedback_service.outbox.hours import Hours

MASHUJAA = date(2026, 10, 20)
HOURS = Hours((time(21), time(7)), (time(8), time(18)), timedelta(hours=72), frozenset({MASHUJAA}))
ANSWER, NEWS, SURVEY = Purpose


def at(day: str, hour: str) -> datetime:
    return datetime.fromisoformat(f"2026-{day}T{hour}+03:00")


@pytest.mark.parametrize(
    ("purpose", "now", "leaves"),
    [
        pytest.param(ANSWER, at("10-14", "03:00"), at("10-14", "03:00"), id="asked at night"),
        pytest.param(NEWS, at("10-14", "12:00"), at("10-14", "12:00"), id="news at noon"),
        pytest.param(NEWS, at("10-14", "20:59"), at("10-14", "20:59"), id="just before"),
        pytest.param(NEWS, at("10-14", "21:00"), at("10-15", "07:00"), id="in the evening"),
        pytest.param(NEWS, at("10-14", "00:30"), at("10-14", "07:00"), id="after midnight"),
        pytest.param(NEWS, at("10-14", "07:00"), at("10-14", "07:00"), id="the quiet is over"),
        pytest.param(SURVEY, at("10-14", "08:00"), at("10-14", "08:00"), id="a survey by day"),
        pytest.param(SURVEY, at("10-14", "07:59"), at("10-14", "08:00"), id="a minute early"),
        pytest.param(SURVEY, at("10-14", "18:00"), at("10-15", "08:00"), id="after six"),
        pytest.param(SURVEY, at("10-17", "18:30"), at("10-19", "08:00"), id="over Sunday"),
        pytest.param(SURVEY, at("10-18", "12:00"), at("10-19", "08:00"), id="on Sunday"),
        pytest.param(SURVEY, at("10-19", "19:00"), at("10-21", "08:00"), id="over a holiday"),
    ],
)
def test_a_message_leaves_in_its_hours(purpose: Purpose, now: datetime, leaves: datetime) -> None:
    assert HOURS.earliest(purpose, now) == leaves
    assert HOURS.earliest(purpose, now.astimezone(NAIROBI)) == leaves


def test_what_is_urgent_wakes_people() -> None:
    night = at("10-14", "23:00")
    assert HOURS.earliest(NEWS, night, urgent=True) == night


def test_hours_can_be_switched_off() -> None:
    free = Hours(None, None, timedelta(hours=72))
    for purpose in Purpose:
        assert free.earliest(purpose, at("10-18", "03:00")) == at("10-18", "03:00")


@pytest.mark.parametrize(("purpose", "late"), [(SURVEY, True), (NEWS, False), (ANSWER, False)])
def test_only_a_survey_comes_too_late(purpose: Purpose, late: bool) -> None:
    written = at("10-14", "12:00")
    assert not HOURS.too_late(purpose, written, written + timedelta(hours=72))
    assert HOURS.too_late(purpose, written, written + timedelta(hours=73)) is late
