"""How much room a text takes on a phone: GSM-7 septets, UCS-2 units, the parts of an SMS.

Source of the tables and lengths: 3GPP TS 23.038 and TS 23.040.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_ESCAPED = frozenset("^{}\\[~]|€\f")


class Encoding(StrEnum):
    GSM7 = "gsm-7"
    UCS2 = "ucs-2"


# Room in a message that stands alone, and in each part of a longer one.
_ROOM = {Encoding.GSM7: (160, 153), Encoding.UCS2: (70, 67)}

_LOOK_ALIKES = str.maketrans(
    {
        **dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\u2039\u203a\u00b4`\u02bb\u02bc", "'"),
        **dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb", '"'),
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u00ad", "-"),
        **dict.fromkeys("\u2022\u2023\u2043\u2219\u00b7\u25aa\u25cf\u25e6", "-"),
        **dict.fromkeys("\t\u00a0\u202f\u205f\u3000", " "),
        **dict.fromkeys(map(chr, range(0x2000, 0x200B)), " "),
        **dict.fromkeys("\u2028\u2029\u0085\v", "\n"),
        **dict.fromkeys("\u200b\u2060\ufeff", ""),
        "\u2026": "...",
    }
)


@dataclass(frozen=True)
class Parts:
    """What a text takes: `units` are septets or UTF-16 units, `count` the messages billed."""

    encoding: Encoding
    count: int
    units: int


def septets(text: str) -> int | None:
    """Septets the text takes, 2 for each of `^{}\\[~]|€`; None when it does not fit GSM-7."""
    total = 0
    for character in text:
        if character in _BASIC:
            total += 1
        elif character in _ESCAPED:
            total += 2
        else:
            return None
    return total


def smart(text: str) -> str:
    """The text with curly quotes, dashes, ellipsis, bullets and odd spaces made plain ASCII.

    Letters keep their accents: a name is never changed.  Applied twice it changes nothing more.
    """
    return text.translate(_LOOK_ALIKES)


def parts(text: str) -> Parts:
    """How the text is sent, as it stands: an escape or a surrogate pair is never cut in two."""
    if septets(text) is not None:
        return _cut(Encoding.GSM7, [2 if character in _ESCAPED else 1 for character in text])
    return _cut(Encoding.UCS2, [2 if ord(character) > 0xFFFF else 1 for character in text])


def fits(text: str, limit: int = 160) -> bool:
    """True when the text is GSM-7 and takes at most `limit` septets (a USSD screen has 160)."""
    taken = septets(text)
    return taken is not None and taken <= limit


def _cut(encoding: Encoding, widths: list[int]) -> Parts:
    alone, each = _ROOM[encoding]
    units = sum(widths)
    return Parts(encoding, 1 if units <= alone else _count(widths, each), units)


def _count(widths: Iterable[int], room: int) -> int:
    count, used = 1, 0
    for width in widths:
        if used + width > room:
            count, used = count + 1, 0
        used += width
    return count
