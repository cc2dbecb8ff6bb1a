"""Doing something to a case: by an officer, by the citizen, by the clock, through one table."""

import secrets
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback_service import registry
from feedback_service.domain import escalation
from feedback_service.domain.calendar import NAIROBI
from feedback_service.domain.cases import (
    OPEN,
    VERDICT_AFTER,
    Action,
    ActionNotAllowed,
    Actor,
    CaseStatus,
    Lane,
    after,
    check_actor,
    may_change_mind,
    outcome_after,
)
from feedback_service.models import Case, CaseEvent, Category, Staff, Unit
from feedback_service.redress import appealing, history
from feedback_service.redress.clock import refresh_clock
from feedback_service.redress.telling import LONGEST_ANSWER, due_day, notice, tell
from feedback_service.runtime import Runtime

MOST_TRANSFERS = 2
"""The third transfer goes to central triage: nobody is sent round and round."""
NEEDS_WORDS = frozenset({Action.RESOLVE, Action.REJECT, Action.ASK, Action.TRANSFER, Action.NOTE})


class WordsMissing(ActionNotAllowed):
    """The citizen, or the next desk, is owed words with this."""


@dataclass(frozen=True)
class Act:
    """One thing to do.  `source` makes it once; `inline` says the citizen has just read it.

    `held`: the citizen's words must be cleared before the office reads them; `urgent`: they tell of
    danger.
    """

    action: Action
    actor: Actor
    text: str = ""
    staff_id: uuid.UUID | None = None
    unit_id: str | None = None
    assignee_id: uuid.UUID | None = None
    category: Category | None = None
    source: str | None = None
    channel: str = ""
    inline: bool = False
    held: bool = False
    urgent: bool = False


def act(rt: Runtime, case_id: uuid.UUID, what: Act) -> Case:
    """Do it and tell those it concerns, or raise ActionNotAllowed saying what can be done."""
    with rt.transaction() as session:
        case = session.get_one(Case, case_id, with_for_update=True)
        act_within(rt, session, case, what)
        return case


def act_within(rt: Runtime, session: Session, case: Case, what: Act) -> None:
    """The same inside a transaction that holds the case's row."""
    if not history.done_before(session, what.source):
        _do(rt, session, case, what)


def citizen_says(rt: Runtime, case_id: uuid.UUID, what: Act) -> bool:
    """The citizen's own act; False when it came too late or makes no sense for the case."""
    try:
        act(rt, case_id, what)
    except ActionNotAllowed:
        return False
    return True


def _do(rt: Runtime, session: Session, case: Case, what: Act) -> None:
    check_actor(what.action, what.actor)
    text = _checked_words(what)
    if what.action in (Action.RESOLVE, Action.REJECT) and case.status is CaseStatus.RECEIVED:
        # An answer is an acknowledgement too; the citizen hears of both in one message.
        _do(rt, session, case, replace(what, action=Action.ACKNOWLEDGE, source=None, inline=True))
    now = rt.now()
    in_time = case.closed_at is None or may_change_mind(case.closed_at, now)
    before = case.status
    case.status = after(before, what.action, within_window=in_time)
    case.outcome = outcome_after(before, what.action, case.outcome)
    if what.action is Action.ESCALATE and what.actor is Actor.CITIZEN:
        appealing.check(rt, session, case)
    data: dict[str, Any] = {"text": text} if text else {}
    if change := _CHANGES.get(what.action):
        data |= change(session, case, what, now)
    if what.held:
        data |= _close_again(session, case)
    case.urgent = case.urgent or what.urgent
    event = history.add(
        session, case, what.action, what.actor, now, data, what.staff_id, what.source
    )
    if what.action in (Action.ANSWER, Action.DISPUTE, Action.RESOLVE, Action.REJECT):
        refresh_clock(rt, session, case)
    _tell(rt, session, case, what, text, event)


def _tell(
    rt: Runtime, session: Session, case: Case, what: Act, text: str, event: CaseEvent
) -> None:
    wording = notice(what.action, what.actor, case)
    if wording is None or what.inline:
        return
    wrote = what.actor is Actor.CITIZEN
    tell(rt, session, case, wording, event.number, text, what.channel, answers=wrote)


def _checked_words(what: Act) -> str:
    text = what.text.strip()
    if what.action in NEEDS_WORDS and len(text) < 2:
        raise WordsMissing(f"{what.action} needs words: write what the reader should know")
    if what.actor is not Actor.CITIZEN and len(text) > LONGEST_ANSWER and _is_sent(what.action):
        raise WordsMissing(
            f"the text has {len(text)} characters, an SMS carries {LONGEST_ANSWER}: shorten it"
        )
    return text


def _is_sent(action: Action) -> bool:
    return action in (Action.RESOLVE, Action.REJECT, Action.ASK)


Change = Callable[[Session, Case, Act, datetime], dict[str, Any]]


def _acknowledge(session: Session, case: Case, what: Act, now: datetime) -> dict[str, Any]:
    case.acknowledged_at = case.acknowledged_at or now
    return {}


def _resolve(session: Session, case: Case, what: Act, now: datetime) -> dict[str, Any]:
    case.resolved_at, case.ask_after = now, verdict_hour(now)
    return {}


def _confirm(session: Session, case: Case, what: Act, now: datetime) -> dict[str, Any]:
    case.closed_at, case.ask_after = case.closed_at or now, None
    return {}


def _dispute(session: Session, case: Case, what: Act, now: datetime) -> dict[str, Any]:
    case.disputes += 1
    case.level = escalation.after_dispute(case.level, case.disputes)
    case.resolved_at = case.closed_at = case.ask_after = None
    return {"level": case.level, "disputes": case.disputes}


def _escalate(session: Session, case: Case, what: Act, now: datetime) -> dict[str, Any]:
    late = what.actor is not Actor.CITIZEN or case.due_at < now
    if not escalation.may_appeal(case.level, case.disputes, late=late):
        raise ActionNotAllowed(
            f"level is {case.level}, the answer is due {due_day(case, 'en')}: a case goes up when "
            "it is late or was not solved, to the last rung"
        )
    case.level = escalation.after_appeal(case.level)
    rung = escalation.rung_at(case.level)
    return {"level": rung.level, "rung": rung.key, "holder": case.unit_id}


def _reopen(session: Session, case: Case, what: Act, now: datetime) -> dict[str, Any]:
    case.resolved_at = case.closed_at = case.ask_after = case.outcome = None
    return {}


def _close(session: Session, case: Case, what: Act, now: datetime) -> dict[str, Any]:
    case.closed_at, case.ask_after = now, None
    return {}


def _transfer(session: Session, case: Case, what: Act, now: datetime) -> dict[str, Any]:
    moved = sa.select(sa.func.count()).where(
        CaseEvent.case_id == case.id, CaseEvent.action == Action.TRANSFER
    )
    unit = _unit(session, what.unit_id)
    if unit.id == case.unit_id:
        raise ActionNotAllowed(f"{unit.name_en} already has the case: choose another office")
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


def _clear(session: Session, case: Case, what: Act, now: datetime) -> dict[str, Any]:
    if case.lane is Lane.CONFIDENTIAL or (case.lane is Lane.OPEN and case.status not in OPEN):
        raise ActionNotAllowed(f"a case that is {case.status} and {case.lane} needs no clearing")
    unit = _unit(session, what.unit_id or case.destination_unit_id)
    case.lane = Lane.OPEN
    _hold(case, unit)
    return {"holder": unit.id, "lane": case.lane.value}


def _assign(session: Session, case: Case, what: Act, now: datetime) -> dict[str, Any]:
    if what.assignee_id and session.get(Staff, what.assignee_id) is None:
        raise ActionNotAllowed("that person has no account here: choose one from the list")
    case.assigned_to_id = what.assignee_id
    return {"to": str(what.assignee_id) if what.assignee_id else None}


def _note(session: Session, case: Case, what: Act, now: datetime) -> dict[str, Any]:
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
    Action.WITHDRAW: _close,
    Action.EXPIRE: _close,
    Action.TRANSFER: _transfer,
    Action.CLEAR: _clear,
    Action.ASSIGN: _assign,
    Action.NOTE: _note,
}


def _close_again(session: Session, case: Case) -> dict[str, Any]:
    """Words that nobody has cleared take an open case back to central triage."""
    if case.lane is not Lane.OPEN:
        return {}
    before, case.lane = case.unit_id, Lane.HELD
    _hold(case, registry.central_unit(session))
    case.destination_unit_id = before
    return {"holder": case.unit_id, "from": before, "lane": case.lane.value}


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


def verdict_hour(now: datetime) -> datetime:
    """At least a day later, at a random minute of the day: nobody can wait beside the phone."""
    at = (now + VERDICT_AFTER).astimezone(NAIROBI)
    start = at.replace(hour=8, minute=0, second=0, microsecond=0)
    if at > start:
        start += timedelta(days=1)
    return start + timedelta(minutes=secrets.randbelow(10 * 60))
