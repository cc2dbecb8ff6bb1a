"""From labelled rows to one matrix: a shared TF-IDF, and a linear classifier for each head.

Everything that needs scikit-learn is here; prediction never imports this file.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import ComplementNB
from sklearn.pipeline import FeatureUnion
from sklearn.svm import LinearSVC

from analytics.triage.labels import HEADS, URGENT, Head, columns
from analytics.triage.model import Weights
from analytics.triage.normalise import normalise
from analytics.triage.reading import CHAR_NGRAMS, WORD_NGRAMS, WORD_PATTERN, Vocabulary
from analytics.triage.rows import Row

# A rare label may be missing from a small training set: its score must lose, not crash.
UNSEEN = -10.0


@dataclass(frozen=True)
class Recipe:
    """How one head is fitted. `bayes`: how much of a complement naive Bayes is added to the
    support vectors' scores; measured by leaving each writer out, category +1, sector +1 point."""

    penalty: float
    bayes: float = 0.0
    logistic: bool = False


RECIPES = {
    "intent": Recipe(penalty=0.5),
    "category": Recipe(penalty=0.5, bayes=0.25),
    "sector": Recipe(penalty=0.3, bayes=0.25),
    "lang": Recipe(penalty=10.0, logistic=True),
    "urgent": Recipe(penalty=0.2),
}


@dataclass(frozen=True)
class Fitted:
    """The scikit-learn side of a model: kept for checking the arrays against it."""

    vectoriser: FeatureUnion
    estimators: dict[str, tuple[Any, ...]]

    def scores(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """The scores by scikit-learn's own arithmetic, columns as `labels.columns()`."""
        features = self.vectoriser.transform([normalise(text) for text in texts])
        return np.hstack([self._head(head, features) for head in HEADS])

    def _head(self, head: Head, features: Any) -> NDArray[np.float64]:
        margin, *bayes = self.estimators[head.name]
        scores = np.asarray(margin.decision_function(features), dtype=np.float64)
        if head is URGENT:
            return scores.reshape(-1, 1)
        for model in bayes:
            likely = model.predict_joint_log_proba(features)
            scores = scores + RECIPES[head.name].bayes * likely
        return _spread(head, margin.classes_, scores.T, UNSEEN).T


def fit(rows: Sequence[Row], seed: int) -> Fitted:
    """The vectoriser and every head's classifiers, fitted on these rows alone."""
    vectoriser = FeatureUnion(
        [
            (
                "words",
                TfidfVectorizer(
                    ngram_range=WORD_NGRAMS,
                    token_pattern=WORD_PATTERN,
                    lowercase=False,
                    sublinear_tf=True,
                    min_df=2,
                ),
            ),
            (
                "chars",
                TfidfVectorizer(
                    analyzer="char_wb",
                    ngram_range=CHAR_NGRAMS,
                    lowercase=False,
                    sublinear_tf=True,
                    min_df=2,
                ),
            ),
        ]
    )
    features = vectoriser.fit_transform([normalise(row.text) for row in rows]).tocsr()
    return Fitted(vectoriser, {head.name: _fit_head(head, features, rows, seed) for head in HEADS})


def weights_of(fitted: Fitted) -> Weights:
    """The same model as plain float32 arrays and word lists."""
    parts = dict(fitted.vectoriser.transformer_list)
    words, chars = (tuple(parts[name].get_feature_names_out()) for name in ("words", "chars"))
    idf = np.concatenate([parts["words"].idf_, parts["chars"].idf_])
    spans = columns()
    coefficients = np.zeros((len(idf), spans["urgent"].stop), dtype=np.float32)
    intercepts = np.zeros(spans["urgent"].stop, dtype=np.float32)
    for head in HEADS:
        pulls, start = _linear(head, fitted.estimators[head.name])
        if head is not URGENT:
            # What all labels share moves no answer; without it a weight explains itself.
            pulls, start = pulls - pulls.mean(axis=0), start - start.mean()
        coefficients[:, spans[head.name]] = pulls.T
        intercepts[spans[head.name]] = start
    vocabulary = Vocabulary(words, chars)
    return Weights(vocabulary, idf.astype(np.float32), coefficients, intercepts)


def truth(head: Head, row: Row) -> str:
    """The row's label for a head, as a text."""
    return str(row.urgent).lower() if head is URGENT else str(getattr(row, head.name))


def concerned(head: Head, rows: Sequence[Row]) -> NDArray[np.bool_]:
    """Which rows a head is trained and judged on."""
    return np.array([not head.complaints_only or row.intent == "complaint" for row in rows])


def _fit_head(head: Head, features: Any, rows: Sequence[Row], seed: int) -> tuple[Any, ...]:
    kept = concerned(head, rows)
    labels = np.array([truth(head, row) for row in rows])[kept]
    recipe = RECIPES[head.name]
    kind = LogisticRegression if recipe.logistic else LinearSVC
    rounds = 300 if recipe.logistic else 2000
    margin = kind(
        C=recipe.penalty, class_weight="balanced", random_state=seed, max_iter=rounds
    ).fit(features[kept], labels)
    if not recipe.bayes:
        return (margin,)
    return margin, ComplementNB(alpha=0.3).fit(features[kept], labels)


def _linear(
    head: Head, estimators: tuple[Any, ...]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """One row of coefficients and one intercept a label of the head."""
    margin, *bayes = estimators
    pulls = np.array(margin.coef_, dtype=np.float64)
    if head is URGENT:
        return pulls, np.array(margin.intercept_)
    for model in bayes:
        pulls = pulls + RECIPES[head.name].bayes * model.feature_log_prob_
    start = np.asarray(margin.intercept_)[:, None]
    return _spread(head, margin.classes_, pulls, 0.0), _spread(
        head, margin.classes_, start, UNSEEN
    ).ravel()


def _spread(
    head: Head, classes: Sequence[str], rows: NDArray[np.float64], missing: float
) -> NDArray[np.float64]:
    """Rows in the estimator's class order, laid out in the head's label order."""
    laid = np.full((len(head.labels), rows.shape[1]), missing)
    for row, label in zip(rows, classes, strict=True):
        laid[head.labels.index(label)] = row
    return laid
