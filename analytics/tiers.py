"""Tiers of many institutions against one fixed standard, never ranks: so many are judged at once
that some would seem above or below by chance, so the share of such mistakes is held at 5 %."""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from math import asin, erfc, hypot, sqrt
from types import MappingProxyType
from typing import TypeVar

from analytics.indicators import DEFINITIONS, Figure
from analytics.methods import chosen

Key = TypeVar("Key", bound=Hashable)

FALSE_TIERS = 0.05
"""Of the institutions named above or below, the share expected to be so by chance alone."""
Z95 = 1.96


class Tier(StrEnum):
    ABOVE = "above"
    NOT_SEPARABLE = "not separable"
    BELOW = "below"
    NOT_MEASURED = "not measured"


@dataclass(frozen=True)
class Standard:
    """The fixed value an indicator is held against, in its unit."""

    indicator: str
    value: float
    version: str


@cache
def standards(version: str | None = None) -> Mapping[str, Standard]:
    """The standards of that version, or those in use, by indicator; an indicator without one is
    shown and never judged.  Raises UnknownMethod."""
    choice = chosen("standards", version)
    return MappingProxyType(
        {
            name: Standard(name, float(value), choice["version"])
            for name, value in choice["values"].items()
        }
    )


def tier(figure: Figure, standard: Standard) -> Tier:
    """On which side of the standard the whole interval lies, if on one: of a figure that stands
    alone.  `above` is the better side, also where less is better."""
    if not _measured(figure):
        return Tier.NOT_MEASURED
    return _side(figure, standard) if chance(figure, standard.value) <= 0.05 else Tier.NOT_SEPARABLE


def tiers(
    figures: Mapping[Key, Figure], standard: Standard, rate: float = FALSE_TIERS
) -> dict[Key, Tier]:
    """The tiers of all institutions' figures of one indicator.

    Benjamini and Hochberg's procedure on two-sided chances, since a table names both who is above
    and who is below; the side is then the figure's own, which keeps the expected share of
    institutions on a wrong side, or on a side at all without reason, under `rate` (Benjamini and
    Yekutieli 2005).  It never says more than `tier` of one figure alone.
    """
    chances = {
        key: chance(figure, standard.value) for key, figure in figures.items() if _measured(figure)
    }
    edge = _edge(chances.values(), rate)
    return {
        key: _side(figure, standard)
        if key in chances and chances[key] <= edge
        else (Tier.NOT_SEPARABLE if key in chances else Tier.NOT_MEASURED)
        for key, figure in figures.items()
    }


def chance(figure: Figure, value: float) -> float:
    """How likely a figure at least as far from `value` would be, on either side, were that the
    truth: read off the figure's own interval, so that it is 5 % where the interval ends.

    On the scale of the arcsine, where the spread of a share does not depend on it.
    """
    found, low, high = figure.value, figure.low, figure.high
    if found is None or low is None or high is None:
        return 1.0
    end = low if value < found else high
    far, near = (abs(_even(figure, one) - _even(figure, found)) for one in (value, end))
    if near == 0:
        return 1.0 if far == 0 else 0.0
    return erfc(Z95 * far / near / sqrt(2))


def changed(
    pairs: Mapping[Key, tuple[Figure, Figure]], rate: float = FALSE_TIERS
) -> frozenset[Key]:
    """Of figures then and now those that differ by more than chance explains among so many: the
    procedure of `tiers`, over the chances of the differences."""
    chances = {
        key: _chance_of_both(*pair) for key, pair in pairs.items() if all(map(_measured, pair))
    }
    edge = _edge(chances.values(), rate)
    return frozenset(key for key, one in chances.items() if one <= edge)


def crosses(figure: Figure, edges: Iterable[float]) -> bool:
    """Whether the interval reaches over an edge between two grades, so that the grade may as well
    be its neighbour."""
    if figure.low is None or figure.high is None:
        return False
    return any(figure.low < edge < figure.high for edge in edges)


def _chance_of_both(then: Figure, now: Figure) -> float:
    """How likely figures at least so far apart would be, had nothing changed: each one's spread
    is read off the end of its interval that faces the other, on the scale of `chance`."""
    rose = (now.value or 0) > (then.value or 0)
    facing = ((then, then.high if rose else then.low), (now, now.low if rose else now.high))
    spread = hypot(*(_even(one, end or 0) - _even(one, one.value or 0) for one, end in facing))
    far = abs(_even(now, now.value or 0) - _even(then, then.value or 0))
    if spread == 0:
        return 1.0 if far == 0 else 0.0
    return erfc(Z95 * far / spread / sqrt(2))


def _measured(figure: Figure) -> bool:
    return figure.shown and None not in (figure.value, figure.low, figure.high)


def _side(figure: Figure, standard: Standard) -> Tier:
    more_is_better = DEFINITIONS[figure.indicator].better == "higher"
    more = figure.value is not None and figure.value >= standard.value
    return Tier.ABOVE if more is more_is_better else Tier.BELOW


def _edge(chances: Iterable[float], rate: float) -> float:
    """The largest chance that still counts: the k-th smallest of m, where at most rate k / m."""
    ordered = sorted(chances)
    kept = [p for k, p in enumerate(ordered, 1) if p <= rate * k / len(ordered)]
    return kept[-1] if kept else -1.0


def _even(figure: Figure, value: float) -> float:
    unit = DEFINITIONS[figure.indicator].unit
    if unit == "share":
        return asin(sqrt(min(1.0, max(0.0, value))))
    if unit == "score 1-5":
        return asin(sqrt(min(1.0, max(0.0, (value - 1) / 4))))
    return value
