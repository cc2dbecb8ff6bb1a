"""The measures of a classifier: plain arrays in, rounded figures out."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from analytics.triage.calibration import Flags, Floats, Ints

BINS = 15


def macro_f1(truth: Ints, guess: Ints) -> float:
    """The mean over the labels that occur of 2 tp / (2 tp + fp + fn); labels are numbers from 0.

    0.0 of no messages.
    """
    if not len(truth):
        return 0.0
    size = int(max(truth.max(), guess.max())) + 1
    table = np.bincount(truth * size + guess, minlength=size * size).reshape(size, size)
    right, asked, given = table.diagonal(), table.sum(axis=1), table.sum(axis=0)
    seen = (asked + given) > 0
    return float((2 * right[seen] / (asked + given)[seen]).mean())


def accuracy(truth: Ints, guess: Ints) -> float:
    """The share that is right."""
    return float((truth == guess).mean())


def calibration_error(confidence: Floats, right: Flags, bins: int = BINS) -> float:
    """Expected calibration error over bins of equal count: mean |confidence - accuracy|."""
    gaps = [abs(sure - true) * size for sure, true, size in reliability(confidence, right, bins)]
    return float(sum(gaps) / len(confidence))


def reliability(confidence: Floats, right: Flags, bins: int = BINS) -> list[list[float]]:
    """The bins of `calibration_error`: mean confidence, share right, and how many messages."""
    order = np.argsort(confidence, kind="stable")
    parts = np.array_split(order, min(bins, len(order)))
    return [[confidence[part].mean(), right[part].mean(), float(len(part))] for part in parts]


def recall_and_precision(found: Flags, truth: Flags) -> tuple[float, float]:
    """Of the true ones the share found, of the found ones the share true; 0.0 of none."""
    both = float((found & truth).sum())
    return both / max(1, int(truth.sum())), both / max(1, int(found.sum()))


def rounded(value: Any) -> Any:
    """Figures to three digits, through lists and tables, so that two runs print the same."""
    if isinstance(value, dict):
        return {str(key): rounded(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [rounded(item) for item in value]
    return round(float(value), 3) if isinstance(value, float | np.floating) else value


def confusion(truth: Ints, guess: Ints, size: int) -> NDArray[np.int64]:
    """Counts, true label down, guess across."""
    return np.bincount(truth * size + guess, minlength=size * size).reshape(size, size)
