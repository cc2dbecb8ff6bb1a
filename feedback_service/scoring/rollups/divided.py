"""Ratings divided by a dimension, kept by day: replaced and summed inside the database, because a
day of all institutions has tens of thousands of them."""

from collections.abc import Iterable, Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from analytics.tallies import RatingCounts
from feedback_service.models import RATING_NUMBERS, ROLLUP_RATINGS
from feedback_service.scoring.counting import Dimension, Frame, Group, ratings
from feedback_service.scoring.counting.shape import COLUMNS, group_of
from feedback_service.scoring.rollups.parts import RATINGS

KEPT = (Dimension.SERVICE_POINT, Dimension.SERVICE, Dimension.CHANNEL, Dimension.LANGUAGE)
"""A county is the sum of its places: its clusters are theirs."""

_K = ROLLUP_RATINGS.c
_KEYS = ("of_institution", "of_value", "of_within", "invented", "of_sample")


def replace_days(session: Session, frame: Frame) -> Iterable[tuple[Group, str, RatingCounts]]:
    """Count the frame's days again and keep them; returns the same votes undivided, by day.

    One statement chooses the votes once for all dimensions.  `frame` is `by_day`.
    """
    days = frame.period
    session.execute(
        sa.delete(ROLLUP_RATINGS).where(
            _K.day >= days.start, _K.day <= days.end, *_among(frame), _K.dimension.in_(KEPT)
        )
    )
    # Tens of thousands of groups are counted faster than sorted, where memory is given.
    session.execute(sa.text("set local work_mem = '64MB'"))
    session.execute(sa.text("set local jit = off"))
    votes = ratings.votes(frame, None, *COLUMNS.values()).cte("votes")
    places = ratings.by_place(frame, Dimension.SERVICE_POINT, votes).cte("places")
    kept = [_kept(ratings.counted_apart(places), Dimension.SERVICE_POINT)]
    for dimension in KEPT[1:]:
        clusters = ratings.by_place(frame, dimension, votes).subquery(f"clusters_{dimension}")
        kept.append(_kept(ratings.counted(frame, dimension, clusters), dimension))
    whole = ratings.counted(frame, None, _undivided(places)).add_cte(*kept)
    return list(_read(session.execute(whole).mappings()))


def summed(
    session: Session, frame: Frame, dimension: Dimension
) -> Iterator[tuple[Group, str, RatingCounts]]:
    """The votes of each group of a dimension, with the name of their part."""
    of_county = dimension is Dimension.COUNTY
    value = _K.of_within if of_county else _K.of_value
    within = sa.literal("") if of_county else _K.of_within
    keys = [
        _K.of_institution, value.label("of_value"), within.label("of_within"), _K.invented,
        sa.cast(sa.null(), sa.Date).label("of_day"), _K.of_sample,
    ]  # fmt: skip
    numbers = [
        sa.cast(sa.func.coalesce(sa.func.sum(_K[name]), 0), sa.BigInteger).label(name)
        for name in RATING_NUMBERS
    ]
    period = frame.period
    found = (
        sa.select(*keys, *numbers)
        .where(
            _K.day >= period.start, _K.day <= period.end, *_among(frame),
            _K.dimension == (Dimension.SERVICE_POINT if of_county else dimension),
        )
        .group_by(*(sa.text(name) for name in _KEYS))
    )  # fmt: skip
    return _read(session.execute(found).mappings())


def _undivided(places: sa.CTE) -> sa.Subquery:
    """The same clusters, of no group but their institution's."""
    nothing = {name: sa.literal("").label(name) for name in ("of_value", "of_within")}
    return sa.select(*(nothing.get(c.name, c) for c in places.c)).subquery("undivided")


def _kept(counted: sa.Select[Any], dimension: Dimension) -> sa.CTE:
    c = counted.subquery(f"by_{dimension}").c
    numbers = [sa.func.nullif(c[name], 0) for name in RATING_NUMBERS]
    rows = sa.select(c.of_day, sa.literal(str(dimension)), *(c[name] for name in _KEYS), *numbers)
    columns = ["day", "dimension", *_KEYS, *RATING_NUMBERS]
    return sa.insert(ROLLUP_RATINGS).from_select(columns, rows).cte(f"kept_{dimension}")


def _read(rows: Iterable[sa.RowMapping]) -> Iterator[tuple[Group, str, RatingCounts]]:
    for row in rows:
        sample, counts = ratings.read(row)
        yield group_of(row), RATINGS[sample], counts


def _among(frame: Frame) -> list[Any]:
    if frame.institution is not None:
        return [_K.of_institution == frame.institution]
    return [] if frame.among is None else [_K.of_institution.in_(frame.among)]
