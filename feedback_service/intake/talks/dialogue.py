"""One message's turn in a talk: what the answer asks for is done, and the next question is put."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback_service import attachments, outbox, redress
from feedback_service.conversations import engine, flow_code
from feedback_service.conversations.catalogue import Catalogue
from feedback_service.conversations.flow_message import BY_MESSAGE, SAID_BY_THE_CASE
from feedback_service.conversations.flow_resume import without_words
from feedback_service.conversations.steps import Conversation, Effect, Medium
from feedback_service.conversations.wording.budgets import LONGEST_STEP
from feedback_service.identity import KeyRing
from feedback_service.intake.effects import perform
from feedback_service.intake.talks import standing
from feedback_service.intake.within import within
from feedback_service.models import Citizen, Heard, Message
from feedback_service.runtime import Runtime

BY_SMS, BY_WHATSAPP = Medium(LONGEST_STEP, 2000), Medium(880, 2000)
"""Two parts of an SMS; what WhatsApp shows above a list, the first notice included."""
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
class Dialogue:
    """One message of a talk; `source` is the message's own, `effects` the talk's."""

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


def go_to(talk: Dialogue, move: engine.Move, *, unasked: bool = False) -> None:
    """Do what the answer asks for, remember where it led, and say what stands there."""
    at = move.conversation
    for effect in move.effects:
        at = flow_code.placed(at.knowing(_do(talk, effect, at)))
        if effect in _OF_A_CASE:
            _join(talk, at.facts["reference"], opened=effect in _OPENS)
            at = without_words(at)
    screen = engine.show(BY_MESSAGE, at, talk.catalogue, move.hint, talk.medium)
    if not screen.ends:
        _keep(talk, at, missed=bool(move.hint))
        _say(talk, "sms-resume" if unasked else "sms-step", at, screen.text)
        return
    standing.close(talk.session, talk.citizen.id, talk.channel)
    if not (at.step in SAID_BY_THE_CASE and _case_has_spoken(talk)):
        _say(talk, "sms-step-last", at, screen.text)


def _do(talk: Dialogue, effect: Effect, at: Conversation) -> Mapping[str, str]:
    citizen = talk.citizen
    if effect is Effect.LANGUAGE:
        citizen.language = at.language
    address = KeyRing(talk.rt.settings.phone_keys).unseal(citizen.sealed, citizen.lookup)
    caller = _Caller(address, citizen.lookup, talk.channel, talk.effects)
    return perform(within(talk.rt, talk.session), caller, effect, at, talk.catalogue)


def _join(talk: Dialogue, reference: str, *, opened: bool) -> None:
    """The message belongs to the case it opened or changed, and so does what was sent before."""
    case = redress.case_by_reference(talk.session, reference.replace(" ", ""))
    if case is None:
        return
    if opened:
        attachments.join(talk.session, talk.citizen.id, case, talk.now)
    said = sa.update(Heard).where(Heard.source == talk.source)
    talk.session.execute(said.values(case_id=case.id))


def _keep(talk: Dialogue, at: Conversation, *, missed: bool) -> None:
    standing.keep(
        talk.session, talk.citizen, talk.channel, talk.effects, at, talk.now, missed=missed
    )


def _say(talk: Dialogue, wording: str, at: Conversation, text: str) -> None:
    options = engine.offered(BY_MESSAGE, at, talk.catalogue, talk.medium)
    data = {
        "options": [list(option) for option in options], "step": at.step,
        standing.TALK: outbox.family(talk.channel),
    }  # fmt: skip
    asked = wording != "sms-resume"
    say = outbox.Wording(wording, f"talk:{talk.source}", {"text": text}, answers=asked, data=data)
    language = at.language or talk.citizen.language or "en"
    outbox.post(talk.session, talk.citizen, talk.channel, language, say, talk.now)


def _case_has_spoken(talk: Dialogue) -> bool:
    """Whether this very message opened a case that sends one; a quiet one leaves it to us."""
    said = sa.select(Message.id).where(
        Message.citizen_id == talk.citizen.id,
        Message.case_id.is_not(None),
        Message.wording.startswith("sms-received"),
        Message.created_at >= talk.now,
    )
    return talk.session.scalar(said.limit(1)) is not None
