"""Our features and classifiers on public sets, beside what was measured on the same split before:
`make bench ARGS=public`.  Penalty, share of Bayes and, for flags, the threshold are chosen by
cross-validation inside the training part; the test part is scored once.  N-grams of two messages
count, of characters too: these sets are small.
"""

import csv
import gzip
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics import accuracy_score, f1_score
from sklearn.model_selection import StratifiedKFold
from sklearn.naive_bayes import ComplementNB
from sklearn.pipeline import FeatureUnion
from sklearn.svm import LinearSVC
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from analytics.triage.normalise import normalise
from analytics.triage.reading import CHAR_NGRAMS, WORD_NGRAMS, WORD_PATTERN
from tests.bench.processes import Bench

DATA = Path(__file__).parent / "public"
SEED = 20260701
PENALTIES = (0.2, 0.5, 1.0)
SHARES = (0.0, 0.12, 0.25, 0.4)
OF_FLAGS = (0.0,)
"""Our heads of yes or no have no share of Bayes."""
Floats = NDArray[np.float64]
Words = NDArray[np.str_]


@dataclass(frozen=True)
class Task:
    """One public task; `before`: the least and the best measured on this split by the recipes we
    compare with. `flag`: yes or no, by F1 of yes; else accuracy over all labels."""

    name: str
    files: str
    column: str
    before: tuple[float, float]
    flag: bool = False


TASKS = (
    Task("BANKING77", "banking77", "label", (0.912, 0.918)),
    Task("Injongo Kiswahili", "injongo_swa", "label", (0.956, 0.962)),
    Task("Injongo English, clean", "injongo_eng", "label", (0.828, 0.836)),
    Task("disaster: request", "disaster", "request", (0.773, 0.773), flag=True),
    Task("disaster: food", "disaster", "food", (0.87, 0.87), flag=True),
    Task("disaster: water", "disaster", "water", (0.82, 0.82), flag=True),
    Task("disaster: shelter", "disaster", "shelter", (0.65, 0.65), flag=True),
    Task("disaster: medical_help", "disaster", "medical_help", (0.29, 0.29), flag=True),
    Task("disaster: direct_report", "disaster", "direct_report", (0.73, 0.73), flag=True),
)


@dataclass(frozen=True)
class Choice:
    """What cross-validation chose, and its figure there."""

    penalty: float
    share: float
    threshold: float
    figure: float


def report(_: Bench | None = None) -> str:
    """A line a task: test figure, what was measured before, the verdict and what was chosen."""
    lines = [f"{'public sets':26}{'ours':>7}{'before':>15}  "]
    for task in TASKS:
        print(f"  {task.name} ...", file=sys.stderr, flush=True)
        with threadpool_limits(limits=1):
            figure, size, chosen = measure(task)
        low, high = task.before
        before = f"{low:.3f}-{high:.3f}" if high > low else f"{low:.3f}"
        lines.append(
            f"  {task.name:24}{figure:7.3f}{before:>15}  {verdict(figure, task.before):8}"
            f" {'F1 of yes' if task.flag else 'accuracy'}, n={size},"
            f" C={chosen.penalty:g}, Bayes {chosen.share:g}, in training {chosen.figure:.3f}"
        )
    return "\n".join(lines)


def verdict(figure: float, before: tuple[float, float]) -> str:
    """To three digits, as the figures before are given."""
    low, high = before
    return "above" if round(figure, 3) > high else "at" if round(figure, 3) >= low else "below"


def measure(task: Task) -> tuple[float, int, Choice]:
    """The figure on the test part, its size, and the choice made inside the training part."""
    texts, labels = read(f"{task.files}_train.csv.gz", task.column)
    tests, truth = read(f"{task.files}_test.csv.gz", task.column)
    chosen = choose(task, texts, labels)
    classes, scores = _scores(texts, labels, tests, chosen.penalty, (chosen.share,))
    return _figure(task, classes, scores[0], truth, chosen.threshold), len(truth), chosen


def choose(task: Task, texts: Sequence[str], labels: Words) -> Choice:
    """Penalty, share and threshold with the best figure on folds of the training part.

    A threshold is judged on folds it was not taken from: among few positives it fits itself.
    """
    split = StratifiedKFold(10 if task.flag else 3, shuffle=True, random_state=SEED)
    folds = list(split.split(np.zeros(len(labels)), labels))
    found = []
    classes, shares = np.unique(labels), OF_FLAGS if task.flag else SHARES
    for penalty in PENALTIES:
        table = np.zeros((len(shares), len(labels), len(classes)))
        for learnt, judged in folds:
            mine = [texts[at] for at in learnt]
            _, scores = _scores(mine, labels[learnt], [texts[at] for at in judged], penalty, shares)
            table[:, judged] = scores
        for share, scores in zip(shares, table, strict=True):
            figure = _figure(task, classes, scores, labels, 0.0)
            found.append(Choice(penalty, share, 0.0, figure))
            if task.flag:
                found.append(_moved(penalty, share, scores, labels, [part for _, part in folds]))
    return max(found, key=lambda one: one.figure)


def read(name: str, column: str) -> tuple[list[str], Words]:
    """Normalised texts and one column of labels of a file."""
    with gzip.open(DATA / name, "rt", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [normalise(row["text"]) for row in rows], np.array([row[column] for row in rows])


def _scores(
    texts: Sequence[str],
    labels: Words,
    tests: Sequence[str],
    penalty: float,
    shares: Sequence[float],
) -> tuple[Words, Floats]:
    """The classes, and a table (shares, tests, classes) of margins with each share of Bayes."""
    shared = {"lowercase": False, "sublinear_tf": True, "min_df": 2}
    features = FeatureUnion(
        [
            (
                "words",
                TfidfVectorizer(ngram_range=WORD_NGRAMS, token_pattern=WORD_PATTERN, **shared),
            ),
            ("chars", TfidfVectorizer(analyzer="char_wb", ngram_range=CHAR_NGRAMS, **shared)),
        ]
    )
    learnt, judged = features.fit_transform(texts).tocsr(), features.transform(tests).tocsr()
    margin = LinearSVC(C=penalty, class_weight="balanced", random_state=SEED).fit(learnt, labels)
    bayes = ComplementNB(alpha=0.3).fit(learnt, labels)
    scores: Any = margin.decision_function(judged)
    if scores.ndim == 1:
        scores = np.column_stack([-scores, scores])
    second = bayes.predict_joint_log_proba(judged)
    return margin.classes_, np.stack([scores + share * second for share in shares])


def _figure(task: Task, classes: Words, scores: Floats, truth: Words, threshold: float) -> float:
    if not task.flag:
        return float(accuracy_score(truth, classes[scores.argmax(axis=1)]))
    return float(f1_score(truth == "1", scores[:, 1] - scores[:, 0] >= threshold))


def _moved(
    penalty: float, share: float, scores: Floats, truth: Words, parts: Sequence[NDArray[np.int64]]
) -> Choice:
    """The choice with a threshold of its own, judged part by part by the other parts' threshold."""
    difference, raised = scores[:, 1] - scores[:, 0], np.zeros(len(truth), dtype=bool)
    for part in parts:
        others = np.setdiff1d(np.arange(len(truth)), part)
        raised[part] = difference[part] >= _threshold(difference[others], truth[others])
    return Choice(penalty, share, _threshold(difference, truth), f1_score(truth == "1", raised))


def _threshold(difference: Floats, truth: Words) -> float:
    """The threshold of the difference with the best F1."""
    tried = np.quantile(difference, np.linspace(0.02, 0.98, 97))
    figures = [f1_score(truth == "1", difference >= one) for one in tried]
    return float(tried[int(np.argmax(figures))])
