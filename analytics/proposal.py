"""A band that is proposed, never given: the mean over an officer's targets under every method of
appraisal, the interval around it and the bands that interval touches.  A person decides."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from analytics.appraisal import Scale, Target, score_targets
from analytics.intervals import Interval
from analytics.sheets import rounded

METHODS = ("psc-37.1", "policy-four-words.1")


class NothingToScore(ValueError):
    """targets: none has a figure.  Enter what was reached first."""


@dataclass(frozen=True)
class Reached:
    """A target and what was reached; `interval` in the target's unit where it was counted."""

    name: str
    target: Decimal
    achieved: Decimal
    interval: Interval | None = None


@dataclass(frozen=True)
class Banded:
    """What one method says: the band of the mean, and all that the interval touches."""

    method: str
    band: str
    touches: tuple[str, ...]
    rows: tuple[str, ...]
    note: str


@dataclass(frozen=True)
class Proposal:
    """`low` and `high`: the mean if every counted share were at its interval's end, which is wider
    than 95 % and says so; without counted targets both are the mean."""

    percents: tuple[Decimal, ...]
    mean: Decimal
    low: Decimal
    high: Decimal
    banded: tuple[Banded, ...]

    def as_data(self) -> dict[str, Any]:
        """As it is kept with the step that put it before the officer."""
        return {
            "percents": [str(one) for one in self.percents],
            "mean": str(self.mean), "low": str(self.low), "high": str(self.high),
            "bands": [
                {"method": one.method, "band": one.band, "touches": list(one.touches),
                 "rows": list(one.rows), "note": one.note}
                for one in self.banded
            ],
        }  # fmt: skip


def propose(reached: Sequence[Reached]) -> Proposal:
    """The mean of GP 247B (no weights) under both methods.  Raises NothingToScore."""
    if not reached:
        raise NothingToScore("targets: none has a figure. Enter what was reached first.")
    targets = [Target(one.name, one.target, one.achieved) for one in reached]
    low, high = (_mean(reached, end) for end in ("low", "high"))
    found = []
    for method in METHODS:
        scale = Scale.load(method)
        scored = score_targets(targets, scale)
        touched = {scale.band(low), scale.band(high), scored.band}
        names = [name for name, _ in scale.bands]
        places = [names.index(name) for name in touched]
        touches = tuple(names[min(places) : max(places) + 1])
        rows = tuple(one.band for one in scored.targets)
        found.append(Banded(method, scored.band, touches, rows, scored.note))
    percents = tuple(one.percent for one in scored.targets)
    return Proposal(percents, scored.mean, low, high, tuple(found))


def words_of(method: str) -> tuple[str, ...]:
    """The bands of a method, best first."""
    return tuple(name for name, _ in Scale.load(method).bands)


def _mean(reached: Sequence[Reached], end: str) -> Decimal:
    total = Fraction(0)
    for one in reached:
        value = getattr(one.interval, end) if one.interval else one.achieved
        total += 100 * Fraction(value) / Fraction(one.target)
    return rounded(total / len(reached), 2)
