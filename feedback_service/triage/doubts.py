"""Looked at with each training: labels of desks that seem wrong, and whether citizens write of
other things than before.  Only where training runs: it needs what training needs.
"""

import uuid
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from analytics import triage as model_room
from analytics.triage import Row, drift
from feedback_service.domain.cases import Lane
from feedback_service.models import AskReason, Case
from feedback_service.redress.masking import masked_words
from feedback_service.runtime import Runtime
from feedback_service.triage import asking
from feedback_service.triage.labels import read_by

MOST, FEWEST = 10, 60
"""Questions a training may ask about doubtful labels; labels from which on it looks for them."""
RECENT, MOST_TEXTS, ENOUGH_BEFORE = timedelta(days=28), 600, 300
_SEED = 20260701


def look(rt: Runtime, rows: Sequence[Row], version: str) -> int:
    """Ask again about the labels that a model which never read them finds least likely."""
    if len(rows) < FEWEST:
        return 0
    # Here, not above: what asks for doubts in a worker must not carry scikit-learn.
    from analytics.triage.noise import suspects

    found = suspects(rows, model_room.read_corpus())
    cases = list(dict.fromkeys(uuid.UUID(one.row.id) for one in found))[:MOST]
    with rt.transaction() as session:
        asked = [(case_id, read_by(session, case_id) or version) for case_id in cases]
        asking.put(session, AskReason.NOISE, asked, rt.now())
    return len(cases)


def told_apart(rt: Runtime) -> dict[str, Any]:
    """How far the last four weeks can be told from the messages before, or from the corpus while
    these are few; `told_apart` is None for too few messages."""
    with rt.transaction() as session:
        since = rt.now() - RECENT
        recent = _texts(session, Case.received_at > since)
        before = _texts(session, Case.received_at <= since)
    if len(before) >= ENOUGH_BEFORE:
        return {"told_apart": drift.told_apart(before, recent, _SEED), "told_from": "before"}
    corpus = [row.text for row in model_room.read_corpus() if row.judges]
    every = max(1, len(corpus) // MOST_TEXTS)
    found = drift.told_apart(corpus[::every], recent, _SEED)
    return {"told_apart": found, "told_from": "corpus"}


def _texts(session: Session, when: sa.ColumnElement[bool]) -> list[str]:
    found = (
        sa.select(Case.text)
        .where(Case.simulated.is_(False), Case.text != "", Case.lane == Lane.OPEN, when)
        .order_by(Case.received_at.desc())
        .limit(MOST_TEXTS)
    )
    return [masked_words(text) for text in session.scalars(found)]
