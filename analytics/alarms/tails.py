"""How unlikely a count is: the upper tail of a negative binomial with a given mean and spread.

Summed with numpy alone: scipy's beta function would cost every process 27 MB.
"""

from math import lgamma

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]
LEAST = 1e-300
"""Chances under this are taken for it: their order no longer tells anything."""
_ENOUGH = 1e-12
_MOST_TERMS = 100_000

_log_gamma = np.vectorize(lgamma, otypes=[np.float64])


def tail(observed: Numbers, mean: Numbers, variance: Numbers) -> Numbers:
    """The chance of `observed` or more, where counts vary by `variance` about `mean`.

    A spread no larger than the mean's is that of a Poisson: nothing varies less.
    """
    mean = np.maximum(mean, 1e-9)
    variance = np.maximum(variance, mean * 1.0001)
    count, mean, variance = np.broadcast_arrays(np.ceil(observed), mean, variance)
    above = count > mean
    found = np.ones(count.shape)
    found[above] = _summed(count[above], mean[above], variance[above], +1)
    below = (count > 0) & ~above
    found[below] = 1 - _summed(count[below] - 1, mean[below], variance[below], -1)
    return np.maximum(found, LEAST)


def _summed(count: Numbers, mean: Numbers, variance: Numbers, step: int) -> Numbers:
    """The chances of `count` and all beyond it, upwards or downwards, away from the mean: each
    is a smaller part of the one before, until none adds anything."""
    size, stays = mean * mean / (variance - mean), 1 - mean / variance
    part = np.exp(
        _log_gamma(count + size) - _log_gamma(size) - _log_gamma(count + 1)
        + size * np.log1p(-stays) + count * np.log(stays)
    )  # fmt: skip
    total, at = part.copy(), count.copy()
    for _ in range(_MOST_TERMS):
        if step > 0:
            part = part * (at + size) / (at + 1) * stays
        else:
            part = part * at / (np.maximum(at + size - 1, 1e-9) * stays)  # none is under 0
        at = at + step
        total += part
        if not (part > total * _ENOUGH).any():
            break
    found: Numbers = total
    return found
