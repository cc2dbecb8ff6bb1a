"""Rows with categories flipped on purpose."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from analytics.triage.labels import CATEGORY
from analytics.triage.rows import Row

PLANTED = 0.05


def flipped(rows: Sequence[Row], draw: Any) -> tuple[list[Row], set[str]]:
    """One complaint in twenty has another category than its writer gave it; and which these are."""
    complaints = [row.id for row in rows if row.intent == "complaint"]
    many = int(len(complaints) * PLANTED)
    wrong = set(draw.choice(complaints, many, replace=False).tolist())
    return [
        replace(row, category=_another(row.category, draw)) if row.id in wrong else row
        for row in rows
    ], wrong


def _another(category: str, draw: Any) -> str:
    return str(draw.choice([label for label in CATEGORY.labels if label != category]))
