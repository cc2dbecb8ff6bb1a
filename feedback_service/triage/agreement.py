"""How well people agree on the same case, head by head: the ceiling of any model."""

import uuid
from collections import defaultdict
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from analytics.triage.agreement import kappa
from feedback_service.models import Case, Label

FEWEST = 20
"""Cases that two people read, from which on their agreement says something."""
HEADS = ("intent", "category", "urgent", "sector", "lang")


@dataclass(frozen=True)
class Agreement:
    """Of the cases that two people labelled: how often they said the same, and Cohen's kappa, None
    while they are too few."""

    head: str
    cases: int
    same: int
    kappa: float | None


def agreement(session: Session) -> list[Agreement]:
    """Head by head, over answers to the same question that were given without seeing another's."""
    found = (
        sa.select(Label)
        .join(Case, Case.id == Label.case_id)
        .where(Label.ask_id.is_not(None), Label.unclear.is_(False), Case.simulated.is_(False))
        .order_by(Label.at, Label.id)
    )
    by_ask: dict[uuid.UUID | None, list[Label]] = defaultdict(list)
    for label in session.scalars(found):
        by_ask[label.ask_id].append(label)
    twice = [(labels[0], labels[1]) for labels in by_ask.values() if len(labels) > 1]
    return [_of(head, twice) for head in HEADS]


def _of(head: str, twice: list[tuple[Label, Label]]) -> Agreement:
    both = [(getattr(one, head), getattr(other, head)) for one, other in twice]
    both = [pair for pair in both if None not in pair]
    same = sum(one == other for one, other in both)
    enough = len(both) >= FEWEST
    value = kappa([one for one, _ in both], [other for _, other in both]) if enough else None
    return Agreement(head, len(both), same, value)
