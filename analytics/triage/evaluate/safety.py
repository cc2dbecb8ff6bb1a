"""What keeps people safe, judged on unseen writers: urgent messages, bribery, and abstaining."""

from typing import Any

import numpy as np

from analytics.intervals import wilson
from analytics.triage.calibration import Flags, Floats
from analytics.triage.corpus.confidential import confidential_reading
from analytics.triage.evaluate import resampling
from analytics.triage.evaluate.judging import Judged
from analytics.triage.lexicon import screen
from analytics.triage.metrics import calibration_error, recall_and_precision, reliability
from analytics.triage.model import confidence

BRIBERY = "bribery"
_SHARES = tuple(share / 100 for share in range(2, 101, 2))


def urgent(judged: Judged, seed: int) -> dict[str, Any]:
    """Recall and precision of the model, the lexicon and either; by language; as curves."""
    true, chance = judged.urgent, judged.chances["urgent"][:, 0]
    lexicon = judged.urgent_by_words
    found = {"model": judged.alarming, "lexicon": lexicon, "either": judged.alarming | lexicon}
    writers = np.array([row.author for row in judged.rows])
    langs = np.array([row.lang for row in judged.rows])
    return {
        "messages": int(true.sum()),
        "calibration_error": calibration_error(chance, true),
        "reliability": reliability(chance, true),
        **{name: rates(flags, true) for name, flags in found.items()},
        "recall_writers": _recall_writers(found["either"], true, writers, seed),
        "by_language": {
            lang: {"messages": int(true[mine].sum()), **rates(found["either"][mine], true[mine])}
            for lang in sorted(set(langs.tolist()))
            for mine in [langs == lang]
        },
        "curve": {
            "model": _curve(chance, true, np.zeros(len(true), dtype=bool)),
            "either": _curve(chance, true, lexicon),
        },
    }


def bribery(judged: Judged) -> dict[str, Any]:
    """What is kept from the accused: hits and the unclear, lexicon alone and with the model."""
    true = np.array([row.category == BRIBERY for row in judged.rows])
    screened = [screen(row.text) for row in judged.rows]
    hits = np.array([BRIBERY in one.reasons for one in screened])
    closed = np.array([one.confidential or one.unclear for one in screened])
    return {
        "messages": int(true.sum()),
        "lexicon_sure": rates(hits, true),
        "lexicon_closed": rates(closed, true),
        "closed_with_model": rates(judged.held_by_either, true),
    }


def confidential(judged: Judged) -> dict[str, Any]:
    """Recall of what must not reach the accused, by the class a second reader found, and of any.

    Held are hits and the unclear of the lexicon, what is urgent, and what the model holds.
    """
    reading = confidential_reading()
    read = [reading.get(row.id, frozenset()) for row in judged.rows]
    held = judged.held_by_either
    classes = sorted(set().union(*read))
    wanted = {"any": np.array([bool(one) for one in read])} if classes else {}
    wanted |= {name: np.array([name in one for one in read]) for name in classes}
    return {
        name: {"messages": int(true.sum())} | rates(held, true) for name, true in wanted.items()
    }


def rates(found: Flags, true: Flags) -> dict[str, Any]:
    """Recall and precision with Wilson's 95 % intervals, and the share of all that is found."""
    recall, precision = recall_and_precision(found, true)
    both = int((found & true).sum())
    return {
        "recall": recall,
        "recall_interval": _ends(both, int(true.sum())),
        "precision": precision,
        "precision_interval": _ends(both, int(found.sum())),
        "share": float(found.mean()),
    }


def abstention(judged: Judged) -> dict[str, Any]:
    """How much goes without a person, and how often that is right, by language and threshold."""
    right, sure = judged.right, judged.sure
    langs = np.array([row.lang for row in judged.rows])
    order = np.argsort(-confidence(judged.chances), kind="stable")
    return {
        "route_accuracy": float(right.mean()),
        "coverage": float(sure.mean()),
        "accuracy": true_share(right[sure]),
        "accuracy_interval": _ends(int(right[sure].sum()), int(sure.sum())),
        "by_language": {
            lang: {
                "coverage": float(sure[langs == lang].mean()),
                "accuracy": true_share(right[sure & (langs == lang)]),
            }
            for lang in sorted(set(langs.tolist()))
        },
        "accuracy_at_coverage": {
            f"{share:.1f}": float(right[order[: int(len(order) * share)]].mean())
            for share in (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
        },
        "curve": [
            [share, float(right[order[: max(1, int(len(order) * share))]].mean())]
            for share in _SHARES
        ],
    }


def true_share(flags: Flags) -> float:
    """The share that is true; 0.0 of none."""
    return float(flags.mean()) if len(flags) else 0.0


def _curve(chance: Floats, true: Flags, raised: Flags) -> list[list[float]]:
    """(recall, precision) from the highest threshold to where the model raises a third of all."""
    points = []
    for share in np.linspace(0.01, 0.35, 35):
        points.append(
            list(recall_and_precision(raised | (chance >= np.quantile(chance, 1 - share)), true))
        )
    return points


def _recall_writers(found: Flags, true: Flags, writers: Any, seed: int) -> resampling.Interval:
    """The recall's interval with whole writers drawn again."""
    each = resampling.tables(true.astype(int), found.astype(int), writers, 2)
    drawn = resampling.writers_again(each, seed)
    return resampling.between(drawn[:, 1, 1] / np.maximum(1, drawn[:, 1].sum(axis=-1)))


def _ends(hits: int, total: int) -> resampling.Interval | None:
    found = wilson(hits, total)
    return (found.low, found.high) if found else None
