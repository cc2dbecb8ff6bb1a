"""Delay, recall and false alarms over invented years: `python -m tests.bench.emerging`.

`share` of the full volumes as an argument; 1 takes minutes.  The table of docs/emerging.md.
"""

import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from time import process_time

import numpy as np

from tests.bench.emerging_methods import compared
from tests.bench.emerging_watch import Alarm, watch
from tests.bench.emerging_world import DAYS, LEARN, SIZES, Rise, Years, invent

WEEKS = (DAYS - LEARN) / 7
CLASSES = {"under 1": 1.0, "1 to 30": 30.0, "over 30": np.inf}
"""Bodies by complaints a day."""
LATE = 3
"""Days after its last report from which finding a rise helps nobody."""


@dataclass(frozen=True)
class Found:
    """A planted rise, and after how many days it was raised (None: never)."""

    rise: Rise
    volume: float
    delay: int | None


def judged(years: Years, alarms: Sequence[Alarm]) -> list[Found]:
    first: dict[int, int] = {}
    for alarm in alarms:
        if alarm.true:
            first.setdefault(alarm.rise, alarm.day)
    found = []
    for number, rise in enumerate(years.rises):
        began = years.day[years.rise == number].min()
        day = first.get(number)
        late = day is None or day > rise.last + LATE
        volume = years.bodies[int(rise.place.institution[1:])][1]
        found.append(Found(rise, volume, None if late else int(day - began)))
    return found


def recall(found: Sequence[Found]) -> str:
    """Recall, median and 90th percentile of the delay, by size and by the body's volume."""
    heads = [f"bodies of {name} a day" for name in CLASSES]
    first = "| citizens in all | found | delay, days (median; 90th percentile) | "
    lines = [f"{first}{' | '.join(heads)} |"]
    lines += ["|---|---|---|" + "---|" * len(CLASSES)]
    for size in SIZES:
        of_size = [one for one in found if one.rise.size == size]
        cells = [_share(of_size), _delays(of_size)]
        low = 0.0
        for high in CLASSES.values():
            cells.append(_share([one for one in of_size if low < one.volume <= high]))
            low = high
        lines.append(f"| {size} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def shapes(found: Sequence[Found]) -> str:
    """The same by how the rise came, of those of twenty citizens or more."""
    lines = ["| shape (20 citizens or more) | found | delay, days |", "|---|---|---|"]
    for shape in dict.fromkeys(one.rise.shape for one in found):
        those = [one for one in found if one.rise.shape == shape and one.rise.size >= 20]
        lines.append(f"| {shape} | {_share(those)} | {_delays(those)} |")
    return "\n".join(lines)


def false(alarms: Sequence[Alarm], years: Years) -> str:
    """False alarms a week in all, for one body and one county, by kind."""
    wrong = [alarm.problem.best for alarm in alarms if not alarm.true]
    kinds = Counter("terms" if one.term else "volume" for one in wrong)
    bodies = sum(bool(one.place.institution) for one in wrong) / (len(years.bodies) - 1)
    counties = sum(not one.place.institution for one in wrong) / 47
    again = sum(alarm.true for alarm in alarms) - len({a.rise for a in alarms if a.true})
    return (
        f"{len(wrong) / WEEKS:.2f} a week in all ({kinds['volume'] / WEEKS:.2f} by volume, "
        f"{kinds['terms'] / WEEKS:.2f} by terms); one a body in {_years(bodies)} years, one a "
        f"county in {_years(counties)}; second alarms for one rise: {again}"
    )


def _years(a_year: float) -> str:
    return f"{1 / a_year:.1f}" if a_year else "more than one"


def _share(found: Sequence[Found]) -> str:
    if not found:
        return "-"
    hits = sum(one.delay is not None for one in found)
    return f"{hits}/{len(found)} ({100 * hits / len(found):.0f} %)"


def _delays(found: Sequence[Found]) -> str:
    delays = [one.delay for one in found if one.delay is not None]
    if not delays:
        return "-"
    return f"{np.median(delays):.0f}; {np.percentile(delays, 90):.0f}"


def report(share: float, seed: int = 30) -> str:
    began = process_time()
    years = invent(seed, share)
    alarms = watch(years)
    calm = invent(seed + 1, share, planted=0)
    shuffled = invent(seed + 2, share, planted=0, clumps=False)
    shuffled.text[:] = _shuffled(shuffled, seed)
    found = judged(years, alarms)
    parts = [
        f"{len(years.day):,} complaints in two years, {len(years.bodies) - 1} bodies, 47 counties;"
        f" {len(years.rises)} rises planted in the second year.",
        recall(found), shapes(found),
        f"False alarms beside the rises: {false(alarms, years)}.",
        f"In a year without any rise: {false(watch(calm), calm)}.",
        f"The same with its texts shuffled: {false(watch(shuffled), shuffled)}.",
        compared(years, calm),
        f"{process_time() - began:.0f} CPU seconds.",
    ]  # fmt: skip
    return "\n\n".join(parts)


def _shuffled(years: Years, seed: int) -> np.ndarray:
    """Every body keeps its texts and its days; which is said when is drawn by lot."""
    rng, text = np.random.default_rng(seed), years.text.copy()
    for body in range(len(years.bodies)):
        here = np.flatnonzero(years.body == body)
        text[here] = rng.permutation(text[here])
    return text


if __name__ == "__main__":
    print(report(float(sys.argv[1]) if len(sys.argv) > 1 else 0.3))
