"""How unlikely a count is: the upper tail of a negative binomial with a given mean and spread.

The regularised incomplete beta function by its continued fraction, with numpy alone: scipy's would
cost every process 27 MB.
"""

from math import lgamma

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]
LEAST = 1e-300
"""Chances under this are taken for it: their order no longer tells anything."""
_EXACT = 1e-13
_MOST_STEPS = 10_000

_log_gamma = np.vectorize(lgamma, otypes=[np.float64])


def tail(observed: Numbers, mean: Numbers, variance: Numbers) -> Numbers:
    """The chance of `observed` or more, where counts vary by `variance` about `mean`.

    A spread no larger than the mean's is that of a Poisson: nothing varies less.
    """
    mean = np.maximum(mean, 1e-9)
    variance = np.maximum(variance, mean * 1.0001)
    count, mean, variance = np.broadcast_arrays(np.maximum(observed, 1e-9), mean, variance)
    size, stays = mean * mean / (variance - mean), 1 - mean / variance
    found = np.where(np.asarray(observed) <= 0, 1.0, _beta(count, size, stays))
    return np.maximum(found, LEAST)


def _beta(a: Numbers, b: Numbers, x: Numbers) -> Numbers:
    """I_x(a, b), from the side where the fraction is short (Numerical Recipes, 6.4)."""
    turned = x > (a + 1) / (a + b + 2)
    a, b, x = np.where(turned, b, a), np.where(turned, a, b), np.where(turned, 1 - x, x)
    front = np.exp(
        _log_gamma(a + b) - _log_gamma(a) - _log_gamma(b) + a * np.log(x) + b * np.log1p(-x)
    )
    found = front * _fraction(a.ravel(), b.ravel(), x.ravel()).reshape(a.shape) / a
    result: Numbers = np.where(turned, 1 - found, found)
    return result


def _fraction(a: Numbers, b: Numbers, x: Numbers) -> Numbers:
    """The continued fraction by Lentz's method; who is exact leaves the work to the rest."""
    result = np.ones(len(a))
    left = np.arange(len(a))
    c, d = np.ones(len(a)), 1 / (1 - (a + b) * x / (a + 1))
    whole = d.copy()
    for m in range(1, _MOST_STEPS):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        for term in (even, odd):
            d, c = 1 / (1 + term * d), 1 + term / c
            whole = whole * c * d
        result[left] = whole
        on = np.abs(c * d - 1) > _EXACT
        if not on.any():
            break
        left = left[on]
        a, b, x, c, d, whole = (part[on] for part in (a, b, x, c, d, whole))
    return result
