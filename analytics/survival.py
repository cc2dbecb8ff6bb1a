"""How long citizens wait, with those who still wait among them: Kaplan and Meier's estimate, its
median and 90th percentile with 95 % intervals.  Nothing is claimed of days nobody was seen through.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import exp, log, sqrt

Z95 = 1.96


@dataclass(frozen=True)
class Step:
    """After `day` a share `waiting` (1 to 0) has no answer yet; between `low` and `high` of all
    such groups, with 95 % certainty.  `at_risk` were still waiting when the day began."""

    day: int
    at_risk: int
    answered: int
    waiting: float
    low: float
    high: float


@dataclass(frozen=True)
class Quantile:
    """The days by which a share of citizens was answered; None where too many still wait to say
    (`not reached`), of the upper end where it is open."""

    days: int | None
    low: int | None
    high: int | None


def kaplan_meier(answered: Mapping[int, int], waiting: Mapping[int, int]) -> list[Step]:
    """The curve, a step for each day with an answer.

    `answered`: how many were answered after so many days; `waiting`: how many have waited so many
    and were not (censored: those of a day were at risk through it).  Greenwood's variance,
    log-log interval (Kalbfleisch and Prentice).
    """
    at_risk = sum(answered.values()) + sum(waiting.values())
    share, greenwood = 1.0, 0.0
    steps: list[Step] = []
    for day in sorted({*answered, *waiting}):
        many = answered.get(day, 0)
        if many:
            share *= 1 - many / at_risk
            greenwood += many / (at_risk * (at_risk - many)) if at_risk > many else 0.0
            steps.append(Step(day, at_risk, many, share, *_log_log(share, greenwood)))
        at_risk -= many + waiting.get(day, 0)
    return steps


def quantile(steps: list[Step], share: float) -> Quantile:
    """The day by which `share` (0.5: the median) was answered, with its interval by Brookmeyer
    and Crowley: the days at which the curve's own interval holds the share."""
    left = 1 - share
    return Quantile(
        _first(steps, [step.waiting for step in steps], left),
        _first(steps, [step.low for step in steps], left),
        _first(steps, [step.high for step in steps], left),
    )


def _first(steps: list[Step], values: list[float], left: float) -> int | None:
    # A curve made of products of fractions meets one half only to the last digit.
    found = (step.day for step, value in zip(steps, values, strict=True) if value <= left + 1e-9)
    return next(found, None)


def _log_log(share: float, greenwood: float) -> tuple[float, float]:
    """From 0 to 1 at both ends; where all are answered nothing is known of the spread."""
    if share <= 0:
        return 0.0, 0.0
    if share >= 1 or greenwood <= 0:
        return share, share
    reach = Z95 * sqrt(greenwood) / abs(log(share))
    return share ** exp(reach), share ** exp(-reach)
