"""Who opens whose appraisal: the officer, the supervisors above, the institution's performance
officer (who keeps the forms, and only reads).  Nobody by deputy: an appraisal is not delegated.

| reader | opens | signs |
|---|---|---|
| the officer | the own one | never |
| the supervisor named on the account, and theirs | yes | yes |
| without a named one who still works there: supervisors of the same desk, or of the institution without a desk | yes | yes |
| performance officer of the institution | yes | no |
| everybody else, oversight and administrators too | no | no |
"""  # noqa: E501 - a table is read across

import uuid
from collections.abc import Iterable, Mapping

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback_service.models import Role, Staff

APPRAISED = (Role.OFFICER, Role.SUPERVISOR)
"""Whose own cases there are."""


def leads(session: Session, supervisor: Staff, officer: Staff) -> bool:
    """Whether one stands above the other in the same institution: named so on the account, or at
    the same desk or over it.  Two who name each other lead neither."""
    if not _over(supervisor, officer) or officer.id in _above(session, supervisor):
        return False
    named = _named(session, officer)
    if named:
        return supervisor.id in [one.id for one in named]
    if supervisor.unit_id not in (None, officer.unit_id):
        return False
    # Two supervisors of one desk would sign each other's.
    return officer.role is Role.OFFICER or supervisor.unit_id is None


def may_open(session: Session, reader: Staff, officer: Staff) -> bool:
    """Whether this appraisal exists for the reader."""
    if reader.id == officer.id:
        return reader.role in APPRAISED
    keeps = (
        reader.role is Role.PERFORMANCE
        and reader.institution_id is not None
        and reader.institution_id == officer.institution_id
    )
    return keeps or leads(session, reader, officer)


def led_by(session: Session, reader: Staff) -> list[Staff]:
    """Everybody whose appraisal the reader opens beside the own one, by name."""
    if reader.institution_id is None:
        return []
    found = session.scalars(
        sa.select(Staff)
        .where(
            Staff.institution_id == reader.institution_id,
            Staff.role.in_(APPRAISED),
            Staff.disabled_at.is_(None),
            Staff.id != reader.id,
        )
        .order_by(Staff.name, Staff.id)
    ).all()
    if reader.role is Role.PERFORMANCE:
        return list(found)
    return [one for one in found if leads(session, reader, one)]


def leaders(session: Session, officer: Staff) -> list[uuid.UUID]:
    """Who may sign, to be told: the nearest of those named above, else all who may."""
    named = _named(session, officer)
    if named:
        return [named[0].id]
    found = session.scalars(
        sa.select(Staff).where(
            Staff.institution_id == officer.institution_id,
            Staff.role == Role.SUPERVISOR,
            Staff.disabled_at.is_(None),
        )
    )
    return [one.id for one in found if leads(session, one, officer)]


def names(session: Session, people: Iterable[uuid.UUID | None]) -> Mapping[uuid.UUID, str]:
    wanted = {one for one in people if one}
    found = sa.select(Staff.id, Staff.name).where(Staff.id.in_(wanted))
    return dict(session.execute(found).all())


def _over(supervisor: Staff, officer: Staff) -> bool:
    return (
        supervisor.role is Role.SUPERVISOR
        and supervisor.disabled_at is None
        and supervisor.id != officer.id
        and officer.role in APPRAISED
        and officer.institution_id is not None
        and supervisor.institution_id == officer.institution_id
    )


def _named(session: Session, officer: Staff) -> list[Staff]:
    """Those above by name who can sign, the nearest first: whoever has left signs nothing."""
    above = [session.get_one(Staff, one) for one in _above(session, officer)]
    return [one for one in above if _over(one, officer)]


def _above(session: Session, officer: Staff) -> list[uuid.UUID]:
    found: list[uuid.UUID] = []
    at = officer.supervisor_id
    while at is not None and at not in found:
        found.append(at)
        at = session.scalar(sa.select(Staff.supervisor_id).where(Staff.id == at))
    return found
