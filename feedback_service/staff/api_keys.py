"""Keys with which other systems call the API; kept as hashes, each for the scopes it names."""

import hashlib
import secrets
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback_service import audit
from feedback_service.models import ApiKey, Institution

LONGEST_DAYS = 3_650
OFTENEST = 100_000


class Scope(StrEnum):
    """What a key opens."""

    SCORECARDS = "scorecards"
    VISITS = "visits"
    EVIDENCE = "evidence"


@dataclass(frozen=True)
class KeyHolder:
    """What a key is for; `institution_id` is whom it speaks for, None for all of them; `per_minute`
    how often it may ask, None as the settings say."""

    id: uuid.UUID
    name: str
    scopes: frozenset[Scope]
    institution_id: str | None
    per_minute: int | None


class BadKey(ValueError):
    """The key cannot be made or closed; the message names field, value and remedy."""


def add_key(
    session: Session, name: str, scopes: Iterable[str], now: datetime,
    by_id: uuid.UUID | None = None, institution: str | None = None, days: int | None = None,
    per_minute: int | None = None,
) -> str:  # fmt: skip
    """Make a key for another system; it is returned to be shown once, and kept only as a hash.

    institution: whom it speaks for; without one it speaks for all.  days: how long it opens,
    without a number until it is closed.
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
    if days is not None and not 1 <= days <= LONGEST_DAYS:
        raise BadKey(f"days: {days} is no length. Give 1 to {LONGEST_DAYS}")
    if per_minute is not None and not 1 <= per_minute <= OFTENEST:
        raise BadKey(f"per minute: {per_minute} is no rate. Give 1 to {OFTENEST}")
    key = f"fb_{secrets.token_urlsafe(32)}"
    made = ApiKey(
        name=name.strip(), key_hash=_hashed(key), scopes=wanted, created_at=now,
        institution_id=institution or None, per_minute=per_minute,
        expires_at=now + timedelta(days=days) if days else None,
    )  # fmt: skip
    session.add(made)
    session.flush()  # The audit names the key by its id.
    told: dict[str, Any] = {"name": made.name, "scopes": wanted}
    told |= {"institution": institution} if institution else {}
    told |= {"days": days} if days else {}
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


def key_holder(session: Session, key: str, now: datetime) -> KeyHolder | None:
    """What a key opens, and for whom; None for one never made, disabled or expired.

    That it was used is noted once a minute: it opens nothing faster to know the second.
    """
    row = session.scalar(
        sa.select(ApiKey).where(
            ApiKey.key_hash == _hashed(key),
            ApiKey.disabled_at.is_(None),
            sa.or_(ApiKey.expires_at.is_(None), ApiKey.expires_at > now),
        )
    )
    if row is None:
        return None
    if row.last_used_at is None or now - row.last_used_at >= timedelta(minutes=1):
        row.last_used_at = now
    scopes = frozenset(map(Scope, row.scopes))
    return KeyHolder(row.id, row.name, scopes, row.institution_id, row.per_minute)


def _hashed(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
