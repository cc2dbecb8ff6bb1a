"""Kenya's working days: the maintained holiday library plus days gazetted in our own table."""

from datetime import date

import holidays
import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback_service.domain.calendar import WorkingCalendar
from feedback_service.models import Holiday
from feedback_service.runtime import Runtime

YEARS_BACK, YEARS_AHEAD = 2, 2


def calendar(rt: Runtime, session: Session, county: int | None = None) -> WorkingCalendar:
    """Office hours 08:00-17:00 on weekdays that are no holiday in the county, Africa/Nairobi."""
    year = rt.now().year
    key = f"holidays:{year}"
    if key not in rt.kept:
        years = range(year - YEARS_BACK, year + YEARS_AHEAD + 1)
        rt.kept[key] = frozenset(holidays.country_holidays("KE", years=years))
    rows = sa.select(Holiday.day).where(Holiday.county_code.in_((0, county or 0)))
    days: frozenset[date] = rt.kept[key] | frozenset(session.scalars(rows))
    return WorkingCalendar(holidays=days)
