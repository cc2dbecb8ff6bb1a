"""The menu by SMS and WhatsApp: the flow of the dialled menu, each answer a message.

Where a talk stands is a row of `talks`; hearing an answer, its effects, the row and the next
message are one transaction with the message's own row, so that a copy of it finds all done.
"""

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from feedback_service import attachments, outbox, redress, registry
from feedback_service.conversation_store import as_dict, from_dict
from feedback_service.conversations import engine
from feedback_service.conversations.catalogue import Catalogue
from feedback_service.conversations.flow_message import BY_MESSAGE, SAID_BY_THE_CASE
from feedback_service.conversations.flows import begin as beginning
from feedback_service.conversations.steps import (
    SECRET,
    Ask,
    Choose,
    Conversation,
    Effect,
    Medium,
)
from feedback_service.conversations.wording.budgets import LONGEST_STEP
from feedback_service.identity import KeyRing
from feedback_service.intake.effects import perform
from feedback_service.intake.within import within
from feedback_service.models import Citizen, Heard, Message, Resumption, Stop, Talk
from feedback_service.runtime import Runtime

SILENCE = timedelta(hours=24)
"""A talk in which nothing was said for so long is over: the next words are no answer to it."""
BY_SMS, BY_WHATSAPP = Medium(LONGEST_STEP, 2000), Medium(880, 2000)
"""Two parts of an SMS; what WhatsApp shows above a list, the first notice included."""
MISSED = "missed"
"""Beside the conversation in its row: the last message fitted nothing that was asked."""
LONGEST_SECRET = 12
USSD = "africastalking-ussd"
MOST_WORDS, MOST_LETTERS = 4, 40
"""Whatever is longer is no slip at a menu: it is somebody telling us something."""


_OPENS = frozenset({Effect.OPEN_CASE, Effect.OPEN_CONFIDENTIAL})
_OF_A_CASE = _OPENS | {
    Effect.CONFIRM, Effect.DISPUTE, Effect.APPEAL, Effect.WITHDRAW, Effect.ADD_WORDS,
}  # fmt: skip


@dataclass(frozen=True)
class _Caller:
    """The citizen as effects see them; `source` begins the key of every effect."""

    address: str
    lookup: bytes
    channel: str
    source: str
    session: str = ""


@dataclass(frozen=True)
class _Dialogue:
    """One message of a dialogue; `source` is the message's own, `effects` the dialogue's."""

    rt: Runtime
    session: Session
    citizen: Citizen
    channel: str
    source: str
    effects: str
    now: datetime
    catalogue: Catalogue

    @property
    def medium(self) -> Medium:
        return BY_WHATSAPP if self.channel == "twilio-whatsapp" else BY_SMS


def begin(
    rt: Runtime, session: Session, citizen: Citizen, channel: str, source: str, now: datetime,
    conversation: Conversation | None = None, effects_source: str = "", *, unasked: bool = False,
) -> None:  # fmt: skip
    """Begin a dialogue at the main menu, or go on with a `conversation`; an open one is dropped.

    `source` is that of the message that asked for it; `effects_source` begins the keys of effects,
    so that a dropped session's rating gets the later answers.  `unasked`: nobody has just written.
    """
    talk = _Dialogue(
        rt, session, citizen, channel, source, effects_source or f"{source}:talk", now,
        registry.catalogue(rt),
    )  # fmt: skip
    at = conversation or beginning(citizen.language or "", "", talk.catalogue)
    close(session, citizen.id, channel)
    _go_to(talk, engine.Move(at, engine.needed(BY_MESSAGE, at)), unasked=unasked)


def hear(
    rt: Runtime, session: Session, citizen: Citizen, channel: str, text: str, source: str,
    now: datetime,
) -> bool:  # fmt: skip
    """Take a message as the answer to the open dialogue; False when it is none, or there is none.

    What a menu cannot read is asked again once; the second time, and at once when it is more than
    a few words, the dialogue is closed, so that the caller judges the message as any other.
    """
    row = session.get(Talk, (citizen.id, channel), with_for_update=True, populate_existing=True)
    if row is None:
        return False
    talk = _Dialogue(rt, session, citizen, channel, source, row.source, now, registry.catalogue(rt))
    move = None if _is_over(session, row, now) else _heard(talk, row, text)
    if move is None:
        session.delete(row)
        return False
    _go_to(talk, move)
    _leave_the_phone(talk)
    return True


def close(session: Session, citizen_id: uuid.UUID, channel: str) -> None:
    """Nothing more is an answer to the dialogue on this channel."""
    session.execute(sa.delete(Talk).where(Talk.citizen_id == citizen_id, Talk.channel == channel))


def expire(rt: Runtime) -> None:
    """Forget talks that nobody goes on with, and where redials once began."""
    before = rt.now() - SILENCE
    with rt.transaction() as session:
        session.execute(sa.delete(Talk).where(Talk.at <= before))
        session.execute(sa.delete(Resumption).where(Resumption.at <= before))


def _is_over(session: Session, row: Talk, now: datetime) -> bool:
    """Whether nothing is an answer any more: silence, a stop, or gone on with by dialling."""
    if now - row.at >= SILENCE or row.conversation["step"] not in BY_MESSAGE:
        return True
    stop = session.get(Stop, (row.citizen_id, outbox.family(row.channel)))
    if stop is not None and stop.at >= row.at:
        return True
    redialled = sa.select(Resumption.session).where(
        Resumption.origin == row.source, Resumption.at >= row.began_at
    )
    return session.scalar(redialled.limit(1)) is not None


def _heard(talk: _Dialogue, row: Talk, text: str) -> engine.Move | None:
    """What an answer does; None when somebody tells us something instead of choosing."""
    at = from_dict({name: said for name, said in row.conversation.items() if name != MISSED})
    few = len(text) <= MOST_LETTERS and len(text.split()) <= MOST_WORDS
    if isinstance(BY_MESSAGE[at.step], Choose) and not few:
        return None
    keys = {
        label.casefold(): key
        for key, label in engine.offered(BY_MESSAGE, at, talk.catalogue, talk.medium)
    }
    move = engine.hear(BY_MESSAGE, at, _key(text, keys), talk.catalogue, talk.medium)
    if move.hint and (row.conversation.get(MISSED) or not few):
        return None
    if at.step.startswith(SECRET) and isinstance(BY_MESSAGE[at.step], Ask):
        _blacken(talk, text)
    return move


def _blacken(talk: _Dialogue, text: str) -> None:
    """A secret is kept as a hash and nowhere else: what was heard forgets its digits."""
    hidden = re.sub(r"\d", "*", text) if len(text) <= LONGEST_SECRET else text
    talk.session.execute(sa.update(Heard).where(Heard.source == talk.source).values(text=hidden))


def _key(text: str, keys: Mapping[str, str]) -> str:
    """The key that was meant: `2.` and `(2)` are 2, and so is what stands beside it."""
    bare = text.strip()
    if number := re.fullmatch(r"\(?(\d+)[.):]?", bare):
        return number[1]
    return keys.get(bare.casefold(), text)


def _leave_the_phone(talk: _Dialogue) -> None:
    """A redial must not ask again what is being answered here."""
    if talk.effects.startswith(f"{USSD}:"):
        _, _, _, *code = talk.effects.split(":", 3)  # channel, session, person, another code
        talk.rt.conversations.leave(":".join([talk.citizen.lookup.hex(), *code]))


def _go_to(talk: _Dialogue, move: engine.Move, *, unasked: bool = False) -> None:
    """Do what the answer asks for, remember where it led, and say what stands there."""
    at = move.conversation
    for effect in move.effects:
        at = at.knowing(_do(talk, effect, at))
        if effect in _OF_A_CASE:
            _join(talk, at.facts["reference"], opened=effect in _OPENS)
    screen = engine.show(BY_MESSAGE, at, talk.catalogue, move.hint, talk.medium)
    if screen.ends:
        close(talk.session, talk.citizen.id, talk.channel)
        if not (at.step in SAID_BY_THE_CASE and _case_has_spoken(talk)):
            _say(talk, "sms-step-last", at, screen.text)
    else:
        _keep(talk, at, missed=bool(move.hint))
        _say(talk, "sms-resume" if unasked else "sms-step", at, screen.text)


def _say(talk: _Dialogue, wording: str, at: Conversation, text: str) -> None:
    options = engine.offered(BY_MESSAGE, at, talk.catalogue, talk.medium)
    say = outbox.Wording(
        wording,
        f"talk:{talk.source}",
        {"text": text},
        answers=wording != "sms-resume",
        data={"options": [list(option) for option in options], "step": at.step},
    )
    language = at.language or talk.citizen.language or "en"
    outbox.post(talk.session, talk.citizen, talk.channel, language, say, talk.now)


def _case_has_spoken(talk: _Dialogue) -> bool:
    """Whether this very message opened a case that sends one; a quiet one leaves it to us."""
    said = sa.select(Message.id).where(
        Message.citizen_id == talk.citizen.id,
        Message.case_id.is_not(None),
        Message.wording.startswith("sms-received"),
        Message.created_at >= talk.now,
    )
    return talk.session.scalar(said.limit(1)) is not None


def _do(talk: _Dialogue, effect: Effect, at: Conversation) -> Mapping[str, str]:
    citizen = talk.citizen
    if effect is Effect.LANGUAGE:
        citizen.language = at.language
    address = KeyRing(talk.rt.settings.phone_keys).unseal(citizen.sealed, citizen.lookup)
    caller = _Caller(address, citizen.lookup, talk.channel, talk.effects)
    return perform(within(talk.rt, talk.session), caller, effect, at, talk.catalogue)


def _join(talk: _Dialogue, reference: str, *, opened: bool) -> None:
    """The message belongs to the case it opened or changed, and so does what was sent before."""
    case = redress.case_by_reference(talk.session, reference.replace(" ", ""))
    if case is None:
        return
    if opened:
        attachments.join(talk.session, talk.citizen.id, case, talk.now)
    talk.session.execute(
        sa.update(Heard).where(Heard.source == talk.source).values(case_id=case.id)
    )


def _keep(talk: _Dialogue, at: Conversation, *, missed: bool) -> None:
    row = {
        "citizen_id": talk.citizen.id, "channel": talk.channel, "source": talk.effects,
        "conversation": as_dict(at) | {MISSED: missed}, "began_at": talk.now, "at": talk.now,
    }  # fmt: skip
    later = {name: row[name] for name in ("source", "conversation", "at")}
    statement = insert(Talk).values(row)
    talk.session.execute(
        statement.on_conflict_do_update(index_elements=["citizen_id", "channel"], set_=later)
    )
