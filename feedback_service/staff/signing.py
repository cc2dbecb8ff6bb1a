"""Signing in: who a password belongs to, browsers that are signed in, codes that open once.

Tokens are random and kept only as hashes: sign-out and disabling are real.
"""

import hashlib
import secrets
import uuid
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback_service import audit
from feedback_service.models import AuditLine, SignIn, Staff
from feedback_service.runtime import Runtime
from feedback_service.staff import passwords
from feedback_service.staff.faults import BadAccount

SIGNED_IN_FOR = timedelta(hours=10)
BRAKE_TOLD_EVERY = timedelta(minutes=15)


def recognise(rt: Runtime, email: str, password: str) -> Staff | None:
    """The open account of that address and password, or None; both mistakes take as long.

    Whether a second factor is asked as well is not known here; see `second_factor.asked_of`.
    """
    with rt.transaction() as session:
        found = sa.select(Staff).where(
            Staff.email == email.strip().lower(), Staff.disabled_at.is_(None)
        )
        account = session.scalars(found).one_or_none()
    stored = account.password_hash if account else passwords.NOBODY
    return account if passwords.fits(stored, password, rt.now()) else None


def open_browser(rt: Runtime, staff_id: uuid.UUID) -> str:
    """A token for a browser in which somebody has shown who they are."""
    token = secrets.token_urlsafe(32)
    with rt.transaction() as session:
        session.add(
            SignIn(
                token_hash=hashed(token), staff_id=staff_id, created_at=rt.now(),
                expires_at=rt.now() + SIGNED_IN_FOR,
            )
        )  # fmt: skip
    return token


def sign_in(rt: Runtime, email: str, password: str) -> str | None:
    """A token for a browser by password alone, for accounts without a second factor; or None."""
    account = recognise(rt, email, password)
    plain = account and not account.totp_since and not passwords.is_code(account.password_hash)
    return open_browser(rt, account.id) if account and plain else None


def sign_out(rt: Runtime, token: str) -> None:
    with rt.transaction() as session:
        session.execute(sa.delete(SignIn).where(SignIn.token_hash == hashed(token)))


def sign_out_everywhere(session: Session, staff_id: uuid.UUID) -> None:
    session.execute(sa.delete(SignIn).where(SignIn.staff_id == staff_id))


def note_brake(rt: Runtime, email: str) -> None:
    """Somebody fails to sign in to an account so often that they must wait: one line a span."""
    with rt.transaction() as session:
        account = session.scalars(
            sa.select(Staff).where(Staff.email == email, Staff.disabled_at.is_(None))
        ).first()
        if account is None:
            return
        told = sa.select(AuditLine.number).where(
            AuditLine.subject == str(account.id), AuditLine.what == "staff.brake",
            AuditLine.at > rt.now() - BRAKE_TOLD_EVERY,
        )  # fmt: skip
        if session.scalars(told.limit(1)).first() is None:
            audit.note(session, "staff.brake", str(account.id), rt.now(), data={"email": email})


def link_mark(account: Staff) -> str:
    """What stands for an account's password as it is now; after another was chosen it is another.

    A link to choose one carries it, and a browser between password and second factor.
    """
    return passwords.mark(account.password_hash)


def link_is_good(rt: Runtime, staff_id: uuid.UUID, link: str) -> bool:
    """Whether a link still opens its account, to choose a password."""
    with rt.transaction() as session:
        account = session.get(Staff, staff_id)
    return account is not None and account.disabled_at is None and _fits(rt, account, link)


def choose_password(rt: Runtime, staff_id: uuid.UUID, link: str, new: str) -> Staff:
    """A first password by link or code; raises BadAccount when the link is used up or too old."""
    with rt.transaction() as session:
        account = session.get(Staff, staff_id, with_for_update=True)
        good = account is not None and account.disabled_at is None
        if account is None or not good or not _fits(rt, account, link):
            raise BadAccount("link", "was used or is too old. Ask for another one")
        if len(new) < passwords.SHORTEST_PASSWORD:
            least = passwords.SHORTEST_PASSWORD
            raise BadAccount("password", f"{len(new)} characters. Use at least {least}")
        account.password_hash = passwords.kept(new)
        sign_out_everywhere(session, account.id)
        audit.note(session, "staff.password", str(account.id), rt.now(), account.id, {"by": "link"})
        return account


def _fits(rt: Runtime, account: Staff, link: str) -> bool:
    stored = account.password_hash
    here = secrets.compare_digest(passwords.mark(stored), link)
    return here and passwords.code_is_good(stored, rt.now())


def hashed(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
