"""What keywords alone would say: the phrases of `cues.csv` and the lexicon, without any learning.

The model must beat this on people's messages, or it is not worth its keep.
"""

from collections import Counter
from collections.abc import Sequence

import numpy as np

from analytics.triage.calibration import Ints
from analytics.triage.fitting import read_cues
from analytics.triage.labels import CATEGORY, Head
from analytics.triage.lexicon import screen
from analytics.triage.normalise import normalise


def by_rules(head: Head, texts: Sequence[str], otherwise: str) -> Ints:
    """The label with most phrases in each text, the first of equals; `otherwise` where none is."""
    phrases = [
        (head.labels.index(cue.label), f" {normalise(cue.phrase)} ")
        for cue in read_cues()
        if cue.head == head.name
    ]
    fallback = head.labels.index(otherwise)
    return np.array([_one(head, text, phrases, fallback) for text in texts])


def majority(labels: Sequence[str]) -> str:
    """The most frequent label."""
    return Counter(labels).most_common(1)[0][0]


def _one(head: Head, text: str, phrases: Sequence[tuple[int, str]], fallback: int) -> int:
    if head is CATEGORY and "bribery" in screen(text).reasons:
        return head.labels.index("bribery")
    padded = f" {normalise(text)} "
    hits = Counter(label for label, phrase in phrases if phrase in padded)
    return min(hits, key=lambda label: (-hits[label], label)) if hits else fallback
