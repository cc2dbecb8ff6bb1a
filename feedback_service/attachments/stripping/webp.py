"""WebP without Exif, XMP, unknown chunks and what hangs behind its end (RFC 9649)."""

import struct
from collections.abc import Iterator

from feedback_service.attachments.refusal import Refused

SHOWN = frozenset({b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP"})
TELLS = 0b0000_1100
"""The flags of VP8X that announce Exif and XMP."""


def strip_webp(content: bytes) -> bytes:
    """The picture alone, its flags and its length made true again."""
    kept = b"".join(_written(name, body) for name, body in _chunks(content) if name in SHOWN)
    return b"RIFF" + struct.pack("<I", 4 + len(kept)) + b"WEBP" + kept


def _chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    end, place = 8 + struct.unpack("<I", content[4:8])[0], 12
    if end > len(content) + 1:  # some writers leave the last padding byte out
        raise Refused("damaged", "the WebP breaks off")
    while place + 8 <= min(end, len(content)):
        name, length = struct.unpack("<4sI", content[place : place + 8])
        body = content[place + 8 : place + 8 + length]
        if len(body) < length:
            raise Refused("damaged", "the WebP breaks off")
        yield name, body
        place += 8 + length + length % 2


def _written(name: bytes, body: bytes) -> bytes:
    if name == b"VP8X" and body:
        body = bytes((body[0] & ~TELLS,)) + body[1:]
    return struct.pack("<4sI", name, len(body)) + body + b"\0" * (len(body) % 2)
