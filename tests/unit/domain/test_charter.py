"""When a promise falls due, in each of its units."""

from datetime import date, datetime

import pytest

from feedback_service.domain.calendar import NAIROBI, NaiveTime, WorkingCalendar
from feedback_service.domain.charter import NotAPromise, Promise, PromiseUnit, due_at

U = PromiseUnit
KENYA = WorkingCalendar(holidays=frozenset({date(2026, 6, 1)}))


def _at(text: str) -> datetime:
    return datetime.strptime(f"2026-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=NAIROBI)


@pytest.mark.parametrize(
    ("amount", "unit", "start", "expected"),
    [
        (10, U.MINUTES, "06-03 16:55", "06-04 08:05"),
        (0, U.MINUTES, "06-03 12:00", "06-03 12:00"),
        (2, U.WORKING_HOURS, "06-05 16:00", "06-08 09:00"),
        (5, U.WORKING_DAYS, "06-03 12:00", "06-10 17:00"),
        (1, U.WORKING_DAYS, "05-29 12:00", "06-02 17:00"),
        (7, U.CALENDAR_DAYS, "06-03 12:00", "06-10 17:00"),
        (3, U.CALENDAR_DAYS, "06-03 12:00", "06-08 17:00"),  # the last day is a Saturday
        (3, U.CALENDAR_DAYS, "05-29 12:00", "06-02 17:00"),  # a holiday
        (7, U.CALENDAR_DAYS, "06-06 23:00", "06-15 17:00"),  # starts and ends on a Saturday
        (21, U.CALENDAR_DAYS, "06-03 23:59", "06-24 17:00"),
        (0, U.CALENDAR_DAYS, "06-03 12:00", "06-03 17:00"),
        (0, U.CALENDAR_DAYS, "06-03 18:00", "06-04 17:00"),
        (48, U.HOURS, "06-05 16:00", "06-07 16:00"),
    ],
)
def test_a_promise_falls_due(amount: int, unit: PromiseUnit, start: str, expected: str) -> None:
    assert due_at(Promise(amount, unit), _at(start), KENYA) == _at(expected)


@pytest.mark.parametrize("unit", PromiseUnit)
def test_a_promise_never_falls_due_before_it_was_made(unit: PromiseUnit) -> None:
    for start in (_at("06-03 07:00"), _at("06-03 17:00"), _at("06-07 23:59")):
        assert due_at(Promise(0, unit), start, KENYA) >= start


@pytest.mark.parametrize("unit", PromiseUnit)
def test_every_unit_needs_a_zone_and_survives_being_recorded(unit: PromiseUnit) -> None:
    promise = Promise(3, unit)
    assert Promise.from_data(promise.as_data()) == promise
    with pytest.raises(NaiveTime):
        due_at(promise, datetime(2026, 6, 3, 12), KENYA)  # noqa: DTZ001 - naive on purpose


@pytest.mark.parametrize(
    ("data", "named"),
    [
        ({"amount": "5", "unit": "working_days"}, "amount is '5'"),
        ({"amount": True, "unit": "working_days"}, "amount is True"),
        ({"unit": "working_days"}, "amount is None"),
        ({"amount": 5, "unit": "weeks"}, "unit is 'weeks': give one of minutes"),
        ({"amount": 5}, "unit is None"),
        ({"amount": -5, "unit": "hours"}, "amount is -5"),
    ],
)
def test_a_promise_nobody_can_keep_is_refused(data: dict[str, object], named: str) -> None:
    with pytest.raises(NotAPromise, match=named):
        Promise.from_data(data)
