"""What is done for each kind of message, by one table."""

import uuid
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

import sqlalchemy as sa

from feedback_service import identity, outbox, redress, registry
from feedback_service.conversations.commands import Command, Kind, words_of
from feedback_service.conversations.flows import FLOW, begin
from feedback_service.conversations.steps import Conversation, Tell, View
from feedback_service.conversations.wording import day, phrase
from feedback_service.domain.calendar import NAIROBI
from feedback_service.domain.cases import Action
from feedback_service.domain.references import spoken
from feedback_service.intake import talks
from feedback_service.intake.messages import cases, owning, waiting
from feedback_service.intake.messages.praising import praise
from feedback_service.intake.messages.rating import rate
from feedback_service.intake.messages.status import tell_status
from feedback_service.intake.messages.talk import ASKS, MOST_GUESSES, PRAISE, WAITING, Talk
from feedback_service.models import Case, Heard, Rating
from feedback_service.privacy import askings, unsealing
from feedback_service.redress.telling import office
from feedback_service.scoring.frozen import counted

A_SENTENCE = 3
"""Words from which on somebody tells us something."""
ASKED_ONCE = timedelta(hours=1)
"""Pictures come in numbers: what they are about is asked once."""


def do(talk: Talk, command: Command) -> tuple[uuid.UUID | None, str]:
    """Do it; returns the id of the case it was about, and what the message became."""
    if command.kind in ASKS and talk.asked_enough():
        return None, command.kind.value
    case_id = _DOES[command.kind](talk, command)
    if command.kind is Kind.WHICH:
        return case_id, WAITING
    if command.kind is Kind.COMPLAINT and case_id is None:
        return None, PRAISE
    if command.kind is Kind.NOT_THEIRS and _is_sentence(command):
        return case_id, Kind.SET_ASIDE.value
    return case_id, command.kind.value


Does = Callable[[Talk, Command], uuid.UUID | None]


def _stop(talk: Talk, command: Command) -> None:
    identity.stop(talk.session, talk.citizen.id, outbox.family(talk.channel), talk.now)
    talk.reply("sms-stopped")


def _start(talk: Talk, command: Command) -> None:
    identity.start_again(talk.session, talk.citizen.id, outbox.family(talk.channel))
    talk.reply("sms-started")


def _help(talk: Talk, command: Command) -> None:
    talk.reply("sms-help")


def _language(talk: Talk, command: Command) -> None:
    talk.citizen.language = command.value
    talk.rt.conversations.remember_language(talk.citizen.lookup.hex(), command.value)
    talk.reply("sms-language")


def _menu(talk: Talk, command: Command) -> None:
    talks.begin(talk.rt, talk.session, talk.citizen, talk.channel, talk.source, talk.now)


def _code(talk: Talk, command: Command) -> None:
    """The rating of the visit a code was printed for, or what is wrong with it and the menu."""
    at = begin(talk.citizen.language or "", command.value, registry.catalogue(talk.rt))
    talks.begin(talk.rt, talk.session, talk.citizen, talk.channel, talk.source, talk.now, at)


def _status(talk: Talk, command: Command) -> uuid.UUID | None:
    """Fully to the number that filed it; one word at most to any other, and not for ever."""
    case = redress.case_by_reference(talk.session, command.reference)
    if case and case.citizen_id == talk.citizen.id:
        tell_status(talk, case)
        return case.id
    if talk.guesses() > MOST_GUESSES:
        return None
    if case is None:
        talk.reply("sms-unknown", reference=spoken(command.reference))
    else:
        status = phrase(f"status-{case.status}", talk.language)
        talk.reply("sms-status-word", reference=spoken(case.reference), status=status)
    return None


def _who(talk: Talk, command: Command) -> uuid.UUID | None:
    """How often staff opened the case: told to the number that filed it, to no other."""
    case = cases.own(talk, command.reference)
    if case is None:
        talk.unknown(command)
        return None
    times, last = redress.looks_at(talk.session, case)
    wording = "sms-looked" if times > 1 else "sms-looked-one"
    if last is not None and (shown := askings.last_shown(talk.session, case)):
        _shown(talk, case, times, last, shown)
    elif last is None:
        talk.reply("sms-looked-none", case, reference=spoken(case.reference))
    else:
        when = day(last.astimezone(NAIROBI).date(), talk.language)
        told = {"reference": spoken(case.reference), "day": when}
        talk.reply(wording, case, **told, **({"times": str(times)} if times > 1 else {}))
    return case.id


def _shown(talk: Talk, case: Case, times: int, last: datetime, shown: askings.Shown) -> None:
    """Who saw the number, when and why, after how often the case was opened."""
    seen, opened = (day(at.astimezone(NAIROBI).date(), talk.language) for at in (shown.at, last))
    named = unsealing.office_of(talk.rt, shown.institution_id, talk.language)
    why = phrase(f"unsealed-{shown.reason}", talk.language)
    talk.reply(
        "sms-looked-number", case, reference=spoken(case.reference), times=str(times), day=opened,
        office=named, done=seen, reason=why,
    )  # fmt: skip


def _counted(talk: Talk, command: Command) -> uuid.UUID | None:
    """Whether the answer is in a frozen quarter, never which it is; without a reference, of the
    last rating."""
    if not command.reference:
        rated = sa.select(Rating).where(Rating.citizen_id == talk.citizen.id)
        last = talk.session.scalars(rated.order_by(Rating.given_at.desc()).limit(1)).first()
        if last is None:
            talk.reply("sms-help")
        else:
            _say_counted(talk, counted.of_rating(talk.session, last), "sms-counted-rating")
        return None
    case = cases.own(talk, command.reference)
    if case is None:
        talk.unknown(command)
        return None
    _say_counted(talk, counted.of_verdict(talk.session, case), "sms-counted", case)
    return case.id


def _say_counted(
    talk: Talk, found: counted.Counted, wording: str, case: Case | None = None
) -> None:
    named = {"reference": spoken(case.reference)} if case else {}
    if found.state is counted.State.YES:
        told = {"quarter": found.period, "receipt": found.receipt}
        talk.reply(f"{wording}-yes", case, **named, **told)
    elif found.state is counted.State.NO:
        talk.reply(f"{wording}-no", case, **named, quarter=found.period)
    else:
        talk.reply(wording, case, **named)


def _not_theirs(talk: Talk, command: Command) -> None:
    """Words for somebody else's case: told so, and a sentence is read by a person."""
    if not _is_sentence(command):
        _status(talk, command)
    elif talk.guesses() <= MOST_GUESSES:
        talk.reply("sms-not-theirs", reference=spoken(command.reference))


def _is_sentence(command: Command) -> bool:
    return len(words_of(command.words)) >= A_SENTENCE


def _enclosed(talk: Talk, command: Command) -> uuid.UUID | None:
    """A picture joins its case without more; a place is words, and is told like words."""
    case = cases.own(talk, command.reference)
    if case is None:
        return None
    if command.words:
        cases.act(talk, case, Action.ANSWER, command.words)
    elif case.quiet:
        talk.reply("sms-quiet-kept", case, reference=spoken(case.reference))
    else:
        named = office(talk.rt, case, talk.language)
        talk.reply("sms-added", case, reference=spoken(case.reference), office=named)
    return case.id


def _kept(talk: Talk, command: Command) -> None:
    asked = sa.select(Heard.source).where(
        Heard.citizen_id == talk.citizen.id,
        Heard.became == Kind.KEPT.value,
        Heard.source != talk.source,
        Heard.at > talk.now - ASKED_ONCE,
    )
    if talk.session.scalar(asked.limit(1)) is None:
        talk.reply("sms-enclosed")


def _which(talk: Talk, command: Command) -> None:
    waiting.ask_which(talk, command)


def _nothing(talk: Talk, command: Command) -> None:
    talk.reply("sms-nothing-open")


def _thanks(talk: Talk, command: Command) -> None:
    """Nobody pays for an answer to "thank you"."""


def _card(talk: Talk, command: Command) -> None:
    """Before the visit: papers, official cost, promised time and where."""
    if not command.value:
        _choose_service(talk, command.words)
        return
    step = FLOW["card"]
    assert isinstance(step, Tell)
    at = Conversation("card", talk.language, {"service": command.value, "do": "before"})
    card = step.text(View(at, registry.catalogue(talk.rt)))
    talk.reply("sms-card", card=card)


def _choose_service(talk: Talk, name: str) -> None:
    """The menu at the point where a few letters have found several services."""
    answers = {"do": "before", "letters": name, "service": ""}
    at = Conversation("find-pick", talk.language, answers)
    talks.begin(talk.rt, talk.session, talk.citizen, talk.channel, talk.source, talk.now, at)


def _set_aside(talk: Talk, command: Command) -> None:
    """A person will read it."""
    talk.tell_kept()


def _complaint(talk: Talk, command: Command) -> uuid.UUID | None:
    """A new case; praise waits for the model, and opens none."""
    return None if praise(talk, command.words) else cases.complain(talk, command.words).id


def _of(does: Callable[[Talk, Command], Case | None]) -> Does:
    """What returns a case, as what returns its id."""

    def done(talk: Talk, command: Command) -> uuid.UUID | None:
        case = does(talk, command)
        return case.id if case else None

    return done


_DOES: Mapping[Kind, Does] = {
    Kind.STOP: _stop,
    Kind.START: _start,
    Kind.HELP: _help,
    Kind.LANGUAGE: _language,
    Kind.MENU: _menu,
    Kind.WHO: _who,
    Kind.COUNTED: _counted,
    Kind.CODE: _code,
    Kind.MYDATA: owning.mydata,
    Kind.FORGET: owning.forget,
    Kind.FORGET_YES: owning.forget_yes,
    Kind.STATUS: _status,
    Kind.SECRET: _of(cases.secret),
    Kind.HUSH: _of(cases.hush),
    Kind.APPEAL: _of(cases.appeal),
    Kind.WITHDRAW: _of(cases.withdraw),
    Kind.VERDICT: _of(cases.verdict),
    Kind.ADD: _of(cases.add),
    Kind.NOT_THEIRS: _not_theirs,
    Kind.PICK: _of(waiting.take_pick),
    Kind.RATING: rate,
    Kind.ENCLOSED: _enclosed,
    Kind.KEPT: _kept,
    Kind.WHICH: _which,
    Kind.NOTHING: _nothing,
    Kind.THANKS: _thanks,
    Kind.CARD: _card,
    Kind.REPEAT: _of(cases.repeat),
    Kind.SET_ASIDE: _set_aside,
    Kind.COMPLAINT: _complaint,
}
