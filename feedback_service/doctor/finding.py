"""One finding of the doctor: how bad, what, and what to do about it."""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True)
class Finding:
    """What was looked at and found, in plain words; the remedy is blank when all is well."""

    state: State
    what: str
    remedy: str = ""


def ok(what: str) -> Finding:
    return Finding(State.OK, what)


def warn(what: str, remedy: str) -> Finding:
    return Finding(State.WARN, what, remedy)


def fail(what: str, remedy: str) -> Finding:
    return Finding(State.FAIL, what, remedy)


def count(number: int, one: str, several: str = "") -> str:
    """`1 desk`, `3 desks`."""
    return f"{number:,} {one if number == 1 else several or one + 's'}"


def some(names: list[str], most: int = 4) -> str:
    """`DIS, KRA, NRB and 3 more`."""
    more = len(names) - most
    return ", ".join(names[:most]) + (f" and {more} more" if more > 0 else "")
