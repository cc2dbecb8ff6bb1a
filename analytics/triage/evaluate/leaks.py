"""Probes that need a classifier: does a random split flatter, do dealt labels teach, do rules do?

They take any learner; `light` is a cheap one for the tests, the model itself is used in a report.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.model_selection import GroupKFold, KFold
from sklearn.svm import LinearSVC

from analytics.triage.calibration import Flags
from analytics.triage.evaluate.probes import Gate, mask
from analytics.triage.evaluate.rules import by_rules, majority
from analytics.triage.labels import CATEGORY
from analytics.triage.normalise import normalise
from analytics.triage.rows import Row

Learner = Callable[[Sequence[Row], Sequence[Row]], Sequence[str]]
"""Rows to learn from and rows to judge: the category guessed for each of the latter."""

GAP, CHANCE = 0.05, 0.05


def light(learnt: Sequence[Row], judged: Sequence[Row]) -> list[str]:
    """Words and pairs of words, linear support vectors: a tenth of a second."""
    vectoriser = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, token_pattern=r"(?u)\w+")
    features = vectoriser.fit_transform([normalise(row.text) for row in learnt])
    model = LinearSVC(C=0.5, random_state=0).fit(features, [row.category for row in learnt])
    found = model.predict(vectoriser.transform([normalise(row.text) for row in judged]))
    return [str(label) for label in found]


def gap_gate(random: Flags, unread: Flags) -> Gate:
    """What a random split would boast of: accuracy with the writer's other messages learnt, minus
    accuracy on writers not read; the same messages in both."""
    return Gate("random minus unread writers", float(random.mean() - unread.mean()), GAP, most=True)


def dealt_gate(right: Flags, rows: Sequence[Row]) -> Gate:
    """Dealt labels teach nothing unless texts stand on both sides: near the largest class."""
    largest = [row.category for row in rows].count(majority([row.category for row in rows]))
    return Gate("dealt labels learnt", float(right.mean()), largest / len(rows) + CHANCE, most=True)


def rules_gate(rules: Flags, learnt: Flags) -> Gate:
    """How much better than keywords on people's messages; must be more than nothing."""
    return Gate("gain over keyword rules", float(learnt.mean() - rules.mean()), 0.001)


def by_writer(rows: Sequence[Row], learn: Learner, folds: int = 7) -> Flags:
    """Which rows a learner gets right when it has not read their writer."""
    writers = [row.author for row in rows]
    return _right(rows, learn, GroupKFold(min(folds, len(set(writers)))), writers)


def at_random(rows: Sequence[Row], learn: Learner, seed: int, folds: int = 7) -> Flags:
    """Which rows it gets right when it has read other messages of the same writers."""
    return _right(rows, learn, KFold(folds, shuffle=True, random_state=seed), None)


def dealt(rows: Sequence[Row], seed: int) -> list[Row]:
    """The same rows with categories dealt anew, one for each distinct masked text.

    A text that stands twice keeps one label in both places, so copies betray themselves.
    """
    draw = np.random.default_rng(seed)
    distinct = list(dict.fromkeys(mask(row.text) for row in rows))
    labels = draw.choice([row.category for row in rows], len(distinct))
    given = dict(zip(distinct, map(str, labels), strict=True))
    return [replace(row, category=given[mask(row.text)]) for row in rows]


def rules_right(rows: Sequence[Row]) -> Flags:
    """Which rows the keyword rules get right; the most frequent category where they say nothing."""
    guess = by_rules(CATEGORY, [row.text for row in rows], majority([row.category for row in rows]))
    return np.array(
        [CATEGORY.labels[at] == row.category for at, row in zip(guess, rows, strict=True)]
    )


def _right(
    rows: Sequence[Row], learn: Learner, splitter: GroupKFold | KFold, groups: list[str] | None
) -> Flags:
    right = np.zeros(len(rows), dtype=bool)
    for learnt, judged in splitter.split(rows, groups=groups):
        guesses = learn([rows[at] for at in learnt], [rows[at] for at in judged])
        right[judged] = [
            rows[at].category == guess for at, guess in zip(judged, guesses, strict=True)
        ]
    return right
