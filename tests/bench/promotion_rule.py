"""`python -m tests.bench.promotion_rule`: how often the rule refuses equal and worse ones.

From the held-out answers of the model we come with.  An equal model answers a tenth of the messages
anew, as messages of the same label and language were answered; a worse one moreover gets a share of
one language's complaints wrong.  Two to three minutes of CPU; needs no service.
"""

from dataclasses import replace

import numpy as np

from analytics.triage import TRAINED, comparing, record
from analytics.triage.calibration import Flags
from analytics.triage.labels import LANG
from analytics.triage.record import NOT_ASKED, Labels, Record

EQUAL, WORSE, ANEW = 40, 20, 0.1
LOST = (0.03, 0.05, 0.08)
_DRAW = np.random.default_rng(1)


def report() -> str:
    """Shares of simulated models that are refused: by any fall at all, and by the rule."""
    kept = record.read(TRAINED)
    if kept is None:
        return f"{TRAINED} has no {record.FILE}: train it anew"
    pairs = [comparing.differences(_anew(kept), _anew(kept)) for _ in range(EQUAL)]
    fell = sum(any(one.new < one.old for one in found) for found in pairs)
    refused = sum(any(one.worse for one in found) for found in pairs)
    lines = [f"equal models: any fall refuses {fell / EQUAL:.2f}, the rule {refused / EQUAL:.2f}"]
    for lost in LOST:
        for lang in ("sheng", "sw"):
            found = [_hurts(kept, LANG.labels.index(lang), lost) for _ in range(WORSE)]
            lines.append(
                f"{lost:.0%} more of the complaints in {lang} wrong: refused {np.mean(found):.2f}"
            )
    return "\n".join(lines)


def _hurts(kept: Record, lang: int, share: float) -> bool:
    """Whether a model that got worse in one language is refused for that language."""
    found = comparing.differences(_anew(kept), _worse(_anew(kept), lang, share))
    return any(one.worse and one.group == LANG.labels[lang] for one in found)


def _anew(kept: Record) -> Record:
    guess = {
        name: _as_others(answers, kept.truth[name] * len(LANG.labels) + kept.langs)
        for name, answers in kept.guess.items()
    }
    return replace(
        kept, guess=guess,
        raised=_as_others(kept.raised.astype(np.int64), kept.urgent.astype(np.int64)) > 0,
        held=_as_others(kept.held.astype(np.int64), kept.grave.astype(np.int64)) > 0,
    )  # fmt: skip


def _as_others(answers: Labels, groups: Labels) -> Labels:
    found = answers.copy()
    for at in np.flatnonzero(_DRAW.random(len(answers)) < ANEW):
        found[at] = answers[_DRAW.choice(np.flatnonzero(groups == groups[at]))]
    return found


def _worse(kept: Record, lang: int, share: float) -> Record:
    truth, guess = kept.truth["category"], kept.guess["category"].copy()
    right: Flags = (kept.langs == lang) & (truth != NOT_ASKED) & (guess == truth)
    for at in np.flatnonzero(right):
        if _DRAW.random() < share:
            guess[at] = (guess[at] + _DRAW.integers(1, 9)) % 9
    return replace(kept, guess={**kept.guess, "category": guess})


if __name__ == "__main__":
    print(report())
