"""Askings to see a number, as pages and citizens read them, and by what right somebody decides."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from feedback_service.domain.cases import Lane
from feedback_service.models import Case, Look, Role, Staff, Unit, Unsealing
from feedback_service.redress.masking import masked_words
from feedback_service.redress.sight import DESK, may_see, not_shut
from feedback_service.staff import Viewer

LAPSES_AFTER = timedelta(days=7)
"""An asking that nobody decided is over."""


class Reason(StrEnum):
    """Why a message through the relay is not enough; the asker's own words stand beside it."""

    DANGER = "danger"
    IDENTITY = "identity"
    COURT = "court"
    UNREACHED = "unreached"
    INQUIRY = "inquiry"


@dataclass(frozen=True)
class Asking:
    """One asking as pages show it; `granted` is None while nobody has decided."""

    id: uuid.UUID
    reference: str
    reason: str
    words: str
    asker: str
    asker_institution: str | None
    asked_at: datetime
    granted: bool | None
    until: datetime | None
    mine: bool


def waiting(session: Session, viewer: Viewer, now: datetime) -> list[Asking]:
    """What the viewer may decide, what has waited longest first."""
    found = decidable(session, viewer, now).order_by(Unsealing.asked_at, Unsealing.id).limit(50)
    return [_asking(row, viewer) for row in session.execute(found)]


def of_case(session: Session, viewer: Viewer, reference: str, now: datetime) -> list[Asking]:
    """The askings in a case, newest first, in one statement, for those who see the case."""
    found = (
        _joined()
        .where(Case.reference == reference, may_see(viewer))
        .where(sa.or_(Unsealing.decided_at.is_not(None), Unsealing.asked_at > now - LAPSES_AFTER))
        .order_by(Unsealing.asked_at.desc(), Unsealing.id.desc())
        .limit(20)
    )
    return [_asking(row, viewer) for row in session.execute(found)]


@dataclass(frozen=True)
class Shown:
    """The last time a number was looked at: by which institution, when, why."""

    institution_id: str | None
    at: datetime
    reason: str


CALLED = "called"
"""The look of somebody who called the citizen back by lot, and saw the number for it."""


def last_shown(session: Session, case: Case) -> Shown | None:
    """For the citizen who asks; None when nobody has seen their number."""
    asked = (
        sa.select(Staff.institution_id, Unsealing.looked_at.label("at"), Unsealing.reason)
        .join(Staff, Staff.id == Unsealing.asked_by_id)
        .where(Unsealing.case_id == case.id, Unsealing.looked_at.is_not(None))
    )
    called = (
        sa.select(Staff.institution_id, Look.at, Look.what)
        .join(Staff, Staff.id == Look.staff_id)
        .where(Look.case_id == case.id, Look.what == CALLED)
    )
    every = sa.union_all(asked, called).subquery()
    row = session.execute(sa.select(every).order_by(every.c.at.desc()).limit(1)).one_or_none()
    return Shown(row[0], row[1], row[2].partition(":")[0]) if row else None


def _joined() -> sa.Select[Unsealing, Case, Staff]:
    return (
        sa.select(Unsealing, Case, Staff)
        .join(Case, Case.id == Unsealing.case_id)
        .join(Staff, Staff.id == Unsealing.asked_by_id)
    )


def still_waiting(now: datetime) -> sa.Select[Unsealing, Case, Staff]:
    return _joined().where(Unsealing.decided_at.is_(None), Unsealing.asked_at > now - LAPSES_AFTER)


def decidable(session: Session, viewer: Viewer, now: datetime) -> sa.Select[Unsealing, Case, Staff]:
    return still_waiting(now).where(
        Unsealing.asked_by_id != viewer.staff_id, not_shut(viewer), sa.or_(*_ways(session, viewer))
    )


def _ways(session: Session, viewer: Viewer) -> list[sa.ColumnElement[bool]]:
    """By what right the viewer decides: every one of them is outside the asker's unit."""
    elsewhere = Staff.institution_id.is_distinct_from(viewer.institution_id)
    other_unit = sa.and_(Staff.unit_id.is_not(None), Staff.unit_id != (viewer.unit_id or ""))
    ways: list[sa.ColumnElement[bool]] = [sa.false()]
    if viewer.has(Role.AUDITOR):
        ways.append(sa.true())
    if viewer.has(Role.INTEGRITY):
        ways.append(sa.or_(elsewhere, other_unit) if viewer.unit_id else elsewhere)
    if viewer.has(*DESK) and is_central(session, viewer.institution_id):
        ways.append(sa.and_(elsewhere, Case.lane != Lane.CONFIDENTIAL))
    return ways


def is_central(session: Session, institution_id: str | None) -> bool:
    unit = aliased(Unit)
    found = sa.select(unit.id).where(unit.kind == "central", unit.institution_id == institution_id)
    return session.scalar(found.limit(1)) is not None


def _asking(row: "sa.Row[Unsealing, Case, Staff]", viewer: Viewer) -> Asking:
    asked, case, asker = row
    reason, _, words = asked.reason.partition(": ")
    return Asking(
        asked.id, case.reference, reason, masked_words(words), asker.name, asker.institution_id,
        asked.asked_at, asked.granted, asked.until, asker.id == viewer.staff_id,
    )  # fmt: skip
