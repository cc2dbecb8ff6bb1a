"""The list is read: newest first, from where a reader stopped, or by name.  Nothing is worked out
here, so that anybody may ask."""

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback_service.models import ToldRequest

AT_ONCE = 2_000
"""Rows that the cursor brings at once."""
Place = tuple[date, str]
"""Day and id of the last request that a reader has: the next one comes after it."""


@dataclass(frozen=True)
class Request:
    """One case.  `county` is None where too few share it; `received_on` is its day, or the first of
    its month where too few share the day; `updated_on` is never finer than a month, and `open` is
    as of the first day of the month that runs: who asks every day learns no day of an answer."""

    id: str
    service: str
    institution: str
    county: int | None
    received_on: date
    by_day: bool
    open: bool
    updated_on: date
    simulated: bool

    @property
    def place(self) -> Place:
        return self.received_on, self.id


@dataclass(frozen=True)
class Wanted:
    """Requests received from `since` to `until`, of these services, open or closed or both."""

    since: date | None = None
    until: date | None = None
    services: Sequence[str] = ()
    open: bool | None = None
    after: Place | None = None
    skip: int = 0
    most: int | None = None


def requests(session: Session, wanted: Wanted) -> Generator[Request, None, None]:
    """Newest first, read with a cursor: whoever stops before the end closes it."""
    found = _told().where(*_where(wanted))
    found = found.order_by(ToldRequest.received_on.desc(), ToldRequest.id.desc())
    if wanted.skip:
        found = found.offset(wanted.skip)
    if wanted.most is not None:
        found = found.limit(wanted.most)
    with session.execute(found.execution_options(yield_per=AT_ONCE)) as rows:
        for row in rows:
            yield Request(*row)


def by_names(session: Session, names: Sequence[str]) -> list[Request]:
    """Those of the names that there are, in their order."""
    rows = session.execute(_told().where(ToldRequest.id.in_(names)))
    known = {row.id: Request(*row) for row in rows}
    return [known[name] for name in dict.fromkeys(names) if name in known]


def _told() -> sa.Select[*tuple[Any, ...]]:
    return sa.select(
        ToldRequest.id, ToldRequest.service_id, ToldRequest.institution_id,
        ToldRequest.county_code, ToldRequest.received_on, ToldRequest.by_day, ToldRequest.open,
        ToldRequest.updated_on, ToldRequest.simulated,
    ).where(sa.not_(ToldRequest.erased))  # fmt: skip


def _where(wanted: Wanted) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = []
    if wanted.since:
        found.append(ToldRequest.received_on >= wanted.since)
    if wanted.until:
        found.append(ToldRequest.received_on <= wanted.until)
    if wanted.services:
        found.append(ToldRequest.service_id.in_(wanted.services))
    if wanted.open is not None:
        found.append(ToldRequest.open.is_(wanted.open))
    if wanted.after:
        place = sa.tuple_(ToldRequest.received_on, ToldRequest.id)
        found.append(place < sa.tuple_(*map(sa.literal, wanted.after)))
    return found
