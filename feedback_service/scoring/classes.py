"""Classes of ratings told apart (promise 16): drawn by the sampler, open to all, assisted.  They
are never added; a card shows one of them, and the others beside it.

Each class is a table of its own, with its own totals, so that what one hides no other tells.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from analytics.coverage import Coverage
from analytics.indicators import Figure
from analytics.scorecards import ASKED, Cell, Scorecard
from feedback_service.domain.ratings import Sample
from feedback_service.scoring.public import Heading, Table

Key = TypeVar("Key", bound=Hashable)
Drawn = Callable[[Any, Heading, Sequence[Table]], Table]
"""Makes a table of cells, beside the tables of the quarters."""
OTHERS = (Sample.VERIFIED, Sample.ASSISTED)


def told(
    drawn: Drawn,
    cells: Mapping[Key, Cell],
    heading: Heading,
    quarters: Sequence[Table] = (),
    totals: Mapping[Sample, Scorecard] | None = None,
) -> Table:
    """The table of each class, with cases in that of the open one; `totals` are its totals' cards
    of each class, where `heading` has a total."""

    def of(sample: Sample, mine: Mapping[Key, Cell]) -> Table:
        above = None if heading.total is None or totals is None else totals[sample]
        below = [quarter.classes.get(sample, Table()) for quarter in quarters]
        mine_of = replace(heading, total=above, asked=sample in OTHERS, sample=sample)
        if mine_of.asked and not _answered(mine, below):
            return _of_nobody(drawn, mine, mine_of)
        return drawn(mine, mine_of, below)

    tables = {Sample.OPEN: of(Sample.OPEN, cells)}
    for sample in OTHERS:
        tables[sample] = of(sample, {k: Cell(open=c.votes(sample)) for k, c in cells.items()})
    return replace(tables[Sample.OPEN], classes=tables)


def chosen(table: Table, sample_of: Callable[[str], Sample]) -> dict[str, Scorecard]:
    """The cards of a table that `told` made: cases, and the ratings of one class."""
    return {key: _of_class(table, key, sample_of(key)) for key in table.cards}


def joined(one: Table, other: Table) -> Table:
    """Rows of two tables that have none in common."""
    return Table(
        {**one.cells, **other.cells},
        {**one.cards, **other.cards},
        {s: joined(table, other.classes[s]) for s, table in one.classes.items()},
    )


def samples(cells: Mapping[str, Cell], known: Mapping[str, Coverage]) -> dict[str, Sample]:
    """The class of each institution's figures: the drawn one where its frame is measured."""
    return {
        name: Sample.VERIFIED if frame is not None and frame.measured else Sample.OPEN
        for name, frame in ((name, own(known, name, cell)) for name, cell in cells.items())
    }


def of_all(below: Iterable[Sample]) -> Sample:
    """The class of the figures of all together: the drawn one where each has it."""
    return Sample.VERIFIED if set(below) == {Sample.VERIFIED} else Sample.OPEN


def own(known: Mapping[str, Coverage], name: str, of: Cell | Scorecard) -> Coverage | None:
    """The institution's frame, unless it is of invented visits and the records are real."""
    frame = known.get(name)
    return frame if frame is not None and frame.simulated == of.simulated else None


def visited(known: Mapping[str, Coverage], name: str, cell: Cell) -> int | None:
    """The visits an institution fed, where it fed any."""
    frame = own(known, name, cell)
    return frame.visited or None if frame is not None else None


def rated(cell: Cell) -> bool:
    """Whether there are ratings of any class."""
    return any(cell.votes(sample).votes for sample in Sample)


def _answered(cells: Mapping[Any, Cell], quarters: Sequence[Table]) -> bool:
    """Whether anybody of a class that is a table's own answered, in the table or its quarters."""
    rows = (cells, *(quarter.cells for quarter in quarters))
    return any(cell.votes(Sample.OPEN).votes for row in rows for cell in row.values())


def _of_nobody(drawn: Drawn, cells: Mapping[Any, Cell], heading: Heading) -> Table:
    """The table of a class that nobody is in: the same empty card in each row, drawn up once."""
    if not cells:
        return Table()
    key, cell = next(iter(cells.items()))
    (card,) = drawn({key: cell}, heading, ()).cards.values()
    # The rows of places are named by county and place, and stand in the table by their place.
    rows = {(key[-1] if isinstance(key, tuple) else key): cell for key, cell in cells.items()}
    return Table(rows, dict.fromkeys(rows, card))


def _of_class(table: Table, key: str, sample: Sample) -> Scorecard:
    card = table.cards[key]
    shown = table.classes[sample].cards[key]
    figures = {
        **{name: one for name, one in card.figures.items() if name not in ASKED},
        **_asked(shown),
    }
    return replace(
        card,
        figures=figures,
        hidden=(card.hidden - ASKED) | (shown.hidden & ASKED),
        sample=sample,
        beside={
            other: _asked(below.cards[key])
            for other, below in table.classes.items()
            if other is not sample and below.cells[key].votes(Sample.OPEN).votes
        },
    )


def _asked(card: Scorecard) -> dict[str, Figure]:
    return {name: figure for name, figure in card.figures.items() if name in ASKED}
