"""Makes the record of a model from its held-out messages, when it is trained."""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence

import numpy as np

from analytics.triage.evaluate.judging import Judged
from analytics.triage.fitting import concerned, truth
from analytics.triage.grave import is_grave
from analytics.triage.labels import LANG
from analytics.triage.normalise import normalise
from analytics.triage.reading import WORD_PATTERN
from analytics.triage.record import HEADS, NOT_ASKED, Record, key_of
from analytics.triage.rows import Row


def record_of(judged: Judged, learnt: Sequence[Row]) -> Record:
    """The record of what was judged; `learnt`: all rows of the training, for the words known."""
    rows = judged.rows
    true = {}
    for head in HEADS:
        kept = concerned(head, rows)
        true[head.name] = np.array(
            [
                head.labels.index(truth(head, row)) if keep else NOT_ASKED
                for row, keep in zip(rows, kept, strict=True)
            ]
        )
    return Record(
        keys=np.array([key_of(row.text) for row in rows]),
        langs=np.array([LANG.labels.index(row.lang) for row in rows]),
        truth=true,
        guess={head.name: judged.chances[head.name].argmax(axis=1) for head in HEADS},
        sure=judged.sure,
        urgent=judged.urgent,
        raised=judged.alarming | judged.urgent_by_words,
        grave=np.array([is_grave(row) for row in rows]),
        held=judged.held_by_either,
        unknown=unknown_share(rows, learnt),
    )


def unknown_share(judged: Sequence[Row], learnt: Sequence[Row]) -> float:
    """The share of words that a model without their writer would not know: fewer than two others'
    messages have them."""
    messages: Counter[str] = Counter()
    own: dict[str, Counter[str]] = defaultdict(Counter)
    for row in learnt:
        words = set(_words(row.text))
        messages.update(words)
        own[row.author].update(words)
    met = [(row.author, word) for row in judged for word in _words(row.text)]
    return sum(messages[word] - own[who][word] < 2 for who, word in met) / max(1, len(met))


def _words(text: str) -> list[str]:
    return [word for word in re.findall(WORD_PATTERN, normalise(text)) if word not in "?!"]
