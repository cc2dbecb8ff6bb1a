"""What a score sheet covers: a quarter, the first half of a financial year, or the year."""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from feedback_service.domain.periods import NotAPeriod, Period

_HALF = re.compile(r"(FY\d{4}/\d{2})-H1")


class Stage(StrEnum):
    QUARTER = "quarter"
    MID_YEAR = "mid_year"
    ANNUAL = "annual"


class NotASpan(ValueError):
    """The text names no quarter, half or year."""

    def __init__(self, given: str) -> None:
        super().__init__(
            f"period is {given!r}: write FY2026/27-Q1, FY2026/27-H1 for the half year, or FY2026/27"
        )


@dataclass(frozen=True)
class Span:
    """The quarters of a sheet, in order."""

    quarters: tuple[Period, ...]
    stage: Stage

    @classmethod
    def parse(cls, text: str) -> "Span":
        """The span of a label.  Raises NotASpan."""
        half = _HALF.fullmatch(text)
        try:
            period = Period.parse(half[1] if half else text)
        except NotAPeriod:
            raise NotASpan(text) from None
        if period.quarter:
            return cls((period,), Stage.QUARTER)
        last = 2 if half else 4
        stage = Stage.MID_YEAR if half else Stage.ANNUAL
        return cls(tuple(Period(period.year, n) for n in range(1, last + 1)), stage)

    @property
    def label(self) -> str:
        year = self.quarters[0].financial_year.label
        return {
            Stage.QUARTER: self.quarters[0].label,
            Stage.MID_YEAR: f"{year}-H1",
            Stage.ANNUAL: year,
        }[self.stage]

    @property
    def year(self) -> int:
        """The year the financial year begins in."""
        return self.quarters[0].year

    @property
    def start(self) -> date:
        return self.quarters[0].start

    @property
    def end(self) -> date:
        """The last day, which belongs to it."""
        return self.quarters[-1].end

    @classmethod
    def all_of(cls, year: int) -> tuple["Span", ...]:
        """Every sheet of a financial year, in the order they fall due."""
        label = Period(year).label
        names = ("-Q1", "-Q2", "-H1", "-Q3", "-Q4", "")
        return tuple(cls.parse(f"{label}{name}") for name in names)
