"""Which cases are quiet until their citizen says otherwise, and which digits open a quiet one."""

from itertools import pairwise

QUIET_SECTORS = frozenset({"police_security", "health", "education"})
"""Sectors of the registry where a message read by another may hurt: police, health, school."""
DIGITS = 4


class BadSecret(ValueError):
    """A secret that is not four digits; the remedy is four digits, such as 4071."""

    def __init__(self) -> None:
        super().__init__(f"secret is not {DIGITS} digits: choose {DIGITS}, such as 4071")


def read_secret(typed: str) -> str:
    """The digits of a secret as a person types it, spaces left out; raises BadSecret."""
    digits = typed.replace(" ", "")
    if not (len(digits) == DIGITS and digits.isascii() and digits.isdecimal()):
        raise BadSecret
    return digits


def is_easy(digits: str) -> bool:
    """Whether the digits are among those that anybody tries first: 0000, 1234, 4321, 1212."""
    steps = {(int(b) - int(a)) % 10 for a, b in pairwise(digits)}
    return steps in ({0}, {1}, {9}) or digits[:2] == digits[2:]
