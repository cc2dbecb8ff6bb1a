"""Who stands on each rung of a case's ladder, and their notices: no rung is silent.

Where nobody stands on a rung, central triage hears of it: the desk of last resort.
"""

import logging
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback_service import notices, registry
from feedback_service.domain.escalation import OMBUDSMAN_LEVEL, rung_at
from feedback_service.domain.references import spoken
from feedback_service.models import Case, CaseEvent, Role, RungHolder, Staff, Unit
from feedback_service.notices.shut import may_hear
from feedback_service.redress import history
from feedback_service.registry import Ladder
from feedback_service.runtime import Runtime

logger = logging.getLogger(__name__)

LIAISON = "liaison"
"""The holder, at a body that oversees others, who receives what has climbed to it."""
OMBUDSMAN = "CAJ"
"""The institution whose liaison has the last rung, above every ladder."""


@dataclass(frozen=True)
class Stand:
    """Who hears of a case at a rung: accounts, and mail addresses of named people without one.

    `instead`: nobody stands there, and these are the people of the desk of last resort.
    """

    staff: tuple[uuid.UUID, ...] = ()
    addresses: tuple[str, ...] = ()
    instead: bool = False


def of(rt: Runtime, case: Case) -> Ladder:
    """The ladder of the institution that answers for the case now."""
    return registry.ladder_of(rt, case.institution_id)


def tell_rung(rt: Runtime, session: Session, case: Case, event: CaseEvent) -> None:
    """A case has risen to `case.level` by this event: whoever stands there has a notice, once."""
    who = standing_on(rt, session, case, case.level)
    if not (who.staff or who.addresses):
        # The doctor fails for as long as it is so; the case itself rises all the same.
        logger.error("nobody stands at level %s and central triage is empty", case.level)
    rung = rung_at(case.level, of(rt, case).rungs)
    at_last = case.level == OMBUDSMAN_LEVEL
    notices.post(
        session, f"{history.message_key(case, event.number)}:rung", "ombudsman" if at_last else
        "rose", who.staff, event.at, addresses=who.addresses, case_id=case.id, urgent=case.urgent,
        data={"reference": spoken(case.reference), "level": rung.level, "rung": rung.key,
              "instead": who.instead},
    )  # fmt: skip


def tell_again(rt: Runtime, session: Session, case: Case, event: CaseEvent) -> None:
    """Said to be unsolved once more on the last rung: whoever stands there hears it each time."""
    who = standing_on(rt, session, case, case.level)
    notices.post(
        session, f"{history.message_key(case, event.number)}:rung", "again", who.staff, event.at,
        addresses=who.addresses, case_id=case.id, urgent=case.urgent,
        data={"reference": spoken(case.reference), "level": case.level, "instead": who.instead},
    )  # fmt: skip


def warn(session: Session, case: Case, at: datetime) -> None:
    """Officer and supervisor hear a working day before that the promise will be broken."""
    data = {"reference": spoken(case.reference), "due": case.due_at.isoformat()}
    notices.post(
        session, f"case:{case.id}:soon", "soon", notices.whose_case(session, case), at,
        case_id=case.id, data=data,
    )  # fmt: skip


def standing_on(rt: Runtime, session: Session, case: Case, level: int) -> Stand:
    """Who answers for the case at a level; in the end everybody at central triage."""
    words = (OMBUDSMAN,) if level == OMBUDSMAN_LEVEL else of(rt, case).holders.get(level, ())
    found = _Found(session, case)
    for word in words:
        _KNOWN.get(word, _of_body)(found, word)
    central = list(_people(session, case, notices.at_central()))
    if not found.staff and not found.addresses:
        return Stand(tuple(central), (), instead=True)
    in_place = bool(found.staff) and not found.addresses and set(found.staff) <= set(central)
    instead = in_place and session.get_one(Unit, case.unit_id).kind != "central"
    return Stand(tuple(dict.fromkeys(found.staff)), tuple(found.addresses), instead)


@dataclass
class _Found:
    session: Session
    case: Case
    staff: list[uuid.UUID] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)


def _officer(found: _Found, _: str) -> None:
    has_it = Staff.id == found.case.assigned_to_id
    found.staff += _people(found.session, found.case, has_it)
    if not found.staff:
        _supervisor(found, _)


def _supervisor(found: _Found, _: str) -> None:
    found.staff += notices.supervisors_of(found.session, found.case)


def _named(found: _Found, key: str) -> None:
    """Who holds this rung of the case's institution by name."""
    _holder(found, found.case.institution_id, key)


def _of_body(found: _Found, institution_id: str) -> None:
    """The people of a body that oversees: its liaison by name, and those who watch for it."""
    _holder(found, institution_id, LIAISON)
    watch = sa.and_(Staff.institution_id == institution_id, Staff.role == Role.OVERSIGHT)
    found.staff += _people(found.session, found.case, watch)


def _holder(found: _Found, institution_id: str, key: str) -> None:
    holder = found.session.get(RungHolder, (institution_id, key))
    if holder is None:
        return
    if holder.staff_id is None:
        found.addresses.append(holder.mail)
    else:
        found.staff += _people(found.session, found.case, Staff.id == holder.staff_id)


_KNOWN: Mapping[str, Callable[[_Found, str], None]] = {
    "officer": _officer,
    "supervisor": _supervisor,
    "head": _named,
    "chair": _named,
    "delivery": _named,
}


def _people(
    session: Session, case: Case, *clauses: sa.ColumnElement[bool]
) -> sa.ScalarResult[uuid.UUID]:
    """Enabled accounts for whom the case exists; whom it names hears nothing of it."""
    wanted = sa.select(Staff.id).where(*clauses, Staff.disabled_at.is_(None), may_hear(case.id))
    return session.scalars(wanted.order_by(Staff.id))
