"""The tables of a period as they are worked out: a quarter from the database, a year from its
quarters, an institution's divisions below its card.  One reader answers one question."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from analytics.scorecards import Cell, Scorecard, judged, methods
from analytics.tallies import day_of
from feedback_service.domain.periods import Period
from feedback_service.domain.ratings import Sample
from feedback_service.scoring import classes, editions
from feedback_service.scoring.counting import Dimension, Frame, Group
from feedback_service.scoring.frozen import keeping
from feedback_service.scoring.ground import (
    Ground,
    Groups,
    Source,
    as_old,
    divided,
    merged,
    of_quarter,
    of_year_at,
)
from feedback_service.scoring.public import (
    Heading,
    Table,
    added,
    published,
    published_places,
    whole_cards,
)
from feedback_service.scoring.remembered import Remembered
from feedback_service.scoring.rollups import tallies

WHOLE = "national"
"""The institution named on a card that is of no single one."""

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


_BOOKS: Remembered[Book] = Remembered(8)
_DIVISIONS: Remembered[Division] = Remembered(30)
"""Six institutions by everything.  A book of 143 institutions has some 6 MB, a division one."""


@dataclass(frozen=True)
class Reader:
    """Reads on one connection as of one moment, with the public's eyes or not.

    `only` says that no other institution's divisions will be asked for.  An open quarter is counted
    by `source`; one that is frozen is what it was, and so it is in its year.
    """

    session: Session
    as_of: datetime
    public: bool
    only: str | None = None
    source: Source = tallies
    _grounds: dict[Period, Ground] = field(default_factory=dict)
    _books: dict[Period, Book] = field(default_factory=dict)
    _divided: dict[tuple[Period, Dimension], Mapping[str, Groups]] = field(default_factory=dict)

    @property
    def today(self) -> date:
        return day_of(self.as_of)

    def as_public(self) -> "Reader":
        """One with the public's eyes, of the same moment: what was counted is not counted again."""
        return replace(self, public=True, _books={})

    def book(self, period: Period) -> Book:
        """The national tables of a period."""
        if period not in self._books:
            parts = [self.book(quarter) for quarter in quarters(period)]
            found = self.ground(period)
            self._books[period] = _BOOKS.of(
                (period, self.public), (found, parts, methods()),
                lambda: self._national(period, found, parts),
            )  # fmt: skip
        return self._books[period]

    def division(self, institution: str, dimension: Dimension, period: Period) -> Division:
        """One institution's table of a dimension; empty where it has no records."""
        everyone = self.book(period).institutions
        total = everyone.cards.get(institution)
        if total is None:
            return Division()
        parts = [self.division(institution, dimension, q) for q in quarters(period)]
        groups = self.groups(period, dimension).get(institution, {})
        totals = {s: table.cards[institution] for s, table in everyone.classes.items()}
        heading = Heading(institution, period.label, total, self.ground(period).today)

        def made() -> Division:
            return self._division(dimension, groups, heading, parts, totals)

        if self.only is None:  # All of them are read once, and would push out what is read often.
            return made()
        values = groups, heading, parts, totals, methods()
        return _DIVISIONS.of((institution, period, dimension, self.public), values, made)

    def ground(self, period: Period) -> Ground:
        """What the cards of a period are made of."""
        if period not in self._grounds:
            below = [self.ground(quarter) for quarter in quarters(period)]
            self._grounds[period] = (
                of_year_at(period, below, self.today)
                if below
                else of_quarter(self.session, period, self.as_of, self.source)
            )
        return self._grounds[period]

    def groups(self, period: Period, dimension: Dimension) -> Mapping[str, Groups]:
        """What was counted by a dimension, by institution; read once for all of them."""
        key = (period, dimension)
        if key not in self._divided:
            self._divided[key] = self._groups(period, dimension)
        return self._divided[key]

    def told(self, period: Period) -> dict[str, date]:
        """By institution, and of WHOLE, the day on which a running period's survey was last told to
        the public; empty for whoever reads what stands."""
        if self.source is not editions.told:
            return {}
        found: dict[str, date] = {}
        for quarter in quarters(period) or (period,):
            if not keeping.is_frozen_in(self.session, quarter):
                for name, day in editions.days(self.session, quarter).items():
                    found[name] = max(day, found.get(name, day))
        return found | ({WHOLE: max(found.values())} if found else {})

    def _groups(self, period: Period, dimension: Dimension) -> Mapping[str, Groups]:
        if period.quarter:
            frame = Frame(period, self.as_of, self.only)
            return divided(self.session, period, frame, dimension, self.source)
        parts = [
            (self.ground(quarter).today, self.groups(quarter, dimension))
            for quarter in quarters(period)
        ]
        return {
            name: merged(as_old(part.get(name, {}), day, self.today) for day, part in parts)
            for name in {name for _, part in parts for name in part}
        }

    def _national(self, period: Period, found: Ground, parts: Sequence[Book]) -> Book:
        known = found.frames
        real, invented = _chosen(found.groups)
        main = real or invented
        sample_of = classes.samples({**invented, **real}, known)
        heading = Heading(WHOLE, period.label, today=found.today, adds_up=True)
        whole = classes.told(
            self._drawn, {"": added(main.values())}, heading, [p.whole for p in parts]
        )
        of_all = classes.of_all(
            sample_of[name] for name, cell in main.items() if classes.rated(cell)
        )
        totals = {s: table.cards[""] for s, table in whole.classes.items()}
        heading = replace(heading, total=totals[Sample.OPEN])
        below = [part.institutions for part in parts]
        beside = {name: found.known[name, c.simulated] for name, c in {**invented, **real}.items()}
        heading = replace(heading, known=beside)
        told = classes.told(self._drawn, main, heading, below, totals)
        if real and invented:
            alone = replace(heading, total=None)
            told = classes.joined(classes.told(self._drawn, invented, alone, below), told)
        told = self._judged(told, sample_of.__getitem__)
        cards = {
            name: replace(one, frame=classes.own(known, name, one))
            for name, one in told.cards.items()
        }
        whole = self._judged(whole, lambda _: of_all)
        return Book(found.groups, whole, replace(told, cards=cards))

    def _division(
        self,
        dimension: Dimension,
        groups: Groups,
        heading: Heading,
        parts: Sequence[Division],
        totals: Mapping[Sample, Scorecard],
    ) -> Division:
        total = heading.total
        assert total is not None  # `division` has set it
        mine = {group: c for group, c in groups.items() if group.simulated == total.simulated}
        if dimension is Dimension.SERVICE_POINT and self.public:
            return self._places(groups, mine, heading, parts, totals)
        cells = _folded(mine, lambda group: group.value)
        below = [part.rows for part in parts]
        table = classes.told(self._drawn, cells, heading, below, totals)
        return Division(groups, self._judged(table, lambda _: total.sample))

    def _places(
        self,
        groups: Groups,
        mine: Groups,
        heading: Heading,
        parts: Sequence[Division],
        totals: Mapping[Sample, Scorecard],
    ) -> Division:
        by_county = _folded(mine, lambda group: group.within)
        below = [part.counties for part in parts]
        counties = classes.told(published, by_county, heading, below, totals)

        def drawn(cells: Any, of: Heading, quarters: Sequence[Table]) -> Table:
            return published_places(cells, of, counties.classes[of.sample], quarters)

        cells = _folded(mine, lambda group: (group.within, group.value))
        rows = classes.told(drawn, cells, heading, [part.rows for part in parts], totals)
        sample = heading.total.sample if heading.total else Sample.OPEN
        return Division(groups, self._judged(rows, lambda _: sample), counties)

    def _drawn(self, cells: Mapping[str, Cell], of: Heading, parts: Sequence[Table]) -> Table:
        if self.public:
            return published(cells, of, parts)
        return Table(cells, whole_cards(cells, of))

    def _judged(self, table: Table, sample_of: Callable[[str], Sample]) -> Table:
        """Each card with the figures of its class, the rows judged together, since many are held
        against one standard at once."""
        return replace(table, cards=judged(classes.chosen(table, sample_of)))


def reader(session: Session, now: datetime, public: bool, only: str | None = None) -> Reader:
    """Who reads now: the public what it was told of a running quarter, others what stands."""
    return Reader(session, now, public, only, editions.told if public else tallies)


def quarters(period: Period) -> tuple[Period, ...]:
    """The quarters a year is made of; none for a quarter."""
    return () if period.quarter else tuple(Period(period.year, n) for n in (1, 2, 3, 4))


def _chosen(groups: Groups) -> tuple[dict[str, Cell], dict[str, Cell]]:
    """By institution: those with real records, and the invented ones of those without."""
    real = {g.institution: cell for g, cell in groups.items() if not g.simulated}
    invented = {g.institution: cell for g, cell in groups.items() if g.simulated}
    return real, {name: cell for name, cell in invented.items() if name not in real}


def _folded(groups: Groups, key: Callable[[Group], Key]) -> dict[Key, Cell]:
    folded: dict[Key, list[Cell]] = defaultdict(list)
    for group, cell in groups.items():
        folded[key(group)].append(cell)
    return {name: added(cells) for name, cells in folded.items()}
