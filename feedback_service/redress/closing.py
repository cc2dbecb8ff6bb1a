"""After the answer: the citizen asked, asked again by another channel, and in the end the case
closed without their word.

Everything is read from the case and from its questions' messages, so that it may be done twice or
be killed at any point: a question has one key, and a case is closed by one event.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback_service import identity, outbox
from feedback_service.domain import closing
from feedback_service.domain.cases import Action, Actor, CaseStatus, Outcome
from feedback_service.domain.closing import Question, Step
from feedback_service.models import Case, CaseEvent, Citizen, Message, MessageState
from feedback_service.redress import history
from feedback_service.redress.acting import Act, act_within
from feedback_service.redress.telling import tell
from feedback_service.runtime import Runtime

BATCH = 50
"""Cases in one transaction: a citizen who writes meanwhile waits for it, and not for long."""
ANSWERED = frozenset({CaseStatus.RESOLVED, CaseStatus.REJECTED})
_CHANNELS = {"sms": "africastalking-sms", "whatsapp": "twilio-whatsapp"}

Draw = Callable[[int], int]


@dataclass(frozen=True)
class Followed:
    """What a run of the duty did: citizens asked, cases closed without their word."""

    asked: int = 0
    closed: int = 0


def follow_answers(rt: Runtime, batch: int = BATCH) -> Followed:
    """Ask, ask again or close every answered case whose time has come."""
    asked = closed = 0
    while True:
        with rt.transaction() as session:
            cases = session.scalars(_waiting(rt.now(), batch)).all()
            steps = [follow(rt, session, case) for case in cases]
        asked, closed = asked + steps.count(Step.ASK), closed + steps.count(Step.CLOSE)
        if len(cases) < batch:
            return Followed(asked, closed)


def follow(rt: Runtime, session: Session, case: Case, draw: Draw = secrets.randbelow) -> Step:
    """What is due for one answered case, whose row this transaction holds; returns what was done.

    `ask_after` then says when to look again: always later than now.
    """
    if case.status not in ANSWERED:
        return _ask_of_an_early_yes(rt, session, case)
    answer = _answer(session, case)
    sent = _sent(session, case, answer)
    ways = _ways(rt, session, case)
    following = _next(rt, answer, sent, ways)
    if following.step is Step.ASK:
        _ask(rt, session, case, answer, sent, ways)
        sent = _sent(session, case, answer)
        case.asked = len(sent)
        case.ask_after = _look_at(rt, _next(rt, answer, sent, ways), ways, draw)
    elif following.step is Step.CLOSE:
        _close(rt, session, case, answer, sent, ways, reached=following.reached)
    else:
        case.ask_after = _look_at(rt, following, ways, draw)
    return following.step


def _ask_of_an_early_yes(rt: Runtime, session: Session, case: Case) -> Step:
    """Who said yes within a day is asked once at some hour, away from the desk: is it still so?"""
    case.ask_after = None
    ways = _ways(rt, session, case)
    if case.outcome is not Outcome.CONFIRMED or not ways:
        return Step.WAIT
    number = _number(_answer(session, case), 1)
    tell(rt, session, case, "sms-confirm-early", number, channel=ways[0])
    case.asked = 1
    return Step.ASK


def _waiting(now: datetime, batch: int) -> sa.Select[Case]:
    return (
        sa.select(Case)
        .where(Case.ask_after.is_not(None), Case.ask_after <= now)
        .order_by(Case.ask_after)
        .limit(batch)
        .with_for_update(skip_locked=True)
    )


def _answer(session: Session, case: Case) -> CaseEvent:
    """The office's last answer: what the questions are about."""
    said = (
        sa.select(CaseEvent)
        .where(CaseEvent.case_id == case.id, CaseEvent.action.in_((Action.RESOLVE, Action.REJECT)))
        .order_by(CaseEvent.number.desc())
        .limit(1)
    )
    return session.scalars(said).one()


def _sent(session: Session, case: Case, answer: CaseEvent) -> list[Message]:
    """The questions that were put about this answer, in their order."""
    keys = [_key(case, answer, number) for number in range(1, closing.MOST_ASKED + 1)]
    asked = sa.select(Message).where(Message.case_id == case.id, Message.key.in_(keys))
    return list(session.scalars(asked.order_by(Message.created_at, Message.key)))


def _ways(rt: Runtime, session: Session, case: Case) -> list[str]:
    """The channels by which the citizen may be asked now, their own first; none for a quiet case.

    A number that was silent too long may be somebody else's, who is asked nothing.
    """
    citizen = session.get(Citizen, case.citizen_id) if case.citizen_id else None
    if citizen is None or case.quiet or not identity.is_current(citizen, rt.now()):
        return []
    reach = outbox.reachable(session, citizen.id)
    ways = [channel for family, channel in _CHANNELS.items() if reach[family]]
    return sorted(ways, key=lambda channel: channel != outbox.family(case.channel))


def _next(rt: Runtime, answer: CaseEvent, sent: list[Message], ways: list[str]) -> closing.Next:
    questions = [
        Question(message.created_at, message.delivered_at, message.state is MessageState.FAILED)
        for message in sent
    ]
    return closing.next_step(answer.at, questions, rt.now(), may_ask=bool(ways))


def _ask(
    rt: Runtime, session: Session, case: Case, answer: CaseEvent, sent: list[Message],
    ways: list[str],
) -> None:  # fmt: skip
    """Put the question, by another channel than the last one where there is one."""
    last = outbox.family(sent[-1].channel) if sent else ""
    channel = next((way for way in ways if way != last), ways[0])
    tell(rt, session, case, _wording(case, sent), _number(answer, len(sent) + 1), channel=channel)


def _wording(case: Case, sent: list[Message]) -> str:
    """An answer that does not agree is accepted or not; it solves nothing."""
    if case.status is CaseStatus.REJECTED:
        return "sms-confirm-accept"
    return "sms-confirm-again" if sent else "sms-confirm"


def _close(
    rt: Runtime, session: Session, case: Case, answer: CaseEvent, sent: list[Message],
    ways: list[str], *, reached: bool,
) -> None:  # fmt: skip
    told = {
        "asked": len(sent),
        "delivered": sum(message.delivered_at is not None for message in sent),
        "because": _because(case, ways, reached=reached),
    }
    what = Act(
        Action.EXPIRE, Actor.CLOCK, reached=reached, more=told,
        source=f"closing:{case.id}:{answer.number}",
    )  # fmt: skip
    act_within(rt, session, case, what)


def _because(case: Case, ways: list[str], *, reached: bool) -> str:
    """Why there is no word of the citizen; why nothing can be sent to somebody is theirs alone."""
    if reached:
        return "silent"
    if case.citizen_id is None:
        return "no-citizen"
    if case.quiet:
        return "quiet"
    return "not-delivered" if ways else "not-reachable"


def _look_at(rt: Runtime, following: closing.Next, ways: list[str], draw: Draw) -> datetime:
    """When to look again: a question at some hour of the day, a closing when it is due.

    Whom nothing reaches now is looked at in between: who said stop may have written START.
    """
    hours, later = rt.settings.survey_hours, rt.now() + closing.AGAIN_AFTER
    if following.then is Step.ASK:
        earliest = following.at if following.at > rt.now() else later
        return closing.some_hour(earliest, hours, draw)
    return following.at if ways else min(following.at, closing.some_hour(later, hours, draw))


def _number(answer: CaseEvent, time: int) -> int:
    """Messages of events have the event's number; questions about an answer have one below 0."""
    return -(10 * answer.number + time)


def _key(case: Case, answer: CaseEvent, time: int) -> str:
    return history.message_key(case, _number(answer, time))
