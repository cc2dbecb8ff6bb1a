"""What a day should bring: the country's curve, each series' own deviations, and its recent level.

The curve is a log-linear model with weekday, holiday, turn of the month, season and trend.  Each
series is fitted on top of it with deviations held near nothing, so that one with little history
follows the country's, and one with much its own.  What the same weeks of the last year were above
the curve, and the level of the last weeks, correct it.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt

from analytics.alarms.parameters import PARAMETERS, Parameters
from analytics.alarms.tails import Numbers

ROUNDS = 6
YEAR = 365.25
MIN_YEAR = 364
"""Days of history from which a season of the year can be told from a trend."""
LAST_YEAR, AROUND = 364, 10
SEASON_PRIOR = 25.0
"""Complaints that a season of one's own must outweigh to be believed by half."""
LEAST_SPREAD = 1.15
SPREAD_PRIOR = (20.0, 1.5)
"""So many windows of such a spread are believed before a series has shown its own."""


@dataclass(frozen=True)
class Baseline:
    """Per series (rows) and day (columns): `expected`, and `level`, the variance of its level.

    spread: how much more than a Poisson a window's count varies (series by window).  young: series
    that have too little history to be judged.
    """

    expected: Numbers
    level: Numbers
    spread: Numbers
    young: npt.NDArray[np.bool_]


def baseline(
    counts: Numbers, days: Sequence[date], holidays: Collection[date], fit_until: int,
    known: Numbers | None = None, given: Parameters = PARAMETERS,
) -> Baseline:  # fmt: skip
    """What to expect on each of `days`, from the days before number `fit_until`.

    counts: series by day.  known: 0 where the service itself was down, which teaches nothing.
    """
    told = features(days, holidays)
    trust = np.ones(len(days)) if known is None else known.astype(float)
    trust[fit_until:] = 0
    begun = _since_first(counts)
    weights = trust * begun
    whole = counts.sum(axis=0, keepdims=True)
    tight, free = _freedoms(fit_until, given)
    curve = _curve(whole, np.zeros_like(whole), told, trust[None, :], free)
    own = np.repeat(np.log(np.maximum(curve, 1e-6)), len(counts), axis=0)
    fitted = _curve(counts, own, told, weights, tight)
    for _ in range(2):  # past outbreaks count less, as in Farrington's
        expected, level = _levelled(counts, fitted, weights, given)
        spread = _spreads(counts, expected, weights, given)
        weights = trust * begun * _usual(counts, expected, spread, given)
        fitted = _curve(counts, own, told, weights / spread[:, :1], tight)
    expected, level = _levelled(counts, fitted, weights, given)
    spread = _spreads(counts, expected, weights, given)
    young = (trust * begun).sum(axis=1) < 7 * given.young
    return Baseline(expected, level, spread, young)


def features(days: Sequence[date], holidays: Collection[date]) -> Numbers:
    """Days by what is known of them: 1, weekdays, holiday, the day after, payday, year, trend."""
    shut, first = frozenset(holidays), days[0]
    rows = []
    for day in days:
        week = [float(day.weekday() == n) for n in range(1, 7)]
        # Holidays weigh on the counts of a weekday; a Sunday's are as low already.
        off = day in shut and day.weekday() < 5
        after = day - timedelta(days=1) in shut and day not in shut and day.weekday() < 5
        payday = day.day >= 27 or day.day <= 3
        angle = 2 * np.pi * day.timetuple().tm_yday / YEAR
        year = [wave(n * angle) for n in (1, 2, 3) for wave in (np.sin, np.cos)]
        trend = (day - first).days / YEAR
        rows.append([1.0, *week, float(off), float(after), float(payday), trend, *year])
    return np.array(rows)


def _freedoms(history: int, given: Parameters) -> tuple[Numbers, Numbers]:
    """How far each feature may move the logarithm, by a series' own deviation and the country's."""
    seasonal = history >= MIN_YEAR
    week, special = [1.0] * 6, [1.0, 0.5, 0.5]
    trend, year = [0.3 if seasonal else 0.01], [0.3 if seasonal else 0.01] * 6
    free = np.array([10.0, *week, *special, *trend, *year])
    tight = np.array([10.0, *(given.shape_freedom * free[1:])])
    return tight, free


def _since_first(counts: Numbers) -> Numbers:
    """1 from the first day on which a series had anything at all."""
    return (np.cumsum(counts, axis=1) > 0).astype(float)


def _curve(
    counts: Numbers, offset: Numbers, told: Numbers, weights: Numbers, freedom: Numbers
) -> Numbers:
    """Expected counts by a Poisson regression of every series at once, held by `freedom`."""
    held = np.diag(1 / freedom**2)
    pairs = np.einsum("dp,dq->dpq", told, told).reshape(len(told), -1)
    size = told.shape[1]
    have, should = (weights * counts).sum(axis=1), (weights * np.exp(offset)).sum(axis=1)
    beta = np.zeros((len(counts), size))
    beta[:, 0] = np.log(np.maximum(have, 0.5) / np.maximum(should, 1e-9))
    for _ in range(ROUNDS):
        mean = np.exp(np.clip(offset + beta @ told.T, -20, 20))
        gradient = (weights * (counts - mean)) @ told - beta @ held
        gradient[:, 0] += beta[:, 0] * held[0, 0]  # the level itself is free
        curvature = ((weights * mean) @ pairs).reshape(-1, size, size) + held
        beta += np.clip(np.linalg.solve(curvature, gradient[:, :, None])[:, :, 0], -2, 2)
    found: Numbers = np.exp(np.clip(offset + beta @ told.T, -20, 20))
    return found


def _levelled(
    counts: Numbers, fitted: Numbers, weights: Numbers, given: Parameters
) -> tuple[Numbers, Numbers]:
    """The curve at the level of the weeks before each day's guard, and how sure that level is."""
    fitted = fitted * _a_year_ago(counts, fitted, weights)
    have, should = (_before(weights * n, given) for n in (counts, fitted))
    prior = 1 / given.level_drift**2
    spread = SPREAD_PRIOR[1]
    level = (prior + have / spread) / (prior + should / spread)
    return fitted * level, level / (prior + should / spread) / np.maximum(level, 1e-9) ** 2


def _a_year_ago(counts: Numbers, fitted: Numbers, weights: Numbers) -> Numbers:
    """How the weeks about the same day of the last year stood to the curve, where that is known.

    What no wave follows: schools that open, a budget that is read.  52 weeks back is one weekday.
    """
    found = np.ones_like(fitted)
    if counts.shape[1] <= LAST_YEAR + AROUND:
        return found
    spread = SPREAD_PRIOR[1]
    have, should = (windowed(weights * n, 2 * AROUND + 1) / spread for n in (counts, fitted))
    days = np.arange(LAST_YEAR + AROUND, counts.shape[1])
    then = days - LAST_YEAR + AROUND
    found[:, days] = (SEASON_PRIOR + have[:, then]) / (SEASON_PRIOR + should[:, then])
    return found


def _before(numbers: Numbers, given: Parameters) -> Numbers:
    """For each day, the sum of `recent` days that end before its guard begins."""
    found = np.zeros_like(numbers, dtype=float)
    found[:, given.guard :] = windowed(numbers, given.recent)[:, : -given.guard]
    return found


def windowed(numbers: Numbers, window: int) -> Numbers:
    """For each day, the sum of the last `window` days with it."""
    whole = np.concatenate([np.zeros((len(numbers), 1)), np.cumsum(numbers, axis=1)], axis=1)
    day = np.arange(numbers.shape[1])
    found: Numbers = whole[:, day + 1] - whole[:, np.maximum(day + 1 - window, 0)]
    return found


def _spreads(counts: Numbers, expected: Numbers, weights: Numbers, given: Parameters) -> Numbers:
    """How much more than a Poisson's the counts of each window vary about what was expected."""
    believed, usual = SPREAD_PRIOR
    found = []
    for window in given.windows:
        have, should = windowed(counts, window), windowed(expected, window)
        whole = windowed(weights, window) / window  # a window half unknown tells half
        square = (have - should) ** 2 / np.maximum(should, 0.2)
        told = (whole * square).sum(axis=1) / window
        number = whole.sum(axis=1) / window
        found.append((believed * usual + told) / (believed + number))
    told_apart: Numbers = np.maximum(np.stack(found, axis=1), LEAST_SPREAD)
    return told_apart


def _usual(counts: Numbers, expected: Numbers, spread: Numbers, given: Parameters) -> Numbers:
    """What each day teaches: less the further its week was above what was expected."""
    should = windowed(expected, 7)
    sigma = np.sqrt(np.maximum(should, 0.2) * spread[:, -1:])
    above = (windowed(counts, 7) - should) / sigma
    # A week's rise is spread over its days: a day counts as little as the worst week it is in.
    worst = np.stack([np.roll(above, -n, axis=1) for n in range(7)]).max(axis=0)
    worst[:, -6:] = above[:, -6:]
    cut = given.downweight_from
    found: Numbers = np.where(worst > cut, (cut / np.maximum(worst, cut)) ** 2, 1.0)
    return found
