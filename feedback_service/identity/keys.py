"""Keys for what must stay sealed: addresses found by keyed hash, and bytes bound to their row.

Envelopes: each value is sealed with a key of its own (AES-256-GCM, the row's own mark as associated
data), and that key is wrapped by one of PHONE_KEYS: so a new key there wraps 32 bytes a value anew
and touches no content.  The lookup is HMAC-SHA256 under another key derived from the same secret.
A phone number has fewer than 30 bits, so without the key kept outside the database a hash would
hide nothing.

| bytes | what |
|---|---|
| 4 | `env1` |
| 4 | which of PHONE_KEYS wrapped |
| 12, 48 | nonce and wrapped key |
| rest | content, under a nonce of zeros: its key is used this once |
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
ENVELOPE = b"env1"
KEY_ID = 4
_WRAPPED = 48
_ONCE = b"\0" * NONCE


class NoKey(Exception):
    """What cannot be opened: its key is gone from PHONE_KEYS, or its row was changed."""


@dataclass(frozen=True)
class KeyRing:
    """PHONE_KEYS, newest first: the first seals, all open, the oldest finds.

    So a new key put in front loses nobody.  `feedback keys rotate` has it seal everything; the
    oldest finds until `feedback keys rehash` has every row found by the newest.
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

    def is_current(self, sealed: bytes) -> bool:
        """Whether the newest key wrapped it."""
        return sealed.startswith(ENVELOPE + key_id(self.keys[0]))

    def rewrap(self, sealed: bytes) -> bytes:
        """The same envelope under the newest key; what has none yet cannot be: see `reseal`."""
        key, nonce, wrapped, content = self._taken_apart(sealed)
        return self._envelope(_open(_wrapper(key), nonce, wrapped, b""), content)

    def reseal(self, sealed: bytes, bound: bytes, *, is_address: bool) -> bytes:
        """The same content under the newest key, whatever it was sealed as."""
        if sealed.startswith(ENVELOPE):
            return self.rewrap(sealed)
        purpose = b"seal" if is_address else b"content"
        return self._seal(purpose, self._unseal(purpose, sealed, bound), bound)

    def _seal(self, purpose: bytes, content: bytes, bound: bytes) -> bytes:
        own = os.urandom(32)
        sealed = AESGCM(own).encrypt(_ONCE, content, purpose + b"/" + bound)
        return self._envelope(own, sealed)

    def _envelope(self, own: bytes, content: bytes) -> bytes:
        key, nonce = self.keys[0], os.urandom(NONCE)
        wrapped = _wrapper(key).encrypt(nonce, own, b"")
        return ENVELOPE + key_id(key) + nonce + wrapped + content

    def _unseal(self, purpose: bytes, sealed: bytes, bound: bytes) -> bytes:
        if not sealed.startswith(ENVELOPE):
            return self._unseal_plain(purpose, sealed, bound)
        key, nonce, wrapped, content = self._taken_apart(sealed)
        own = _open(_wrapper(key), nonce, wrapped, b"")
        return _open(AESGCM(own), _ONCE, content, purpose + b"/" + bound)

    def _unseal_plain(self, purpose: bytes, sealed: bytes, bound: bytes) -> bytes:
        """What was sealed under one of the keys itself, before there were envelopes."""
        cipher = AESGCM(_derive(self._key_of(sealed[:KEY_ID]), purpose))
        nonce, body = sealed[KEY_ID : KEY_ID + NONCE], sealed[KEY_ID + NONCE :]
        return _open(cipher, nonce, body, bound)

    def _taken_apart(self, sealed: bytes) -> tuple[bytes, bytes, bytes, bytes]:
        start = len(ENVELOPE)
        key = self._key_of(sealed[start : start + KEY_ID])
        start += KEY_ID
        nonce, rest = sealed[start : start + NONCE], sealed[start + NONCE :]
        return key, nonce, rest[:_WRAPPED], rest[_WRAPPED:]

    def _key_of(self, named: bytes) -> bytes:
        for key in self.keys:
            if key_id(key) == named:
                return key
        raise NoKey("PHONE_KEYS lacks the key this was sealed with: put it back in")


def key_id(key: bytes) -> bytes:
    """The four bytes by which what is sealed names its key; in hexadecimals for people."""
    return hashlib.sha256(b"feedback/key-id" + key).digest()[:KEY_ID]


def _open(cipher: AESGCM, nonce: bytes, body: bytes, bound: bytes) -> bytes:
    try:
        return cipher.decrypt(nonce, body, bound)
    except (InvalidTag, ValueError):
        raise NoKey("what was sealed was changed: restore its row") from None


@cache
def _wrapper(key: bytes) -> AESGCM:
    return AESGCM(_derive(key, b"wrap"))


@cache
def _derive(key: bytes, purpose: bytes) -> bytes:
    return hmac.digest(key, b"feedback/" + purpose, "sha256")


@cache
def _keyed(key: bytes) -> hmac.HMAC:
    """HMAC-SHA256 with its key taken in, to be copied: half the cost of keying it every time."""
    return hmac.new(key, digestmod="sha256")
