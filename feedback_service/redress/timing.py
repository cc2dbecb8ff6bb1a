"""A case's clocks as a desk shows them: the office's, which proven questions stop, the citizen's,
which nothing stops, and who held the case from when to when.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy.orm import Session

from feedback_service import registry
from feedback_service.domain import clocks
from feedback_service.domain.calendar import NAIROBI, WorkingCalendar
from feedback_service.domain.cases import OPEN, Action
from feedback_service.domain.charter import CommitmentKind, PromiseUnit
from feedback_service.domain.clocks import MAX_PAUSES, Moment, Pause
from feedback_service.models import Case
from feedback_service.runtime import Runtime


@dataclass(frozen=True)
class Clocks:
    """Both clocks at one moment; fractions are of the promised working time, above 1 is late."""

    used_days: int
    allowed_days: int
    office_fraction: float
    citizen_fraction: float
    citizen_days: int
    citizen_due_at: datetime
    paused: Pause | None
    pauses_left: int


@dataclass(frozen=True)
class Stretch:
    """Who held a case, at which level it ended, from when to when, in how much working time."""

    holder: str
    level: int
    from_at: datetime
    to_at: datetime
    working: timedelta


def calendar_of(
    rt: Runtime, session: Session, case: Case, moments: Sequence[Moment]
) -> WorkingCalendar:
    """The days and hours by which all clocks of this case run: its county's holidays as they are
    known today, the office hours of the day it was opened."""
    return clocks.with_hours(moments, registry.calendar(rt, session, case.county_code))


def clocks_of(
    case: Case, moments: Sequence[Moment], calendar: WorkingCalendar, now: datetime
) -> Clocks:
    """The clocks of a case as they stand `now`, or as they stood when it was answered or closed."""
    until = now if case.status in OPEN else case.resolved_at or case.closed_at or now
    heard_until = case.closed_at or now
    promise = clocks.promised(moments, CommitmentKind.RESOLVE)
    due = clocks.citizens_due_at(moments, promise, calendar) if promise else case.due_at
    pauses = clocks.pauses(moments, calendar)
    rested = sum((_rest(pause, until, calendar) for pause in pauses), timedelta(0))
    allowed = calendar.time_between(case.received_at, due) or calendar.day_length
    worked = calendar.time_between(case.received_at, until) - rested
    in_days = promise and promise.unit is PromiseUnit.WORKING_DAYS
    rested_days = rested // calendar.day_length
    begun = calendar.next_working_moment(case.received_at)
    return Clocks(
        used_days=max(0, working_days(begun, until, calendar) - rested_days),
        allowed_days=promise.amount
        if promise and in_days
        else max(1, round(allowed / calendar.day_length)),
        office_fraction=max(0.0, worked / allowed),
        citizen_fraction=max(0.0, calendar.time_between(case.received_at, heard_until) / allowed),
        citizen_days=(_day(heard_until) - _day(case.received_at)).days,
        citizen_due_at=due,
        paused=next((p for p in pauses if p.started_at <= now < p.ended_at), None)
        if case.status in OPEN
        else None,
        pauses_left=MAX_PAUSES - len(pauses),
    )


def working_days(start: datetime, end: datetime, calendar: WorkingCalendar) -> int:
    """Working days after the day of `start` up to and with the day of `end`; negative backwards."""
    span = calendar.time_between(_midnight(start), _midnight(end))
    return span // calendar.day_length


def stretches_of(
    moments: Sequence[Moment], calendar: WorkingCalendar, now: datetime
) -> list[Stretch]:
    """Custody with its moments: `clocks.custody` by the wall clock says where each stretch ends."""
    found, at = [], moments[0].at
    for held in clocks.custody(moments, _WALL, now):
        ended = at + held.working
        worked = calendar.time_between(at, ended)
        found.append(Stretch(held.holder, _level(moments, ended), at, ended, worked))
        at = ended
    return found


class _WallClock(WorkingCalendar):
    """All time counts."""

    def time_between(self, a: datetime, b: datetime) -> timedelta:
        return b - a


_WALL = _WallClock()


def _rest(pause: Pause, until: datetime, calendar: WorkingCalendar) -> timedelta:
    ended = min(pause.ended_at, until)
    return max(timedelta(0), calendar.time_between(pause.started_at, ended))


def _level(moments: Sequence[Moment], until: datetime) -> int:
    """The level reached before `until`: what hands a case over belongs to the next stretch."""
    level = 0
    for moment in moments:
        if moment.at < until and moment.action in (Action.ESCALATE, Action.DISPUTE):
            level = int(str(moment.data.get("level", level)))
    return level


def _day(at: datetime) -> date:
    return at.astimezone(NAIROBI).date()


def _midnight(at: datetime) -> datetime:
    return datetime.combine(_day(at) + timedelta(days=1), time(), NAIROBI)
