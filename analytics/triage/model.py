"""The trained model as arrays and dictionaries, and the prediction: numpy only, no scikit-learn.

One matrix holds every head; a message is one gather and one product, then a softmax a head.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analytics.triage.calibration import Curve, Floats, logistic, softmax
from analytics.triage.labels import CATEGORY, HEADS, INTENT, LANG, SECTOR, URGENT, Head, columns
from analytics.triage.lexicon import screen
from analytics.triage.reading import Reader, Reading, Vocabulary
from analytics.triage.suggestion import Suggestion

EXPLAINING_WORDS = 5
COMPETES = 0.2  # a second category is named from this probability on
BATCH = 256

_SPANS = columns()
_COMPLAINT = INTENT.labels.index("complaint")
_PUNCTUATION = ".,;:!?\"'()[]…-"


@dataclass(frozen=True)
class Weights:
    """What training found. Shapes: idf (features,), coefficients (features, outputs), intercepts
    (outputs,), all float32; outputs are laid out by `labels.columns()`."""

    vocabulary: Vocabulary
    idf: NDArray[np.float32]
    coefficients: NDArray[np.float32]
    intercepts: NDArray[np.float32]


@dataclass(frozen=True)
class Settings:
    """Calibration and thresholds, chosen on held-out messages.

    `curves`: by head. `sure`: the least confidence of the route (intent, and category of a
    complaint) that needs no person. `urgent`: the least probability that raises urgency.
    """

    curves: dict[str, Curve]
    sure: float
    urgent: float


@dataclass(frozen=True)
class _Scored:
    """A text's features (numbers, ascending), what one occurrence of each is worth, the scores."""

    text: str
    reading: Reading
    features: NDArray[np.int32]
    worth: NDArray[np.float32]
    scores: NDArray[np.float32]


class Model:
    """Predicts; made by `train.train` or `storage.load`. Safe to share between threads."""

    def __init__(self, weights: Weights, settings: Settings, version: str) -> None:
        self.weights = weights
        self.settings = settings
        self.version = version
        self._reader = Reader(weights.vocabulary)
        self._words_end = len(weights.vocabulary.words)

    def predict(self, texts: Sequence[str]) -> list[Suggestion]:
        """One suggestion a text, in order; institution and county are left to a gazetteer."""
        found: list[Suggestion] = []
        for start in range(0, len(texts), BATCH):
            found += self._predict_some(texts[start : start + BATCH])
        return found

    def probabilities(self, texts: Sequence[str]) -> dict[str, Floats]:
        """Calibrated probabilities by head: (texts, labels); for `urgent` (texts, 1)."""
        return calibrated(np.stack([self._score(text).scores for text in texts]), self.settings)

    def _predict_some(self, texts: Sequence[str]) -> list[Suggestion]:
        scored = [self._score(text) for text in texts]
        chances = calibrated(np.stack([one.scores for one in scored]), self.settings)
        sure = (confidence(chances) >= self.settings.sure).tolist()
        lists = {name: table.tolist() for name, table in chances.items()}
        return [
            self._suggest(one, {name: table[row] for name, table in lists.items()}, sure[row])
            for row, one in enumerate(scored)
        ]

    def _score(self, text: str) -> _Scored:
        reading = self._reader.read(text)
        features, counts = np.unique(reading.occurrences, return_counts=True)
        values = self.weights.idf[features] * (1 + np.log(counts)).astype(np.float32)
        border = int(np.searchsorted(features, self._words_end))
        for block in (values[:border], values[border:]):
            length = math.sqrt(block @ block)
            if length:
                block /= length
        scores = values @ self.weights.coefficients[features] + self.weights.intercepts
        worth = (values / counts).astype(np.float32)
        return _Scored(text, reading, features, worth, scores)

    def _suggest(self, one: _Scored, chances: dict[str, list[float]], sure: bool) -> Suggestion:
        intent = _best(INTENT, chances)
        categories = chances["category"]
        order = sorted(range(len(categories)), key=categories.__getitem__, reverse=True)[:3]
        top = tuple((str(CATEGORY.labels[at]), round(categories[at], 4)) for at in order)
        (first, chance), (second, runner_up) = top[:2]
        maybe_complaint = intent == "complaint" or not sure
        urgency = chances["urgent"][0]
        return Suggestion(
            intent=intent,
            category=first if maybe_complaint else "",
            category_confidence=chance if maybe_complaint else 0.0,
            alt_category=second if maybe_complaint and runner_up >= COMPETES else "",
            top=top,
            urgent=urgency >= self.settings.urgent or screen(one.text).danger,
            urgent_probability=round(urgency, 4),
            sector=_best(SECTOR, chances),
            institution="",
            county="",
            lang=_best(LANG, chances),
            abstained=not sure,
            words=self._words(one, order[0]) if maybe_complaint else (),
            model_version=self.version,
        )

    def _words(self, one: _Scored, category: int) -> tuple[tuple[str, float], ...]:
        """Each token's share in the category's score: the n-grams it brought, added up."""
        pulls = (
            one.worth * self.weights.coefficients[one.features, _SPANS["category"].start + category]
        )
        running = np.concatenate(
            ([0.0], np.cumsum(pulls[np.searchsorted(one.features, one.reading.occurrences)]))
        )
        marks = running[[0, *one.reading.ends]].tolist()
        shares: dict[str, float] = {}
        for token, before, after in zip(one.reading.tokens, marks, marks[1:], strict=False):
            word = token.strip(_PUNCTUATION)
            shares[word] = shares.get(word, 0.0) + after - before
        heaviest = sorted(shares.items(), key=lambda item: -item[1])[:EXPLAINING_WORDS]
        return tuple((word, round(weight, 4)) for word, weight in heaviest if word and weight > 0)


def calibrated(scores: NDArray[np.float32], settings: Settings) -> dict[str, Floats]:
    """Scores (texts, outputs) to probabilities by head."""
    return {
        head.name: (logistic if head is URGENT else softmax)(
            scores[:, _SPANS[head.name]].astype(np.float64), settings.curves[head.name]
        )
        for head in HEADS
    }


def confidence(chances: dict[str, Floats]) -> Floats:
    """How sure the route is: of the intent, and for a complaint of intent and category together."""
    intent, category = chances["intent"], chances["category"]
    complaint = intent.argmax(axis=1) == _COMPLAINT
    route: Floats = intent.max(axis=1) * np.where(complaint, category.max(axis=1), 1.0)
    return route


def routes(chances: dict[str, Floats]) -> list[str]:
    """Where each message would go: a complaint by its category, anything else by its intent."""
    intents, categories = (chances[name].argmax(axis=1).tolist() for name in ("intent", "category"))
    return [
        str(CATEGORY.labels[category] if intent == _COMPLAINT else INTENT.labels[intent])
        for intent, category in zip(intents, categories, strict=True)
    ]


def _best(head: Head, chances: dict[str, list[float]]) -> str:
    row = chances[head.name]
    return str(head.labels[row.index(max(row))])
