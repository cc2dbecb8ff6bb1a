"""Whether a case really names somebody: decided outside their unit, with a reason, on a page.

| who decides | about whom |
|---|---|
| supervisor of another unit | people of their institution, in cases they see |
| integrity officer | people of their institution's other units, of central triage, and in cases their desk holds |
| central triage | everybody but its own people; a whole office it alone |

Nobody decides about themselves, those above them, a mark of their own, or in a case that is hidden
from them; a confidential case is decided by whom it is shown to.
"""  # noqa: E501 - a table is read across

import uuid
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback_service.domain.cases import Action, Actor, Lane
from feedback_service.models import Case, Certainty, Conflict, Role, Staff, Unit
from feedback_service.redress import conflicts, history
from feedback_service.redress.sight import DESK, may_see, not_shut
from feedback_service.runtime import Runtime
from feedback_service.staff import Viewer

SHORTEST_REASON = 5
MOST_SHOWN = 30
_STANDS = "Decided outside the unit: this names somebody, and stays hidden from them"
_CLEARED = "Decided outside the unit: this names nobody here, and is hidden from nobody"


class NoSuchConflict(LookupError):
    """None that this viewer may decide, or it is decided already."""


class ReasonMissing(ValueError):
    """reason: too short. Write why it is, or is not, this person."""


@dataclass(frozen=True)
class Question:
    """One name to decide; of an office `office` is its name and `person` empty.

    `whole_office`: the viewer may hide the case from all of the person's unit.
    """

    id: uuid.UUID
    case: Case
    person: str
    role: Role | None
    unit_id: str
    institution_id: str
    how: str
    matched: str
    at: datetime
    whole_office: bool


def waiting(session: Session, viewer: Viewer) -> list[Question]:
    """What the viewer may decide, what has waited longest first."""
    found = _found(viewer).order_by(Conflict.at, Conflict.id).limit(MOST_SHOWN + 1)
    central = _at_central(session, viewer)
    return [
        Question(
            conflict.id, case, person.name if person else "", person.role if person else None,
            conflict.unit_id or (person.unit_id if person else None) or "",
            unit.institution_id if unit else (person.institution_id if person else None) or "",
            conflict.how, conflict.matched, conflict.at,
            central and conflict.unit_id is None and bool(person and person.unit_id),
        )
        for conflict, case, person, unit in session.execute(found)
    ]  # fmt: skip


def decide(
    rt: Runtime, session: Session, viewer: Viewer, conflict_id: uuid.UUID, reason: str,
    *, stands: bool, whole_office: bool = False,
) -> Case:  # fmt: skip
    """Let it stand or clear it; with `whole_office` hide the case from all of their unit.

    Raises NoSuchConflict, ReasonMissing.
    """
    if len(reason.strip()) < SHORTEST_REASON:
        raise ReasonMissing("reason: too short. Write why it is, or is not, this person")
    found = _found(viewer).where(Conflict.id == conflict_id).with_for_update(of=(Conflict, Case))
    row = session.execute(found).one_or_none()
    if row is None:
        raise NoSuchConflict("no name of that id waits for your decision")
    conflict, case, person, _ = row
    now = rt.now()
    conflict.certainty = Certainty.NAMED if stands else Certainty.CLEARED
    conflict.decided_by_id, conflict.decided_at = viewer.staff_id, now
    conflict.reason = reason.strip()
    kept = {"text": _STANDS if stands else _CLEARED, "conflict": str(conflict.id), "stands": stands}
    history.add(session, case, Action.NOTE, Actor.OFFICER, now, kept, viewer.staff_id)
    if stands:
        if whole_office and person and person.unit_id and _at_central(session, viewer):
            _shut_office(session, case, person.unit_id, conflict)
        session.flush()  # whoever is shut out now is looked for in the tables
        conflicts.forget(session, case)
        conflicts.see_to(rt, session, case)
    return case


def _shut_office(session: Session, case: Case, unit_id: str, like: Conflict) -> None:
    """The whole office by the same decision, whether or not it was asked about before."""
    wanted = sa.select(Conflict).where(Conflict.case_id == case.id, Conflict.unit_id == unit_id)
    office = session.scalars(wanted).one_or_none()
    if office is None:
        office = Conflict(case_id=case.id, unit_id=unit_id, how=like.how, matched="", at=like.at)
        session.add(office)
    office.certainty, office.reason = Certainty.NAMED, like.reason
    office.decided_by_id, office.decided_at = like.decided_by_id, like.decided_at


def _found(viewer: Viewer) -> sa.Select[Conflict, Case, Staff, Unit]:
    return (
        sa.select(Conflict, Case, Staff, Unit)
        .join(Case, Case.id == Conflict.case_id)
        .outerjoin(Staff, Staff.id == Conflict.staff_id)
        .outerjoin(Unit, Unit.id == Conflict.unit_id)
        .where(
            Conflict.decided_at.is_(None),
            Conflict.certainty != Certainty.CLEARED,
            Conflict.marked_by_id.is_distinct_from(viewer.staff_id),
            not_shut(viewer),
            sa.or_(*_ways(viewer)),
        )
    )


def _ways(viewer: Viewer) -> list[sa.ColumnElement[bool]]:
    """By what right the viewer decides; every one of them is outside the accused's unit."""
    ways: list[sa.ColumnElement[bool]] = [sa.false()]
    mine = Staff.institution_id == viewer.institution_id
    central = sa.select(Unit.institution_id).where(Unit.kind == "central")
    outside = sa.and_(Staff.unit_id.is_not(None), Staff.unit_id.is_distinct_from(viewer.unit_id))
    open_lanes = Case.lane != Lane.CONFIDENTIAL
    if viewer.has(*DESK):
        at_central = sa.literal(viewer.institution_id).in_(central)
        others = sa.or_(
            Staff.institution_id.is_distinct_from(viewer.institution_id),
            Conflict.staff_id.is_(None),
        )
        ways.append(sa.and_(at_central, others, open_lanes))
    if viewer.has(Role.SUPERVISOR) and viewer.unit_id:
        ways.append(sa.and_(mine, outside, may_see(viewer)))
    if viewer.has(Role.INTEGRITY):
        own = sa.and_(mine, outside, open_lanes)
        of_central = sa.and_(Staff.institution_id.in_(central), open_lanes)
        held = sa.and_(may_see(viewer), Staff.unit_id.is_distinct_from(viewer.unit_id))
        ways += [own, of_central, held]
    return ways


def _at_central(session: Session, viewer: Viewer) -> bool:
    found = sa.select(Unit.id).where(
        Unit.kind == "central", Unit.institution_id == viewer.institution_id
    )
    return viewer.has(*DESK) and session.scalar(found.limit(1)) is not None
