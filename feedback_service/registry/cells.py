"""How one cell of the reference files is read, and how what is wrong with it is told.

A reader takes the stripped text of a cell and gives its value, or raises `Wrong`.
"""

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from feedback_service.domain.gsm7 import septets

Reader = Callable[[str], object]


class Wrong(ValueError):
    """What is wrong with a cell, and the remedy."""

    def __init__(self, wrong: str, remedy: str) -> None:
        super().__init__(f"{wrong}. {remedy}")
        self.wrong, self.remedy = wrong, remedy


@dataclass(frozen=True)
class Problem:
    """One thing to mend; `row` is the line in the file (the header is 1), 0 the whole file."""

    file: str
    row: int
    field: str
    value: str
    wrong: str
    remedy: str

    def __str__(self) -> str:
        row = f" row {self.row}" if self.row else ""
        place = f"{self.file}{row} {self.field}".rstrip()
        value = self.value if len(self.value) <= 60 else f"{self.value[:57]}..."
        shown = f'"{value}" ' if value else ""
        return f"{place}: {shown}{self.wrong}. {self.remedy}"


def text(what: str) -> Reader:
    """Any words, never blank; `what` says what to write."""

    def read(cell: str) -> str:
        if not cell:
            raise Wrong("is blank", f"Write {what}.")
        return cell

    return read


def remark(cell: str) -> str:
    """Any words, or none."""
    return cell


def shown(longest: int, blank: bool = False) -> Reader:
    """Words a phone shows: GSM-7 alphabet, at most `longest` septets (3GPP TS 23.038)."""

    def read(cell: str) -> str:
        if not cell and not blank:
            raise Wrong("is blank", f"Write at most {longest} characters.")
        taken = septets(cell)
        if taken is None:
            odd = "".join(sorted({c for c in cell if septets(c) is None}))
            raise Wrong(f"has {odd}, which plain phones cannot show", "Use plain letters and '.")
        if taken > longest:
            raise Wrong(f"takes {taken} of {longest} characters", f"Shorten by {taken - longest}.")
        return cell

    return read


def key(pattern: str, like: str, blank: bool = False) -> Reader:
    """An id or code of this pattern; a blank one, where allowed, is None."""

    def read(cell: str) -> str | None:
        if not cell and blank:
            return None
        if not re.fullmatch(pattern, cell):
            raise Wrong("is not a proper id" if cell else "is blank", f"Write it like {like}.")
        return cell

    return read


def whole(
    lowest: int, highest: int, unit: str = "", remedy: str = "", blank: bool = False
) -> Reader:
    """A whole number, of `unit`, between two bounds; a blank one, where allowed, is None."""
    within = f"Write a number from {lowest} to {highest}."

    def read(cell: str) -> int | None:
        if not cell and blank:
            return None
        if not re.fullmatch(r"[0-9]{1,9}", cell):
            number = f"a whole number of {unit}" if unit else "a whole number"
            raise Wrong(f"is not {number}" if cell else "is blank", remedy or within)
        if not lowest <= int(cell) <= highest:
            raise Wrong(f"is outside {lowest} to {highest}", within)
        return int(cell)

    return read


def day(cell: str) -> dt.date:
    """An ISO date."""
    try:
        return dt.datetime.strptime(cell, "%Y-%m-%d").replace(tzinfo=dt.UTC).date()
    except ValueError:
        wrong = "is not a date" if cell else "is blank"
        raise Wrong(wrong, "Write year-month-day, such as 2026-07-01.") from None


def last_day(cell: str) -> dt.date | None:
    """An ISO date, or blank while it is still in force."""
    return day(cell) if cell else None


def clock(cell: str) -> dt.time:
    """A time of day on the 24-hour clock."""
    if not re.fullmatch(r"([01][0-9]|2[0-3]):[0-5][0-9]", cell):
        raise Wrong("is not a time of day" if cell else "is blank", "Write it like 08:00 or 17:30.")
    return dt.time.fromisoformat(cell)


def one_of(choices: type[StrEnum]) -> Reader:
    """A member of a closed set."""

    def read(cell: str) -> StrEnum:
        if cell not in list(choices):
            wrong = "is not known here" if cell else "is blank"
            raise Wrong(wrong, f"Write one of: {', '.join(choices)}.")
        return choices(cell)

    return read


def yes_no(cell: str) -> bool:
    if cell not in ("yes", "no"):
        raise Wrong("is neither yes nor no" if cell else "is blank", "Write yes or no.")
    return cell == "yes"


def several(pattern: str, like: str) -> Reader:
    """One or more words of this pattern, separated by `|`, none twice."""

    def read(cell: str) -> tuple[str, ...]:
        words = tuple(cell.split("|"))
        if not all(re.fullmatch(pattern, word) for word in words) or len(set(words)) < len(words):
            raise Wrong("is no list of them" if cell else "is blank", f"Write it like {like}.")
        return words

    return read


def aliases(cell: str) -> tuple[str, ...]:
    """Names people use, lower case, separated by `|`; or none."""
    names = tuple(cell.split("|")) if cell else ()
    if any(not name or name != name.strip().lower() for name in names):
        raise Wrong(
            "has a blank, spaced or capital name", "Write lower case names, like id|kipande."
        )
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise Wrong(f"names {twice} twice", "Keep each name once.")
    return names
