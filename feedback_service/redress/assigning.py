"""New cases given to people by the rules of the desk that holds them, never in a citizen's request.

Away is who named a deputy for today or has no open account; whom a case is shut for gets none of
it.  Without a rule that finds somebody a case stays with nobody until it is taken by hand.
"""

import uuid
from collections.abc import Collection, Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback_service.domain import assignment
from feedback_service.domain.assignment import Given, Rule, Worker
from feedback_service.domain.calendar import NAIROBI
from feedback_service.domain.cases import OPEN, Action, Actor, Lane
from feedback_service.models import (
    AssignmentRule,
    Case,
    Role,
    Staff,
    Suggestion,
    Unit,
)
from feedback_service.notices import shut
from feedback_service.redress import history
from feedback_service.redress.sight import DESK
from feedback_service.runtime import Runtime

FACTS = ("service_id", "service_point_id", "county_code", "category", "language")
"""What a rule may ask of a case, as columns of both."""


def assign_by_rule(rt: Runtime, session: Session, cases: Sequence[Case]) -> int:
    """Give each of these to somebody whom a rule of its desk finds; how many were given.

    The caller holds the cases' rows and has decided which desk has them.
    """
    waiting = [case for case in cases if _may_be_given(case)]
    rules = rules_of(session, {case.unit_id for case in waiting}) if waiting else {}
    waiting = [case for case in waiting if case.unit_id in rules]
    if not waiting:
        return 0
    given = plan(rt, session, waiting, rules)
    for case in waiting:
        if found := given.get(case.id):
            case.assigned_to_id = found.person
            data = {"to": str(found.person), "rule": str(found.rule)}
            history.add(session, case, Action.ASSIGN, Actor.CLOCK, rt.now(), data)
    return len(given)


def rules_of(session: Session, units: Collection[str]) -> dict[str, list[Rule]]:
    """The rules in force at each of the desks that has any, in their order."""
    found = sa.select(AssignmentRule).where(
        AssignmentRule.unit_id.in_(units), AssignmentRule.ended_at.is_(None)
    )
    rules: dict[str, list[Rule]] = {}
    for row in session.scalars(found.order_by(AssignmentRule.position, AssignmentRule.id)):
        rules.setdefault(row.unit_id, []).append(as_rule(row))
    return rules


def as_rule(row: AssignmentRule) -> Rule:
    wanted = {name: getattr(row, name) for name in FACTS if getattr(row, name) is not None}
    return Rule(row.id, wanted, row.staff_id)


def plan(
    rt: Runtime, session: Session, cases: Sequence[Case], rules: Mapping[str, Sequence[Rule]]
) -> dict[uuid.UUID, Given]:
    """Who would get which case, taken one after the other, each making its taker's work more."""
    there = {unit_id: workers(rt, session, unit_id) for unit_id in {c.unit_id for c in cases}}
    said = _categories(session, cases)
    shut_out = shut.shut_by_case(session, [case.id for case in cases])
    given = {}
    for case in cases:
        at_point = [
            one for one, point in there[case.unit_id] if point in (None, case.service_point_id)
        ]
        able = assignment.without(at_point, shut_out.get(case.id, ()))
        found = assignment.give(rules.get(case.unit_id, ()), _facts(case, said), able)
        if found:
            given[case.id] = found
            there[case.unit_id] = _busier(there[case.unit_id], found.person, urgent=case.urgent)
    return given


def workers(rt: Runtime, session: Session, unit_id: str) -> list[tuple[Worker, str | None]]:
    """Who works at a desk today with what they have open, and the one place they work at, if any.

    People of the unit itself; where it has none, those of its institution who have no unit.
    """
    unit, today = session.get_one(Unit, unit_id), rt.now().astimezone(NAIROBI).date()
    heavy = sa.case((Case.urgent, assignment.WEIGHT_URGENT), else_=assignment.WEIGHT)
    load = sa.select(sa.func.coalesce(sa.func.sum(heavy), 0)).where(
        Case.assigned_to_id == Staff.id, Case.status.in_(OPEN)
    )
    everywhere = sa.and_(Staff.unit_id.is_(None), Staff.institution_id == unit.institution_id)
    away = sa.and_(
        Staff.deputy_id.is_not(None),
        sa.or_(Staff.deputy_until.is_(None), Staff.deputy_until >= today),
    )
    found = sa.select(
        Staff.id, Staff.role, Staff.unit_id, Staff.service_point_id,
        load.correlate(Staff).scalar_subquery(),
    ).where(
        Staff.role.in_(DESK), Staff.disabled_at.is_(None), sa.not_(away),
        sa.or_(Staff.unit_id == unit_id, everywhere),
    )  # fmt: skip
    people = session.execute(found).all()
    own = [person for person in people if person.unit_id] or people
    return [
        (Worker(key, int(load), role is Role.SUPERVISOR), point)
        for key, role, _, point, load in own
    ]


def _may_be_given(case: Case) -> bool:
    return (
        case.assigned_to_id is None
        and case.status in OPEN
        and case.lane is not Lane.CONFIDENTIAL
        and case.triaged_at is not None
    )


def _categories(session: Session, cases: Sequence[Case]) -> dict[uuid.UUID, str]:
    """What the model is sure of, for cases whose category nobody has chosen."""
    found = (
        sa.select(Suggestion.case_id, Suggestion.category)
        .where(Suggestion.case_id.in_([case.id for case in cases]))
        .where(Suggestion.abstained.is_(False))
        .order_by(Suggestion.at)
    )
    return dict(session.execute(found).all())


def _facts(case: Case, said: Mapping[uuid.UUID, str]) -> dict[str, object]:
    facts = {name: getattr(case, name) for name in FACTS}
    return facts | {"category": case.category or said.get(case.id)}


def _busier(
    there: Sequence[tuple[Worker, str | None]], person: uuid.UUID, *, urgent: bool
) -> list[tuple[Worker, str | None]]:
    more = assignment.busier([one for one, _ in there], person, urgent=urgent)
    return [(one, point) for one, (_, point) in zip(more, there, strict=True)]
