"""One SMS or WhatsApp message: kept, understood by the table of commands, answered by the outbox.

Everything happens in one transaction with the message's own row, so that a copy finds it done.
"""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from channels.contract import Inbound, OptOut, Receipt
from feedback_service import identity, outbox, redress, triage
from feedback_service.conversations.commands import Command, Kind, read_command
from feedback_service.conversations.language import guess_language
from feedback_service.conversations.wording import day, phrase
from feedback_service.domain.calendar import NAIROBI
from feedback_service.domain.cases import Action, ActionNotAllowed, Actor, Lane
from feedback_service.domain.phones import normalise
from feedback_service.domain.references import spoken
from feedback_service.identity import KeyRing
from feedback_service.models import Case, Citizen, Heard, Message, MessageState
from feedback_service.redress import Act, Complaint
from feedback_service.runtime import Runtime

ASKED_WITHIN = timedelta(days=14)
"""How long a question of ours claims the next words as its answer."""
MOST_GUESSES = 10
"""References of others that one number may ask for in a day; then it hears nothing."""


@dataclass(frozen=True)
class _Talk:
    """One message being taken in."""

    rt: Runtime
    session: Session
    citizen: Citizen
    channel: str
    source: str
    text: str
    command: Command

    @property
    def language(self) -> str:
        return self.citizen.language or guess_language(self.text)

    def reply(self, wording: str, case: Case | None = None, **values: str) -> None:
        say = outbox.Wording(wording, f"reply:{self.source}", values, answers=True)
        outbox.post(
            self.session, self.citizen, self.channel, self.language, say, self.rt.now(),
            case.id if case else None,
        )  # fmt: skip


def take_message(rt: Runtime, channel: str, heard: Inbound) -> None:
    """Take one message in; a copy of one taken before has no effect."""
    source, now = f"{channel}:{heard.provider_id}", rt.now()
    ring, address = KeyRing(rt.settings.phone_keys), _address(heard)
    with rt.transaction() as session:
        command = read_command(heard.text)
        citizen = identity.find_or_add(session, ring, address, now)
        row = {
            "source": source, "citizen_id": citizen.id, "channel": channel, "text": heard.text,
            "at": heard.sent_at or now, "became": command.kind.value,
        }  # fmt: skip
        new = session.execute(
            insert(Heard).values(row).on_conflict_do_nothing().returning(Heard.source)
        ).scalar()
        if new is None:
            return
        if citizen.language is None and command.kind is Kind.WORDS:
            citizen.language = guess_language(heard.text)
            rt.conversations.remember_language(citizen.lookup.hex(), citizen.language)
        talk = _Talk(rt, session, citizen, channel, source, heard.text, command)
        case_id = _DOES[command.kind](talk)
        if case_id:
            session.execute(sa.update(Heard).where(Heard.source == source).values(case_id=case_id))


def take_receipt(rt: Runtime, channel: str, receipt: Receipt) -> None:
    """A delivery report; a delivered question may stop its case's clock."""
    message = outbox.record_receipt(rt, channel, receipt)
    if message and message.case_id and message.wording == "sms-asked":
        with rt.transaction() as session:
            case = session.get_one(Case, message.case_id, with_for_update=True)
            redress.refresh_clock(rt, session, case)


def take_opt_out(rt: Runtime, channel: str, heard: OptOut) -> None:
    """The network's own opt-out: a stop, without an answer."""
    with rt.transaction() as session:
        ring = KeyRing(rt.settings.phone_keys)
        citizen = identity.find_or_add(session, ring, normalise(heard.address), rt.now())
        identity.stop(session, citizen.id, channel, rt.now())


Does = Callable[[_Talk], uuid.UUID | None]


def _stop(talk: _Talk) -> None:
    identity.stop(talk.session, talk.citizen.id, talk.channel, talk.rt.now())
    talk.reply("sms-stopped")


def _start(talk: _Talk) -> None:
    identity.start_again(talk.session, talk.citizen.id, talk.channel)
    talk.reply("sms-started")


def _help(talk: _Talk) -> None:
    talk.reply("sms-help")


def _language(talk: _Talk) -> None:
    talk.citizen.language = talk.command.value
    talk.rt.conversations.remember_language(talk.citizen.lookup.hex(), talk.command.value)
    talk.reply("sms-language")


def _status(talk: _Talk) -> uuid.UUID | None:
    """Fully to the number that filed it; one word at most to any other, and not for ever."""
    case = redress.case_by_reference(talk.session, talk.command.reference)
    reference = spoken(talk.command.reference)
    if not (case and case.citizen_id == talk.citizen.id) and _guesses(talk) > MOST_GUESSES:
        return None
    if case is None:
        talk.reply("sms-unknown", reference=reference)
        return None
    status = phrase(f"status-{case.status}", talk.language)
    if case.citizen_id != talk.citizen.id or case.quiet:
        talk.reply("sms-status-word", reference=reference, status=status)
        return None
    facts = redress.facts_of(talk.rt, talk.session, case, talk.language)
    named = {name: facts[name] for name in ("reference", "office", "day")}
    talk.reply("sms-status", case, status=status, **named)
    return case.id


def _who(talk: _Talk) -> uuid.UUID | None:
    """How often staff opened the case: told to the number that filed it, to no other."""
    case = _own(talk)
    if case is None:
        if _guesses(talk) <= MOST_GUESSES:
            talk.reply("sms-unknown", reference=spoken(talk.command.reference))
        return None
    times, last = redress.looks_at(talk.session, case)
    if last is None:
        talk.reply("sms-looked-none", case, reference=spoken(case.reference))
    else:
        when = day(last.astimezone(NAIROBI).date(), talk.language)
        told = {"reference": spoken(case.reference), "times": str(times), "day": when}
        talk.reply("sms-looked", case, **told)
    return case.id


def _guesses(talk: _Talk) -> int:
    """How often this number asked for references in the last day, this time included."""
    asked = sa.select(sa.func.count()).where(
        Heard.citizen_id == talk.citizen.id,
        Heard.became == Kind.STATUS.value,
        Heard.case_id.is_(None),
        Heard.at > talk.rt.now() - timedelta(days=1),
    )
    return talk.session.scalar(asked) or 0


def _verdict(talk: _Talk) -> uuid.UUID | None:
    """Yes or no: about the case it quotes, else the last one that was asked about."""
    case = _own(talk) if talk.command.reference else _last_asked(talk, "sms-asked")
    if case is None:
        if _last_asked_for_words(talk):
            return _words(talk)
        talk.reply("sms-nothing-open")
        return None
    action = Action.CONFIRM if talk.command.value == "yes" else Action.DISPUTE
    return _act(talk, case, action, "")


def _add(talk: _Talk) -> uuid.UUID | None:
    case = _own(talk)
    if case is None:
        talk.reply("sms-unknown", reference=spoken(talk.command.reference))
        return None
    return _act(talk, case, Action.ANSWER, talk.command.value)


def _words(talk: _Talk) -> uuid.UUID | None:
    """Words without a reference: the answer to a desk's question, else a new complaint."""
    if not talk.command.value:  # a picture alone, say
        _help(talk)
        return None
    asked = _last_asked_for_words(talk)
    if asked:
        return _act(talk, asked, Action.ANSWER, talk.command.value)
    return _complain(talk)


def _complain(talk: _Talk) -> uuid.UUID:
    rt, session, text = talk.rt, talk.session, talk.command.value
    screened, found = triage.screen(rt, text), triage.names_of(rt, session, text)
    complaint = Complaint(
        source=talk.source,
        channel=talk.channel,
        language=talk.language,
        text=text,
        citizen_id=talk.citizen.id,
        service_id=found.service or None,
        institution_id=found.institution or None,
        county=int(found.county) if found.county else None,
        lane=screened.lane,
        urgent=screened.danger,
    )
    return redress.open_case(rt, session, complaint).id


def _act(talk: _Talk, case: Case, action: Action, text: str) -> uuid.UUID:
    screened = triage.screen(talk.rt, text)
    what = Act(
        action, Actor.CITIZEN, text, source=talk.source, channel=talk.channel,
        held=screened.lane is not Lane.OPEN, urgent=screened.danger,
    )  # fmt: skip
    try:
        redress.act_within(talk.rt, talk.session, case, what)
    except ActionNotAllowed:
        talk.reply("sms-too-late", case, reference=spoken(case.reference))
    return case.id


def _own(talk: _Talk) -> Case | None:
    case = redress.case_by_reference(talk.session, talk.command.reference)
    if case is None or case.citizen_id != talk.citizen.id:
        return None
    talk.session.refresh(case, with_for_update=True)  # two messages at once: one after the other
    return case


def _last_asked(talk: _Talk, but_not: str) -> Case | None:
    """The case of the last question we put to this person; one verdict answers one question."""
    question = _last_question(talk)
    if question is None or question.wording == but_not or question.case_id is None:
        return None
    return talk.session.get(Case, question.case_id, with_for_update=True)


def _last_asked_for_words(talk: _Talk) -> Case | None:
    question = _last_question(talk)
    if question is None or question.wording != "sms-asked" or question.case_id is None:
        return None
    since = sa.select(Heard.source).where(
        Heard.case_id == question.case_id, Heard.at > question.created_at
    )
    if talk.session.scalar(since):
        return None
    return talk.session.get(Case, question.case_id, with_for_update=True)


def _last_question(talk: _Talk) -> Message | None:
    questions = (
        sa.select(Message)
        .where(
            Message.citizen_id == talk.citizen.id,
            Message.expects_reply,
            Message.state != MessageState.FAILED,
            Message.created_at > talk.rt.now() - ASKED_WITHIN,
        )
        .order_by(Message.created_at.desc(), Message.id.desc())
        .limit(1)
    )
    return talk.session.scalars(questions).one_or_none()


def _address(heard: Inbound) -> str:
    """A number in one form; a WhatsApp user without a number keeps the name they have."""
    if heard.address[:1].isalpha() and "." in heard.address:
        return f"whatsapp:{heard.address}"
    return normalise(heard.address)


_DOES: Mapping[Kind, Does] = {
    Kind.STOP: _stop,
    Kind.START: _start,
    Kind.HELP: _help,
    Kind.LANGUAGE: _language,
    Kind.WHO: _who,
    Kind.STATUS: _status,
    Kind.VERDICT: _verdict,
    Kind.ADD: _add,
    Kind.WORDS: _words,
}
