"""The frames of a period, by institution: what was fed of what there was, and whether that is
enough to be measured by.  The rule is `analytics.coverage`; here the database counts."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from analytics.coverage import Coverage, declared_by
from analytics.evidence.years import year_frame
from feedback_service.domain.calendar import NAIROBI
from feedback_service.domain.periods import Period
from feedback_service.scoring.framing import Key, asked_of, counts, torn

# Of one place the largest count of all its records stands; one that the scorecards' owner has
# confirmed takes the place of those entered before it.
_DECLARED = sa.text("""
with said as (
  select *, coalesce(service_point_id, '') as place,
    coalesce(confirmed_at <= :as_of, false) as confirmed
  from declared_counts
  where period = :period and at <= :as_of
    and (:institution is null or institution_id = :institution)
), in_turn as (
  select institution_id, simulated, place, count,
    coalesce(bool_or(confirmed) over later, false) as replaced,
    coalesce(max(count) over earlier > count, false) as lower
  from said
  window whole as (partition by institution_id, simulated, place, kind order by at, id),
    earlier as (whole rows between unbounded preceding and 1 preceding),
    later as (whole rows between 1 following and unbounded following)
)
select institution_id, simulated, place, max(count) filter (where not replaced) as most,
  count(*) filter (where lower) as lowered
from in_turn group by institution_id, simulated, place
""").bindparams(sa.bindparam("institution", type_=sa.Text))

# A control is found when its institution's feed brings, in time to be asked about, a visit of its
# phone to that service on that day.
_CONTROLS = sa.text("""
select institution_id, simulated, count(*) as planted, count(*) filter (where exists (
    select from visits
    where visits.citizen_id = control.citizen_id and visits.service_id = control.service_id
      and visits.institution_id = control.institution_id
      and visits.simulated = control.simulated
      and date_trunc('day', visits.at at time zone 'Africa/Nairobi')
        = date_trunc('day', control.visited_at at time zone 'Africa/Nairobi')
      and visits.fed_at at time zone 'Africa/Nairobi'
        < date_trunc('day', visits.at at time zone 'Africa/Nairobi') + :closes
      and visits.fed_at <= :as_of)) as found
from control_visits as control
where visited_at >= :start and visited_at < :end
  and (:institution is null or institution_id = :institution)
group by institution_id, simulated
""").bindparams(sa.bindparam("institution", type_=sa.Text))


@dataclass(frozen=True)
class Place:
    """The serial numbers one place fed, and what is declared of it alone."""

    serials: int
    gaps: int
    declared: int | None


def frames(
    session: Session, period: Period, as_of: datetime, institution: str | None = None
) -> dict[str, Coverage]:
    """Of every institution that fed, declared or was visited by controls; or of one.

    Real records; of an institution that has none the invented ones.  Who is not named has fed
    nothing: `analytics.coverage.Coverage(id, label)` says so in words.
    """
    if period.quarter is None:
        quarters = [Period(period.year, quarter) for quarter in (1, 2, 3, 4)]
        return of_year(period, [frames(session, one, as_of, institution) for one in quarters])
    found: dict[Key, dict[str, Any]] = defaultdict(dict)
    for key, numbers in _counted(session, period, as_of, institution):
        found[key] |= numbers
    real = {name for name, simulated in found if not simulated}
    return {
        name: Coverage(name, period.label, simulated=simulated, **numbers)
        for (name, simulated), numbers in sorted(found.items())
        if not simulated or name not in real
    }


def of_year(period: Period, quarters: Iterable[Mapping[str, Coverage]]) -> dict[str, Coverage]:
    """The frames of a year from those of its quarters, invented ones only where none is real."""
    parts: dict[str, list[Coverage]] = defaultdict(list)
    for quarter in quarters:
        for name, part in quarter.items():
            parts[name].append(part)
    found = {name: year_frame(name, period.label, of) for name, of in sorted(parts.items())}
    return {name: frame for name, frame in found.items() if frame is not None}


def places(
    session: Session, period: Period, as_of: datetime, institution: str, *, simulated: bool = False
) -> dict[str, Place]:
    """One institution's quarter by the id of its places, "" for what names none."""
    seen = {
        row.place: (row.serials, row.gaps)
        for row in torn(session, period, as_of, institution)
        if row.simulated == simulated
    }
    said = _declared(session, period, as_of, institution).get((institution, simulated), {})
    counts = {place: one.most for place, one in said.items() if place}
    return {
        place: Place(*seen.get(place, (0, 0)), counts.get(place))
        for place in sorted(seen.keys() | said.keys())
    }


def _counted(
    session: Session, period: Period, as_of: datetime, institution: str | None
) -> Iterator[tuple[Key, Mapping[str, Any]]]:
    yield from counts(session, period, as_of, institution).items()
    for key, said in _declared(session, period, as_of, institution).items():
        whole = said[""].most if "" in said else None
        below = [one.most for place, one in said.items() if place]
        lowered = sum(one.lowered for one in said.values())
        yield key, {"declared": declared_by(whole, below), "lowered": lowered}
    # While the quarter runs no number may tell which visit was a control.
    if is_over(period, as_of):
        for row in session.execute(_CONTROLS, asked_of(period, as_of, institution)):
            yield (row.institution_id, row.simulated), {"planted": row.planted, "found": row.found}


def is_over(period: Period, as_of: datetime) -> bool:
    return as_of.astimezone(NAIROBI).date() > period.end


def _declared(
    session: Session, period: Period, as_of: datetime, institution: str | None
) -> Mapping[Key, Mapping[str, Any]]:
    """By place, "" for the whole institution: the count that stands, how often it was lowered."""
    counts: dict[Key, dict[str, Any]] = defaultdict(dict)
    asked = {"period": period.label, "as_of": as_of, "institution": institution}
    for row in session.execute(_DECLARED, asked):
        counts[row.institution_id, row.simulated][row.place] = row
    return counts
