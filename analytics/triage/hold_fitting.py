"""Learns the hold from held-out chances, each writer by the others, and sets its threshold so that
almost nothing confidential passes both words and model.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache

import numpy as np
from scipy.stats import beta
from sklearn.linear_model import LogisticRegression

from analytics.triage.calibration import Flags, Floats, fit_logistic
from analytics.triage.grave import is_grave
from analytics.triage.holding import Hold, evidence
from analytics.triage.lexicon import screen
from analytics.triage.rows import Row

RECALL = 0.97
"""The promise: the lower 95 % bound on recall of what is confidential, words or model."""


def fit_hold(rows: Sequence[Row], chances: Mapping[str, Floats], alarming: Flags) -> Hold:
    """Weights from all rows, the threshold from chances no writer of which was learnt from.

    `alarming`: what the model raises as urgent, which is held anyway. With nothing confidential
    among the rows, or in one writer alone, nothing can be learnt and every message is held.
    """
    table, grave = evidence(chances), np.array([is_grave(row) for row in rows])
    writers = np.array([row.author for row in rows])
    if len(set(writers[grave])) < 2:
        return Hold((0.0,) * table.shape[1], 0.0, 0.0)
    unseen = np.zeros(len(rows))
    for writer in set(writers):
        mine = writers == writer
        weights, offset = _fit(table[~mine], grave[~mine])
        unseen[mine] = table[mine] @ weights + offset
    curve = fit_logistic(unseen, grave)
    weights, offset = _fit(table, grave)
    held = alarming | np.array([held_by_words(row.text) for row in rows])
    least = 1 / (1 + np.exp(-(curve.slope * _least(unseen[grave & ~held], grave) + curve.offset)))
    return Hold(
        tuple((curve.slope * weights).tolist()),
        float(curve.slope * offset + curve.offset),
        float(least),
    )


@lru_cache(maxsize=20_000)  # every writer's fold asks for the same texts
def held_by_words(text: str) -> bool:
    """Whether the lexicon alone keeps a text for people."""
    said = screen(text)
    return said.confidential or said.unclear or said.danger or said.urgent


def lower_bound(found: int, total: int) -> float:
    """The exact (Clopper-Pearson) one-sided lower 95 % bound of a share."""
    return float(beta.ppf(0.05, found, total - found + 1)) if found else 0.0


def _fit(table: Floats, grave: Flags) -> tuple[Floats, float]:
    """A logistic regression of columns on one scale, its weights for the columns as they are."""
    middle, spread = table.mean(axis=0), table.std(axis=0) + 1e-9
    model = LogisticRegression(C=0.1, class_weight="balanced", max_iter=2_000)
    model.fit((table - middle) / spread, grave)
    weights: Floats = model.coef_[0] / spread
    return weights, float(model.intercept_[0] - weights @ middle)


def _least(passing: Floats, grave: Flags) -> float:
    """The highest score at which so few of those the words pass are missed that the bound holds,
    and one fewer, for writers yet unseen."""
    total, missed = int(grave.sum()), 0
    while missed < total and lower_bound(total - missed - 1, total) >= RECALL:
        missed += 1
    order, allowed = np.sort(passing), max(0, missed - 1)
    return float(order[allowed]) if allowed < len(order) else float("inf")
