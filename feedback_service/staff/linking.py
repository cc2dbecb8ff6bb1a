"""Which account somebody has whom the government's own sign-in vouches for; none is made by itself.

The first time by the verified address, from then on by the issuer's own name for them: an address
that is given to a successor opens nothing.
"""

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback_service import audit
from feedback_service.models import Staff
from feedback_service.staff.accounts import account_of
from feedback_service.staff.issuer import Identity


class NoAccount(Exception):
    """Nobody here, or not any more; the reason is for the log, the door says one sentence."""


def account_for(session: Session, who: Identity, now: datetime) -> Staff:
    """The open account of whom the issuer names, linked at first sight; raises NoAccount."""
    found = session.scalars(sa.select(Staff).where(Staff.oidc_subject == who.subject)).first()
    if found is None:
        found = _link(session, who, now)
    if found.disabled_at:
        raise NoAccount("the account is closed")
    return found


def unlink(session: Session, email: str, now: datetime, by_id: uuid.UUID | None = None) -> Staff:
    """Forget who an account is at the issuer: the next sign-in there links it by address again."""
    account = account_of(session, email)
    account.oidc_subject = None
    audit.note(session, "staff.oidc-unlink", str(account.id), now, by_id, {"email": account.email})
    return account


def _link(session: Session, who: Identity, now: datetime) -> Staff:
    if not who.email_verified or not who.email:
        raise NoAccount("the issuer has not verified the address")
    account = session.scalars(
        sa.select(Staff).where(Staff.email == who.email).with_for_update()
    ).first()
    if account is None:
        raise NoAccount("no account has that address")
    if account.oidc_subject:
        raise NoAccount("the account is linked to somebody else of that address")
    if account.disabled_at is None:
        account.oidc_subject = who.subject
        audit.note(session, "staff.oidc-link", str(account.id), now, account.id)
    return account
