"""Scores of messages from plain arrays: the arithmetic of TF-IDF and a linear model, numpy alone.

A batch is one sort, one gather and a product a message; a token's share is looked up once and kept.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from analytics.triage.labels import columns
from analytics.triage.mixture import TONGUES, mixtures
from analytics.triage.reading import REMEMBERED_TOKENS, Reader, Reading, Vocabulary

Numbers = NDArray[np.int64]
Singles = NDArray[np.float32]

_LANG = columns()["lang"]


@dataclass(frozen=True)
class Weights:
    """What training found, all float32. Shapes: idf (features,); coefficients (features, outputs)
    and intercepts (outputs,), laid out by `labels.columns()`; mixed (figures, languages), what the
    mixture adds to the language head; tongues (features, 3) and tongue_intercepts (3,), which tell
    the language of one token."""

    vocabulary: Vocabulary
    idf: Singles
    coefficients: Singles
    intercepts: Singles
    mixed: Singles
    tongues: Singles
    tongue_intercepts: Singles


@dataclass(frozen=True)
class Features:
    """The distinct features of some texts, text after text: text i owns `marks[i]:marks[i + 1]`.

    `values`: TF-IDF, each block (words, characters) of a text of length 1. `counts`: how often the
    feature stands in its text.
    """

    numbers: Numbers
    counts: Singles
    values: Singles
    marks: list[int]


class Scorer:
    """Scores texts with one set of weights; safe to share between threads."""

    def __init__(self, weights: Weights, remembered: int = REMEMBERED_TOKENS) -> None:
        self.weights = weights
        self._remembered = remembered
        self._reader = Reader(weights.vocabulary, remembered)
        self._tongues: dict[str, tuple[float, ...]] = {}

    def read(self, texts: Sequence[str]) -> list[Reading]:
        return [self._reader.read(text) for text in texts]

    def features(self, readings: Sequence[Reading]) -> Features:
        """What the texts have, counted and weighed."""
        size = len(self.weights.vocabulary)
        owners = np.arange(len(readings)).repeat([len(one.occurrences) for one in readings])
        keys = np.concatenate([one.occurrences for one in readings]) + owners * size
        distinct, times = np.unique(keys, return_counts=True)
        rows = distinct // size
        numbers = distinct - rows * size
        counts = times.astype(np.float32)
        values = self.weights.idf[numbers] * (1 + np.log(counts))
        blocks = rows * 2 + (numbers >= len(self.weights.vocabulary.words))
        lengths = np.sqrt(np.bincount(blocks, weights=values * values, minlength=1))
        values /= lengths[blocks].astype(np.float32)
        marks = rows.searchsorted(np.arange(len(readings) + 1)).tolist()
        return Features(numbers, counts, values, marks)

    def scores(self, readings: Sequence[Reading], features: Features) -> Singles:
        """Decision values: (texts, outputs), laid out by `labels.columns()`."""
        weights = self.weights
        scores = _products(features, weights.coefficients) + weights.intercepts
        tokens = [token for one in readings for token in one.tokens]
        marks = [0, *accumulate(len(one.tokens) for one in readings)]
        figures = mixtures(self._chances(tokens), marks)
        scores[:, _LANG] += figures.astype(np.float32) @ weights.mixed
        return scores

    def pulls(
        self, features: Features, text: int, reading: Reading, coefficients: Singles
    ) -> list[float]:
        """How much each token of a text moved one output, given the output's coefficients: the
        shares of its n-grams, added up."""
        mine = slice(features.marks[text], features.marks[text + 1])
        numbers = features.numbers[mine]
        shares = features.values[mine] / features.counts[mine] * coefficients[numbers]
        running = np.zeros(len(reading.occurrences) + 1)
        np.cumsum(shares[numbers.searchsorted(reading.occurrences)], out=running[1:])
        marks = running[[0, *reading.ends]]
        pulls: list[float] = (marks[1:] - marks[:-1]).tolist()
        return pulls

    def _chances(self, tokens: Sequence[str]) -> NDArray[np.float64]:
        """The chances that each token is English, Sheng or Kiswahili: (tokens, 3)."""
        known = self._tongues
        missing = list(dict.fromkeys(token for token in tokens if token not in known))
        if missing:
            learnt = dict(zip(missing, self._tongues_of(missing), strict=True))
            if len(known) + len(missing) > self._remembered:
                # A new dictionary: another thread keeps the one it began with.
                known = {token: known[token] for token in tokens if token in known} | learnt
                self._tongues = known
            else:
                known.update(learnt)
        return np.array([known[token] for token in tokens]).reshape(-1, len(TONGUES))

    def _tongues_of(self, tokens: Sequence[str]) -> list[tuple[float, ...]]:
        features = self.features(self.read(tokens))
        scores = _products(features, self.weights.tongues) + self.weights.tongue_intercepts
        raised = np.exp(scores.astype(np.float64))
        return [tuple(row) for row in (raised / raised.sum(axis=1, keepdims=True)).tolist()]


def _products(features: Features, matrix: Singles) -> Singles:
    gathered = matrix.take(features.numbers, axis=0)
    out = np.empty((len(features.marks) - 1, matrix.shape[1]), dtype=np.float32)
    for row, (start, end) in enumerate(zip(features.marks, features.marks[1:], strict=False)):
        np.matmul(features.values[start:end], gathered[start:end], out=out[row])
    return out
