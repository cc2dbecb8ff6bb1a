"""What the citizen hears of each thing that happens to a case: no transition without words."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from feedback_service import identity, outbox, registry
from feedback_service.conversations.wording import day, phrase
from feedback_service.conversations.wording.budgets import LONGEST_ANSWER
from feedback_service.domain.calendar import NAIROBI
from feedback_service.domain.cases import Action, Actor, Lane, Outcome
from feedback_service.domain.escalation import OMBUDSMAN_LEVEL, rung_at
from feedback_service.domain.references import spoken
from feedback_service.models import Case, Citizen, Unit
from feedback_service.redress import history
from feedback_service.runtime import Runtime

__all__ = [
    "LONGEST_ANSWER",
    "NOTICES",
    "due_day",
    "first_words",
    "is_central",
    "notice",
    "office",
    "on_day",
    "rung",
    "tell",
]

CENTRAL = "central"
"""The kind of the desk that has what is not placed or not cleared yet."""
NOTICES: Mapping[Action, str | None] = {
    Action.RECEIVE: "sms-received",
    Action.ACKNOWLEDGE: "sms-acknowledged",
    Action.RESOLVE: "sms-answered",
    Action.REJECT: "sms-rejected",
    Action.CONFIRM: "sms-confirmed",
    Action.DISPUTE: "sms-disputed",
    Action.REOPEN: "sms-reopened",
    Action.TRANSFER: "sms-transferred",
    Action.WITHDRAW: "sms-withdrawn",
    Action.ASK: "sms-asked",
    Action.ANSWER: "sms-added",
    Action.ESCALATE: "sms-late",
    Action.EXPIRE: "sms-expired",
    Action.CLEAR: "sms-routed",
    Action.RECLASSIFY: "sms-reclassified",
    Action.EXTEND: "sms-extended",
    # Inside the office: a note is not for the citizen, and who sits at which desk is not news.
    Action.NOTE: None,
    Action.ASSIGN: None,
}


def notice(
    action: Action, actor: Actor, case: Case, *, urgent: bool = False, stays: bool = False
) -> str | None:
    """The wording of what has just been done to a case; None where it is not for the citizen.

    urgent: the citizen's words tell of danger; the numbers to call come first.  stays: it was said
    to be unsolved where only the Ombudsman's rung is left, which is the citizen's to take.
    """
    match action, actor:
        case Action.ANSWER, _ if urgent:
            return "sms-added-danger"
        case Action.DISPUTE, _ if stays:
            return "sms-disputed-last"
        case Action.DISPUTE, _ if case.disputes > 1:
            return "sms-disputed-again"
        case Action.CONFIRM, _ if case.outcome is Outcome.NOT_UPHELD:
            return "sms-accepted"
        case Action.ESCALATE, Actor.CITIZEN:
            return "sms-ombudsman" if case.level == OMBUDSMAN_LEVEL else "sms-appealed"
    return NOTICES[action]


def first_words(
    session: Session, case: Case, *, more: bool = False, central: bool | None = None
) -> str:
    """The wording that says a case was received; `more` asks for the rest of what happened.

    central: what `is_central` says of the case, from who knows it already.
    """
    if case.lane is Lane.CONFIDENTIAL:
        return "sms-received-confidential"
    if case.urgent:
        return "sms-received-danger"
    if case.lane is Lane.HELD:
        return "sms-received-held-tell" if more else "sms-received-held"
    if case.previous_id:
        return "sms-goes-on"
    if central is None:
        central = session.get_one(Unit, case.unit_id).kind == CENTRAL
    if more:
        return "sms-received-central-tell" if central else "sms-received-tell"
    return "sms-received-central" if central else "sms-received"


def is_central(rt: Runtime, case: Case) -> bool:
    """Whether central triage has the case, and no office is named yet."""
    return case.lane is Lane.HELD or registry.desk(rt, case.unit_id).kind == CENTRAL


def tell(
    rt: Runtime, session: Session, case: Case, wording: str, number: int, answer: str = "",
    channel: str = "", *, answers: bool = False, wait: timedelta = timedelta(),
) -> None:  # fmt: skip
    """Queue the message of one event; a quiet case sends none, its screen said it.

    `answers` says that the citizen has just written on that channel and waits for it; `wait` holds
    the message back while they may still ask for quiet.
    """
    if case.quiet or case.citizen_id is None:
        return
    citizen = session.get_one(Citizen, case.citizen_id)
    language = citizen.language or case.language
    if not identity.is_current(citizen, rt.now()):
        _tell_little(rt, session, case, citizen, language)
        return
    values = {
        "reference": spoken(case.reference),
        "office": office(rt, case, language),
        "day": due_day(case, language),
        "rung": rung(rt, case, language),
        "answer": answer,
    }
    if case.previous_id:
        values["previous"] = spoken(session.get_one(Case, case.previous_id).reference)
    key = history.message_key(case, number)
    say = outbox.Wording(wording, key, values, answers, wait=wait)
    outbox.post(session, citizen, channel or case.channel, language, say, rt.now(), case.id)


def _tell_little(
    rt: Runtime, session: Session, case: Case, citizen: Citizen, language: str
) -> None:
    """News for a number that was silent too long, said once: somebody else may hold it by now."""
    status = phrase(f"status-{case.status}", language)
    values = {"reference": spoken(case.reference), "status": status}
    say = outbox.Wording("sms-silent", f"case:{case.id}:silent", values)
    outbox.post(session, citizen, case.channel, language, say, rt.now(), case.id)


def office(rt: Runtime, case: Case, language: str) -> str:
    """What the citizen calls the office that holds the case now."""
    return registry.desk(rt, case.unit_id).named(language)


def rung(rt: Runtime, case: Case, language: str) -> str:
    """Who must answer for the case at the level it has reached, as its ladder names them."""
    ladder = registry.ladder_of(rt, case.institution_id)
    if named := ladder.names.get(case.level):
        return named[language]
    return phrase(f"rung-{rung_at(case.level, ladder.rungs).key}", language)


def due_day(case: Case, language: str) -> str:
    return on_day(case.due_at, language)


def on_day(at: datetime, language: str) -> str:
    """A moment's day as it is said in Kenya."""
    when: date = at.astimezone(NAIROBI).date()
    return day(when, language)
