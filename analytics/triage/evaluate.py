"""What the model can do on writers it has never read, per head, per language and per writer.

Temperatures and thresholds too are chosen without the writer who is judged.  `report.json` and
`report.html` say it; the figures also stand in the manifest of the model.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from analytics.triage.calibration import Flags, Floats, Ints
from analytics.triage.fitting import concerned, truth
from analytics.triage.labels import CATEGORY, HEADS, LANG, URGENT, Head
from analytics.triage.lexicon import BRIBERY_FROM, screen
from analytics.triage.metrics import (
    accuracy,
    calibration_error,
    confusion,
    interval,
    macro_f1,
    recall_and_precision,
    rounded,
)
from analytics.triage.model import calibrated, confidence, routes
from analytics.triage.report_page import page
from analytics.triage.rows import Row, read_corpus
from analytics.triage.train import SEED, HeldOut, hold_out, route, settle

BRIBERY = "bribery"


@dataclass(frozen=True)
class Judged:
    """Held-out messages with their chances by head, and what the thresholds made of them."""

    rows: tuple[Row, ...]
    chances: dict[str, Floats]
    sure: Flags
    alarming: Flags


def evaluate(
    folder_out: Path, rows: Sequence[Row] | None = None, seed: int = SEED
) -> dict[str, Any]:
    """Trains and judges leaving writers out, writes the report into the folder, returns it."""
    report = figures(hold_out(read_corpus() if rows is None else rows, seed), seed)
    folder_out.mkdir(parents=True, exist_ok=True)
    text = json.dumps(report, indent=1, ensure_ascii=False)
    (folder_out / "report.json").write_text(text + "\n", encoding="utf-8")
    (folder_out / "report.html").write_text(page(report), encoding="utf-8")
    return report


def figures(held_out: HeldOut, seed: int = SEED) -> dict[str, Any]:
    """All figures as plain values, rounded to three digits."""
    judged = judge(held_out)
    report = {
        "messages": len(judged.rows),
        "writers": sorted({row.author for row in judged.rows}),
        "heads": {head.name: _head(head, judged, seed) for head in HEADS if head is not URGENT},
        "urgent": _urgent(judged),
        "bribery": _bribery(judged),
        "abstention": _abstention(judged),
    }
    result: dict[str, Any] = rounded(report)
    return result


def judge(held_out: HeldOut) -> Judged:
    """Calibrates each writer's messages with the others' held-out scores."""
    authors = np.array([row.author for row in held_out.rows])
    size = len(authors)
    chances = {head.name: np.zeros((size, len(head.labels))) for head in HEADS}
    sure, alarming = np.zeros(size, dtype=bool), np.zeros(size, dtype=bool)
    for author in sorted(set(authors)):
        mine = authors == author
        settings = settle(held_out.part(~mine))
        found = calibrated(held_out.scores[mine], settings.curves)
        for name, table in found.items():
            chances[name][mine] = table
        sure[mine] = confidence(found) >= settings.sure
        alarming[mine] = found["urgent"][:, 0] >= settings.urgent
    return Judged(held_out.rows, chances, sure, alarming)


def _head(head: Head, judged: Judged, seed: int) -> dict[str, Any]:
    kept = concerned(head, judged.rows)
    rows = [row for row, keep in zip(judged.rows, kept, strict=True) if keep]
    table = judged.chances[head.name][kept]
    true = np.array([head.labels.index(truth(head, row)) for row in rows])
    guess = table.argmax(axis=1)
    by_writer = _by(rows, "author", true, guess)
    return {
        "messages": len(rows),
        "macro_f1": macro_f1(true, guess),
        "macro_f1_interval": interval(macro_f1, true, guess, seed),
        "accuracy": accuracy(true, guess),
        "accuracy_interval": interval(accuracy, true, guess, seed),
        "calibration_error": calibration_error(table.max(axis=1), guess == true),
        "mean_over_writers": {
            name: float(np.mean([part[name] for part in by_writer.values()]))
            for name in ("macro_f1", "accuracy")
        },
        "by_writer": by_writer,
        "by_language": _by(rows, "lang", true, guess) if head is not LANG else {},
        "by_label": _by_label(head, true, guess),
        "confusion": confusion(true, guess, len(head.labels)).tolist(),
        "labels": list(head.labels),
    }


def _by(rows: Sequence[Row], field: str, true: Ints, guess: Ints) -> dict[str, Any]:
    groups = np.array([getattr(row, field) for row in rows])
    return {
        str(group): {
            "messages": int((groups == group).sum()),
            "macro_f1": macro_f1(true[groups == group], guess[groups == group]),
            "accuracy": accuracy(true[groups == group], guess[groups == group]),
        }
        for group in sorted(set(groups))
    }


def _by_label(head: Head, true: Ints, guess: Ints) -> dict[str, Any]:
    return {
        label: dict(
            zip(
                ("recall", "precision"),
                recall_and_precision(guess == at, true == at),
                strict=True,
            )
        )
        for at, label in enumerate(head.labels)
    }


def _urgent(judged: Judged) -> dict[str, Any]:
    true = np.array([row.urgent for row in judged.rows])
    lexicon = np.array([screen(row.text).urgent for row in judged.rows])
    chance = judged.chances["urgent"][:, 0]
    found = {"model": judged.alarming, "lexicon": lexicon, "either": judged.alarming | lexicon}
    return {
        "messages": int(true.sum()),
        "calibration_error": calibration_error(chance, true),
        **{name: _rates(flags, true) for name, flags in found.items()},
    }


def _bribery(judged: Judged) -> dict[str, Any]:
    """What is kept from the accused: hits and the unclear, lexicon alone and with the model."""
    true = np.array([row.category == BRIBERY for row in judged.rows])
    screened = [screen(row.text) for row in judged.rows]
    chance = judged.chances["category"][:, CATEGORY.labels.index(BRIBERY)]
    hits = np.array([BRIBERY in one.reasons for one in screened])
    closed = np.array([one.confidential or one.unclear for one in screened])
    return {
        "messages": int(true.sum()),
        "lexicon_sure": _rates(hits, true),
        "lexicon_closed": _rates(closed, true),
        "closed_with_model": _rates(closed | (chance >= BRIBERY_FROM), true),
    }


def _rates(found: Flags, true: Flags) -> dict[str, float]:
    recall, precision = recall_and_precision(found, true)
    return {"recall": recall, "precision": precision, "share": float(found.mean())}


def _abstention(judged: Judged) -> dict[str, Any]:
    """How much goes without a person, and how often that is right, by language and threshold."""
    right = np.array(routes(judged.chances)) == np.array([route(row) for row in judged.rows])
    langs = np.array([row.lang for row in judged.rows])
    certainty = confidence(judged.chances)
    order = np.argsort(-certainty)
    return {
        "route_accuracy": float(right.mean()),
        "coverage": float(judged.sure.mean()),
        "accuracy": float(right[judged.sure].mean()),
        "by_language": {
            lang: {
                "coverage": float(judged.sure[langs == lang].mean()),
                "accuracy": float(right[judged.sure & (langs == lang)].mean()),
            }
            for lang in sorted(set(langs.tolist()))
        },
        "accuracy_at_coverage": {
            f"{share:.1f}": float(right[order[: int(len(order) * share)]].mean())
            for share in (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
        },
    }
