"""Whom a case names, and what follows: it does not exist for them and those below them.

Named by an officer, or found among the words by the names of staff: the likely counts until
somebody outside the unit decides (`deciding`).  What would leave nobody at the desk able to see the
case goes to central triage, so that a false name cannot blind a desk.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from analytics.triage import naming
from feedback_service import notices, registry
from feedback_service.domain.cases import OPEN, Action, Actor, Lane
from feedback_service.models import (
    Case,
    Certainty,
    Conflict,
    Notice,
    Role,
    Service,
    Staff,
    Unit,
    new_id,
)
from feedback_service.notices import shut
from feedback_service.redress import history
from feedback_service.redress.sight import DESK
from feedback_service.runtime import Runtime

BATCH = 100
BY_WORDS, BY_OFFICER, BY_CITIZEN = "words", "officer", "citizen"
"""How it was found: a match with names, marked at the desk, told when the case was filed."""
DANGER = "danger"
"""The kind of the notice that rings at once."""
_NOTED = "A member of staff may be named here: hidden from them until somebody outside decides"
_BLIND = "Nobody left at the desk may see this case: central triage has it"
_PAST = "Nobody left who may see this case: an integrity desk has it"
_NAMELESS = "An officer is named whom no account matches: central triage reads it first"
_OFFICE = "The desk itself may be complained of: central triage reads it first"


@dataclass(frozen=True)
class Standing:
    """One name that keeps a case from somebody; `office` is a whole unit's name."""

    id: uuid.UUID
    certainty: Certainty
    name: str
    office: str
    at: datetime
    decided: bool


def look(rt: Runtime, session: Session, case: Case, text: str) -> None:
    """Look for staff in words of the citizen; the caller holds the case's row.

    An officer who matches nobody, or the desk itself, takes the case to central triage.
    """
    people = could_be_named(session, case)
    found = naming.staff_named(text, people)
    for staff_id, words in found.items():
        _add(rt, session, case, Conflict.staff_id, staff_id, Certainty.LIKELY, BY_WORDS, words)
    if found:
        _shut(rt, session, case, Actor.TRIAGE, None)
    elif naming.officer_named(text):
        hold(rt, session, case, _NAMELESS)
    unit = session.get_one(Unit, case.destination_unit_id)
    if words := naming.desk_named(text, (unit.name_en, unit.name_sw)):
        _add(rt, session, case, Conflict.unit_id, unit.id, Certainty.LIKELY, BY_WORDS, words)
        hold(rt, session, case, _OFFICE)


def inherit(rt: Runtime, session: Session, case: Case) -> None:
    """What goes on with a closed case names whom that one named, as it was decided there."""
    copied = ("staff_id", "unit_id", "certainty", "how", "matched", "decided_by_id", "decided_at")
    before = sa.select(Conflict).where(
        Conflict.case_id == case.previous_id, Conflict.certainty != Certainty.CLEARED
    )
    for old in session.scalars(before).all():
        row = {name: getattr(old, name) for name in copied}
        new = {"id": new_id(), "case_id": case.id, "at": rt.now(), "reason": old.reason}
        session.execute(insert(Conflict).values(row | new).on_conflict_do_nothing())
    see_to(rt, session, case)


def mark(
    rt: Runtime, session: Session, case: Case, staff_id: uuid.UUID, how: str,
    by: uuid.UUID | None = None,
) -> None:  # fmt: skip
    """Somebody says that the case names this person: BY_OFFICER or BY_CITIZEN."""
    _add(rt, session, case, Conflict.staff_id, staff_id, Certainty.NAMED, how, by=by)
    _shut(rt, session, case, Actor.OFFICER if by else Actor.TRIAGE, by)


def see_to(rt: Runtime, session: Session, case: Case) -> bool:
    """Move a case that nobody at its desk may see to where somebody may; whether it had to be."""
    unit = session.get_one(Unit, case.unit_id)
    if somebody_left(session, case, unit):
        return False
    if unit.kind == "redress":
        hold(rt, session, case, _BLIND)
        return True
    # Past central triage, and past an integrity desk whose own people are named.
    accused = unit.institution_id if unit.kind == "integrity" else case.institution_id
    for desk in registry.integrity_units(rt, accused):
        onward = session.get_one(Unit, desk.id)
        past = onward.kind == "integrity" and onward.id != unit.id
        if past and somebody_left(session, case, onward):
            _move(rt, session, case, onward, Lane.CONFIDENTIAL, _PAST)
            return True
    return False


def hold(rt: Runtime, session: Session, case: Case, why: str) -> None:
    """Back to central triage, whose people clear it on; what is not open anyway stays."""
    if case.lane is Lane.OPEN:
        _move(rt, session, case, registry.central_unit(session), Lane.HELD, why)


def alarm(rt: Runtime, session: Session, case: Case, cause: str) -> None:
    """Words of danger to life or a child: told at once to the people of the desk that reads them.

    That is central triage, or the integrity desk of a confidential case; where that has nobody,
    central triage is told that there is danger, and no more.
    """
    if case.simulated:
        return
    central = Unit.kind == "central"
    desks = (Unit.id == case.unit_id, central) if case.lane is Lane.CONFIDENTIAL else (central,)
    for desk in desks:
        found = sa.select(Staff.id).where(
            Staff.unit_id.in_(sa.select(Unit.id).where(desk))
            | sa.and_(
                Staff.unit_id.is_(None),
                Staff.institution_id.in_(sa.select(Unit.institution_id).where(desk)),
            ),
            Staff.role.in_((*DESK, Role.INTEGRITY)),
            Staff.disabled_at.is_(None),
            shut.may_hear(case.id),
        )
        if people := list(session.scalars(found)):
            key, data = f"danger:{case.id}:{cause}", {"reference": case.reference}
            notices.post(
                session, key, DANGER, people, rt.now(), case_id=case.id, data=data, urgent=True
            )
            return


def free_blocked_cases(rt: Runtime) -> int:
    """Every case with a name in it whose desk has nobody left: people leave, cases are moved."""
    moved = 0
    with rt.transaction() as session:
        named = (
            sa.select(Case)
            .where(Case.status.in_(OPEN), Case.id.in_(_with_names()))
            .order_by(Case.received_at)
            .limit(BATCH * 10)
            .with_for_update(skip_locked=True)
        )
        for case in session.scalars(named).all():
            moved += see_to(rt, session, case)
    return moved


def somebody_left(session: Session, case: Case, unit: Unit) -> bool:
    """Whether somebody of a desk may see the case, or nobody ever works there.

    People of the unit itself; where it has none, those of its institution who have no unit.
    """
    role = [Role.INTEGRITY] if unit.kind == "integrity" else list(DESK)
    everywhere = sa.and_(Staff.unit_id.is_(None), Staff.institution_id == unit.institution_id)
    works = (
        Staff.disabled_at.is_(None),
        Staff.role.in_(role),
        sa.or_(Staff.unit_id == unit.id, everywhere),
        sa.or_(Staff.service_point_id.is_(None), Staff.service_point_id == case.service_point_id),
    )
    found = sa.select(Staff.unit_id, shut.may_hear(case.id)).where(*works).distinct()
    people = session.execute(found).all()
    nearest = [hears for of, hears in people if of] or [hears for _, hears in people]
    return any(nearest) or not people


def standing(session: Session, reference: str) -> list[Standing]:
    """What keeps a case from somebody now, the oldest first."""
    office = aliased(Unit)
    found = (
        sa.select(Conflict, Staff.name, office.name_en)
        .join(Case, Case.id == Conflict.case_id)
        .outerjoin(Staff, Staff.id == Conflict.staff_id)
        .outerjoin(office, office.id == Conflict.unit_id)
        .where(Case.reference == reference, Conflict.certainty != Certainty.CLEARED)
        .order_by(Conflict.at, Conflict.id)
    )
    return [
        Standing(row.id, row.certainty, name or "", unit or "", row.at, row.decided_at is not None)
        for row, name, unit in session.execute(found)
    ]


def could_be_named(session: Session, case: Case) -> Mapping[uuid.UUID, str]:
    """Staff of every office that has, had or will have to do with the case, and the auditors."""
    units = sa.select(Unit.institution_id).where(
        Unit.id.in_((case.unit_id, case.destination_unit_id))
    )
    owner = sa.select(Service.institution_id).where(Service.id == case.service_id)
    concerned = sa.or_(
        Staff.institution_id.in_(units),
        Staff.institution_id.in_(owner),
        Staff.institution_id.in_([key for key in (case.institution_id, case.host_id) if key]),
        Staff.role == Role.AUDITOR,
    )
    return dict(session.execute(sa.select(Staff.id, Staff.name).where(concerned)).all())


def forget(session: Session, case: Case) -> None:
    """Whoever may not see the case holds it no more, and reads of it in no notice."""
    shut_out = set(session.scalars(sa.select(shut.shut_out(case.id).c.id)))
    if case.assigned_to_id in shut_out:
        case.assigned_to_id = None
    session.execute(
        sa.delete(Notice).where(Notice.case_id == case.id, Notice.staff_id.in_(shut_out))
    )


def _add(
    rt: Runtime, session: Session, case: Case, column: InstrumentedAttribute[Any],
    named: uuid.UUID | str, certainty: Certainty, how: str, matched: str = "",
    by: uuid.UUID | None = None,
) -> None:  # fmt: skip
    """One row a case and name; a match never undoes what a person decided, a person's word may."""
    row = {
        "id": new_id(), "case_id": case.id, column.key: named, "certainty": certainty, "how": how,
        "matched": matched, "at": rt.now(), "marked_by_id": by, "reason": "",
    }  # fmt: skip
    statement = insert(Conflict).values(row)
    keys = [Conflict.case_id, column]
    if certainty is Certainty.LIKELY:
        session.execute(statement.on_conflict_do_nothing(index_elements=keys))
        return
    again = {key: row[key] for key in ("certainty", "how", "at", "marked_by_id")}
    session.execute(
        statement.on_conflict_do_update(
            index_elements=keys,
            set_={**again, "decided_at": None, "decided_by_id": None},
            where=Conflict.certainty != Certainty.NAMED,
        )
    )


def _shut(rt: Runtime, session: Session, case: Case, actor: Actor, by: uuid.UUID | None) -> None:
    """From now on: written down, taken from their hands, their notices with it."""
    history.add(session, case, Action.NOTE, actor, rt.now(), {"text": _NOTED, "conflict": True}, by)
    forget(session, case)
    see_to(rt, session, case)


def _move(rt: Runtime, session: Session, case: Case, unit: Unit, lane: Lane, why: str) -> None:
    """To another holder, whatever the case's status, without a word to the desk it leaves."""
    before = case.unit_id
    case.unit_id, case.institution_id, case.assigned_to_id = unit.id, unit.institution_id, None
    case.destination_unit_id = before if lane is Lane.HELD else unit.id
    case.lane, case.quiet = lane, case.quiet or lane is Lane.CONFIDENTIAL
    kept = {"text": why, "holder": unit.id, "from": before, "lane": lane.value}
    history.add(session, case, Action.NOTE, Actor.TRIAGE, rt.now(), kept)
    unread = (Notice.case_id == case.id, Notice.seen_at.is_(None), Notice.kind != DANGER)
    session.execute(sa.delete(Notice).where(*unread))


def _with_names() -> sa.Select[Any]:
    return sa.select(Conflict.case_id).where(Conflict.certainty != Certainty.CLEARED)
