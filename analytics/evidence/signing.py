"""Ed25519 signatures of what was frozen; the key is a seed of 32 bytes, the public part goes into
every pack and onto the page where anybody can compare it."""

import base64
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey


def public_key(seed: bytes) -> str:
    """The public key of a seed, in base64."""
    return _text(Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw())


def key_id(public: str) -> str:
    """Sixteen digits by which people tell keys apart."""
    return sha256(base64.b64decode(public)).hexdigest()[:16]


def signature(seed: bytes, content: bytes) -> str:
    return _text(Ed25519PrivateKey.from_private_bytes(seed).sign(content))


def is_signed(public: str, content: bytes, signed: str) -> bool:
    """Whether whoever holds the key signed exactly this."""
    try:
        key = Ed25519PublicKey.from_public_bytes(base64.b64decode(public, validate=True))
        key.verify(base64.b64decode(signed, validate=True), content)
    except (InvalidSignature, ValueError):
        return False
    return True


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii")
