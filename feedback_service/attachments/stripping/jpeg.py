"""JPEG without Exif, XMP, IPTC, comments and what hangs behind its end; only the turn is kept.

A JPEG is a row of segments, marker and length, and after each "start of scan" the coded picture
(ITU-T T.81, annex B).
"""

import struct

from feedback_service.attachments.refusal import Refused
from feedback_service.attachments.stripping.size import checked_size

SOI, EOI, SOS, COM = 0xD8, 0xD9, 0xDA, 0xFE
APP0, APP1, APP2, APP14, APP15 = 0xE0, 0xE1, 0xE2, 0xEE, 0xEF
BARE = frozenset({0x01, *range(0xD0, 0xD8)})
"""Markers without a length."""
FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""Starts of frame: they tell height and width."""
EXIF, ICC, JFIF = b"Exif\0\0", b"ICC_PROFILE\0", b"JFIF\0"
ORIENTATION = 0x0112


def strip_jpeg(content: bytes) -> bytes:
    """The picture alone.  Exif's orientation survives, or portraits would lie on their side."""
    kept, place, turned = [], 2, 1
    while True:
        marker, place = _marker(content, place)
        if marker == EOI:
            break
        if marker in BARE:
            kept.append(bytes((0xFF, marker)))
            continue
        body = _body(content, place)
        place += 2 + len(body)
        if marker == APP1 and body.startswith(EXIF):
            turned = _orientation(body[len(EXIF) :])
        if marker in FRAMES and len(body) >= 5:
            checked_size(*struct.unpack(">HH", body[1:5]))
        if _shows(marker, body):
            kept.append(_segment(marker, _plain(marker, body)))
        if marker == SOS:
            end = _end_of_scan(content, place)
            kept.append(content[place:end])
            place = end
    return b"".join([b"\xff\xd8", _turn(turned), *kept, b"\xff\xd9"])


def _marker(content: bytes, place: int) -> tuple[int, int]:
    """The marker that stands here and the place behind it; filling bytes may come before."""
    if content[place : place + 1] != b"\xff":
        raise Refused("damaged", "the JPEG has no marker where one must be")
    while content[place : place + 1] == b"\xff":
        place += 1
    if place >= len(content):
        raise Refused("damaged", "the JPEG breaks off")
    return content[place], place + 1


def _body(content: bytes, place: int) -> bytes:
    length = int.from_bytes(content[place : place + 2])
    if length < 2 or place + length > len(content):
        raise Refused("damaged", "the JPEG breaks off")
    return content[place + 2 : place + length]


def _shows(marker: int, body: bytes) -> bool:
    """Whether the picture looks different without this segment."""
    if marker == APP0:
        return body.startswith(JFIF) and len(body) >= 14
    if marker == APP2:
        return body.startswith(ICC)
    return marker == APP14 or not (APP1 <= marker <= APP15 or marker == COM)


def _plain(marker: int, body: bytes) -> bytes:
    """Without the small picture that JFIF may hold, which is of before any cropping."""
    return body[:12] + b"\0\0" if marker == APP0 else body


def _segment(marker: int, body: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body


def _end_of_scan(content: bytes, place: int) -> int:
    """Where the coded picture ends: at a marker that is no escape and no restart."""
    while True:
        place = content.find(b"\xff", place)
        if place < 0 or place + 1 >= len(content):
            raise Refused("damaged", "the JPEG breaks off")
        after = content[place + 1]
        if after == 0xFF:
            place += 1
        elif after == 0 or 0xD0 <= after <= 0xD7:
            place += 2
        else:
            return place


def _orientation(tiff: bytes) -> int:
    """How the picture is to be turned, 1-8; 1, as it lies, when the Exif cannot be read."""
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(tiff[:4])
    if order is None or len(tiff) < 8:
        return 1
    first = struct.unpack(f"{order}I", tiff[4:8])[0]
    entries = tiff[first + 2 : first + 2 + 12 * 100]
    for place in range(0, len(entries) - 11, 12):
        tag, _, _, value = struct.unpack(f"{order}HHIH", entries[place : place + 10])
        if tag == ORIENTATION:
            return value if 1 <= value <= 8 else 1
    return 1


def _turn(orientation: int) -> bytes:
    """An Exif segment that says this one thing; none for a picture that lies as it should."""
    if orientation == 1:
        return b""
    entry = struct.pack("<HHIHH", ORIENTATION, 3, 1, orientation, 0)
    tiff = b"II*\0" + struct.pack("<IH", 8, 1) + entry + struct.pack("<I", 0)
    return _segment(APP1, EXIF + tiff)
