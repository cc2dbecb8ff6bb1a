"""Reporting periods: the Kenyan financial year (1 July to 30 June) and its quarters."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from feedback_service.domain.calendar import NAIROBI, require_aware

_WRITTEN = re.compile(r"FY([0-9]{4})/([0-9]{2})(?:-Q([1-4]))?")
_FIRST_YEAR, _LAST_YEAR = 1963, 9000
MATURES_IN = timedelta(days=30)
"""After a period's end: until then its figures are provisional."""


class NotAPeriod(ValueError):
    """The text or the numbers name no period."""

    def __init__(self, given: object) -> None:
        super().__init__(
            f"period is {given!r}: write it like FY2026/27-Q1, or FY2026/27 for a year"
        )


@dataclass(frozen=True)
class Period:
    """A financial year, named by the year it begins in, or one quarter (1: July-September)."""

    year: int
    quarter: int | None = None

    def __post_init__(self) -> None:
        if not _FIRST_YEAR <= self.year <= _LAST_YEAR or self.quarter not in (None, 1, 2, 3, 4):
            raise NotAPeriod((self.year, self.quarter))

    @classmethod
    def parse(cls, text: str) -> "Period":
        """The period of a label; each has one spelling, so that addresses and files agree."""
        found = _WRITTEN.fullmatch(text)
        if not found or int(found[2]) != (int(found[1]) + 1) % 100:
            raise NotAPeriod(text)
        return cls(int(found[1]), int(found[3]) if found[3] else None)

    @classmethod
    def containing(cls, day: date) -> "Period":
        """The quarter a day lies in; a moment counts by its date in Nairobi, where quarters end."""
        if isinstance(day, datetime):
            day = require_aware(day, "day").astimezone(NAIROBI).date()
        year = day.year if day.month >= 7 else day.year - 1
        return cls(year, (day.month - 7) % 12 // 3 + 1)

    @property
    def label(self) -> str:
        year = f"FY{self.year}/{(self.year + 1) % 100:02d}"
        return f"{year}-Q{self.quarter}" if self.quarter else year

    @property
    def start(self) -> date:
        """The first day."""
        return _quarter_start(self.year, self.quarter or 1)

    @property
    def end(self) -> date:
        """The last day, which belongs to the period."""
        return _quarter_start(self.year, (self.quarter or 4) + 1) - timedelta(days=1)

    @property
    def financial_year(self) -> "Period":
        """The whole year this period lies in."""
        return Period(self.year)

    def previous(self) -> "Period":
        """The quarter before a quarter, the year before a year."""
        if self.quarter is None:
            return Period(self.year - 1)
        return Period(self.year, self.quarter - 1) if self.quarter > 1 else Period(self.year - 1, 4)


def _quarter_start(year: int, quarter: int) -> date:
    """The first day of a quarter; the fifth is the first of the next year."""
    years, month = divmod(6 + 3 * (quarter - 1), 12)
    return date(year + years, month + 1, 1)
