"""From labelled rows to one matrix: a shared TF-IDF, and linear classifiers for each head.

Everything that needs scikit-learn is here; prediction never imports this file.
"""

import csv
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack, vstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import ComplementNB
from sklearn.pipeline import FeatureUnion
from sklearn.svm import LinearSVC

from analytics.triage.grave import is_grave_or_near, was_read
from analytics.triage.labels import (
    CONFIDENTIAL,
    LANG,
    SCORED,
    URGENT,
    YES_OR_NO,
    Head,
    columns,
    width,
)
from analytics.triage.mixture import TONGUES, mixtures
from analytics.triage.normalise import normalise
from analytics.triage.reading import CHAR_NGRAMS, WORD_NGRAMS, WORD_PATTERN, Vocabulary
from analytics.triage.rows import Row
from analytics.triage.scoring import Weights

WORDS_IN, CHARS_IN = 2, 3
"""So many messages must have an n-gram. Three for characters: a sixth fewer to keep in memory, for
a thousandth of macro-F1."""

# A label may be missing from a small training set: its score must lose, not crash.
UNSEEN = -10.0


@dataclass(frozen=True)
class Recipe:
    """How one head is fitted; chosen by leaving each writer out.

    `penalty`: C of the support vectors. `bayes`: how much of a complement naive Bayes is added to
    their scores. `cues`: the weight of a phrase of `cues.csv` beside a message's 1.
    """

    penalty: float
    bayes: float = 0.0
    cues: float = 0.0


RECIPES = {
    "intent": Recipe(penalty=0.3, bayes=0.12, cues=1.0),
    "category": Recipe(penalty=0.5, bayes=0.4, cues=1.0),
    "sector": Recipe(penalty=0.2, bayes=0.4, cues=2.0),
    "urgent": Recipe(penalty=0.2),
    "confidential": Recipe(penalty=0.1),
}


@dataclass(frozen=True)
class Cue:
    """A phrase that speaks for one label of one head, from general knowledge."""

    head: str
    label: str
    phrase: str


@dataclass(frozen=True)
class Fitted:
    """The scikit-learn side of a model: kept for checking the arrays against it.

    `estimators`: by head. Language has two logistic regressions, over the n-grams and over n-grams
    with the mixture's figures; `tongue` tells the language of one token.
    """

    vectoriser: FeatureUnion
    estimators: dict[str, tuple[Any, ...]]
    tongue: Any

    def scores(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """The scores by scikit-learn's own arithmetic, columns as `labels.columns()`."""
        plain = [normalise(text) for text in texts]
        features = self.vectoriser.transform(plain).tocsr()
        figures = _mixtures(self.vectoriser, self.tongue, plain)
        return np.hstack([self._head(head, features, figures) for head in SCORED])

    def _head(self, head: Head, features: Any, figures: Any) -> NDArray[np.float64]:
        estimators = self.estimators[head.name]
        if head in YES_OR_NO:
            return np.asarray(estimators[0].decision_function(features)).reshape(-1, 1)
        if head is LANG:
            alone, mixed = estimators
            both = hstack([features, figures]).tocsr()
            scores = alone.decision_function(features) + mixed.decision_function(both)
        else:
            margin, bayes = estimators
            scores = margin.decision_function(features) + RECIPES[
                head.name
            ].bayes * bayes.predict_joint_log_proba(features)
        return _spread(head, estimators[0].classes_, scores.T, UNSEEN).T


def fit(rows: Sequence[Row], seed: int, cues: Sequence[Cue] | None = None) -> Fitted:
    """The vectoriser and every head's classifiers, fitted on these rows and the cues alone.

    `cues`: those of `cues.csv` when not given; an empty list trains on messages only.
    """
    hints = read_cues() if cues is None else tuple(cues)
    plain = [normalise(row.text) for row in rows]
    vectoriser = _vectoriser().fit([*plain, *(normalise(cue.phrase) for cue in hints)])
    features = vectoriser.transform(plain).tocsr()
    tongue = _fit_tongue(vectoriser, plain, rows, seed)
    estimators = {
        head.name: _fit_head(head, vectoriser, features, rows, hints, seed)
        for head in SCORED
        if head is not LANG
    }
    figures = _mixtures(vectoriser, tongue, plain)
    estimators[LANG.name] = _fit_lang(features, figures, rows, seed)
    return Fitted(vectoriser, estimators, tongue)


@cache
def read_cues() -> tuple[Cue, ...]:
    """The phrases of `cues.csv`."""
    path = Path(__file__).parent / "cues.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return tuple(
            Cue(line["head"], line["label"], phrase)
            for line in csv.DictReader(file)
            for phrase in line["phrases"].split("|")
        )


def truth(head: Head, row: Row) -> str:
    """The row's label for a head, as a text."""
    if head is CONFIDENTIAL:
        return str(is_grave_or_near(row)).lower()
    return str(row.urgent).lower() if head is URGENT else str(getattr(row, head.name))


def concerned(head: Head, rows: Sequence[Row]) -> NDArray[np.bool_]:
    """Which rows a head is trained and judged on."""
    if head is CONFIDENTIAL:
        return np.array([was_read(row) or is_grave_or_near(row) for row in rows])
    return np.array([not head.complaints_only or row.intent == "complaint" for row in rows])


def weights_of(fitted: Fitted) -> Weights:
    """The same model as plain float32 arrays and word lists."""
    parts = dict(fitted.vectoriser.transformer_list)
    words, chars = (tuple(parts[name].get_feature_names_out()) for name in ("words", "chars"))
    spans = columns()
    size = len(words) + len(chars)
    coefficients = np.zeros((size, width()), dtype=np.float32)
    intercepts = np.zeros(width(), dtype=np.float32)
    mixed = np.zeros((len(LANG.labels), 0))
    for head in SCORED:
        pulls, start = _linear(head, fitted.estimators[head.name])
        coefficients[:, spans[head.name]] = pulls[:, :size].T
        intercepts[spans[head.name]] = start
        mixed = pulls[:, size:] if head is LANG else mixed
    return Weights(
        Vocabulary(words, chars),
        np.concatenate([parts["words"].idf_, parts["chars"].idf_]).astype(np.float32),
        coefficients,
        intercepts,
        mixed.T.astype(np.float32),
        fitted.tongue.coef_.T.astype(np.float32),
        fitted.tongue.intercept_.astype(np.float32),
    )


def _vectoriser() -> FeatureUnion:
    shared = {"lowercase": False, "sublinear_tf": True}
    words = TfidfVectorizer(
        ngram_range=WORD_NGRAMS, token_pattern=WORD_PATTERN, min_df=WORDS_IN, **shared
    )
    chars = TfidfVectorizer(analyzer="char_wb", ngram_range=CHAR_NGRAMS, min_df=CHARS_IN, **shared)
    return FeatureUnion([("words", words), ("chars", chars)])


def _fit_head(
    head: Head, vectoriser: Any, features: Any, rows: Sequence[Row], cues: Sequence[Cue], seed: int
) -> tuple[Any, ...]:
    kept, recipe = concerned(head, rows), RECIPES[head.name]
    labels = [truth(head, row) for row, keep in zip(rows, kept, strict=True) if keep]
    learnt, counts = features[kept], np.ones(len(labels))
    mine = [cue for cue in cues if cue.head == head.name]
    if mine:
        hints = vectoriser.transform([normalise(cue.phrase) for cue in mine])
        learnt = vstack([learnt, hints]).tocsr()
        labels += [cue.label for cue in mine]
        counts = np.concatenate([counts, np.full(len(mine), recipe.cues)])
    margin = LinearSVC(C=recipe.penalty, class_weight="balanced", random_state=seed)
    margin.fit(learnt, labels, sample_weight=counts)
    if not recipe.bayes:
        return (margin,)
    return margin, ComplementNB(alpha=0.3).fit(learnt, labels, sample_weight=counts)


def _fit_lang(features: Any, figures: Any, rows: Sequence[Row], seed: int) -> tuple[Any, ...]:
    labels = [row.lang for row in rows]
    both = hstack([features, figures]).tocsr()
    return tuple(
        LogisticRegression(
            C=10.0, class_weight="balanced", random_state=seed, max_iter=500, tol=1e-3
        ).fit(learnt, labels)
        for learnt in (features, both)
    )


def _fit_tongue(vectoriser: Any, plain: Sequence[str], rows: Sequence[Row], seed: int) -> Any:
    """Which language a token is of, learnt from the tokens of messages in one language."""
    seen = Counter(
        (token, row.lang)
        for text, row in zip(plain, rows, strict=True)
        if row.lang in TONGUES
        for token in text.split()
    )
    tokens = vectoriser.transform([token for token, _ in seen])
    # A loose tolerance: shares of tokens are wanted, not a chance's third digit.
    model = LogisticRegression(C=3.0, random_state=seed, max_iter=500, tol=5e-3)
    return model.fit(tokens, [lang for _, lang in seen], sample_weight=list(seen.values()))


def _mixtures(vectoriser: Any, tongue: Any, plain: Sequence[str]) -> Any:
    tokens = sorted({token for text in plain for token in text.split()})
    chances = dict(
        zip(tokens, tongue.predict_proba(vectoriser.transform(tokens)), strict=True)
        if tokens
        else ()
    )
    told = [chances[token] for text in plain for token in text.split()]
    marks = [0, *accumulate(len(text.split()) for text in plain)]
    return csr_matrix(mixtures(np.array(told).reshape(-1, len(TONGUES)), marks))


def _linear(
    head: Head, estimators: tuple[Any, ...]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """One row of coefficients and one intercept a label; language's row ends with the mixture's.

    What all labels of a head share moves no answer and is taken away: a weight explains itself.
    """
    if head in YES_OR_NO:
        return np.array(estimators[0].coef_), np.array(estimators[0].intercept_)
    first, second = estimators
    pulls, start = np.array(first.coef_, dtype=np.float64), np.array(first.intercept_)
    if head is LANG:
        beyond = second.coef_.shape[1] - pulls.shape[1]
        pulls = np.pad(pulls, ((0, 0), (0, beyond))) + second.coef_
        start = start + second.intercept_
    else:
        pulls = pulls + RECIPES[head.name].bayes * second.feature_log_prob_
    laid = _spread(head, first.classes_, pulls - pulls.mean(axis=0), 0.0)
    return laid, _spread(head, first.classes_, (start - start.mean())[:, None], UNSEEN).ravel()


def _spread(
    head: Head, classes: Sequence[str], rows: NDArray[np.float64], missing: float
) -> NDArray[np.float64]:
    """Rows in the estimator's class order, laid out in the head's label order."""
    laid = np.full((len(head.labels), rows.shape[1]), missing)
    for row, label in zip(rows, classes, strict=True):
        laid[head.labels.index(label)] = row
    return laid
