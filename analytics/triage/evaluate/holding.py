"""How much of what is confidential is held for people first, words or model, on unseen writers."""

from typing import Any

import numpy as np

from analytics.triage.calibration import Flags, Floats
from analytics.triage.corpus.confidential import confidential_reading
from analytics.triage.evaluate.judging import Judged
from analytics.triage.grave import is_grave
from analytics.triage.hold_fitting import held_by_words, lower_bound

CLASSES = ("bribery", "abuse", "threat")


def hold(judged: Judged) -> dict[str, Any]:
    """Recall with its exact one-sided lower 95 % bound, of all and by class; the share of all
    messages that is held; and the same of the words alone."""
    words = np.array([held_by_words(row.text) for row in judged.rows])
    both, grave = judged.held_by_either, np.array([is_grave(row) for row in judged.rows])
    langs = np.array([row.lang for row in judged.rows])
    return {
        "messages": int(grave.sum()),
        "held_share": float(both.mean()),
        "words_share": float(words.mean()),
        "either": _recall(both, grave),
        "words": _recall(words, grave),
        "by_class": {name: _recall(both, _of_class(judged, name)) for name in CLASSES},
        "by_language": {
            lang: {"held_share": float(both[mine].mean()), **_recall(both[mine], grave[mine])}
            for lang in sorted(set(langs.tolist()))
            for mine in [langs == lang]
        },
        "curve": _curve(judged.grave, grave, words | judged.alarming),
    }


def _curve(chance: Floats, grave: Flags, raised: Flags) -> list[dict[str, float]]:
    """Where the threshold would stand for each number missed, chances of unseen writers."""
    points = []
    for missed in (20, 15, 10, 8, 6, 5, 4, 3, 2, 1, 0):
        passing = np.sort(chance[grave & ~raised])
        if missed < len(passing):
            found = raised | (chance >= passing[missed])
            points.append({"held_share": float(found.mean()), **_recall(found, grave)})
    return points


def _recall(found: Flags, grave: Flags) -> dict[str, float]:
    total, hits = int(grave.sum()), int((found & grave).sum())
    return {
        "messages": total,
        "missed": total - hits,
        "recall": hits / max(1, total),
        "lower_bound": lower_bound(hits, total) if total else 0.0,
    }


def _of_class(judged: Judged, name: str) -> Flags:
    reading = confidential_reading()
    return np.array(
        [name in reading.get(row.id, ()) or row.category == name for row in judged.rows]
    )
