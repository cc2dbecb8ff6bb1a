"""The tail of a negative binomial, against scipy's own."""

import numpy as np
import pytest
from scipy.special import betainc

from analytics.alarms.tails import LEAST, tail


def test_it_is_the_tail_that_scipy_knows() -> None:
    draw = np.random.default_rng(1)
    mean = 10 ** draw.uniform(-3, 3.5, 2_000)
    variance = mean * (1 + 10 ** draw.uniform(-4, 1.3, 2_000))
    observed = np.maximum(1, np.round(mean + np.sqrt(variance) * draw.normal(1, 3, 2_000)))
    theirs = betainc(observed, mean * mean / (variance - mean), 1 - mean / variance)
    ours = tail(observed, mean, variance)
    assert np.log(ours) == pytest.approx(np.log(np.maximum(theirs, LEAST)), abs=1e-6)


def test_none_or_more_is_certain() -> None:
    assert tail(np.array([0.0]), np.array([3.0]), np.array([4.0])) == pytest.approx(1.0)
