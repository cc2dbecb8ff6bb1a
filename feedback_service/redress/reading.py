"""Cases as citizens read them: their own, never a quiet one on a shared phone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback_service import identity
from feedback_service.conversations.wording import phrase
from feedback_service.domain.cases import (
    OPEN,
    START,
    TRANSITIONS,
    Action,
    CaseStatus,
    Lane,
    Outcome,
    may_change_mind,
    outcome_after,
)
from feedback_service.domain.escalation import OMBUDSMAN_LEVEL, may_appeal
from feedback_service.domain.references import read_reference, spoken
from feedback_service.models import Case, CaseEvent, Citizen, Look
from feedback_service.redress import appealing, history
from feedback_service.redress.telling import due_day, is_central, office, on_day, rung
from feedback_service.runtime import Runtime

MOST_SHOWN = 16


class NoSuchCase(LookupError):
    """No case of this person has that reference."""


def case_by_reference(session: Session, reference: str) -> Case | None:
    return session.scalars(sa.select(Case).where(Case.reference == reference)).one_or_none()


def case_of_source(session: Session, source: str) -> Case:
    """The case that a message or a session opened."""
    return session.scalars(sa.select(Case).where(Case.source == source).with_for_update()).one()


def cases_of(session: Session, lookup: bytes, now: datetime) -> Sequence[Case]:
    """A person's cases, newest first, without the quiet ones.

    The order is that of receipt whatever is done to them, so that a key means the same case when a
    session is walked again.  Whoever bought a number that fell silent is another person.
    """
    mine = (
        sa.select(Case)
        .join(Citizen, Citizen.id == Case.citizen_id)
        .where(Citizen.lookup == lookup, identity.current(now), Case.quiet.is_(False))
        .order_by(Case.received_at.desc(), Case.id)
        .limit(MOST_SHOWN)
    )
    return session.scalars(mine).all()


def line_of(case: Case, language: str) -> tuple[str, str, str]:
    """What a list on a shared phone may show of a case: its reference, and which date that is.

    The date is the due day of an open case, else the day it was received: never the office, the
    category or a word of it.
    """
    if case.status in OPEN:
        return spoken(case.reference), "due", due_day(case, language)
    return spoken(case.reference), "of", on_day(case.received_at, language)


def own_case(session: Session, lookup: bytes, reference: str, now: datetime) -> Case:
    """The person's case by its reference as read aloud."""
    wanted = read_reference(reference) or ""
    mine = (
        sa.select(Case)
        .join(Citizen, Citizen.id == Case.citizen_id)
        .where(
            Citizen.lookup == lookup,
            identity.current(now),
            Case.reference == wanted,
            Case.quiet.is_(False),
        )
    )
    found = session.scalars(mine).one_or_none()
    if found is None:
        raise NoSuchCase("no case of this number has that reference")
    return found


TO_CLEAR, TO_FIND = "clear", "find"
"""Why central triage has a case: to read it before any office does, or to find its office."""


def facts_of(rt: Runtime, session: Session, case: Case, language: str) -> dict[str, str]:
    """What a screen or an SMS may say of a case to the person who filed it.

    `choices` are what they may do with it now, in the order of the keys; `say` names the screen.
    """
    now = rt.now()
    late = case.status in OPEN and case.due_at < now
    rested = appealing.is_rested(rt, session, case)
    stands = Standing(
        case.status, case.outcome, case.disputes, case.level, late, rested, case.quiet
    )
    open_for = case.closed_at is None or may_change_mind(case.closed_at, now)
    answer = last_answer(session, case) if stands.was_answered else ""
    facts = {
        "reference": spoken(case.reference),
        "office": office(rt, case, language),
        "rung": rung(rt, case, language),
        "day": due_day(case, language),
        "done": on_day(case.closed_at or case.resolved_at or case.received_at, language),
        "status": phrase(f"status-{case.status}", language),
        "say": _SAY.get(case.status, "late" if late else "open"),
        "choices": " ".join(stands.choices(within_window=open_for)),
        "outcome": _outcome(case, language),
        "held": _held(rt, case),
        "climbed": "1" if case.disputes > 1 else "",
        "last": "1" if _stays_on_top(session, case) else "",
        "quiet": "1" if case.quiet else "",
    }
    return facts | ({"answer": answer} if answer else {})


def _held(rt: Runtime, case: Case) -> str:
    if case.lane is Lane.HELD:
        return TO_CLEAR
    return TO_FIND if is_central(rt, case) else ""


@dataclass(frozen=True)
class Standing:
    """Where a case stands, as far as it decides what its citizen may do."""

    status: CaseStatus
    outcome: Outcome | None
    disputes: int
    level: int
    late: bool
    rested: bool = True
    quiet: bool = True

    @property
    def was_answered(self) -> bool:
        """Whether an office has ever said anything that can be read."""
        return self.status not in OPEN or self.disputes > 0

    def choices(self, *, within_window: bool = True) -> tuple[str, ...]:
        """What the citizen may do: judge an answer, add or withdraw, change their mind, read; make
        a case quiet that is open to whoever holds the phone."""
        hush = () if self.quiet else ("quiet",)
        read = ("answer",) if self.was_answered and self.outcome is not Outcome.WITHDRAWN else ()
        match self.status:
            case CaseStatus.RESOLVED:
                return ("solved", "not-solved", *read, "looked", "words", *hush)
            case CaseStatus.REJECTED:
                return ("accept", "not-accept", *read, "looked", "words", *hush)
            case CaseStatus.CLOSED:
                silent = self.outcome in (Outcome.CLOSED_UNCONFIRMED, Outcome.UNREACHED)
                changes = (("solved",) if silent else ()) + ("not-solved",)
                # Later "not solved" opens the case that goes on with this one.
                return ((*changes,) if within_window else ("not-solved",)) + (*read, "looked")
        may = may_appeal(self.level, self.disputes, late=self.late, rested=self.rested)
        appeal = ("appeal",) if may else ()
        return ("words", "withdraw", "office", "looked", *read, *appeal, *hush)


def standing_before(session: Session, case: Case, source: str) -> dict[str, str]:
    """What could be done with a case before a session, known by its source, did something to it.

    So that its keys mean the same when a call comes again; empty when it has done nothing yet.
    """
    events = history.events(session, case)
    acted = next((e for e in events if (e.source or "").startswith(source)), None)
    if acted is None:
        return {}
    status, outcome, disputes, level = START, None, 0, 0
    for event in events[: acted.number - 1]:
        outcome = outcome_after(
            status, event.action, outcome,
            reached=bool(event.data.get("reached", True)),
            prompted=bool(event.data.get("prompted")),
        )  # fmt: skip
        status = TRANSITIONS.get((status, event.action), status)
        disputes = int(event.data.get("disputes", disputes))
        level = int(event.data.get("level", level))
    late = status in OPEN and case.due_at < acted.at
    stood = Standing(status, outcome, disputes, level, late, quiet=case.quiet)
    return {"choices": " ".join(stood.choices())}


def _stays_on_top(session: Session, case: Case) -> bool:
    """Whether the last "not solved" found only the Ombudsman's rung left."""
    if case.disputes < 2 or case.level == OMBUDSMAN_LEVEL:
        return False
    said = [e for e in history.events(session, case) if e.action is Action.DISPUTE]
    return bool(said[-1].data.get("stays"))


def _outcome(case: Case, language: str) -> str:
    """What came of it, as its citizen knows it: what they withdrew, they withdrew."""
    if case.outcome is None:
        return ""
    withdrew = case.outcome is Outcome.CLOSED_UNCONFIRMED and case.resolved_at is None
    return phrase(f"outcome-{Outcome.WITHDRAWN if withdrew else case.outcome}", language)


def last_answer(session: Session, case: Case) -> str:
    """What the office last told the citizen."""
    said = (
        sa.select(CaseEvent.data["text"].as_string())
        .where(CaseEvent.case_id == case.id, CaseEvent.action.in_((Action.RESOLVE, Action.REJECT)))
        .order_by(CaseEvent.number.desc())
        .limit(1)
    )
    return session.scalar(said) or ""


def looks_at(session: Session, case: Case) -> tuple[int, datetime | None]:
    """How often staff opened a case, and when last; a photo on its page is not counted again."""
    opened = sa.select(sa.func.count(), sa.func.max(Look.at)).where(
        Look.case_id == case.id, Look.what != "attachment"
    )
    times, last = session.execute(opened).one()
    return times, last


_SAY = {
    CaseStatus.RESOLVED: "answered",
    CaseStatus.REJECTED: "rejected",
    CaseStatus.CLOSED: "closed",
}
