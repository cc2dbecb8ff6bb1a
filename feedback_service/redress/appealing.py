"""When a citizen may take a case a rung higher: not before whoever has it has had their time."""

from datetime import datetime

from sqlalchemy.orm import Session

from feedback_service.domain import charter
from feedback_service.domain.cases import ActionNotAllowed
from feedback_service.domain.charter import Promise, PromiseUnit
from feedback_service.domain.clocks import Moment
from feedback_service.domain.escalation import AFTER_A_RUNG
from feedback_service.models import Case
from feedback_service.redress import history, timing
from feedback_service.runtime import Runtime


def rests_until(rt: Runtime, session: Session, case: Case) -> datetime | None:
    """Until when the office of a higher rung has the case to itself; None below the first one."""
    if not case.level:
        return None
    level, climbed_at = 0, case.received_at
    events = history.events(session, case)
    for event in events:
        now_at = int(event.data.get("level", level))
        if now_at > level:
            climbed_at = event.at
        level = now_at
    moments = [Moment(event.action, event.at, event.data) for event in events]
    calendar = timing.calendar_of(rt, session, case, moments)
    return charter.due_at(Promise(AFTER_A_RUNG, PromiseUnit.WORKING_DAYS), climbed_at, calendar)


def is_rested(rt: Runtime, session: Session, case: Case) -> bool:
    until = rests_until(rt, session, case)
    return until is None or until < rt.now()


def check(rt: Runtime, session: Session, case: Case) -> None:
    """Raises ActionNotAllowed while whoever has the case has only just been handed it."""
    if not is_rested(rt, session, case):
        raise ActionNotAllowed(
            f"level {case.level} was reached less than {AFTER_A_RUNG} working day ago: wait for it"
        )
