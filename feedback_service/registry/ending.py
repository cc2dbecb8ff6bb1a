"""Institutions, desks and services that are no more: ended when nothing depends on them any longer.

Their rows stay, with all that cases, ratings and histories say of them.
"""

import uuid
from collections.abc import Mapping
from datetime import date, datetime
from typing import cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback_service import audit
from feedback_service.domain.calendar import NAIROBI
from feedback_service.domain.cases import OPEN, CaseStatus
from feedback_service.models import Case, Institution, Responsibility, Service, Staff, Unit
from feedback_service.registry.editing import Edit, hold, keep, mark
from feedback_service.registry.phrases import newer
from feedback_service.registry.shapes import UNITS
from feedback_service.registry.standing import Cells

UNDER_WAY = (*OPEN, CaseStatus.RESOLVED)
Endable = Institution | Unit | Service
ENDED: Mapping[str, type[Endable]] = {
    "institutions": Institution, "units": Unit, "services": Service,
}  # fmt: skip


class StillNeeded(ValueError):
    """It cannot end or move yet; `key` says why, `count` how many, the message the remedy."""

    def __init__(self, key: str, count: int, told: str) -> None:
        super().__init__(told)
        self.key, self.count = key, count


def end(
    session: Session, table: str, which: str, now: datetime, by_id: uuid.UUID | None = None
) -> None:
    """End it today; an institution with its desks.  Raises StillNeeded."""
    hold(session)
    today = now.astimezone(NAIROBI).date()
    if table == "institutions":
        _check_institution(session, which)
        desks = sa.select(Unit).where(Unit.institution_id == which, Unit.ended_on.is_(None))
        for unit in session.scalars(desks).all():
            _check_unit(session, unit, today)
            _end(session, "units", unit, today, now, by_id)
    elif table == "units":
        unit = session.get_one(Unit, which)
        _check_unit(session, unit, today)
        _check_not_last(session, unit)
    _end(session, table, _one(session, table, which), today, now, by_id)
    newer(session, now)


def resume(
    session: Session, table: str, which: str, now: datetime, by_id: uuid.UUID | None = None
) -> None:
    """It goes on again; an institution with the desks that ended with it.  Raises StillNeeded."""
    hold(session)
    row = _one(session, table, which)
    if isinstance(row, Institution):
        with_it = sa.select(Unit).where(Unit.institution_id == which, Unit.ended_on == row.ended_on)
        for unit in session.scalars(with_it).all():
            _end(session, "units", unit, None, now, by_id)
    elif isinstance(row, Unit) and session.get_one(Institution, row.institution_id).ended_on:
        raise StillNeeded("institution_ended", 1, "its institution has ended. Resume that first")
    _end(session, table, row, None, now, by_id)
    newer(session, now)


def keep_unit(
    session: Session, cells: Cells, now: datetime, by_id: uuid.UUID | None = None, *,
    new: bool = False,
) -> int:  # fmt: skip
    """Keep a desk's row; it moves to another institution only without cases under way or staff."""
    hold(session)
    unit = session.get(Unit, cells["id"])
    if not new and unit is not None and unit.institution_id != cells["institution"]:
        _check_idle(session, unit)
        people = sa.select(sa.func.count(Staff.id)).where(
            Staff.unit_id == unit.id, Staff.disabled_at.is_(None)
        )
        _refuse(session, people, "accounts", "accounts work there. Give them another desk first")
    return keep(session, [Edit(UNITS, cells, new)], now, by_id)


def _one(session: Session, table: str, which: str) -> Endable:
    return cast("Endable", session.get_one(ENDED[table], which))


def _end(
    session: Session, table: str, row: Endable, on: date | None,
    now: datetime, by_id: uuid.UUID | None,
) -> None:  # fmt: skip
    row.ended_on = on
    mark(session, table, row.id, now, by_id)
    audit.note(session, f"{table}.{'end' if on else 'resume'}", row.id, now, by_id)


def _check_unit(session: Session, unit: Unit, today: date) -> None:
    _check_idle(session, unit)
    cells = sa.select(sa.func.count()).where(
        Responsibility.unit_id == unit.id,
        sa.or_(Responsibility.effective_to.is_(None), Responsibility.effective_to >= today),
    )
    _refuse(session, cells, "rules", "rules send cases there. Name another desk in them first")
    if unit.kind == "central":
        raise StillNeeded("central", 1, "the desk of last resort cannot end")


def _check_idle(session: Session, unit: Unit) -> None:
    held = sa.select(sa.func.count(Case.id)).where(
        Case.unit_id == unit.id, Case.status.in_(UNDER_WAY)
    )
    _refuse(session, held, "cases", "cases are under way there. Transfer them first")


def _check_not_last(session: Session, unit: Unit) -> None:
    others = sa.select(Unit.id).where(
        Unit.institution_id == unit.institution_id, Unit.id != unit.id,
        Unit.ended_on.is_(None), Unit.kind != "integrity",
    )  # fmt: skip
    if unit.kind != "integrity" and session.scalars(others.limit(1)).first() is None:
        told = "its institution would have no desk for complaints. Add another one first"
        raise StillNeeded("last_desk", 1, told)


def _check_institution(session: Session, which: str) -> None:
    given = sa.select(sa.func.count()).where(
        Service.institution_id == which, Service.ended_on.is_(None)
    )
    _refuse(session, given, "services", "services are its own. End or move them first")


def _refuse(session: Session, counted: sa.Select[int], key: str, told: str) -> None:
    count = session.scalar(counted) or 0
    if count:
        raise StillNeeded(key, count, f"{count} {told}")
