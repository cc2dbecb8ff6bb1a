"""Kenya's working days: the maintained holiday library plus days gazetted in our own table."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

import holidays
import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback_service.domain.calendar import NAIROBI, WorkingCalendar
from feedback_service.models import Holiday
from feedback_service.registry import hours
from feedback_service.registry.hours import Hours
from feedback_service.registry.reading import catalogue
from feedback_service.runtime import Runtime

YEARS_BACK, YEARS_AHEAD = 2, 2


def calendar(
    rt: Runtime, session: Session, county: int | None = None, institution_id: str | None = None,
    on: date | None = None,
) -> WorkingCalendar:  # fmt: skip
    """Days that are no holiday in the county, in the hours the office keeps on a day (today).

    Hours are 08:00-17:00 on weekdays unless the institution, or else the county, has its own.  One
    copy a process, renewed with the registry's: at most ten seconds behind a change.
    """
    county = county or 0
    now = (catalogue(rt).version, rt.now().year)
    kept: _Kept | None = rt.kept.get("calendars")
    if kept is None or kept.of != now:
        kept = rt.kept["calendars"] = _Kept(now, hours.all_of(session), {})
    if county not in kept.by_county:
        kept.by_county[county] = newest(session, county, now[1])
    day = on or rt.now().astimezone(NAIROBI).date()
    return hours.within(kept.by_county[county], kept.hours, (institution_id, county), day)


@dataclass(frozen=True)
class _Kept:
    of: tuple[int, int]
    hours: Sequence[Hours]
    by_county: dict[int, WorkingCalendar]


def newest(session: Session, county: int, year: int) -> WorkingCalendar:
    """The same as the tables say at this moment; `year` is the present one, county 0 is none."""
    gazetted = sa.select(Holiday.day).where(
        Holiday.county_code.in_((0, county)), Holiday.ended_at.is_(None)
    )
    return WorkingCalendar(
        holidays=frozenset(known_ahead(year)) | frozenset(session.scalars(gazetted))
    )


@cache
def known_ahead(year: int) -> dict[date, str]:
    """Public holidays around a year, as the maintained library knows them, by English names."""
    years = range(year - YEARS_BACK, year + YEARS_AHEAD + 1)
    return dict(holidays.country_holidays("KE", years=years))
