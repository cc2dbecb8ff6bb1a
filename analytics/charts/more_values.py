"""What charts of many bodies and of many quarters are made of."""

from dataclasses import dataclass

from analytics.charts.values import Axis


@dataclass(frozen=True)
class Dot:
    """A body's value with its interval; None where it has none, `words` then say why."""

    name: str
    value: float | None
    low: float | None = None
    high: float | None = None
    words: str = ""


@dataclass(frozen=True)
class Dots:
    """Values of several bodies, each with its interval, against one standard.

    `named`: what the bodies are, the head of the table's first column.
    """

    key: str
    title: str
    description: str
    named: str
    axis: Axis
    dots: tuple[Dot, ...]
    standard: float | None = None
    standard_words: str = ""


@dataclass(frozen=True)
class Moment:
    """A quarter of a trend: its value with the interval, or None and why there is none."""

    name: str
    value: float | None
    low: float | None = None
    high: float | None = None
    why: str = ""


@dataclass(frozen=True)
class Trend:
    """Quarters in a row, each with its interval. Where one is not measured the line has a gap.

    `breaks`: numbers of the quarters from which something is counted in another way, and the words
    for it: no line leads across.
    """

    key: str
    title: str
    description: str
    named: str
    axis: Axis
    moments: tuple[Moment, ...]
    standard: float | None = None
    standard_words: str = ""
    breaks: tuple[tuple[int, str], ...] = ()

    @property
    def measured(self) -> int:
        """How many quarters have a value."""
        return sum(moment.value is not None for moment in self.moments)
