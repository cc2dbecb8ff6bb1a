"""Who is looking at a page: a person with everything they may act as today, deputies included."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from feedback_service.domain.calendar import NAIROBI
from feedback_service.models import Notice, Role, SignIn, Staff
from feedback_service.staff.signing import hashed

UNIVERSAL_ROLES = frozenset(
    {Role.ANALYST, Role.AUDITOR, Role.ADMINISTRATOR, Role.TRANSLATOR, Role.OVERSIGHT}
)
"""Roles that may stand without an institution."""
_PRINCIPAL = aliased(Staff)  # made once: every page asks, and an alias costs more than the question


@dataclass(frozen=True)
class Viewer:
    """Who is looking: the person, everything they may act as today, from which desk; and how many
    notices they have not seen."""

    staff_id: uuid.UUID
    name: str
    roles: frozenset[Role]
    institution_id: str | None
    unit_id: str | None
    service_point_id: str | None
    language: str
    unseen: int = 0

    def has(self, *roles: Role) -> bool:
        return not self.roles.isdisjoint(roles)


def viewer_of(session: Session, token: str, now: datetime) -> Viewer | None:
    """Who a token belongs to, with the roles they stand in for today; None when it is no good."""
    found = (
        sa.select(Staff, stands_for(now), _unseen())
        .join(SignIn, SignIn.staff_id == Staff.id)
        .where(SignIn.token_hash == hashed(token), SignIn.expires_at > now)
        .where(Staff.disabled_at.is_(None))
    )
    row = session.execute(found).one_or_none()
    return _as_viewer(*row) if row else None


def viewer_for(session: Session, account: Staff, now: datetime) -> Viewer:
    """The same for an account, whether or not it is signed in."""
    asked = sa.select(Staff, stands_for(now), _unseen()).where(Staff.id == account.id)
    return _as_viewer(*session.execute(asked).one())


def stands_for(now: datetime) -> sa.ColumnElement[list[str] | None]:
    """The roles of those who named the account their deputy, as a column beside it."""
    today, other = now.astimezone(NAIROBI).date(), _PRINCIPAL
    roles = sa.select(sa.func.array_agg(sa.cast(other.role, sa.String))).where(
        other.deputy_id == Staff.id,
        other.disabled_at.is_(None),
        other.institution_id == Staff.institution_id,
        sa.or_(other.deputy_until.is_(None), other.deputy_until >= today),
    )
    return roles.correlate(Staff).scalar_subquery()


def manages(who: Viewer, role: Role, institution_id: str | None, unit_id: str | None) -> bool:
    """Whether the viewer makes, changes and closes accounts of that role there.

    An administrator of all: every account.  One of an institution: its accounts, none that sees
    beyond it.  A supervisor: officers of the own institution, and of the own unit if they have one.
    """
    if who.has(Role.ADMINISTRATOR):
        own = who.institution_id == institution_id and role not in UNIVERSAL_ROLES
        return who.institution_id is None or own
    if not who.has(Role.SUPERVISOR) or who.institution_id is None:
        return False
    here = institution_id == who.institution_id and who.unit_id in (None, unit_id)
    return here and role is Role.OFFICER


def may_change(who: Viewer, account: Staff, roles: Iterable[Role]) -> bool:
    """Whether the viewer changes this account, which acts in these roles today.

    Nobody takes over a colleague who stands in for a role that is not theirs to give; a supervisor
    changes nobody whom another one leads.
    """
    led = who.has(Role.ADMINISTRATOR) or account.supervisor_id in (None, who.staff_id)
    here = account.institution_id, account.unit_id
    return led and all(manages(who, role, *here) for role in {account.role, *roles})


def _unseen() -> sa.ColumnElement[int]:
    """How many notices wait for the account, as a column beside it: no page asks for them apart."""
    new = sa.select(sa.func.count(Notice.id)).where(
        Notice.staff_id == Staff.id, Notice.seen_at.is_(None)
    )
    return new.correlate(Staff).scalar_subquery()


def _as_viewer(account: Staff, others: Iterable[str] | None, unseen: int) -> Viewer:
    roles = frozenset({account.role, *map(Role, others or ())})
    return Viewer(
        account.id, account.name, roles, account.institution_id, account.unit_id,
        account.service_point_id, account.language, unseen,
    )  # fmt: skip
