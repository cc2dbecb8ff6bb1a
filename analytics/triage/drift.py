"""Whether messages are still like those a model was made for."""

from collections.abc import Sequence

import numpy as np

from analytics.triage.calibration import Floats

LEAST_SHARE = 1e-4
FOLDS = 5


def stability(then: Floats, now: Floats) -> float:
    """Population stability index of two distributions over the same labels.

    Under 0.1 nothing moved, above 0.25 much did; an empty label counts as one in ten thousand.
    """
    before, after = (np.maximum(one, LEAST_SHARE) for one in (then, now))
    before, after = before / before.sum(), after / after.sum()
    return float(((after - before) * np.log(after / before)).sum())


def told_apart(first: Sequence[str], second: Sequence[str], seed: int) -> float | None:
    """How well a classifier tells the first texts from the second: AUC over held-out fifths, 0.5
    when they are alike.  None for fewer than 50 of either.  Imports scikit-learn."""
    if min(len(first), len(second)) < 50:
        return None
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import roc_auc_score
    from sklearn.model_selection import StratifiedKFold, cross_val_predict
    from sklearn.pipeline import make_pipeline

    from analytics.triage.normalise import normalise

    texts = [normalise(text) for text in (*first, *second)]
    sides = np.array([0] * len(first) + [1] * len(second))
    judge = make_pipeline(
        TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4), min_df=2, sublinear_tf=True),
        LogisticRegression(C=10.0, class_weight="balanced", max_iter=300),
    )
    fifths = StratifiedKFold(FOLDS, shuffle=True, random_state=seed)
    found = cross_val_predict(judge, texts, sides, cv=fifths, method="decision_function")
    return float(roc_auc_score(sides, found))
