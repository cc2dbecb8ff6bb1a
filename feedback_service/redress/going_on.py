"""What a citizen says of a case that can no longer change: a new case goes on where it ended.

One case follows a closed one; whatever is said of the closed one later joins the one that follows.
"""

from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback_service.domain.cases import (
    OPEN,
    Action,
    Actor,
    CaseStatus,
    Lane,
    may_change_mind,
)
from feedback_service.models import Case, CaseEvent
from feedback_service.redress import assisted, history
from feedback_service.redress.changes import Act
from feedback_service.redress.opening import Complaint, open_case
from feedback_service.runtime import Runtime

A_SENTENCE = 3
"""Words from which on somebody tells us something; thanks open no case."""
NO = "NO"


def comes_too_late(case: Case, what: Act, now: datetime) -> bool:
    """Whether it is a citizen's "not solved", or a sentence, after the thirty days of a closed
    case."""
    if what.actor is not Actor.CITIZEN or case.status is not CaseStatus.CLOSED:
        return False
    if case.closed_at is None or may_change_mind(case.closed_at, now):
        return False
    tells = len(what.text.split()) >= A_SENTENCE
    return what.action is Action.DISPUTE or (what.action is Action.ANSWER and tells)


def follower(session: Session, case: Case) -> Case | None:
    """The case that goes on with this one, its row held."""
    return session.scalars(
        sa.select(Case).where(Case.source == _source(case)).with_for_update()
    ).one_or_none()


def suited(what: Act, follows: Case) -> Act:
    """The same said of the case that follows; one that is open already takes it as words."""
    if what.action is Action.DISPUTE and follows.status in OPEN:
        return replace(what, action=Action.ANSWER, text=what.text or NO)
    return what


def open_anew(rt: Runtime, session: Session, case: Case, what: Act) -> Case:
    """The case that goes on with a closed one: with the same office, in the citizen's words."""
    complaint = Complaint(
        source=_source(case),
        channel=what.channel or case.channel,
        language=case.language,
        text=what.text.strip() or case.text,
        citizen_id=case.citizen_id,
        service_id=case.service_id,
        place_id=case.service_point_id,
        county=case.county_code,
        category=case.category,
        lane=Lane.HELD if what.held and case.lane is Lane.OPEN else case.lane,
        quiet=case.quiet,
        urgent=what.urgent,
        simulated=case.simulated,
        previous_id=case.id,
        unit_id=case.destination_unit_id,
    )
    follows = open_case(rt, session, complaint)
    assisted.goes_on(rt, session, case, follows)
    kept = {"text": what.text} if what.text else {}
    kept |= {"said": what.action.value, "next": follows.reference}
    history.add(session, case, Action.ANSWER, Actor.CITIZEN, rt.now(), kept, source=what.source)
    return follows


def went_to(session: Session, case: Case, source: str | None) -> Case:
    """The case that what carries this source was done to, when it was done before."""
    event = session.scalars(sa.select(CaseEvent).where(CaseEvent.source == source)).one()
    if "next" in event.data:
        return follower(session, case) or case
    return session.get_one(Case, event.case_id)


def _source(case: Case) -> str:
    return f"after:{case.id}"
