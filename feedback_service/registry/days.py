"""Kenya's working days: the maintained holiday library plus days gazetted in our own table."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import ModuleType
from typing import Any

import holidays
import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback_service.domain.calendar import NAIROBI, WorkingCalendar
from feedback_service.models import Holiday
from feedback_service.registry import hours
from feedback_service.registry.hours import Hours
from feedback_service.registry.reading import renewed
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
    kept = renewed(rt, "calendars", lambda: _Kept(hours.all_of(session)))
    county, today = county or 0, rt.now().astimezone(NAIROBI).date()
    key = (county, today.year)
    if key not in kept.by_county_and_year:
        kept.by_county_and_year[key] = newest(session, *key)
    whose = (institution_id, county)
    return hours.within(kept.by_county_and_year[key], kept.hours, whose, on or today)


@dataclass(frozen=True)
class _Kept:
    hours: Sequence[Hours]
    by_county_and_year: dict[tuple[int, int], WorkingCalendar] = field(default_factory=dict)


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
    return dict(_kenya()(years=years))


def _kenya() -> Any:
    """The library's Kenya, from its file: its package would load all countries, 8 MB a process."""
    file = Path(holidays.__file__).parent / "countries" / "kenya.py"
    module = ModuleType("holidays.countries.kenya")
    SourceFileLoader(module.__name__, str(file)).exec_module(module)
    return module.Kenya
