"""MP4 and 3GP without the boxes that tell place, phone and owner (ISO/IEC 14496-12).

Telephones write where a film was made into `moov/udta`.  Boxes are blanked where they stand, since
other boxes point into the file by distance.
"""

from feedback_service.attachments.refusal import Refused

INSIDE = frozenset({b"moov", b"trak", b"moof", b"traf"})
"""Boxes that hold boxes."""
TELLING = frozenset({b"udta", b"meta", b"uuid"})
FREE = b"free"
MOST_BOXES = 10_000


def strip_film(content: bytes) -> bytes:
    """The film of the same length, with what tells of its maker made empty space."""
    film = bytearray(content)
    waiting, seen = [(0, len(film))], 0
    while waiting:
        place, end = waiting.pop()
        while place + 8 <= end:
            seen += 1
            head, length = _size(film, place, end)
            if seen > MOST_BOXES or length < head or place + length > end:
                raise Refused("damaged", "the film's boxes do not fit into each other")
            name = bytes(film[place + 4 : place + 8])
            if name in INSIDE:
                waiting.append((place + head, place + length))
            elif name in TELLING:
                film[place + 4 : place + 8] = FREE
                film[place + head : place + length] = bytes(length - head)
            place += length
    return bytes(film)


def _size(film: bytearray, place: int, end: int) -> tuple[int, int]:
    """The length of a box's head, and of the whole box."""
    length = int.from_bytes(film[place : place + 4])
    if length == 1:
        return 16, int.from_bytes(film[place + 8 : place + 16])
    return 8, length or end - place
