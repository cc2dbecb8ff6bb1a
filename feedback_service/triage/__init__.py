"""What a message is probably about: screened at the door, suggested by the model, chosen by people.

Closed until cleared: no institution sees a case before lexicon and model have read it, and what
either of them doubts goes to people at central triage, as does an officer named whom nobody knows.
The model's suggestion stands beside the officer's choice with its version; it sends a case on only
where the text itself names one institution.
"""

import uuid
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from analytics import triage as model_room
from feedback_service import redress
from feedback_service.domain.cases import OPEN, Action, Actor, Lane
from feedback_service.models import (
    Case,
    Category,
    County,
    Institution,
    Service,
    Suggestion,
    Unit,
)
from feedback_service.redress import Act, conflicts
from feedback_service.registry import files, labels, redress_unit, renewed
from feedback_service.runtime import Runtime

BELL = redress.TRIAGE_BELL
BATCH = 32
HOLD_FROM = 0.5
"""The model's chance of bribery that holds a case which the lexicon passed.

Of 405 harmless texts by two authors of the corpus it had not read, a model held 16 (4 %) by this,
19 (5 %) as urgent; from 0.15 on, where triage shows bribery as possible, it would be 75 (19 %).
"""


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


def names_of(rt: Runtime, session: Session, text: str) -> model_room.Found:
    """The institution, service and county a text names in so many words."""
    return _gazetteer(rt, session).find(text)


def gazetteer_of(
    institutions: Iterable[Institution | files.Institution],
    counties: Iterable[County | files.County],
    services: Iterable[Service | files.Service],
) -> model_room.Gazetteer:
    """What finds names in a text: from the tables, or from the registry's files as they are."""
    return model_room.Gazetteer(
        _institutions(institutions), _counties(counties), _services(services)
    )


def corrections(session: Session) -> list[model_room.Row]:
    """What desks chose for real cases whose words are still kept, as rows to train on: the last
    choice of each."""
    chosen = (
        sa.select(Case, Suggestion, Service.sector)
        .join(Suggestion, Suggestion.case_id == Case.id)
        .outerjoin(Service, Service.id == Case.service_id)
        .where(Suggestion.chosen.is_not(None), Suggestion.chosen != Category.THREAT)
        .where(Case.simulated.is_(False), Case.text != "")
        .order_by(Case.id, Suggestion.chosen_at)
    )
    rows = {
        case.id: _correction(case, said, sector) for case, said, sector in session.execute(chosen)
    }
    return list(rows.values())


def drain(rt: Runtime) -> int:
    """Suggest for every case that waits, a batch at a time; returns how many."""
    return rt.work_off(BELL, lambda: _batch(rt))


def choose(
    session: Session, case: Case, category: Category, staff_id: uuid.UUID, at: datetime
) -> None:
    """The officer's choice beside the suggestion: it becomes training data."""
    session.execute(
        sa.update(Suggestion)
        .where(Suggestion.case_id == case.id)
        .values(chosen=category, chosen_by_id=staff_id, chosen_at=at)
    )


def model(rt: Runtime) -> model_room.Model:
    """The model in use, loaded once a process."""
    if "model" not in rt.kept:
        rt.kept["model"] = model_room.load(folder(rt))
    loaded: model_room.Model = rt.kept["model"]
    return loaded


def folder(rt: Runtime) -> Path:
    """Where the model in use lies: a promoted one under VAR_DIR, else the one we come with."""
    promoted = rt.settings.var_dir / "model"
    return promoted if (promoted / "manifest.json").exists() else model_room.TRAINED


def _batch(rt: Runtime) -> int:
    """Suggestions, marks and routes in one transaction: a killed worker leaves none of them."""
    ready = model(rt)
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
        gazetteer = _gazetteer(rt, session)
        suggestions = ready.predict([case.text for case in cases])
        for case, suggestion in zip(cases, suggestions, strict=True):
            found = gazetteer.find(case.text)
            placed = suggestion.placed(found.institution, found.county)
            _keep(rt, session, case, placed)
            if not case.simulated:  # what is invented says itself in which lane it is
                _hold_back(rt, session, case, placed)
                if case.previous_id:
                    conflicts.inherit(rt, session, case)
                conflicts.look(rt, session, case, case.text)
            _route_named(rt, session, case, found.institution)
            case.triaged_at = rt.now()
        redress.assign_by_rule(rt, session, cases)
    return len(cases)


def _keep(rt: Runtime, session: Session, case: Case, said: model_room.Suggestion) -> None:
    row = {
        "case_id": case.id, "model_version": said.model_version, "at": rt.now(),
        "category": said.category, "confidence": said.category_confidence,
        "abstained": said.abstained, "detail": asdict(said),
    }  # fmt: skip
    session.execute(insert(Suggestion).values(row).on_conflict_do_nothing())


def _hold_back(rt: Runtime, session: Session, case: Case, said: model_room.Suggestion) -> None:
    """What lexicon or model doubts is held, and danger raised; nothing lets a held case through."""
    read = model_room.screen(case.text)
    bribery = dict(said.top).get(Category.BRIBERY.value, 0.0) >= HOLD_FROM
    if read.confidential or read.unclear or read.danger or bribery or said.urgent:
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


def _gazetteer(rt: Runtime, session: Session) -> model_room.Gazetteer:
    def read() -> model_room.Gazetteer:
        return gazetteer_of(
            session.scalars(sa.select(Institution)),
            session.scalars(sa.select(County)),
            session.scalars(sa.select(Service)),
        )

    return renewed(rt, "gazetteer", read)


def _correction(case: Case, said: Suggestion, sector: str | None) -> model_room.Row:
    """The officer's category; what the desk does not choose stays as the model had it."""
    detail = said.detail
    return model_room.Row(
        id=str(case.id), text=case.text, category=str(said.chosen), alt_category="",
        intent="complaint", urgent=case.urgent, sector=sector or detail["sector"],
        institution="", lang=detail["lang"], county="", author=f"desk:{said.chosen_by_id}",
    )  # fmt: skip


def _institutions(rows: Iterable[Institution | files.Institution]) -> list[model_room.Named]:
    """The registry's names and, through the crosswalk, the nicknames people write."""
    nicknames: dict[str, tuple[str, ...]] = {}
    for label, names in model_room.nicknames().items():
        nicknames[labels().get(label, "")] = names
    return [
        model_room.Named(
            i.id, (i.name, i.acronym, i.short_en, i.short_sw, *i.aliases, *nicknames.get(i.id, ()))
        )
        for i in rows
    ]


def _counties(rows: Iterable[County | files.County]) -> list[model_room.Named]:
    """Counties by name, headquarters' nicknames and the towns that only they have."""
    towns = model_room.places()
    return [
        model_room.Named(str(c.code), (c.name, *c.aliases, *towns.get(c.name, ()))) for c in rows
    ]


def _services(rows: Iterable[Service | files.Service]) -> list[model_room.Named]:
    return [
        model_room.Named(s.id, (s.name_en, s.name_sw, s.short_en, s.short_sw, *s.aliases))
        for s in rows
    ]
