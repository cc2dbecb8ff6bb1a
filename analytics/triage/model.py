"""The trained model: messages in, suggestions out, with probabilities that mean what they say."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from analytics.triage.calibration import Curve, Floats, logistic, softmax
from analytics.triage.holding import Hold, chance_of_grave
from analytics.triage.labels import (
    CATEGORY,
    INTENT,
    LANG,
    SCORED,
    SECTOR,
    YES_OR_NO,
    columns,
)
from analytics.triage.lexicon import screen
from analytics.triage.reading import REMEMBERED_TOKENS, Reading
from analytics.triage.scoring import Features, Scorer, Singles, Weights
from analytics.triage.suggestion import Suggestion

EXPLAINING_WORDS = 5
COMPETES = 0.2  # a second category is named from this probability on
BATCH = 64

Words = tuple[tuple[str, float], ...]

_SPANS = columns()
_COMPLAINT = INTENT.labels.index("complaint")
_PUNCTUATION = ".,;:!?\"'()[]…-"


@dataclass(frozen=True)
class Settings:
    """Calibration and thresholds, chosen on held-out messages.

    `curves`: by head. `sure`: the least confidence of the route (intent, and category of a
    complaint) that needs no person. `urgent`: the least probability that raises urgency. `hold`:
    what is kept for people first.
    """

    curves: dict[str, Curve]
    sure: float
    urgent: float
    hold: Hold


class Model:
    """Predicts; made by `train.train` or `storage.load`. Safe to share between threads."""

    def __init__(
        self,
        weights: Weights,
        settings: Settings,
        version: str,
        remembered: int = REMEMBERED_TOKENS,
    ) -> None:
        """`remembered`: how many tokens' n-grams are kept from one message to the next."""
        self.weights = weights
        self.settings = settings
        self.version = version
        self._scorer = Scorer(weights, remembered)

    def predict(self, texts: Sequence[str], explain: bool = True) -> list[Suggestion]:
        """One suggestion a text, in order; institution and county are left to a gazetteer.

        `explain=False` leaves `words` empty, for files where nobody reads them.
        """
        found: list[Suggestion] = []
        for start in range(0, len(texts), BATCH):
            found += self.answers(texts[start : start + BATCH], explain)[0]
        return found

    def probabilities(self, texts: Sequence[str]) -> dict[str, Floats]:
        """Calibrated probabilities by head: (texts, labels); for `urgent` (texts, 1)."""
        readings = self._scorer.read(texts)
        scores = self._scorer.scores(readings, self._scorer.features(readings))
        return calibrated(scores, self.settings.curves)

    def answers(
        self, texts: Sequence[str], explain: bool = True
    ) -> tuple[list[Suggestion], dict[str, Floats]]:
        """What `predict` and `probabilities` say of the texts of one batch, read once for both."""
        readings = self._scorer.read(texts)
        features = self._scorer.features(readings)
        chances = calibrated(self._scorer.scores(readings, features), self.settings.curves)
        judged = self._judge(chances)
        words: list[Words] = [()] * len(texts)
        if explain:
            words = [
                self._words(features, row, reading, judged[row].ranks[0])
                for row, reading in enumerate(readings)
            ]
        said = [self._suggest(*each) for each in zip(texts, judged, words, strict=True)]
        return said, chances

    def _judge(self, chances: dict[str, Floats]) -> list["_Judged"]:
        """A batch at once: which labels are best, and which thresholds are passed."""
        best = [chances[head.name].argmax(axis=1).tolist() for head in (INTENT, SECTOR, LANG)]
        categories, urgency = chances["category"], chances["urgent"][:, 0]
        grave = chance_of_grave(chances, self.settings.hold)
        ranks = np.argsort(-categories, axis=1, kind="stable")[:, :3]
        return [
            _Judged(*row)
            for row in zip(
                *best,
                ranks.tolist(),
                np.take_along_axis(categories, ranks, axis=1).round(4).tolist(),
                urgency.round(4).tolist(),
                (urgency >= self.settings.urgent).tolist(),
                (confidence(chances) >= self.settings.sure).tolist(),
                grave.round(4).tolist(),
                (grave >= self.settings.hold.least).tolist(),
                strict=True,
            )
        ]

    def _suggest(self, text: str, judged: "_Judged", words: Words) -> Suggestion:
        ranked = [CATEGORY.labels[at] for at in judged.ranks]
        maybe_complaint = judged.intent == _COMPLAINT or not judged.sure
        competes = maybe_complaint and judged.chances[1] >= COMPETES
        said = screen(text)
        return Suggestion(
            intent=INTENT.labels[judged.intent],
            category=ranked[0] if maybe_complaint else "",
            category_confidence=judged.chances[0] if maybe_complaint else 0.0,
            alt_category=ranked[1] if competes else "",
            top=tuple(zip(ranked, judged.chances, strict=True)),
            urgent=judged.alarming or said.urgent,
            urgent_probability=judged.urgency,
            sector=SECTOR.labels[judged.sector],
            institution="",
            county="",
            lang=LANG.labels[judged.lang],
            abstained=not judged.sure,
            words=words if maybe_complaint else (),
            model_version=self.version,
            confidential=judged.held or said.confidential or said.unclear,
            confidential_probability=judged.grave,
        )

    def _words(self, features: Features, row: int, reading: Reading, category: int) -> Words:
        shares: dict[str, float] = {}
        column = self.weights.coefficients[:, _SPANS["category"].start + category]
        pulls = self._scorer.pulls(features, row, reading, column)
        for token, pull in zip(reading.tokens, pulls, strict=True):
            word = token.strip(_PUNCTUATION)
            shares[word] = shares.get(word, 0.0) + pull
        heaviest = sorted(shares.items(), key=_weight)[-EXPLAINING_WORDS:]
        return tuple((word, round(pull, 4)) for word, pull in heaviest[::-1] if word and pull > 0)


class _Judged(NamedTuple):
    """One message's best labels by number, its three best categories, and what it passed."""

    intent: int
    sector: int
    lang: int
    ranks: list[int]
    chances: list[float]
    urgency: float
    alarming: bool
    sure: bool
    grave: float
    held: bool


def calibrated(scores: Singles, curves: dict[str, Curve]) -> dict[str, Floats]:
    """Scores (texts, outputs) to probabilities by head."""
    return {
        head.name: (logistic if head in YES_OR_NO else softmax)(
            scores[:, _SPANS[head.name]].astype(np.float64), curves[head.name]
        )
        for head in SCORED
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


def _weight(item: tuple[str, float]) -> float:
    return item[1]
