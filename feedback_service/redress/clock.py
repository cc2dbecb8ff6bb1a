"""What time does to open cases: due times recomputed, late ones raised."""

import uuid
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback_service.domain import clocks, escalation
from feedback_service.domain.calendar import WorkingCalendar
from feedback_service.domain.cases import OPEN, Action, Actor
from feedback_service.domain.charter import CommitmentKind
from feedback_service.domain.clocks import Moment
from feedback_service.models import Case
from feedback_service.redress import history, ladder, timing
from feedback_service.redress.telling import tell
from feedback_service.runtime import Runtime

BATCH = 200
_A_WORKING_DAY_AT_MOST = timedelta(days=7)
"""Over Easter or Christmas a working day takes nearly a week."""
_BEFORE_ANY_EVENT = 0
_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


def refresh_clock(rt: Runtime, session: Session, case: Case) -> None:
    """Write down again when the case is due; it moves only by proven pauses.  When it was first due
    is fixed with its kind, at acknowledgement."""
    session.flush()  # The event just added is one of those the clock reads.
    moments = history.moments(session, case)
    calendar = timing.calendar_of(rt, session, case, moments)
    _set_due(case, moments, calendar)
    if case.acknowledged_at is None and rt.now() <= case.first_due_at:  # later a quarter counts it
        case.first_due_at = clocks.first_due_at(moments, calendar) or case.due_at


def raise_late_cases(rt: Runtime, batch: int = BATCH) -> int:
    """Raise each late case to the level it has earned, telling its citizen; how many rose."""
    return _to_each(rt, batch, _late, raise_case)


def warn_of_lateness(rt: Runtime, batch: int = BATCH) -> int:
    """Tell citizens a working day before that the promise may be broken; how many were told."""
    return _to_each(rt, batch, _due_soon, _warn)


def _to_each(
    rt: Runtime, batch: int, which: Callable[[datetime], sa.ColumnElement[bool]],
    do: Callable[[Runtime, Session, Case, WorkingCalendar], bool],
) -> int:  # fmt: skip
    """Do it to those open cases in the order they fall due; to how many it was done."""
    done, after = 0, (_LONG_AGO, uuid.UUID(int=0))
    wanted = sa.select(Case).where(Case.status.in_(OPEN)).order_by(Case.due_at, Case.id)
    while True:
        with rt.transaction() as session:
            later = wanted.where(which(rt.now()), sa.tuple_(Case.due_at, Case.id) > after)
            held = later.limit(batch).with_for_update(skip_locked=True)
            cases = session.scalars(held).all()
            after = (cases[-1].due_at, cases[-1].id) if cases else after
            told = history.moments_of_each(session, cases)
            for case in cases:
                # A receipt may have proven a pause that nobody has written down yet.
                calendar = timing.calendar_of(rt, session, case, told[case.id])
                _set_due(case, told[case.id], calendar)
                done += do(rt, session, case, calendar)
        if len(cases) < batch:
            return done


def _set_due(case: Case, events: Sequence[Moment], calendar: WorkingCalendar) -> None:
    promise = clocks.promised(events, CommitmentKind.RESOLVE)
    if promise:
        case.due_at = clocks.due_at(events, promise, calendar)


def _late(now: datetime) -> sa.ColumnElement[bool]:
    """Past due, and can rise still."""
    return sa.and_(Case.due_at < now, Case.level < escalation.OMBUDSMAN_LEVEL - 1)


def _due_soon(now: datetime) -> sa.ColumnElement[bool]:
    soon = Case.due_at.between(now, now + _A_WORKING_DAY_AT_MOST)
    return sa.and_(Case.warned_at.is_(None), soon)


def _warn(rt: Runtime, session: Session, case: Case, calendar: WorkingCalendar) -> bool:
    """The citizen, the officer and whoever supervises hear of it once a case.

    Not before half of the time is over: where a day is promised, the first word is no excuse.
    """
    now = rt.now()
    early = now < case.received_at + (case.due_at - case.received_at) / 2
    if early or case.due_at < now or calendar.time_between(now, case.due_at) > calendar.day_length:
        return False
    case.warned_at = now
    tell(rt, session, case, "sms-soon", _BEFORE_ANY_EVENT)
    ladder.warn(session, case, now)
    return True


def raise_case(rt: Runtime, session: Session, case: Case, calendar: WorkingCalendar) -> bool:
    """Raise one case by its own hours; every rung on the way is written down and told."""
    rungs = ladder.of(rt, case).rungs
    earned = escalation.level_at(case.due_at, rt.now(), calendar, rungs)
    climbed = escalation.rungs_climbed(case.level, earned, rungs)
    for rung in climbed:
        case.level = rung.level
        data = {"level": rung.level, "rung": rung.key, "holder": case.unit_id}
        event = history.add(session, case, Action.ESCALATE, Actor.CLOCK, rt.now(), data)
        tell(rt, session, case, "sms-late", event.number)
        ladder.tell_rung(rt, session, case, event)
    return bool(climbed)
