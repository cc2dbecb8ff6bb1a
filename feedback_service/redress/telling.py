"""What the citizen hears of each thing that happens to a case: no transition without words."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy.orm import Session

from feedback_service import outbox
from feedback_service.conversations.wording import day
from feedback_service.conversations.wording.budgets import LONGEST_ANSWER
from feedback_service.domain.calendar import NAIROBI
from feedback_service.domain.cases import Action
from feedback_service.domain.references import spoken
from feedback_service.models import Case, Citizen, Institution, Unit
from feedback_service.redress import history
from feedback_service.runtime import Runtime

__all__ = ["LONGEST_ANSWER", "NOTICES", "due_day", "office", "tell"]

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
    # Inside the office: a note is not for the citizen, and who sits at which desk is not news.
    Action.NOTE: None,
    Action.ASSIGN: None,
}


def tell(
    rt: Runtime, session: Session, case: Case, wording: str, number: int, answer: str = "",
    channel: str = "", *, answers: bool = False,
) -> None:  # fmt: skip
    """Queue the message of one event; a quiet case sends none, its screen said it.

    `answers` says that the citizen has just written on that channel and waits for it.
    """
    if case.quiet or case.citizen_id is None:
        return
    citizen = session.get_one(Citizen, case.citizen_id)
    language = citizen.language or case.language
    values = {
        "reference": spoken(case.reference),
        "office": office(session, case, language),
        "day": due_day(case, language),
        "answer": answer,
    }
    say = outbox.Wording(wording, history.message_key(case, number), values, answers)
    outbox.post(session, citizen, channel or case.channel, language, say, rt.now(), case.id)


def office(session: Session, case: Case, language: str) -> str:
    """What the citizen calls the office that holds the case now."""
    unit = session.get_one(Unit, case.unit_id)
    institution = session.get_one(Institution, unit.institution_id)
    return institution.short_sw if language == "sw" else institution.short_en


def due_day(case: Case, language: str) -> str:
    when: date = case.due_at.astimezone(NAIROBI).date()
    return day(when, language)
