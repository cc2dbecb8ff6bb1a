"""Trains the triage model and calibrates it on messages of writers it has not read.

The same rows and seed give the same figures and the same version. Prediction never imports this.
"""

import platform
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import GroupKFold

from analytics.triage.calibration import (
    confidence_for,
    fit_logistic,
    fit_temperature,
    threshold_for_recall,
)
from analytics.triage.fitting import concerned, fit, truth, weights_of
from analytics.triage.labels import HEADS, URGENT, columns
from analytics.triage.model import Model, Settings, calibrated, confidence, routes
from analytics.triage.rows import Row, data_hash, without_repeats
from analytics.triage.storage import Manifest, content_hash, version_of

SEED = 20260701
FOLDS = 7
SURE_ACCURACY = 0.90
URGENT_RECALL = 0.90


class TooFewWriters(ValueError):
    """Calibration needs messages of at least two writers, to hold one out."""

    def __init__(self, found: int) -> None:
        super().__init__(f"author: {found} writer(s) in the rows, at least 2 are needed: add rows")


@dataclass(frozen=True)
class HeldOut:
    """Scores of each row by a model that never read its writer. `scores`: (rows, outputs)."""

    rows: tuple[Row, ...]
    scores: NDArray[np.float32]


def train(rows: Sequence[Row], seed: int = SEED, held_out: HeldOut | None = None) -> Model:
    """A calibrated model of all rows; repeats are dropped, the last of each kept.

    `held_out` saves the cross-validation when the caller has it of the same rows and seed.
    """
    kept = without_repeats(rows)
    settings = settle(held_out or hold_out(kept, seed))
    weights = weights_of(fit(kept, seed))
    return Model(weights, settings, version_of(content_hash(weights, settings)))


def train_with_manifest(rows: Sequence[Row], when: str, seed: int = SEED) -> tuple[Model, Manifest]:
    """The model of `train` and what is to be known of it; `when` is the caller's date."""
    held_out = hold_out(rows, seed)
    model = train(rows, seed, held_out)
    manifest = Manifest(
        version=model.version,
        when=when,
        content_hash=content_hash(model.weights, model.settings),
        data_hash=data_hash(held_out.rows),
        rows=len(held_out.rows),
        seed=seed,
        libraries=_libraries(),
        metrics={},
    )
    return model, manifest


def hold_out(rows: Sequence[Row], seed: int = SEED) -> HeldOut:
    """Scores by leaving writers out: one at a time when there are at most seven of them."""
    kept = without_repeats(rows)
    authors = [row.author for row in kept]
    folds = min(FOLDS, len(set(authors)))
    if folds < 2:
        raise TooFewWriters(folds)
    scores = np.zeros((len(kept), columns()["urgent"].stop), dtype=np.float32)
    for learnt, judged in GroupKFold(folds).split(kept, groups=authors):
        fitted = fit([kept[at] for at in learnt], seed)
        scores[judged] = fitted.scores([kept[at].text for at in judged])
    return HeldOut(tuple(kept), scores)


def settle(held_out: HeldOut) -> Settings:
    """Temperatures and thresholds from held-out scores."""
    rows, scores = held_out.rows, held_out.scores.astype(np.float64)
    curves = {}
    for head in HEADS:
        kept = concerned(head, rows)
        part = scores[kept, columns()[head.name]]
        labels = [truth(head, row) for row, keep in zip(rows, kept, strict=True) if keep]
        if head is URGENT:
            curves[head.name] = fit_logistic(part[:, 0], np.array(labels) == "true")
        else:
            places = np.array([head.labels.index(label) for label in labels])
            curves[head.name] = fit_temperature(part, places)
    chances = calibrated(held_out.scores, Settings(curves, 0.0, 0.0))
    right = np.array(routes(chances)) == np.array([route(row) for row in rows])
    urgent = np.array([row.urgent for row in rows])
    return Settings(
        curves,
        confidence_for(SURE_ACCURACY, confidence(chances), right),
        threshold_for_recall(URGENT_RECALL, chances["urgent"][:, 0], urgent),
    )


def route(row: Row) -> str:
    """Where a message goes: a complaint by its category, anything else by its intent."""
    return row.category if row.intent == "complaint" else row.intent


def _libraries() -> dict[str, str]:
    names = ("numpy", "scikit-learn", "scipy")
    return {"python": platform.python_version()} | {name: version(name) for name in names}
