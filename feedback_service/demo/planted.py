"""Beside the invented visits: serial numbers with a few gaps, control visits of the last quarter,
a sheet of codes; so that the pages of frames and codes show something.  All simulated."""

from datetime import datetime, time, timedelta
from random import Random

import sqlalchemy as sa

from feedback_service.demo.people import Person
from feedback_service.domain.calendar import NAIROBI
from feedback_service.domain.periods import Period
from feedback_service.models import CodeSheet, ControlVisit, Visit
from feedback_service.runtime import Runtime
from feedback_service.visits import codes

CONTROLS, LOST = 9, 2
"""Control visits of each institution, and how many of them its feed does not bring."""
_CODES = 18

_SERIALS = sa.text("""
update visits set serial = 'A' || lpad((n + n / 37)::text, 6, '0')
from (
  select id, row_number() over (
    partition by institution_id, service_point_id order by at, id) as n
  from visits where simulated
) as torn
where visits.id = torn.id
""")


def fill(rt: Runtime, people: list[Person], seed: int) -> None:
    """Add them once, after the visits."""
    with rt.transaction() as session:
        if session.scalar(sa.select(CodeSheet.id).where(CodeSheet.simulated).limit(1)):
            return
        session.execute(_SERIALS)
        last = Period.containing(rt.now()).previous()
        begin, end = (
            datetime.combine(day, time(), NAIROBI)
            for day in (last.start, last.end + timedelta(days=1))
        )
        fed = sa.select(Visit).where(
            Visit.simulated, Visit.citizen_id.is_not(None), Visit.at >= begin, Visit.at < end
        )
        names = session.scalars(sa.select(Visit.institution_id).where(Visit.simulated).distinct())
        for name in sorted(names):
            found = session.scalars(
                fed.where(Visit.institution_id == name).order_by(Visit.source).limit(CONTROLS)
            )
            rng = Random(f"{seed}:controls:{name}")
            for number, visit in enumerate(found):
                session.add(_control(visit, rng.choice(people) if number < LOST else None, rt))
        if one := session.scalar(fed.limit(1)):
            codes.make(
                rt, session, one.service_id, one.service_point_id, _CODES, None,
                county=one.county_code, simulated=True,
            )  # fmt: skip


def _control(visit: Visit, stranger: Person | None, rt: Runtime) -> ControlVisit:
    """One that the feed brought, or of somebody it says nothing of."""
    return ControlVisit(
        institution_id=visit.institution_id, service_id=visit.service_id,
        service_point_id=visit.service_point_id, county_code=visit.county_code,
        citizen_id=stranger.id if stranger else visit.citizen_id, visited_at=visit.at,
        note="simulated", planted_at=rt.now(), simulated=True,
    )  # fmt: skip
