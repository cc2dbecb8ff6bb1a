"""Sealed numbers: encrypted at rest, found by keyed hash, shown to nobody at the desk.

AES-256-GCM with the citizen's lookup as associated data; the lookup is HMAC-SHA256 under another
key derived from the same secret.  A phone number has fewer than 30 bits, so without the key kept
outside the database a hash would hide nothing.
"""

import hashlib
import hmac
import os
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

import sqlalchemy as sa
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from feedback_service.models import Citizen, Stop, new_id
from feedback_service.runtime import Runtime

NONCE = 12


class NoKey(Exception):
    """An address that cannot be opened: its key is gone from PHONE_KEYS, or its row was changed."""


@dataclass(frozen=True)
class KeyRing:
    """PHONE_KEYS, newest first: the first seals, all open, the oldest finds.

    So a new key put in front loses nobody; the oldest may go when every row was sealed and looked
    up anew.
    """

    keys: Sequence[bytes]

    def lookup(self, address: str) -> bytes:
        """The keyed hash under which an address is found; 32 bytes."""
        return hmac.digest(_derive(self.keys[-1], b"lookup"), address.encode(), "sha256")

    def seal(self, address: str, lookup: bytes) -> bytes:
        nonce = os.urandom(NONCE)
        cipher = AESGCM(_derive(self.keys[0], b"seal"))
        return _key_id(self.keys[0]) + nonce + cipher.encrypt(nonce, address.encode(), lookup)

    def unseal(self, sealed: bytes, lookup: bytes) -> str:
        for key in self.keys:
            if sealed[:4] == _key_id(key):
                nonce, body = sealed[4 : 4 + NONCE], sealed[4 + NONCE :]
                try:
                    return AESGCM(_derive(key, b"seal")).decrypt(nonce, body, lookup).decode()
                except InvalidTag:
                    raise NoKey(
                        "the sealed address was changed: restore the citizen's row"
                    ) from None
        raise NoKey("PHONE_KEYS lacks the key this address was sealed with: put it back in")


def find_or_add(
    session: Session, ring: KeyRing, address: str, now: datetime, language: str | None = None
) -> Citizen:
    """The citizen behind an address; made when first heard of.  Two at once make one."""
    lookup = ring.lookup(address)
    row = {
        "id": new_id(),
        "lookup": lookup,
        "sealed": ring.seal(address, lookup),
        "kind": "phone" if address.startswith("+") else "whatsapp",
        "language": language,
        "created_at": now,
    }
    session.execute(insert(Citizen).values(row).on_conflict_do_nothing(index_elements=["lookup"]))
    return session.scalars(sa.select(Citizen).where(Citizen.lookup == lookup)).one()


_LANGUAGE = sa.text("select language from citizens where lookup = :lookup and created_at < :before")


def language_of(rt: Runtime, lookup: bytes, before: datetime) -> str:
    """The language of a citizen we knew before a moment; empty when we did not."""
    return rt.at_once(_LANGUAGE, {"lookup": lookup, "before": before}) or ""


def has_stopped(session: Session, citizen_id: uuid.UUID, channel: str) -> bool:
    return session.get(Stop, (citizen_id, channel)) is not None


def stop(session: Session, citizen_id: uuid.UUID, channel: str, now: datetime) -> None:
    """No more messages on this channel, at once; saying it twice changes nothing."""
    row = {"citizen_id": citizen_id, "channel": channel, "at": now}
    session.execute(insert(Stop).values(row).on_conflict_do_nothing())


def start_again(session: Session, citizen_id: uuid.UUID, channel: str) -> None:
    session.execute(sa.delete(Stop).where(Stop.citizen_id == citizen_id, Stop.channel == channel))


@cache
def _derive(key: bytes, purpose: bytes) -> bytes:
    return hmac.digest(key, b"feedback/" + purpose, "sha256")


def _key_id(key: bytes) -> bytes:
    return hashlib.sha256(b"feedback/key-id" + key).digest()[:4]
