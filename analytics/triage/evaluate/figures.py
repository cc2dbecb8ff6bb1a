"""The figures of held-out messages: per head, language, label and writer, with two intervals each.

They stand in the manifest of a model; no fit is made here.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analytics.triage.calibration import Floats, Ints
from analytics.triage.evaluate import resampling
from analytics.triage.evaluate.holding import hold
from analytics.triage.evaluate.judging import Judged, judge
from analytics.triage.evaluate.safety import abstention, bribery, confidential, urgent
from analytics.triage.fitting import concerned, truth
from analytics.triage.labels import CATEGORY, LANG, Head
from analytics.triage.metrics import (
    calibration_error,
    confusion,
    reliability,
    rounded,
)
from analytics.triage.record import HEADS
from analytics.triage.rows import Row
from analytics.triage.train import SEED, HeldOut

CLASSES = HEADS
"""The heads with an answer among several; the others say yes or no."""


def figures(held_out: HeldOut, seed: int = SEED) -> dict[str, Any]:
    """All figures as plain values, rounded to three digits. Raises `MayNotJudge`."""
    judged = judge(held_out)
    report = {
        "messages": len(judged.rows),
        "writers": sorted({row.author for row in judged.rows}),
        "heads": {head.name: _head(head, judged, seed) for head in CLASSES},
        "urgent": urgent(judged, seed),
        "bribery": bribery(judged),
        "confidential": confidential(judged),
        "hold": hold(judged),
        "abstention": abstention(judged),
    }
    result: dict[str, Any] = rounded(report)
    return result


def measured(
    true: Ints, guess: Ints, writers: NDArray[np.str_], size: int, seed: int
) -> dict[str, Any]:
    """Macro-F1 and accuracy with their intervals, messages drawn again and writers drawn again.

    `*_writers` is left out where there is one writer alone.
    """
    each = resampling.tables(true, guess, writers, size)
    whole, drawn = each.sum(axis=0), {"interval": resampling.messages_again(each, seed)}
    if len(each) > 1:
        drawn["writers"] = resampling.writers_again(each, seed)
    found: dict[str, Any] = {"messages": len(true)}
    for name, measure in (("macro_f1", resampling.macro_f1), ("accuracy", resampling.accuracy)):
        found[name] = float(measure(whole))
        for kind, tables in drawn.items():
            found[f"{name}_{kind}"] = resampling.between(measure(tables))
    return found


def guesses(head: Head, judged: Judged) -> tuple[list[Row], Ints, Ints, Floats]:
    """Of the rows a head is judged on: themselves, true and guessed labels, chances."""
    kept = concerned(head, judged.rows)
    rows = [row for row, keep in zip(judged.rows, kept, strict=True) if keep]
    table = judged.chances[head.name][kept]
    true = np.array([head.labels.index(truth(head, row)) for row in rows])
    return rows, true, table.argmax(axis=1), table


def lenient(rows: Sequence[Row], true: Ints, guess: Ints) -> Ints:
    """The true categories, where a competing second label that was guessed counts as true."""
    second = [row.alt_category for row in rows]
    named = np.array(CATEGORY.labels)[guess]
    return np.where(named == np.array(second), guess, true)


def _head(head: Head, judged: Judged, seed: int) -> dict[str, Any]:
    rows, true, guess, table = guesses(head, judged)
    writers, size = np.array([row.author for row in rows]), len(head.labels)
    found = measured(true, guess, writers, size, seed)
    by_writer = _by("author", rows, true, guess, size, seed)
    surest = table.max(axis=1)
    found |= {
        "calibration_error": calibration_error(surest, guess == true),
        "reliability": reliability(surest, guess == true),
        "mean_over_writers": {
            name: float(np.mean([part[name] for part in by_writer.values()]))
            for name in ("macro_f1", "accuracy")
        },
        "by_writer": by_writer,
        "by_language": _by("lang", rows, true, guess, size, seed) if head is not LANG else {},
        "by_label": _by_label(head, resampling.tables(true, guess, writers, size), seed),
        "confusion": confusion(true, guess, size).tolist(),
        "labels": list(head.labels),
    }
    if head is CATEGORY:
        found["lenient"] = measured(lenient(rows, true, guess), guess, writers, size, seed)
    return found


def _by(
    field: str, rows: Sequence[Row], true: Ints, guess: Ints, size: int, seed: int
) -> dict[str, Any]:
    groups = np.array([getattr(row, field) for row in rows])
    writers = np.array([row.author for row in rows])
    return {
        str(group): measured(true[mine], guess[mine], writers[mine], size, seed)
        for group in sorted(set(groups))
        for mine in [groups == group]
    }


def _by_label(head: Head, each: resampling.Tables, seed: int) -> dict[str, Any]:
    whole = each.sum(axis=0)
    values = resampling.label_f1(whole)
    drawn = {
        "f1_interval": resampling.label_f1(resampling.messages_again(each, seed)),
        "f1_writers": resampling.label_f1(resampling.writers_again(each, seed)),
    }
    found: dict[str, Any] = {}
    for at, label in enumerate(head.labels):
        if np.isnan(values[at]):
            continue
        found[label] = {
            "messages": int(whole[at].sum()),
            "recall": whole[at, at] / max(1.0, whole[at].sum()),
            "precision": whole[at, at] / max(1.0, whole[:, at].sum()),
            "f1": values[at],
            **{name: resampling.between(tables[:, at]) for name, tables in drawn.items()},
        }
    return found
