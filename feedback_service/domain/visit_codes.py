"""One-time codes for receipts and tickets: eleven digits, dialled or typed, the last a check digit.

Eleven, because nothing else people type here has as many: a poster has four, a case eight, a
number ten or twelve.  Nine thousand million can be drawn: with a million codes out and ten wrong
tries a day, whoever guesses finds one in some thousand days.
"""

import re
from collections.abc import Callable

from feedback_service.domain.references import check_digit

DIGITS = 11
_LOWEST, _COUNT = 10 ** (DIGITS - 2), 9 * 10 ** (DIGITS - 2)
_BETWEEN = r"[\s.\-\u2010-\u2015]*"
_WRITTEN = re.compile(rf"[\s#*]*[1-9](?:{_BETWEEN}[0-9]){{{DIGITS - 1}}}[\s.#\-]*")


def new_code(random_below: Callable[[int], int]) -> str:
    """A new code; `random_below(n)` gives 0 to n-1 (`secrets.randbelow`: none is guessable)."""
    payload = str(_LOWEST + random_below(_COUNT))
    return payload + check_digit(payload)


def read_code(text: str) -> str:
    """The digits of what is written like a code, rightly or not; "" for anything else."""
    return re.sub(r"[^0-9]", "", text) if _WRITTEN.fullmatch(text) else ""


def is_code(digits: str) -> bool:
    """Whether the check digit is right."""
    return len(digits) == DIGITS and digits[0] != "0" and check_digit(digits) == "0"


def spoken_code(code: str) -> str:
    """The code in groups of four, four and three, as it is printed and read aloud."""
    return f"{code[:4]} {code[4:8]} {code[8:]}"
