"""How many citizens complain each day, place by place, over two years: two grouped statements."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import numpy as np
import sqlalchemy as sa
from sqlalchemy.orm import Session

from analytics.alarms import PARAMETERS, Place
from analytics.alarms.tails import Numbers
from feedback_service.domain.calendar import NAIROBI
from feedback_service.domain.cases import CaseKind, Lane
from feedback_service.models import Alarm, Case, Certainty, Conflict

LEAST_A_DAY = 0.5
"""Citizens a day from which a body's part in a county is watched by itself."""
RECENT = 7 * PARAMETERS.weeks
A_TIME = 5_000
SILENT, SILENT_FOR = "silent-in", timedelta(hours=4)
"""A day on which a channel of ours was silent so long says nothing of what is usual."""


@dataclass(frozen=True)
class Volumes:
    """Different citizens a day (places by days); `known` is 0 where we ourselves were silent.

    Of the last week each citizen counts on their last day alone, so that a window's sum is so many
    people: who writes every day is no rise.
    """

    days: Sequence[date]
    places: Sequence[Place]
    counts: Numbers
    known: Numbers
    cases: int

    def of(self, place: Place) -> Numbers:
        found: Numbers = self.counts[self.places.index(place)]
        return found


def read_volumes(session: Session, today: date, *, simulated: bool) -> Volumes:
    """Of every body, every county, and every body in a county that gets enough there."""
    session.execute(sa.text("set local work_mem = '64MB'"))  # a million citizens are told apart
    first = today - timedelta(days=PARAMETERS.history - 1)
    days = [first + timedelta(days=n) for n in range(PARAMETERS.history)]
    counts: dict[Place, Numbers] = defaultdict(lambda: np.zeros(len(days)))
    cases, begun = 0, len(days) - 1
    for day, institution, county, citizens in _citizens(session, first, today, simulated=simulated):
        number = (day - first).days
        cases, begun = cases + citizens, min(begun, number)
        for place in places_of(institution, county):
            counts[place][number] += citizens
    days = days[begun:]
    counts = {place: each[begun:] for place, each in counts.items()}
    kept = sorted(place for place, each in counts.items() if _watched(place, each))
    table = np.stack([counts[place] for place in kept]) if kept else np.zeros((0, len(days)))
    known = _known(session, days)
    return Volumes(days, kept, table, known, cases)


def counted(simulated: bool) -> sa.ColumnElement[bool]:
    """The clause of the complaints that count: open ones, which the model has read and which name
    nobody: who is named must not learn by counting what is shut to them."""
    cleared = sa.or_(Case.triaged_at.is_not(None), Case.simulated)
    open_ones = sa.and_(Case.lane == Lane.OPEN, Case.kind == CaseKind.COMPLAINT)
    return sa.and_(open_ones, cleared, Case.simulated == simulated, names_nobody())


def names_nobody() -> sa.ColumnElement[bool]:
    """The clause of the cases that name no member of staff, as far as anybody knows."""
    named = sa.select(Conflict.case_id).where(Conflict.certainty != Certainty.CLEARED)
    return Case.id.not_in(named)


def invented_only(session: Session) -> bool:
    """Whether there are only invented cases: then they are what is looked at, as on a scorecard."""
    return session.scalar(sa.select(Case.id).where(~Case.simulated).limit(1)) is None


def places_of(institution: str, county: int) -> tuple[Place, ...]:
    """Every place that a case counts in."""
    if not county:
        return (Place(institution),)
    return (Place(institution), Place("", county), Place(institution, county))


def _citizens(
    session: Session, first: date, today: date, *, simulated: bool
) -> Iterator[sa.Row[date, str, int, int]]:
    """Day, institution, county (0: none), citizens; of a million rows only some are held."""
    person = sa.func.coalesce(Case.citizen_id, Case.id)
    place = (Case.institution_id, sa.func.coalesce(Case.county_code, 0).label("county"))
    before = today - timedelta(days=PARAMETERS.guard)
    earlier = (
        sa.select(Case.received_on, *place, sa.func.count(sa.distinct(person)))
        .where(counted(simulated), Case.received_on.between(first, before))
        .group_by(Case.received_on, *place)
    )
    last = (
        sa.select(sa.func.max(Case.received_on).label("day"), *place)
        .where(counted(simulated), Case.received_on > before, Case.received_on <= today)
        .group_by(person, *place)
        .subquery()
    )
    where = (last.c.day, last.c.institution_id, last.c.county)
    lately = sa.select(*where, sa.func.count()).group_by(*where)
    for counts in (earlier, lately):
        yield from session.execute(counts, execution_options={"yield_per": A_TIME})


def _watched(place: Place, counts: Numbers) -> bool:
    """A body in a county by itself only where chance has something to work on."""
    both = bool(place.institution and place.county)
    return not both or counts[-RECENT:].sum() >= LEAST_A_DAY * len(counts[-RECENT:])


def _known(session: Session, days: Sequence[date]) -> Numbers:
    known, number = np.ones(len(days)), {day: n for n, day in enumerate(days)}
    silences = session.execute(
        sa.select(Alarm.raised_at, Alarm.ended_at).where(Alarm.kind == SILENT)
    )
    for began, ended in silences:
        for day in _days_between(began, ended, days[-1]):
            if day in number and _within(began, ended, day) >= SILENT_FOR:
                known[number[day]] = 0
    return known


def _days_between(began: datetime, ended: datetime | None, last: date) -> list[date]:
    first = began.astimezone(NAIROBI).date()
    until = ended.astimezone(NAIROBI).date() if ended else last
    return [first + timedelta(days=n) for n in range((until - first).days + 1)]


def _within(began: datetime, ended: datetime | None, day: date) -> timedelta:
    start = datetime.combine(day, time(0), NAIROBI)
    end = start + timedelta(days=1)
    return min(ended or end, end) - max(began, start)
