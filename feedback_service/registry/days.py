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
        gazetted = sa.select(Holiday.day).where(Holiday.county_code.in_((0, county)))
        days = _of_library(now[1]) | frozenset(session.scalars(gazetted))
        kept[1][county] = WorkingCalendar(holidays=days)
    return kept[1][county]


@cache
def _of_library(year: int) -> frozenset[date]:
    years = range(year - YEARS_BACK, year + YEARS_AHEAD + 1)
    return frozenset(holidays.country_holidays("KE", years=years))
