"""What came in lately, day by day, and by which way: counts only, never a number."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from analytics.coverage import MOST_A_DAY
from feedback_service.models import VisitBatch

BACK = 14
"""Days that are shown."""
MOST_BATCHES = 12

_DAYS = sa.text("""
with people as (
  select cast(date_trunc('day', at at time zone 'Africa/Nairobi') as date) as day, citizen_id,
    count(*) as fed, count(distinct service_id) as services
  from visits where institution_id = :institution and at >= :since
  group by 1, 2
)
select day, sum(fed)::bigint as visited,
  coalesce(sum(fed) filter (where citizen_id is null), 0)::bigint as without_number,
  coalesce(sum(fed - least(services, :most)) filter (where citizen_id is not null), 0)::bigint
    as repeated
from people group by day order by day desc
""")


@dataclass(frozen=True)
class Day:
    """Visits of one day."""

    day: date
    visited: int
    without_number: int
    repeated: int


def lately(session: Session, institution: str, now: datetime) -> list[Day]:
    """The last fortnight's days that have visits, the newest first."""
    asked = {"institution": institution, "since": now - timedelta(days=BACK), "most": MOST_A_DAY}
    return [Day(*row) for row in session.execute(_DAYS, asked)]


def batches(session: Session, institution: str) -> Sequence[VisitBatch]:
    """What came in last, file by file and key by key."""
    newest = sa.select(VisitBatch).where(VisitBatch.institution_id == institution)
    return session.scalars(newest.order_by(VisitBatch.at.desc()).limit(MOST_BATCHES)).all()
