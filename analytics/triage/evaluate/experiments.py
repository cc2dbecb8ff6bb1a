"""What more is worth knowing than the headline: learning curve, noise, likeness, baselines, gates.

Each function takes answers that were computed before and gives plain figures.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from analytics.triage.calibration import Flags, Ints
from analytics.triage.evaluate import leaks, probes
from analytics.triage.evaluate.figures import CLASSES, guesses, lenient, measured
from analytics.triage.evaluate.fits import Answers
from analytics.triage.evaluate.judging import Judged, decided, judge
from analytics.triage.evaluate.noise import noisy, variants
from analytics.triage.evaluate.rules import by_rules, majority
from analytics.triage.evaluate.safety import true_share
from analytics.triage.labels import CATEGORY, LANG
from analytics.triage.metrics import accuracy, macro_f1
from analytics.triage.rows import Row, Source
from analytics.triage.train import HeldOut, settle

_BANDS = ((0, 60), (60, 80), (80, 101))


def brief(judged: Judged) -> dict[str, Any]:
    """The figures of held-out messages at a glance, without intervals."""
    lexicon = judged.urgent_by_words
    found: dict[str, Any] = {"messages": len(judged.rows)}
    for head in CLASSES:
        rows, true, guess, _ = guesses(head, judged)
        found[head.name] = macro_f1(true, guess)
        if head is CATEGORY:
            found["lenient"] = macro_f1(lenient(rows, true, guess), guess)
        if head is LANG:
            found["lang_accuracy"] = accuracy(true, guess)
    urgent = judged.urgent
    return found | {
        "coverage": judged.sure.mean(),
        "sure_accuracy": true_share(judged.right[judged.sure]),
        "urgent_model": true_share(judged.alarming[urgent]),
        "urgent_lexicon": true_share(lexicon[urgent]),
        "urgent_either": true_share((judged.alarming | lexicon)[urgent]),
    }


def noise(plain: HeldOut, answers: Answers, rows: Sequence[Row], seed: int) -> list[dict[str, Any]]:
    """The brief figures for every kind and share of noise, settings chosen on plain messages."""
    found = [{"kind": "as written", "share": 0.0, **brief(judge(plain))}]
    for guise, (kind, share) in enumerate(variants(), start=1):
        texts = noisy([row.text for row in plain.rows], kind, share, seed)
        heard = answers.held_out(rows, guise)
        changed = tuple(
            replace(row, text=text) for row, text in zip(heard.rows, texts, strict=True)
        )
        judged = judge(plain, HeldOut(changed, heard.scores))
        found.append({"kind": kind, "share": share, **brief(judged)})
    return found


def learning(
    found: Mapping[float, Answers], plain: HeldOut, rows: Sequence[Row], seed: int
) -> dict[str, Any]:
    """Macro-F1 by the number of training messages, and what doubling them is worth now."""
    points = []
    size = len(rows) - len(plain.rows) / len({row.author for row in plain.rows})
    for share, answers in [*found.items(), (1.0, None)]:
        judged = judge(answers.held_out(rows) if answers else plain)
        point: dict[str, Any] = {"share": share, "messages": int(share * size)}
        for head in CLASSES:
            part, true, guess, _ = guesses(head, judged)
            writers = np.array([row.author for row in part])
            each = measured(true, guess, writers, len(head.labels), seed)
            point[head.name] = each["macro_f1"]
            point[f"{head.name}_interval"] = each["macro_f1_interval"]
        points.append(point)
    last = points[-3:]
    doublings = np.log2([point["messages"] for point in last])
    return {
        "points": points,
        "gain_per_doubling": {
            head.name: np.polyfit(doublings, [point[head.name] for point in last], 1)[0]
            for head in CLASSES
        },
    }


def likeness(judged: Judged, nearest: Ints) -> dict[str, Any]:
    """Accuracy by how like the likest training message is (rapidfuzz ratio)."""
    complaints = np.array([row.intent == "complaint" for row in judged.rows])
    truth = np.array([row.category for row in judged.rows])
    named = np.array(CATEGORY.labels)[judged.chances["category"].argmax(axis=1)]
    found = {}
    for low, high in _BANDS:
        band = (nearest >= low) & (nearest < high)
        asked = band & complaints
        found[f"{low} to {high - 1}"] = {
            "messages": int(band.sum()),
            "route": judged.right[band].mean() if band.any() else None,
            "category": (named == truth)[asked].mean() if asked.any() else None,
        }
    return found


def baselines(judged: Judged, dealt: HeldOut) -> dict[str, Any]:
    """Macro-F1 and accuracy by head: the most frequent label, keywords, and the model; for the
    category also what it learns from labels dealt anew."""
    found: dict[str, Any] = {}
    for head in CLASSES:
        rows, true, guess, _ = guesses(head, judged)
        most = majority([head.labels[at] for at in true])
        same = np.full(len(true), head.labels.index(most))
        ways = {"most frequent": same, "model": guess}
        if head is not LANG:  # no phrase speaks for a language
            ways["keyword rules"] = by_rules(head, [row.text for row in rows], most)
        found[head.name] = {
            way: {"macro_f1": macro_f1(true, said), "accuracy": accuracy(true, said)}
            for way, said in ways.items()
        }
    _, true, guess, _ = guesses(CATEGORY, decided(dealt, settle(dealt)))
    found[CATEGORY.name]["dealt labels"] = {
        "macro_f1": macro_f1(true, guess),
        "accuracy": accuracy(true, guess),
    }
    return found


def others(answers: Answers, plain: HeldOut, rows: Sequence[Row]) -> dict[str, Any]:
    """The brief figures of each writer outside the team, held out; by the team's settings.

    Desks stand together: how well the model agrees with one officer is nobody's business.
    """
    held_out, settings = answers.held_out(rows), settle(plain)
    authors = np.array([_writer(row) for row in held_out.rows])
    return {"all": brief(decided(held_out, settings))} | {
        str(author): brief(decided(held_out.part(authors == author), settings))
        for author in sorted(set(authors))
    }


def gates(
    rows: Sequence[Row], judged: Judged, nearest: Ints, random: HeldOut, dealt: HeldOut
) -> list[dict[str, Any]]:
    """Every gate of the corpus and of the model, with its worst group."""
    found = [_worst("source", rows, lambda row: row.source), _worst("author", rows, _writer)]
    named = [gate for part in found for gate in part]
    named += [("team", gate) for gate in probes.overlap_gates(nearest)]
    complaints, right = _right(judged)
    place = {row: at for at, row in enumerate(complaints)}
    again, random_right = _right(decided(random, settle(random)))
    same = right[[place[row] for row in again]]
    named.append(("model", leaks.gap_gate(random_right, same)))
    dealt_rows, dealt_right = _right(decided(dealt, settle(dealt)))
    named.append(("model", leaks.dealt_gate(dealt_right, dealt_rows)))
    named.append(("model", leaks.rules_gate(leaks.rules_right(complaints), right)))
    return [
        {"gate": gate.name, "of": of, "value": gate.value, "bound": gate.bound,
         "most": gate.most, "holds": gate.holds}
        for of, gate in named
    ]  # fmt: skip


def _right(judged: Judged) -> tuple[list[Row], Flags]:
    rows, true, guess, _ = guesses(CATEGORY, judged)
    return rows, true == guess


def _writer(row: Row) -> str:
    return "desks" if row.source == Source.STAFF else row.author


def _worst(
    field: str, rows: Sequence[Row], group_of: Callable[[Row], str]
) -> list[tuple[str, probes.Gate]]:
    """Of each gate of a text the group that comes nearest to its bound or farthest beyond."""
    groups = sorted({group_of(row) for row in rows})
    by_group = [
        (group, probes.text_gates([row.text for row in rows if group_of(row) == group]))
        for group in groups
    ]
    columns = zip(*(found for _, found in by_group), strict=True)
    worst = []
    for column in columns:
        values = [gate.value if gate.most else -gate.value for gate in column]
        at = int(np.argmax(values))
        worst.append((f"{field} {groups[at]}", column[at]))
    return worst
