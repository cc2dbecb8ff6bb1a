"""A financial year made of its four frozen quarters: their tallies added, as they were frozen.

What nobody had answered when its quarter was frozen stays as old as it was then: what came after
is in no quarter and in no year.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from analytics.coverage import Coverage, together
from analytics.evidence.figures import (
    DIMENSIONS,
    NONE_OLDER,
    Counted,
    Facts,
    Older,
    Stated,
    counted,
    told,
)
from analytics.methods import pinned
from analytics.scorecards import Cell
from analytics.tallies import CaseCounts, day_of

Quarter = tuple[Stated, Counted]
"""What the pack of a quarter says, and what its records come to."""


def year_figures(
    stated: Stated, quarters: Sequence[Quarter], older: Older = NONE_OLDER
) -> dict[str, object]:
    """What figures.json of a year says: as a quarter's, and the quarters each tally is of."""
    found = added(stated, quarters)
    with pinned(stated.methods):
        return told(stated, found, older) | {"quarters": list(stated.quarters)}


def recounted(stated: Stated, facts: Facts) -> Counted:
    """A quarter's tallies from its records, by the methods it was frozen with."""
    with pinned(stated.methods):
        return counted(stated, facts)


def added(stated: Stated, quarters: Sequence[Quarter]) -> Counted:
    """The tallies of the year: of real records, and of invented ones only where none is real."""
    today = day_of(stated.cohort.as_of)
    mine = [one for _, one in quarters if one.whole.simulated == stated.simulated]
    parts = [(one, (today - one.today).days) for one in mine]
    values = {name: sorted({v for one in mine for v in one.by[name]}) for name in DIMENSIONS}
    return Counted(
        today,
        sum((aged(one.whole, days) for one, days in parts), Cell()),
        {
            name: {
                value: sum(
                    (aged(one.by[name][value], days) for one, days in parts
                     if value in one.by[name]),
                    Cell(),
                )
                for value in values[name]
            }
            for name in DIMENSIONS
        },
    )  # fmt: skip


def year_frame(institution: str, label: str, parts: Iterable[Coverage | None]) -> Coverage | None:
    """The frame of a year; None where no quarter has one."""
    given = [part for part in parts if part is not None]
    real = [part for part in given if not part.simulated] or given
    return together(institution, label, real) if real else None


def aged(cell: Cell, days: int) -> Cell:
    """The same tallies read so many days later, each unanswered case as old as it was."""
    if not days:
        return cell
    return replace(cell, cases=_aged(cell.cases, days), requests=_aged(cell.requests, days))


def _aged(counts: CaseCounts, days: int) -> CaseCounts:
    if not counts.waiting:
        return counts
    return replace(counts, waiting=_later(counts.waiting, days))


def _later(waiting: Mapping[str, int], days: int) -> dict[str, int]:
    """Keys are the ordinals of days of receipt."""
    return {str(int(day) + days): many for day, many in waiting.items()}
