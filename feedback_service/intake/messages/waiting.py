"""Words that could be about several cases: kept, asked about once by a list, then filed."""

import sqlalchemy as sa

from feedback_service import outbox
from feedback_service.conversations.commands import NEW, Aim, Command, Kind, verdict_of
from feedback_service.conversations.wording import day
from feedback_service.conversations.wording.budgets import MOST_LISTED
from feedback_service.conversations.wording.kinds import Question
from feedback_service.domain.calendar import NAIROBI
from feedback_service.domain.cases import Action, CaseStatus
from feedback_service.domain.references import spoken
from feedback_service.intake.messages.cases import act, complain, judge, own
from feedback_service.intake.messages.situation import asked_message, too_many
from feedback_service.intake.messages.talk import WAITING, Talk
from feedback_service.models import Case, Heard, Message

SET_ASIDE = Kind.SET_ASIDE.value
_ASK = "sms-which"


def ask_which(talk: Talk, command: Command) -> None:
    """Keep the words and ask once which case they are about; a verdict has no new case to go to."""
    cases = _listed(talk, answered=bool(command.value))
    choices = [case.reference for case in cases] + ([] if command.value else [NEW])
    _ask(talk, choices, cases, {"pending": talk.source, "verdict": command.value})


def take_pick(talk: Talk, command: Command) -> Case | None:
    """The number of a case: what was kept goes there, with the words beside the number."""
    question = asked_message(talk, Question.WHICH)
    row = _pending(talk, question)
    if question is None or row is None:
        talk.reply("sms-nothing-open")
        return None
    if row.became != WAITING:
        return _already(talk, row)
    if not command.value:
        cases = [case for ref in question.data["choices"] if (case := own(talk, ref))]
        data = {"pending": row.source, "verdict": question.data.get("verdict", "")}
        _ask(talk, question.data["choices"], cases, data)
        return None
    case = open_kept(talk, row) if command.value == NEW else file_kept(talk, row, command.value)
    if case and command.words:
        act(talk, case, Action.ANSWER, command.words)
    return case


def give_up(talk: Talk, command: Command) -> bool:
    """Another message came instead of a number: what was kept opens its case first.

    One that quotes a case of the list has answered too: what was kept joins that case.  False when
    nothing was kept.
    """
    question = asked_message(talk, Question.WHICH)
    row = _pending(talk, question)
    if question is None or row is None or row.became != WAITING:
        return False
    if command.reference in question.data["choices"]:
        file_kept(talk, row, command.reference)
    else:
        open_kept(talk, row)
    return True


def open_kept(talk: Talk, row: Heard) -> Case | None:
    """A case of its own for a kept message.

    A lone yes or no is for a person to look at, and so is one case more than an hour has.
    """
    if verdict_of(row.text, Aim.NEITHER) or too_many(talk, row.text):
        row.became = SET_ASIDE
        return None
    case = complain(_talk_of(talk, row), row.text)
    row.became, row.case_id, row.settled_at = Kind.COMPLAINT.value, case.id, talk.now
    return case


def file_kept(talk: Talk, row: Heard, reference: str) -> Case | None:
    """A kept message goes to the case that its sender has named."""
    case = own(talk, reference)
    if case is None:
        return None
    kept = _talk_of(talk, row)
    said = verdict_of(row.text, Aim.NEITHER)
    if said:
        judge(kept, case, said, "")
    else:
        act(kept, case, Action.ANSWER, row.text)
    row.became, row.case_id, row.settled_at = Kind.ADD.value, case.id, talk.now
    return case


def _ask(talk: Talk, choices: list[str], cases: list[Case], data: dict[str, str]) -> None:
    shown = [_shown(case, talk.language) for case in cases]
    labels = shown + ([NEW if talk.language == "en" else "MPYA"] if NEW in choices else [])
    numbered = [(str(number), label) for number, label in enumerate(labels, 1)]
    listed = "\n".join(f"{number} {label}" for number, label in numbered)
    options = [list(each) for each in numbered]
    told = {**data, "choices": choices, "options": options}
    say = outbox.Wording(_ASK, f"reply:{talk.source}:{_ASK}", {"list": listed}, True, told)
    talk.say(say)


def _listed(talk: Talk, *, answered: bool) -> list[Case]:
    """The cases to choose from, the last spoken of first; never a quiet one."""
    wanted = (
        (CaseStatus.RESOLVED, CaseStatus.REJECTED)
        if answered
        else tuple(status for status in CaseStatus if status is not CaseStatus.CLOSED)
    )
    spoken_at = (
        sa.select(sa.func.max(Message.created_at))
        .where(Message.case_id == Case.id)
        .scalar_subquery()
    )
    live = (
        sa.select(Case)
        .where(Case.citizen_id == talk.citizen.id, Case.quiet.is_(False), Case.status.in_(wanted))
        .order_by(spoken_at.desc().nulls_last(), Case.received_at.desc(), Case.id.desc())
        .limit(MOST_LISTED)
    )
    return list(talk.session.scalars(live))


def _shown(case: Case, language: str) -> str:
    """Reference and date, never words or institution: the phone may be shared."""
    return f"{spoken(case.reference)} {day(case.received_at.astimezone(NAIROBI).date(), language)}"


def _already(talk: Talk, row: Heard) -> Case | None:
    """The number came after an hour: where the words went meanwhile."""
    case = talk.session.get(Case, row.case_id) if row.case_id else None
    if case is None:
        talk.reply("sms-nothing-open")
    else:
        talk.reply("sms-which-late", case, reference=spoken(case.reference))
    return case


def _pending(talk: Talk, question: Message | None) -> Heard | None:
    """The message that our numbered question is about, its row held."""
    source = question.data.get("pending", "") if question else ""
    return talk.session.get(Heard, source, with_for_update=True, populate_existing=True)


def _talk_of(talk: Talk, row: Heard) -> Talk:
    """The kept message, as if it were taken in now."""
    return Talk(talk.rt, talk.session, talk.citizen, row.channel, row.source, row.text, talk.now)
