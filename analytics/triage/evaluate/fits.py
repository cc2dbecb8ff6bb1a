"""Many fits, several at once, each asked about messages whose writer it has or has not read."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from joblib import Parallel, delayed  # type: ignore[import-untyped]

from analytics.triage.rows import Row
from analytics.triage.scoring import Singles
from analytics.triage.train import HeldOut, scored

Told = Callable[[float], None]
"""Is told from time to time which share of the work is done."""


@dataclass(frozen=True)
class Fit:
    """What is learnt, and what is asked: positions of rows, and their texts in each guise.

    `guises`: the rows' own texts first, then the same messages with noise.
    """

    learnt: tuple[Row, ...]
    judged: tuple[int, ...]
    guises: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Answers:
    """Scores by guise of all rows that one plan's fits judged, in the order of the rows."""

    at: tuple[int, ...]
    guises: tuple[Singles, ...]

    def held_out(self, rows: Sequence[Row], guise: int = 0) -> HeldOut:
        """The judged rows with their scores."""
        return HeldOut(tuple(rows[at] for at in self.at), self.guises[guise])


Plans = Mapping[str, Sequence[Fit]]


def run(
    plans: Plans, seed: int, processes: int = 1, told: Told = lambda _: None
) -> dict[str, Answers]:
    """The answers of every plan. Same plans and seed, same answers, by any number of processes."""
    fits = [one for plan in plans.values() for one in plan]
    whole, done = sum(len(one.learnt) for one in fits), 0
    found = []
    work = Parallel(n_jobs=processes, return_as="generator")(
        delayed(scored)(one.learnt, seed, one.guises) for one in fits
    )
    for one, scores in zip(fits, work, strict=True):
        found.append(scores)
        done += len(one.learnt)
        told(done / whole)
    results = iter(found)
    return {name: _gathered(plan, results) for name, plan in plans.items()}


def _gathered(plan: Sequence[Fit], results: Iterator[list[Singles]]) -> Answers:
    each = [next(results) for _ in plan]
    at = np.concatenate([one.judged for one in plan])
    order = np.argsort(at, kind="stable")
    guises = [np.concatenate(parts)[order] for parts in zip(*each, strict=True)]
    return Answers(tuple(at[order].tolist()), tuple(guises))
