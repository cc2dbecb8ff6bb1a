"""Writing a notice, once for its cause and person, and finding whom a case concerns."""

import uuid
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from feedback_service.domain.cases import Lane
from feedback_service.models import Case, Notice, Role, Staff, Unit, new_id
from feedback_service.notices.shut import may_hear


def post(
    session: Session, key: str, kind: str, staff_ids: Iterable[uuid.UUID], at: datetime,
    *, addresses: Iterable[str] = (), case_id: uuid.UUID | None = None,
    data: Mapping[str, Any] | None = None, urgent: bool = False,
) -> None:  # fmt: skip
    """Tell these people once of what `key` names; told again, nothing happens.

    addresses: mail addresses of offices without an account.  kind: the text, as the desk and mails
    word it; data: what fills it, no citizen's words.
    """
    whom: list[tuple[uuid.UUID | None, str]] = [(staff_id, "") for staff_id in staff_ids]
    whom += [(None, address) for address in addresses]
    rows = [
        {
            "id": new_id(), "key": f"{key}:{staff_id or address}", "kind": kind,
            "staff_id": staff_id, "address": address, "case_id": case_id,
            "data": dict(data or {}), "urgent": urgent, "at": at, "attempts": 0,
        }
        for staff_id, address in dict.fromkeys(whom)
    ]  # fmt: skip
    if rows:
        session.execute(insert(Notice).on_conflict_do_nothing(), rows)


def whose_case(session: Session, case: Case) -> list[uuid.UUID]:
    """The officer who has the case, and whoever supervises them or their unit.

    Never anybody from whom the case is hidden, here as in `supervisors_of`.
    """
    has_it = sa.select(Staff.id).where(Staff.id == case.assigned_to_id, may_hear(case.id))
    return [*session.scalars(has_it), *supervisors_of(session, case)]


def supervisors_of(session: Session, case: Case) -> list[uuid.UUID]:
    """Who answers for the unit that holds the case; nobody is without one.

    The officer's own supervisor; else supervisors of the unit, of its institution, and in the end
    everybody at central triage.  A confidential case has its integrity officers instead.
    """
    unit = session.get_one(Unit, case.unit_id)
    role = Role.INTEGRITY if case.lane is Lane.CONFIDENTIAL else Role.SUPERVISOR
    own = sa.select(Staff.supervisor_id).where(Staff.id == case.assigned_to_id)
    for wanted in (
        Staff.id.in_(own) if case.assigned_to_id and role is Role.SUPERVISOR else sa.false(),
        sa.and_(Staff.role == role, Staff.unit_id == unit.id),
        sa.and_(Staff.role == role, Staff.institution_id == unit.institution_id),
        at_central(),
    ):
        found = sa.select(Staff.id).where(wanted, Staff.disabled_at.is_(None), may_hear(case.id))
        if people := list(session.scalars(found.order_by(Staff.id))):
            return people
    return []


def at_central() -> sa.ColumnElement[bool]:
    """The clause over `Staff` of the people of the desk of last resort."""
    central = sa.select(Unit.institution_id).where(Unit.kind == "central")
    desk = Staff.role.in_((Role.OFFICER, Role.SUPERVISOR))
    return sa.and_(Staff.institution_id.in_(central), desk)
