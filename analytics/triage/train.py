"""Trains the triage model and calibrates it on messages of writers it has not read.

The same rows and seed give the same figures and the same version. Prediction never imports this.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from joblib import Parallel, delayed  # type: ignore[import-untyped]
from sklearn.model_selection import GroupKFold
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from analytics.triage.calibration import (
    Curve,
    Flags,
    confidence_for,
    fit_logistic,
    fit_temperature,
    threshold_for_recall,
)
from analytics.triage.fitting import Cue, concerned, fit, truth, weights_of
from analytics.triage.hold_fitting import fit_hold
from analytics.triage.labels import SCORED, YES_OR_NO, Head, columns, width
from analytics.triage.model import Model, Settings, calibrated, confidence, routes
from analytics.triage.rows import Row, without_repeats
from analytics.triage.scoring import Singles
from analytics.triage.storage import content_hash, version_of

SEED = 20260701
FOLDS = 7
SURE_ACCURACY = 0.91  # a point above the promised 0.90, for writers yet unseen
URGENT_RECALL = 0.85  # of the model alone; the lexicon is or-ed with it


class TooFewWriters(ValueError):
    """Calibration needs messages of at least two writers who may judge, to hold one out."""

    def __init__(self, found: int) -> None:
        super().__init__(f"author: {found} writer(s) in the rows, at least 2 are needed: add rows")


class MayNotJudge(ValueError):
    """A row that only trains is about to stand in a figure that people decide by."""

    def __init__(self, row: Row) -> None:
        super().__init__(
            f"source: {row.id} of {row.author} is {row.source!r}, and only `team` rows judge: "
            "leave it to training"
        )


@dataclass(frozen=True)
class HeldOut:
    """Scores of each row by a model that never read its writer. `scores`: (rows, outputs)."""

    rows: tuple[Row, ...]
    scores: Singles

    def part(self, kept: Flags) -> "HeldOut":
        """The rows that are kept, with their scores."""
        rows = tuple(row for row, keep in zip(self.rows, kept, strict=True) if keep)
        return HeldOut(rows, self.scores[kept])


def train(rows: Sequence[Row], seed: int = SEED, held_out: HeldOut | None = None) -> Model:
    """A calibrated model of all rows; repeats are dropped, the last of each kept.

    `held_out` saves the cross-validation when the caller has it of the same rows and seed.
    """
    kept = without_repeats(rows)
    settings = settle(held_out or hold_out(kept, seed))
    weights = weights_of(fit(kept, seed))
    return Model(weights, settings, version_of(content_hash(weights, settings)))


def hold_out(
    rows: Sequence[Row],
    seed: int = SEED,
    cues: Sequence[Cue] | None = None,
    processes: int = 1,
) -> HeldOut:
    """Scores of the rows that judge, each by a model that never read its writer.

    `cues`: as in `fitting.fit`. `processes`: how many fits at once. Raises `TooFewWriters`.
    """
    kept = without_repeats(rows)
    scores = np.zeros((len(kept), width()), dtype=np.float32)
    parts = folds(kept)
    work = [
        ([kept[at] for at in learnt], seed, [[kept[at].text for at in judged]], cues)
        for learnt, judged in parts
    ]
    found = Parallel(n_jobs=processes)(delayed(scored)(*one) for one in work)
    for (_, judged), (part,) in zip(parts, found, strict=True):
        scores[judged] = part
    return HeldOut(tuple(kept), scores).part(np.array([row.judges for row in kept]))


def scored(
    learnt: Sequence[Row],
    seed: int,
    guises: Sequence[Sequence[str]],
    cues: Sequence[Cue] | None = None,
) -> list[Singles]:
    """Scores of texts, guise by guise, by one model of what is learnt."""
    # One thread: more of them wait for each other on matrices this small.
    with threadpool_limits(limits=1):
        fitted = fit(learnt, seed, cues)
        return [fitted.scores(texts).astype(np.float32) for texts in guises]


def folds(rows: Sequence[Row]) -> list[tuple[list[int], list[int]]]:
    """Positions to learn from and to judge: no writer is ever in both, and only rows that may
    judge are judged; all others are learnt from in every fold. Raises `TooFewWriters`."""
    judges = np.array([at for at, row in enumerate(rows) if row.judges])
    authors = [row.author for row in rows if row.judges]
    count = min(FOLDS, len(set(authors)))
    if count < 2:
        raise TooFewWriters(count)
    return [
        (without_writers(rows, {authors[at] for at in judged}), judges[judged].tolist())
        for _, judged in GroupKFold(count).split(authors, groups=authors)
    ]


def without_writers(rows: Sequence[Row], writers: set[str]) -> list[int]:
    """Positions of what others wrote: a writer's rows of another source are left out too."""
    return [at for at, row in enumerate(rows) if row.author not in writers]


def settle(held_out: HeldOut) -> Settings:
    """Temperatures and thresholds from held-out scores. Raises `MayNotJudge`."""
    rows = held_out.rows
    only_the_team(rows)
    curves = {head.name: _curve(head, held_out) for head in SCORED}
    chances = calibrated(held_out.scores, curves)
    right = np.array(routes(chances)) == np.array([route(row) for row in rows])
    urgent = np.array([row.urgent for row in rows])
    alarm = threshold_for_recall(URGENT_RECALL, chances["urgent"][:, 0], urgent)
    return Settings(
        curves,
        confidence_for(SURE_ACCURACY, confidence(chances), right),
        alarm,
        fit_hold(rows, chances, chances["urgent"][:, 0] >= alarm),
    )


def only_the_team(rows: Sequence[Row]) -> None:
    """Raises `MayNotJudge` for the first row of another source than the team."""
    for row in rows:
        if not row.judges:
            raise MayNotJudge(row)


def route(row: Row) -> str:
    """Where a message goes: a complaint by its category, anything else by its intent."""
    return row.category if row.intent == "complaint" else row.intent


def _curve(head: Head, held_out: HeldOut) -> Curve:
    kept = concerned(head, held_out.rows)
    part = held_out.scores[kept][:, columns()[head.name]].astype(np.float64)
    labels = [truth(head, row) for row, keep in zip(held_out.rows, kept, strict=True) if keep]
    if head in YES_OR_NO:
        return fit_logistic(part[:, 0], np.array(labels) == "true")
    return fit_temperature(part, np.array([head.labels.index(label) for label in labels]))
