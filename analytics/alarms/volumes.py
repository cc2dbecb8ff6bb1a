"""How much is said: each series' last days against what its baseline expects."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from analytics.alarms.parameters import PARAMETERS, Finding, Parameters, Place
from analytics.alarms.seasons import Baseline, windowed
from analytics.alarms.tails import Numbers, tail


def chances(
    counts: Numbers, expected: Baseline, given: Parameters = PARAMETERS
) -> tuple[Numbers, Numbers, Numbers]:
    """For each window, series and day: how many, how many expected, and how likely so many are."""
    observed = np.stack([windowed(counts, window) for window in given.windows])
    mean = np.stack([windowed(expected.expected, window) for window in given.windows])
    variance = expected.spread.T[:, :, None] * mean + expected.level[None] * mean**2
    return observed, mean, tail(observed, mean, variance)


def worth_telling(
    observed: Numbers, mean: Numbers, given: Parameters = PARAMETERS
) -> npt.NDArray[np.bool_]:
    """Enough people, and so much above what is expected that somebody can do something."""
    above = observed >= given.least_ratio * mean
    many: npt.NDArray[np.bool_] = observed - mean >= given.fewest_people
    return above & many


def judge_volumes(
    counts: Numbers, expected: Baseline, places: Sequence[Place], day: int,
    given: Parameters = PARAMETERS,
) -> list[Finding]:  # fmt: skip
    """What rose by the day of that number, at most one finding a place: its least likely window."""
    observed, mean, chance = (n[:, :, -1] for n in _up_to(day, counts, expected, given))
    tests = (~expected.young).sum() * len(given.windows)
    least = np.where(worth_telling(observed, mean, given), chance, 1.0)
    found = []
    for series in np.flatnonzero(~expected.young).tolist():
        window = int(least[:, series].argmin())
        if (p := least[window, series]) * tests > given.still:
            continue
        found.append(
            Finding(
                places[series], "", given.windows[window], int(observed[window, series]),
                float(mean[window, series]), float(-np.log10(p * tests)),
                bool(p * tests <= given.a_day),
            )
        )  # fmt: skip
    return found


def _up_to(
    day: int, counts: Numbers, expected: Baseline, given: Parameters
) -> tuple[Numbers, Numbers, Numbers]:
    """The chances of the last days only: a year of them costs a hundred times as much."""
    last = slice(max(0, day + 1 - max(given.windows)), day + 1)
    of_them = replace(expected, expected=expected.expected[:, last], level=expected.level[:, last])
    return chances(counts[:, last], of_them, given)
