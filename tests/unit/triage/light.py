"""A cheap classifier of categories for the gates of the corpus: a report asks the model itself."""

from collections.abc import Sequence

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.model_selection import GroupKFold, KFold
from sklearn.svm import LinearSVC

from analytics.triage.calibration import Flags
from analytics.triage.normalise import normalise
from analytics.triage.rows import Row


def by_writer(rows: Sequence[Row], folds: int = 7) -> Flags:
    """Which rows a learner gets right when it has not read their writer."""
    writers = [row.author for row in rows]
    return _right(rows, GroupKFold(min(folds, len(set(writers)))), writers)


def at_random(rows: Sequence[Row], seed: int, folds: int = 7) -> Flags:
    """Which rows it gets right when it has read other messages of the same writers."""
    return _right(rows, KFold(folds, shuffle=True, random_state=seed), None)


def _right(rows: Sequence[Row], splitter: GroupKFold | KFold, groups: list[str] | None) -> Flags:
    right = np.zeros(len(rows), dtype=bool)
    for learnt, judged in splitter.split(rows, groups=groups):
        guesses = _guesses([rows[at] for at in learnt], [rows[at] for at in judged])
        right[judged] = [
            rows[at].category == guess for at, guess in zip(judged, guesses, strict=True)
        ]
    return right


def _guesses(learnt: Sequence[Row], judged: Sequence[Row]) -> list[str]:
    """Words and pairs of words, linear support vectors: a tenth of a second."""
    vectoriser = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, token_pattern=r"(?u)\w+")
    features = vectoriser.fit_transform([normalise(row.text) for row in learnt])
    model = LinearSVC(C=0.5, random_state=0).fit(features, [row.category for row in learnt])
    found = model.predict(vectoriser.transform([normalise(row.text) for row in judged]))
    return [str(label) for label in found]
