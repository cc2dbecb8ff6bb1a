"""Keys with which other systems call the API; kept as hashes, each for the scopes it names."""

import hashlib
import secrets
import uuid
from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback_service import audit
from feedback_service.models import ApiKey


class Scope(StrEnum):
    """What a key opens."""

    SCORECARDS = "scorecards"
    VISITS = "visits"
    EVIDENCE = "evidence"


class BadKey(ValueError):
    """The key cannot be made or closed; the message names field, value and remedy."""


def add_key(
    session: Session, name: str, scopes: Iterable[str], now: datetime,
    by_id: uuid.UUID | None = None,
) -> str:  # fmt: skip
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
    made = ApiKey(name=name.strip(), key_hash=_hashed(key), scopes=wanted, created_at=now)
    session.add(made)
    session.flush()  # The audit names the key by its id.
    audit.note(session, "key.add", str(made.id), now, by_id, {"name": made.name, "scopes": wanted})
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


def key_scopes(session: Session, key: str) -> frozenset[Scope] | None:
    """What a key opens; None for one that was never made or is disabled."""
    found = sa.select(ApiKey.scopes).where(
        ApiKey.key_hash == _hashed(key), ApiKey.disabled_at.is_(None)
    )
    scopes = session.scalar(found)
    return None if scopes is None else frozenset(map(Scope, scopes))


def _hashed(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
