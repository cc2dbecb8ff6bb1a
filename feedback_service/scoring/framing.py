"""Visits and serial numbers of a quarter counted by the database, and kept between scorecards.

Counted again by the clock for whoever has fed since; read as kept for at most a quarter of an hour,
so that a scorecard never waits for millions of visits.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from analytics.coverage import FEED_CLOSES, LONGEST_GAP, MOST_A_DAY
from feedback_service.domain.calendar import NAIROBI
from feedback_service.domain.periods import MATURES_IN, Period
from feedback_service.models import FrameCount, Institution, Visit, VisitBatch
from feedback_service.runtime import Runtime
from feedback_service.scoring.counting import bounds

Key = tuple[str, bool]
"""An institution, and whether the records are invented."""
COUNTED = (
    "visited", "counted", "without_number", "late", "repeated", "dead", "serials", "gaps",
)  # fmt: skip
KEPT_FOR = timedelta(minutes=15)
"""How old a kept count may be although more was fed since."""
IN_FLIGHT = timedelta(minutes=2)
"""A feed that began so long before a count may have ended after it."""
RENEWED_AFTER = timedelta(days=1)
"""Numbers die without a feed, so nobody's count grows older."""

_VISITS = sa.text("""
with used as (
  select institution_id, simulated, citizen_id, service_id, date_trunc(
    'day', at at time zone 'Africa/Nairobi') as day, count(*) as fed, count(*) filter (where
    fed_at at time zone 'Africa/Nairobi'
      >= date_trunc('day', at at time zone 'Africa/Nairobi') + :closes) as late
  from visits
  where at >= :start and at < :end and fed_at <= :as_of
    and (:institution is null or institution_id = :institution)
  group by 1, 2, 3, 4, 5
),
fed as (
  select *, row_number() over (partition by institution_id, simulated, citizen_id, day
    order by late = fed, service_id) as nth from used
),
gone as (
  select distinct citizen_id from messages
  where cause in ('gone', 'bad-number') and created_at >= :start and created_at <= :as_of
)
select institution_id, simulated, sum(fed)::bigint as visited,
  count(*) filter (where fed.citizen_id is not null and late < fed and nth <= :most) as counted,
  coalesce(sum(fed) filter (where fed.citizen_id is null), 0)::bigint as without_number,
  sum(late)::bigint as late,
  coalesce(sum(fed - (nth <= :most)::int) filter (where fed.citizen_id is not null), 0)::bigint
    as repeated,
  coalesce(sum(fed) filter (where gone.citizen_id is not null), 0)::bigint as dead
from fed left join gone on gone.citizen_id = fed.citizen_id
group by institution_id, simulated
""").bindparams(sa.bindparam("institution", type_=sa.Text))

_SERIALS = sa.text("""
with torn as (
  select distinct institution_id, simulated, coalesce(service_point_id, '') as place,
    regexp_replace(serial, '[0-9]+$', '') as roll,
    cast(substring(serial from '[0-9]+$') as numeric) as number
  from visits
  where serial ~ '[0-9]$' and at >= :start and at < :end and fed_at <= :as_of
    and (:institution is null or institution_id = :institution)
),
steps as (
  select institution_id, simulated, place, number - 1 - lag(number) over (
    partition by institution_id, simulated, place, roll order by number) as gap
  from torn
)
select institution_id, simulated, place, count(*) as serials,
  cast(coalesce(sum(gap) filter (where gap <= :longest), 0) as bigint) as gaps
from steps group by institution_id, simulated, place
""").bindparams(sa.bindparam("institution", type_=sa.Text))


def counts(
    session: Session, period: Period, as_of: datetime, institution: str | None = None
) -> dict[Key, Mapping[str, int]]:
    """By institution the numbers of `COUNTED`, as kept where that is fresh, else counted now."""
    kept, stale = _kept(session, period, as_of, institution)
    if stale is None:
        return count(session, period, as_of, institution)
    for name in stale:
        kept |= count(session, period, as_of, name)
    return kept


def count(
    session: Session, period: Period, as_of: datetime, institution: str | None = None
) -> dict[Key, Mapping[str, int]]:
    """The same, counted now from every visit."""
    asked = asked_of(period, as_of, institution)
    found: dict[Key, dict[str, int]] = defaultdict(lambda: dict.fromkeys(COUNTED, 0))
    for row in session.execute(_VISITS, asked).mappings():
        key = row["institution_id"], row["simulated"]
        found[key] |= {name: row[name] for name in COUNTED if name in row}
    for place in torn(session, period, as_of, institution):
        numbers = found[place.institution_id, place.simulated]
        numbers["serials"] += place.serials
        numbers["gaps"] += place.gaps
    return dict(found)


def torn(
    session: Session, period: Period, as_of: datetime, institution: str | None = None
) -> Iterator[Any]:
    """Serial numbers place by place: institution_id, simulated, place, serials, gaps."""
    yield from session.execute(_SERIALS, asked_of(period, as_of, institution))


def count_frames(rt: Runtime) -> int:
    """What the clock does: count again for those who have fed since; how many there were."""
    today, many = rt.now().astimezone(NAIROBI).date(), 0
    periods = {Period.containing(today), Period.containing(today - MATURES_IN)}
    for period in sorted(periods, key=lambda one: one.start):
        with rt.transaction() as session:
            waiting = _to_count(session, period, rt.now())
        for institution in waiting:
            with rt.transaction() as session:
                _keep(session, period, rt.now(), institution)
            many += 1
    return many


def asked_of(period: Period, as_of: datetime, institution: str | None) -> dict[str, Any]:
    """The values of the statements of a period."""
    start, end = bounds(period)
    return {
        "start": start, "end": end, "as_of": as_of, "institution": institution,
        "closes": FEED_CLOSES, "most": MOST_A_DAY, "longest": LONGEST_GAP,
    }  # fmt: skip


def _kept(
    session: Session, period: Period, as_of: datetime, institution: str | None
) -> tuple[dict[Key, Mapping[str, int]], list[str] | None]:
    """What is kept, and who must be counted now; None: everybody, as of an earlier moment."""
    fed = (
        sa.select(VisitBatch.institution_id, sa.func.max(VisitBatch.at).label("at"))
        .group_by(VisitBatch.institution_id)
        .subquery()
    )
    found = (
        sa.select(FrameCount, fed.c.at)
        .outerjoin(fed, fed.c.institution_id == FrameCount.institution_id)
        .where(FrameCount.period == period.label)
    )
    if institution is not None:
        found = found.where(FrameCount.institution_id == institution)
    rows = session.execute(found).all()
    if not rows or any(row.counted_at > as_of for row, _ in rows):
        return {}, None
    kept: dict[Key, Mapping[str, int]] = {}
    stale: set[str] = set()
    for row, fed_at in rows:
        kept[row.institution_id, row.simulated] = {name: getattr(row, name) for name in COUNTED}
        old = fed_at is not None and fed_at >= row.counted_at - IN_FLIGHT
        if old and as_of - row.counted_at > KEPT_FOR:
            stale.add(row.institution_id)
    return kept, sorted(stale | _never_counted(session, period, institution, {k[0] for k in kept}))


def _never_counted(
    session: Session, period: Period, institution: str | None, kept: set[str]
) -> set[str]:
    """Who has visits, and fed for the first time since the clock last looked."""
    found = sa.select(Institution.id).where(Institution.id.not_in(kept), has_visits(period))
    if institution is not None:
        found = found.where(Institution.id == institution)
    return set(session.scalars(found))


def has_visits(period: Period) -> sa.ColumnElement[bool]:
    """Whether an institution has any in the period."""
    start, end = bounds(period)
    mine = Visit.institution_id == Institution.id
    return sa.exists().where(mine, Visit.at >= start, Visit.at < end)


def _to_count(session: Session, period: Period, now: datetime) -> list[str]:
    """Who has fed since their count, has an old one or none, or has one and no visits any more."""
    counted = (
        sa.select(FrameCount.institution_id, sa.func.min(FrameCount.counted_at).label("at"))
        .where(FrameCount.period == period.label)
        .group_by(FrameCount.institution_id)
        .subquery()
    )
    fed = sa.exists().where(
        VisitBatch.institution_id == Institution.id, VisitBatch.at >= counted.c.at - IN_FLIGHT
    )
    found = (
        sa.select(Institution.id)
        .outerjoin(counted, counted.c.institution_id == Institution.id)
        .where(
            sa.or_(
                fed,
                counted.c.at < now - RENEWED_AFTER,
                counted.c.at.is_(None) == has_visits(period),
            )
        )
    )
    return sorted(session.scalars(found))


def _keep(session: Session, period: Period, now: datetime, institution: str) -> None:
    found = count(session, period, now, institution)
    session.execute(
        sa.delete(FrameCount).where(
            FrameCount.institution_id == institution, FrameCount.period == period.label,
            FrameCount.simulated.not_in([simulated for _, simulated in found]),
        )
    )  # fmt: skip
    for (name, simulated), numbers in found.items():
        row = {
            "institution_id": name, "period": period.label, "simulated": simulated,
            "counted_at": now, **numbers,
        }  # fmt: skip
        made = insert(FrameCount).values(row)
        later = {key: made.excluded[key] for key in ("counted_at", *COUNTED)}
        session.execute(made.on_conflict_do_update(constraint="pk_frame_counts", set_=later))
