"""How the figures of an indicator are written, and where they stand on a line from end to end."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil, log10

from analytics.charts import Axis, Unit
from analytics.indicators import Definition, Figure

TO = {"en": "to", "sw": "hadi"}
_SHARE, _SCORE = "share", "score 1-5"
CENTS_BELOW = 100
"""Shillings below which cents matter: a message costs less than one."""
_UNITS = {
    "days": {"en": "{} days", "sw": "siku {}"},
    "per 100 visits": {"en": "{} per 100 visits", "sw": "{} kwa ziara 100"},
    "per 1,000 visits": {"en": "{} per 1,000 visits", "sw": "{} kwa ziara 1,000"},
    "KES": {"en": "KES {}", "sw": "KES {}"},
}
"""Units that are neither a share nor a score; one that is not here is written behind its number."""


@dataclass(frozen=True)
class Scale:
    """The line for an indicator: shares 0 to 100, scores 1 to 5, others from 0 to `most`."""

    unit: str
    most: float = 1.0

    @classmethod
    def of(cls, definition: Definition, values: Iterable[float | None] = ()) -> "Scale":
        """The scale on which all these values have a place."""
        return cls(definition.unit, max((value for value in values if value), default=1.0))

    @property
    def floor(self) -> int:
        return 1 if self.unit == _SCORE else 0

    @property
    def top(self) -> int:
        if self.unit == _SHARE:
            return 100
        return 5 if self.unit == _SCORE else _round_number_above(self.most)

    def at(self, value: float) -> float:
        """Its place between floor and top."""
        return round(value * 100, 1) if self.unit == _SHARE else round(value, 2)

    def place(self, value: float | None) -> float | None:
        return None if value is None else self.at(value)

    def bare(self, value: float) -> str:
        if self.unit == _SHARE:
            return f"{value * 100:.0f}"
        if self.unit == "KES" and value < CENTS_BELOW:
            return f"{value:.2f}"
        return f"{value:,.0f}" if self.unit == "KES" or value >= 1000 else f"{value:.1f}"

    def words(self, value: float, lang: str = "en") -> str:
        if self.unit == _SHARE:
            return f"{self.bare(value)} %"
        if self.unit == _SCORE:
            return self.bare(value)
        behind = {"en": "{} " + self.unit, "sw": "{} " + self.unit}
        return _UNITS.get(self.unit, behind)[lang].format(self.bare(value))

    def between(self, low: float | None, high: float | None, lang: str) -> str:
        """Both ends in words, or nothing where one is missing."""
        if low is None or high is None:
            return ""
        unit = " %" if self.unit == _SHARE else ""
        return f"{self.bare(low)} {TO[lang]} {self.bare(high)}{unit}"

    def axis(self, label: str) -> Axis:
        """The same line for a chart, whose shares run from 0 to 1."""
        if self.unit == _SHARE:
            return Axis(label, 0, 1, Unit.SHARE)
        return Axis(label, self.floor, self.top, Unit.SCORE)


def shown_values(figures: Iterable[Figure | None]) -> list[float | None]:
    """Every number of these figures that may be drawn."""
    drawn = [figure for figure in figures if figure and figure.shown and figure.value is not None]
    return [end for one in drawn for end in (one.value, one.low, one.high)]


def _round_number_above(value: float) -> int:
    """1, 2 or 5 times a power of ten."""
    if value <= 1:
        return 1
    power: int = 10 ** int(log10(value))
    return next(times * power for times in (1, 2, 5, 10) if times * power >= ceil(value))
