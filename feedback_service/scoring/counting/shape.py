"""What is counted together, of which records: frames, groups, dimensions, and the columns that tell
groups apart."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from feedback_service.domain.calendar import NAIROBI
from feedback_service.domain.periods import Period

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
class Days:
    """Some days, the last among them; counted like a period."""

    start: date
    end: date


@dataclass(frozen=True)
class Frame:
    """Which records: those of the period, as known at `as_of`, of one institution or of all.

    `by_day`: each day is a group of its own.  No vote and no case is in two days.
    `among`: of these institutions alone, "" for the records that name none.
    """

    period: Period | Days
    as_of: datetime
    institution: str | None = None
    by_day: bool = False
    among: frozenset[str] | None = None

    def institutions(self, column: Any) -> Sequence[Condition]:
        """What a record's institution must be."""
        if self.institution is not None:
            return [column == self.institution]
        if self.among is None:
            return []
        named = column.in_(sorted(self.among - {""}))
        return [sa.or_(named, column.is_(None)) if "" in self.among else named]


@dataclass(frozen=True)
class Group:
    """The records counted together: an institution ("" where none is known) and a value of a
    dimension ("" for the whole, or where the record does not say); real ones or invented ones.
    Of places, `within` is the county that the records name.  `day`, where days are told apart, is
    the one in Nairobi on which ratings were given and cases were due."""

    institution: str
    value: str
    within: str
    simulated: bool
    day: date | None = None


def bounds(period: Period | Days) -> tuple[datetime, datetime]:
    """The first moment of a period and the first after it, in Nairobi, where days begin."""
    after = period.end + timedelta(days=1)
    return (
        datetime.combine(period.start, time(), NAIROBI),
        datetime.combine(after, time(), NAIROBI),
    )


KEYS = ("of_institution", "of_value", "of_within", "invented", "of_day")


def group_of(row: sa.RowMapping) -> Group:
    return Group(*(row[name] for name in KEYS))


def keys_of(
    columns: Columns,
    by_day: bool,
    dimension: Dimension | None,
    at: sa.SQLColumnExpression[datetime],
) -> Sequence[sa.ColumnElement[Any]]:
    """The columns of a group, named as in KEYS."""
    nothing = sa.literal("")
    keys = (
        _text(columns["institution_id"]),
        _text(columns[COLUMNS[dimension]]) if dimension else nothing,
        _text(columns["county_code"]) if dimension is Dimension.SERVICE_POINT else nothing,
        columns["simulated"],
        day_of(at) if by_day else sa.cast(sa.null(), sa.Date),
    )
    return [key.label(name) for key, name in zip(keys, KEYS, strict=True)]


def day_of(at: sa.SQLColumnExpression[Any]) -> sa.ColumnElement[date]:
    """The day in Nairobi."""
    return sa.cast(sa.func.timezone(ZONE, at), sa.Date)


def true(condition: Condition) -> Condition:
    """False, not unknown, where a moment is missing: its opposite must be true then."""
    return sa.func.coalesce(condition, sa.false())


def _text(column: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    return sa.func.coalesce(sa.cast(column, sa.Text), "")


COLUMNS: Mapping[Dimension, str] = {
    Dimension.COUNTY: "county_code",
    Dimension.SERVICE: "service_id",
    Dimension.SERVICE_POINT: "service_point_id",
    Dimension.CHANNEL: "channel",
    Dimension.LANGUAGE: "language",
}
