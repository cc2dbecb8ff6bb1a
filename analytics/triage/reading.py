"""Text to feature numbers with plain dictionaries: the same n-grams as training, no scikit-learn.

A token's n-grams never change, so each token is looked up once and remembered: most words of a
message have been seen before, and that is what makes a prediction cheap.
"""

import re
from array import array
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from analytics.triage.normalise import normalise

WORD_PATTERN = r"(?u)\w+|[?!]"
WORD_NGRAMS = (1, 2)
CHAR_NGRAMS = (2, 5)
REMEMBERED_TOKENS = 20_000

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


@dataclass(frozen=True)
class _Known:
    """What one token brings: its features, and the words at its edges that pair with neighbours."""

    features: "array[int]"
    first: str
    last: str


class Reader:
    """Reads texts against one vocabulary; safe to share between threads."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._words = {gram: number for number, gram in enumerate(vocabulary.words)}
        start = len(vocabulary.words)
        self._chars = {gram: start + number for number, gram in enumerate(vocabulary.chars)}
        self._known: dict[str, _Known] = {}

    def read(self, text: str) -> Reading:
        """The text's features; a text without a known n-gram has no occurrences."""
        tokens = tuple(normalise(text).split())
        occurrences = array("i")
        ends = []
        before = ""
        for token in tokens:
            known = self._known.get(token) or self._learn(token)
            occurrences.extend(known.features)
            if known.first:
                pair = self._words.get(f"{before} {known.first}") if before else None
                if pair is not None:
                    occurrences.append(pair)
                before = known.last
            ends.append(len(occurrences))
        return Reading(tokens, tuple(ends), np.frombuffer(occurrences, dtype=np.int32))

    def _learn(self, token: str) -> _Known:
        words = _WORD.findall(token)
        grams = words + [f"{left} {right}" for left, right in pairwise(words)]
        features = [number for gram in grams if (number := self._words.get(gram)) is not None]
        features += [
            number for gram in char_grams(token) if (number := self._chars.get(gram)) is not None
        ]
        known = _Known(array("i", features), words[0] if words else "", words[-1] if words else "")
        if len(self._known) >= REMEMBERED_TOKENS:
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
