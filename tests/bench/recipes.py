"""What each ingredient of the recipe is worth on writers not read: `make bench ARGS=recipes`.

Category, intent and sector by macro-F1 over the team's messages, each writer held out; the first
line is the recipe in use.  A change smaller than 0.01 is less than writers differ.
"""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from joblib import Parallel, delayed  # type: ignore[import-untyped]
from scipy.sparse import csr_matrix, hstack, vstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.naive_bayes import ComplementNB
from sklearn.pipeline import FeatureUnion
from sklearn.svm import LinearSVC
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from analytics.similarity.folding import meaning_of, words_of
from analytics.triage import Row, read_corpus
from analytics.triage.fitting import (
    CHARS_IN,
    RECIPES,
    WORDS_IN,
    Recipe,
    concerned,
    read_cues,
    truth,
)
from analytics.triage.labels import CATEGORY, INTENT, SECTOR, Head
from analytics.triage.normalise import normalise
from analytics.triage.reading import CHAR_NGRAMS, WORD_NGRAMS, WORD_PATTERN
from analytics.triage.rows import without_repeats
from analytics.triage.train import SEED, folds
from tests.bench.processes import Bench

HEADS = (CATEGORY, INTENT, SECTOR)
Adds = Callable[[Sequence[str]], Any]


@dataclass(frozen=True)
class Variant:
    """One way to build the model; what is not given is as in use."""

    name: str
    words: tuple[int, int] | None = WORD_NGRAMS
    chars: tuple[int, int] | None = CHAR_NGRAMS
    words_in: int = WORDS_IN
    chars_in: int = CHARS_IN
    recipes: dict[str, Recipe] = field(default_factory=lambda: dict(RECIPES))
    logistic: bool = False
    meanings: float = 0.0
    plain_balance: bool = False


def variants() -> list[Variant]:
    """The recipe in use first, then one change at a time."""
    bare = {head: replace(one, cues=0.0) for head, one in RECIPES.items()}
    alone = {head: replace(one, bayes=0.0) for head, one in RECIPES.items()}
    looser = {head: replace(one, penalty=one.penalty * 2) for head, one in RECIPES.items()}
    tighter = {head: replace(one, penalty=one.penalty / 2) for head, one in RECIPES.items()}
    return [
        Variant("in use"),
        Variant("words only", chars=None),
        Variant("characters only", words=None),
        Variant("words 1-3", words=(1, 3)),
        Variant("characters 2-6", chars=(2, 6)),
        Variant("words of three messages at least", words_in=3),
        Variant("characters of two messages at least", chars_in=2),
        Variant("without cue phrases", recipes=bare),
        Variant("without naive Bayes", recipes=alone),
        Variant("logistic regression", logistic=True, recipes=alone),
        Variant("penalty doubled", recipes=looser),
        Variant("penalty halved", recipes=tighter),
        Variant("classes unweighted", plain_balance=True),
        Variant("concepts of three languages added", meanings=0.5),
    ]


def report(_: Bench) -> str:
    """A line a variant: three figures, and the difference of the first from the recipe in use."""
    rows = without_repeats(read_corpus())
    lines = [f"{'':38}{'category':>10}{'intent':>10}{'sector':>10}{'category +/-':>14}"]
    first = 0.0
    for variant in variants():
        figures = _figures(variant, rows)
        first = first or figures[0]
        cells = "".join(f"{figure:10.3f}" for figure in figures)
        lines.append(f"{variant.name:38}{cells}{figures[0] - first:+14.3f}")
        print(lines[-1], file=sys.stderr, flush=True)
    return "\n".join(lines)


def _figures(variant: Variant, rows: Sequence[Row]) -> list[float]:
    parts = folds(rows)
    found = Parallel(n_jobs=2)(
        delayed(_answers)(variant, [rows[at] for at in learnt], [rows[at].text for at in judged])
        for learnt, judged in parts
    )
    judged = [rows[at] for _, mine in parts for at in mine]
    figures = []
    for place, head in enumerate(HEADS):
        kept = concerned(head, judged)
        guess = np.concatenate([answers[place] for answers in found])[kept]
        true = np.array([truth(head, row) for row in judged])[kept]
        figures.append(float(f1_score(true, guess, average="macro")))
    return figures


def _answers(variant: Variant, learnt: Sequence[Row], texts: Sequence[str]) -> list[Any]:
    with threadpool_limits(limits=1):
        cues = read_cues()
        vectors = _vectoriser(variant)
        vectors.fit([normalise(t) for t in [row.text for row in learnt] + [c.phrase for c in cues]])
        means = _meanings(learnt, variant) if variant.meanings else None

        def features(given: Sequence[str]) -> Any:
            plain = vectors.transform([normalise(text) for text in given])
            return hstack([plain, means(given)]).tocsr() if means else plain.tocsr()

        known, asked = features([row.text for row in learnt]), features(texts)
        hints = features([cue.phrase for cue in cues])
        return [_head(head, variant, learnt, known, hints, asked) for head in HEADS]


def _head(
    head: Head, variant: Variant, learnt: Sequence[Row], known: Any, hints: Any, asked: Any
) -> Any:
    recipe, kept = variant.recipes[head.name], concerned(head, learnt)
    labels = [truth(head, row) for row, keep in zip(learnt, kept, strict=True) if keep]
    matrix, counts = known[kept], np.ones(len(labels))
    mine = [at for at, cue in enumerate(read_cues()) if cue.head == head.name]
    if recipe.cues:
        matrix = vstack([matrix, hints[mine]]).tocsr()
        labels += [read_cues()[at].label for at in mine]
        counts = np.concatenate([counts, np.full(len(mine), recipe.cues)])
    weights = None if variant.plain_balance else "balanced"
    machine = (
        LogisticRegression(C=10.0, class_weight=weights, max_iter=300, tol=1e-3)
        if variant.logistic
        else LinearSVC(C=recipe.penalty, class_weight=weights, random_state=SEED)
    ).fit(matrix, labels, sample_weight=counts)
    scores = machine.decision_function(asked)
    if recipe.bayes:
        bayes = ComplementNB(alpha=0.3).fit(matrix, labels, sample_weight=counts)
        scores = scores + recipe.bayes * bayes.predict_joint_log_proba(asked)
    return machine.classes_[scores.argmax(axis=1)]


def _vectoriser(variant: Variant) -> FeatureUnion:
    shared = {"lowercase": False, "sublinear_tf": True}
    parts = []
    if variant.words:
        words = TfidfVectorizer(
            ngram_range=variant.words, token_pattern=WORD_PATTERN, min_df=variant.words_in, **shared
        )
        parts.append(("words", words))
    if variant.chars:
        chars = TfidfVectorizer(
            analyzer="char_wb", ngram_range=variant.chars, min_df=variant.chars_in, **shared
        )
        parts.append(("chars", chars))
    return FeatureUnion(parts)


def _meanings(learnt: Sequence[Row], variant: Variant) -> Adds:
    """Words and pairs by what they mean, so that `foleni` and `queue` are one."""

    def folded(texts: Sequence[str]) -> list[str]:
        return [" ".join(map(meaning_of, words_of(text))) for text in texts]

    vectors = TfidfVectorizer(
        lowercase=False, token_pattern=r"\S+", ngram_range=(1, 2), sublinear_tf=True, min_df=3
    ).fit(folded([row.text for row in learnt]))
    return lambda texts: csr_matrix(vectors.transform(folded(texts)) * variant.meanings)
