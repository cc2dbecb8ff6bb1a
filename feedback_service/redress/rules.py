"""The rules of a desk: read, added, put in another order, ended; every change in the audit log.

Supervisors keep those of their own unit, or of every desk of their institution where they have no
unit; administrators those of the desks they rule.  An ended rule stays for the cases it gave.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback_service import audit
from feedback_service.domain.assignment import Given
from feedback_service.models import (
    AssignmentRule,
    Case,
    Category,
    County,
    Role,
    Service,
    ServicePoint,
    Staff,
    Unit,
)
from feedback_service.redress import assigning
from feedback_service.redress.sight import DESK, may_see
from feedback_service.runtime import Runtime
from feedback_service.staff import Viewer

TRIED = 100
"""Cases that a preview is made of."""
LANGUAGES = ("en", "sw")
MOST = 50
"""Rules of one desk."""


class NoSuchRule(LookupError):
    """None that this viewer may change, or it has ended."""


class BadRule(ValueError):
    """The rule cannot be kept so; `errors` says by field what is wrong: unknown, or too_many."""

    def __init__(self, **errors: str) -> None:
        self.errors = errors
        super().__init__(", ".join(f"{name}: {said}" for name, said in errors.items()))


@dataclass(frozen=True)
class Wanted:
    """A rule as a form gives it; empty means any, or whoever has the least open work."""

    service_id: str = ""
    service_point_id: str = ""
    county_code: str = ""
    category: str = ""
    language: str = ""
    staff_id: str = ""


@dataclass(frozen=True)
class Preview:
    """What the rules would have done with the last cases of the desk, taken in turn.

    by_rule, by_person: how many cases each; left: those that nobody would have got; shown: the
    viewer's own sight of them, newest first, with whoever would have got each.
    """

    tried: int
    by_rule: Mapping[uuid.UUID, int]
    by_person: Mapping[uuid.UUID, int]
    left: int
    shown: Sequence[tuple[Case, Given | None]] = field(default=())


def desks_of(session: Session, viewer: Viewer) -> list[Unit]:
    """The desks whose rules the viewer keeps."""
    found = sa.select(Unit).where(Unit.kind != "integrity").order_by(Unit.institution_id, Unit.id)
    if viewer.institution_id or not viewer.has(Role.ADMINISTRATOR):
        found = found.where(Unit.institution_id == viewer.institution_id)
    if viewer.unit_id and not viewer.has(Role.ADMINISTRATOR):
        found = found.where(Unit.id == viewer.unit_id)
    return list(session.scalars(found))


def in_force(session: Session, unit_id: str) -> list[AssignmentRule]:
    found = sa.select(AssignmentRule).where(
        AssignmentRule.unit_id == unit_id, AssignmentRule.ended_at.is_(None)
    )
    return list(session.scalars(found.order_by(AssignmentRule.position, AssignmentRule.id)))


def people_at(session: Session, unit: Unit) -> dict[uuid.UUID, str]:
    """Whom a rule of the desk may name, away or not."""
    found = sa.select(Staff.id, Staff.name).where(
        Staff.role.in_(DESK), Staff.disabled_at.is_(None),
        sa.or_(
            Staff.unit_id == unit.id,
            sa.and_(Staff.unit_id.is_(None), Staff.institution_id == unit.institution_id),
        ),
    )  # fmt: skip
    return dict(session.execute(found.order_by(Staff.name)).all())


def add(
    rt: Runtime, session: Session, viewer: Viewer, unit_id: str, wanted: Wanted
) -> AssignmentRule:
    """A new rule after the others; raises NoSuchRule for a desk that is not theirs, BadRule."""
    unit = _desk(session, viewer, unit_id)
    row = AssignmentRule(
        unit_id=unit.id,
        made_by_id=viewer.staff_id,
        made_at=rt.now(),
        **_read(session, unit, wanted),
    )
    others = in_force(session, unit.id)
    if len(others) >= MOST:
        raise BadRule(service_id="too_many")
    row.position = others[-1].position + 1 if others else 1
    session.add(row)
    session.flush()  # the line below names it by its id
    _note(rt, session, viewer, "rule.add", row)
    return row


def end(rt: Runtime, session: Session, viewer: Viewer, rule_id: uuid.UUID) -> AssignmentRule:
    """No new case by this rule; raises NoSuchRule."""
    row = _rule(session, viewer, rule_id)
    row.ended_at = rt.now()
    _note(rt, session, viewer, "rule.end", row)
    return row


def sooner(rt: Runtime, session: Session, viewer: Viewer, rule_id: uuid.UUID) -> AssignmentRule:
    """Before the rule that stood before it; the first one stays.  Raises NoSuchRule."""
    row = _rule(session, viewer, rule_id)
    rows = in_force(session, row.unit_id)
    place = next(n for n, each in enumerate(rows) if each.id == row.id)
    if place:
        rows[place - 1 : place + 1] = [row, rows[place - 1]]
        for number, each in enumerate(rows, start=1):
            each.position = number
        _note(rt, session, viewer, "rule.order", row)
    return row


def preview(rt: Runtime, session: Session, viewer: Viewer, unit_id: str) -> Preview:
    """The rules in force tried on the last cases that came to the desk; changes nothing."""
    unit = _desk(session, viewer, unit_id)
    mine = assigning.rules_of(session, [unit.id])
    last = (
        sa.select(Case, may_see(viewer))
        .where(Case.unit_id == unit.id, Case.triaged_at.is_not(None))
        .order_by(Case.received_at.desc(), Case.id)
        .limit(TRIED)
    )
    found = session.execute(last).all()
    given = assigning.plan(rt, session, [case for case, _ in reversed(found)], mine)
    by_rule: dict[uuid.UUID, int] = {}
    by_person: dict[uuid.UUID, int] = {}
    for one in given.values():
        by_rule[one.rule] = by_rule.get(one.rule, 0) + 1
        by_person[one.person] = by_person.get(one.person, 0) + 1
    shown = [(case, given.get(case.id)) for case, seen in found if seen]
    return Preview(len(found), by_rule, by_person, len(found) - len(given), shown)


def _desk(session: Session, viewer: Viewer, unit_id: str) -> Unit:
    mine = {unit.id: unit for unit in desks_of(session, viewer)}
    if unit_id not in mine:
        raise NoSuchRule(f"unit: {unit_id!r} is no desk whose rules you keep")
    return mine[unit_id]


def _rule(session: Session, viewer: Viewer, rule_id: uuid.UUID) -> AssignmentRule:
    row = session.get(AssignmentRule, rule_id, with_for_update=True)
    if row is None or row.ended_at is not None:
        raise NoSuchRule(f"rule: {rule_id} is none in force")
    _desk(session, viewer, row.unit_id)
    return row


def _read(session: Session, unit: Unit, wanted: Wanted) -> dict[str, object]:
    """The columns that the form means; raises BadRule."""
    people = {str(key): key for key in people_at(session, unit)}
    county = int(wanted.county_code) if wanted.county_code.isdecimal() else None
    known = {
        "service_id": session.get(Service, wanted.service_id) is not None,
        "service_point_id": session.get(ServicePoint, wanted.service_point_id) is not None,
        "county_code": county is not None and session.get(County, county) is not None,
        "category": wanted.category in list(Category),
        "language": wanted.language in LANGUAGES,
        "staff_id": wanted.staff_id in people,
    }
    typed = {name: getattr(wanted, name) for name in known}
    wrong = {name: "unknown" for name, text in typed.items() if text and not known[name]}
    if wrong:
        raise BadRule(**wrong)
    read: dict[str, object] = {name: text or None for name, text in typed.items()}
    return read | {"county_code": county, "staff_id": people.get(wanted.staff_id)}


def _note(rt: Runtime, session: Session, viewer: Viewer, what: str, row: AssignmentRule) -> None:
    data = {name: getattr(row, name) for name in assigning.FACTS if getattr(row, name) is not None}
    data |= {"unit": row.unit_id, "position": row.position}
    data["person"] = str(row.staff_id) if row.staff_id else None
    audit.note(session, what, str(row.id), rt.now(), viewer.staff_id, data)
