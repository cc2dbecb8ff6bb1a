"""The chain itself: a line is added in the transaction of its change, and all can be checked."""

import uuid
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback_service.domain import chain
from feedback_service.models import AuditLine

CHAIN = "audit"
"""The name under which the lines are sealed, where a case's id stands in its history."""
_LOCK = 7_216_350_233  # any number that nothing else in this database locks


def note(
    session: Session, what: str, subject: str, at: datetime,
    staff_id: uuid.UUID | None = None, data: Mapping[str, Any] | None = None,
) -> AuditLine:  # fmt: skip
    """Add a line in the transaction of the change it tells of.

    what: the change, such as `staff.add`; subject: what was changed, by its id; data: old and new
    values, no secret and no citizen.  Changes wait for each other: a chain has one end.
    """
    session.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
    last = session.scalars(
        sa.select(AuditLine).order_by(AuditLine.number.desc()).limit(1)
    ).one_or_none()
    sealed = {**(data or {}), "subject": subject}
    link = chain.next_link(
        CHAIN, as_link(last) if last else None, what, str(staff_id or "command"), at, sealed
    )
    line = AuditLine(
        number=link.number, at=at, staff_id=staff_id, what=what, subject=subject,
        data=dict(data or {}), previous=link.previous, hash=link.hash,
    )  # fmt: skip
    session.add(line)
    session.flush()  # The next line is chained to this one, perhaps in the same transaction.
    return line


def lines(session: Session) -> Iterator[AuditLine]:
    """All lines, oldest first, streamed."""
    found = sa.select(AuditLine).order_by(AuditLine.number)
    yield from session.scalars(found.execution_options(yield_per=1_000))


def check(session: Session) -> int:
    """How many lines there are, all of them as they were sealed; raises chain.BrokenChain."""
    links = [as_link(line) for line in lines(session)]
    if links:
        chain.verify(CHAIN, links)
    return len(links)


def as_link(line: AuditLine) -> chain.Link:
    return chain.Link(
        line.number, line.what, str(line.staff_id or "command"), line.at,
        {**line.data, "subject": line.subject}, line.previous, line.hash,
    )  # fmt: skip
