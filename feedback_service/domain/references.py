"""Case references: eight digits a citizen can write on a hand and read aloud as 4 + 4.

The last digit is a Damm check digit: it catches every single wrong digit and every pair of
neighbours changed over, the two slips people make when they copy a number.
"""

import re
from collections.abc import Callable

_LOWEST, _COUNT = 1_000_000, 9_000_000

# Spaces, full stops, hyphens, the plus of "4 + 4", and the dashes that phones put for a hyphen.
_BETWEEN = r"[\s.+\-\u2010-\u2015]*"
_WRITTEN = re.compile(rf"[\s#]*[1-9](?:{_BETWEEN}[0-9]){{7}}[\s.\-]*")
_PLAIN = re.compile(r"[1-9][0-9]{7}")

# The order-10 quasigroup of H. M. Damm's thesis (Marburg, 2004): row is the digit carried so far,
# column the next digit, and a good number ends at 0.
_DAMM = (
    "0317598642",
    "7092154863",
    "4206871359",
    "1750983426",
    "6123045978",
    "3674209581",
    "5869720134",
    "8945362017",
    "9438617205",
    "2581436790",
)


def new_reference(random_below: Callable[[int], int]) -> str:
    """A new reference; `random_below(n)` gives 0 to n-1 (`secrets.randbelow`: none is guessable).

    There are nine million: the caller keeps them unique and draws again when one is taken.
    """
    payload = str(_LOWEST + random_below(_COUNT))
    return payload + check_digit(payload)


def is_reference(text: str) -> bool:
    """True for exactly eight digits, the first not 0, whose check digit is right."""
    return _PLAIN.fullmatch(text) is not None and check_digit(text) == "0"


def read_reference(text: str) -> str | None:
    """The eight digits of a reference as a person types it, or None when it is not one.

    Spaces, full stops, hyphens, a leading `#` and "1234 + 5678" are tolerated.
    """
    if not _WRITTEN.fullmatch(text):
        return None
    digits = re.sub(r"[^0-9]", "", text)
    return digits if is_reference(digits) else None


def spoken(reference: str) -> str:
    """The reference in two groups of four, as it is shown and read aloud."""
    return f"{reference[:4]} {reference[4:]}"


def check_digit(digits: str) -> str:
    """Damm's check digit of a payload; "0" of digits that end with the right one."""
    carried = "0"
    for digit in digits:
        carried = _DAMM[int(carried)][int(digit)]
    return carried
