"""The scorecards of a period: every institution's, one institution's, and divided by a dimension.

Invented records are never mixed with real ones: an institution's card counts real records, and only
where there are none the simulated ones, and says so.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import sqlalchemy as sa
from sqlalchemy.orm import Session

from analytics.scorecards import Scorecard
from analytics.scorecards import card as all_figures
from analytics.tallies import CaseCounts, RatingCounts
from feedback_service.domain.periods import Period
from feedback_service.models import Institution, Rating
from feedback_service.runtime import Runtime
from feedback_service.scoring.books import Reader
from feedback_service.scoring.counting import Dimension

Divisions = dict[Dimension, dict[str, Scorecard]]
"""Dimension -> value -> card; "" is where the record does not say."""


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
        book = Reader(session, rt.now(), public).book(period)
        names = session.scalars(sa.select(Institution.id).order_by(Institution.name)).all()
    cards = {name: _named(book.institutions.cards, name, period) for name in names}
    return Edition(period, book.whole.cards[""], cards)


def national(rt: Runtime, period: Period, *, public: bool = True) -> list[Scorecard]:
    """The card of every institution in the registry, in the order of their names."""
    return list(edition(rt, period, public=public).cards.values())


def card(rt: Runtime, institution_id: str, period: Period, *, public: bool = True) -> Scorecard:
    """One institution's card, the same as in the table of all.  Raises NoSuchInstitution.

    It reads the others' too: whether a figure may be seen depends on theirs.
    """
    with rt.transaction() as session:
        _must_exist(session, institution_id)
        book = Reader(session, rt.now(), public).book(period)
    return _named(book.institutions.cards, institution_id, period)


def by(
    rt: Runtime,
    institution_id: str,
    period: Period,
    dimensions: Iterable[str],
    *,
    public: bool = True,
) -> Divisions:
    """An institution's card divided by each dimension, a table for each.

    Tables are not crossed with each other, nor drawn up for all institutions together: what such
    tables share would give small numbers back.  Raises NotADimension and NoSuchInstitution.
    """
    wanted = dimensions_of(dimensions)
    with rt.transaction() as session:
        _must_exist(session, institution_id)
        reader = Reader(session, rt.now(), public, only=institution_id)
        return _divisions(reader, institution_id, period, wanted)


def by_for_all(
    rt: Runtime, period: Period, dimensions: Iterable[str], *, public: bool = True
) -> dict[str, Divisions]:
    """The same for every institution that has records.  Raises NotADimension."""
    wanted = dimensions_of(dimensions)
    with rt.transaction() as session:
        reader = Reader(session, rt.now(), public)
        names = [name for name in reader.book(period).institutions.cards if name]
        return {name: _divisions(reader, name, period, wanted) for name in names}


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


def _divisions(
    reader: Reader, institution: str, period: Period, dimensions: Iterable[Dimension]
) -> Divisions:
    return {
        dimension: dict(sorted(reader.division(institution, dimension, period).rows.cards.items()))
        for dimension in dimensions
    }


def _named(cards: Mapping[str, Scorecard], institution: str, period: Period) -> Scorecard:
    """The card of an institution; an empty one where it has no records."""
    if institution in cards:
        return replace(cards[institution], institution=institution)
    return all_figures(institution, period.label, RatingCounts(), CaseCounts())


def _must_exist(session: Session, institution_id: str) -> None:
    if session.get(Institution, institution_id) is None:
        raise NoSuchInstitution(institution_id)
