"""Probes for self-deception: signs that a corpus is made of templates, copied, or leaks.

Each is a figure with a bound; text made from templates fails them.  The bounds were taken from
human and templated sets that are public.
"""

import re
import zlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
from rapidfuzz import fuzz, process

from analytics.triage.calibration import Ints
from analytics.triage.normalise import normalise
from analytics.triage.rows import Row

COPY = 90  # from this rapidfuzz ratio on two texts are nearly one
OFTEN = 5
BLOCK = 500

_DIGITS = re.compile(r"\d+(?:[.,]\d+)*")
_NOT_WORDS = re.compile(r"[^\w\s#]|_")


@dataclass(frozen=True)
class Gate:
    """A figure and its bound; `most` says that the figure must not exceed it."""

    name: str
    value: float
    bound: float
    most: bool = False

    @property
    def holds(self) -> bool:
        return self.value <= self.bound if self.most else self.value >= self.bound


def text_gates(texts: Sequence[str]) -> list[Gate]:
    """Of one writer's or one source's messages: are they sentences, or one sentence refilled?"""
    masked = [mask(text) for text in texts]
    return [
        Gate("unique after masking", len(set(masked)) / len(masked), 0.85),
        Gate("4-grams seen five times", repeated_grams(masked), 0.2, most=True),
        Gate("zlib ratio", squeezed(masked), 0.2),
    ]


def overlap_gates(nearest: Ints) -> list[Gate]:
    """`nearest`: of each judged text the ratio (0 to 100) to the likest one of another writer."""
    return [
        Gate("copied from another writer", float((nearest == 100).mean()), 0.0, most=True),
        Gate("nearly copied", float((nearest >= COPY).mean()), 0.05, most=True),
    ]


def mask(text: str) -> str:
    """The normalised text with every number as `#`, without punctuation."""
    return " ".join(_NOT_WORDS.sub(" ", _DIGITS.sub("#", normalise(text))).split())


def repeated_grams(texts: Iterable[str]) -> float:
    """The share of runs of four words that occur at least five times in all the texts."""
    seen = Counter(
        gram
        for words in (text.split() for text in texts)
        for gram in zip(*(islice(words, start, None) for start in range(4)), strict=False)
    )
    return sum(times for times in seen.values() if times >= OFTEN) / max(1, seen.total())


def squeezed(texts: Iterable[str]) -> float:
    """Compressed by original size: refilled templates squeeze to a few hundredths."""
    whole = "\n".join(texts).encode()
    return len(zlib.compress(whole, 9)) / len(whole)


def nearest(judged: Sequence[Row], rows: Sequence[Row], least: int = COPY) -> Ints:
    """Of each judged row the rapidfuzz ratio to the likest row of another writer, 0 if < `least`.

    A lower `least` costs more: 2 s of CPU for 3,000 by 8,000 messages at 90, 4 s at 60.
    """
    found = np.zeros(len(judged), dtype=np.int64)
    texts = np.array([normalise(row.text) for row in judged], dtype=object)
    writers = np.array([row.author for row in judged])
    for writer in sorted(set(writers)):
        others = [normalise(row.text) for row in rows if row.author != writer]
        mine = np.flatnonzero(writers == writer)
        for block in np.array_split(mine, max(1, len(mine) // BLOCK)):
            table = process.cdist(
                texts[block], others, scorer=fuzz.ratio, score_cutoff=least, dtype=np.uint8
            )
            found[block] = table.max(axis=1, initial=0)
    return found
