"""Ways to judge volumes, each at the threshold that costs as many false alarms in a calm year."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from analytics.alarms import PARAMETERS, baseline
from analytics.alarms.seasons import windowed
from analytics.alarms.volumes import chances, worth_telling
from tests.bench.emerging_world import DAYS, HOLIDAYS, LEARN, Years

FALSE_A_WEEK = 0.5
QUIET = 7


def compared(years: Years, calm: Years) -> str:
    """Recall and delay of each way over the planted rises of bodies, by volume alone."""
    lines = [
        "| volumes judged by | found, 20 citizens or more | median delay, days |", "|---|---|---|",
    ]  # fmt: skip
    for name, way in WAYS.items():
        edge = _edge(way(_counts(calm), calm))
        scores = way(_counts(years), years)
        delays, of = [], 0
        for rise in (rise for rise in years.rises if rise.size >= 20):
            of += 1
            body = int(rise.place.institution[1:])
            days = np.flatnonzero(scores[body, rise.first : rise.last + 4] >= edge)
            delays += [int(days[0])] if len(days) else []
        share = 100 * len(delays) / of
        median = f"{np.median(delays):.0f}" if delays else "-"
        lines.append(f"| {name} | {len(delays)}/{of} ({share:.0f} %) | {median} |")
    return "\n".join(lines)


def _counts(years: Years) -> np.ndarray:
    flat = years.body * DAYS + years.day
    number = len(years.bodies)
    return np.bincount(flat, minlength=number * DAYS).reshape(number, DAYS).astype(float)


def _edge(scores: np.ndarray) -> float:
    """The threshold at which a calm year's separate alarms are as few as wanted."""
    wanted = FALSE_A_WEEK * (DAYS - LEARN) / 7
    low, high = 0.0, float(scores[:, LEARN:].max())
    for _ in range(30):
        middle = (low + high) / 2
        low, high = (middle, high) if _episodes(scores >= middle) > wanted else (low, middle)
    return high


def _episodes(over: np.ndarray) -> int:
    over = over[:, LEARN:]
    before = windowed(over.astype(float), QUIET + 1) - over
    return int((over & (before == 0)).sum())


def ours(counts: np.ndarray, years: Years) -> np.ndarray:
    return _by_curve(counts, years, slice(None))


def one_day(counts: np.ndarray, years: Years) -> np.ndarray:
    """The same curve, the last day alone."""
    return _by_curve(counts, years, slice(1))


def _by_curve(counts: np.ndarray, years: Years, windows: slice) -> np.ndarray:
    found = np.zeros_like(counts)
    for week in range(LEARN, DAYS, 7):
        end, last = min(week + 7, DAYS), slice(week - 7, min(week + 7, DAYS))
        usual = baseline(counts[:, :end], years.dates[:end], HOLIDAYS, week - PARAMETERS.guard + 1)
        lately = replace(usual, expected=usual.expected[:, last], level=usual.level[:, last])
        observed, mean, chance = (n[windows] for n in chances(counts[:, last], lately))
        least = np.where(worth_telling(observed, mean), chance, 1.0).min(axis=0)
        found[:, week:end] = -np.log10(least[:, 7:])
    return found


def ears(counts: np.ndarray, years: Years) -> np.ndarray:
    """EARS C2: the day against mean and deviation of the seven days before the last two."""
    found = np.zeros_like(counts)
    for day in range(LEARN, DAYS):
        before = counts[:, day - 9 : day - 2]
        spread = np.maximum(before.std(axis=1, ddof=1), 0.5)
        found[:, day] = np.maximum((counts[:, day] - before.mean(axis=1)) / spread, 0)
    return found


def farrington(counts: np.ndarray, years: Years) -> np.ndarray:
    """Weeks against the same weeks of last year and the last two months, quasi-Poisson."""
    weeks = windowed(counts, 7)
    found = np.zeros_like(counts)
    for day in range(LEARN, DAYS):
        ago = [n for n in (*range(14, 64, 7), *range(343, 386, 7)) if day - n >= 6]
        before = weeks[:, [day - n for n in ago]]
        mean = np.maximum(before.mean(axis=1), 0.3)
        spread = np.maximum(before.var(axis=1, ddof=1) / mean, 1.0)
        # The two-thirds power makes a Poisson nearly normal, as Farrington's own threshold has it.
        sigma = 1.5 * (weeks[:, day] ** (2 / 3) - mean ** (2 / 3)) / mean ** (1 / 6)
        found[:, day] = np.maximum(sigma / np.sqrt(spread * (1 + 1 / len(ago))), 0)
    return found


def cusum(counts: np.ndarray, years: Years) -> np.ndarray:
    """A cumulative sum of what is above the mean of eight weeks, half a deviation let pass."""
    found, held = np.zeros_like(counts), np.zeros(len(counts))
    for day in range(63, DAYS):
        before = counts[:, day - 63 : day - 7]
        spread = np.maximum(before.std(axis=1, ddof=1), 0.5)
        held = np.maximum(0, held + (counts[:, day] - before.mean(axis=1)) / spread - 0.5)
        found[:, day] = held
        held = np.minimum(held, 12)
    return found


WAYS: dict[str, Callable[[np.ndarray, Years], np.ndarray]] = {
    "curve, level, negative binomial; 1, 3 and 7 days (ours)": ours,
    "the same, 1 day": one_day,
    "EARS C2": ears,
    "weeks as Farrington and others": farrington,
    "CUSUM over eight weeks": cusum,
}
