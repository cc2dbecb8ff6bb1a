"""`make game`: every strategy played, the table of what it gains; exit code 1 when one pays.

`make game ARGS=write` also writes down what was measured (gains.csv, found.csv) and the pages made
of it; `make game ARGS=recall` measures planted fraud found and honest quarters flagged.
"""

from __future__ import annotations

import csv
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from statistics import fmean

from analytics.integrity import Signal
from tests.game import recall
from tests.game.play import DOSES, HELD, LIMIT, Gain, play
from tests.game.recall import Found
from tests.game.strategies import STRATEGIES

HERE = Path(__file__).parent
GAINS, FOUND = HERE / "gains.csv", HERE / "found.csv"
PAGE = HERE.parents[1] / "docs" / "integrity.md"
SEEDS = (0, 1, 2, 3)
PLANTED_IN, HONEST = 8, 200
"""Worlds in which fraud is planted (six offices each), and honest worlds (twenty each)."""
BEGIN, END = "<!-- {} -->", "<!-- end of {} -->"

# What the table shows: a column, the figures it is the largest gain of.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "scorecard": ("scorecard",),
    "verified": ("verified",),
    "confirmed": ("citizen_confirmed",),
    "drawn survey": ("satisfaction", "charter_time_kept", "courtesy"),
    "contract": ("contract",),
    "*declared*": ("resolved", "resolved_in_time", "acknowledged_in_time"),
    "*open codes*": ("open_codes",),
}


def main(words: Sequence[str]) -> int:
    """Measure, print, write down where asked; the exit code says whether anything pays."""
    if "recall" in words:
        found = measured_recall()
        _say(recall.table(found))
        if "write" in words:
            _write_found(found)
            write_page()
        return 0
    gains = measured_gains()
    _say(table(gains))
    _say("\n".join(verdict(gains)))
    if "write" in words:
        _write_gains(gains)
        write_page()
    return 1 if any(gain.pays for gain in gains) else 0


def measured_gains() -> list[Gain]:
    """Over all seeds, two worlds at a time."""
    with ProcessPoolExecutor(2) as pool:
        parts = list(pool.map(_one_seed, SEEDS))
    rows: dict[tuple[str, float], list[Gain]] = defaultdict(list)
    for gain in (gain for part in parts for gain in part):
        rows[gain.strategy, gain.dose].append(gain)
    return [_mean(rows[name, dose]) for name in STRATEGIES for dose in DOSES]


def measured_recall() -> list[Found]:
    """Planted and honest worlds, shared between two processes."""
    halves = [(range(start, PLANTED_IN, 2), range(start, HONEST, 2)) for start in (0, 1)]
    with ProcessPoolExecutor(2) as pool:
        one, two = pool.map(_one_half, halves)
    return [
        Found(a.signal, a.planted + b.planted, a.found + b.found, a.honest + b.honest,
              a.flagged + b.flagged)
        for a, b in zip(one, two, strict=True)
    ]  # fmt: skip


def table(gains: Iterable[Gain]) -> str:
    """For each strategy the most it gains at any dose, in points of 100."""
    of: dict[str, list[Gain]] = defaultdict(list)
    for gain in gains:
        of[gain.strategy].append(gain)
    lines = [
        f"| strategy | {' | '.join(COLUMNS)} | flagged |",
        f"|---|{'---|' * (len(COLUMNS) + 1)}",
    ]
    for name, played in of.items():
        most = [_points(max(gain.points[f] for gain in played for f in figures))
                for figures in COLUMNS.values()]  # fmt: skip
        full = max(played, key=lambda gain: gain.dose)
        lines.append(f"| {name} | {' | '.join(most)} | {100 * full.flagged:.0f} % |")
    return "\n".join(lines)


def verdict(gains: Sequence[Gain]) -> list[str]:
    """What pays, or that nothing does."""
    paying = [
        f"PAYS: {gain.strategy} at dose {gain.dose}: "
        + ", ".join(f"{f} {gain.points[f]:+.2f}" for f in HELD if gain.points[f] > LIMIT)
        for gain in gains
        if gain.pays
    ]
    return paying or [f"No strategy gains more than {LIMIT:.0f} point in {', '.join(HELD)}."]


def written_gains() -> list[Gain]:
    """What was measured when the page was written."""
    with GAINS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    own = ("strategy", "dose", "truly_solved", "flagged")
    return [
        Gain(
            row["strategy"], float(row["dose"]),
            {name: float(value) for name, value in row.items() if name not in own},
            float(row["truly_solved"]), float(row["flagged"]),
        )
        for row in rows
    ]  # fmt: skip


def written_recall() -> list[Found]:
    """The same of planted fraud and honest quarters."""
    with FOUND.open(encoding="utf-8", newline="") as file:
        return [
            Found(Signal(row["signal"]), *(int(row[name]) for name in _COUNTS))
            for row in csv.DictReader(file)
        ]


def page(text: str) -> str:
    """A text with its tables as they were measured, between their marks."""
    made = {"game": table(written_gains()), "recall": recall.table(written_recall())}
    for name, lines in made.items():
        begin, end = BEGIN.format(name), END.format(name)
        if begin in text:
            head, _, rest = text.partition(begin)
            text = f"{head}{begin}\n{lines}\n{end}{rest.partition(end)[2]}"
    return text


def write_page() -> None:
    """Put the tables into the page that tells of them."""
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")


_COUNTS = ("planted", "found", "honest", "flagged")


def _one_seed(seed: int) -> list[Gain]:
    return play([seed])


def _one_half(seeds: tuple[range, range]) -> list[Found]:
    return recall.measure(*seeds)


def _mean(rows: Sequence[Gain]) -> Gain:
    """Each seed has as many cheating offices as the others."""
    return Gain(
        rows[0].strategy, rows[0].dose,
        {figure: fmean(row.points[figure] for row in rows) for figure in rows[0].points},
        fmean(row.truly_solved for row in rows),
        fmean(row.flagged for row in rows),
    )  # fmt: skip


def _points(value: float) -> str:
    return f"{0.0 if abs(value) < 0.005 else value:+.2f}"


def _write_gains(gains: Sequence[Gain]) -> None:
    with GAINS.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["strategy", "dose", *gains[0].points, "truly_solved", "flagged"])
        for gain in gains:
            numbers = [*gain.points.values(), gain.truly_solved, gain.flagged]
            writer.writerow([gain.strategy, gain.dose, *(f"{number:.4f}" for number in numbers)])


def _write_found(found: Sequence[Found]) -> None:
    with FOUND.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["signal", *_COUNTS])
        writer.writerows([row.signal, *(getattr(row, name) for name in _COUNTS)] for row in found)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
