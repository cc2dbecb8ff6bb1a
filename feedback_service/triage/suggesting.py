"""Screening at the door by the lexicon; the model's suggestion, its holds and routes, by a job."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from analytics import triage as model_room
from analytics.triage.calibration import Floats
from analytics.triage.labels import HEADS
from analytics.triage.normalise import normalise
from feedback_service import redress
from feedback_service.domain.cases import OPEN, Action, Actor, Lane
from feedback_service.models import Case, Suggestion, Unit
from feedback_service.redress import Act, conflicts
from feedback_service.registry import redress_unit
from feedback_service.runtime import Runtime
from feedback_service.triage.names import gazetteer
from feedback_service.triage.serving import Serving, serving

BELL = redress.TRIAGE_BELL
BATCH = 32
WORDS = re.compile(r"\w+")


@dataclass(frozen=True)
class Screened:
    """Which lane a text may enter by, and whether somebody is in danger now."""

    lane: Lane
    danger: bool
    reasons: tuple[str, ...]


def screen(rt: Runtime, text: str) -> Screened:
    """The lexicon's word on a text: clear ones go to their desk, the rest to people first."""
    said = model_room.screen(text)
    held = said.confidential or said.unclear or said.danger
    return Screened(Lane.HELD if held else Lane.OPEN, said.danger, said.reasons)


def drain(rt: Runtime) -> int:
    """Suggest for every case that waits, a batch at a time; returns how many."""
    return rt.work_off(BELL, lambda: _batch(rt))


def _batch(rt: Runtime) -> int:
    """Suggestions, marks and routes in one transaction: a killed worker leaves none of them."""
    ready = serving(rt) if rt.settings.text_model else None
    with rt.transaction() as session:
        untouched = (
            sa.select(Case)
            .where(Case.triaged_at.is_(None))
            .order_by(Case.received_at)
            .limit(BATCH)
            .with_for_update(skip_locked=True)
        )
        cases = session.scalars(untouched).all()
        if not cases:
            return 0
        if ready is None:
            _to_people(rt, session, cases)
            return len(cases)
        known = gazetteer(rt, session)
        texts = [case.text for case in cases]
        said, chances = ready.model.answers(texts)
        read = zip(cases, said, _figures(ready, texts, chances), strict=True)
        for case, suggestion, more in read:
            found = known.find(case.text, suggestion.sector)
            placed = suggestion.placed(found.institution, found.county)
            _keep(rt, session, case, placed, more)
            if not case.simulated:  # what is invented says itself in which lane it is
                _hold_back(rt, session, case, placed)
                if case.previous_id:
                    conflicts.inherit(rt, session, case)
                conflicts.look(rt, session, case, case.text)
            _route_named(rt, session, case, found.institution if found.named else "")
            case.triaged_at = rt.now()
        redress.assign_by_rule(rt, session, cases)
    return len(cases)


def _to_people(rt: Runtime, session: Session, cases: Sequence[Case]) -> None:
    """With the model switched off, people read every case first: words alone promise too little."""
    for case in cases:
        if not case.simulated:
            conflicts.hold(rt, session, case, "Held until a person has read it")
            if case.previous_id:
                conflicts.inherit(rt, session, case)
            conflicts.look(rt, session, case, case.text)
        case.triaged_at = rt.now()
    redress.assign_by_rule(rt, session, cases)


def _figures(
    ready: Serving, texts: Sequence[str], chances: Mapping[str, Floats]
) -> list[dict[str, Any]]:
    """What is kept with each suggestion beside its words: `chances`, of every label of every head,
    and `counted`, how many words the text has and how many of them the model does not know."""
    return [
        {
            "chances": {
                head.name: dict(
                    zip(head.labels, chances[head.name][at].round(4).tolist(), strict=True)
                )
                for head in HEADS
            },
            "counted": _counted(ready, text),
        }
        for at, text in enumerate(texts)
    ]


def _counted(ready: Serving, text: str) -> dict[str, int]:
    words = WORDS.findall(normalise(text))
    return {"words": len(words), "unknown": sum(word not in ready.words for word in words)}


def _keep(
    rt: Runtime, session: Session, case: Case, said: model_room.Suggestion, more: dict[str, Any]
) -> None:
    row = {
        "case_id": case.id, "model_version": said.model_version, "at": rt.now(),
        "category": said.category, "confidence": said.category_confidence,
        "abstained": said.abstained, "detail": asdict(said) | more,
    }  # fmt: skip
    session.execute(insert(Suggestion).values(row).on_conflict_do_nothing())


def _hold_back(rt: Runtime, session: Session, case: Case, said: model_room.Suggestion) -> None:
    """What lexicon or model doubts is held, and danger raised; nothing lets a held case through."""
    read = model_room.screen(case.text)
    if read.confidential or read.unclear or read.danger or said.confidential or said.urgent:
        conflicts.hold(rt, session, case, "Held until a person has read it")
    if (read.danger or said.urgent) and not case.urgent:
        case.urgent = True
        conflicts.alarm(rt, session, case, "model")


def _route_named(rt: Runtime, session: Session, case: Case, named: str | None) -> None:
    """An open case that waits at central triage and names one institution goes to its desk."""
    holder = session.get_one(Unit, case.unit_id)
    if case.lane is not Lane.OPEN or holder.kind != "central" or case.status not in OPEN:
        return
    if unit := redress_unit(rt, named) if named else None:
        act = Act(Action.CLEAR, Actor.TRIAGE, unit_id=unit.id, source=f"triage:{case.id}:route")
        redress.act_within(rt, session, case, act)
