"""Fingerprints of texts and the comparison of one with many: hashed features, one product."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from zlib import crc32

import numpy as np
import numpy.typing as npt

from analytics.similarity.folding import WHAT, WHEN, meaning_of, places_in, weight_of, words_of

SUGGESTED = 0.43
"""From here on two cases are shown to a person as perhaps one."""
SURE = 0.65
"""From here on a rule may join them, where service, place and day are one too."""
BUCKETS = 1 << 16
GRAM = 4
TELLS = {WHAT: 1.5, WHEN: 1.0}
"""What is wrong counts more than other words, which are mostly names, and more than when."""
LETTERS = 0.5
"""What the letters of an unknown word tell beside the word itself."""
SAME, UNSAID, OTHER = range(3)
AGREEING = {
    "service": (1.0, 0.97, 0.75),
    "place": (1.0, 1.0, 0.75),
    "county": (1.0, 0.97, 0.5),
}
"""What is left of a likeness where the two agree, where one does not say, and where they differ."""
OTHER_TOWN = 0.55
"""The same where both name towns or estates, and none in common."""

Numbers = npt.NDArray[np.float32]
Places = npt.NDArray[np.int32]


@dataclass(frozen=True)
class Fingerprint:
    """A text as places in a long vector and their weights, of length 1 together; towns it names."""

    at: Places
    weights: Numbers
    towns: frozenset[str]


@dataclass(frozen=True)
class Report:
    """One complaint: its words and where it is about; None is "not said"."""

    text: str
    service: str | None = None
    place: str | None = None
    county: int | None = None


def likeness(one: Report, other: Report) -> float:
    """0 nothing in common, 1 the same words about the same thing; the order does not matter."""
    return likenesses(one, [other])[0]


def likenesses(new: Report, others: Sequence[Report]) -> list[float]:
    """How alike each of the others is to the new one, in their order."""
    if not others:
        return []
    here, there = fingerprint(new.text), [fingerprint(other.text) for other in others]
    return [
        float(cosine) * _agreement(new, other) * _towns(here, its) if cosine > 0 else 0.0
        for cosine, other, its in zip(_cosines(here, there), others, there, strict=True)
    ]


@lru_cache(maxsize=4096)
def fingerprint(text: str) -> Fingerprint:
    """The text's features: each meaning once, and the letters of words that no table knows."""
    features: dict[int, float] = {}
    words = words_of(text)
    for meaning in sorted({meaning_of(word) for word in words}):
        weight, tells = weight_of(meaning), TELLS.get(meaning[0])
        _add(features, meaning, weight * (tells or 1))
        if tells is None and len(meaning) > GRAM:
            grams = _grams(meaning)
            for gram in grams:
                _add(features, gram, weight * LETTERS / len(grams) ** 0.5)
    length = sum(weight * weight for weight in features.values()) ** 0.5 or 1.0
    places = np.fromiter(features, dtype=np.int32, count=len(features))
    weights = np.fromiter(features.values(), dtype=np.float32, count=len(features))
    return Fingerprint(places, weights / np.float32(length), places_in(words))


def _add(features: dict[int, float], name: str, weight: float) -> None:
    place = crc32(name.encode()) % BUCKETS
    features[place] = features.get(place, 0.0) + weight


def _grams(word: str) -> set[str]:
    framed = f"^{word}$"
    return {framed[start : start + GRAM] for start in range(len(framed) - GRAM + 1)}


def _cosines(new: Fingerprint, others: Sequence[Fingerprint]) -> Numbers:
    """All at once: the features of the others lie end to end, and are summed between the ends."""
    wanted = np.zeros(BUCKETS, dtype=np.float32)
    wanted[new.at] = new.weights
    lengths = np.array([len(other.at) for other in others])
    if not lengths.any():
        return np.zeros(len(others), dtype=np.float32)
    products = wanted[np.concatenate([other.at for other in others])]
    products *= np.concatenate([other.weights for other in others])
    found = np.zeros(len(others), dtype=np.float32)
    full = lengths > 0
    starts = np.concatenate(([0], np.cumsum(lengths[full])[:-1]))
    found[full] = np.add.reduceat(products, starts)
    return np.clip(found, 0, 1)


def _agreement(one: Report, other: Report) -> float:
    left = 1.0
    for name, factors in AGREEING.items():
        here, there = getattr(one, name), getattr(other, name)
        unsaid = here is None or there is None
        left *= factors[UNSAID if unsaid else SAME if here == there else OTHER]
    return left


def _towns(one: Fingerprint, other: Fingerprint) -> float:
    apart = one.towns and other.towns and one.towns.isdisjoint(other.towns)
    return OTHER_TOWN if apart else 1.0
