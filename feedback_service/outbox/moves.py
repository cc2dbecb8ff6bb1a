"""What becomes of a message after a failure that is certain: again later, another way, or the end.

`tried` keeps each attempt that was given up, so that a receipt which comes late still finds it.
"""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from channels.contract import Cause, Sent
from feedback_service import identity
from feedback_service.conversations.wording.kinds import Purpose
from feedback_service.models import Citizen, Message, MessageState
from feedback_service.outbox import costs, ways
from feedback_service.outbox.posting import BELL, family
from feedback_service.outbox.remedies import Then, follows
from feedback_service.runtime import Runtime, after_commit

KEPT_THIRTY_DAYS = timedelta(days=30)
"""No operator gives a number to somebody else sooner: who was heard since is taken at their word,
and no mistaken report takes anybody's cases away."""


def went_wrong(
    rt: Runtime, session: Session, message: Message, cause: Cause, reason: str,
    *, movable: bool = True, template: str = "",
) -> None:  # fmt: skip
    """Decide what follows a failure of the current attempt; the message is locked by the caller."""
    now = rt.now()
    message.failure, message.cause, message.claimed_at = reason, cause.value, None
    if cause is Cause.OPTED_OUT:
        identity.stop(session, message.citizen_id, family(message.channel), now)
    left = ways.others(rt, session, message) if movable else []
    follow = follows(cause, tries_here(message), elsewhere=bool(left))
    if follow is Then.NOTHING:
        message.state = MessageState.FAILED
    elif follow is Then.ELSEWHERE:
        leave(session, message, left[0], now)
    else:
        if message.provider_id or cause is Cause.NEEDS_TEMPLATE:
            _give_up_attempt(message, now, template=template)
        message.state, message.not_before_at = MessageState.QUEUED, now + follow
        after_commit(session, BELL)
    if cause is Cause.GONE:
        _let_go(session, message, now)


def taken(rt: Runtime, message: Message, sent: Sent, at: datetime) -> None:
    """Note that a company took the message: its id there, when it left, what it costs."""
    message.provider_id, message.sent_at = sent.provider_id or None, at
    cost = costs.of_sending(rt.settings, message.channel, sent, message.parts or 1)
    if cost.kes is not None:
        message.cost_kes = cost.kes + cost_before(message)
    message.cost_estimated = cost.estimated
    if message.data.get("purpose") == Purpose.SURVEY:
        message.expires_at = at + timedelta(hours=rt.settings.survey_expires_hours)


def leave(session: Session, message: Message, channel: str, now: datetime) -> None:
    """Give this way up and put the message on another; its key stays the one it has."""
    _give_up_attempt(message, now)
    message.channel, message.state = channel, MessageState.QUEUED
    message.not_before_at, message.claimed_at = now, None
    after_commit(session, BELL)


def anew(message: Message, now: datetime, by: str) -> None:
    """Start again at the first way, as a person wants it; what was tried stays known."""
    first = ways.home(message)
    _give_up_attempt(message, now, by=by)
    message.channel, message.state = first, MessageState.QUEUED
    message.not_before_at, message.claimed_at, message.failure = now, None, ""


def tries_here(message: Message) -> int:
    """How often the message was tried by the way it is on."""
    before = [
        int(entry["attempts"])
        for entry in message.tried
        if entry["channel"] != message.channel or entry.get("by")
    ]
    return message.attempts - max(before, default=0)


def cost_before(message: Message) -> Decimal:
    """What the attempts given up have cost, in KES."""
    return sum((Decimal(entry["cost_kes"]) for entry in message.tried), Decimal())


def _give_up_attempt(message: Message, now: datetime, **more: str) -> None:
    spent = (message.cost_kes or Decimal()) - cost_before(message)
    entry: dict[str, Any] = {
        "channel": message.channel, "provider_id": message.provider_id, "cause": message.cause,
        "reason": message.failure, "at": now.isoformat(), "attempts": message.attempts,
        "cost_kes": str(spent), **{name: text for name, text in more.items() if text},
    }  # fmt: skip
    message.tried, message.provider_id = [*message.tried, entry], None


def _let_go(session: Session, message: Message, now: datetime) -> None:
    citizen = session.get_one(Citizen, message.citizen_id)
    last = citizen.heard_at or citizen.created_at
    if now - last > KEPT_THIRTY_DAYS:
        identity.retire(session, citizen.id, now)
