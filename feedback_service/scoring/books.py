"""The tables of a period as they are worked out: a quarter from the database, a year from its
quarters, an institution's divisions below its card.  One reader answers one question."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import TypeVar

from sqlalchemy.orm import Session

from analytics.scorecards import Cell, judged
from analytics.tallies import day_of
from feedback_service.domain.periods import Period
from feedback_service.scoring.counting import Dimension, Frame, Group
from feedback_service.scoring.public import (
    Heading,
    Table,
    added,
    published,
    published_places,
    whole_cards,
)
from feedback_service.scoring.rollups import tallies

WHOLE = "national"
"""The institution named on a card that is of no single one."""

Groups = Mapping[Group, Cell]
Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True)
class Book:
    """A period: all that was counted, the whole service's card (key ""), the institutions'."""

    groups: Groups
    whole: Table
    institutions: Table


@dataclass(frozen=True)
class Division:
    """An institution divided by a dimension; places are held together with their counties."""

    groups: Groups = field(default_factory=dict)
    rows: Table = field(default_factory=Table)
    counties: Table = field(default_factory=Table)


@dataclass(frozen=True)
class Reader:
    """Reads on one connection as of one moment, with the public's eyes or not.

    `only` says that no other institution's divisions will be asked for.
    """

    session: Session
    as_of: datetime
    public: bool
    only: str | None = None
    _books: dict[Period, Book] = field(default_factory=dict)
    _divided: dict[tuple[Period, Dimension], dict[str, Groups]] = field(default_factory=dict)

    @property
    def today(self) -> date:
        return day_of(self.as_of)

    def book(self, period: Period) -> Book:
        """The national tables of a period."""
        if period not in self._books:
            self._books[period] = self._national(period)
        return self._books[period]

    def division(self, institution: str, dimension: Dimension, period: Period) -> Division:
        """One institution's table of a dimension; empty where it has no records."""
        total = self.book(period).institutions.cards.get(institution)
        if total is None:
            return Division()
        parts = [self.division(institution, dimension, q) for q in quarters(period)]
        groups: Groups = _merged(part.groups for part in parts)
        if not parts:
            groups = self._groups(period, dimension).get(institution, {})
        mine = {group: c for group, c in groups.items() if group.simulated == total.simulated}
        heading = Heading(institution, period.label, total, self.today)
        if dimension is Dimension.SERVICE_POINT and self.public:
            return self._places(groups, mine, heading, parts)
        cells = _folded(mine, lambda group: group.value)
        return Division(groups, self._table(cells, heading, [part.rows for part in parts]))

    def _national(self, period: Period) -> Book:
        parts = [self.book(quarter) for quarter in quarters(period)]
        frame = Frame(period, self.as_of)
        groups = _merged(p.groups for p in parts) if parts else tallies(self.session, frame)
        real, invented = _chosen(groups)
        main = real or invented
        heading = Heading(WHOLE, period.label, today=self.today)
        whole = self._table({"": added(main.values())}, heading, [p.whole for p in parts])
        heading = replace(heading, total=whole.cards[""])
        below = [part.institutions for part in parts]
        told = self._table(main, heading, below)
        if real and invented:
            beside = self._table(invented, replace(heading, total=None), below)
            told = Table({**beside.cells, **told.cells}, {**beside.cards, **told.cards})
        return Book(groups, whole, told)

    def _groups(self, period: Period, dimension: Dimension) -> dict[str, Groups]:
        """By institution; read once for all of them."""
        key = (period, dimension)
        if key not in self._divided:
            found: dict[str, dict[Group, Cell]] = defaultdict(dict)
            frame = Frame(period, self.as_of, self.only)
            for group, cell in tallies(self.session, frame, dimension).items():
                found[group.institution][group] = cell
            self._divided[key] = {**found}
        return self._divided[key]

    def _places(
        self, groups: Groups, mine: Groups, heading: Heading, parts: Sequence[Division]
    ) -> Division:
        counties = published(
            _folded(mine, lambda group: group.within), heading, [part.counties for part in parts]
        )
        cells = _folded(mine, lambda group: (group.within, group.value))
        rows = published_places(cells, heading, counties, [part.rows for part in parts])
        return Division(groups, replace(rows, cards=judged(rows.cards)), counties)

    def _table(self, cells: Mapping[str, Cell], heading: Heading, parts: Sequence[Table]) -> Table:
        """The rows judged together, since many are held against one standard at once."""
        if self.public:
            table = published(cells, heading, parts)
        else:
            table = Table(cells, whole_cards(cells, heading))
        return replace(table, cards=judged(table.cards))


def quarters(period: Period) -> tuple[Period, ...]:
    """The quarters a year is made of; none for a quarter."""
    return () if period.quarter else tuple(Period(period.year, n) for n in (1, 2, 3, 4))


def _chosen(groups: Groups) -> tuple[dict[str, Cell], dict[str, Cell]]:
    """By institution: those with real records, and the invented ones of those without."""
    real = {g.institution: cell for g, cell in groups.items() if not g.simulated}
    invented = {g.institution: cell for g, cell in groups.items() if g.simulated}
    return real, {name: cell for name, cell in invented.items() if name not in real}


def _merged(parts: Iterable[Groups]) -> dict[Group, Cell]:
    """Quarters share no vote and no case, so that a year is their sum."""
    merged: dict[Group, Cell] = {}
    for part in parts:
        for group, cell in part.items():
            merged[group] = added([merged[group], cell]) if group in merged else cell
    return merged


def _folded(groups: Groups, key: Callable[[Group], Key]) -> dict[Key, Cell]:
    folded: dict[Key, list[Cell]] = defaultdict(list)
    for group, cell in groups.items():
        folded[key(group)].append(cell)
    return {name: added(cells) for name, cells in folded.items()}
