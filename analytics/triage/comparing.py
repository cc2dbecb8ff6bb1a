"""Whether a new model is worse than the one in use, message by message.

Both answered the same held-out messages, so chance is what drawing those messages again moves
their difference by.  A language or the safety of people is worse when the whole interval of that
difference is below zero, or when it fell by more than is bearable however few the messages.
Needs numpy alone.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from analytics.triage.calibration import Flags
from analytics.triage.labels import CATEGORY, INTENT, LANG, SECTOR
from analytics.triage.metrics import macro_f1
from analytics.triage.record import NOT_ASKED, Labels, Record

HEADS = (CATEGORY, INTENT, SECTOR)
"""What decides where a message goes: no language may get worse at any of them."""
SAFETY = (("urgent", "urgent", "raised"), ("confidential", "grave", "held"))
"""What may not be missed more often, and the flags of a record that tell it and who found it."""
RESAMPLES = 1000
SEED = 20260701
LANGUAGE_LEVEL = 99.0
"""Percent: twelve differences are looked at, and an equal model must pass them all."""
SAFETY_LEVEL = 95.0
MOST_LOST = {"language": 0.05, "safety": 0.03}
"""The largest fall of a figure that is borne where few messages make a wide interval."""


@dataclass(frozen=True)
class Difference:
    """One figure of both models on the same messages; `low` and `high` bound the difference."""

    what: str
    group: str
    messages: int
    old: float
    new: float
    low: float
    high: float
    most_lost: float

    @property
    def worse(self) -> bool:
        """Whether it may not be promoted for this."""
        return self.high < 0 or self.new - self.old < -self.most_lost


def differences(old: Record, new: Record) -> list[Difference]:
    """Each figure that may not fall, on the messages that both records have with equal labels.

    Raises `Incomparable` when there are none.
    """
    _, mine, yours = np.intersect1d(old.keys, new.keys, return_indices=True)
    if not len(mine):
        raise Incomparable("the two models were judged on different messages: train both again")
    return [*_languages(old, new, mine, yours), *_safety(old, new, mine, yours)]


class Incomparable(ValueError):
    """Two records without a message in common."""


def _languages(old: Record, new: Record, mine: Labels, yours: Labels) -> Iterator[Difference]:
    for head in HEADS:
        true = old.truth[head.name][mine]
        same = (true == new.truth[head.name][yours]) & (true != NOT_ASKED)
        for place, lang in enumerate(LANG.labels):
            kept = same & (old.langs[mine] == place)
            if kept.any():
                yield paired(
                    (head.name, lang), macro_f1, true[kept],
                    (old.guess[head.name][mine][kept], new.guess[head.name][yours][kept]),
                    LANGUAGE_LEVEL, MOST_LOST["language"],
                )  # fmt: skip


def _safety(old: Record, new: Record, mine: Labels, yours: Labels) -> Iterator[Difference]:
    for what, true, found in SAFETY:
        real: Flags = getattr(old, true)[mine] & getattr(new, true)[yours]
        if real.any():
            answers = getattr(old, found)[mine][real], getattr(new, found)[yours][real]
            yield paired(
                (what, "recall"), share, np.ones(int(real.sum()), dtype=np.int64),
                (answers[0].astype(np.int64), answers[1].astype(np.int64)),
                SAFETY_LEVEL, MOST_LOST["safety"],
            )  # fmt: skip


def paired(
    named: tuple[str, str], measure: Callable[[Labels, Labels], float], truth: Labels,
    answers: tuple[Labels, Labels], level: float, most_lost: float,
) -> Difference:  # fmt: skip
    """The difference of a measure of two answers to the same messages, and its interval in percent
    by drawing the messages again."""
    old, new = answers
    draw = np.random.default_rng(SEED)
    size, drawn = len(truth), []
    for _ in range(RESAMPLES):
        chosen = draw.integers(0, size, size)
        drawn.append(measure(truth[chosen], new[chosen]) - measure(truth[chosen], old[chosen]))
    tail = (100 - level) / 2
    low, high = np.percentile(drawn, [tail, 100 - tail])
    return Difference(
        *named, size, measure(truth, old), measure(truth, new), float(low), float(high), most_lost
    )


def share(truth: Labels, guess: Labels) -> float:
    """How much of the one the other is."""
    return float((truth == guess).mean())
