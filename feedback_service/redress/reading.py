"""Cases as citizens read them: their own, never a quiet one on a shared phone."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback_service.conversations.wording import phrase
from feedback_service.domain.cases import (
    OPEN,
    START,
    TRANSITIONS,
    Action,
    CaseStatus,
    Lane,
    may_change_mind,
)
from feedback_service.domain.references import read_reference, spoken
from feedback_service.models import Case, CaseEvent, Citizen, Look, Unit
from feedback_service.redress import history
from feedback_service.redress.telling import due_day, office
from feedback_service.runtime import Runtime

MOST_SHOWN = 16


class NoSuchCase(LookupError):
    """No case of this person has that reference."""


def case_by_reference(session: Session, reference: str) -> Case | None:
    return session.scalars(sa.select(Case).where(Case.reference == reference)).one_or_none()


def cases_of(session: Session, lookup: bytes) -> Sequence[Case]:
    """A person's cases, newest first, without the quiet ones."""
    mine = (
        sa.select(Case)
        .join(Citizen, Citizen.id == Case.citizen_id)
        .where(Citizen.lookup == lookup, Case.quiet.is_(False))
        .order_by(Case.received_at.desc())
        .limit(MOST_SHOWN)
    )
    return session.scalars(mine).all()


def own_case(session: Session, lookup: bytes, reference: str) -> Case:
    """The person's case by its reference as read aloud."""
    wanted = read_reference(reference) or ""
    mine = (
        sa.select(Case)
        .join(Citizen, Citizen.id == Case.citizen_id)
        .where(Citizen.lookup == lookup, Case.reference == wanted, Case.quiet.is_(False))
    )
    found = session.scalars(mine).one_or_none()
    if found is None:
        raise NoSuchCase("no case of this number has that reference")
    return found


def facts_of(rt: Runtime, session: Session, case: Case, language: str) -> dict[str, str]:
    """What a screen or an SMS may say of a case to the person who filed it."""
    late = case.status in OPEN and case.due_at < rt.now()
    closed = case.status is CaseStatus.CLOSED
    answered = case.status in (CaseStatus.RESOLVED, CaseStatus.REJECTED)
    may_change = closed and case.closed_at is not None and may_change_mind(case.closed_at, rt.now())
    facts = {
        "reference": spoken(case.reference),
        "office": office(session, case, language),
        "day": due_day(case, language),
        "say": "closed" if closed else "answered" if answered else "late" if late else "open",
        "stage": _stage(case.status),
        "may_change": "1" if may_change else "",
        "outcome": phrase(f"outcome-{case.outcome}", language) if case.outcome else "",
        "held": "1" if _is_central(session, case) else "",
    }
    return facts | ({"answer": last_answer(session, case)} if answered else {})


def stage_before(session: Session, case: Case, source: str) -> dict[str, str]:
    """What could be done with a case before a session, known by its source, did something to it.

    Empty when the session has done nothing yet.
    """
    events = history.events(session, case)
    acted = next((e.number for e in events if (e.source or "").startswith(source)), None)
    if acted is None:
        return {}
    status = START
    for event in events[: acted - 1]:
        status = TRANSITIONS.get((status, event.action), status)
    return {"stage": _stage(status), "may_change": "1"}


def last_answer(session: Session, case: Case) -> str:
    """What the office last told the citizen."""
    said = (
        sa.select(CaseEvent.data["text"].as_string())
        .where(CaseEvent.case_id == case.id, CaseEvent.action.in_((Action.RESOLVE, Action.REJECT)))
        .order_by(CaseEvent.number.desc())
        .limit(1)
    )
    return session.scalar(said) or ""


def _stage(status: CaseStatus) -> str:
    """What a citizen may do next: add words, give a verdict, or change a closed case."""
    if status in OPEN:
        return "words"
    return "closed" if status is CaseStatus.CLOSED else "verdict"


def _is_central(session: Session, case: Case) -> bool:
    unit = session.get_one(Unit, case.unit_id)
    return case.lane is Lane.HELD or unit.kind == "central"


def looks_at(session: Session, case: Case) -> tuple[int, datetime | None]:
    """How often staff opened a case, and when last."""
    times, last = session.execute(
        sa.select(sa.func.count(), sa.func.max(Look.at)).where(Look.case_id == case.id)
    ).one()
    return times, last
