"""The scorecards of a period: every institution's, one institution's, and divided by a dimension.

Invented records are never mixed with real ones: an institution's card counts real records, and only
where there are none the simulated ones, and says so.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from analytics.scorecards import Cell, Scorecard
from analytics.scorecards import card as all_figures
from feedback_service.domain.periods import Period
from feedback_service.models import Institution, Rating
from feedback_service.runtime import Runtime
from feedback_service.scoring.counting import Dimension, Frame, Group, tallies
from feedback_service.scoring.public import published

WHOLE = "national"
"""The institution named on a card that is of no single one."""


class NoSuchInstitution(LookupError):
    """The registry has no institution of that id."""

    def __init__(self, institution: str) -> None:
        super().__init__(
            f"institution is {institution!r}, which the registry does not have: "
            "GET /api/v1/institutions lists those it has"
        )


class NotADimension(ValueError):
    """A scorecard is not divided by that."""

    def __init__(self, given: str) -> None:
        names = ", ".join(Dimension)
        super().__init__(f"by is {given!r}: give any of {names}, separated by commas")


@dataclass(frozen=True)
class Edition:
    """All scorecards of a period: the whole service's, and by id that of each institution in the
    registry, in the order of their names.

    `whole` also counts ratings of a county service whose county nobody said: no institution has
    them.
    """

    period: Period
    whole: Scorecard
    cards: Mapping[str, Scorecard]


def edition(rt: Runtime, period: Period, *, public: bool = True) -> Edition:
    """Everything that one table of institutions shows."""
    with rt.transaction() as session:
        counted = _chosen(tallies(session, Frame(period, rt.now())))
        names = list(session.scalars(sa.select(Institution.id).order_by(Institution.name)))
    real = {key: cell for key, cell in counted.items() if not _invented(cell)}
    invented = {key: cell for key, cell in counted.items() if _invented(cell)}
    whole = _whole(real or invented, period, public)
    cards: dict[str, Scorecard] = {}
    for group in (real, invented):
        total = whole if public and group is (real or invented) else None
        cards |= _cards(group, WHOLE, period, public, total)
    empty = Cell()
    return Edition(
        period,
        whole,
        {
            name: _named(cards[name], name)
            if name in cards
            else all_figures(name, period.label, empty.ratings, empty.cases)
            for name in names
        },
    )


def national(rt: Runtime, period: Period, *, public: bool = True) -> list[Scorecard]:
    """The card of every institution in the registry, in the order of their names."""
    return list(edition(rt, period, public=public).cards.values())


def card(rt: Runtime, institution_id: str, period: Period, *, public: bool = True) -> Scorecard:
    """One institution's card, the same as in the table of all.  Raises NoSuchInstitution.

    The public card needs the others: whether a figure may be seen depends on theirs.
    """
    if public:
        cards = edition(rt, period).cards
        if institution_id not in cards:
            raise NoSuchInstitution(institution_id)
        return cards[institution_id]
    with rt.transaction() as session:
        _must_exist(session, institution_id)
        frame = Frame(period, rt.now(), institution_id)
        cell = _chosen(tallies(session, frame)).get(institution_id, Cell())
    return all_figures(institution_id, period.label, cell.ratings, cell.cases)


def by(
    rt: Runtime,
    institution_id: str | None,
    period: Period,
    dimensions: Iterable[str],
    *,
    public: bool = True,
) -> dict[Dimension, dict[str, Scorecard]]:
    """For each dimension a table of its own: value -> card; "" is where the record does not say.

    Without an institution, of the whole service.  Tables are not crossed with each other, so that a
    reader of two cannot narrow one person down.  Raises NotADimension and NoSuchInstitution.
    """
    wanted = dimensions_of(dimensions)
    if institution_id is None:
        total = edition(rt, period, public=public).whole
    else:
        total = card(rt, institution_id, period, public=public)
    tables: dict[Dimension, dict[str, Scorecard]] = {}
    with rt.transaction() as session:
        frame = Frame(period, rt.now(), institution_id)
        for dimension in wanted:
            groups = tallies(session, frame, dimension, by_institution=institution_id is not None)
            cells = {
                group.value: cell
                for group, cell in sorted(groups.items(), key=lambda item: item[0].value)
                if group.simulated == total.simulated
            }
            shown = total if public else None
            tables[dimension] = _cards(cells, total.institution, period, public, shown)
    return tables


def dimensions_of(names: Iterable[str]) -> tuple[Dimension, ...]:
    """The dimensions of these names, each once.  Raises NotADimension."""
    found: dict[Dimension, None] = {}
    for name in names:
        if name not in list(Dimension):
            raise NotADimension(name)
        found[Dimension(name)] = None
    return tuple(found)


def newest_period(rt: Runtime) -> Period:
    """The quarter of the newest rating, or today's where nobody has rated anything."""
    with rt.transaction() as session:
        newest = session.scalar(sa.select(sa.func.max(Rating.given_at)))
    return Period.containing(newest or rt.now())


def _chosen(groups: Mapping[Group, Cell]) -> dict[str, Cell]:
    """By institution its real records, or where it has none the invented ones."""
    chosen: dict[str, Cell] = {}
    for group, cell in sorted(groups.items(), key=lambda item: item[0].simulated, reverse=True):
        chosen[group.institution] = cell
    return chosen


def _invented(cell: Cell) -> bool:
    return bool(cell.ratings.simulated or cell.cases.simulated)


def _whole(cells: Mapping[str, Cell], period: Period, public: bool) -> Scorecard:
    ratings = sum((cell.ratings for cell in cells.values()), Cell().ratings)
    cases = sum((cell.cases for cell in cells.values()), Cell().cases)
    return _cards({"": Cell(ratings, cases)}, WHOLE, period, public, None)[""]


def _cards(
    cells: Mapping[str, Cell],
    institution: str,
    period: Period,
    public: bool,
    total: Scorecard | None,
) -> dict[str, Scorecard]:
    if public:
        return published(cells, institution, period.label, total)
    return {
        key: all_figures(institution, period.label, cell.ratings, cell.cases)
        for key, cell in cells.items()
    }


def _named(found: Scorecard, institution: str) -> Scorecard:
    return Scorecard(institution, found.period, found.figures, found.simulated, found.hidden)


def _must_exist(session: Session, institution_id: str) -> None:
    if session.get(Institution, institution_id) is None:
        raise NoSuchInstitution(institution_id)
