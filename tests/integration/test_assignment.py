"""New cases given to people by rule: when they have been read, when they change hands, to whom."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
import sqlalchemy as sa

from feedback_service import triage
from feedback_service.domain.cases import Action, Actor, Lane
from feedback_service.models import (
    AssignmentRule,
    AuditLine,
    Case,
    CaseEvent,
    Certainty,
    Conflict,
    Role,
    Staff,
)
from feedback_service.redress import Act, act
from tests.desk_world import Browser, Colleague, DeskWorld

pytestmark = pytest.mark.servers


@pytest.fixture
def ann(world: DeskWorld) -> Colleague:
    return world.staff(Role.OFFICER, "NRB", unit_id="NRB-R", name="Ann")


@pytest.fixture
def ben(world: DeskWorld) -> Colleague:
    return world.staff(Role.OFFICER, "NRB", unit_id="NRB-R", name="Ben")


def rule(rt: Any, unit: str = "NRB-R", **wanted: Any) -> uuid.UUID:
    with rt.transaction() as session:
        last = session.scalar(sa.select(sa.func.count()).select_from(AssignmentRule)) or 0
        row = AssignmentRule(unit_id=unit, position=last + 1, made_at=rt.now(), **wanted)
        session.add(row)
        session.flush()  # its id is asked for
        return row.id


def holder(rt: Any, case: Case) -> uuid.UUID | None:
    with rt.transaction() as session:
        return session.get_one(Case, case.id).assigned_to_id


def test_a_case_is_given_when_it_has_been_read_not_when_it_is_filed(
    world: DeskWorld, rt: Any, ann: Colleague
) -> None:
    made = rule(rt, service_id="id-first", staff_id=ann.id)
    case = world.case(unread=True)
    assert holder(rt, case) is None
    triage.drain(rt)
    assert holder(rt, case) == ann.id
    with rt.transaction() as session:
        given = sa.select(CaseEvent).where(CaseEvent.action == Action.ASSIGN)
        event = session.scalars(given).one()
        assert event.data == {"to": str(ann.id), "rule": str(made)}
        assert event.actor is Actor.CLOCK


def test_the_case_s_page_says_that_a_rule_gave_it(
    world: DeskWorld, app: Any, rt: Any, ann: Colleague
) -> None:
    rule(rt, staff_id=ann.id)
    case = world.case(unread=True)
    triage.drain(rt)
    assert "Assigned by rule: Ann" in Browser(app, ann).get(f"/desk/cases/{case.reference}").text


def test_without_a_rule_that_matches_a_case_waits_to_be_taken(
    world: DeskWorld, rt: Any, ann: Colleague
) -> None:
    rule(rt, service_id="passport", staff_id=ann.id)
    rule(rt, unit="DIS-R", staff_id=ann.id)
    case = world.case(unread=True)
    triage.drain(rt)
    assert holder(rt, case) is None


def test_cases_of_one_batch_are_spread_by_open_work(
    world: DeskWorld, rt: Any, ann: Colleague, ben: Colleague
) -> None:
    mine = [world.case(f"Waiting since day {n}", source=f"n:{n}") for n in range(2)]
    with rt.transaction() as session:
        session.get_one(Case, mine[0].id).assigned_to_id = ann.id
    rule(rt)
    new = [world.case(f"Still nothing, day {n}", unread=True, source=f"m:{n}") for n in range(3)]
    triage.drain(rt)
    taken = [holder(rt, case) for case in new]
    assert taken.count(ben.id) == 2
    assert taken.count(ann.id) == 1


AWAY = ["deputy", "disabled", "named"]


@pytest.mark.parametrize("why", AWAY)
def test_who_is_away_or_named_by_the_case_is_passed_over(
    world: DeskWorld, rt: Any, ann: Colleague, ben: Colleague, why: str
) -> None:
    rule(rt, staff_id=ann.id)
    rule(rt)
    case = world.case(unread=True)
    with rt.transaction() as session:
        if why == "deputy":
            session.get_one(Staff, ann.id).deputy_id = ben.id
        elif why == "disabled":
            session.get_one(Staff, ann.id).disabled_at = rt.now()
        else:
            session.add(
                Conflict(case_id=case.id, staff_id=ann.id, certainty=Certainty.NAMED,
                         how="officer", matched="", at=rt.now(), reason="")
            )  # fmt: skip
    triage.drain(rt)
    assert holder(rt, case) == ben.id


def test_a_deputy_s_day_that_is_over_brings_the_cases_back(
    world: DeskWorld, rt: Any, clock: Any, ann: Colleague, ben: Colleague
) -> None:
    rule(rt, staff_id=ann.id)
    with rt.transaction() as session:
        away = session.get_one(Staff, ann.id)
        away.deputy_id, away.deputy_until = ben.id, rt.now().date()
    clock.forward(days=1)
    case = world.case(unread=True)
    triage.drain(rt)
    assert holder(rt, case) == ann.id


def test_a_case_that_changes_hands_follows_the_rules_of_the_new_desk(
    world: DeskWorld, app: Any, rt: Any, ann: Colleague
) -> None:
    there = world.staff(Role.OFFICER, "DIS", unit_id="DIS-R", name="Dan")
    rule(rt, unit="DIS-R", staff_id=there.id)
    case = world.case()
    with rt.transaction() as session:
        session.get_one(Case, case.id).assigned_to_id = ann.id
    act(rt, case.id, Act(Action.TRANSFER, Actor.OFFICER, "Theirs, not ours", unit_id="DIS-R"))
    assert holder(rt, case) == there.id
    page = Browser(app, there).get(f"/desk/cases/{case.reference}").text
    assert "Sent to another office: NRB-R desk → DIS-R desk" in page, "the trace of its way"


def test_a_held_case_is_given_at_its_desk_only_once_it_is_cleared(
    world: DeskWorld, rt: Any, ann: Colleague
) -> None:
    rule(rt, staff_id=ann.id)
    case = world.case("It is not clear what they wanted.", lane=Lane.HELD, unread=True)
    triage.drain(rt)
    assert holder(rt, case) is None
    act(rt, case.id, Act(Action.CLEAR, Actor.TRIAGE, unit_id="NRB-R"))
    assert holder(rt, case) == ann.id


def test_what_the_model_is_sure_of_counts_as_category_until_a_person_chooses(
    world: DeskWorld, rt: Any, ann: Colleague
) -> None:
    rule(rt, category="delay", staff_id=ann.id)
    text = "I have waited three months for my ID card and it has not come, it is very late"
    case = world.case(text, unread=True)
    triage.drain(rt)
    with rt.transaction() as session:
        said = session.execute(sa.text("select category, abstained from suggestions")).one()
    assert (holder(rt, case) == ann.id) == (said == ("delay", False))


def test_a_supervisor_adds_orders_and_ends_rules_each_in_the_audit_log(
    world: DeskWorld, app: Any, rt: Any, ann: Colleague, ben: Colleague
) -> None:
    boss = Browser(app, world.staff(Role.SUPERVISOR, "NRB", unit_id="NRB-R", name="Sue"))
    world.case()
    for who in (ann, ben):
        sent = boss.post("/desk/rules", desk="NRB-R", staff_id=str(who.id), language="en")
        assert sent.status_code == 303
    page = boss.get("/desk/rules").text
    assert page.index("1. English") < page.index("2. English")
    assert "<dt>Ann</dt><dd>1</dd>" in page
    with rt.transaction() as session:
        second = session.scalars(
            sa.select(AssignmentRule.id).where(AssignmentRule.staff_id == ben.id)
        ).one()
    assert boss.post(f"/desk/rules/{second}/sooner").status_code == 303
    assert "<dt>Ben</dt><dd>1</dd>" in boss.get("/desk/rules").text
    assert boss.post(f"/desk/rules/{second}/end").status_code == 303
    assert "<dt>Ann</dt><dd>1</dd>" in boss.get("/desk/rules").text
    assert boss.post(f"/desk/rules/{second}/end").status_code == 404
    with rt.transaction() as session:
        noted = session.scalars(sa.select(AuditLine.what).order_by(AuditLine.number)).all()
        assert holder(rt, session.scalars(sa.select(Case)).one()) is None, "a preview gives nothing"
    assert noted == ["rule.add", "rule.add", "rule.order", "rule.end"]


WRONG = [
    ("no service", {"service_id": "teleport"}, "service_id"),
    ("no county", {"county_code": "470"}, "county_code"),
    ("nobody of the desk", {"staff_id": str(uuid.UUID(int=5))}, "staff_id"),
    ("no language of ours", {"language": "fr"}, "language"),
]


@pytest.mark.parametrize(
    ("typed", "field"), [row[1:] for row in WRONG], ids=[row[0] for row in WRONG]
)
def test_a_rule_that_cannot_be_kept_comes_back(
    world: DeskWorld, app: Any, rt: Any, typed: dict[str, str], field: str
) -> None:
    boss = Browser(app, world.staff(Role.SUPERVISOR, "NRB"))
    sent = boss.post("/desk/rules", desk="NRB-R", **typed)
    assert sent.status_code == 422
    assert f'id="{field}-error"' in sent.text
    with rt.transaction() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(AssignmentRule)) == 0


def test_rules_of_another_desk_are_not_there(world: DeskWorld, app: Any, rt: Any) -> None:
    boss = Browser(app, world.staff(Role.SUPERVISOR, "NRB", unit_id="NRB-R"))
    theirs = rule(rt, unit="DIS-R")
    for desk in ("DIS-R", "NRB-2", "EACC-I", ""):
        assert boss.post("/desk/rules", desk=desk).status_code == 404, desk
    assert boss.post(f"/desk/rules/{theirs}/end").status_code == 404
    everywhere = Browser(app, world.staff(Role.ADMINISTRATOR, None))
    assert everywhere.post(f"/desk/rules/{theirs}/end").status_code == 303
