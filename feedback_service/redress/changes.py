"""What each action changes of a case beside its status, and what the history keeps of it."""

import secrets
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback_service import registry
from feedback_service.domain import escalation, information
from feedback_service.domain.cases import (
    OPEN,
    PROMPTED_WITHIN,
    VERDICT_AFTER,
    Action,
    ActionNotAllowed,
    Actor,
    CaseKind,
    Ground,
    Lane,
    Outcome,
)
from feedback_service.domain.closing import some_hour
from feedback_service.domain.information import Handling
from feedback_service.models import Case, CaseEvent, Category, Staff, Unit
from feedback_service.notices.shut import may_hear
from feedback_service.redress import history, kinds, ladder, timing
from feedback_service.redress.telling import due_day
from feedback_service.runtime import Runtime

MOST_TRANSFERS = 2
"""The third transfer goes to central triage: nobody is sent round and round."""
_DESK_WRITES = (Action.ASK, Action.RESOLVE, Action.REJECT)
"""What brings the desk's own words to the citizen."""


@dataclass(frozen=True)
class Act:
    """One thing to do.  `source` makes it once; `inline` says the citizen has just read it.

    `held`: the citizen's words must be cleared before the office reads them; `urgent`: they tell of
    danger; `elsewhere`: they came from another telephone, by the case's secret; `voice` is the
    lookup of the telephone that speaks.  `reached`, of an EXPIRE: enough questions were delivered;
    `more` is kept with the event.
    """

    action: Action
    actor: Actor
    text: str = ""
    staff_id: uuid.UUID | None = None
    unit_id: str | None = None
    assignee_id: uuid.UUID | None = None
    category: Category | None = None
    ground: Ground | None = None
    handling: Handling | None = None
    source: str | None = None
    channel: str = ""
    inline: bool = False
    held: bool = False
    urgent: bool = False
    elsewhere: bool = False
    voice: bytes = b""
    reached: bool = True
    more: Mapping[str, Any] = field(default_factory=dict)


Change = Callable[[Runtime, Session, Case, Act], dict[str, Any]]


def change(rt: Runtime, session: Session, case: Case, what: Act) -> dict[str, Any]:
    """Change the case as its action does; returns what its event keeps, or ActionNotAllowed."""
    changes = _CHANGES.get(what.action)
    return changes(rt, session, case, what) if changes else {}


def close_again(session: Session, case: Case) -> dict[str, Any]:
    """Words that nobody has cleared take an open case back to central triage."""
    if case.lane is not Lane.OPEN:
        return {}
    before, case.lane = case.unit_id, Lane.HELD
    _hold(case, registry.central_unit(session))
    case.destination_unit_id = before
    return {"holder": case.unit_id, "from": before, "lane": case.lane.value}


def _acknowledge(rt: Runtime, session: Session, case: Case, what: Act) -> dict[str, Any]:
    case.acknowledged_at = case.acknowledged_at or rt.now()
    return {}


def _resolve(rt: Runtime, session: Session, case: Case, what: Act) -> dict[str, Any]:
    case.resolved_at, case.asked = rt.now(), 0
    case.ask_after = verdict_hour(rt, rt.now())
    return {"ground": what.ground.value} if what.ground else {}


def verdict_hour(rt: Runtime, answered_at: datetime) -> datetime:
    """When the citizen is first asked: at least a day later, at a random minute of survey hours."""
    return some_hour(answered_at + VERDICT_AFTER, rt.settings.survey_hours, secrets.randbelow)


def _confirm(rt: Runtime, session: Session, case: Case, what: Act) -> dict[str, Any]:
    early = case.closed_at is None and _is_early(rt, case)
    case.closed_at = case.closed_at or rt.now()
    if not early:
        case.ask_after = None
    return {"early": True} if early else {}


def _is_early(rt: Runtime, case: Case) -> bool:
    """Whether a yes came within a day of the answer: perhaps at the desk, where somebody waited for
    it.  It counts, and the question is put at its own hour all the same."""
    if case.resolved_at is None or case.outcome is Outcome.NOT_UPHELD:
        return False
    return rt.now() - case.resolved_at < VERDICT_AFTER


def _dispute(rt: Runtime, session: Session, case: Case, what: Act) -> dict[str, Any]:
    case.disputes += 1
    rungs, before = ladder.of(rt, case).rungs, case.level
    case.level = escalation.after_dispute(case.level, case.disputes, rungs)
    case.resolved_at = case.closed_at = case.ask_after = None
    stays = escalation.stays_on_top(before, case.disputes, rungs)
    return {"level": case.level, "disputes": case.disputes} | ({"stays": True} if stays else {})


def _escalate(rt: Runtime, session: Session, case: Case, what: Act) -> dict[str, Any]:
    late = what.actor is not Actor.CITIZEN or case.due_at < rt.now()
    if not escalation.may_appeal(case.level, case.disputes, late=late):
        raise ActionNotAllowed(
            f"level is {case.level}, the answer is due {due_day(case, 'en')}: a case goes up when "
            "it is late or was not solved, and the Ombudsman has not got it"
        )
    rungs = ladder.of(rt, case).rungs
    level = escalation.after_appeal(case.level, rungs)
    if level == escalation.OMBUDSMAN_LEVEL and what.actor is not Actor.CITIZEN:
        raise ActionNotAllowed(
            f"actor is {what.actor}: only the citizen takes a case to the Ombudsman"
        )
    case.level = level
    rung = escalation.rung_at(level, rungs)
    return {"level": rung.level, "rung": rung.key, "holder": case.unit_id}


def _reopen(rt: Runtime, session: Session, case: Case, what: Act) -> dict[str, Any]:
    case.resolved_at = case.closed_at = case.ask_after = None
    return {}


def _expire(rt: Runtime, session: Session, case: Case, what: Act) -> dict[str, Any]:
    case.closed_at, case.ask_after = rt.now(), None
    return {"reached": what.reached}


def _withdraw(rt: Runtime, session: Session, case: Case, what: Act) -> dict[str, Any]:
    case.closed_at, case.ask_after = rt.now(), None
    prompted = what.elsewhere or _desk_wrote(session, case, rt.now())
    return {"prompted": prompted} | ({"elsewhere": True} if what.elsewhere else {})


def _desk_wrote(session: Session, case: Case, now: datetime) -> bool:
    """Whether the desk's own words came so shortly before that they may have asked for it."""
    wrote = sa.select(CaseEvent.number).where(
        CaseEvent.case_id == case.id,
        CaseEvent.action.in_(_DESK_WRITES),
        CaseEvent.at > now - PROMPTED_WITHIN,
    )
    return session.scalar(wrote.limit(1)) is not None


def _transfer(rt: Runtime, session: Session, case: Case, what: Act) -> dict[str, Any]:
    moved = sa.select(sa.func.count()).where(
        CaseEvent.case_id == case.id, CaseEvent.action == Action.TRANSFER
    )
    unit = _unit(session, what.unit_id)
    if unit.id == case.unit_id:
        raise ActionNotAllowed(f"{unit.name_en} already has the case: choose another office")
    if case.kind is CaseKind.INFORMATION and unit.institution_id != case.institution_id:
        events = history.moments(session, case)
        calendar = timing.calendar_of(rt, session, case, events)
        information.check_hand_on(case.received_at, rt.now(), calendar)
    if case.lane is Lane.CONFIDENTIAL:
        if unit.kind != "integrity":
            raise ActionNotAllowed(
                f"{unit.name_en} may be the one complained of: choose an integrity desk"
            )
    elif (session.scalar(moved) or 0) >= MOST_TRANSFERS:
        unit = registry.central_unit(session)
    before = case.unit_id
    _hold(case, unit)
    return {"holder": unit.id, "from": before}


def _clear(rt: Runtime, session: Session, case: Case, what: Act) -> dict[str, Any]:
    if case.lane is Lane.CONFIDENTIAL or (case.lane is Lane.OPEN and case.status not in OPEN):
        raise ActionNotAllowed(f"a case that is {case.status} and {case.lane} needs no clearing")
    unit = _unit(session, what.unit_id or case.destination_unit_id)
    case.lane = Lane.OPEN
    _hold(case, unit)
    return {"holder": unit.id, "lane": case.lane.value}


def _assign(rt: Runtime, session: Session, case: Case, what: Act) -> dict[str, Any]:
    able = sa.select(Staff.id).where(Staff.id == what.assignee_id, may_hear(case.id))
    if what.assignee_id and session.scalar(able) is None:
        raise ActionNotAllowed("that person has no account here: choose one from the list")
    case.assigned_to_id = what.assignee_id
    return {"to": str(what.assignee_id) if what.assignee_id else None}


def _note(rt: Runtime, session: Session, case: Case, what: Act) -> dict[str, Any]:
    if "urgent" in what.more:
        case.urgent = bool(what.more["urgent"])
    if what.category is None:
        return {}
    before, case.category = case.category, what.category
    return {"category": what.category.value, "was": before.value if before else None}


_CHANGES: Mapping[Action, Change] = {
    Action.ACKNOWLEDGE: _acknowledge,
    Action.RESOLVE: _resolve,
    Action.REJECT: _resolve,
    Action.CONFIRM: _confirm,
    Action.DISPUTE: _dispute,
    Action.ESCALATE: _escalate,
    Action.REOPEN: _reopen,
    Action.WITHDRAW: _withdraw,
    Action.EXPIRE: _expire,
    Action.TRANSFER: _transfer,
    Action.CLEAR: _clear,
    Action.ASSIGN: _assign,
    Action.NOTE: _note,
    Action.RECLASSIFY: lambda rt, session, case, what: kinds.reclassify(
        rt, session, case, what.handling, (what.actor, what.staff_id)
    ),
    Action.EXTEND: lambda rt, session, case, what: kinds.extend(rt, session, case),
}


def _hold(case: Case, unit: Unit) -> None:
    """A new holder; who owns the case follows.  An integrity desk closes it, and hushes it."""
    case.unit_id, case.destination_unit_id, case.assigned_to_id = unit.id, unit.id, None
    case.institution_id = unit.institution_id
    if unit.kind == "integrity":
        case.lane, case.quiet = Lane.CONFIDENTIAL, True


def _unit(session: Session, unit_id: str | None) -> Unit:
    unit = session.get(Unit, unit_id) if unit_id else None
    if unit is None:
        raise ActionNotAllowed("no such office: choose one from the list")
    return unit
