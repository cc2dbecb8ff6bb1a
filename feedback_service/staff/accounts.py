"""Accounts: made, changed, closed, given new passwords and deputies; each change told to the audit.

A deputy acts with the roles of whoever named them until the day they named; both must work for
the same institution.
"""

import uuid
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback_service import audit
from feedback_service.domain.calendar import NAIROBI
from feedback_service.models import Role, SignIn, Staff, Unit
from feedback_service.staff import passwords
from feedback_service.staff.faults import BadAccount
from feedback_service.staff.signing import hashed, sign_out_everywhere
from feedback_service.staff.viewers import UNIVERSAL_ROLES

MOST_ABOVE = 20
"""Supervisors above each other that are looked through for a circle."""


@dataclass(frozen=True)
class Change:
    """What an account is to be from now on; None where there is none."""

    name: str
    role: Role
    institution_id: str | None = None
    unit_id: str | None = None
    service_point_id: str | None = None
    supervisor_id: uuid.UUID | None = None


def add(
    session: Session, email: str, role: Role, now: datetime, *, name: str = "",
    institution_id: str | None = None, unit_id: str | None = None,
    service_point_id: str | None = None, supervisor_id: uuid.UUID | None = None,
    password: str = "", by_id: uuid.UUID | None = None,
) -> tuple[Staff, str]:  # fmt: skip
    """Make an account; returns it and its password, which is shown once."""
    email = email.strip().lower()
    if "@" not in email:
        raise BadAccount("email", f"{email!r} is no address. Write name@office.go.ke")
    if session.scalar(sa.select(Staff.id).where(Staff.email == email)):
        raise BadAccount("email", f"{email!r} has an account. Use `feedback user reset {email}`")
    wanted = Change(
        name or email.partition("@")[0], role, institution_id, unit_id, service_point_id,
        supervisor_id,
    )  # fmt: skip
    _check_place(session, wanted)
    password = password or passwords.new_password()
    account = Staff(
        email=email, password_hash=passwords.kept(password), created_at=now, language="en",
        **asdict(wanted),
    )  # fmt: skip
    session.add(account)
    session.flush()  # The caller shows the account, and needs its id.
    audit.note(session, "staff.add", str(account.id), now, by_id, {"email": email, **_said(wanted)})
    return account, password


def change(
    session: Session, staff_id: uuid.UUID, wanted: Change, now: datetime,
    by_id: uuid.UUID | None = None,
) -> bool:  # fmt: skip
    """Give an account another name, role, place or supervisor; whether anything is new.

    Another role or place signs it out everywhere, so that nobody goes on with what they had; with
    another role or institution it leads nobody any more, and nobody stands in for it.
    """
    account = session.get_one(Staff, staff_id, with_for_update=True)
    if not wanted.name:
        raise BadAccount("name", "empty. Write the name colleagues know")
    before = {name: getattr(account, name) for name in asdict(wanted)}
    new = {name: value for name, value in asdict(wanted).items() if value != before[name]}
    if not new:
        return False
    _check_place(session, wanted)
    _check_supervisor(session, account, wanted)
    was_last = account.role is Role.ADMINISTRATOR and account.institution_id is None
    if was_last and (wanted.role is not Role.ADMINISTRATOR or wanted.institution_id):
        _check_not_last(session, account, "role")
    for name, value in new.items():
        setattr(account, name, value)
    if new.keys() - {"name", "supervisor_id"}:
        sign_out_everywhere(session, account.id)
    said: dict[str, Any] = {
        name: [_plain(before[name]), _plain(value)] for name, value in new.items()
    }
    if new.keys() & {"role", "institution_id"}:
        said |= _hand_back(session, account)
    audit.note(session, "staff.change", str(account.id), now, by_id, said)
    return True


def account_of(session: Session, email: str) -> Staff:
    """The account of an address; raises BadAccount when there is none."""
    found = sa.select(Staff).where(Staff.email == email.strip().lower())
    account = session.scalars(found).one_or_none()
    if account is None:
        raise BadAccount("email", f"no account {email!r}. Add it with `feedback user add`")
    return account


def disable(session: Session, email: str, now: datetime, by_id: uuid.UUID | None = None) -> Staff:
    """Close an account and sign it out everywhere; never the last administrator of all."""
    account = account_of(session, email)
    if account.role is Role.ADMINISTRATOR and account.institution_id is None:
        _check_not_last(session, account, "email")
    account.disabled_at = now
    sign_out_everywhere(session, account.id)
    audit.note(session, "staff.disable", str(account.id), now, by_id, {"email": account.email})
    return account


def open_again(
    session: Session, email: str, now: datetime, by_id: uuid.UUID | None = None
) -> Staff:
    """Open a closed account; its password and second factor are what they were."""
    account = account_of(session, email)
    account.disabled_at = None
    audit.note(session, "staff.open", str(account.id), now, by_id, {"email": account.email})
    return account


def reset(
    session: Session, email: str, now: datetime, password: str = "",
    by_id: uuid.UUID | None = None,
) -> tuple[Staff, str]:  # fmt: skip
    """A new password, shown once; every browser is signed out, a closed account is open."""
    account = account_of(session, email)
    password = password or passwords.new_password()
    account.password_hash, account.disabled_at = passwords.kept(password), None
    sign_out_everywhere(session, account.id)
    audit.note(session, "staff.reset", str(account.id), now, by_id, {"email": account.email})
    return account, password


def invite(
    session: Session, email: str, now: datetime, by_id: uuid.UUID | None = None
) -> tuple[Staff, str]:
    """A code that opens the account once, to choose a password; the old password is gone.

    The code is to be printed, or to go by mail as a link; it is good for three days.
    """
    account, code = account_of(session, email), passwords.new_code()
    account.password_hash = passwords.kept_once(code, now + passwords.CODE_FOR)
    sign_out_everywhere(session, account.id)
    audit.note(session, "staff.invite", str(account.id), now, by_id, {"email": account.email})
    return account, code


def name_deputy(
    session: Session, staff_id: uuid.UUID, deputy_email: str, until: datetime | None, now: datetime
) -> Staff:
    """Let a colleague of the same institution act for this person up to a day; the colleague."""
    account = session.get_one(Staff, staff_id)
    found = sa.select(Staff).where(
        Staff.email == deputy_email.strip().lower(), Staff.disabled_at.is_(None)
    )
    deputy = session.scalars(found).one_or_none()
    ours = account.institution_id  # who works for none has no deputy: nobody would be let in as one
    if deputy is None or ours is None or deputy.institution_id != ours or deputy.id == account.id:
        raise BadAccount(
            "deputy",
            f"{deputy_email!r} is no colleague of yours. Give the address of somebody "
            "of your institution who has an account",
        )
    account.deputy_id = deputy.id
    account.deputy_until = until.astimezone(NAIROBI).date() if until else None
    said = {"deputy": deputy.email, "until": str(account.deputy_until or "")}
    audit.note(session, "staff.deputy", str(account.id), now, account.id, said)
    return deputy


def end_deputy(session: Session, staff_id: uuid.UUID, now: datetime) -> None:
    """Nobody stands in for this person any more."""
    account = session.get_one(Staff, staff_id)
    account.deputy_id = account.deputy_until = None
    audit.note(session, "staff.deputy", str(account.id), now, account.id, {"deputy": None})


def choose_language(session: Session, staff_id: uuid.UUID, language: str, now: datetime) -> None:
    account = session.get_one(Staff, staff_id)
    account.language = language
    audit.note(session, "staff.language", str(account.id), now, account.id, {"to": language})


def change_password(
    session: Session, staff_id: uuid.UUID, old: str, new: str, token: str, now: datetime
) -> None:
    """A password of one's own choice; every browser but the one with `token` is signed out."""
    account = session.get_one(Staff, staff_id)
    if not passwords.fits(account.password_hash, old, now):
        raise BadAccount("password", "the present one is not right. Type it again")
    if len(new) < passwords.SHORTEST_PASSWORD:
        raise BadAccount(
            "password", f"{len(new)} characters. Use at least {passwords.SHORTEST_PASSWORD}"
        )
    account.password_hash = passwords.kept(new)
    elsewhere = SignIn.staff_id == staff_id, SignIn.token_hash != hashed(token)
    session.execute(sa.delete(SignIn).where(*elsewhere))
    audit.note(session, "staff.password", str(account.id), now, account.id)


def _check_place(session: Session, wanted: Change) -> None:
    if wanted.institution_id is None and wanted.role not in UNIVERSAL_ROLES:
        raise BadAccount("institution", f"a {wanted.role} works for one. Add --institution ID")
    unit = session.get(Unit, wanted.unit_id) if wanted.unit_id else None
    if wanted.unit_id and (unit is None or unit.institution_id != wanted.institution_id):
        raise BadAccount("unit", f"{wanted.unit_id!r} is not of {wanted.institution_id}. "
                         "See units.csv")  # fmt: skip


def _check_supervisor(session: Session, account: Staff, wanted: Change) -> None:
    """An open account of the same institution, and nobody's supervisor in a circle."""
    above = session.get(Staff, wanted.supervisor_id) if wanted.supervisor_id else None
    if wanted.supervisor_id is None:
        return
    if above is None or above.disabled_at or above.institution_id != wanted.institution_id:
        raise BadAccount("supervisor", "works elsewhere or is closed. Choose a colleague")
    for _ in range(MOST_ABOVE):
        if above is None:
            return
        if above.id == account.id:
            raise BadAccount("supervisor", "is led by this very person. Choose somebody else")
        above = session.get(Staff, above.supervisor_id) if above.supervisor_id else None


def _hand_back(session: Session, account: Staff) -> dict[str, Any]:
    """Whom it led and who stood in for it, as the audit says it."""
    led = session.scalars(sa.select(Staff).where(Staff.supervisor_id == account.id)).all()
    for person in led:
        person.supervisor_id = None
    said = {"led": [len(led), 0], "deputy_id": [_plain(account.deputy_id), None]}
    account.deputy_id = account.deputy_until = None
    return {name: went for name, went in said.items() if went[0]}


def _check_not_last(session: Session, account: Staff, field: str) -> None:
    """Somebody must be left who can make accounts; two who close each other wait for their turn."""
    others = sa.select(Staff.id).where(
        Staff.role == Role.ADMINISTRATOR, Staff.institution_id.is_(None),
        Staff.disabled_at.is_(None), Staff.id != account.id,
    )  # fmt: skip
    session.execute(sa.select(sa.func.pg_advisory_xact_lock(_LAST)))
    if session.scalars(others.limit(1)).first() is None:
        raise BadAccount(
            field, f"{account.email!r} is the last administrator. Make another one first"
        )


def _said(wanted: Change) -> dict[str, Any]:
    return {name: _plain(value) for name, value in asdict(wanted).items() if value is not None}


def _plain(value: Any) -> Any:
    return value if value is None else str(value)


_LAST = 7_216_350_234  # beside the audit's own; any number nothing else locks
