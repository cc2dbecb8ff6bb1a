"""Doing something to a case: by an officer, by the citizen, by the clock, through one table."""

import uuid
from dataclasses import replace

from sqlalchemy.orm import Session

from feedback_service.domain import clocks
from feedback_service.domain.cases import (
    Action,
    ActionNotAllowed,
    Actor,
    CaseStatus,
    Ground,
    after,
    check_actor,
    may_change_mind,
    outcome_after,
)
from feedback_service.models import Case, CaseEvent
from feedback_service.redress import (
    appealing,
    assigning,
    assisted,
    colleagues,
    conflicts,
    going_on,
    history,
    ladder,
)
from feedback_service.redress.changes import MOST_TRANSFERS, Act, change, close_again
from feedback_service.redress.clock import refresh_clock
from feedback_service.redress.telling import LONGEST_ANSWER, notice, tell
from feedback_service.runtime import Runtime

__all__ = [
    "MOST_TRANSFERS",
    "NEEDS_WORDS",
    "Act",
    "GroundMissing",
    "WordsMissing",
    "act",
    "act_within",
    "citizen_says",
]

NEEDS_WORDS = frozenset(
    {
        Action.RESOLVE,
        Action.REJECT,
        Action.ASK,
        Action.TRANSFER,
        Action.NOTE,
        Action.REOPEN,
        Action.RECLASSIFY,
        Action.EXTEND,
    }
)
_SENT = frozenset({Action.RESOLVE, Action.REJECT, Action.ASK, Action.EXTEND})
"""Words of these leave by SMS."""
_CHANGES_HANDS = frozenset({Action.TRANSFER, Action.CLEAR})
_MOVES_THE_DATE = clocks.MOVES_DUE_TIMES - {Action.ASK}  # a question counts from its delivery


class WordsMissing(ActionNotAllowed):
    """The citizen, or the next desk, is owed words with this."""


class GroundMissing(ActionNotAllowed):
    """A case is not upheld on one of the grounds of the list, beside the office's words."""


def act(rt: Runtime, case_id: uuid.UUID, what: Act) -> Case:
    """Do it and tell those it concerns, or raise ActionNotAllowed saying what can be done.

    Returns the case it was done to, as `act_within` does.
    """
    with rt.transaction() as session:
        case = session.get_one(Case, case_id, with_for_update=True)
        return act_within(rt, session, case, what)


def act_within(rt: Runtime, session: Session, case: Case, what: Act) -> Case:
    """The same inside a transaction that holds the case's row.

    Returns the case it was done to: the one that goes on with a closed case when it came too late
    for that one.
    """
    if history.done_before(session, what.source):
        return going_on.went_to(session, case, what.source)
    if not going_on.comes_too_late(case, what, rt.now()):
        _do(rt, session, case, what)
        return case
    if follows := going_on.follower(session, case):
        return act_within(rt, session, follows, going_on.suited(what, follows))
    return going_on.open_anew(rt, session, case, what)


def citizen_says(rt: Runtime, case_id: uuid.UUID, what: Act) -> Case | None:
    """The citizen's own act; the case it was done to, None when it makes no sense for the case.

    Raises NotTheirVoice.
    """
    try:
        return act(rt, case_id, what)
    except assisted.NotTheirVoice:
        raise
    except ActionNotAllowed:
        return None


def _do(rt: Runtime, session: Session, case: Case, what: Act) -> None:
    check_actor(what.action, what.actor)
    text = _checked_words(what)
    if what.action in (Action.RESOLVE, Action.REJECT) and case.status is CaseStatus.RECEIVED:
        # An answer is an acknowledgement too; the citizen hears of both in one message.
        _do(rt, session, case, replace(what, action=Action.ACKNOWLEDGE, source=None, inline=True))
    now = rt.now()
    rt = replace(rt, now=lambda: now)  # case and event say one moment: a freeze compares the two
    in_time = case.closed_at is None or may_change_mind(case.closed_at, now)
    before, level = case.status, case.level
    status = after(before, what.action, within_window=in_time)
    # Every refusal comes before the first change: a caller may catch it and keep the transaction.
    assisted.check(rt, session, case, what)
    if what.action is Action.ESCALATE and what.actor is Actor.CITIZEN:
        appealing.check(rt, session, case)
    case.status = status
    data = ({"text": text} if text else {}) | dict(what.more) | change(rt, session, case, what)
    case.outcome = outcome_after(
        before, what.action, case.outcome, reached=what.reached,
        prompted=bool(data.get("prompted")),
    )  # fmt: skip
    if what.held:
        data |= close_again(session, case)
    case.urgent = case.urgent or what.urgent
    event = history.add(
        session, case, what.action, what.actor, now, data, what.staff_id, what.source
    )
    if what.action in _MOVES_THE_DATE:
        refresh_clock(rt, session, case)
    if what.action in _CHANGES_HANDS:
        assigning.assign_by_rule(rt, session, [case])
    _tell(rt, session, case, what, text, event)
    if what.actor is Actor.CITIZEN:
        _screen(rt, session, case, what, text, event)
    colleagues.tell(rt, session, case, what, event)
    if case.level > level:
        ladder.tell_rung(rt, session, case, event)


def _tell(
    rt: Runtime, session: Session, case: Case, what: Act, text: str, event: CaseEvent
) -> None:
    stays = bool(event.data.get("stays"))
    wording = notice(what.action, what.actor, case, urgent=what.urgent, stays=stays)
    if wording is None or what.inline or event.data.get("proposed"):
        return
    wrote = what.actor is Actor.CITIZEN
    tell(rt, session, case, wording, event.number, text, what.channel, answers=wrote)


def _screen(
    rt: Runtime, session: Session, case: Case, what: Act, text: str, event: CaseEvent
) -> None:
    """The citizen's words may name somebody, who must not hear of them, or tell of danger."""
    if text and not case.simulated:
        conflicts.look(rt, session, case, text)
    if what.urgent:
        conflicts.alarm(rt, session, case, str(event.number))


def _checked_words(what: Act) -> str:
    text = what.text.strip()
    if what.action in NEEDS_WORDS and len(text) < 2:
        raise WordsMissing(f"{what.action} needs words: write what the reader should know")
    if what.action is Action.REJECT and what.ground is None:
        raise GroundMissing("ground is None: choose one of " + ", ".join(Ground))
    sent = what.actor is not Actor.CITIZEN and what.action in _SENT
    if sent and len(text) > LONGEST_ANSWER:
        raise WordsMissing(
            f"the text has {len(text)} characters, an SMS carries {LONGEST_ANSWER}: shorten it"
        )
    return text
