"""The lines by which performance is reported, read from `data/lines.csv`: who signs, through whom,
by when (Kenya Integrated Performance Management Policy, chapter 5)."""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from pathlib import Path

from feedback_service.domain.periods import Period
from feedback_service.registry.shapes import Confidence, ReportingLine

DATA = Path(__file__).parent / "data"
GOVERNMENT = "county government"
"""The type of the institution that signs for its county."""

Words = Mapping[str, str]
"""Language -> words."""


class First(StrEnum):
    """Who signs before the line does, or in its place."""

    BODY = "body"  # every body for itself, straight to the owner
    COUNTY = "county"  # every county for its bodies, to the unit of the line
    NOBODY = ""


@dataclass(frozen=True)
class Line:
    """One line.  `signs` is the institution whose oversight signs the whole line, "" where every
    body signs for itself; `days` and `first_days` count from the end of the period."""

    key: ReportingLine
    name: Words
    signs: str
    signs_words: Words
    first: First
    first_words: Words
    through: Words
    days: int | None
    first_days: int | None
    source: str
    confidence: Confidence


@dataclass(frozen=True)
class Body:
    """An institution as lines see it."""

    id: str
    name: str
    line: str
    type: str
    county: int | None


@dataclass(frozen=True)
class Signatory:
    """Who signs what: `holder` signs off `members` of a line, `to` receives ("" is the owner)."""

    line: Line
    holder: str
    members: tuple[str, ...]
    to: str

    @property
    def whole(self) -> bool:
        """Whether it is the line's own, not that of one of its bodies or counties."""
        return self.holder == self.line.signs

    def due(self, period: Period) -> date:
        """The last day on which it is in time."""
        days = self.line.first_days if self.to else self.line.days
        return period.end + timedelta(days=days or 0)


@cache
def lines() -> Mapping[str, Line]:
    """Every line of the registry, in the order of the policy."""
    with (DATA / "lines.csv").open(encoding="utf-8", newline="") as rows:
        return {row["line"]: _line(row) for row in csv.DictReader(rows)}


def signed_by(institution: str) -> list[str]:
    """The lines that this institution's oversight signs."""
    return [key for key, line in lines().items() if line.signs and line.signs == institution]


def signatories(bodies: Iterable[Body]) -> list[Signatory]:
    """Everybody who signs, by line; nobody signs for the line `none`."""
    given = list(bodies)
    found: list[Signatory] = []
    for key, line in lines().items():
        members = [one for one in given if one.line == key]
        if not members or line.days is None:
            continue
        if line.first is First.BODY:
            found += [Signatory(line, one.id, (one.id,), "") for one in members]
        if line.first is First.COUNTY:
            found += _counties(line, members)
        if line.signs:
            found.append(Signatory(line, line.signs, tuple(one.id for one in members), ""))
    return found


def _counties(line: Line, members: Iterable[Body]) -> Iterable[Signatory]:
    """A county's government signs for it and for the corporations of the county."""
    given = list(members)
    for one in given:
        if one.type == GOVERNMENT:
            theirs = [other.id for other in given if other.county == one.county]
            yield Signatory(line, one.id, tuple(theirs), line.signs)


def _line(row: Mapping[str, str]) -> Line:
    def words(name: str) -> Words:
        return {"en": row[f"{name}_en"], "sw": row[f"{name}_sw"]}

    return Line(
        ReportingLine(row["line"]), words("name"), row["signs"], words("signs"),
        First(row["first"]), words("first"), words("through"), _days(row["days"]),
        _days(row["first_days"]), row["source"], Confidence(row["confidence"]),
    )  # fmt: skip


def _days(cell: str) -> int | None:
    return int(cell) if cell else None
