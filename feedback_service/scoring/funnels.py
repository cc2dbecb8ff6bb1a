"""What became of the visits of a period, by institution: the funnel from the feed to the answer.

By the day of the visit; reasons are named where they are counted, by the draw or by the outbox.
"""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from analytics.funnel import Funnel, together
from analytics.sampling import days_over
from feedback_service.domain.calendar import NAIROBI
from feedback_service.domain.periods import Period
from feedback_service.scoring.counting import bounds

Key = tuple[str, bool]
"""An institution, and whether the records are invented."""
LOT, LATE, OPEN_DAY = "not-drawn", "fed-late", "day-not-drawn"
FAILED = {
    "the citizen said stop": "stopped",
    "the survey came too late and was not sent": "too-late",
    "the number is somebody else's by now": "gone",
    "the number was given up": "gone",
}
"""Why a message never left, as the outbox says it; all others were tried and not delivered."""


def through(period: Period, as_of: datetime) -> date:
    """The last day of a period of which anything is told: of later ones somebody may still be
    asked, and an office that saw the numbers grow would know whom."""
    return min(period.end, days_over(as_of.astimezone(NAIROBI).date()))


def funnels(
    session: Session, period: Period, as_of: datetime, institution: str | None = None
) -> dict[Key, Funnel]:
    """By institution, real and invented apart, of the days that are over; a year is the sum of its
    quarters."""
    if period.quarter is None:
        parts: dict[Key, list[Funnel]] = defaultdict(list)
        for quarter in (1, 2, 3, 4):
            found = funnels(session, Period(period.year, quarter), as_of, institution)
            for key, funnel in found.items():
                parts[key].append(funnel)
        return {key: together(of) for key, of in parts.items()}
    row = asked_of(period, as_of, institution)
    invited = _invited(session, row)
    return {
        key: _funnel(drawn, invited.get(key, {}))
        for key, drawn in _drawn(session, row).items()
    }  # fmt: skip


def asked_of(period: Period, as_of: datetime, institution: str | None) -> dict[str, Any]:
    """The values of the statements that read a period, of one institution or of all."""
    last = through(period, as_of)
    start, end = bounds(period)
    until = datetime.combine(last + timedelta(days=1), time(), NAIROBI)
    return {
        "start": start, "end": end, "until": until, "first": period.start, "last": last,
        "as_of": as_of, "institution": institution,
    }  # fmt: skip


_DRAWN = sa.text("""
with fed as (
  select v.institution_id, v.simulated, count(*) as visited,
    count(*) filter (where d.id is null) as later
  from visits v left join survey_draws d
    on d.institution_id = v.institution_id and d.simulated = v.simulated and d.drawn_at <= :as_of
      and d.day = (v.at at time zone 'Africa/Nairobi')::date
  where v.at >= :start and v.at < :until and v.fed_at <= :as_of
    and (:institution is null or v.institution_id = :institution)
  group by 1, 2
), framed as (
  select institution_id, simulated, sum(frame_size)::bigint as size
  from survey_draws where day >= :first and day <= :last and drawn_at <= :as_of group by 1, 2
)
select fed.*, coalesce(framed.size, 0) as size
from fed left join framed using (institution_id, simulated)
""").bindparams(sa.bindparam("institution", type_=sa.Text))

_LEFT_OUT = sa.text("""
select institution_id, simulated, reason.key as why, sum(reason.value::bigint)::bigint as many
from survey_draws, jsonb_each_text(left_out) as reason
where day >= :first and day <= :last and drawn_at <= :as_of
  and (:institution is null or institution_id = :institution)
group by 1, 2, 3
""").bindparams(sa.bindparam("institution", type_=sa.Text))

_INVITED = sa.text("""
select i.institution_id, i.simulated,
  case when r.id is not null then case when r.complete then 'complete' else 'answered' end
       when i.delivered_at is not null then
         case when i.expires_at > :as_of then 'open' else 'no-answer' end
       when i.state = 'failed' then 'failed:' || i.failure
       when i.state in ('sent', 'unknown') then 'no-receipt'
       else 'waiting' end as became,
  count(*) as many
from invitations i left join ratings r on r.visit_id = i.visit_id and r.given_at <= :as_of
where i.day >= :first and i.day <= :last and i.asked_at <= :as_of
  and (:institution is null or i.institution_id = :institution)
group by 1, 2, 3
""").bindparams(sa.bindparam("institution", type_=sa.Text))


def _drawn(session: Session, row: Mapping[str, Any]) -> dict[Key, dict[str, int]]:
    """Visits fed, in whose frames they stood, and why they were left out."""
    found: dict[Key, dict[str, int]] = {}
    for fed in session.execute(_DRAWN, row):
        late = max(0, fed.visited - fed.later - fed.size)
        found[fed.institution_id, fed.simulated] = {
            "visited": fed.visited, OPEN_DAY: fed.later, LATE: late,
        }  # fmt: skip
    for left in session.execute(_LEFT_OUT, row):
        counts = found.get((left.institution_id, left.simulated))
        if counts is not None:
            counts[left.why] = counts.get(left.why, 0) + left.many
    return found


def _invited(session: Session, row: Mapping[str, Any]) -> dict[Key, dict[str, int]]:
    found: dict[Key, dict[str, int]] = defaultdict(dict)
    for one in session.execute(_INVITED, row):
        became = one.became
        if became.startswith("failed:"):
            became = FAILED.get(became.removeprefix("failed:"), "not-delivered")
        counts = found[one.institution_id, one.simulated]
        counts[became] = counts.get(became, 0) + one.many
    return found


def _funnel(drawn: Mapping[str, int], invited: Mapping[str, int]) -> Funnel:
    answered = invited.get("answered", 0) + invited.get("complete", 0)
    asked = sum(invited.values())
    silent = {name: invited[name] for name in ("no-answer", "open") if invited.get(name)}
    heard = {"answered", "complete", *silent}
    lost = {name: many for name, many in sorted(invited.items()) if name not in heard}
    out = {name: many for name, many in drawn.items() if name != "visited" and many}
    lot = drawn["visited"] - asked - sum(out.values())
    return Funnel(
        drawn["visited"], asked, answered + sum(silent.values()), answered,
        invited.get("complete", 0), dict(sorted((out | ({LOT: lot} if lot else {})).items())),
        lost, silent,
    )  # fmt: skip
