"""What of a table of scorecards anyone may read: no small number, and none that can be worked out.

`analytics.scorecards.too_small` says which figures of one table fall; here the tables that share
sums are held together (a year and its quarters, a county and its places).
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from analytics.scorecards import (
    ASKED,
    FAMILIES,
    NOTHING,
    Beside,
    Cell,
    Scorecard,
    asked_card,
    left_over,
    too_small,
)
from analytics.scorecards import card as all_figures
from analytics.suppression import determined, suppress
from feedback_service.domain.ratings import Sample
from feedback_service.scoring.remembered import Remembered
from feedback_service.scoring.small_print import seen, small_print

Hidden = dict[str, set[str]]
"""Key of a row -> the figures it must not show."""


@dataclass(frozen=True)
class Table:
    """What was counted for each key, and the cards anyone may read of it.

    `classes`: the same table of each class of ratings alone, as `scoring.classes` tells them apart.
    """

    cells: Mapping[str, Cell] = field(default_factory=dict)
    cards: Mapping[str, Scorecard] = field(default_factory=dict)
    classes: Mapping[Sample, "Table"] = field(default_factory=dict)
    _counted: dict[str, dict[str, int]] = field(default_factory=dict, compare=False, repr=False)

    def counted(self, key: str, name: str) -> int:
        """The denominator of a row's figure, hidden or not; asked often, worked out once."""
        if key not in self._counted:
            whole = all_figures("", "", self.cells[key])
            self._counted[key] = {figure: one.n for figure, one in whole.figures.items()}
        return self._counted[key][name]


@dataclass(frozen=True)
class Heading:
    """What the cards of a table are of.  `total` is the public card of all rows together, None
    where none stands beside them; `today` the day up to which cases were followed; `known` by key
    what else figures are made with, which no public card tells.  `adds_up`: the
    rows hold every record of the total, the confidential ones too.  `asked`: only what citizens
    were asked is counted, nothing of cases.  `sample` is the class of ratings."""

    institution: str
    period: str
    total: Scorecard | None = None
    today: date | None = None
    known: Mapping[str, Beside] = field(default_factory=dict)
    adds_up: bool = False
    asked: bool = False
    sample: Sample = Sample.OPEN


def published(cells: Mapping[str, Cell], heading: Heading, quarters: Sequence[Table] = ()) -> Table:
    """The table and its public cards; a year's is given the tables of its quarters.

    What is hidden in the total is hidden in every row, since the rows would add up to it.
    """
    total, full = heading.total, whole_cards(cells, heading)
    hidden = {key: set(total.hidden) if total else set() for key in cells}
    for family in FAMILIES:
        base, names, withheld = family
        if heading.asked and base not in ASKED:
            continue
        # A row without any record of the family has nobody to protect, and says so with n = 0;
        # counted as a small number it would drag a large row into hiding with it.
        inside = {key: card for key, card in full.items() if card.figures[base].n}
        family = (base, names, withheld and not heading.adds_up)
        for key, name in too_small(inside, family, heading.total is not None):
            hidden[key].add(name)
        _hide_sums(hidden, inside, base, names, heading, quarters)
    untold = small_print(full, heading.total, [quarter.cards for quarter in quarters])
    return Table(
        cells,
        {key: _open(card, frozenset(hidden[key]), untold[key]) for key, card in full.items()},
    )


def published_places(
    cells: Mapping[tuple[str, str], Cell],
    heading: Heading,
    counties: Table,
    quarters: Sequence[Table] = (),
) -> Table:
    """The table of places, whose keys are (county, place); held together with that of counties.

    A county's places add up to it, so each county is a table of its own, its card the total.
    Records that name no place ("") are one row at the end: shown where every county's share is.
    """
    tables = {
        county: published(
            {place: cell for (within, place), cell in cells.items() if within == county},
            replace(heading, total=counties.cards[county], adds_up=True),
            quarters,
        )
        for county in counties.cells
    }
    merged: dict[str, Cell] = {}
    hidden: Hidden = defaultdict(set)
    for table in tables.values():
        for place, cell in table.cells.items():
            merged[place] = added([merged.get(place, Cell()), cell])
            hidden[place] |= table.cards[place].hidden
    alone = published(merged, replace(heading, total=None), quarters)
    # Places add up to their counties too, so that their small print would give a county's back.
    return Table(
        merged,
        {
            k: _open(card, card.hidden | frozenset(hidden[k]), frozenset(card.figures))
            for k, card in alone.cards.items()
        },
    )


def whole_cards(cells: Mapping[str, Cell], heading: Heading) -> dict[str, Scorecard]:
    """A card with every figure for each key: not for the public."""
    of, period = heading.institution, heading.period
    if heading.asked:
        return {key: asked_card(of, period, cell) for key, cell in cells.items()}
    alone = Beside(today=heading.today)
    return {
        key: all_figures(of, period, cell, beside=heading.known.get(key, alone))
        for key, cell in cells.items()
    }


def added(cells: Iterable[Cell]) -> Cell:
    """The tallies of all of them together."""
    return Cell.total(cells)


def _hide_sums(
    hidden: Hidden,
    full: Mapping[str, Scorecard],
    base: str,
    family: Sequence[str],
    heading: Heading,
    quarters: Sequence[Table],
) -> None:
    """Hide the figures of a year that would give back a quarter's, and what these ask for."""
    if not quarters:
        return
    for name in family:
        for counted in dict.fromkeys((base, name)):
            beside = heading.total is not None
            gone = {key for key in full if name in hidden[key]}
            tells = {key for key in full if _tells(key, full[key], counted, quarters)}
            tells |= _worked_out(full, counted, gone, beside, quarters)
            while tells - gone:
                gone |= _with_others(full, counted, tells, beside)
                tells = _worked_out(full, counted, gone, beside, quarters)
            for key in gone:
                hidden[key].add(name)


def _with_others(
    full: Mapping[str, Scorecard], name: str, tells: Collection[str], total_shown: bool
) -> frozenset[str]:
    """As small numbers they are hidden, and others with them where the total would tell."""
    counts = {
        key: 0 if key in tells or left_over(card, name) else card.figures[name].n
        for key, card in full.items()
    }
    return suppress(counts, total_shown)


def _worked_out(
    full: Mapping[str, Scorecard],
    name: str,
    gone: Collection[str],
    total_shown: bool,
    quarters: Sequence[Table],
) -> set[str]:
    """Whose year, with those of others and the totals of the quarters, would give a hidden number
    of a quarter back; `gone` are those whose year is hidden."""
    cells = [
        (key if key in full and key not in gone else None, number if total_shown else None)
        for number, quarter in enumerate(quarters)
        for key, card in quarter.cards.items()
        if name in card.hidden and (key not in full or card.simulated == full[key].simulated)
    ]
    found = {cells[place] for place in determined(cells)}
    # A number whose own year is hidden is held by the others of its quarter: theirs must go.
    columns = {column for key, column in found if key is None}
    return {key for key, column in cells if key and ((key, column) in found or column in columns)}


def _tells(key: str, year: Scorecard, name: str, quarters: Sequence[Table]) -> bool:
    """Whether the year's number less the quarters' that are shown leaves one that is not."""
    kept_back: list[int] = []
    for quarter in quarters:
        card = quarter.cards.get(key)
        if key not in quarter.cells or card is None or name not in card.hidden:
            continue
        if card.simulated != year.simulated:
            continue  # The year does not count them: it counts real records or invented ones.
        kept_back.append(quarter.counted(key, name))
    return bool(kept_back) and len(set(kept_back)) < 2


def _open(card: Scorecard, hidden: frozenset[str], untold: frozenset[str]) -> Scorecard:
    """As anyone may read it; a card whose tallies did not change is the same object as before."""
    return _OPEN.of(id(card), (card, hidden, untold), lambda: _opened(card, hidden, untold))


_OPEN: Remembered[Scorecard] = Remembered(1_000)


def _opened(card: Scorecard, hidden: frozenset[str], untold: frozenset[str]) -> Scorecard:
    figures = {n: seen(f, n in untold) for n, f in card.figures.items() if n not in hidden}
    return replace(card, figures=figures, hidden=hidden, known=NOTHING)
