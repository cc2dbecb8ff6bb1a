"""What an institution says there was, quarter by quarter, and where that can be looked up.

A count is never changed: a new one is added, the newest of a record stands, and all stay visible.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback_service import audit, registry
from feedback_service.domain.periods import Period
from feedback_service.models import DeclaredCount, Staff
from feedback_service.runtime import Runtime
from feedback_service.visits.reading import Wrong

MOST = 100_000_000


class Record(StrEnum):
    """Which record a count comes from; of several the largest counts."""

    TICKETS = "tickets"
    PAYMENTS = "payments"
    DECLARED = "declared"


@dataclass(frozen=True)
class Said:
    """One count as it was entered."""

    place: str | None
    kind: str
    count: int
    evidence: str
    by: str | None
    at: datetime


def declare(
    rt: Runtime, session: Session, institution: str, period: Period, *, kind: str, count: str,
    evidence: str, place: str | None = None, by_id: uuid.UUID | None = None,
) -> None:  # fmt: skip
    """Enter a count.  Raises Wrong: a quarter that has begun, a whole number, evidence in words."""
    if kind not in list(Record):
        raise Wrong("kind", kind[:40], f"write one of {', '.join(Record)}")
    if not (count.isascii() and count.isdecimal() and len(count) < 10 and int(count) <= MOST):
        raise Wrong("count", count[:40], "write a whole number")
    if len(evidence.strip()) < 5:
        raise Wrong("evidence", evidence[:40], "say where the count can be looked up")
    if period.quarter is None or period.start > rt.now().date():
        raise Wrong("period", period.label, "name a quarter that has begun")
    if place and place not in registry.catalogue(rt).places:
        raise Wrong("service_point", place[:40], "give the id of a place in the registry")
    row = DeclaredCount(
        institution_id=institution, service_point_id=place or None, period=period.label, kind=kind,
        count=int(count), evidence=evidence.strip()[:500], by_id=by_id, at=rt.now(),
    )  # fmt: skip
    session.add(row)
    told = {"place": place, "kind": kind, "count": row.count, "evidence": row.evidence}
    audit.note(session, "visits.declare", f"{institution}:{period.label}", rt.now(), by_id, told)


def declared(session: Session, institution: str, period: Period) -> Sequence[Said]:
    """All that was entered for a quarter, the newest first."""
    found = (
        sa.select(DeclaredCount, Staff.name)
        .outerjoin(Staff, Staff.id == DeclaredCount.by_id)
        .where(DeclaredCount.institution_id == institution, DeclaredCount.period == period.label)
        .order_by(DeclaredCount.at.desc(), DeclaredCount.id.desc())
    )
    return [
        Said(row.service_point_id, row.kind, row.count, row.evidence, name, row.at)
        for row, name in session.execute(found)
    ]
