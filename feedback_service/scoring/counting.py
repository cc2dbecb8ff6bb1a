"""Ratings and cases of a period counted by the database into the tallies figures are made of.

Nothing is read row by row: one GROUP BY for ratings, one for cases.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from analytics.scorecards import Cell
from analytics.tallies import CaseCounts, RatingCounts, RatingFact
from analytics.verification import Calls
from feedback_service.domain.calendar import NAIROBI
from feedback_service.domain.cases import Lane, Outcome
from feedback_service.domain.periods import Period
from feedback_service.models import Case, Rating
from feedback_service.scoring import calls

Condition = sa.ColumnElement[bool]
Columns = sa.sql.base.ReadOnlyColumnCollection[str, Any]
ZONE = "Africa/Nairobi"


class Dimension(StrEnum):
    """What a scorecard can be divided by."""

    COUNTY = "county"
    SERVICE = "service"
    SERVICE_POINT = "service_point"
    CHANNEL = "channel"
    LANGUAGE = "language"


@dataclass(frozen=True)
class Frame:
    """Which records: those of the period, as known at `as_of`, of one institution or of all."""

    period: Period
    as_of: datetime
    institution: str | None = None


@dataclass(frozen=True)
class Group:
    """The records counted together: an institution ("" where none is known) and a value of a
    dimension ("" for the whole, or where the record does not say); real ones or invented ones.
    Of places, `within` is the county that the records name."""

    institution: str
    value: str
    within: str
    simulated: bool


def tallies(
    session: Session, frame: Frame, dimension: Dimension | None = None
) -> dict[Group, Cell]:
    """One cell for each group that has records.

    Divided by a dimension only the open lane is counted: in a small cell the accused would know of
    what is held or confidential.  That counts in totals only, with those who hold it.
    """
    ratings = {
        _group(row): RatingCounts(**_numbers(row))
        for row in session.execute(_ratings(frame, dimension)).mappings()
    }
    cases = {
        _group(row): CaseCounts(**_numbers(row))
        for row in session.execute(_cases(frame, dimension)).mappings()
    }
    called = {} if dimension else calls.made(session, frame.period, frame.as_of, frame.institution)
    calls_of = {Group(name, "", "", False): of_them for name, of_them in called.items()}
    return {
        group: Cell(
            ratings.get(group, RatingCounts()),
            cases.get(group, CaseCounts()),
            calls_of.get(group, Calls()),
        )
        for group in ratings.keys() | cases.keys() | calls_of.keys()
    }


def votes_among(session: Session, frame: Frame, ids: Sequence[uuid.UUID]) -> dict[str, RatingFact]:
    """Those of these ratings that are counted: the votes among them, by id."""
    votes = _votes(frame, None, "id", "channel", "language", "service_id").subquery("votes")
    found = session.execute(sa.select(votes).where(votes.c.id.in_(ids)))
    return {
        str(row.id): RatingFact(
            row.service_id, row.institution_id or "", None, None, row.channel, row.language,
            row.score, row.on_time, row.paid_more, row.courteous, row.complete, row.simulated,
        )
        for row in found
    }  # fmt: skip


def bounds(period: Period) -> tuple[datetime, datetime]:
    """The first moment of a period and the first after it, in Nairobi, where days begin."""
    after = period.end + timedelta(days=1)
    return (
        datetime.combine(period.start, time(), NAIROBI),
        datetime.combine(after, time(), NAIROBI),
    )


_KEYS = ("of_institution", "of_value", "of_within", "invented")


def _group(row: sa.RowMapping) -> Group:
    return Group(*(row[name] for name in _KEYS))


def _numbers(row: sa.RowMapping) -> dict[str, int]:
    return {name: number for name, number in row.items() if name not in _KEYS}


def _ratings(frame: Frame, dimension: Dimension | None) -> sa.Select[Any]:
    votes = _votes(frame, dimension).subquery("votes")
    v = votes.c
    complete, left = v.complete, sa.not_(v.complete)
    conditions: dict[str, Condition] = {
        f"score_{score}": sa.and_(complete, v.score == score) for score in range(1, 6)
    } | {
        "on_time": sa.and_(complete, v.on_time.is_(True)),
        "late": sa.and_(complete, v.on_time.is_(False)),
        "cost_kept": sa.and_(complete, v.paid_more.is_(False)),
        "paid_more": sa.and_(complete, v.paid_more.is_(True)),
        "courteous": sa.and_(complete, v.courteous.is_(True)),
        "discourteous": sa.and_(complete, v.courteous.is_(False)),
        "incomplete": left,
        "simulated": v.simulated,
    }
    return _grouped(v, conditions, dimension)


def _votes(frame: Frame, dimension: Dimension | None, *more: str) -> sa.Select[Any]:
    """One vote per person, service and day: the last complete rating, else the last.

    A rating of nobody we know is a vote of its own.  The institution is part of the key because one
    county service is given by 47 governments.
    """
    start, end = bounds(frame.period)
    person = sa.func.coalesce(Rating.citizen_id, Rating.id)
    day = sa.cast(sa.func.timezone(ZONE, Rating.given_at), sa.Date)
    vote = (person, Rating.service_id, Rating.institution_id, day, Rating.simulated)
    # Only what is counted: the database sorts these rows, and narrow rows sort twice as fast.
    counted = [Rating.__table__.c[name] for name in (*_COUNTED, *_columns_of(dimension), *more)]
    chosen = (
        sa.select(*counted)
        .where(Rating.given_at >= start, Rating.given_at < end)
        .ext(distinct_on(*vote))
        .order_by(*vote, Rating.complete.desc(), Rating.given_at.desc(), Rating.id.desc())
    )
    if frame.institution is None:
        return chosen
    return chosen.where(Rating.institution_id == frame.institution)


def _cases(frame: Frame, dimension: Dimension | None) -> sa.Select[Any]:
    start, end = bounds(frame.period)
    # The cohort is "first due in the period".  `due_at` has moved where a proven pause moved it,
    # and going back to the first due time would need the calendar in SQL: a case paused across the
    # last day of a quarter is counted in the next one, once, its pause excused in both readings.
    grouped = _grouped(Case.__table__.c, _case_conditions(frame.as_of), dimension).where(
        Case.due_at >= start, Case.due_at < end
    )
    if dimension is not None:
        grouped = grouped.where(Case.lane == Lane.OPEN)
    if frame.institution is not None:
        grouped = grouped.where(Case.institution_id == frame.institution)
    return grouped


def _case_conditions(as_of: datetime) -> dict[str, Condition]:
    """The blocks of CaseCounts: a case is in one condition of each, or waits, or was withdrawn."""
    due = Case.due_at <= as_of
    withdrawn_before = sa.and_(
        due,
        Case.outcome.is_not_distinct_from(Outcome.WITHDRAWN),
        Case.resolved_at.is_(None),
        _true(Case.closed_at <= Case.due_at),
    )
    counted = sa.and_(due, sa.not_(withdrawn_before))
    acknowledged = _true(Case.acknowledged_at <= Case.acknowledge_due_at)
    resolved = Case.resolved_at.is_not(None)
    conditions: dict[str, Condition] = {
        "acknowledged_in_time": acknowledged,
        "acknowledged_late": sa.not_(acknowledged),
        "resolved_in_time": _true(Case.resolved_at <= Case.due_at),
        "resolved_late": _true(Case.resolved_at > Case.due_at),
        "unresolved": sa.not_(resolved),
    } | _verdicts(resolved)
    of_all: dict[str, Condition] = {
        "not_yet_due": sa.not_(due),
        "withdrawn_before_due": withdrawn_before,
        "confidential": Case.lane == Lane.CONFIDENTIAL,
        "simulated": Case.simulated.is_(True),
    }
    return of_all | {name: sa.and_(counted, where) for name, where in conditions.items()}


def _verdicts(resolved: Condition) -> dict[str, Condition]:
    spoken = {
        "confirmed": Outcome.CONFIRMED,
        "disputed": Outcome.DISPUTED,
        "not_upheld": Outcome.NOT_UPHELD,
        "withdrawn": Outcome.WITHDRAWN,
    }
    unspoken = sa.not_(_true(Case.outcome.in_(spoken.values())))
    verdicts: dict[str, Condition] = {
        name: Case.outcome.is_not_distinct_from(outcome) for name, outcome in spoken.items()
    }
    verdicts["silent"] = sa.and_(unspoken, resolved)
    verdicts["nothing_to_confirm"] = sa.and_(unspoken, sa.not_(resolved))
    return verdicts


def _true(condition: Condition) -> Condition:
    """False, not unknown, where a moment is missing: its opposite must be true then."""
    return sa.func.coalesce(condition, sa.false())


def _grouped(
    columns: Columns, conditions: Mapping[str, Condition], dimension: Dimension | None
) -> sa.Select[Any]:
    counts = [sa.func.count().filter(where).label(name) for name, where in conditions.items()]
    keys = zip(_keys(columns, dimension), _KEYS, strict=True)
    named = [key.label(name) for key, name in keys]
    return sa.select(*named, *counts).group_by(*(sa.text(name) for name in _KEYS))


def _keys(columns: Columns, dimension: Dimension | None) -> Sequence[sa.ColumnElement[Any]]:
    nothing = sa.literal("")
    return (
        _text(columns["institution_id"]),
        _text(columns[_COLUMNS[dimension]]) if dimension else nothing,
        _text(columns["county_code"]) if dimension is Dimension.SERVICE_POINT else nothing,
        columns["simulated"],
    )


def _text(column: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    return sa.func.coalesce(sa.cast(column, sa.Text), "")


def _columns_of(dimension: Dimension | None) -> tuple[str, ...]:
    if dimension is None:
        return ()
    within = (_COLUMNS[Dimension.COUNTY],) if dimension is Dimension.SERVICE_POINT else ()
    return (_COLUMNS[dimension], *within)


_COUNTED = (
    "institution_id", "simulated", "complete", "score", "on_time", "paid_more", "courteous",
)  # fmt: skip
_COLUMNS: Mapping[Dimension, str] = {
    Dimension.COUNTY: "county_code",
    Dimension.SERVICE: "service_id",
    Dimension.SERVICE_POINT: "service_point_id",
    Dimension.CHANNEL: "channel",
    Dimension.LANGUAGE: "language",
}
