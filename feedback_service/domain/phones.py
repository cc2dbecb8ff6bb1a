"""Phone numbers as networks, officers and citizens write them, made one: E.164 (`+254712345678`).

Kenyan mobiles are recognised by form alone; only other numbers load the phonenumbers library.
"""

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from phonenumbers import PhoneNumber

# Spaces, dashes, full stops, brackets, slashes, and the invisible marks of a pasted contact.
_CLUTTER = re.compile(r"[\s\-\u2010-\u2015.()/\u200b-\u200f\u202a-\u202e\u2060\ufeff]")
_E164_KENYAN = re.compile(r"\+254[17][0-9]{8}")
# 0712.., 712.., 254712.., +254712.., 00254712.., 000254712.. (Kenya dials 000 out), +2540712..
_KENYAN = re.compile(r"(?:(?:\+|0{2,3})?2540?|0)?([17][0-9]{8})")
_DIALLED = re.compile(r"(?:\+|0{2,3})([1-9][0-9]{6,14})")
_LOCAL = re.compile(r"[0-9]{7,15}")
_LONGEST_RAW = 40


class NotAPhone(ValueError):
    """The text is not a phone number.  Carries its last two digits and never the rest."""

    def __init__(self, raw: str) -> None:
        digits = re.sub(r"[^0-9]", "", raw)
        ending = f", ending in {digits[-2:]}" if len(digits) > 4 else ""
        super().__init__(
            f"not a phone number ({len(raw)} characters{ending}): "
            "write 07xx xxx xxx, 01xx xxx xxx, or + and the country code"
        )


def normalise(raw: str) -> str:
    """E.164 of a number as it was written; raises `NotAPhone`.

    Kenyan mobiles count when they have nine digits and start with 1 or 7, also in blocks newer than
    the library's metadata; other numbers when the library says they are valid (Kenyan landlines) or
    possible (foreign).  A `+` lost on the way, which a form turns into a space, is put back.
    """
    if _E164_KENYAN.fullmatch(raw):
        return raw
    if len(raw) > _LONGEST_RAW:
        raise NotAPhone(raw)
    written = _CLUTTER.sub("", raw)
    if kenyan := _KENYAN.fullmatch(written):
        return f"+254{kenyan[1]}"
    return _other(raw, written)


def _other(raw: str, written: str) -> str:
    if dialled := _DIALLED.fullmatch(written):
        number = _possible("+" + dialled[1])
    elif _LOCAL.fullmatch(written):
        number = _landline(written) or _lost_plus(written)
    else:
        number = None
    if number is None:
        raise NotAPhone(raw)
    return number


def _lost_plus(written: str) -> str | None:
    # Shorter ones are short codes and mistyped local numbers, not foreign numbers without a plus.
    return _possible("+" + written) if len(written) >= 10 and written[0] != "0" else None


def _landline(written: str) -> str | None:
    if not written.startswith(("0", "254")):
        return None
    import phonenumbers

    try:
        number = phonenumbers.parse(written, "KE")
    except phonenumbers.NumberParseException:
        return None
    return _e164(number) if phonenumbers.is_valid_number(number) else None


def _possible(dialled: str) -> str | None:
    import phonenumbers

    try:
        number = phonenumbers.parse(dialled)
    except phonenumbers.NumberParseException:
        return None
    if number.country_code == 254:
        return _e164(number) if phonenumbers.is_valid_number(number) else None
    return _e164(number) if phonenumbers.is_possible_number(number) else None


def _e164(number: "PhoneNumber") -> str:
    import phonenumbers

    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
