"""Ratings counted by the database: votes, then places and days, then groups; each class apart."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import distinct_on

from analytics.tallies import QUESTIONS, SUMS, RatingCounts
from feedback_service.domain.ratings import Sample
from feedback_service.models import Rating
from feedback_service.scoring.counting.shape import (
    COLUMNS,
    KEYS,
    Columns,
    Condition,
    Dimension,
    Frame,
    bounds,
    day_of,
    keys_of,
)


def counted(
    frame: Frame, dimension: Dimension | None, clusters: sa.FromClause | None = None
) -> sa.Select[Any]:
    """One row for each group and class that has votes: KEYS, `of_sample`, then NUMBERS.

    `clusters`: the group's votes by place and day, where they were counted already.
    """
    found = by_place(frame, dimension).subquery("clusters") if clusters is None else clusters
    c = found.c
    numbers = [_whole(sa.func.sum(c[name])).label(name) for name in _NAMES]
    sums = [of.label(name) for name, of in _sums(c, together=True).items()]
    keys = [c[name] for name in (*KEYS, "of_sample")]
    return sa.select(*keys, *numbers, *sums).group_by(*keys)


def counted_apart(clusters: sa.FromClause) -> sa.Select[Any]:
    """As `counted`, where each place and day is a group of its own: nothing is left to add."""
    c = clusters.c
    sums = [of.label(name) for name, of in _sums(c, together=False).items()]
    return sa.select(*(c[name] for name in (*KEYS, "of_sample", *_NAMES)), *sums)


def read(row: sa.RowMapping) -> tuple[Sample, RatingCounts]:
    """The class and the tally of a row of `counted`."""
    sums = {name: row[name] for name in _SUMS if row[name]}
    numbers = {name: row[name] for name in _NAMES}
    return Sample(row["of_sample"]), RatingCounts.read(numbers | {"clusters": sums})


def votes(frame: Frame, dimension: Dimension | None, *more: str) -> sa.Select[Any]:
    """One vote per person, service and day: the last complete rating, else the last.

    A rating of nobody we know is a vote of its own.  The institution is part of the key because one
    county service is given by 47 governments, the class because classes are never added.
    """
    start, end = bounds(frame.period)
    person = sa.func.coalesce(Rating.citizen_id, Rating.id)
    day = day_of(Rating.given_at)
    vote = (
        person, Rating.service_id, Rating.institution_id, day, Rating.simulated, Rating.sample
    )  # fmt: skip
    # Only what is counted: the database sorts these rows, and narrow rows sort twice as fast.
    named = dict.fromkeys((*_COUNTED, *([COLUMNS[dimension]] if dimension else ()), *more))
    return (
        sa.select(*(Rating.__table__.c[name] for name in named))
        .where(Rating.given_at >= start, Rating.given_at < end)
        .where(*frame.institutions(Rating.institution_id))
        .ext(distinct_on(*vote))
        .order_by(*vote, Rating.complete.desc(), Rating.given_at.desc(), Rating.id.desc())
    )


def by_place(
    frame: Frame, dimension: Dimension | None, chosen: sa.FromClause | None = None
) -> sa.Select[Any]:
    """The votes of each place and day of a group; where no place is named, of the county's day.

    `chosen`: the frame's votes with every column of a dimension, where they were chosen already.
    """
    v = (votes(frame, dimension).subquery("votes") if chosen is None else chosen).c
    # Small numbers are added several times faster than large ones.
    counts = [
        sa.cast(sa.func.count().filter(where), sa.Integer).label(name)
        for name, where in _conditions(v).items()
    ]
    paid = sa.func.coalesce(sa.func.sum(v.paid_extra_kes).filter(v.complete), 0)
    keys = keys_of(v, frame.by_day, dimension, v.given_at)
    apart = (v.sample.label("of_sample"), *keys)
    inside = (v.county_code, v.service_point_id, day_of(v.given_at))
    named = [sa.text(name) for name in (*KEYS, "of_sample")]
    return sa.select(*apart, *counts, paid.label("paid_extra_kes")).group_by(*named, *inside)


def _conditions(v: Columns) -> Mapping[str, Condition]:
    whole: dict[str, Condition] = {f"score_{score}": v.score == score for score in range(1, 6)} | {
        "on_time": v.on_time.is_(True),
        "late": v.on_time.is_(False),
        "cost_kept": v.paid_more.is_(False),
        "paid_more": v.paid_more.is_(True),
        "courteous": v.courteous.is_(True),
        "discourteous": v.courteous.is_(False),
        "paid_extra_said": v.paid_extra_kes.is_not(None),
    }
    had, reported = v.had_problem.is_(True), v.reported_problem
    of_all: dict[str, Condition] = {
        "no_problem": v.had_problem.is_(False),
        "problem_reported": sa.and_(had, reported.is_(True)),
        "problem_unreported": sa.and_(had, reported.is_(False)),
        "problem_unsaid": sa.and_(had, reported.is_(None)),
        "problem_unasked": v.had_problem.is_(None),
        "incomplete": sa.not_(v.complete),
        "simulated": v.simulated,
    }
    return of_all | {name: sa.and_(v.complete, where) for name, where in whole.items()}


def _sums(c: Columns, *, together: bool) -> Mapping[str, sa.ColumnElement[Any]]:
    """What places and days add to a design effect, under the names of `_SUMS`: how many were heard,
    and the sums of n*n, n*t and t*t; of each of them or added."""
    scores = sum((c[f"score_{score}"] for score in range(1, 6)), start=sa.literal(0))
    total = sum((score * c[f"score_{score}"] for score in range(1, 6)), start=sa.literal(0))
    problems = c.no_problem + c.problem_reported + c.problem_unreported
    answers = {
        "score": (scores, total),
        "on_time": (c.on_time + c.late, c.on_time),
        "cost": (c.cost_kept + c.paid_more, c.cost_kept),
        "courtesy": (c.courteous + c.discourteous, c.courteous),
        "problem": (problems, c.problem_unreported),
    }
    found: list[sa.ColumnElement[Any]] = []
    for question in QUESTIONS:
        n, t = (sa.cast(number, sa.BigInteger) for number in answers[question])
        squares = (n * n, n * t, t * t)
        if together:
            found += [sa.func.count().filter(n > 0), *(_whole(sa.func.sum(s)) for s in squares)]
        else:
            found += [sa.cast(n > 0, sa.Integer), *squares]
    return dict(zip(_SUMS, found, strict=True))


def _whole(number: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    """A sum of large numbers is exact, and comes as a number that JSON can hold."""
    return sa.cast(number, sa.BigInteger)


_COUNTED = (
    "institution_id", "simulated", "sample", "complete", "score", "on_time", "paid_more",
    "courteous", "paid_extra_kes", "had_problem", "reported_problem", "given_at", "county_code",
    "service_point_id",
)  # fmt: skip
_NAMES = tuple(name for name in RatingCounts.__dataclass_fields__ if name != "clusters")
_SUMS = tuple(f"{question}_{of}" for question in QUESTIONS for of in SUMS)
NUMBERS = (*_NAMES, *_SUMS)
"""The columns of a tally."""
