"""Staff: accounts, roles, passwords, signed-in browsers, deputies; and the keys of other systems.

A deputy acts with the roles of whoever named them until the day they named; both must work for
the same institution.  Tokens are random and kept only as hashes: sign-out and disabling are real.
"""

import hashlib
import secrets
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy.orm import Session, aliased

from feedback_service.domain.calendar import NAIROBI
from feedback_service.models import ApiKey, Notice, Role, SignIn, Staff, Unit
from feedback_service.runtime import Runtime

# OWASP's second choice: 19 MiB, two passes.  64 MiB a sign-in would not fit the memory promised.
HASHER = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
SIGNED_IN_FOR = timedelta(hours=10)
SHORTEST_PASSWORD = 12
UNIVERSAL_ROLES = frozenset(
    {Role.ANALYST, Role.AUDITOR, Role.ADMINISTRATOR, Role.TRANSLATOR, Role.OVERSIGHT}
)
"""Roles that may stand without an institution."""


class Scope(StrEnum):
    """What a key opens."""

    SCORECARDS = "scorecards"
    VISITS = "visits"
    EVIDENCE = "evidence"


class BadKey(ValueError):
    """The key cannot be made so; the message names field, value and remedy."""


class BadAccount(ValueError):
    """The account cannot be made so; the message names field, value and remedy."""


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


def add(
    session: Session, email: str, role: Role, now: datetime, *, name: str = "",
    institution_id: str | None = None, unit_id: str | None = None,
    service_point_id: str | None = None, password: str = "",
) -> tuple[Staff, str]:  # fmt: skip
    """Make an account; returns it and its password, which is shown once."""
    email = email.strip().lower()
    if "@" not in email:
        raise BadAccount(f"email: {email!r} is no address. Write name@office.go.ke")
    if session.scalar(sa.select(Staff.id).where(Staff.email == email)):
        raise BadAccount(f"email: {email!r} has an account. Use `feedback user reset {email}`")
    if institution_id is None and role not in UNIVERSAL_ROLES:
        raise BadAccount(f"institution: a {role} works for one. Add --institution ID")
    if unit_id and session.get_one(Unit, unit_id).institution_id != institution_id:
        raise BadAccount(f"unit: {unit_id!r} is not of {institution_id}. See units.csv")
    password = password or secrets.token_urlsafe(12)
    account = Staff(
        email=email, name=name or email.partition("@")[0], role=role,
        password_hash=HASHER.hash(password), institution_id=institution_id, unit_id=unit_id,
        service_point_id=service_point_id, created_at=now, language="en",
    )  # fmt: skip
    session.add(account)
    session.flush()  # The caller shows the account, and needs its id.
    return account, password


def sign_in(rt: Runtime, email: str, password: str) -> str | None:
    """A token for a browser, or None; a wrong address takes as long as a wrong password."""
    with rt.transaction() as session:
        found = sa.select(Staff).where(
            Staff.email == email.strip().lower(), Staff.disabled_at.is_(None)
        )
        account = session.scalars(found).one_or_none()
        stored = account.password_hash if account else _NOBODY
    try:
        HASHER.verify(stored, password)
    except (VerifyMismatchError, InvalidHashError):
        return None
    if account is None:
        return None
    token = secrets.token_urlsafe(32)
    with rt.transaction() as session:
        session.add(
            SignIn(
                token_hash=_hashed(token), staff_id=account.id, created_at=rt.now(),
                expires_at=rt.now() + SIGNED_IN_FOR,
            )
        )  # fmt: skip
    return token


def sign_out(rt: Runtime, token: str) -> None:
    with rt.transaction() as session:
        session.execute(sa.delete(SignIn).where(SignIn.token_hash == _hashed(token)))


def viewer_of(session: Session, token: str, now: datetime) -> Viewer | None:
    """Who a token belongs to, with the roles they stand in for today; None when it is no good."""
    found = (
        sa.select(Staff, _stands_for(now), _unseen())
        .join(SignIn, SignIn.staff_id == Staff.id)
        .where(SignIn.token_hash == _hashed(token), SignIn.expires_at > now)
        .where(Staff.disabled_at.is_(None))
    )
    row = session.execute(found).one_or_none()
    return _as_viewer(*row) if row else None


def name_deputy(
    session: Session, staff_id: uuid.UUID, deputy_email: str, until: datetime | None
) -> Staff:
    """Let a colleague of the same institution act for this person up to a day."""
    account = session.get_one(Staff, staff_id)
    found = sa.select(Staff).where(
        Staff.email == deputy_email.strip().lower(), Staff.disabled_at.is_(None)
    )
    deputy = session.scalars(found).one_or_none()
    same = deputy is not None and deputy.institution_id == account.institution_id
    if deputy is None or not same or deputy.id == account.id:
        raise BadAccount(
            f"deputy: {deputy_email!r} is no colleague of yours. Give the address of somebody "
            "of your institution who has an account"
        )
    account.deputy_id = deputy.id
    account.deputy_until = until.astimezone(NAIROBI).date() if until else None
    return account


def disable(session: Session, email: str, now: datetime) -> Staff:
    """Close an account and sign it out everywhere."""
    account = _by_email(session, email)
    account.disabled_at = now
    session.execute(sa.delete(SignIn).where(SignIn.staff_id == account.id))
    return account


def reset(session: Session, email: str, password: str = "") -> tuple[Staff, str]:
    """A new password, shown once; every browser is signed out."""
    account = _by_email(session, email)
    password = password or secrets.token_urlsafe(12)
    account.password_hash, account.disabled_at = HASHER.hash(password), None
    session.execute(sa.delete(SignIn).where(SignIn.staff_id == account.id))
    return account, password


def change_password(session: Session, staff_id: uuid.UUID, old: str, new: str, token: str) -> None:
    """A password of one's own choice; every browser but the one with `token` is signed out."""
    account = session.get_one(Staff, staff_id)
    try:
        HASHER.verify(account.password_hash, old)
    except VerifyMismatchError:
        raise BadAccount("password: the present one is not right. Type it again") from None
    if len(new) < SHORTEST_PASSWORD:
        raise BadAccount(f"password: {len(new)} characters. Use at least {SHORTEST_PASSWORD}")
    account.password_hash = HASHER.hash(new)
    elsewhere = SignIn.staff_id == staff_id, SignIn.token_hash != _hashed(token)
    session.execute(sa.delete(SignIn).where(*elsewhere))


def add_key(session: Session, name: str, scopes: Iterable[str], now: datetime) -> str:
    """Make a key for another system; it is returned to be shown once, and kept only as a hash."""
    wanted = sorted(set(scopes))
    known = ", ".join(Scope)
    if not name.strip():
        raise BadKey("name: empty. Name the system that will use the key")
    if not wanted:
        raise BadKey(f"scope: none given. Give any of {known}")
    for scope in wanted:
        if scope not in list(Scope):
            raise BadKey(f"scope: {scope!r} is none. Give any of {known}")
    key = f"fb_{secrets.token_urlsafe(32)}"
    session.add(ApiKey(name=name.strip(), key_hash=_hashed(key), scopes=wanted, created_at=now))
    return key


def key_scopes(session: Session, key: str) -> frozenset[Scope] | None:
    """What a key opens; None for one that was never made or is disabled."""
    found = sa.select(ApiKey.scopes).where(
        ApiKey.key_hash == _hashed(key), ApiKey.disabled_at.is_(None)
    )
    scopes = session.scalar(found)
    return None if scopes is None else frozenset(map(Scope, scopes))


def _viewer(session: Session, account: Staff, now: datetime) -> Viewer:
    return _as_viewer(
        *session.execute(
            sa.select(Staff, _stands_for(now), _unseen()).where(Staff.id == account.id)
        ).one()
    )


def _stands_for(now: datetime) -> sa.ColumnElement[list[str] | None]:
    """The roles of those who named the account their deputy, as a column beside it."""
    today, other = now.astimezone(NAIROBI).date(), aliased(Staff)
    roles = sa.select(sa.func.array_agg(sa.cast(other.role, sa.String))).where(
        other.deputy_id == Staff.id,
        other.disabled_at.is_(None),
        other.institution_id == Staff.institution_id,
        sa.or_(other.deputy_until.is_(None), other.deputy_until >= today),
    )
    return roles.correlate(Staff).scalar_subquery()


def _unseen() -> sa.ColumnElement[int]:
    """How many notices wait for the account, as a column beside it: no page asks for them apart."""
    new = sa.select(sa.func.count(Notice.id)).where(
        Notice.staff_id == Staff.id, Notice.seen_at.is_(None)
    )
    return new.correlate(Staff).scalar_subquery()


def _as_viewer(account: Staff, stands_for: Iterable[str] | None, unseen: int) -> Viewer:
    roles = frozenset({account.role, *map(Role, stands_for or ())})
    return Viewer(
        account.id, account.name, roles, account.institution_id, account.unit_id,
        account.service_point_id, account.language, unseen,
    )  # fmt: skip


def _by_email(session: Session, email: str) -> Staff:
    found = sa.select(Staff).where(Staff.email == email.strip().lower())
    account = session.scalars(found).one_or_none()
    if account is None:
        raise BadAccount(f"email: no account {email!r}. Add it with `feedback user add`")
    return account


def _hashed(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


_NOBODY = HASHER.hash(secrets.token_urlsafe(12))
