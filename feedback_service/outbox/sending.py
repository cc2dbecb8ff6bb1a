"""Messages to citizens: written with the change that causes them, sent by workers, then receipted.

A message is marked `sending` and committed before the provider hears of it, so that a worker killed
in between leaves a row that is never blindly sent again: the sweeper calls it `unknown` and waits.
No database connection is held while a provider answers.
"""

import logging
import uuid
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from channels.contract import Cause, Delivery, Receipt, SendFailed, SendUnknown, Sent
from feedback_service import identity
from feedback_service.identity import KeyRing, NoKey
from feedback_service.models import Citizen, EarlyReceipt, Message, MessageState, Stop
from feedback_service.outbox.posting import ALWAYS_SENT, BELL, SMS
from feedback_service.runtime import Runtime, after_commit

logger = logging.getLogger(__name__)

BATCH = 25
LEASE = timedelta(seconds=20)
"""Longer than a provider may take over one message (13 s): a row that is `sending` for longer has
lost its worker.  A claim that lapses early does no harm, the state decides who sends."""
RETRIES = tuple(timedelta(seconds=s) for s in (10, 60, 300, 1800, 7200))
RANK = {
    MessageState.QUEUED: 0, MessageState.SENDING: 1, MessageState.UNKNOWN: 2,
    MessageState.SENT: 3, MessageState.FAILED: 4, MessageState.DELIVERED: 5,
}  # fmt: skip


def drain(rt: Runtime) -> int:
    """Send all that waits, a batch at a time; returns how many were handled."""
    rt.answered(BELL)
    handled = 0
    while batch := _claim(rt):
        for message_id in batch:
            _deliver(rt, message_id)
        handled += len(batch)
    return handled


def sweep(rt: Runtime) -> None:
    """Rows of dead workers: what was at the provider is unknown, what was not is free again."""
    before = rt.now() - LEASE
    with rt.transaction() as session:
        session.execute(
            sa.update(Message)
            .where(Message.state == MessageState.SENDING, Message.claimed_at < before)
            .values(state=MessageState.UNKNOWN, failure="the worker died while sending")
        )
        waiting = sa.select(Message.id).where(
            Message.state == MessageState.QUEUED, Message.not_before_at <= rt.now()
        )
        if session.scalar(waiting.limit(1)):
            after_commit(session, BELL)


def record_receipt(rt: Runtime, channel: str, receipt: Receipt) -> Message | None:
    """Note what the network said; a late receipt never takes a message down the ranks."""
    with rt.transaction() as session:
        message = _message_of(session, channel, receipt)
        if message is None:
            _park(session, channel, receipt, rt.now())
            return None
        _apply(session, message, receipt, rt.now())
        return message


def _claim(rt: Runtime) -> list[uuid.UUID]:
    now = rt.now()
    free = sa.or_(Message.claimed_at.is_(None), Message.claimed_at < now - LEASE)
    waiting = (
        sa.select(Message.id)
        .where(Message.state == MessageState.QUEUED, Message.not_before_at <= now, free)
        .order_by(Message.not_before_at, Message.id)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    )
    with rt.transaction() as session:
        ids = list(session.scalars(waiting))
        if ids:
            session.execute(sa.update(Message).where(Message.id.in_(ids)).values(claimed_at=now))
    return ids


def _deliver(rt: Runtime, message_id: uuid.UUID) -> None:
    with rt.transaction() as session:
        message = session.get_one(Message, message_id, with_for_update=True)
        if message.state is not MessageState.QUEUED:
            return
        if _stopped_since(session, message):
            message.state, message.failure = MessageState.FAILED, "the citizen said stop"
            return
        message.state, message.claimed_at = MessageState.SENDING, rt.now()
        message.attempts += 1
        citizen = session.get_one(Citizen, message.citizen_id)
    try:
        sent = _hand_over(rt, message, citizen)
    except NoKey as error:  # One row that cannot be opened must not hold up those behind it.
        _failed(rt, message_id, SendFailed(str(error), cause=Cause.ACCOUNT))
    except SendFailed as error:
        _failed(rt, message_id, error)
    except SendUnknown as error:
        _settle(rt, message_id, MessageState.UNKNOWN, failure=error.reason)
    else:
        _settle(rt, message_id, MessageState.SENT, sent)


def _stopped_since(session: Session, message: Message) -> bool:
    """Whether a stop came after the message was written, and so takes it back."""
    stop = session.get(Stop, (message.citizen_id, message.channel))
    return stop is not None and stop.at > message.created_at and message.wording not in ALWAYS_SENT


def _hand_over(rt: Runtime, message: Message, citizen: Citizen) -> Sent:
    channel = message.channel
    address = KeyRing(rt.settings.phone_keys).unseal(citizen.sealed, citizen.lookup)
    way = rt.ways.get(channel)
    if way is None:
        raise SendFailed(
            f"channel {channel} is not switched on: add it to CHANNELS", cause=Cause.REFUSED
        )
    if not way.configured(rt.settings.raw):
        sender = rt.settings.at_sender if channel == SMS else "Huduma Feedback"
        return Sent(rt.phones.deliver(channel, sender, address, message.text, rt.now()))
    return way.send(address, message.text, key=str(message.id))


def _failed(rt: Runtime, message_id: uuid.UUID, error: SendFailed) -> None:
    with rt.transaction() as session:
        message = session.get_one(Message, message_id, with_for_update=True)
        message.failure, message.claimed_at = error.reason, None
        if error.cause is Cause.OPTED_OUT:
            identity.stop(session, message.citizen_id, message.channel, rt.now())
        if error.cause in {Cause.BUSY, Cause.DOWN, Cause.ACCOUNT} and message.attempts <= len(
            RETRIES
        ):
            message.state = MessageState.QUEUED
            message.not_before_at = rt.now() + RETRIES[message.attempts - 1]
        else:
            message.state = MessageState.FAILED


def _settle(
    rt: Runtime, message_id: uuid.UUID, state: MessageState, sent: Sent | None = None,
    failure: str = "",
) -> None:  # fmt: skip
    with rt.transaction() as session:
        message = session.get_one(Message, message_id, with_for_update=True)
        if RANK[state] > RANK[message.state]:
            message.state, message.failure = state, failure
        if sent is None:
            return
        message.provider_id, message.sent_at = sent.provider_id, rt.now()
        message.cost_kes, message.parts = sent.cost_kes, sent.parts
        session.flush()  # The early receipt below is matched on the id just set.
        early = session.get(EarlyReceipt, (message.channel, sent.provider_id))
        if early:
            _apply(session, message, _unparked(early), rt.now())
            session.delete(early)


def _message_of(session: Session, channel: str, receipt: Receipt) -> Message | None:
    found = sa.select(Message).where(
        Message.channel == channel, Message.provider_id == receipt.provider_id
    )
    message = session.scalars(found.with_for_update()).one_or_none()
    if message is None and receipt.key:
        message = session.get(Message, uuid.UUID(receipt.key), with_for_update=True)
    return message


def _apply(session: Session, message: Message, receipt: Receipt, now: datetime) -> None:
    state = MessageState(receipt.state.value)
    if RANK[state] <= RANK[message.state]:
        return
    message.state = state
    message.provider_id = message.provider_id or receipt.provider_id
    if receipt.state is Delivery.DELIVERED:
        message.delivered_at = now
    if receipt.state is Delivery.FAILED:
        message.failure = receipt.reason
    if receipt.cause is Cause.OPTED_OUT:
        identity.stop(session, message.citizen_id, message.channel, now)


def _park(session: Session, channel: str, receipt: Receipt, now: datetime) -> None:
    row = {
        "channel": channel, "provider_id": receipt.provider_id, "state": receipt.state.value,
        "reason": receipt.reason, "at": now,
    }  # fmt: skip
    session.execute(
        insert(EarlyReceipt)
        .values(row)
        .on_conflict_do_update(
            index_elements=["channel", "provider_id"],
            set_={"state": row["state"], "reason": row["reason"]},
        )
    )


def _unparked(early: EarlyReceipt) -> Receipt:
    return Receipt(early.provider_id, Delivery(early.state), early.reason)
