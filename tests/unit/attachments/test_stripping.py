"""A picture keeps what it shows and loses where it was made, when, and by which telephone."""

import random
import struct

import pytest

from feedback_service.attachments.refusal import Refused
from feedback_service.attachments.stripping import strip
from tests.unit.attachments import samples
from tests.unit.attachments.samples import PLACE, box, chunk, exif, part, segment

TELLING = {
    "Exif": ("image/jpeg", samples.jpeg(exif())),
    "XMP": ("image/jpeg", samples.jpeg(segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + PLACE))),
    "IPTC": ("image/jpeg", samples.jpeg(segment(0xED, b"Photoshop 3.0\0" + PLACE))),
    "a comment": ("image/jpeg", samples.jpeg(segment(0xFE, PLACE))),
    "a maker's own": ("image/jpeg", samples.jpeg(segment(0xE7, PLACE))),
    "a second picture": ("image/jpeg", samples.jpeg(segment(0xE2, b"MPF\0" + PLACE))),
    "a small picture": ("image/jpeg", samples.jpeg(segment(0xE0, b"JFXX\0\x10" + PLACE))),
    "behind a JPEG": ("image/jpeg", samples.jpeg(behind=PLACE)),
    "a text": ("image/png", samples.png(chunk(b"tEXt", b"Comment\0" + PLACE))),
    "a long text": ("image/png", samples.png(chunk(b"iTXt", b"XML\0\0\0\0\0" + PLACE))),
    "a PNG's Exif": ("image/png", samples.png(chunk(b"eXIf", PLACE))),
    "behind a PNG": ("image/png", samples.png(behind=PLACE)),
    "a WebP's Exif": ("image/webp", samples.webp(part(b"EXIF", PLACE), flags=8)),
    "a WebP's XMP": ("image/webp", samples.webp(part(b"XMP ", PLACE), flags=4)),
    "a WebP's unknown": ("image/webp", samples.webp(part(b"mine", PLACE))),
    "behind a WebP": ("image/webp", samples.webp(behind=PLACE)),
    "a film's place": ("video/mp4", samples.film(box(b"udta", box(b"\xa9xyz", PLACE)))),
    "a film's maker": ("video/mp4", samples.film(box(b"meta", PLACE))),
    "a track's own": ("video/mp4", samples.film(box(b"trak", box(b"udta", PLACE)))),
    "a film's number": ("video/3gpp", samples.film(box(b"uuid", bytes(16) + PLACE))),
}
NOTHING_TO_STRIP = {
    "image/jpeg": samples.jpeg(),
    "image/png": samples.png(chunk(b"gAMA", bytes(4)), chunk(b"tRNS", b"\0\0")),
    "image/webp": samples.webp(part(b"ICCP", b"colours"), flags=32),
    "video/mp4": samples.film(box(b"trak", box(b"mdia", b"x"))),
    "audio/ogg": samples.OGG,
    "application/pdf": samples.PDF,
}
BROKEN = {
    "a JPEG cut in its head": ("image/jpeg", samples.jpeg()[:40]),
    "a JPEG cut in its picture": ("image/jpeg", samples.jpeg()[:-5]),
    "a JPEG of nothing": ("image/jpeg", b"\xff\xd8\xff"),
    "a JPEG of words": ("image/jpeg", b"\xff\xd8\xff\xe0<script>alert(1)</script>"),
    "a segment shorter than its length": ("image/jpeg", b"\xff\xd8\xff\xdb\0\1"),
    "a PNG cut": ("image/png", samples.png()[:-3]),
    "a PNG changed": ("image/png", samples.png().replace(b"IDATx", b"IDATy")),
    "a PNG of nothing": ("image/png", b"\x89PNG\r\n\x1a\n"),
    "a WebP cut": ("image/webp", samples.webp()[:-6]),
    "a film cut": ("video/mp4", samples.film()[:-4]),
    "a box smaller than its head": ("video/mp4", samples.film() + b"\0\0\0\4free"),
}


@pytest.mark.parametrize(("kind", "content"), TELLING.values(), ids=TELLING)
def test_what_tells_of_place_and_person_is_gone(kind, content):
    assert PLACE in content
    assert PLACE not in strip(content, kind)


@pytest.mark.parametrize(("kind", "content"), NOTHING_TO_STRIP.items(), ids=NOTHING_TO_STRIP)
def test_what_tells_nothing_stays_as_it_came(kind, content):
    assert strip(content, kind) == content


@pytest.mark.parametrize(("kind", "content"), TELLING.values(), ids=TELLING)
def test_stripping_twice_changes_nothing_more(kind, content):
    once = strip(content, kind)
    assert strip(once, kind) == once


@pytest.mark.parametrize(("kind", "content"), BROKEN.values(), ids=BROKEN)
def test_what_cannot_be_read_is_refused_and_not_passed_on(kind, content):
    with pytest.raises(Refused) as refused:
        strip(content, kind)
    assert refused.value.word == "damaged"


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("orientation", range(2, 9))
def test_a_portrait_still_stands_upright(orientation, order):
    shown = strip(samples.jpeg(exif(orientation, order)), "image/jpeg")
    turn = struct.pack("<HHIH", 0x0112, 3, 1, orientation)
    assert turn in shown
    assert shown.count(b"Exif\0\0") == 1


@pytest.mark.parametrize("orientation", [0, 1, 9, 65535])
def test_a_picture_that_lies_as_it_should_carries_no_exif_at_all(orientation):
    assert b"Exif" not in strip(samples.jpeg(exif(orientation)), "image/jpeg")


def test_the_pictures_colours_and_scans_are_kept():
    colours = [segment(0xE2, b"ICC_PROFILE\0\1\1abc"), segment(0xEE, b"Adobe\0d\0\0\0\0\0")]
    shown = strip(samples.jpeg(*colours, exif()), "image/jpeg")
    assert shown == samples.jpeg(*colours)


def test_a_films_other_boxes_stay_where_they_were():
    """Tables in a film point to its pictures by distance from the beginning."""
    whole = samples.film(box(b"udta", PLACE), box(b"trak", box(b"mdia", b"x")))
    shown = strip(whole, "video/mp4")
    assert len(shown) == len(whole)
    assert shown.index(b"pictures and sound") == whole.index(b"pictures and sound")


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("image/jpeg", samples.jpeg(height=60_000, width=60_000)),
        ("image/png", samples.png(height=100_000, width=100_000)),
    ],
    ids=["JPEG", "PNG"],
)
def test_a_picture_that_would_unfold_to_gigabytes_is_refused(kind, content):
    with pytest.raises(Refused) as refused:
        strip(content, kind)
    assert refused.value.word == "size"


@pytest.mark.parametrize(
    ("kind", "content"), {**TELLING, "an old film": ("video/3gpp", samples.GP3)}.values()
)
def test_whatever_is_broken_in_a_file_is_refused_or_read_and_nothing_else(kind, content):
    """Two hundred files of each kind with some bytes changed, cut out or doubled."""
    chance = random.Random(content)
    for _ in range(200):
        broken = bytearray(content)
        for _ in range(chance.randint(1, 6)):
            place = chance.randrange(len(broken))
            how = chance.randrange(3)
            if how == 0:
                broken[place] = chance.choice([0, 1, 8, 0xFF, chance.randrange(256)])
            elif how == 1 and len(broken) > 40:
                del broken[place : place + chance.randint(1, 9)]
            else:
                broken[place:place] = broken[place : place + chance.randint(1, 9)]
        became = stripped(bytes(broken), kind)
        # At most a turn is put in.
        assert became in {"damaged", "size"} or len(became) <= len(broken) + 36


def stripped(content, kind):
    """What is left of a file, or the word for why it is refused."""
    try:
        return strip(content, kind)
    except Refused as refused:
        return refused.word
