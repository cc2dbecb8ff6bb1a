"""A financial year made of its four frozen quarters: their tallies added, as they were frozen.

What nobody had answered when its quarter was frozen stays as old as it was then: what came after
is in no quarter and in no year.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from analytics.coverage import Coverage, together
from analytics.evidence.figures import (
    DIMENSIONS,
    NONE_OLDER,
    Counted,
    Doubts,
    Facts,
    Older,
    Stated,
    counted,
    doubts_of,
    told,
    told_three_ways,
)
from analytics.integrity import Finding
from analytics.methods import pinned
from analytics.scorecards import Cell
from analytics.tallies import CaseCounts, day_of


@dataclass(frozen=True)
class Quarter:
    """What the pack of a quarter says, what its records come to, and which of them are suspect."""

    stated: Stated
    counted: Counted
    doubts: Doubts


def year_figures(
    stated: Stated, quarters: Sequence[Quarter], older: Older = NONE_OLDER
) -> dict[str, object]:
    """What figures.json of a year says: as a quarter's, and the quarters each tally is of."""
    found, doubts = added(stated, quarters), together_suspected(stated, quarters)
    with pinned(stated.methods):
        return told(stated, found, older) | {
            "quarters": list(stated.quarters),
            "readings": told_three_ways(stated, doubts, found.whole),
        }


def recounted(stated: Stated, facts: Facts) -> Quarter:
    """A quarter's tallies from its records, by the methods it was frozen with."""
    with pinned(stated.methods):
        return Quarter(stated, counted(stated, facts), doubts_of(stated, facts))


def added(stated: Stated, quarters: Sequence[Quarter]) -> Counted:
    """The tallies of the year: of real records, and of invented ones only where none is real."""
    today = day_of(stated.cohort.as_of)
    mine = [one.counted for one in _alike(stated, quarters)]
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


def together_suspected(stated: Stated, quarters: Sequence[Quarter]) -> Doubts:
    """The suspect records of all quarters, each in the one that counted it.

    Visits that a body did not feed are taken at the rate of their own quarter's answers.
    """
    mine = _alike(stated, quarters)
    answers = sum(_answers(one) for one in mine)
    return Doubts(
        {key: fact for one in mine for key, fact in one.doubts.ratings.items()},
        {
            key: (fact, case)
            for one in mine
            for key, (fact, case) in one.doubts.cases.items()
            if one.stated.cohort.holds(fact)
        },
        [
            replace(suspicion, finding=_scaled(_inside(suspicion.finding, one), one, answers))
            for one in mine
            for suspicion in one.doubts.suspicions
        ],
    )


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


def _alike(stated: Stated, quarters: Sequence[Quarter]) -> list[Quarter]:
    return [one for one in quarters if one.counted.whole.simulated == stated.simulated]


def _answers(quarter: Quarter) -> int:
    return sum(quarter.counted.whole.open.scores)


def _inside(finding: Finding, quarter: Quarter) -> Finding:
    """Without the cases that another quarter counts."""
    theirs = {
        key
        for key, (fact, _) in quarter.doubts.cases.items()
        if not quarter.stated.cohort.holds(fact)
    }
    kept = tuple(record for record in finding.records if record not in theirs)
    return replace(finding, records=kept)


def _scaled(finding: Finding, quarter: Quarter, answers: int) -> Finding:
    """So many visits were fed as give the quarter's own rate among the answers of the year."""
    if "fed" not in finding.detail:
        return finding
    mine = _answers(quarter)
    fed = finding.detail["fed"] * answers / mine if mine else 0
    return replace(finding, detail={**finding.detail, "fed": fed})


def _aged(counts: CaseCounts, days: int) -> CaseCounts:
    if not counts.waiting:
        return counts
    return replace(counts, waiting=_later(counts.waiting, days))


def _later(waiting: Mapping[str, int], days: int) -> dict[str, int]:
    """Keys are the ordinals of days of receipt."""
    return {str(int(day) + days): many for day, many in waiting.items()}
