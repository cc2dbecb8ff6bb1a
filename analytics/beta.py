"""The incomplete beta function, and the tails of a binomial share it gives: the standard library
has neither, and a figure must be computable on any machine."""

from math import exp, lgamma, log, log1p


def mid_tail(hits: float, trials: float, share: float) -> tuple[float, float]:
    """The chance of more than `hits` in `trials`, plus half that of `hits`, where each hits with
    chance `share` (0 < share < 1); and how fast that grows with `share`.  Neither number need be
    whole; `hits` > 0."""
    misses = trials - hits
    seen = exp(_log_term(hits, misses, share))
    slope = seen / 2 * (hits / share + misses / (1 - share))
    return incomplete(hits, misses + 1, share) - seen / 2, slope


def incomplete(a: float, b: float, x: float) -> float:
    """I_x(a, b), regularised, from the side where its fraction is short (Numerical Recipes 6.4)."""
    if not 0 < x < 1:
        return float(x >= 1)
    front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x))
    if x < (a + 1) / (a + b + 2):
        return front * _fraction(a, b, x) / a
    return 1 - front * _fraction(b, a, 1 - x) / b


def _log_term(hits: float, misses: float, share: float) -> float:
    """The logarithm of the binomial's probability of `hits`."""
    ways = lgamma(hits + misses + 1) - lgamma(hits + 1) - lgamma(misses + 1)
    return ways + hits * log(share) + (misses * log1p(-share) if misses else 0.0)


def _fraction(a: float, b: float, x: float) -> float:
    """The continued fraction by Lentz's method."""
    c, d = 1.0, 1 / _not_nought(1 - (a + b) * x / (a + 1))
    value = d
    for m in range(1, _MOST_STEPS):
        for term in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d = 1 / _not_nought(1 + term * d)
            c = _not_nought(1 + term / c)
            value *= d * c
        if abs(d * c - 1) < _EXACT:
            break
    return value


def _not_nought(value: float) -> float:
    return value if abs(value) > _TINY else _TINY


_MOST_STEPS, _EXACT, _TINY = 500, 1e-11, 1e-300
