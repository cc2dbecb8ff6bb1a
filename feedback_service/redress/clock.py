"""What time does to open cases: due times recomputed, late ones raised."""

import uuid
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback_service import registry
from feedback_service.domain import clocks, escalation
from feedback_service.domain.cases import OPEN, Action, Actor
from feedback_service.domain.charter import CommitmentKind
from feedback_service.models import Case
from feedback_service.redress import history, ladder
from feedback_service.redress.telling import tell
from feedback_service.runtime import Runtime

BATCH = 200
_A_WORKING_DAY_AT_MOST = timedelta(days=7)
"""Over Easter or Christmas a working day takes nearly a week."""
_BEFORE_ANY_EVENT = 0
_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


def refresh_clock(rt: Runtime, session: Session, case: Case) -> None:
    """Write down again when the case is due; it moves only by proven pauses."""
    session.flush()  # The event just added is one of those the clock reads.
    events = history.moments(session, case)
    promise = clocks.promised(events, CommitmentKind.RESOLVE)
    if promise:
        calendar = registry.calendar(rt, session, case.county_code)
        case.due_at = clocks.due_at(events, promise, clocks.with_hours(events, calendar))


def raise_late_cases(rt: Runtime, batch: int = BATCH) -> int:
    """Raise each late case to the level it has earned, telling its citizen; how many rose."""
    raised, after = 0, (_LONG_AGO, uuid.UUID(int=0))
    while True:
        with rt.transaction() as session:
            cases = session.scalars(_late(rt.now(), after).limit(batch)).all()
            after = (cases[-1].due_at, cases[-1].id) if cases else after
            for case in cases:
                # A receipt may have proven a pause that nobody has written down yet.
                refresh_clock(rt, session, case)
                raised += raise_case(rt, session, case)
        if len(cases) < batch:
            return raised


def _late(now: datetime, after: tuple[datetime, uuid.UUID]) -> sa.Select[Case]:
    """Late cases in the order they fell due, those that can rise no more left out."""
    return (
        sa.select(Case)
        .where(
            Case.status.in_(OPEN),
            Case.due_at < now,
            Case.level < escalation.OMBUDSMAN_LEVEL - 1,
            sa.tuple_(Case.due_at, Case.id) > after,
        )
        .order_by(Case.due_at, Case.id)
        .with_for_update(skip_locked=True)
    )


def warn_of_lateness(rt: Runtime, batch: int = BATCH) -> int:
    """Tell citizens a working day before that the promise may be broken; how many were told."""
    warned, after = 0, (_LONG_AGO, uuid.UUID(int=0))
    while True:
        with rt.transaction() as session:
            cases = session.scalars(_due_soon(rt.now(), after).limit(batch)).all()
            after = (cases[-1].due_at, cases[-1].id) if cases else after
            for case in cases:
                refresh_clock(rt, session, case)  # a proven pause may have moved the day
                warned += _warn(rt, session, case)
        if len(cases) < batch:
            return warned


def _due_soon(now: datetime, after: tuple[datetime, uuid.UUID]) -> sa.Select[Case]:
    return (
        sa.select(Case)
        .where(
            Case.status.in_(OPEN),
            Case.warned_at.is_(None),
            Case.due_at.between(now, now + _A_WORKING_DAY_AT_MOST),
            sa.tuple_(Case.due_at, Case.id) > after,
        )
        .order_by(Case.due_at, Case.id)
        .with_for_update(skip_locked=True)
    )


def _warn(rt: Runtime, session: Session, case: Case) -> bool:
    """The citizen, the officer and whoever supervises hear of it once a case.

    Not before half of the time is over: where a day is promised, the first word is no excuse.
    """
    now, calendar = rt.now(), registry.calendar(rt, session, case.county_code)
    early = now < case.received_at + (case.due_at - case.received_at) / 2
    if early or case.due_at < now or calendar.time_between(now, case.due_at) > calendar.day_length:
        return False
    case.warned_at = now
    tell(rt, session, case, "sms-soon", _BEFORE_ANY_EVENT)
    ladder.warn(session, case, now)
    return True


def raise_case(rt: Runtime, session: Session, case: Case) -> bool:
    """Raise one case; every rung on the way is written down and told, none is skipped."""
    calendar = registry.calendar(rt, session, case.county_code)
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
