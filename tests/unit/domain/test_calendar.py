"""Working time against a slow count minute by minute, and the laws that make custody add up."""

from datetime import UTC, date, datetime, time, timedelta
from time import perf_counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedback_service.domain.calendar import (
    NAIROBI,
    NaiveTime,
    NegativeSpan,
    NotACalendar,
    WorkingCalendar,
)

MADARAKA = date(2026, 6, 1)  # a Monday
KENYA = WorkingCalendar(holidays=frozenset({MADARAKA, date(2026, 6, 6)}))  # and a Saturday
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)

moments = st.timedeltas(timedelta(0), timedelta(days=31)).map(
    lambda later: datetime(2026, 5, 20, tzinfo=UTC) + later
)
calendars = st.builds(
    WorkingCalendar,
    opens=st.times(max_value=time(11)),
    closes=st.times(min_value=time(12)),
    weekend=st.frozensets(st.integers(0, 6), max_size=6),
    holidays=st.frozensets(st.dates(date(2026, 5, 20), date(2026, 6, 20)), max_size=8),
)
spans = st.timedeltas(timedelta(0), timedelta(days=40))


def _at(text: str) -> datetime:
    """A moment in Nairobi, such as "06-05 17:00" of 2026."""
    return datetime.strptime(f"2026-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=NAIROBI)


@pytest.mark.parametrize(
    ("start", "minutes", "expected"),
    [
        ("06-03 09:00", 30, "06-03 09:30"),
        ("06-03 16:45", 30, "06-04 08:15"),
        ("06-05 16:45", 30, "06-08 08:15"),  # over the weekend
        ("05-29 16:30", 60, "06-02 08:30"),  # and over Madaraka Day
        ("06-03 05:00", 10, "06-03 08:10"),
        ("06-03 17:00", 10, "06-04 08:10"),
        ("06-03 08:00", 540, "06-03 17:00"),  # a whole day ends when the office closes
        ("06-03 08:00", 541, "06-04 08:01"),
        ("06-03 16:59", 1, "06-03 17:00"),
        ("06-06 12:00", 0, "06-08 08:00"),
        ("06-03 12:00", 0, "06-03 12:00"),
    ],
)
def test_minutes_run_only_while_the_office_is_open(start: str, minutes: int, expected: str) -> None:
    assert KENYA.add_minutes(_at(start), minutes) == _at(expected)


@pytest.mark.parametrize(
    ("start", "days", "expected"),
    [
        ("06-03 09:00", 0, "06-03 17:00"),
        ("06-03 09:00", 1, "06-04 17:00"),
        ("06-05 16:59", 1, "06-08 17:00"),
        ("06-05 17:00", 1, "06-09 17:00"),  # after closing counts from Monday
        ("06-06 10:00", 1, "06-09 17:00"),
        ("06-03 06:00", 1, "06-04 17:00"),  # before opening counts from the same day
        ("05-29 09:00", 1, "06-02 17:00"),
        ("06-01 09:00", 0, "06-02 17:00"),
        ("06-02 09:00", 5, "06-09 17:00"),
    ],
)
def test_days_end_when_the_office_closes(start: str, days: int, expected: str) -> None:
    assert KENYA.add_days(_at(start), days) == _at(expected)


@pytest.mark.parametrize(
    ("a", "b", "minutes"),
    [
        ("06-03 09:00", "06-03 10:30", 90),
        ("06-03 16:00", "06-04 09:00", 120),
        ("06-05 16:00", "06-08 09:00", 120),
        ("06-06 00:00", "06-07 23:59", 0),
        ("05-29 16:00", "06-02 09:00", 120),
        ("06-04 09:00", "06-03 16:00", -120),
    ],
)
def test_minutes_between_two_moments(a: str, b: str, minutes: int) -> None:
    assert KENYA.minutes_between(_at(a), _at(b)) == minutes


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("06-03 07:59", "06-03 08:00"),
        ("06-03 08:00", "06-03 08:00"),
        ("06-03 16:59", "06-03 16:59"),
        ("06-03 17:00", "06-04 08:00"),
        ("05-30 09:00", "06-02 08:00"),
    ],
)
def test_the_next_working_moment(at: str, expected: str) -> None:
    assert KENYA.next_working_moment(_at(at)) == _at(expected)


def test_the_zone_of_the_office_decides_the_day() -> None:
    # 22:30 UTC on Sunday is 01:30 on Monday in Nairobi.
    assert KENYA.add_days(datetime(2026, 6, 7, 22, 30, tzinfo=UTC), 1) == _at("06-09 17:00")


@settings(max_examples=60, deadline=None)
@given(calendars, moments, moments)
def test_time_between_agrees_with_adding_up_day_by_day(
    calendar: WorkingCalendar, a: datetime, b: datetime
) -> None:
    a, b = sorted((a, b))
    total, day = timedelta(0), a.astimezone(NAIROBI).date()
    while day <= b.astimezone(NAIROBI).date():
        if day.weekday() not in calendar.weekend and day not in calendar.holidays:
            opens = datetime.combine(day, calendar.opens, NAIROBI)
            closes = datetime.combine(day, calendar.closes, NAIROBI)
            total += max(min(b, closes) - max(a, opens), timedelta(0))
        day += DAY
    assert calendar.time_between(a, b) == total


@settings(max_examples=60, deadline=None)
@given(calendars, moments, moments, moments)
def test_spans_add_up_in_any_order(
    calendar: WorkingCalendar, a: datetime, b: datetime, c: datetime
) -> None:
    time_, minutes = calendar.time_between, calendar.minutes_between
    assert time_(a, b) + time_(b, c) == time_(a, c)
    assert minutes(a, b) + minutes(b, c) == minutes(a, c)
    assert abs(minutes(a, b) * MINUTE - time_(a, b)) < MINUTE


@settings(max_examples=60, deadline=None)
@given(calendars, moments, spans)
def test_added_time_is_the_time_between(
    calendar: WorkingCalendar, start: datetime, span: timedelta
) -> None:
    end = calendar.add_time(start, span)
    assert calendar.time_between(start, end) == span
    # It is the first such moment: no working time lies unused just before it.
    if span:
        assert calendar.time_between(start, end - timedelta(microseconds=1)) < span


@settings(max_examples=60, deadline=None)
@given(calendars, moments, st.integers(0, 60))
def test_added_days_are_that_many_working_days(
    calendar: WorkingCalendar, start: datetime, days: int
) -> None:
    end = calendar.add_days(start, days)
    first = calendar.next_working_moment(start).date()
    between = (first + n * DAY for n in range(1, (end.date() - first).days + 1))
    assert sum(calendar.is_working_day(day) for day in between) == days
    assert calendar.is_working_day(end.date())
    assert end.time() == calendar.closes


def test_a_span_of_years_costs_no_more_than_a_span_of_minutes() -> None:
    def cost(minutes: int) -> float:
        began = perf_counter()
        for _ in range(300):
            KENYA.minutes_between(_START, KENYA.add_minutes(_START, minutes))
        return perf_counter() - began

    cost(1)
    short = min(cost(1) for _ in range(3))
    assert min(cost(10_000_000) for _ in range(3)) < 20 * short


_START = _at("06-03 09:00")


@pytest.mark.parametrize("field", ["start", "end"])
def test_moments_without_a_zone_are_refused(field: str) -> None:
    naive = _START.replace(tzinfo=None)
    with pytest.raises(NaiveTime, match="no zone"):
        KENYA.minutes_between(*((naive, _START) if field == "start" else (_START, naive)))
    with pytest.raises(NaiveTime):
        KENYA.add_minutes(naive, 1)
    with pytest.raises(NaiveTime):
        KENYA.add_days(naive, 1)
    with pytest.raises(NaiveTime):
        KENYA.next_working_moment(naive)


def test_a_calendar_without_working_time_is_refused() -> None:
    with pytest.raises(NotACalendar, match="closes"):
        WorkingCalendar(opens=time(9), closes=time(9))
    with pytest.raises(NotACalendar, match="weekend"):
        WorkingCalendar(weekend=frozenset(range(7)))


def test_time_is_only_ever_added() -> None:
    with pytest.raises(NegativeSpan):
        KENYA.add_minutes(_START, -1)
    with pytest.raises(NegativeSpan):
        KENYA.add_days(_START, -1)
