"""What people said of messages drawn by lot among those the model was sure of: the one estimate of
its accuracy that is not bent by which cases people corrected.
"""

import uuid
from dataclasses import dataclass
from typing import Any

import numpy as np
import sqlalchemy as sa
from sqlalchemy.orm import Session

from analytics import triage as model_room
from analytics.intervals import Interval, wilson
from analytics.triage import comparing
from analytics.triage.labels import Intent
from feedback_service.models import AskReason, Case, Label, LabelAsk, Suggestion
from feedback_service.runtime import Runtime
from feedback_service.triage.asking import ASKED_OF
from feedback_service.triage.shelf import Shelf


@dataclass(frozen=True)
class Drawn:
    """One message by lot: where its first reader would have sent it, where the model did."""

    case_id: uuid.UUID
    text: str
    lang: str
    route: str
    model_route: str


@dataclass(frozen=True)
class Accuracy:
    """How many were drawn and read, and how many of them the model had right."""

    messages: int
    right: int

    @property
    def interval(self) -> Interval | None:
        return wilson(self.right, self.messages)


def drawn(session: Session, version: str = "") -> list[Drawn]:
    """Every message by lot that somebody read; of one version's suggestions, or of all."""
    wanted = (
        sa.select(Case, Label, Suggestion.detail)
        .select_from(LabelAsk)
        .join(Label, Label.ask_id == LabelAsk.id)
        .join(Case, Case.id == LabelAsk.case_id)
        .join(Suggestion, ASKED_OF)
        .where(LabelAsk.reason == AskReason.RANDOM, Label.unclear.is_(False))
        .where(Label.intent.is_not(None), Case.simulated.is_(False))
        .order_by(Label.at.desc(), Label.id.desc())  # the first answer is written last, and stays
    )
    if version:
        wanted = wanted.where(LabelAsk.model_version == version)
    found = {}
    for case, label, detail in session.execute(wanted):
        if not detail.get("intent"):
            continue  # erased
        said = _route(label.intent, label.category)
        model = _route(detail.get("intent"), detail.get("category"))
        lang = str(label.lang or detail.get("lang") or "")
        found[case.id] = Drawn(case.id, case.text, lang, said, model)
    return list(found.values())


def accuracy(session: Session, version: str = "") -> Accuracy:
    """Of the messages by lot the share that went where their reader would have sent them."""
    found = drawn(session, version)
    return Accuracy(len(found), sum(one.route == one.model_route for one in found))


def compared(rt: Runtime, shelf: Shelf, version: str) -> dict[str, Any] | None:
    """A new version beside the one in use on all messages by lot, none of which trained either;
    None without any."""
    with rt.transaction() as session:
        messages = [one for one in drawn(session) if one.text]
    if not messages:
        return None
    texts, truth = [one.text for one in messages], [one.route for one in messages]
    standing = shelf.standing
    right = [
        np.array([found == true for found, true in zip(_routes(folder, texts), truth, strict=True)])
        for folder in (standing, shelf.folder(version))
    ]
    everybody = np.ones(len(truth), dtype=np.int64)
    old, new = (one.astype(np.int64) for one in right)
    found = comparing.paired(
        ("by_lot", "route"), comparing.share, everybody, (old, new), comparing.SAFETY_LEVEL, 1.0
    )
    return {
        "against": model_room.read_manifest(standing).version, "messages": found.messages,
        "old": found.old, "new": found.new, "low": found.low, "high": found.high,
    }  # fmt: skip


def _routes(folder: Any, texts: list[str]) -> list[str]:
    said = model_room.load(folder).predict(texts, explain=False)
    return [_route(one.intent, one.category) for one in said]


def _route(intent: str | None, category: str | None) -> str:
    """Where a message goes: a complaint by its category, anything else by its intent."""
    return str(category if intent == Intent.COMPLAINT else intent)
