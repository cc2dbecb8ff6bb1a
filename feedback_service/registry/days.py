"""Kenya's working days: the maintained holiday library plus days gazetted in our own table."""

from datetime import date
from functools import cache

import holidays
import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback_service.domain.calendar import WorkingCalendar
from feedback_service.models import Holiday
from feedback_service.registry.reading import catalogue
from feedback_service.runtime import Runtime

YEARS_BACK, YEARS_AHEAD = 2, 2


def calendar(rt: Runtime, session: Session, county: int | None = None) -> WorkingCalendar:
    """Office hours 08:00-17:00 on weekdays that are no holiday in the county, Africa/Nairobi.

    One copy a process and county, renewed with the registry's: at most ten seconds behind a load.
    """
    county = county or 0
    now = (catalogue(rt).version, rt.now().year)
    kept: tuple[tuple[int, int], dict[int, WorkingCalendar]] | None = rt.kept.get("calendars")
    if kept is None or kept[0] != now:
        kept = rt.kept["calendars"] = (now, {})
    if county not in kept[1]:
        kept[1][county] = newest(session, county, now[1])
    return kept[1][county]


def newest(session: Session, county: int, year: int) -> WorkingCalendar:
    """The same as the tables say at this moment; `year` is the present one, county 0 is none."""
    gazetted = sa.select(Holiday.day).where(
        Holiday.county_code.in_((0, county)), Holiday.ended_at.is_(None)
    )
    return WorkingCalendar(holidays=frozenset(library(year)) | frozenset(session.scalars(gazetted)))


@cache
def library(year: int) -> dict[date, str]:
    """The maintained library's holidays around a year, with their English names."""
    years = range(year - YEARS_BACK, year + YEARS_AHEAD + 1)
    return dict(holidays.country_holidays("KE", years=years))
