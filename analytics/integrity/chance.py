"""How likely an honest office shows a share as large as this one."""

from math import exp, lgamma


def at_least(hits: int, of: int, usual: float, spread: float) -> float:
    """Probability of `hits` or more among `of` cases, where honest offices have shares around
    `usual` that differ with intra-class correlation `spread` (beta-binomial; both in (0, 1))."""
    if hits <= 0:
        return 1.0
    if hits > of:
        return 0.0
    weight = (1 - spread) / spread
    yes, no = usual * weight, (1 - usual) * weight
    term = exp(_log_choose(of, hits) + _log_beta(hits + yes, of - hits + no) - _log_beta(yes, no))
    total = 0.0
    for k in range(hits, of + 1):
        total += term
        if term < total * 1e-12:
            break
        # The next term from this one, so that a large office costs no more logarithms.
        left = of - k
        if left:
            term *= left / (k + 1) * (k + yes) / (left - 1 + no)
    return min(1.0, total)


def _log_choose(n: int, k: int) -> float:
    return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)


def _log_beta(a: float, b: float) -> float:
    return lgamma(a) + lgamma(b) - lgamma(a + b)
