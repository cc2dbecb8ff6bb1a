"""Which cases are in an incident now, and how a case comes in and goes out: rows added and ended.

Confidential and held cases are in none, whatever rows say: who reads an incident reads open ones.
"""

import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from feedback_service.domain.cases import Lane
from feedback_service.models import Case, Incident, IncidentCase, Likeness, Role, new_id
from feedback_service.staff import Viewer


def now_in(incident_id: uuid.UUID) -> sa.ColumnElement[bool]:
    """The clause of a query over cases joined with their rows: those in the incident now."""
    return sa.and_(IncidentCase.incident_id == incident_id, is_member())


def is_member() -> sa.ColumnElement[bool]:
    return sa.and_(
        IncidentCase.case_id == Case.id, IncidentCase.split_at.is_(None), Case.lane == Lane.OPEN
    )


def incident_of(session: Session, case_id: uuid.UUID) -> uuid.UUID | None:
    return session.scalar(
        sa.select(IncidentCase.incident_id).where(
            IncidentCase.case_id == case_id, IncidentCase.split_at.is_(None)
        )
    )


def join(
    session: Session, incident: Incident, case_ids: Sequence[uuid.UUID], at: datetime,
    staff_id: uuid.UUID | None,
) -> None:  # fmt: skip
    """Put cases in; one that is in an incident already stays where it is."""
    rows = [
        {"id": new_id(), "incident_id": incident.id, "case_id": case_id, "joined_at": at,
         "joined_by_id": staff_id}
        for case_id in case_ids
    ]  # fmt: skip
    if rows:
        session.execute(insert(IncidentCase).on_conflict_do_nothing(), rows)
        decide(session, list(case_ids), at, staff_id, alike=True)


def leave(
    session: Session, incident: Incident, case_ids: Sequence[uuid.UUID], at: datetime,
    staff_id: uuid.UUID | None,
) -> list[uuid.UUID]:  # fmt: skip
    """End the rows of these cases; returns whose row was ended."""
    ended = (
        sa.update(IncidentCase)
        .where(
            IncidentCase.incident_id == incident.id,
            IncidentCase.case_id.in_(case_ids),
            IncidentCase.split_at.is_(None),
        )
        .values(split_at=at, split_by_id=staff_id)
        .returning(IncidentCase.case_id)
    )
    return list(session.scalars(ended))


def decide(
    session: Session, case_ids: Sequence[uuid.UUID], at: datetime, staff_id: uuid.UUID | None,
    *, alike: bool, others: Sequence[uuid.UUID] | None = None,
) -> None:  # fmt: skip
    """Write down what was said of each pair among these cases, or between them and `others`."""
    beside = case_ids if others is None else others
    pairs = sa.or_(
        sa.and_(Likeness.case_id.in_(case_ids), Likeness.other_id.in_(beside)),
        sa.and_(Likeness.case_id.in_(beside), Likeness.other_id.in_(case_ids)),
    )
    session.execute(
        sa.update(Likeness)
        .where(pairs)
        .values(decided=alike, decided_by_id=staff_id, decided_at=at)
        .execution_options(synchronize_session=False)
    )


def acting(viewer: Viewer) -> Viewer:
    """The viewer without the auditor's sight, which lets nobody act."""
    return replace(viewer, roles=viewer.roles - {Role.AUDITOR})
