"""What a day gazetted afterwards can do to a due time: later or nothing, and back when it goes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from feedback_service.domain import charter, clocks
from feedback_service.domain.calendar import NAIROBI, WorkingCalendar
from feedback_service.domain.cases import Action
from feedback_service.domain.charter import Promise, PromiseUnit
from feedback_service.domain.clocks import Moment

MONDAY = datetime(2026, 3, 2, 9, tzinfo=NAIROBI)
DAYS = st.frozensets(st.dates(date(2026, 2, 20), date(2026, 5, 1)), max_size=12)
STARTS = st.integers(0, 20_000).map(lambda minutes: MONDAY + timedelta(minutes=minutes))
PROMISES = st.builds(Promise, st.integers(0, 25), st.sampled_from(PromiseUnit))


def events(start: datetime, promise: Promise, asked: int) -> list[Moment]:
    """A case with one proven question, so many minutes after it came."""
    at = start + timedelta(minutes=asked)
    return [
        Moment(Action.RECEIVE, start, {"promise": {"resolve": promise.as_data()}}),
        Moment(Action.ASK, at, {"delivered_at": at.isoformat()}),
    ]


@given(known=DAYS, late=DAYS, start=STARTS, promise=PROMISES)
def test_a_day_gazetted_afterwards_never_brings_a_date_forward(
    known: frozenset[date], late: frozenset[date], start: datetime, promise: Promise
) -> None:
    before = WorkingCalendar(holidays=known)
    after = replace(before, holidays=known | late)
    assert charter.due_at(promise, start, after) >= charter.due_at(promise, start, before)


@given(known=DAYS, late=DAYS, start=STARTS, promise=PROMISES, asked=st.integers(0, 10_000))
def test_a_day_outside_the_case_s_time_moves_nothing(
    known: frozenset[date], late: frozenset[date], start: datetime, promise: Promise, asked: int
) -> None:
    told, calendar = events(start, promise, asked), WorkingCalendar(holidays=known)
    due = clocks.due_at(told, promise, calendar)
    # A pause may end after the date it moved: what its allowance spans belongs to the case too.
    span = max([due, *(pause.ended_at for pause in clocks.pauses(told, calendar))])
    outside = {day for day in late if not start.date() <= day <= span.date()}
    moved = replace(calendar, holidays=known | outside)
    assert clocks.due_at(told, promise, moved) == due


@given(known=DAYS, late=DAYS, start=STARTS, asked=st.integers(1, 10_000))
def test_custody_adds_up_to_the_whole_on_either_calendar(
    known: frozenset[date], late: frozenset[date], start: datetime, asked: int
) -> None:
    told = [
        Moment(Action.RECEIVE, start, {"holder": "A"}),
        Moment(Action.TRANSFER, start + timedelta(minutes=asked), {"holder": "B"}),
    ]
    until = start + timedelta(days=30)
    for holidays in (known, known | late):
        calendar = WorkingCalendar(holidays=holidays)
        held = clocks.custody(told, calendar, until)
        whole = calendar.time_between(start, until)
        assert sum((one.working for one in held), timedelta(0)) == whole
