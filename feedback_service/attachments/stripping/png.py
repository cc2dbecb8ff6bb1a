"""PNG without texts, times, Exif and what hangs behind its end (W3C PNG, chapter 5)."""

import struct
import zlib
from collections.abc import Iterator

from feedback_service.attachments.refusal import Refused
from feedback_service.attachments.stripping.size import checked_size

SIGNATURE = b"\x89PNG\r\n\x1a\n"
SHOWN = frozenset(
    {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS"}
    | {b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"sBIT", b"bKGD", b"pHYs", b"cICP"}
)
"""Chunks that a picture needs to look as it did."""


def strip_png(content: bytes) -> bytes:
    """The picture alone; every chunk's own checksum is proved on the way."""
    return SIGNATURE + b"".join(chunk for chunk in _chunks(content) if chunk[4:8] in SHOWN)


def _chunks(content: bytes) -> Iterator[bytes]:
    place, name = len(SIGNATURE), b""
    while name != b"IEND":
        length, name = _head(content, place)
        chunk = content[place : place + 12 + length]
        if len(chunk) < 12 + length or zlib.crc32(chunk[4:-4]) != int.from_bytes(chunk[-4:]):
            raise Refused("damaged", "the PNG breaks off or was changed")
        if name == b"IHDR":
            checked_size(*struct.unpack(">II", chunk[8:16])[::-1])
        yield chunk
        place += len(chunk)


def _head(content: bytes, place: int) -> tuple[int, bytes]:
    if place + 12 > len(content):
        raise Refused("damaged", "the PNG breaks off")
    length, name = struct.unpack(">I4s", content[place : place + 8])
    if name == b"IHDR" and length != 13:
        raise Refused("damaged", "the PNG's header is none")
    return length, name
