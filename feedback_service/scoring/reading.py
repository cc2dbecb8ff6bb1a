"""The scorecards of a period: every institution's, one institution's, and divided by a dimension.

Invented records are never mixed with real ones: an institution's card counts real records, and only
where there are none the simulated ones, and says so.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from analytics.scorecards import Cell, Scorecard
from analytics.scorecards import card as all_figures
from feedback_service.domain.periods import Period
from feedback_service.models import Institution
from feedback_service.runtime import Runtime
from feedback_service.scoring import editions, rollups
from feedback_service.scoring.books import Reader, reader
from feedback_service.scoring.counting import Dimension
from feedback_service.scoring.frozen import keeping

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
    registry, in the order of their names; and the tables asked for, by institution.  `told` is, by
    id (WHOLE for the whole service), the day on which the survey of a running period was last told
    to the public; empty where all is as it stands, or frozen.

    `whole` also counts ratings of a county service whose county nobody said: no institution has
    them.
    """

    period: Period
    whole: Scorecard
    cards: Mapping[str, Scorecard]
    tables: Mapping[str, Divisions]
    told: Mapping[str, date] = field(default_factory=dict)


def edition(
    rt: Runtime,
    period: Period,
    dimensions: Iterable[str] = (),
    *,
    public: bool = True,
    only: str | None = None,
) -> Edition:
    """Everything there is to read of a period; `only` draws up one institution's tables alone.

    Tables are not crossed with each other, nor drawn up for all institutions together: what such
    tables share would give small numbers back.  Raises NotADimension and NoSuchInstitution.
    """
    wanted = dimensions_of(dimensions)
    with one_moment(rt, [period], public=public, first=only) as session:
        names = session.scalars(sa.select(Institution.id).order_by(Institution.name)).all()
        if only is not None and only not in names:
            raise NoSuchInstitution(only)
        frozen = keeping.cards(rt, session, period, public=public)
        if frozen is not None:
            return _frozen(session, period, frozen, wanted, [only] if only else names)
        return drawn(reader(session, rt.now(), public, only), period, wanted)


@contextmanager
def one_moment(
    rt: Runtime, periods: Iterable[Period], *, public: bool = True, first: str | None = None
) -> Iterator[Session]:
    """A transaction in which all tables of these periods are of one moment: what is hidden in one
    must not be told by another."""
    prepare(rt, periods, public=public, first=first)
    with rt.transaction() as session:
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        yield session


def prepare(
    rt: Runtime, periods: Iterable[Period], *, public: bool, first: str | None = None
) -> None:
    """Before reading: take in what has changed, and tell the public what has moved by a batch."""
    rollups.prepare(rt)
    if public:
        editions.prepare(rt, periods, first)


def drawn(of: Reader, period: Period, wanted: Collection[Dimension]) -> Edition:
    """What `edition` reads of an open period, as this reader reads."""
    names = of.session.scalars(sa.select(Institution.id).order_by(Institution.name)).all()
    book = of.book(period)
    divided = [name for name in names if name in book.institutions.cards]
    if of.only:
        divided = [of.only]
    tables = {name: _divisions(of, name, period, wanted) for name in divided}
    cards = {name: _named(book.institutions.cards, name, period) for name in names}
    return Edition(period, book.whole.cards[""], cards, tables, of.told(period))


def leaves(
    rt: Runtime,
    period: Period,
    dimensions: Iterable[str] = (),
    *,
    public: bool = True,
    moment: Session | None = None,
) -> Iterator[tuple[Scorecard, Divisions]]:
    """What `edition` holds, all of one moment, a card at a time: the whole service's first.

    `moment`: that of another table, which `one_moment` gave.
    """
    wanted = dimensions_of(dimensions)
    of_now = one_moment(rt, [period], public=public) if moment is None else nullcontext(moment)
    with of_now as session:
        names = session.scalars(sa.select(Institution.id).order_by(Institution.name)).all()
        frozen = keeping.cards(rt, session, period, public=public)
        if frozen is not None:
            yield frozen.cards[keeping.WHOLE], {}
            for name in names:
                tables = keeping.divided(session, period, [name], wanted, public=public)
                yield _named(frozen.cards, name, period), tables[name]
            return
        of = reader(session, rt.now(), public)
        book = of.book(period)
        yield book.whole.cards[""], {}
        for name in names:
            tables_of = _divisions(of, name, period, wanted)
            yield _named(book.institutions.cards, name, period), tables_of


def national(rt: Runtime, period: Period, *, public: bool = True) -> list[Scorecard]:
    """The card of every institution in the registry, in the order of their names."""
    return list(edition(rt, period, public=public).cards.values())


def card(rt: Runtime, institution_id: str, period: Period, *, public: bool = True) -> Scorecard:
    """One institution's card, the same as in the table of all.  Raises NoSuchInstitution.

    The others are read too: whether a figure may be seen depends on theirs.
    """
    return edition(rt, period, public=public, only=institution_id).cards[institution_id]


def by(
    rt: Runtime,
    institution_id: str,
    period: Period,
    dimensions: Iterable[str],
    *,
    public: bool = True,
) -> Divisions:
    """An institution's card divided by each dimension.  Raises as `edition` does."""
    found = edition(rt, period, dimensions, public=public, only=institution_id)
    return found.tables[institution_id]


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
        newest = extent(session)[1]
    return Period.containing(newest or rt.now())


def extent(session: Session) -> tuple[datetime | None, datetime | None]:
    """When the first and the newest rating was given: looked up by institution, in an index that
    begins with it, since there are millions of ratings."""
    ends = session.execute(_EXTENT).one()
    return ends.first, ends.newest


def _frozen(
    session: Session,
    period: Period,
    frozen: keeping.Frozen,
    dimensions: Collection[Dimension],
    divided: Sequence[str],
) -> Edition:
    """A closed period as it was closed, whatever came after; a body that is new since has none."""
    names = session.scalars(sa.select(Institution.id).order_by(Institution.name)).all()
    cards = {name: _named(frozen.cards, name, period) for name in names}
    tables = keeping.divided(session, period, divided, dimensions, public=frozen.public)
    return Edition(period, frozen.cards[keeping.WHOLE], cards, {**tables})


def _divisions(
    of: Reader, institution: str, period: Period, dimensions: Iterable[Dimension]
) -> Divisions:
    return {
        dimension: dict(sorted(of.division(institution, dimension, period).rows.cards.items()))
        for dimension in dimensions
    }


def _named(cards: Mapping[str, Scorecard], institution: str, period: Period) -> Scorecard:
    """The card of an institution; an empty one where it has no records."""
    if institution in cards:
        return replace(cards[institution], institution=institution)
    return all_figures(institution, period.label, Cell())


_EXTENT = sa.text("""
select min(first) as first, max(newest) as newest from (
  select (select min(given_at) from ratings where institution_id = institutions.id) as first,
         (select max(given_at) from ratings where institution_id = institutions.id) as newest
  from institutions
  union all
  select (select min(given_at) from ratings where institution_id is null),
         (select max(given_at) from ratings where institution_id is null)
) as found
""")
