"""Weights from what the frame knows and nothing else: answers of a service at a place stand for its
visits.  Trimmed, shown beside the unweighted figure, with what they cost in answers (Kish).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from analytics.intervals import Design, Moments
from analytics.methods import chosen


@dataclass(frozen=True)
class Stratum:
    """A service at a place: visits of the frame, and the answers of those drawn from it."""

    visits: int
    answers: Moments


@dataclass(frozen=True)
class Method:
    """`bound`: times the mean weight that no answer's weight exceeds, nor falls below its inverse.
    `fewest`: answers a stratum needs to stand for itself; smaller ones are taken together."""

    version: str
    bound: float
    fewest: int


@dataclass(frozen=True)
class Weighted:
    """One figure with weights and without, in its unit; None where nobody answered.

    `effective_n` is Kish's: (sum of weights)^2 over the sum of their squares.  `largest` is the
    largest weight over the mean.  `trimmed`: answers whose weight was cut.  `not_covered`: the
    share of visits of strata that nobody answered for.
    """

    value: float | None
    unweighted: float | None
    n: int
    effective_n: float
    largest: float
    trimmed: int
    not_covered: float
    weights: Mapping[str, float] = field(default_factory=dict)

    @property
    def design_effect(self) -> float:
        """What unequal weights cost: n / effective n, at least 1."""
        return max(1.0, self.n / self.effective_n) if self.effective_n else 1.0


def method(version: str | None = None) -> Method:
    """The method of that version, or the one in use.  Raises UnknownMethod."""
    row = chosen("weighting", version)
    return Method(row["version"], float(row["bound"]), int(row["fewest"]))


def weighted(strata: Mapping[str, Stratum], how: Method | None = None) -> Weighted:
    """Post-stratification by service and place: the mean (or share) as the frame's visits have it.

    Source: Kish, Survey Sampling (1965), 11.7; trimming redistributes what is cut over the rest.
    """
    how = how or method()
    answered = {name: one for name, one in strata.items() if one.answers.count}
    n = sum(one.answers.count for one in answered.values())
    visits = sum(one.visits for one in strata.values())
    covered = sum(one.visits for one in answered.values())
    missing = 1 - covered / visits if visits else 0.0
    if not n:
        return Weighted(None, None, 0, 0.0, 0.0, 0, missing)
    counts = {name: one.answers.count for name, one in answered.items()}
    raw = _raw(answered, how.fewest)
    weights = _trimmed(raw, counts, how.bound)
    total = sum(weights[name] * count for name, count in counts.items())
    squares = sum(weights[name] ** 2 * count for name, count in counts.items())
    value = sum(weights[name] * one.answers.total for name, one in answered.items()) / total
    plain = sum(one.answers.total for one in answered.values()) / n
    cut = sum(counts[name] for name in counts if abs(weights[name] / raw[name] - 1) > 1e-9)
    return Weighted(
        value, plain, n, total * total / squares, max(weights.values()), cut, missing, weights
    )


def as_weighted(strata: Mapping[str, Stratum], found: Weighted) -> Moments:
    """The answers as the weights count them, as many as there are."""
    weigh = [(found.weights[name], strata[name].answers) for name in found.weights]
    whole = sum(weight * of.count for weight, of in weigh)
    if not whole:
        return Moments(0, 0.0, 0.0)
    total, squares = (sum(weight * getattr(of, name) for weight, of in weigh) / whole
                      for name in ("total", "squares"))  # fmt: skip
    return Moments(found.n, found.n * total, found.n * squares)


def design(
    strata: Mapping[str, Stratum], found: Weighted, clusters: Iterable[Mapping[str, Moments]]
) -> Design:
    """What unequal weights and answers alike cost, at least what the weights alone do.

    clusters: of each place and day the answers by stratum.  Ratio estimator by linearisation, as
    `indicators.survey` has it of answers without weights (Kish 1965, 6.3).
    """
    heard = [each for each in clusters if any(of.count for of in each.values())]
    spread, n = as_weighted(strata, found).variance, found.n
    if found.value is None or len(heard) < 2 or not spread:
        return Design(found.design_effect)
    apart = sum(
        sum(found.weights[name] * (of.total - found.value * of.count)
            for name, of in each.items()) ** 2
        for each in heard
    )  # fmt: skip
    whole = sum(found.weights[name] * strata[name].answers.count for name in found.weights)
    between = apart * len(heard) / (len(heard) - 1) / whole**2
    return Design(max(found.design_effect, between / (spread / n)), len(heard) - 1)


def _raw(strata: Mapping[str, Stratum], fewest: int) -> dict[str, float]:
    """Visits for which an answer stands, its mean over the answers made 1; small strata joined."""
    small = [name for name, one in strata.items() if one.answers.count < fewest]
    visits = sum(strata[name].visits for name in small)
    answers = sum(strata[name].answers.count for name in small)
    each = {name: one.visits / one.answers.count for name, one in strata.items()}
    each |= dict.fromkeys(small, visits / answers if answers else 0.0)
    n = sum(one.answers.count for one in strata.values())
    mean = sum(each[name] * one.answers.count for name, one in strata.items()) / n
    return {name: weight / mean if mean else 1.0 for name, weight in each.items()}


def _trimmed(raw: Mapping[str, float], counts: Mapping[str, int], bound: float) -> dict[str, float]:
    """No weight beyond the bound; what is cut is spread over the others, until it holds."""
    n, cut = sum(counts.values()), dict(raw)
    for _ in range(len(raw) + 1):
        held = {name: min(bound, max(1 / bound, weight)) for name, weight in cut.items()}
        lost = n - sum(held[name] * counts[name] for name in held)
        free = {name for name in held if 1 / bound < held[name] < bound}
        room = sum(held[name] * counts[name] for name in free)
        if abs(lost) < 1e-9 * n or room <= 0 or room + lost <= 0:
            return held
        cut = {
            name: weight * (room + lost) / room if name in free else weight
            for name, weight in held.items()
        }
    return {name: min(bound, max(1 / bound, weight)) for name, weight in cut.items()}
