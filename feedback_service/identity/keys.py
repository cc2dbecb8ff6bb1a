"""Keys for what must stay sealed: addresses found by keyed hash, and bytes bound to their row.

AES-256-GCM with the row's own mark as associated data; the lookup is HMAC-SHA256 under another key
derived from the same secret.  A phone number has fewer than 30 bits, so without the key kept
outside the database a hash would hide nothing.
"""

import hashlib
import hmac
import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE = 12


class NoKey(Exception):
    """What cannot be opened: its key is gone from PHONE_KEYS, or its row was changed."""


@dataclass(frozen=True)
class KeyRing:
    """PHONE_KEYS, newest first: the first seals, all open, the oldest finds.

    So a new key put in front loses nobody; the oldest may go when every row was sealed and looked
    up anew.
    """

    keys: Sequence[bytes]

    def lookup(self, address: str) -> bytes:
        """The keyed hash under which an address is found; 32 bytes."""
        keyed = _keyed(_derive(self.keys[-1], b"lookup")).copy()
        keyed.update(address.encode())
        return keyed.digest()

    def seal(self, address: str, lookup: bytes) -> bytes:
        return self._seal(b"seal", address.encode(), lookup)

    def unseal(self, sealed: bytes, lookup: bytes) -> str:
        return self._unseal(b"seal", sealed, lookup).decode()

    def seal_bytes(self, content: bytes, row: bytes) -> bytes:
        """Content sealed for one row; `row` is its id, without which it does not open."""
        return self._seal(b"content", content, row)

    def unseal_bytes(self, sealed: bytes, row: bytes) -> bytes:
        """The content again, or NoKey."""
        return self._unseal(b"content", sealed, row)

    def _seal(self, purpose: bytes, content: bytes, bound: bytes) -> bytes:
        nonce = os.urandom(NONCE)
        cipher = AESGCM(_derive(self.keys[0], purpose))
        return _key_id(self.keys[0]) + nonce + cipher.encrypt(nonce, content, bound)

    def _unseal(self, purpose: bytes, sealed: bytes, bound: bytes) -> bytes:
        for key in self.keys:
            if sealed[:4] == _key_id(key):
                nonce, body = sealed[4 : 4 + NONCE], sealed[4 + NONCE :]
                try:
                    return AESGCM(_derive(key, purpose)).decrypt(nonce, body, bound)
                except InvalidTag:
                    raise NoKey("what was sealed was changed: restore its row") from None
        raise NoKey("PHONE_KEYS lacks the key this was sealed with: put it back in")


@cache
def _derive(key: bytes, purpose: bytes) -> bytes:
    return hmac.digest(key, b"feedback/" + purpose, "sha256")


@cache
def _keyed(key: bytes) -> hmac.HMAC:
    """HMAC-SHA256 with its key taken in, to be copied: half the cost of keying it every time."""
    return hmac.new(key, digestmod="sha256")


def _key_id(key: bytes) -> bytes:
    return hashlib.sha256(b"feedback/key-id" + key).digest()[:4]
