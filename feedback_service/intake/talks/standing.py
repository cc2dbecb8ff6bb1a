"""Where talks stand: one row a person and channel, held while heard, forgotten when over."""

import uuid
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from feedback_service import outbox
from feedback_service.conversation_store import as_dict, from_dict
from feedback_service.conversations.flow_message import BY_MESSAGE
from feedback_service.conversations.steps import Conversation
from feedback_service.models import Citizen, Message, Resumption, Stop, Talk
from feedback_service.runtime import Runtime

SILENCE = timedelta(hours=24)
"""A talk in which nothing was said for so long is over: the next words are no answer to it."""
QUESTIONS = ("sms-step", "sms-resume")
TALK = "talk"
"""Beside a question's options: the channel of its talk, should the question leave by another."""
_MISSED = "missed"
"""Beside the conversation in its row: the last message fitted nothing that was asked."""


def held(session: Session, citizen: Citizen, channel: str) -> Talk | None:
    """The talk on this channel, or the one whose last question had to leave by it; locked."""
    channel = outbox.family(channel)
    if row := _locked(session, citizen.id, channel):
        return row
    questions = (
        sa.select(Message)
        .where(Message.citizen_id == citizen.id, Message.wording.in_(QUESTIONS))
        .order_by(Message.created_at.desc(), Message.id.desc())
    )
    asked = session.scalars(questions.limit(1)).one_or_none()
    if asked is None or outbox.family(asked.channel) != channel:
        return None
    row = _locked(session, citizen.id, str(asked.data.get(TALK)))
    if row:
        row.channel = channel
        session.flush()  # The row is written anew under the channel it has now.
    return row


def is_over(session: Session, row: Talk, now: datetime) -> bool:
    """Whether nothing is an answer any more: silence, a stop, or gone on with by dialling."""
    if now - row.at >= SILENCE or row.conversation["step"] not in BY_MESSAGE:
        return True
    stop = session.get(Stop, (row.citizen_id, row.channel))
    if stop is not None and stop.at >= row.at:
        return True
    redialled = sa.select(Resumption.session).where(
        Resumption.origin == row.source, Resumption.at >= row.began_at
    )
    return session.scalar(redialled.limit(1)) is not None


def is_of_another_step(session: Session, row: Talk, about: str) -> bool:
    """Whether a message, by its provider's id, put another question than the one that waits."""
    if not about:
        return False
    put = sa.select(Message.data["step"].as_string()).where(
        Message.citizen_id == row.citizen_id, Message.provider_id == about
    )
    step = session.scalar(put)
    return step is not None and step != row.conversation["step"]


def stands_at(row: Talk) -> Conversation:
    return from_dict({name: said for name, said in row.conversation.items() if name != _MISSED})


def has_missed(row: Talk) -> bool:
    """Whether the last message was no answer either."""
    return bool(row.conversation.get(_MISSED))


def keep(
    session: Session, citizen: Citizen, channel: str, source: str, at: Conversation, now: datetime,
    *, missed: bool,
) -> None:  # fmt: skip
    """Remember where a talk stands; `source` begins the keys of its effects."""
    row = {
        "citizen_id": citizen.id, "channel": outbox.family(channel), "source": source,
        "conversation": as_dict(at) | {_MISSED: missed}, "began_at": now, "at": now,
    }  # fmt: skip
    later = {name: row[name] for name in ("source", "conversation", "at")}
    key = ["citizen_id", "channel"]
    session.execute(insert(Talk).values(row).on_conflict_do_update(index_elements=key, set_=later))


def close(session: Session, citizen_id: uuid.UUID, channel: str) -> None:
    """Nothing more is an answer to the talk on this channel."""
    of_channel = Talk.channel == outbox.family(channel)
    session.execute(sa.delete(Talk).where(Talk.citizen_id == citizen_id, of_channel))


def expire(rt: Runtime) -> None:
    """Forget talks that nobody goes on with, and where redials once began."""
    before = rt.now() - SILENCE
    with rt.transaction() as session:
        session.execute(sa.delete(Talk).where(Talk.at <= before))
        session.execute(sa.delete(Resumption).where(Resumption.at <= before))


def _locked(session: Session, citizen_id: uuid.UUID, channel: str) -> Talk | None:
    return session.get(Talk, (citizen_id, channel), with_for_update=True, populate_existing=True)
