"""What a message does to a case: opens it, adds to it, judges it, moves it, hushes it."""

from collections.abc import Sequence
from datetime import timedelta

import sqlalchemy as sa

from feedback_service import attachments, identity, redress, triage
from feedback_service.conversations.commands import Command, Kind, Verdict
from feedback_service.domain.cases import (
    OPEN,
    Action,
    ActionNotAllowed,
    Actor,
    CaseStatus,
    Lane,
)
from feedback_service.domain.escalation import OMBUDSMAN_LEVEL
from feedback_service.domain.quiet import is_easy
from feedback_service.domain.references import spoken
from feedback_service.intake.messages.status import tell_quietly, tell_status
from feedback_service.intake.messages.talk import MOST_GUESSES, Talk
from feedback_service.models import Case, Heard
from feedback_service.redress import Act, Complaint
from feedback_service.redress.telling import due_day, on_day, rung

KEPT_FOR = timedelta(hours=24)
"""How long a place sent alone waits for the words it belongs to."""
_ACTS = {Verdict.YES: Action.CONFIRM, Verdict.NO: Action.DISPUTE}


def complain(talk: Talk, text: str) -> Case:
    """A new case from the citizen's words; where quiet is the rule it says so once, and no more."""
    rt, session = talk.rt, talk.session
    kept = _kept(talk)
    text = "\n".join([text, *(row.text for row in kept if row.text)])
    screened, found = triage.screen(rt, text), triage.names_of(rt, session, text)
    service, institution = found.service or None, found.institution or None
    quiet = redress.quiet_by_default(session, service, institution, screened.lane)
    complaint = Complaint(
        source=talk.source,
        channel=talk.channel,
        language=talk.language,
        text=text,
        citizen_id=talk.citizen.id,
        service_id=service,
        institution_id=institution,
        county=int(found.county) if found.county else None,
        lane=screened.lane,
        quiet=quiet,
        urgent=screened.danger,
        campaign_id=talk.campaign,
    )
    case = redress.open_case(rt, session, complaint)
    _give_kept(talk, case, kept)
    if quiet:
        wording = "sms-received-quiet-danger" if screened.danger else "sms-received-quiet"
        talk.reply(
            wording, case, reference=spoken(case.reference), day=due_day(case, talk.language)
        )
    return case


def own(talk: Talk, reference: str) -> Case | None:
    """The sender's case of that reference, its row held: two messages at once, one by one."""
    mine = (
        sa.select(Case)
        .where(Case.reference == reference, Case.citizen_id == talk.citizen.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return talk.session.scalars(mine).one_or_none()


def add(talk: Talk, command: Command) -> Case | None:
    """Words for a case, and for every other one that they name."""
    for reference in command.also:
        if other := own(talk, reference):
            act(talk, other, Action.ANSWER, command.words)
    case = own(talk, command.reference)
    if case is None:
        talk.unknown(command)
        return None
    act(talk, case, Action.ANSWER, command.words)
    _give_kept(talk, case, _kept(talk))
    return case


def verdict(talk: Talk, command: Command) -> Case | None:
    """Solved or not; what is unclear joins the case, and the question is put again."""
    case = own(talk, command.reference)
    if case is None:
        talk.unknown(command)
        return None
    if not _opened(talk, case):
        return case
    return judge(talk, case, Verdict(command.value), command.words)


def judge(talk: Talk, case: Case, said: Verdict, words: str) -> Case:
    """The verdict on a case that may be spoken of; an open one takes it as words."""
    if case.status in OPEN:
        act(talk, case, Action.ANSWER, words or said.value.upper())
    elif said is Verdict.UNCLEAR:
        act(talk, case, Action.ANSWER, words, inline=True)
        if case.status is not CaseStatus.CLOSED and not talk.wrote_enough():
            accepts = case.status is CaseStatus.REJECTED
            again = "sms-unclear-accept" if accepts else "sms-unclear"
            talk.reply(again, case, reference=spoken(case.reference))
    else:
        act(talk, case, _ACTS[said], words)
    return case


def withdraw(talk: Talk, command: Command) -> Case | None:
    case = own(talk, command.reference)
    if case is None:
        talk.unknown(command)
    elif _opened(talk, case):
        act(talk, case, Action.WITHDRAW, "")
    return case


def appeal(talk: Talk, command: Command) -> Case | None:
    """One office up, by the citizen's own word: when the case is late or was not solved.

    Of a case that was answered it says the same as "not solved": nobody needs to know the word.
    """
    case = own(talk, command.reference)
    if case is None:
        talk.unknown(command)
    elif _opened(talk, case):
        _appeal(talk, case)
    return case


def _appeal(talk: Talk, case: Case) -> None:
    if case.status in OPEN:
        _go_up(talk, case)
    else:
        act(talk, case, Action.DISPUTE, "")


def _go_up(talk: Talk, case: Case) -> None:
    """A rung up; when it is too soon the day is told from which it may be asked."""
    if case.level >= OMBUDSMAN_LEVEL:
        named = {"reference": spoken(case.reference), "rung": rung(talk.rt, case, talk.language)}
        talk.reply("sms-appeal-highest", None if case.quiet else case, **named)
        return
    due = case.due_at if case.due_at > talk.now else talk.now
    if case.disputes or case.due_at < talk.now:
        due = redress.rests_until(talk.rt, talk.session, case) or due
    act(
        talk, case, Action.ESCALATE, "", refusal="sms-appeal-not-yet",
        day=on_day(due, talk.language),
    )  # fmt: skip


def hush(talk: Talk, command: Command) -> Case | None:
    """Messages of a case, or none: as the number that filed it says."""
    case = own(talk, command.reference)
    if case is None:
        talk.unknown(command)
    elif command.value == "quiet" or _opened(talk, case):
        set_quiet(talk, case, quiet=command.value == "quiet")
    return case


def set_quiet(talk: Talk, case: Case, *, quiet: bool) -> None:
    if quiet:
        redress.hush(talk.rt, talk.session, case)
    else:
        redress.unhush(talk.rt, talk.session, case)
    talk.reply("sms-hushed" if quiet else "sms-unhushed", case, reference=spoken(case.reference))


def secret(talk: Talk, command: Command) -> Case | None:
    """Four digits after a reference: the first from the filer's number are kept, later ones open.

    What anybody else sends opens the case or is answered as an unknown reference is.
    """
    mine = own(talk, command.reference)
    if mine and mine.quiet and mine.secret_hash is None:
        _choose_secret(talk, mine, command)
        return mine
    case = redress.open_quiet(
        talk.rt, talk.session, talk.citizen.lookup, command.reference, command.secret
    )
    if case is None:
        talk.unknown(command)
        return None
    _with_secret(talk, case, command, filed_here=mine is not None)
    return case


def repeat(talk: Talk, command: Command) -> Case | None:
    """The same words again: where their case stands, and nothing more."""
    case = own(talk, command.reference)
    if case:
        tell_status(talk, case)
    return case


def act(
    talk: Talk, case: Case, action: Action, words: str, *, inline: bool = False,
    refusal: str = "sms-too-late", day: str = "",
) -> None:  # fmt: skip
    """Do it to the case as its citizen; what cannot be done is told, with what can, and `day`.

    Words beyond what one number may have answered in an hour join the case without an answer.
    """
    screened = triage.screen(talk.rt, words)
    enough = action is Action.ANSWER and talk.wrote_enough()
    what = Act(
        action, Actor.CITIZEN, words, source=f"{talk.source}:{case.reference}",
        channel=talk.channel, inline=inline or enough, held=screened.lane is not Lane.OPEN,
        urgent=screened.danger, elsewhere=case.citizen_id != talk.citizen.id,
        voice=talk.citizen.lookup,
    )  # fmt: skip
    named = {"reference": spoken(case.reference)}
    try:
        went_to = redress.act_within(talk.rt, talk.session, case, what)
    except ActionNotAllowed as error:
        refusal = "sms-other-voice" if isinstance(error, redress.NotTheirVoice) else refusal
        told = named | ({"day": day} if day else {})
        talk.reply(refusal, None if case.quiet else case, **told)
        return
    if enough:
        talk.tell_kept()
    elif went_to.citizen_id is None and went_to.id != case.id:
        named = {"previous": named["reference"], "reference": spoken(went_to.reference)}
        talk.reply("sms-goes-on-slip", went_to, **named, day=due_day(went_to, talk.language))
    elif went_to.quiet and went_to.id != case.id:
        day = due_day(went_to, talk.language)
        talk.reply("sms-received-quiet", went_to, reference=spoken(went_to.reference), day=day)
    elif (case.quiet or case.citizen_id is None) and not inline:
        talk.reply("sms-added-danger" if screened.danger else "sms-quiet-kept", case, **named)


def _choose_secret(talk: Talk, case: Case, command: Command) -> None:
    """The first four digits from the filer's number; beside other words they are words too."""
    if command.words:
        act(talk, case, Action.ANSWER, f"{command.secret} {command.words}")
    elif is_easy(command.secret):
        talk.reply("sms-secret-easy", case, reference=spoken(case.reference))
    else:
        redress.set_secret(talk.rt, talk.session, case, command.secret)
        talk.reply("sms-secret-set", case, reference=spoken(case.reference))


def _with_secret(talk: Talk, case: Case, command: Command, *, filed_here: bool) -> None:
    """What somebody who knows the secret may do, from any phone."""
    if not command.words:
        tell_quietly(talk, case)
    elif command.value in ("sms", "quiet") and filed_here:
        set_quiet(talk, case, quiet=command.value == "quiet")
    elif command.value == Kind.WITHDRAW.value:
        act(talk, case, Action.WITHDRAW, "")
    elif command.value == Kind.APPEAL.value:
        _appeal(talk, case)
    elif command.value in tuple(Verdict):
        judge(talk, case, Verdict(command.value), command.words)
    else:
        act(talk, case, Action.ANSWER, command.words)


def _opened(talk: Talk, case: Case) -> bool:
    """Whether this may be done without the case's secret; else told how it is done with it."""
    if not case.quiet or case.secret_hash is None:
        return True
    if talk.guesses() <= MOST_GUESSES:
        talk.reply("sms-needs-secret", case, reference=spoken(case.reference))
    return False


def _kept(talk: Talk) -> Sequence[Heard]:
    """Places and pictures that came alone before the words, in the order they came."""
    if identity.is_new(talk.session, talk.citizen.id):
        return ()
    kept = (
        sa.select(Heard)
        .where(
            Heard.citizen_id == talk.citizen.id,
            Heard.became == Kind.KEPT.value,
            Heard.case_id.is_(None),
            Heard.at > talk.now - KEPT_FOR,
        )
        .order_by(Heard.at)
    )
    return talk.session.scalars(kept).all()


def _give_kept(talk: Talk, case: Case, kept: Sequence[Heard]) -> None:
    """What came alone before the words belongs to their case."""
    if not identity.is_new(talk.session, talk.citizen.id):
        attachments.join(talk.session, talk.citizen.id, case, talk.now)
    for row in kept:
        row.case_id = case.id
