"""What people say a case is: each correction is a row of its own, and the last of a case counts.

An officer corrects in the course of the work (a category, another institution, a request for
information, urgency); whoever is asked answers a card (`asking`).
"""

import uuid
from dataclasses import asdict, dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from analytics.triage.labels import Intent
from feedback_service.domain.cases import Action, CaseKind
from feedback_service.models import (
    Case,
    CaseEvent,
    Category,
    Label,
    Service,
    Suggestion,
    Unit,
)
from feedback_service.redress import Act

_MOVES = (Action.TRANSFER, Action.CLEAR)
_INTENT_OF = {CaseKind.INFORMATION: Intent.ENQUIRY, CaseKind.COMPLAINT: Intent.COMPLAINT}


@dataclass(frozen=True)
class Said:
    """One person's labels of one case; None where they said nothing.

    Values are those of `analytics.triage.labels`, and `threat`, which no model learns.
    """

    intent: str | None = None
    category: str | None = None
    alt_category: str | None = None
    urgent: bool | None = None
    sector: str | None = None
    lang: str | None = None
    unclear: bool = False


def record(
    session: Session, case_id: uuid.UUID, staff_id: uuid.UUID, at: datetime, said: Said,
    ask_id: uuid.UUID | None = None,
) -> None:  # fmt: skip
    """Keep what a person said, with the version whose suggestion stood beside it."""
    session.add(
        Label(
            case_id=case_id, staff_id=staff_id, at=at, ask_id=ask_id,
            model_version=read_by(session, case_id), **asdict(said),
        )
    )  # fmt: skip


def read_by(session: Session, case_id: uuid.UUID) -> str:
    """The version whose suggestion stands beside the case; empty where there is none."""
    newest = sa.select(Suggestion.model_version).where(Suggestion.case_id == case_id)
    return session.scalar(newest.order_by(Suggestion.at.desc()).limit(1)) or ""


def choose(
    session: Session, case: Case, category: Category, staff_id: uuid.UUID, at: datetime
) -> None:
    """The officer's category beside the suggestion, and as a label."""
    session.execute(
        sa.update(Suggestion)
        .where(Suggestion.case_id == case.id)
        .values(chosen=category, chosen_by_id=staff_id, chosen_at=at)
    )
    record(session, case.id, staff_id, at, Said(Intent.COMPLAINT, category.value))


def learn(session: Session, case: Case, what: Act, at: datetime) -> None:
    """What an act of an officer, just done, says about the case, if it says anything."""
    if what.staff_id is None:
        return
    if what.category:
        choose(session, case, what.category, what.staff_id, at)
    said = _said(session, case, what)
    if said != Said():
        record(session, case.id, what.staff_id, at, said)


def _said(session: Session, case: Case, what: Act) -> Said:
    """What an act says beside a category."""
    if "urgent" in what.more:
        return Said(urgent=bool(what.more["urgent"]))
    if "intent" in what.more:
        return Said(intent=str(what.more["intent"]))
    if what.action is Action.RECLASSIFY and what.handling is not None:
        if case.kind is not what.handling.kind:  # it waits for a second person
            return Said()
        return Said(_INTENT_OF[case.kind])
    if what.action in _MOVES and _was_elsewhere(session, case):
        return Said(sector=_sector_of(session, case.institution_id))
    return Said()


def _was_elsewhere(session: Session, case: Case) -> bool:
    """Whether the last move was from one institution to another."""
    moved = (
        sa.select(CaseEvent.data["from"].astext)
        .where(CaseEvent.case_id == case.id, CaseEvent.action.in_(_MOVES))
        .order_by(CaseEvent.number.desc())
        .limit(1)
    )
    before = session.get(Unit, session.scalar(moved) or "")
    return before is None or before.institution_id != case.institution_id


def _sector_of(session: Session, institution_id: str) -> str | None:
    """The sector of an institution all of whose services are of one."""
    found = sa.select(Service.sector).where(Service.institution_id == institution_id).distinct()
    sectors = session.scalars(found.limit(2)).all()
    return sectors[0] if len(sectors) == 1 else None
