"""How unlikely a count is: the upper tail of a negative binomial with a given mean and spread."""

import numpy as np
import numpy.typing as npt
from scipy.special import betainc

Numbers = npt.NDArray[np.float64]
LEAST = 1e-300
"""Chances under this are taken for it: their order no longer tells anything."""


def tail(observed: Numbers, mean: Numbers, variance: Numbers) -> Numbers:
    """The chance of `observed` or more, where counts vary by `variance` about `mean`.

    A spread no larger than the mean's is that of a Poisson: nothing varies less.
    """
    mean = np.maximum(mean, 1e-9)
    variance = np.maximum(variance, mean * 1.0001)
    size = mean * mean / (variance - mean)
    found = betainc(np.maximum(observed, 1e-9), size, 1 - mean / variance)
    return np.maximum(np.where(observed <= 0, 1.0, found), LEAST)
