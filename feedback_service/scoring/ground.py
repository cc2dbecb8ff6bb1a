"""What the cards of a period are made of: counted from the facts while a quarter is open, as it was
kept once it is frozen, added up for a year."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from analytics.coverage import Coverage
from analytics.evidence.years import aged
from analytics.scorecards import Beside, Cell
from analytics.tallies import day_of
from feedback_service.domain.periods import Period
from feedback_service.scoring import classes
from feedback_service.scoring.counting import Dimension, Frame, Group
from feedback_service.scoring.earlier import earlier
from feedback_service.scoring.frames import frames, of_year
from feedback_service.scoring.frozen import tallies as keeping
from feedback_service.scoring.public import added

Groups = Mapping[Group, Cell]
Row = tuple[str, bool]
"""An institution, and whether the records are invented."""
Source = Callable[[Session, Frame, Dimension | None], Mapping[Group, Cell]]
"""Counts an open quarter."""


@dataclass(frozen=True)
class Ground:
    """All that was found of a period up to the day `today`; the same gives the same cards.  `known`
    is what figures are made with beside the tallies."""

    groups: Groups
    frames: Mapping[str, Coverage]
    known: Mapping[Row, Beside]
    today: date


def of_quarter(session: Session, quarter: Period, as_of: datetime, source: Source) -> Ground:
    """A quarter as it was frozen, or as it stands."""
    kept = keeping.kept(session, quarter)
    if kept is not None:
        return Ground(kept.groups, kept.frames, kept.known, kept.today)
    groups = source(session, Frame(quarter, as_of), None)
    known = frames(session, quarter, as_of)
    before = {key: tuple(of) for key, of in earlier(session, quarter, as_of).items()}
    return Ground(groups, known, _known(groups, known, day_of(as_of), before), day_of(as_of))


def of_year_at(year: Period, quarters: Sequence[Ground], today: date) -> Ground:
    """A year from its quarters."""
    groups = merged(as_old(of.groups, of.today, today) for of in quarters)
    known = of_year(year, [of.frames for of in quarters])
    return Ground(groups, known, _known(groups, known, today, {}), today)


def divided(
    session: Session, quarter: Period, frame: Frame, dimension: Dimension, source: Source
) -> Mapping[str, Groups]:
    """A quarter's tallies by institution and a dimension; of one where the frame says which."""
    kept = keeping.divided(session, quarter, dimension, frame.institution)
    if kept is not None:
        return kept
    found: dict[str, dict[Group, Cell]] = defaultdict(dict)
    for group, cell in source(session, frame, dimension).items():
        found[group.institution][group] = cell
    return {**found}


def as_old(groups: Groups, of: date, today: date) -> Groups:
    """A frozen quarter's tallies as a year takes them: what nobody had answered stays as old as it
    was then."""
    days = (today - of).days
    return {group: aged(cell, days) for group, cell in groups.items()} if days else groups


def merged(parts: Iterable[Groups]) -> dict[Group, Cell]:
    """Quarters share no vote and no case, so that a year is their sum."""
    found: dict[Group, list[Cell]] = defaultdict(list)
    for part in parts:
        for group, cell in part.items():
            found[group].append(cell)
    return {group: added(cells) for group, cells in found.items()}


def _known(
    groups: Groups,
    known: Mapping[str, Coverage],
    today: date,
    before: Mapping[Row, tuple[Cell, ...]],
) -> dict[Row, Beside]:
    cells = {(group.institution, group.simulated): cell for group, cell in groups.items()}
    return {
        row: Beside(today, classes.visited(known, row[0], cell), before=before.get(row, ()))
        for row, cell in cells.items()
    }
