"""Writing a message down: in the transaction that causes it, once for its key, held or taken back.

Whether and by which way it leaves is decided when it is sent (`sending`).
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from feedback_service import identity
from feedback_service.conversations.wording import phrase
from feedback_service.conversations.wording.kinds import QUESTIONS, purpose
from feedback_service.domain import gsm7
from feedback_service.models import Case, Citizen, Message, MessageState, new_id
from feedback_service.runtime import after_commit

BELL = "outbox"
ALWAYS_SENT = frozenset({"sms-stopped", "sms-started"})
"""What a citizen who said stop still hears: that we heard it."""
SMS, WHATSAPP = "africastalking-sms", "twilio-whatsapp"
FAMILIES: Mapping[str, str] = {SMS: SMS, "twilio-sms": SMS, WHATSAPP: WHATSAPP}
"""What is one to the citizen: two companies carry SMS, and a stop means both."""
REPLY_CHANNEL = {"africastalking-ussd": SMS, "web": SMS, "desk": SMS, "twilio-sms": SMS}
"""Where we write to somebody who came by a channel that cannot carry the answer."""


@dataclass(frozen=True)
class Wording:
    """What to say: the phrase and its values; `key` makes it said once.

    `answers` what the citizen has just written here: those who said stop hear that too.
    `data` is kept beside the text for who hears the answer (`choices`, `pending`) or shows the
    message as a list (`options`).  `wait` holds it back, for what the citizen may still say.
    `bearer` is the institution that bears its cost where no case tells it.
    """

    phrase: str
    key: str
    values: dict[str, str]
    answers: bool = False
    data: Mapping[str, Any] = field(default_factory=dict)
    wait: timedelta = timedelta()
    bearer: str | None = None


def post(
    session: Session, citizen: Citizen, channel: str, language: str, say: Wording, now: datetime,
    case_id: uuid.UUID | None = None,
) -> None:  # fmt: skip
    """Queue a message; it leaves only if the transaction commits, once for its key."""
    # Who shows no number has WhatsApp alone, whoever wrote their case down.
    channel = WHATSAPP if citizen.kind == "whatsapp" else REPLY_CHANNEL.get(channel, channel)
    wanted = say.answers or say.phrase in ALWAYS_SENT
    if not wanted and identity.has_stopped(session, citizen.id, family(channel)):
        return
    text = numbered(phrase(say.phrase, language, **say.values), say.data)
    if _may_give_notice(session, citizen):
        text, citizen.noticed_at = f"{text}\n{_notice(citizen, language)}", now
    text = gsm7.smart(text)
    bearer = sa.select(Case.institution_id).where(Case.id == case_id).scalar_subquery()
    row = {
        "id": new_id(), "key": say.key, "citizen_id": citizen.id, "case_id": case_id,
        "channel": channel, "wording": say.phrase, "language": language,
        "text": text, "parts": parts(channel, text), "expects_reply": say.phrase in QUESTIONS,
        "data": {"values": say.values, **say.data, "purpose": purpose(say.phrase, answers=wanted)},
        "institution_id": bearer if case_id else say.bearer,
        "state": MessageState.QUEUED, "not_before_at": now + say.wait, "created_at": now,
        "attempts": 0, "failure": "",
    }  # fmt: skip
    session.execute(insert(Message).values(row).on_conflict_do_nothing(index_elements=["key"]))
    after_commit(session, BELL)


def numbered(text: str, data: Mapping[str, Any]) -> str:
    """The text with a line for each of its options that has none yet."""
    lines = text.split("\n")
    told = [f"{value} {label}" for value, label in data.get("options", ())]
    return "\n".join([*lines, *(line for line in told if line not in lines)])


def parts(channel: str, text: str) -> int:
    """The messages billed for a text: parts of an SMS, one by WhatsApp."""
    return gsm7.parts(text).count if family(channel) == SMS else 1


def _may_give_notice(session: Session, citizen: Citizen) -> bool:
    """Whether the first notice is ours to give; of two messages at once, one has it.

    Nobody waits here: whoever holds the row may be waiting for the case that we hold.
    """
    if citizen.noticed_at is not None or identity.holds(session, citizen.id):
        return citizen.noticed_at is None
    free = sa.select(Citizen).where(Citizen.id == citizen.id)
    free = free.with_for_update(key_share=True, skip_locked=True)
    found = session.scalar(free.execution_options(populate_existing=True))
    return found is not None and found.noticed_at is None


def _notice(citizen: Citizen, language: str) -> str:
    """Who we are and how to stop us; to whom no number is known, what cannot reach them."""
    notice = phrase("sms-notice", language)
    if citizen.kind != identity.WHATSAPP:
        return notice
    return f"{notice}\n{phrase('sms-no-number', language)}"


def can_carry(channel: str) -> bool:
    """Whether what comes by a channel is answered on it."""
    return channel not in REPLY_CHANNEL


def family(channel: str) -> str:
    """The channel under which a stop is kept: the first of those that are one to the citizen."""
    return FAMILIES.get(REPLY_CHANNEL.get(channel, channel), channel)


def release(session: Session, case_id: uuid.UUID, now: datetime) -> int:
    """What waits for this case's citizen to choose may leave now; returns how many messages."""
    freed = _waiting(case_id, Message.attempts == 0).values(not_before_at=now)
    after_commit(session, BELL)
    return len(session.execute(freed.returning(Message.id)).all())


def take_back(session: Session, case_id: uuid.UUID, reason: str) -> None:
    """Nothing that waits for this case leaves; what a worker already sends cannot be held."""
    session.execute(_waiting(case_id).values(state=MessageState.FAILED, failure=reason))


def _waiting(case_id: uuid.UUID, *more: sa.ColumnElement[bool]) -> sa.Update:
    return sa.update(Message).where(
        Message.case_id == case_id, Message.state == MessageState.QUEUED, *more
    )
