"""Taking a message in: its row first, then what the table says it is, all in one transaction."""

import re
import uuid
from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from channels.contract import Inbound, OptOut, Receipt
from feedback_service import attachments, identity, outbox, redress, registry
from feedback_service.conversations.commands import (
    Command,
    Kind,
    decide,
    greets_in_kiswahili,
)
from feedback_service.conversations.language import guess_language
from feedback_service.conversations.wording.kinds import Question
from feedback_service.domain.phones import NotAPhone, normalise
from feedback_service.identity import KeyRing
from feedback_service.intake import talks
from feedback_service.intake.messages.doing import do
from feedback_service.intake.messages.situation import known_of, waiting_of
from feedback_service.intake.messages.talk import GUESSES, Talk
from feedback_service.intake.messages.waiting import give_up
from feedback_service.models import Case, Citizen, Heard
from feedback_service.runtime import Runtime

MACHINE = "machine"
"""What a message of a sender without a number became: kept, answered by nobody."""
_SENDER = re.compile(r"[A-Za-z0-9][\w .&+\-]{1,19}")
_TEACHES = frozenset({Kind.ADD, Kind.WHICH, Kind.COMPLAINT, Kind.SET_ASIDE})
"""What a message must be for the citizen's language to be learnt from its words."""
_LEAVES_WAITING = frozenset(
    {Kind.STOP, Kind.START, Kind.HELP, Kind.LANGUAGE, Kind.STATUS, Kind.WHO, Kind.COUNTED,
     Kind.MYDATA, Kind.FORGET, Kind.FORGET_YES,
     Kind.PICK, Kind.NOTHING, Kind.THANKS, Kind.REPEAT, Kind.ENCLOSED, Kind.KEPT}
)  # fmt: skip
"""After these our numbered question still stands; anything else opens a case from what was kept."""


def take_message(rt: Runtime, channel: str, heard: Inbound) -> None:
    """Take one message in; a copy of one taken before has no effect."""
    source, now = f"{channel}:{heard.provider_id}", rt.now()
    ring = KeyRing(rt.settings.phone_keys)
    address = _address(heard)
    with rt.transaction() as session:
        # Two messages at once from one person are taken one after the other.
        citizen = identity.find_or_add(session, ring, address, now, alias=heard.alias, hold=True)
        if not _keep(session, citizen, channel, source, heard, now):
            return
        if _is_machine(address):
            return
        text = _readable(heard.text)
        code, text = registry.catalogue(rt).campaign(text) or ("", text)
        _understand(Talk(rt, session, citizen, channel, source, text, now, heard, code))


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
        identity.stop(session, citizen.id, outbox.family(channel), rt.now())


def _understand(talk: Talk) -> None:
    """Decide what the message is, do it, and write down what it became."""
    place = _place(talk)
    command = _decided(talk, place)
    if command is None:  # the dialogue has heard it, and written down what its row needs
        row = talk.session.get_one(Heard, talk.source, populate_existing=True)
        row.became, case_id = Kind.STEP.value, row.case_id
    else:
        if talk.citizen.language is None:
            _learn_language(talk, command)
        if place:
            command = replace(command, words="\n".join(filter(None, (command.words, place))))
        if command.kind in GUESSES:  # this one counts when they are counted
            _became(talk, command.kind.value, None, place)
        case_id, became = do(talk, command)
        _became(talk, became, case_id, place)
    if talk.heard and talk.heard.media:
        attachments.hear(
            talk.rt, talk.session, talk.citizen, talk.source, talk.heard, case_id, talk.now
        )


def _decided(talk: Talk, place: str) -> Command | None:
    """What the message is; None when an open dialogue has heard it."""
    if talk.code and not talk.text:
        return Command(Kind.CODE, value=talk.code)
    known = known_of(talk.rt, talk.session)
    enclosed = bool(place) or (talk.heard is not None and bool(talk.heard.media))
    waiting = waiting_of(talk, enclosed=enclosed)
    command = decide(talk.text, waiting, known)
    if command.kind is Kind.STEP:
        said = "\n".join(filter(None, (talk.text, place)))
        about = talk.heard.about if talk.heard else ""
        if talks.hear(
            talk.rt, talk.session, talk.citizen, talk.channel, said, talk.source, talk.now, about
        ):
            return None
        waiting = waiting_of(talk, enclosed=enclosed, steps=False)
        command = decide(talk.text, waiting, known)
    listed = waiting.asked is not None and waiting.asked.question is Question.WHICH
    if listed and command.kind not in _LEAVES_WAITING and give_up(talk, command):
        command = decide(talk.text, waiting_of(talk, enclosed=enclosed), known)
    return command


def _place(talk: Talk) -> str:
    """The place that came with the message, in words."""
    location = talk.heard.location if talk.heard else None
    return attachments.place_words(location, talk.language) if location else ""


def _learn_language(talk: Talk, command: Command) -> None:
    """From a sentence; of greetings only a Kiswahili one tells, and MENU tells nothing."""
    if command.kind is Kind.MENU:
        language = "sw" if greets_in_kiswahili(talk.text) else None
    else:
        language = guess_language(talk.text) if command.kind in _TEACHES else None
    if language:
        talk.citizen.language = language
        talk.rt.conversations.remember_language(talk.citizen.lookup.hex(), language)


def _keep(
    session: Session, citizen: Citizen, channel: str, source: str, heard: Inbound, now: datetime
) -> bool:
    """Keep the message; False when it was kept before."""
    # A network's clock may run ahead of ours, and the windows of the table look back from now.
    row = {
        "source": source, "citizen_id": citizen.id, "channel": channel,
        "text": _readable(heard.text), "at": min(heard.sent_at or now, now), "became": MACHINE,
        "network": heard.network,
    }  # fmt: skip
    kept = insert(Heard).values(row).on_conflict_do_nothing().returning(Heard.source)
    return session.execute(kept).scalar() is not None


def _became(talk: Talk, became: str, case_id: uuid.UUID | None, place: str) -> None:
    text = "\n".join(filter(None, (talk.text, place)))
    talk.session.execute(
        sa.update(Heard)
        .where(Heard.source == talk.source)
        .values(became=became, case_id=case_id, text=text)
    )


def _readable(text: str) -> str:
    return text.replace("\0", "").strip()


def _address(heard: Inbound) -> str:
    """A number in one form; a WhatsApp user without a number keeps the name they have.

    A bank's or company's name, which no phone can answer, stays as it is: raises NotAPhone for what
    is neither.
    """
    if heard.address[:1].isalpha() and "." in heard.address:
        return f"whatsapp:{heard.address}"
    try:
        return normalise(heard.address)
    except NotAPhone:
        if _SENDER.fullmatch(heard.address.strip()) is None:
            raise
        return f"{MACHINE}:{heard.address.strip().upper()}"


def _is_machine(address: str) -> bool:
    return address.startswith(f"{MACHINE}:")
