"""Intervals of a classifier's measures from its table of confusion, by drawing again.

Two of them: messages drawn again say how far chance moves the figure with these writers; whole
writers drawn again say how far it moves with others, and with seven writers that is a rough guess.
"""

import numpy as np
from numpy.typing import NDArray

from analytics.triage.calibration import Floats, Ints

RESAMPLES = 1000
Interval = tuple[float, float]

Tables = NDArray[np.float64]
"""Counts (..., labels, labels): the true label down, the guess across."""


def tables(truth: Ints, guess: Ints, groups: NDArray[np.str_], size: int) -> Tables:
    """One table a group (a writer), in the order of their names: (groups, size, size)."""
    names, number = np.unique(groups, return_inverse=True)
    cells = (number * size + truth) * size + guess
    counts = np.bincount(cells, minlength=len(names) * size * size)
    return counts.reshape(len(names), size, size).astype(np.float64)


def messages_again(each: Tables, seed: int, resamples: int = RESAMPLES) -> Tables:
    """As many messages drawn with replacement: (resamples, size, size).

    Which cell a message falls in is all a table knows, so cells are drawn instead of messages.
    """
    table = each.sum(axis=0)
    draw = np.random.default_rng(seed)
    total = int(table.sum())
    cells = draw.multinomial(total, table.ravel() / total, resamples)
    return cells.reshape(-1, *table.shape).astype(np.float64)


def writers_again(each: Tables, seed: int, resamples: int = RESAMPLES) -> Tables:
    """As many whole writers drawn with replacement: (resamples, size, size)."""
    draw = np.random.default_rng(seed)
    count = len(each)
    times = draw.multinomial(count, np.full(count, 1 / count), resamples)
    drawn: Tables = np.tensordot(times.astype(np.float64), each, axes=1)
    return drawn


def label_f1(table: Tables) -> Floats:
    """F1 of each label, NaN for one that is neither there nor guessed: (..., size)."""
    right = table.diagonal(axis1=-2, axis2=-1)
    counted = table.sum(axis=-1) + table.sum(axis=-2)
    found: Floats = np.full(right.shape, np.nan)
    np.divide(2 * right, counted, out=found, where=counted > 0)
    return found


def macro_f1(table: Tables) -> Floats:
    """The mean F1 of the labels that occur, as `metrics.macro_f1`."""
    each = label_f1(table)
    found: Floats = np.nansum(each, axis=-1) / np.maximum(1, (~np.isnan(each)).sum(axis=-1))
    return found


def accuracy(table: Tables) -> Floats:
    """The share that is right."""
    right: Floats = table.diagonal(axis1=-2, axis2=-1).sum(axis=-1)
    found: Floats = right / np.maximum(1, table.sum(axis=(-2, -1)))
    return found


def between(values: Floats) -> Interval:
    """The middle 95 % of drawn values."""
    low, high = np.nanpercentile(values, [2.5, 97.5])
    return float(low), float(high)
