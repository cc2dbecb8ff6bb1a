"""Workers sending what waits: each company in a lane of its own, a few messages at a time.

A company that hangs holds up its own lane only.  A message is handed over with no lock and no
database connection held, and what came of it is written afterwards.
"""

import threading
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

import sqlalchemy as sa

from channels.contract import Cause, Channel, SendFailed, SendUnknown, Sent
from feedback_service.identity import KeyRing, NoKey
from feedback_service.models import EarlyReceipt, Message, MessageState
from feedback_service.outbox import leaving, moves, receipts
from feedback_service.outbox.leaving import Ready
from feedback_service.outbox.pace import Breaker, take_turn
from feedback_service.outbox.posting import BELL, SMS, parts
from feedback_service.outbox.remedies import UNKNOWN
from feedback_service.runtime import Runtime, after_commit

BATCH = 40
AT_ONCE = 8
"""Messages of one company under way in one worker."""
TURN = 20.0
"""Seconds after which a worker looks whether other work waits, before it goes on."""
LEASE = timedelta(seconds=30)
"""Longer than a company may take over one message (13 s) and its place in the line (5 s): a row
that is `sending` for longer has lost its worker.  A claim that lapses early does no harm, the state
decides who sends."""
RECEIPTS_KEPT = timedelta(days=7)
"""How long a receipt waits for a message we have not noted: longer than any network reports."""
NO_COMPANY = ""
"""The lane of messages that no company carries: simulated phones, and channels switched off."""


def drain(rt: Runtime) -> int:
    """Send all that waits; returns how many messages were handled."""
    rt.answered(BELL)
    until, lanes = time.monotonic() + TURN, _lanes(rt)
    busy = _Busy({lane.company for lane in lanes})
    with ThreadPoolExecutor(len(lanes)) as pool:
        counts = list(pool.map(lambda lane: _run(rt, lane, busy, until), lanes))
    if time.monotonic() >= until:
        rt.ring(BELL)
    return sum(counts)


def sweep(rt: Runtime) -> None:
    """Rows of dead workers: what was at the company is unknown, what was not is free again.

    Receipts that no message ever claimed go.
    """
    before = rt.now() - LEASE
    with rt.transaction() as session:
        session.execute(
            sa.update(Message)
            .where(Message.state == MessageState.SENDING, Message.claimed_at < before)
            .values(
                state=MessageState.UNKNOWN, failure="the worker died while sending", cause=UNKNOWN
            )
        )
        session.execute(sa.delete(EarlyReceipt).where(EarlyReceipt.at < rt.now() - RECEIPTS_KEPT))
        waiting = sa.select(Message.id).where(
            Message.state == MessageState.QUEUED, Message.not_before_at <= rt.now()
        )
        if session.scalar(waiting.limit(1)):
            after_commit(session, BELL)


@dataclass(frozen=True)
class _Lane:
    """The messages of one company, `ours`, and a channel of its by which it can be probed."""

    company: str
    way: Channel | None
    ours: sa.ColumnElement[bool]


class _Busy:
    """Which lanes are at work: what one gives up may be the next message of another."""

    def __init__(self, companies: set[str]) -> None:
        self._working, self._lock = companies, threading.Lock()

    def others(self, company: str) -> bool:
        with self._lock:
            return bool(self._working - {company})

    def works(self, company: str, *, on: bool) -> None:
        with self._lock:
            (self._working.add if on else self._working.discard)(company)

    @contextmanager
    def working(self, company: str) -> Iterator[None]:
        try:
            yield
        finally:
            self.works(company, on=False)


def _lanes(rt: Runtime) -> list[_Lane]:
    """A lane for each company that can send; all other channels have one, in their order."""
    able = {name: way for name, way in rt.ways.items() if way.configured(rt.settings.raw)}
    lanes = [_Lane(NO_COMPANY, None, Message.channel.not_in(list(able)))]
    for company in sorted({way.company for way in able.values() if not way.inline}):
        names = [name for name, way in able.items() if way.company == company]
        way = next(way for way in able.values() if way.company == company and not way.inline)
        lanes.append(_Lane(company, way, Message.channel.in_(names)))
    return lanes


def _run(rt: Runtime, lane: _Lane, busy: _Busy, until: float) -> int:
    handled, pause = 0, 0.005
    with ThreadPoolExecutor(AT_ONCE if lane.way else 1) as pool, busy.working(lane.company):
        while time.monotonic() < until:
            more_may_come = busy.others(lane.company)
            batch = _claim(rt, lane)
            busy.works(lane.company, on=bool(batch))
            if batch:
                handled += sum(pool.map(partial(_deliver_all, rt, lane), batch))
            elif more_may_come:
                time.sleep(pause)
                pause = min(2 * pause, 0.2)
            else:
                break
    return handled


def _claim(rt: Runtime, lane: _Lane) -> list[list[uuid.UUID]]:
    """Messages that may leave now: those of one citizen together, to arrive in their order."""
    now = rt.now()
    free = sa.or_(Message.claimed_at.is_(None), Message.claimed_at < now - LEASE)
    waiting = (
        sa.select(Message.id, Message.citizen_id)
        .where(Message.state == MessageState.QUEUED, Message.not_before_at <= now, free, lane.ours)
        .order_by(Message.not_before_at, Message.id)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    )
    with rt.transaction() as session:
        rows = session.execute(waiting).all()
        claimed = sa.update(Message).where(Message.id.in_([row.id for row in rows]))
        if rows:
            session.execute(claimed.values(claimed_at=now))
    batch: dict[uuid.UUID, list[uuid.UUID]] = {}
    for row in rows:
        batch.setdefault(row.citizen_id, []).append(row.id)
    return list(batch.values())


def _deliver_all(rt: Runtime, lane: _Lane, message_ids: list[uuid.UUID]) -> int:
    for message_id in message_ids:
        _deliver(rt, lane, message_id)
    return len(message_ids)


def _deliver(rt: Runtime, lane: _Lane, message_id: uuid.UUID) -> None:
    ready = _prepared(rt, lane, message_id)
    if ready is None:
        return
    breaker = Breaker(rt, lane.company)
    try:
        sent = _hand_over(rt, ready)
    except NoKey as error:  # One row that cannot be opened must not hold up those behind it.
        failure = SendFailed(str(error), cause=Cause.ACCOUNT)
        _failed(rt, ready, failure, movable=False)
    except SendFailed as error:
        (breaker.failed if error.cause is Cause.DOWN else breaker.answered)()
        _failed(rt, ready, error)
    except SendUnknown as error:
        breaker.failed()
        _settle(rt, ready, MessageState.UNKNOWN, failure=error.reason)
    else:
        if ready.way:
            breaker.answered()
        _settle(rt, ready, MessageState.SENT, sent)


def _prepared(rt: Runtime, lane: _Lane, message_id: uuid.UUID) -> Ready | None:
    """The message marked `sending`, once it is its company's turn."""
    broken = lane.way is not None and not Breaker(rt, lane.company).lets_pass(lane.way.reachable)
    if lane.way is not None and not broken and not take_turn(rt, lane.company):
        return None  # Its claim lapses, and another worker has it.
    locked = sa.select(Message).where(Message.id == message_id, lane.ours)
    with rt.transaction() as session:
        message = session.scalars(locked.with_for_update()).one_or_none()
        if message is None or message.state is not MessageState.QUEUED:
            return None
        return leaving.prepare(rt, session, message, broken=broken)


def _hand_over(rt: Runtime, ready: Ready) -> Sent:
    message, citizen = ready.message, ready.citizen
    address = KeyRing(rt.settings.phone_keys).unseal(citizen.sealed, citizen.lookup)
    if ready.way is None:
        sender = rt.settings.at_short_code if message.channel == SMS else "Huduma Feedback"
        return Sent(rt.phones.deliver(message.channel, sender, address, message.text, rt.now()))
    return ready.parcel.hand_over(ready.way, address, str(message.id))


def _failed(rt: Runtime, ready: Ready, error: SendFailed, *, movable: bool = True) -> None:
    with rt.transaction() as session:
        message = session.get_one(Message, ready.message.id, with_for_update=True)
        if _still_this_try(message, ready):
            moves.went_wrong(
                rt, session, message, error.cause, error.reason,
                movable=movable, template=ready.parcel.template,
            )  # fmt: skip


def _settle(
    rt: Runtime, ready: Ready, state: MessageState, sent: Sent | None = None, failure: str = ""
) -> None:
    with rt.transaction() as session:
        message = session.get_one(Message, ready.message.id, with_for_update=True)
        if not _still_this_try(message, ready):
            return
        if receipts.RANK[state] > receipts.RANK[message.state]:
            message.state, message.failure = state, failure
            message.cause = UNKNOWN if state is MessageState.UNKNOWN else ""
        if sent is None:
            return
        _note(rt, message, ready, sent)
        session.flush()  # The early receipt below is matched on the id just set.
        early = session.get(EarlyReceipt, (message.channel, sent.provider_id))
        if early:
            session.delete(early)
            receipts.apply(rt, session, message, receipts.unparked(early))


def _still_this_try(message: Message, ready: Ready) -> bool:
    """Whether a receipt, quicker than the answer, has not already led to another try."""
    return message.state is not MessageState.QUEUED and message.attempts == ready.message.attempts


def _note(rt: Runtime, message: Message, ready: Ready, sent: Sent) -> None:
    said = ready.parcel
    if said.template:
        message.data = {**message.data, "template": said.template}
    message.parts = sent.parts or parts(message.channel, said.text)
    moves.taken(rt, message, sent, rt.now())
