"""What cannot wait for the next look at the queue: told to those of the staff whom an act concerns.

| what happened | who hears of it |
|---|---|
| the citizen says "not solved", appeals, or adds to a closed case; it was reopened | who has it, and their supervisor |
| "not solved" once more where no rung of the ladder is left | whoever stands on the last one too |
| a case given to somebody by somebody else | that person |
| a note that names somebody: @amina, @amina.wanjiru or @Amina Wanjiru | that person |
| a change of kind proposed | whoever may agree to it |
"""  # noqa: E501 - a table is read across

import re
import uuid
from collections.abc import Iterable, Mapping

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback_service import notices
from feedback_service.domain.cases import Action, Actor, CaseStatus, Lane
from feedback_service.models import Case, CaseEvent, Role, Staff, Unit
from feedback_service.notices.shut import may_hear
from feedback_service.redress import history, ladder
from feedback_service.redress.changes import Act
from feedback_service.redress.sight import DESK
from feedback_service.runtime import Runtime

_MENTION = re.compile(r"(?<![\w@.])@(?=\w)")


def tell(rt: Runtime, session: Session, case: Case, what: Act, event: CaseEvent) -> None:
    """Post the notices of one act, once; nobody hears of what they did themselves."""
    kind, people = _heard(session, case, what, event)
    if event.data.get("stays"):
        ladder.tell_again(rt, session, case, event)
    told = [who for who in people if who != what.staff_id]
    notices.post(
        session, history.message_key(case, event.number), kind, told, event.at,
        case_id=case.id, data={"disputes": case.disputes, "level": case.level},
        urgent=case.urgent,
    )  # fmt: skip


def mentioned(text: str, people: Mapping[uuid.UUID, tuple[str, str]]) -> set[uuid.UUID]:
    """Who is named after an @: by first name, whole name, or what stands before @ in their mail.

    people: name and mail address by id.  The longest name that fits counts; two who share it are
    both meant.
    """
    found: set[uuid.UUID] = set()
    for at in _MENTION.finditer(text):
        after = text[at.end() :].casefold()
        fits = {
            key: max((len(one) for one in _handles(*who) if _begins(after, one)), default=0)
            for key, who in people.items()
        }
        longest = max(fits.values(), default=0)
        found |= {key for key, fit in fits.items() if fit == longest and fit}
    return found


def _heard(
    session: Session, case: Case, what: Act, event: CaseEvent
) -> tuple[str, Iterable[uuid.UUID]]:
    match what.action, what.actor:
        case Action.DISPUTE, _:
            return "disputed", notices.whose_case(session, case)
        case Action.ESCALATE, Actor.CITIZEN:
            return "appealed", notices.whose_case(session, case)
        case Action.REOPEN, _:
            return "reopened", notices.whose_case(session, case)
        case Action.ANSWER, _ if case.status is CaseStatus.CLOSED:
            return "added", notices.whose_case(session, case)
        case Action.ASSIGN, _ if what.assignee_id:
            return "assigned", [what.assignee_id]
        case Action.NOTE, _ if "@" in what.text:
            return "mentioned", mentioned(what.text, _colleagues(session, case))
        case Action.RECLASSIFY, _ if event.data.get("proposed"):
            return "proposed", _who_may_agree(session, case)
    return "", ()


def _who_may_agree(session: Session, case: Case) -> list[uuid.UUID]:
    """Supervisors of the office that holds the case; one of them may have proposed it."""
    unit = session.get_one(Unit, case.unit_id)
    role = Role.INTEGRITY if case.lane is Lane.CONFIDENTIAL else Role.SUPERVISOR
    found = sa.select(Staff.id).where(
        Staff.institution_id == unit.institution_id, Staff.role == role,
        Staff.disabled_at.is_(None), may_hear(case.id),
        sa.or_(Staff.unit_id == unit.id, Staff.unit_id.is_(None)),
    )  # fmt: skip
    return list(session.scalars(found)) or notices.supervisors_of(session, case)


def _colleagues(session: Session, case: Case) -> dict[uuid.UUID, tuple[str, str]]:
    """Who works where the case lies and may hear of it."""
    unit = session.get_one(Unit, case.unit_id)
    roles = (Role.INTEGRITY,) if case.lane is Lane.CONFIDENTIAL else DESK
    found = sa.select(Staff.id, Staff.name, Staff.email).where(
        Staff.institution_id == unit.institution_id, Staff.role.in_(roles),
        Staff.disabled_at.is_(None), may_hear(case.id),
    )  # fmt: skip
    return {key: (name, mail) for key, name, mail in session.execute(found)}


def _handles(name: str, mail: str) -> set[str]:
    whole = name.casefold()
    named = {whole, whole.replace(" ", "."), whole.replace(" ", ""), mail.partition("@")[0]}
    return {one for one in named | set(whole.split()[:1]) if one}


def _begins(text: str, handle: str) -> bool:
    """Whether the text begins with this name, and not with a longer word."""
    rest = text.removeprefix(handle)
    return rest != text and not re.match(r"\w", rest)
