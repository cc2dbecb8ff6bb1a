"""What networks say of our messages: late, twice, in any order, or of an attempt given up long ago.

A state only ever rises; what fails for certain may go on by another way (`moves`).
"""

import uuid
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from channels.contract import Cause, Delivery, Receipt, Sent
from feedback_service import identity
from feedback_service.domain.phones import normalise
from feedback_service.identity import KeyRing
from feedback_service.models import Citizen, EarlyReceipt, Message, MessageState
from feedback_service.outbox import costs, moves
from feedback_service.outbox.posting import family
from feedback_service.runtime import Runtime

RANK = {
    MessageState.QUEUED: 0, MessageState.SENDING: 1, MessageState.UNKNOWN: 2,
    MessageState.SENT: 3, MessageState.FAILED: 4, MessageState.DELIVERED: 5,
}  # fmt: skip
UNDER_WAY = frozenset(
    {MessageState.SENDING, MessageState.UNKNOWN, MessageState.SENT, MessageState.FAILED}
)
ADOPTED_WITHIN = timedelta(hours=24)
"""How long a message of unknown fate may be found by the number its receipt names."""


def record_receipt(rt: Runtime, channel: str, receipt: Receipt) -> Message | None:
    """Note what the network said; None when no message of ours is known by it yet."""
    with rt.transaction() as session:
        message = _current(session, channel, receipt)
        if message is not None:
            apply(rt, session, message, receipt)
            return message
        message = _earlier(session, channel, receipt)
        if message is not None:
            _apply_to_earlier(session, message, channel, receipt, rt.now())
            return message
        message = _by_address(rt, session, channel, receipt)
        if message is None:
            _park(session, channel, receipt, rt.now())
            return None
        apply(rt, session, message, receipt)
        return message


def apply(rt: Runtime, session: Session, message: Message, receipt: Receipt) -> None:
    """Take a receipt of the attempt under way; the message is locked by the caller."""
    if message.provider_id is None:  # The company's answer was lost: it did take the message.
        moves.taken(rt, message, Sent(receipt.provider_id), message.claimed_at or rt.now())
    _price(rt, message, receipt)
    if receipt.cause is Cause.OPTED_OUT:
        identity.stop(session, message.citizen_id, family(message.channel), rt.now())
    state = MessageState(receipt.state.value)
    if receipt.state is Delivery.FAILED and message.state is not MessageState.DELIVERED:
        _failed(rt, session, message, receipt)
    elif RANK[state] > RANK[message.state]:
        _raise(message, state, rt.now())


def unparked(early: EarlyReceipt) -> Receipt:
    """The receipt that was kept until its message was known."""
    cause = Cause(early.cause) if early.cause else None
    return Receipt(early.provider_id, Delivery(early.state), early.reason, early.final, cause=cause)


def _failed(rt: Runtime, session: Session, message: Message, receipt: Receipt) -> None:
    cause = receipt.cause or Cause.REFUSED
    if receipt.final and message.state is not MessageState.FAILED:
        template = str(message.data.get("template", ""))
        moves.went_wrong(rt, session, message, cause, receipt.reason, template=template)
    elif RANK[MessageState.FAILED] > RANK[message.state]:
        message.state, message.failure = MessageState.FAILED, receipt.reason
        message.cause = cause.value


def _raise(message: Message, state: MessageState, now: datetime) -> None:
    message.state, message.failure, message.cause = state, "", ""
    if state is MessageState.DELIVERED:
        message.delivered_at = now


def _price(rt: Runtime, message: Message, receipt: Receipt) -> None:
    cost = costs.told(rt.settings, receipt.cost_told)
    if cost is not None:
        message.cost_kes, message.cost_estimated = cost + moves.cost_before(message), False


def _apply_to_earlier(
    session: Session, message: Message, channel: str, receipt: Receipt, now: datetime
) -> None:
    """A receipt of an attempt given up: only that it arrived after all changes anything."""
    if receipt.cause is Cause.OPTED_OUT:
        identity.stop(session, message.citizen_id, family(channel), now)
    if receipt.state is Delivery.DELIVERED and message.state is not MessageState.DELIVERED:
        _raise(message, MessageState.DELIVERED, now)


def _current(session: Session, channel: str, receipt: Receipt) -> Message | None:
    found = sa.select(Message).where(
        Message.channel == channel, Message.provider_id == receipt.provider_id
    )
    message = session.scalars(found.with_for_update()).one_or_none()
    key = _key(receipt)
    if message is not None or key is None:
        return message
    message = session.get(Message, key, with_for_update=True)
    ours = (
        message is not None
        and message.channel == channel
        and message.provider_id is None
        and message.state in UNDER_WAY
        and not _among(message, receipt)
    )
    return message if ours else None


def _earlier(session: Session, channel: str, receipt: Receipt) -> Message | None:
    """The message one of whose attempts, given up since, the receipt is of."""
    if key := _key(receipt):
        return session.get(Message, key, with_for_update=True)
    attempt = [{"channel": channel, "provider_id": receipt.provider_id}]
    found = sa.select(Message).where(
        Message.tried.contains(attempt), sa.text("tried <> '[]'::jsonb")
    )
    return session.scalars(found.with_for_update()).one_or_none()


def _key(receipt: Receipt) -> uuid.UUID | None:
    """The message's id as we gave it; None for one that another service gave."""
    try:
        return uuid.UUID(receipt.key) if receipt.key else None
    except ValueError:
        return None


def _among(message: Message, receipt: Receipt) -> bool:
    return any(entry["provider_id"] == receipt.provider_id for entry in message.tried)


def _by_address(rt: Runtime, session: Session, channel: str, receipt: Receipt) -> Message | None:
    """The one message of unknown fate to this number: the company's answer, and its id, was lost.

    Not while another is on its way to the same number: the receipt is more likely that one's.
    """
    if not receipt.address.startswith("+") or receipt.key:
        return None
    lookup = KeyRing(rt.settings.phone_keys).lookup(normalise(receipt.address))
    found = (
        sa.select(Message)
        .join(Citizen)
        .where(
            Citizen.lookup == lookup,
            Message.channel == channel,
            Message.state.in_((MessageState.UNKNOWN, MessageState.SENDING, MessageState.SENT)),
            Message.provider_id.is_(None),
            Message.created_at > rt.now() - ADOPTED_WITHIN,
        )
        .with_for_update(of=Message)
        .limit(2)
    )
    messages = session.scalars(found).all()
    if len(messages) == 1 and messages[0].state is not MessageState.SENDING:
        return messages[0]
    return None


def _park(session: Session, channel: str, receipt: Receipt, now: datetime) -> None:
    """Keep a receipt whose message is not known yet; of several, the one that says most."""
    early = session.get(EarlyReceipt, (channel, receipt.provider_id), with_for_update=True)
    rank = RANK[MessageState(receipt.state.value)]
    if early is not None and RANK[MessageState(early.state)] >= rank:
        return
    row = {
        "channel": channel, "provider_id": receipt.provider_id, "state": receipt.state.value,
        "reason": receipt.reason, "at": now, "final": receipt.final,
        "cause": receipt.cause.value if receipt.cause else "",
    }  # fmt: skip
    later = {name: row[name] for name in ("state", "reason", "cause", "final", "at")}
    session.execute(
        insert(EarlyReceipt)
        .values(row)
        .on_conflict_do_update(index_elements=["channel", "provider_id"], set_=later)
    )
