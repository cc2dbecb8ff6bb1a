"""Days gazetted or taken back afterwards: the dates of earlier cases, reckoned again, with a trace.

A date moves only because of such a day, is written down with what it was, and stays where it is
once a frozen quarter counts it.
"""

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback_service.domain import clocks
from feedback_service.domain.calendar import NAIROBI, WorkingCalendar
from feedback_service.domain.charter import CommitmentKind
from feedback_service.domain.clocks import Moment
from feedback_service.domain.periods import Period
from feedback_service.models import Case, Holiday, MovedDate
from feedback_service.redress import history
from feedback_service.registry import days, gazette
from feedback_service.runtime import Runtime

BATCH = 200
SETTLES_AFTER = timedelta(minutes=1)
"""So long a process may still open cases by the calendar it knew; then the day is done with."""


@dataclass(frozen=True)
class Reason:
    """The day that moved a date; `ended` when it was taken back."""

    day: date
    name: str
    ended: bool


def recompute(rt: Runtime, batch: int = BATCH, frozen: Collection[Period] = ()) -> int:
    """Reckon with every day that came or went; how many dates moved.  Twice moves nothing more.

    frozen: quarters whose figures are signed; a date that lies in one is left.
    """
    began_at = rt.now()
    with rt.transaction() as session:
        changed = gazette.pending(session)
    if not changed:
        return 0
    moved, after = 0, uuid.UUID(int=0)
    while True:
        with rt.transaction() as session:
            cases = session.scalars(_touched(changed, after).limit(batch)).all()
            moved += _move_all(rt, session, cases, changed, frozen)
        if len(cases) < batch:
            break
        after = cases[-1].id
    with rt.transaction() as session:
        _settle(session, changed, began_at)
    return moved


def may_move(was: datetime, became: datetime, frozen: Collection[Period]) -> bool:
    """Whether neither date lies in a quarter that is frozen: its figures counted it as it was."""
    return not {Period.containing(was), Period.containing(became)} & set(frozen)


def of_case(session: Session, case: Case) -> list[MovedDate]:
    """What moved, oldest first."""
    found = sa.select(MovedDate).where(MovedDate.case_id == case.id)
    return list(session.scalars(found.order_by(MovedDate.at, MovedDate.id)))


def reasons(because: str) -> list[Reason]:
    """The days that a `MovedDate.because` names."""
    return [
        Reason(date.fromisoformat(one[1:11]), one[12:], one.startswith("-"))
        for one in because.split("\n")
    ]


def _touched(changed: Sequence[Holiday], after: uuid.UUID) -> sa.Select[Case]:
    """Cases that were under way on one of the days, in its county."""
    latest = sa.func.greatest(Case.acknowledge_due_at, Case.due_at, Case.first_due_at)
    spans = [
        sa.and_(
            Case.received_on <= one.day,
            latest >= datetime.combine(one.day, time(), NAIROBI),
            Case.county_code == one.county_code if one.county_code else sa.true(),
        )
        for one in changed
    ]
    return (
        sa.select(Case).where(Case.id > after, sa.or_(*spans)).order_by(Case.id).with_for_update()
    )


def _move_all(
    rt: Runtime, session: Session, cases: Sequence[Case], changed: Sequence[Holiday],
    frozen: Collection[Period],
) -> int:  # fmt: skip
    year = rt.now().astimezone(NAIROBI).year
    counties = {case.county_code or 0 for case in cases}
    calendars = {county: days.newest(session, county, year) for county in counties}
    told = history.moments_of_each(session, cases)
    moved = 0
    for case in cases:
        county = case.county_code or 0
        here = [one for one in changed if one.county_code in (0, county)]
        now = clocks.with_hours(told[case.id], calendars[county])
        before = _as_it_was(now, here, year)
        fixed = _first_moved(case, told[case.id], (before, now), frozen)
        for which, (old, new) in _dates(told[case.id], before, now).items():
            was = _of(case, which)
            held = which is CommitmentKind.RESOLVE and fixed
            if old == new or was == new or held or not may_move(was, new, frozen):
                continue
            setattr(case, _FIELD[which], new)
            because = "\n".join(_said(one) for one in here if _under_way(case, one, was, new))
            session.add(
                MovedDate(case_id=case.id, which=which.value, was=was, became=new,
                          because=because, at=rt.now())
            )  # fmt: skip
            moved += 1
    return moved


def _first_moved(
    case: Case, moments: Sequence[Moment], calendars: tuple[WorkingCalendar, WorkingCalendar],
    frozen: Collection[Period],
) -> bool:  # fmt: skip
    """Reckon again when the case was first due.  True where a frozen quarter has counted it, or
    would have: then none of the dates that its figures rest on moves."""
    old, new = (clocks.first_due_at(moments, one) for one in calendars)
    if old is None or new is None:
        return False
    if not may_move(case.first_due_at, new if old != new else case.first_due_at, frozen):
        return True
    if old != new:
        case.first_due_at = new
    return False


_DUE = {
    CommitmentKind.ACKNOWLEDGE: clocks.citizens_due_at,
    CommitmentKind.RESOLVE: clocks.due_at,
}
_FIELD = {CommitmentKind.ACKNOWLEDGE: "acknowledge_due_at", CommitmentKind.RESOLVE: "due_at"}


def _of(case: Case, which: CommitmentKind) -> datetime:
    return case.due_at if which is CommitmentKind.RESOLVE else case.acknowledge_due_at


def _as_it_was(calendar: WorkingCalendar, changed: Sequence[Holiday], year: int) -> WorkingCalendar:
    """The calendar without what came and with what went."""
    came = {one.day for one in changed if one.ended_at is None} - days.known_ahead(year).keys()
    went = {one.day for one in changed if one.ended_at is not None}
    return replace(calendar, holidays=(calendar.holidays - came) | went)


def _dates(
    moments: Sequence[Moment], before: WorkingCalendar, now: WorkingCalendar
) -> Mapping[CommitmentKind, tuple[datetime, datetime]]:
    found = {}
    for which, due in _DUE.items():
        promise = clocks.promised(moments, which)
        if promise:
            found[which] = due(moments, promise, before), due(moments, promise, now)
    return found


def _under_way(case: Case, one: Holiday, was: datetime, became: datetime) -> bool:
    return case.received_on <= one.day <= max(was, became).astimezone(NAIROBI).date()


def _said(one: Holiday) -> str:
    return f"{'-' if one.ended_at else '+'}{one.day.isoformat()} {one.name}"


def _settle(session: Session, changed: Sequence[Holiday], began_at: datetime) -> None:
    """Done with, unless it changed so lately that a process may not know of it yet."""
    for one in changed:
        since = max(filter(None, (one.entered_at, one.ended_at)), default=None)
        if since is None or since + SETTLES_AFTER <= began_at:
            same = (Holiday.day == one.day, Holiday.county_code == one.county_code)
            still = Holiday.ended_at.is_not_distinct_from(one.ended_at)
            session.execute(sa.update(Holiday).where(*same, still).values(settled_at=began_at))
