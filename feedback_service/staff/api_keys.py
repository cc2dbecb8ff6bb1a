"""Keys with which other systems call the API; kept as hashes, each for the scopes it names."""

import hashlib
import secrets
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback_service import audit
from feedback_service.models import ApiKey, Institution


class Scope(StrEnum):
    """What a key opens."""

    SCORECARDS = "scorecards"
    VISITS = "visits"
    EVIDENCE = "evidence"


@dataclass(frozen=True)
class KeyHolder:
    """What a key is for; `institution_id` is whom it speaks for, None for all of them."""

    name: str
    scopes: frozenset[Scope]
    institution_id: str | None


class BadKey(ValueError):
    """The key cannot be made or closed; the message names field, value and remedy."""


def add_key(
    session: Session, name: str, scopes: Iterable[str], now: datetime,
    by_id: uuid.UUID | None = None, institution: str | None = None,
) -> str:  # fmt: skip
    """Make a key for another system; it is returned to be shown once, and kept only as a hash.

    institution: whom it speaks for; without one it speaks for all.
    """
    wanted = sorted(set(scopes))
    known = ", ".join(Scope)
    if not name.strip():
        raise BadKey("name: empty. Name the system that will use the key")
    if not wanted:
        raise BadKey(f"scope: none given. Give any of {known}")
    for scope in wanted:
        if scope not in list(Scope):
            raise BadKey(f"scope: {scope!r} is none. Give any of {known}")
    if institution and session.get(Institution, institution) is None:
        raise BadKey(f"institution: {institution!r} is none. Give its id, such as NRB")
    key = f"fb_{secrets.token_urlsafe(32)}"
    made = ApiKey(
        name=name.strip(), key_hash=_hashed(key), scopes=wanted, created_at=now,
        institution_id=institution or None,
    )  # fmt: skip
    session.add(made)
    session.flush()  # The audit names the key by its id.
    told = {"name": made.name, "scopes": wanted}
    told |= {"institution": institution} if institution else {}
    audit.note(session, "key.add", str(made.id), now, by_id, told)
    return key


def disable_key(session: Session, name: str, now: datetime, by_id: uuid.UUID | None = None) -> int:
    """Close every open key of that name; how many there were.  Raises BadKey where none was."""
    found = session.scalars(
        sa.select(ApiKey).where(ApiKey.name == name.strip(), ApiKey.disabled_at.is_(None))
    ).all()
    if not found:
        raise BadKey(f"name: no open key {name!r}. `feedback key list` shows them")
    for key in found:
        key.disabled_at = now
        audit.note(session, "key.disable", str(key.id), now, by_id, {"name": key.name})
    return len(found)


def key_holder(session: Session, key: str) -> KeyHolder | None:
    """What a key opens, and for whom; None for one that was never made or is disabled."""
    found = sa.select(ApiKey.name, ApiKey.scopes, ApiKey.institution_id).where(
        ApiKey.key_hash == _hashed(key), ApiKey.disabled_at.is_(None)
    )
    row = session.execute(found).one_or_none()
    if row is None:
        return None
    return KeyHolder(row.name, frozenset(map(Scope, row.scopes)), row.institution_id)


def _hashed(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
