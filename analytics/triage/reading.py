"""Text to feature numbers with plain dictionaries: the same n-grams as training, no scikit-learn.

A token's n-grams never change, so each token is looked up once and remembered: most words of a
message have been seen before, and that is what makes a prediction cheap.
"""

import re
from array import array
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from analytics.triage.normalise import normalise

WORD_PATTERN = r"(?u)\w+|[?!]"
WORD_NGRAMS = (1, 2)
CHAR_NGRAMS = (2, 5)
REMEMBERED_TOKENS = 16_000

_WORD = re.compile(WORD_PATTERN)


@dataclass(frozen=True)
class Vocabulary:
    """The n-grams in column order: word n-grams first, then those within a token (`char_wb`)."""

    words: tuple[str, ...]
    chars: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.words) + len(self.chars)


@dataclass(frozen=True)
class Reading:
    """A text as occurrences of features, in order, with the end of each token's share.

    `occurrences`: feature numbers, repeats kept; `tokens[i]` owns
    `occurrences[ends[i - 1]:ends[i]]`.
    """

    tokens: tuple[str, ...]
    ends: tuple[int, ...]
    occurrences: NDArray[np.int32]


class _Known(NamedTuple):
    """What one token brings: its features, its first word, and the pairs its last word begins."""

    features: "array[int]"
    first: str
    pairs: dict[str, int]


class Reader:
    """Reads texts against one vocabulary; safe to share between threads."""

    def __init__(self, vocabulary: Vocabulary, remembered: int = REMEMBERED_TOKENS) -> None:
        self._remembered = remembered
        self._words = {gram: number for number, gram in enumerate(vocabulary.words)}
        self._pairs: dict[str, dict[str, int]] = {}
        for gram, number in self._words.items():
            before, _, after = gram.partition(" ")
            if after:
                self._pairs.setdefault(before, {})[after] = number
        start = len(vocabulary.words)
        self._chars = {gram: start + number for number, gram in enumerate(vocabulary.chars)}
        self._known: dict[str, _Known] = {}

    def read(self, text: str) -> Reading:
        """The text's features; a text without a known n-gram has no occurrences."""
        tokens = tuple(normalise(text).split())
        occurrences = array("i")
        ends = []
        pairs: dict[str, int] = {}
        for token in tokens:
            features, first, begun = self._known.get(token) or self._learn(token)
            occurrences.extend(features)
            if first:
                if first in pairs:
                    occurrences.append(pairs[first])
                pairs = begun
            ends.append(len(occurrences))
        return Reading(tokens, tuple(ends), np.frombuffer(occurrences, dtype=np.int32))

    def _learn(self, token: str) -> _Known:
        words = _WORD.findall(token)
        grams = words + [f"{left} {right}" for left, right in pairwise(words)]
        features = [number for gram in grams if (number := self._words.get(gram)) is not None]
        features += [
            number for gram in char_grams(token) if (number := self._chars.get(gram)) is not None
        ]
        first, last = (words[0], words[-1]) if words else ("", "")
        known = _Known(array("i", features), first, self._pairs.get(last, {}))
        if len(self._known) >= self._remembered:
            self._known = {}  # a new dictionary, so that a reader in another thread keeps its own
        self._known[token] = known
        return known


def char_grams(token: str) -> list[str]:
    """The n-grams of scikit-learn's `char_wb` for one token; a short token is counted once."""
    padded = f" {token} "
    grams = []
    for size in range(CHAR_NGRAMS[0], CHAR_NGRAMS[1] + 1):
        if len(padded) <= size:
            grams.append(padded)
            break
        grams += [padded[at : at + size] for at in range(len(padded) - size + 1)]
    return grams
