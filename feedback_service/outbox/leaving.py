"""Whether a message may leave now: asked under its lock, just before the company hears of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from channels.contract import Cause, Channel, SendFailed
from feedback_service import registry
from feedback_service.conversations.wording.kinds import Purpose
from feedback_service.models import Case, Citizen, Message, MessageState
from feedback_service.outbox import costs, moves, ways
from feedback_service.outbox.hours import Hours
from feedback_service.outbox.pace import PROBE_EVERY, Breaker
from feedback_service.outbox.ways import Parcel
from feedback_service.runtime import Runtime

BUDGET_ASKED_EVERY = timedelta(hours=1)
SWITCHED_OFF = "channel {} is not switched on: add it to CHANNELS"


@dataclass(frozen=True)
class Ready:
    """A message marked `sending`, and what the company is given; without `way`, a simulation."""

    message: Message
    citizen: Citizen
    parcel: Parcel
    way: Channel | None


def prepare(rt: Runtime, session: Session, message: Message, *, broken: bool) -> Ready | None:
    """Mark a waiting message as being sent; None when it does not leave, or not now.

    broken: its company does not answer, so it goes another way or waits.
    """
    citizen = session.get_one(Citizen, message.citizen_id)
    case = session.get(Case, message.case_id) if message.case_id else None
    if reason := _forbidden(rt, session, message, citizen, case):
        message.state, message.failure, message.cause = MessageState.FAILED, reason, ""
        message.claimed_at = None
        return None
    way = rt.ways.get(message.channel)
    if way is None:
        message.attempts += 1
        off = SWITCHED_OFF.format(message.channel)
        moves.went_wrong(rt, session, message, Cause.REFUSED, off)
        return None
    if not way.configured(rt.settings.raw):
        # A phone in a browser wakes nobody: no hours, no window, no company that could be down.
        return _mark(rt, Ready(message, citizen, Parcel(message.text), None))
    later = _not_before(rt, session, message, case)
    if later > rt.now():
        message.not_before_at, message.claimed_at = later, None
        return None
    if broken:
        _wait_or_leave(rt, session, message, way)
        return None
    return _by(rt, session, message, citizen, way)


def purpose(message: Message) -> Purpose:
    """Why it is sent; a row that does not tell answers somebody."""
    return Purpose(message.data.get("purpose", Purpose.ANSWER))


def _forbidden(
    rt: Runtime, session: Session, message: Message, citizen: Citizen, case: Case | None
) -> str:
    """Why the message must never leave, "" when it may."""
    if citizen.retired_at is not None:
        return "the number is somebody else's by now"
    if ways.stopped(session, message, message.channel):
        return "the citizen said stop"
    if case is not None and case.quiet and purpose(message) is not Purpose.ANSWER:
        return "the citizen wants no messages of this case"
    if Hours.of(rt.settings).too_late(purpose(message), _contact_at(message), rt.now()):
        return "the survey came too late and was not sent"
    return ""


def _contact_at(message: Message) -> datetime:
    """When the contact was that a survey asks about: the visit, else what made us write."""
    told = message.data.get("contact_at")
    return datetime.fromisoformat(told) if told else message.created_at


def _not_before(rt: Runtime, session: Session, message: Message, case: Case | None) -> datetime:
    why, now = purpose(message), rt.now()
    if why is Purpose.ANSWER:
        return now
    holidays = registry.calendar(rt, session).holidays if why is Purpose.SURVEY else frozenset()
    hours = Hours.of(rt.settings, holidays)
    earliest = hours.earliest(why, now, urgent=case is not None and case.urgent)
    if why is Purpose.SURVEY and costs.over_budget(session, message.institution_id, now):
        return max(earliest, now + BUDGET_ASKED_EVERY)
    return earliest


def _by(
    rt: Runtime, session: Session, message: Message, citizen: Citizen, way: Channel
) -> Ready | None:
    """Hand it to this way, or put it on the next when this one cannot say it."""
    try:
        parcel = ways.parcel(rt, session, message, way)
    except SendFailed as error:
        message.attempts += 1
        if error.cause is Cause.NEEDS_TEMPLATE:
            _needs_other_way(rt, session, message, error)
        else:
            moves.went_wrong(rt, session, message, error.cause, error.reason)
        return None
    return _mark(rt, Ready(message, citizen, parcel, way))


def _needs_other_way(rt: Runtime, session: Session, message: Message, error: SendFailed) -> None:
    """Outside the window without a template: trying the same again would change nothing."""
    message.failure, message.cause = error.reason, error.cause.value
    left = ways.others(rt, session, message)
    if left:
        moves.leave(session, message, left[0], rt.now())
    else:
        message.state, message.claimed_at = MessageState.FAILED, None


def _wait_or_leave(rt: Runtime, session: Session, message: Message, way: Channel) -> None:
    message.failure, message.cause = f"{way.company} does not answer", Cause.DOWN.value
    whole = [
        name
        for name in ways.others(rt, session, message)
        if not Breaker(rt, rt.ways[name].company).is_open()
    ]
    if whole:
        moves.leave(session, message, whole[0], rt.now())
    else:
        message.not_before_at, message.claimed_at = rt.now() + PROBE_EVERY, None


def _mark(rt: Runtime, ready: Ready) -> Ready:
    message = ready.message
    message.state, message.claimed_at = MessageState.SENDING, rt.now()
    message.attempts += 1
    return ready
