"""The redress queue of a desk: what somebody may see, in the order an officer should take it.

One statement counts, one reads a page; the page after it starts behind the last row's key, so that
a queue that moves while it is read never shows a case twice.
"""

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from feedback_service.domain.cases import OPEN, Action, CaseStatus, Lane, Outcome
from feedback_service.domain.clocks import PAUSE_ENDS
from feedback_service.models import Case, CaseEvent, Category, Staff, Unit
from feedback_service.redress import searching
from feedback_service.redress.sight import may_see
from feedback_service.staff import Viewer

PAGE = 30
SUMMARY = 240
"""Characters of the words that a row carries: more than it shows, so that masking sees whole."""


LONG = 5_000
"""Open cases beyond which the counts may be some seconds old."""
KEPT_FOR = timedelta(seconds=20)
MOST_KEPT = 500


class BadCursor(ValueError):
    """The place to go on from is not one that a page of the queue gave out."""


class Scope(StrEnum):
    """Whose cases: a part of what the viewer may see."""

    ALL = "all"
    MINE = "mine"
    UNIT = "unit"
    INSTITUTION = "institution"
    HOST = "host"


class Tab(StrEnum):
    """What is the matter with them."""

    OPEN = "open"
    LATE = "late"
    DISPUTED = "disputed"
    WAITING = "waiting"
    ANSWERED = "answered"


@dataclass(frozen=True)
class Filters:
    """What the reader chose; without a tab, a status or words the queue holds what is open.

    services, places: whose names the words are; they are found beside what citizens wrote.
    rising: the emerging problem whose cases are wanted, whatever became of them.
    """

    scope: Scope = Scope.ALL
    tab: Tab | None = None
    status: CaseStatus | None = None
    late: bool = False
    words: str = ""
    services: frozenset[str] = frozenset()
    places: frozenset[str] = frozenset()
    since: date | None = None
    until: date | None = None
    rising: UUID | None = None


@dataclass(frozen=True)
class Row:
    """One case in the queue; `words` are the citizen's first, unmasked."""

    id: UUID
    reference: str
    words: str
    service_id: str | None
    place_id: str | None
    category: Category | None
    channel: str
    source: str
    status: CaseStatus
    lane: Lane
    level: int
    urgent: bool
    disputed: bool
    due_at: datetime
    received_at: datetime
    resolved_at: datetime | None
    holder_name: str | None


_Counts = tuple[dict[Scope, int], dict[Tab, int]]


@dataclass(frozen=True)
class QueuePage:
    """A page of rows; the counts are of open cases, `answered` of those awaiting the citizen."""

    rows: tuple[Row, ...]
    next_cursor: str | None
    scopes: Mapping[Scope, int]
    tabs: Mapping[Tab, int]


def queue(
    session: Session, viewer: Viewer, filters: Filters, cursor: str | None, now: datetime,
    kept: dict[Any, Any] | None = None,
) -> QueuePage:  # fmt: skip
    """One page for `viewer`; raises BadCursor.

    kept: where the counts of a very long queue stand for some seconds.
    """
    scopes, tabs = _kept_counts(session, viewer, filters.scope, now, {} if kept is None else kept)
    found = found_by(viewer, filters, now).limit(PAGE + 1)
    if cursor:
        found = found.where(sa.tuple_(*_KEY) > _from_cursor(cursor))
    rows = [Row(**row._mapping) for row in session.execute(found)]
    more = len(rows) > PAGE
    return QueuePage(tuple(rows[:PAGE]), _to_cursor(rows[PAGE - 1]) if more else None, scopes, tabs)


def found_by(viewer: Viewer, filters: Filters, now: datetime) -> sa.Select[Any]:
    """The rows that the filters leave of what the viewer may see, in the order to take them."""
    seen = may_see(viewer)
    return _rows(filters, seen, now).where(seen, _scope(viewer, filters.scope))


def in_tab(tab: Tab, now: datetime) -> sa.ColumnElement[bool]:
    """The clause of the cases that a tab holds."""
    if tab is Tab.LATE:
        return sa.and_(_is_open, Case.due_at < now)
    if tab is Tab.DISPUTED:
        return sa.and_(_is_open, _disputed)
    if tab is Tab.WAITING:
        return sa.and_(_is_open, _asked())
    if tab is Tab.ANSWERED:
        return Case.status.in_((CaseStatus.RESOLVED, CaseStatus.REJECTED))
    return _is_open


def following(session: Session, viewer: Viewer, case: Case) -> str | None:
    """The reference of the open case that comes after this one in the viewer's queue."""
    here = sa.tuple_(
        *(sa.literal(value) for value in _key_of(case, case.outcome is Outcome.DISPUTED))
    )
    after = (
        sa.select(Case.reference)
        .where(may_see(viewer), Case.status.in_(OPEN), sa.tuple_(*_KEY) > here)
        .order_by(*_KEY)
        .limit(1)
    )
    return session.scalar(after)


def scopes_of(viewer: Viewer) -> tuple[Scope, ...]:
    """The scopes that mean something to a viewer, widest first."""
    theirs = {
        Scope.MINE: viewer.institution_id,
        Scope.UNIT: viewer.unit_id,
        Scope.INSTITUTION: viewer.institution_id,
        Scope.HOST: viewer.institution_id,
    }
    return (Scope.ALL, *(scope for scope, mine in theirs.items() if mine))


# Written out, not sent as values: only so do they match the expressions of the indexes.
_disputed = sa.func.coalesce(
    Case.outcome == sa.literal_column(f"'{Outcome.DISPUTED}'"), sa.literal_column("false")
)
_is_open = Case.status.in_([sa.literal_column(f"'{status}'") for status in sorted(OPEN)])
# The key of domain.ordering as columns; the id makes it total.
_KEY = (
    sa.not_(Case.urgent), sa.not_(_disputed), -Case.level, Case.due_at, Case.received_at, Case.id,
)  # fmt: skip


def _key_of(case: Row | Case, disputed: bool) -> tuple[Any, ...]:
    return (
        not case.urgent, not disputed, -case.level, case.due_at, case.received_at, case.id,
    )  # fmt: skip


def _kept_counts(
    session: Session, viewer: Viewer, scope: Scope, now: datetime, kept: dict[Any, Any]
) -> _Counts:
    """A short queue is counted anew; of a very long one a count some seconds old tells as much."""
    key = (viewer, scope)
    if key in kept and timedelta() <= now - kept[key][0] < KEPT_FOR:
        found: _Counts = kept[key][1]
        return found
    found = _counts(session, viewer, scope, now)
    if len(kept) > MOST_KEPT:
        kept.clear()
    if max(found[0].values(), default=0) > LONG:
        kept[key] = (now, found)
    return found


def _counts(session: Session, viewer: Viewer, scope: Scope, now: datetime) -> _Counts:
    seen, scopes, here = may_see(viewer), scopes_of(viewer), _scope(viewer, scope)
    wanted = [sa.func.count().filter(_is_open, _scope(viewer, each)) for each in scopes]
    wanted += [sa.func.count().filter(in_tab(tab, now), here) for tab in Tab]
    # Closed cases are most of the table and in none of the counts.
    living = Case.status.in_(OPEN | {CaseStatus.RESOLVED, CaseStatus.REJECTED})
    numbers = session.execute(sa.select(*wanted).select_from(Case).where(seen, living)).one()
    return (
        dict(zip(scopes, numbers, strict=False)),
        dict(zip(Tab, numbers[len(scopes) :], strict=True)),
    )


def _rows(filters: Filters, seen: sa.ColumnElement[bool], now: datetime) -> sa.Select[Any]:
    found = (
        sa.select(
            Case.id, Case.reference, sa.func.left(Case.text, SUMMARY).label("words"),
            Case.service_id, Case.service_point_id.label("place_id"), Case.category,
            Case.channel, Case.source, Case.status, Case.lane, Case.level, Case.urgent,
            _disputed.label("disputed"), Case.due_at, Case.received_at, Case.resolved_at,
            Staff.name.label("holder_name"),
        )
        .outerjoin(Staff, Staff.id == Case.assigned_to_id)
        .order_by(*_KEY)
    )  # fmt: skip
    if filters.tab:
        found = found.where(in_tab(filters.tab, now))
    if filters.status:
        found = found.where(Case.status == filters.status)
    if filters.late:
        found = found.where(in_tab(Tab.LATE, now))
    if filters.since:
        found = found.where(Case.received_on >= filters.since)
    if filters.until:
        found = found.where(Case.received_on <= filters.until)
    if filters.rising:
        found = found.where(Case.id.in_(searching.behind(filters.rising)))
    if filters.words.strip():
        said = searching.says(filters.words.strip(), seen, filters.services, filters.places)
        return found.where(said)
    chosen = filters.tab or filters.status or filters.rising
    return found if chosen else found.where(_is_open)


def _asked() -> sa.ColumnElement[bool]:
    """A question stands that neither the citizen nor the desk has ended."""
    question, later = aliased(CaseEvent), aliased(CaseEvent)
    ended = sa.exists().where(
        later.case_id == question.case_id,
        later.number > question.number,
        later.action.in_(PAUSE_ENDS),
    )
    asked = question.action == sa.literal_column(f"'{Action.ASK}'")
    return Case.id.in_(sa.select(question.case_id).where(asked, sa.not_(ended)))


def _scope(viewer: Viewer, scope: Scope) -> sa.ColumnElement[bool]:
    if scope is Scope.MINE:
        return Case.assigned_to_id == viewer.staff_id
    if scope is Scope.UNIT:
        return Case.unit_id == viewer.unit_id
    if scope is Scope.ALL:
        return sa.true()
    units = sa.select(Unit.id).where(Unit.institution_id == viewer.institution_id)
    own = sa.or_(Case.institution_id == viewer.institution_id, Case.unit_id.in_(units))
    return own if scope is Scope.INSTITUTION else sa.not_(own)


def _to_cursor(row: Row) -> str:
    key = [str(part) if isinstance(part, UUID) else part for part in _key_of(row, row.disputed)]
    key[3], key[4] = row.due_at.isoformat(), row.received_at.isoformat()
    return base64.urlsafe_b64encode(json.dumps(key).encode()).decode().rstrip("=")


def _from_cursor(cursor: str) -> sa.ColumnElement[Any]:
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        urgent, disputed, level, due, received, case_id = json.loads(
            base64.urlsafe_b64decode(padded)
        )
        values = (
            bool(urgent), bool(disputed), int(level), datetime.fromisoformat(due),
            datetime.fromisoformat(received), UUID(case_id),
        )  # fmt: skip
    except (binascii.Error, ValueError, TypeError) as error:
        raise BadCursor(f"after: {cursor[:20]!r} is no place in the queue. Start again") from error
    return sa.tuple_(*(sa.literal(value) for value in values))
