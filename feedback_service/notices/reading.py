"""What somebody has been told, newest first, and that they have seen it."""

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback_service.models import Case, Notice
from feedback_service.notices.shut import hidden_cases

MOST = 100


def of_person(
    session: Session, staff_id: uuid.UUID, unit_id: str | None, before: uuid.UUID | None = None
) -> list[tuple[Notice, str | None]]:
    """A page of one person's notices, each with its case's reference; one more tells of a next.

    Notices of a case that names the reader by now are not there for them, as the case is not.
    """
    hidden = hidden_cases(staff_id, unit_id)
    found = (
        sa.select(Notice, Case.reference)
        .outerjoin(Case, Case.id == Notice.case_id)
        .where(Notice.staff_id == staff_id)
        .where(sa.or_(Notice.case_id.is_(None), Notice.case_id.not_in(hidden)))
        .order_by(Notice.id.desc())
        .limit(MOST + 1)
    )
    if before is not None:
        found = found.where(Notice.id < before)
    return [(notice, reference) for notice, reference in session.execute(found)]


def see(
    session: Session, staff_id: uuid.UUID, at: datetime, notice_id: uuid.UUID | None = None
) -> int:
    """Mark one notice of this person as seen, or all of them; how many were new."""
    new = sa.update(Notice).where(Notice.staff_id == staff_id, Notice.seen_at.is_(None))
    if notice_id is not None:
        new = new.where(Notice.id == notice_id)
    return len(session.scalars(new.values(seen_at=at).returning(Notice.id)).all())
