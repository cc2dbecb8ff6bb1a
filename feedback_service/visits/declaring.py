"""What an institution says there was, quarter by quarter, and where that can be looked up.

A count is never changed: a new one is added, and all stay visible.  The largest stands, so that
nobody lowers it once they have seen what it makes of their coverage; where a lower one is true, the
scorecards' owner confirms it.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from feedback_service import audit, registry
from feedback_service.domain.calendar import NAIROBI
from feedback_service.domain.periods import Period
from feedback_service.models import DeclaredCount, Staff
from feedback_service.runtime import Runtime
from feedback_service.staff import Viewer
from feedback_service.visits.reading import Wrong

MOST = 100_000_000


class Record(StrEnum):
    """Which record a count comes from; of several the largest counts."""

    TICKETS = "tickets"
    PAYMENTS = "payments"
    DECLARED = "declared"


@dataclass(frozen=True)
class Said:
    """One count as it was entered; `lower` than one before it that it would have to replace."""

    id: uuid.UUID
    place: str | None
    kind: str
    count: int
    evidence: str
    by: str | None
    at: datetime
    lower: bool
    confirmed_by: str | None


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
    if period.quarter is None or period.start > rt.now().astimezone(NAIROBI).date():
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


class NotToConfirm(LookupError):
    """No such count, or one of the institution of whoever would confirm it."""


def confirm(rt: Runtime, session: Session, who: Viewer, count_id: uuid.UUID) -> DeclaredCount:
    """The scorecards' owner has looked it up: it replaces what was entered of its record before.

    Raises NotToConfirm.  Confirmed twice, the first one stands.
    """
    row = session.get(DeclaredCount, count_id, with_for_update=True)
    if row is None or row.institution_id == who.institution_id:
        raise NotToConfirm(f"count {count_id}: none of another institution")
    if row.confirmed_at is None:
        row.confirmed_at, row.confirmed_by_id = rt.now(), who.staff_id
        told = {"place": row.service_point_id, "kind": row.kind, "count": row.count}
        subject = f"{row.institution_id}:{row.period}"
        audit.note(session, "visits.confirm", subject, rt.now(), who.staff_id, told)
    return row


def declared(session: Session, institution: str, period: Period) -> Sequence[Said]:
    """All that was entered for a quarter, the newest first."""
    confirming = aliased(Staff)
    found = (
        sa.select(DeclaredCount, Staff.name, confirming.name, _EARLIER)
        .outerjoin(Staff, Staff.id == DeclaredCount.by_id)
        .outerjoin(confirming, confirming.id == DeclaredCount.confirmed_by_id)
        .where(DeclaredCount.institution_id == institution, DeclaredCount.period == period.label)
        .order_by(DeclaredCount.at.desc(), DeclaredCount.id.desc())
    )
    return [
        Said(
            row.id, row.service_point_id, row.kind, row.count, row.evidence, by, row.at,
            before is not None and before > row.count, confirmed_by,
        )
        for row, by, confirmed_by, before in session.execute(found)
    ]  # fmt: skip


_EARLIER = sa.func.max(DeclaredCount.count).over(
    partition_by=(DeclaredCount.simulated, DeclaredCount.service_point_id, DeclaredCount.kind),
    order_by=(DeclaredCount.at, DeclaredCount.id),
    rows=(None, -1),
)
"""The largest count of the same record that was entered before."""
