"""Problems that rise: raised once, told to whom they concern, going on, over; and what is kept out
of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from analytics.alarms import Place
from feedback_service import emerging
from feedback_service.domain.cases import Lane
from feedback_service.emerging.counting import read_volumes
from feedback_service.models import (
    Case,
    Certainty,
    Conflict,
    EmergingLook,
    Incident,
    IncidentCase,
    Institution,
    Notice,
    Role,
)
from tests.integration.emerging_planting import (
    plant,
    plant_history,
    plant_rise,
    problems,
    today,
)

pytestmark = pytest.mark.servers


def test_an_ordinary_day_raises_nothing(world: Any, rt: Any) -> None:
    plant_history(rt)
    assert emerging.look(rt) == 0
    assert problems(rt) == []


def test_a_rise_is_raised_once_with_its_term_and_its_cases(world: Any, rt: Any) -> None:
    plant_history(rt)
    plant_rise(rt)
    assert (emerging.look(rt), emerging.look(rt)) == (1, 0)
    [problem] = problems(rt)
    assert (problem.institution_id, problem.day) == ("NRB", today(rt))
    assert problem.observed >= 5 > 3 * problem.expected
    told = {problem.term, *problem.detail["terms"]}
    assert any("print" in term or "kuchapisha" in term for term in told)
    assert len(problem.detail["have"]) == len(problem.detail["should"]) == 42


def test_who_answers_and_who_watches_over_is_told_once(world: Any, rt: Any) -> None:
    told = {
        world.staff(Role.SUPERVISOR, "NRB").id, world.staff(Role.PERFORMANCE, "NRB").id,
        world.staff(Role.OVERSIGHT, None).id,
    }  # fmt: skip
    world.staff(Role.SUPERVISOR, "DIS"), world.staff(Role.OFFICER, "NRB")
    plant_history(rt)
    plant_rise(rt)
    emerging.look(rt), emerging.look(rt)
    with rt.transaction() as session:
        notices = session.scalars(sa.select(Notice).where(Notice.kind == "emerging")).all()
    assert {notice.staff_id for notice in notices} == told
    assert len(notices) == 3
    assert set(notices[0].data) == {"observed", "expected"}, "no words of citizens"


def test_the_owner_of_the_scorecard_watches_over_all_whoever_it_is(world: Any, rt: Any) -> None:
    owners, others = world.staff(Role.ANALYST, "HKS"), world.staff(Role.ANALYST, "DIS")
    there = replace(rt, settings=replace(rt.settings, scorecard_owner="HKS"))
    plant_history(rt)
    plant_rise(rt)
    emerging.look(there)
    with rt.transaction() as session:
        told = set(session.scalars(sa.select(Notice.staff_id).where(Notice.kind == "emerging")))
    assert owners.id in told
    assert others.id not in told


def test_it_goes_on_while_it_lasts_and_then_is_over(world: Any, rt: Any, clock: Any) -> None:
    plant_history(rt)
    plant_rise(rt)
    emerging.look(rt)
    first = today(rt)
    clock.forward(days=1)
    plant_rise(rt, 10)
    assert emerging.look(rt) == 0
    [problem] = problems(rt)
    assert (problem.day, problem.last_day) == (first, first + timedelta(days=1))
    assert len(problem.cases) >= 15
    clock.forward(days=20)
    assert emerging.look(rt) == 0
    [problem] = problems(rt)
    assert problem.ended_on == problem.last_day


def test_before_weeks_of_history_nothing_is_judged_and_the_look_says_so(
    world: Any, rt: Any
) -> None:
    plant_history(rt, days=30)
    plant_rise(rt, 40)
    assert emerging.look(rt) == 0
    with rt.transaction() as session:
        look = emerging.last_look(session)
    assert look is not None
    assert (look.judged, look.too_young > 0, look.cases > 100) == (0, True, True)


def test_one_citizen_who_writes_often_is_no_rise(world: Any, rt: Any) -> None:
    citizen = world.case().citizen_id
    plant_history(rt)
    plant_rise(rt, 30, citizen_id=citizen)
    assert emerging.look(rt) == 0


def test_who_writes_day_after_day_is_one_citizen_of_the_week(world: Any, rt: Any) -> None:
    citizen = world.case().citizen_id
    for ago in range(7):
        plant(rt, today(rt) - timedelta(days=ago), ["Still no water."], institution_id="DIS",
              citizen_id=citizen)  # fmt: skip
    plant(rt, today(rt) - timedelta(days=8), ["No water."], institution_id="DIS",
          citizen_id=citizen)  # fmt: skip
    with rt.transaction() as session:
        volumes = read_volumes(session, today(rt), simulated=False)
    assert volumes.of(Place("DIS")).tolist() == [1, 0, 0, 0, 0, 0, 0, 0, 1]


@pytest.mark.parametrize(
    "column",
    [{"lane": Lane.CONFIDENTIAL}, {"triaged_at": None}, {"kind": "information"}],
    ids=["confidential", "unread", "a request for information"],
)
def test_what_is_no_open_complaint_raises_nothing(
    world: Any, rt: Any, column: dict[str, Any]
) -> None:
    plant_history(rt)
    plant_rise(rt, 30, **column)
    assert emerging.look(rt) == 0


def test_quiet_cases_count_but_their_words_are_never_a_term_or_an_example(
    world: Any, rt: Any
) -> None:
    plant_history(rt)
    plant_rise(rt, 40, quiet=True)
    assert emerging.look(rt) > 0
    for problem in problems(rt):
        assert problem.term == ""
        assert problem.detail["terms"] == []
        assert problem.observed >= 40
        assert not set(problem.cases) & quiet_ones(rt)


def quiet_ones(rt: Any) -> set[str]:
    with rt.transaction() as session:
        return {str(each) for each in session.scalars(sa.select(Case.id).where(Case.quiet))}


def test_cases_that_name_somebody_are_neither_counted_nor_read(world: Any, rt: Any) -> None:
    named = world.staff(Role.OFFICER, "NRB").id
    plant_history(rt)
    plant_rise(rt, 40)
    with rt.transaction() as session:
        for case_id in session.scalars(sa.select(Case.id).where(Case.received_on == today(rt))):
            session.add(Conflict(
                case_id=case_id, staff_id=named, certainty=Certainty.LIKELY, how="test",
                at=rt.now(),
            ))  # fmt: skip
    assert emerging.look(rt) == 0
    assert problems(rt) == []


def test_a_problem_points_at_the_incident_of_its_cases(world: Any, rt: Any) -> None:
    plant_history(rt)
    plant_rise(rt, 12)
    with rt.transaction() as session:
        incident = Incident(title="", institution_id="NRB", opened_at=rt.now())
        session.add(incident)
        session.flush()
        for case_id in session.scalars(sa.select(Case.id).where(Case.received_on == today(rt))):
            session.add(IncidentCase(
                incident_id=incident.id, case_id=case_id, joined_at=rt.now()
            ))  # fmt: skip
    emerging.look(rt)
    assert [problem.incident_id for problem in problems(rt)] == [incident.id]


def test_what_rises_in_a_county_at_several_bodies_is_the_countys(world: Any, rt: Any) -> None:
    plant_history(rt)
    plant_history(rt, institution_id="DIS", unit_id="DIS-R", destination_unit_id="DIS-R")
    for body in ("NRB", "DIS"):
        plant(rt, today(rt), ["Mafuriko yamefunga barabara ya ofisi"] * 6, institution_id=body)
    governor = county_government(world, rt)
    assert emerging.look(rt) >= 1
    places = {(p.institution_id, p.county_code) for p in problems(rt)}
    assert (None, 47) in places
    with rt.transaction() as session:
        told = session.scalars(sa.select(Notice.staff_id).where(Notice.kind == "emerging")).all()
    assert governor in told


def county_government(world: Any, rt: Any) -> Any:
    with rt.transaction() as session:
        huduma = session.get_one(Institution, "HKS")
        huduma.type, huduma.county_code = "county government", 47
    return world.staff(Role.SUPERVISOR, "HKS").id


def test_invented_cases_are_looked_at_only_where_there_are_no_real_ones(
    world: Any, rt: Any
) -> None:
    plant_history(rt, simulated=True)
    plant_rise(rt, simulated=True)
    assert emerging.look(rt) == 1
    assert problems(rt)[0].simulated
    plant(rt, today(rt), ["The queue was long."])
    assert emerging.look(rt) == 0
    with rt.transaction() as session:
        assert session.scalars(sa.select(EmergingLook.cases)).all() == [1]
