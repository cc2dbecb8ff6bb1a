"""What time does to cases: due times recomputed, late ones raised, verdicts asked for."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback_service import registry
from feedback_service.domain import clocks, escalation
from feedback_service.domain.cases import OPEN, Action, Actor
from feedback_service.domain.charter import CommitmentKind
from feedback_service.models import Case
from feedback_service.redress import history
from feedback_service.redress.telling import tell
from feedback_service.runtime import Runtime

BATCH = 200


def refresh_clock(rt: Runtime, session: Session, case: Case) -> None:
    """Write down again when the case is due; it moves only by proven pauses."""
    session.flush()  # The event just added is one of those the clock reads.
    events = history.moments(session, case)
    promise = clocks.promised(events, CommitmentKind.RESOLVE)
    if promise:
        calendar = registry.calendar(rt, session, case.county_code)
        case.due_at = clocks.due_at(events, promise, calendar)


def raise_late_cases(rt: Runtime) -> int:
    """Raise each late case to the level it has earned, telling its citizen; how many rose."""
    raised, now = 0, rt.now()
    with rt.transaction() as session:
        late = (
            sa.select(Case)
            .where(
                Case.status.in_(OPEN), Case.due_at < now, Case.level < len(escalation.LADDER) - 1
            )
            .order_by(Case.due_at)
            .limit(BATCH)
            .with_for_update(skip_locked=True)
        )
        for case in session.scalars(late).all():
            calendar = registry.calendar(rt, session, case.county_code)
            raised += _raise(rt, session, case, escalation.level_at(case.due_at, now, calendar))
    return raised


def _raise(rt: Runtime, session: Session, case: Case, earned: int) -> bool:
    """Every rung on the way is written down and told; none is skipped."""
    climbed = escalation.rungs_climbed(case.level, earned)
    for rung in climbed:
        case.level = rung.level
        data = {"level": rung.level, "rung": rung.key, "holder": case.unit_id}
        event = history.add(session, case, Action.ESCALATE, Actor.CLOCK, rt.now(), data)
        tell(rt, session, case, "sms-late", event.number)
    return bool(climbed)


def ask_for_verdicts(rt: Runtime) -> int:
    """Ask once, a day after the answer, those who have not said whether it was solved."""
    asked, now = 0, rt.now()
    with rt.transaction() as session:
        waiting = (
            sa.select(Case)
            .where(Case.ask_after.is_not(None), Case.ask_after <= now)
            .limit(BATCH)
            .with_for_update(skip_locked=True)
        )
        for case in session.scalars(waiting).all():
            case.ask_after = None
            number = len(history.events(session, case))
            # The event that was answered has its own message; this one is the question after it.
            tell(rt, session, case, "sms-confirm", -number)
            asked += 1
    return asked
