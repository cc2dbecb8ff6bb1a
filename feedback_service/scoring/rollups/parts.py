"""The parts of a cell as they are kept: each a tally under its name, as JSON without noughts, with
the way they are added."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from analytics.scorecards import Cell
from analytics.tallies import CaseCounts, RatingCounts
from feedback_service.domain.cases import CaseKind
from feedback_service.domain.periods import Period
from feedback_service.domain.ratings import Sample
from feedback_service.scoring.counting import Dimension, Frame, Group, cases

COUNTING = 2
"""Raise it when the same facts are counted otherwise: what was kept before is then built anew."""
RATINGS: Mapping[Sample, str] = {
    Sample.VERIFIED: "ratings", Sample.OPEN: "open", Sample.ASSISTED: "assisted",
}  # fmt: skip
CASES: Mapping[CaseKind, str] = {CaseKind.COMPLAINT: "cases", CaseKind.INFORMATION: "requests"}
WAITING = " waiting"
"""Behind the name of a part: cases of a day as they count before it, when none of them is due."""
DIMENSIONS: tuple[Dimension | None, ...] = (None, *Dimension)

Numbers = Mapping[str, Any]
Counts = RatingCounts | CaseCounts


@dataclass(frozen=True, order=True)
class Place:
    """Where a tally is kept: of a day or, by its first day, of a quarter."""

    day: date
    dimension: str
    institution: str
    within: str
    value: str
    simulated: bool
    part: str


def of_cases(
    session: Session, frame: Frame, dimension: Dimension | None
) -> Iterator[tuple[Group, str, CaseCounts]]:
    """Each group's cases with the name of their part."""
    for group, kind, counts in cases.counted(session, frame, dimension):
        yield group, CASES[kind], counts


def read(part: str, numbers: Numbers) -> Counts:
    """The tally that was kept."""
    of = RatingCounts if part in RATINGS.values() else CaseCounts
    return of.read(numbers)


def cells(found: Iterable[tuple[Group, str, Counts]]) -> dict[Group, Cell]:
    """One cell for each group, its parts added."""
    groups: dict[Group, dict[str, Any]] = defaultdict(dict)
    for group, part, counts in found:
        parts = groups[group]
        parts[part] = parts[part] + counts if part in parts else counts
    return {group: Cell(**parts) for group, parts in groups.items()}


def plus(one: Numbers, other: Numbers, sign: int = 1) -> dict[str, Any]:
    """Added name by name, or taken away; noughts are left out, as tallies are kept."""
    found = dict(one)
    for name, number in other.items():
        if isinstance(number, Mapping):
            total: Any = plus(found.get(name, {}), number, sign)
        else:
            total = found.get(name, 0) + sign * number
        if total:
            found[name] = total
        else:
            found.pop(name, None)
    return found


def waiting(counts: CaseCounts) -> CaseCounts:
    """The same cases before any of them is due."""
    return CaseCounts(
        not_yet_due=counts.due + counts.withdrawn_before_due,
        confidential=counts.confidential,
        simulated=counts.simulated,
    )


def counted_in(part: str, day: date, today: date) -> str | None:
    """The part of the quarter's cell in which a day's part counts, if it does."""
    if part in RATINGS.values():
        return part
    if part.endswith(WAITING):
        return part.removesuffix(WAITING) if day > today else None
    return part if day < today else None


def quarter_of(day: date) -> date:
    """The first day of the quarter."""
    return Period.containing(day).start


def version() -> str:
    """Changes with the names that are counted, and with COUNTING."""
    names = [*RatingCounts.__dataclass_fields__, *CaseCounts.__dataclass_fields__]
    return hashlib.sha256(f"{COUNTING} {names}".encode()).hexdigest()[:12]


AFTER_ALL = datetime.max.replace(tzinfo=UTC) - timedelta(days=1)
