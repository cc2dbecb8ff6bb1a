"""An attacker with an integer solver: how many values a hidden number may have, given all that is
published."""

from typing import Any

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

FAR = 10_000
"""No table of the tests counts so many."""


def feasible(aim: Any, equations: Any, sums: Any, most: Any = None) -> int:
    """How many whole numbers `aim` (a row of weights of the unknowns) may be at most, where the
    unknowns are whole, not below 0 nor above `most`, and meet the equations."""
    aim = np.asarray(aim, dtype=float)
    limits = Bounds(0, FAR if most is None else np.asarray(most, dtype=float))
    ends = [_end(sign * aim, equations, sums, limits) for sign in (1, -1)]
    return round(-ends[1] - ends[0]) + 1


def _end(aim: Any, equations: Any, sums: Any, limits: Bounds) -> float:
    found = milp(
        aim, constraints=LinearConstraint(equations, sums, sums), integrality=np.ones(len(aim)),
        bounds=limits,
    )  # fmt: skip
    assert found.success, found.message
    return float(found.fun)
