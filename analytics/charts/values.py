"""What a chart is made of: axes, points with intervals, bars; and how its numbers are written."""

from dataclasses import dataclass
from enum import StrEnum
from math import ceil, floor, log10

WIDTH = 420  # of the drawing's own units: letters of SIZE stay legible on 360 pixels
SIZE = 12
LETTER = 7.1  # the mean width of one of its letters


class Unit(StrEnum):
    """How a number is written: 12 %, 1,234, 4.1, or 0.123."""

    SHARE = "share"
    COUNT = "count"
    SCORE = "score"
    FIGURE = "figure"


@dataclass(frozen=True)
class Axis:
    """What is measured, in words, and from where to where; `unit` says how it is written."""

    label: str
    low: float
    high: float
    unit: Unit = Unit.FIGURE


@dataclass(frozen=True)
class Point:
    """One value; `low` and `high` are its interval, or None."""

    x: float
    y: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Series:
    """Points of one name; `joined` by a line, else marks alone."""

    name: str
    points: tuple[Point, ...]
    joined: bool = True


@dataclass(frozen=True)
class Guide:
    """A line to compare with, from one point to another, and what it is."""

    label: str
    start: tuple[float, float]
    end: tuple[float, float]


@dataclass(frozen=True)
class Lines:
    """Lines or points over two axes. `key`: letters that are this chart's alone on its page.

    `named`: what the series are, the head of the table's first column.
    """

    key: str
    title: str
    description: str
    named: str
    x: Axis
    y: Axis
    series: tuple[Series, ...]
    guides: tuple[Guide, ...] = ()


@dataclass(frozen=True)
class Bar:
    """One named value; `low` and `high` are its interval, or None."""

    name: str
    value: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Bars:
    """Bars from the axis' low end, one below the other. `floor`: a promise to be reached, or None.

    `named`: what the bars are, the head of the table's first column.
    """

    key: str
    title: str
    description: str
    named: str
    axis: Axis
    bars: tuple[Bar, ...]
    floor: float | None = None


def written(value: float, unit: Unit) -> str:
    """A number as people read it: 12.3 %, 1,234, 4.1 or 0.123."""
    if unit is Unit.SHARE:
        return f"{100 * value:.1f} %"
    if unit is Unit.COUNT:
        return f"{value:,.0f}"
    return f"{value:.1f}" if unit is Unit.SCORE else f"{value:.3f}"


def ticks(low: float, high: float, wanted: int = 5) -> list[float]:
    """Round values within the ends, 1, 2 or 5 times a power of ten apart."""
    if high <= low:
        return [low]
    rough = (high - low) / wanted
    power: float = 10.0 ** floor(log10(rough))
    step = next(times * power for times in (1, 2, 5, 10) if times * power >= rough * 0.999)
    first, last = ceil(low / step - 1e-9), floor(high / step + 1e-9)
    return [round(at * step, 10) for at in range(first, last + 1)]
