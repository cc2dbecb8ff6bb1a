"""What a supervisor must know of the desks of their institution: late, nearly late, disputed, work.

One function counts, for the page and for the morning's mail.  Of people there is only what they
have open: how citizens judge their answers is no figure of one person.
"""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime, time
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback_service import notices, registry
from feedback_service.domain import assignment
from feedback_service.domain.calendar import NAIROBI
from feedback_service.domain.cases import CaseStatus
from feedback_service.models import Case, Notice, Role, Staff, Unit
from feedback_service.redress import queue
from feedback_service.redress.queue import Filters, Row, Tab
from feedback_service.redress.sight import may_see
from feedback_service.runtime import Runtime
from feedback_service.staff import Viewer

NOBODY = "nobody"
MORNING = "morning"
"""The kind of the notice that tells a supervisor each working day how the desks stand."""
MORNING_AT = time(6, 30)
"""Before the digest leaves, which is the letter it goes with."""
SHOWN = 50


class Want(StrEnum):
    """Which of the open cases."""

    LATE = "late"
    SOON = "soon"  # due within a working day
    DISPUTED = "disputed"
    UNANSWERED = "unanswered"  # nobody has told the citizen yet that it is in hand, and should have
    OPEN = "open"


@dataclass(frozen=True)
class Counts:
    """Of open cases; `load` weighs an urgent one as three."""

    late: int = 0
    soon: int = 0
    disputed: int = 0
    unanswered: int = 0
    open: int = 0
    load: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(self)))


@dataclass(frozen=True)
class Part:
    """What one person, or nobody yet, has of what a desk holds; `oldest_at` came first."""

    unit_id: str
    staff_id: uuid.UUID | None
    name: str
    counts: Counts
    oldest_at: datetime


def tally(rt: Runtime, session: Session, viewer: Viewer) -> list[Part]:
    """The open cases that the desks of the viewer's institution hold, in one statement."""
    ways = _ways(rt, session)
    heavy = sa.case((Case.urgent, assignment.WEIGHT_URGENT), else_=assignment.WEIGHT)
    found = (
        sa.select(
            Case.unit_id, Case.assigned_to_id, sa.func.coalesce(sa.func.max(Staff.name), ""),
            *(sa.func.count().filter(ways[want]) for want in Want), sa.func.sum(heavy),
            sa.func.min(Case.received_at),
        )
        .outerjoin(Staff, Staff.id == Case.assigned_to_id)
        .where(may_see(viewer), _held_by(viewer), ways[Want.OPEN])
        .group_by(Case.unit_id, Case.assigned_to_id)
    )  # fmt: skip
    return [
        Part(unit, person, name, Counts(*numbers), oldest)
        for unit, person, name, *numbers, oldest in session.execute(found)
    ]


def whole(parts: Iterable[Part]) -> Counts:
    return sum((part.counts for part in parts), Counts())


def listed(
    rt: Runtime, session: Session, viewer: Viewer, want: Want, *, unit: str = "", person: str = ""
) -> Sequence[Row]:
    """The first of those cases, due first; of one desk, of one person (by id) or of NOBODY."""
    found = queue.found_by(viewer, Filters(tab=Tab.OPEN), rt.now()).where(
        _held_by(viewer), _ways(rt, session)[want]
    )
    if unit:
        found = found.where(Case.unit_id == unit)
    if person == NOBODY:
        found = found.where(Case.assigned_to_id.is_(None))
    elif person:
        found = found.where(Case.assigned_to_id == uuid.UUID(person))
    first = found.order_by(None).order_by(Case.due_at, Case.id).limit(SHOWN)
    return [Row(**row._mapping) for row in session.execute(first)]


def tell_supervisors(rt: Runtime) -> int:
    """Each working morning, once: a notice with the counts to whoever has any; how many got one."""
    local = rt.now().astimezone(NAIROBI)
    if local.time() < MORNING_AT or rt.kept.get(MORNING) == local.date():
        return 0
    told = 0
    with rt.transaction() as session:
        if registry.calendar(rt, session).is_working_day(local.date()):
            at = datetime.combine(local.date(), MORNING_AT, NAIROBI)
            told = sum(_tell(rt, session, who, at) for who in _supervisors(session))
    rt.kept[MORNING] = local.date()
    return told


def _tell(rt: Runtime, session: Session, who: Viewer, at: datetime) -> bool:
    key = f"{MORNING}:{at.date()}"
    already = sa.select(Notice.id).where(Notice.key == f"{key}:{who.staff_id}")
    counts = whole(tally(rt, session, who))
    if not (counts.late or counts.soon or counts.disputed) or session.scalar(already):
        return False
    notices.post(session, key, MORNING, [who.staff_id], at, data=asdict(counts))
    return True


def _supervisors(session: Session) -> list[Viewer]:
    found = sa.select(Staff).where(Staff.role == Role.SUPERVISOR, Staff.disabled_at.is_(None))
    return [
        Viewer(one.id, one.name, frozenset({one.role}), one.institution_id, one.unit_id,
               one.service_point_id, one.language)
        for one in session.scalars(found)
    ]  # fmt: skip


def _held_by(viewer: Viewer) -> sa.ColumnElement[bool]:
    units = sa.select(Unit.id).where(Unit.institution_id == viewer.institution_id)
    return Case.unit_id.in_(units)


def _ways(rt: Runtime, session: Session) -> dict[Want, sa.ColumnElement[Any]]:
    now, calendar = rt.now(), registry.calendar(rt, session)
    soon = calendar.add_time(now, calendar.day_length)
    is_open = queue.in_tab(Tab.OPEN, now)
    return {
        Want.LATE: sa.and_(is_open, Case.due_at < now),
        Want.SOON: sa.and_(is_open, Case.due_at.between(now, soon)),
        Want.DISPUTED: queue.in_tab(Tab.DISPUTED, now),
        Want.UNANSWERED: sa.and_(Case.status == CaseStatus.RECEIVED, Case.acknowledge_due_at < now),
        Want.OPEN: is_open,
    }
