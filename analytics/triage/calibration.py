"""From scores to probabilities and from probabilities to thresholds, always on held-out scores.

One temperature a head keeps its best answer where it was; urgency, a single score, has a slope and
an offset instead, because its balanced weights move its zero.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Curve:
    """`slope * score + offset` before the softmax or the logistic function."""

    slope: float
    offset: float = 0.0


def softmax(scores: Floats, curve: Curve) -> Floats:
    """Rows of scores to rows of probabilities."""
    scaled = scores * curve.slope
    scaled -= scaled.max(axis=1, keepdims=True)
    raised = np.exp(scaled)
    result: Floats = raised / raised.sum(axis=1, keepdims=True)
    return result


def logistic(scores: Floats, curve: Curve) -> Floats:
    """Scores to probabilities of yes."""
    result: Floats = 1.0 / (1.0 + np.exp(-(scores * curve.slope + curve.offset)))
    return result


def fit_temperature(scores: Floats, truth: Ints) -> Curve:
    """The slope with the least log loss of the true column, by golden section on its logarithm."""

    def loss(log_slope: float) -> float:
        chances = softmax(scores, Curve(float(np.exp(log_slope))))
        return -float(np.log(chances[np.arange(len(truth)), truth] + 1e-12).mean())

    return Curve(float(np.exp(_least(loss, -4.0, 5.0))))


def fit_logistic(scores: Floats, truth: Flags, rounds: int = 50) -> Curve:
    """Slope and offset by Newton's method on the log loss (Platt's scaling)."""
    design = np.column_stack([scores, np.ones_like(scores)])
    weights = np.array([1.0, float(np.log(truth.mean() / (1 - truth.mean())))])
    for _ in range(rounds):
        chance = 1.0 / (1.0 + np.exp(-design @ weights))
        slope = design.T @ (truth - chance)
        bend = (design * (chance * (1 - chance))[:, None]).T @ design + 1e-9 * np.eye(2)
        weights = weights + np.linalg.solve(bend, slope)
    return Curve(float(weights[0]), float(weights[1]))


def confidence_for(accuracy: float, confidence: Floats, right: Flags) -> float:
    """The lowest confidence at and above which the answers reach `accuracy`; 1.0 if none does.

    The first 50 answers are passed over: so few say nothing of a rate.
    """
    order = np.argsort(-confidence, kind="stable")
    rate = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    good = np.flatnonzero(rate[49:] >= accuracy)
    return float(confidence[order][49 + good[-1]]) if len(good) else 1.0


def threshold_for_recall(recall: float, chance: Floats, truth: Flags) -> float:
    """The highest probability threshold that still finds `recall` of the true ones."""
    found = np.sort(chance[truth])[::-1]
    return float(found[min(len(found), int(np.ceil(recall * len(found)))) - 1])


def _least(loss: Callable[[float], float], low: float, high: float) -> float:
    golden = (5**0.5 - 1) / 2
    while high - low > 1e-4:
        left, right = high - golden * (high - low), low + golden * (high - low)
        if loss(left) < loss(right):
            high = right
        else:
            low = left
    return (low + high) / 2
