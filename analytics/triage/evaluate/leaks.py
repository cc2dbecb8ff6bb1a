"""Gates on what a classifier gets right: does a random split flatter, do dealt labels teach, do
rules do?  Whose answers they judge is the caller's: a report's are the model's own.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from analytics.triage.calibration import Flags
from analytics.triage.evaluate.probes import Gate, mask
from analytics.triage.evaluate.rules import by_rules, majority
from analytics.triage.labels import CATEGORY
from analytics.triage.rows import Row

GAP, CHANCE = 0.05, 0.05


def gap_gate(random: Flags, unread: Flags) -> Gate:
    """What a random split would boast of: accuracy with the writer's other messages learnt, minus
    accuracy on writers not read; the same messages in both."""
    return Gate("random minus unread writers", float(random.mean() - unread.mean()), GAP, most=True)


def dealt_gate(right: Flags, rows: Sequence[Row]) -> Gate:
    """Dealt labels teach nothing unless texts stand on both sides: near the largest class."""
    largest = [row.category for row in rows].count(majority([row.category for row in rows]))
    return Gate("dealt labels learnt", float(right.mean()), largest / len(rows) + CHANCE, most=True)


def rules_gate(rules: Flags, learnt: Flags) -> Gate:
    """How much better than keywords on people's messages; must be more than nothing."""
    return Gate("gain over keyword rules", float(learnt.mean() - rules.mean()), 0.001)


def dealt(rows: Sequence[Row], seed: int) -> list[Row]:
    """The same rows with categories dealt anew, one for each distinct masked text.

    A text that stands twice keeps one label in both places, so copies betray themselves.
    """
    draw = np.random.default_rng(seed)
    distinct = list(dict.fromkeys(mask(row.text) for row in rows))
    labels = draw.choice([row.category for row in rows], len(distinct))
    given = dict(zip(distinct, map(str, labels), strict=True))
    return [replace(row, category=given[mask(row.text)]) for row in rows]


def rules_right(rows: Sequence[Row]) -> Flags:
    """Which rows the keyword rules get right; the most frequent category where they say nothing."""
    guess = by_rules(CATEGORY, [row.text for row in rows], majority([row.category for row in rows]))
    return np.array(
        [CATEGORY.labels[at] == row.category for at, row in zip(guess, rows, strict=True)]
    )
