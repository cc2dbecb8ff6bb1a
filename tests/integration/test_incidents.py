"""Near-duplicates suggested, gathered by people or by the one rule, split and merged back."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from feedback_service import audit, incidents, jobs, schedule, scoring
from feedback_service.domain.cases import Action, Actor, Lane
from feedback_service.domain.periods import Period
from feedback_service.incidents import CannotGather, NoSuchIncident, Why
from feedback_service.models import Case, Incident, IncidentCase, Role
from feedback_service.redress import Act, act
from tests.desk_world import DeskWorld
from tests.integration.incidents_world import (
    affected,
    cases_and_events,
    dump,
    likenesses,
    members,
    officer,
    outage,
    phone,
    references,
    suggestions,
)

pytestmark = pytest.mark.servers

QUARTER = Period.parse("FY2025/26-Q3")
"""In which the tests' clock stands."""


def test_what_looks_alike_is_suggested_to_those_who_may_see_both(
    world: DeskWorld, rt: Any, clock: Any
) -> None:
    first, second, _ = outage(world, 3, place_id=None, county=None)
    other = world.case("The clerk at window two was rude to my mother")
    assert incidents.drain(rt) == 4
    (group,) = suggestions(rt, officer(world))
    assert {first.reference, second.reference} <= set(references(group.cases))
    assert other.reference not in references(group.cases)
    assert suggestions(rt, officer(world, at="DIS")) == []
    assert suggestions(rt, officer(world, Role.ADMINISTRATOR)) == []


def test_a_case_is_compared_once_and_only_after_triage(world: DeskWorld, rt: Any) -> None:
    case = world.case("The ID system is down at GPO since morning", unread=True)
    assert incidents.drain(rt) == 0
    with rt.transaction() as session:
        session.get_one(Case, case.id).triaged_at = rt.now()
    assert incidents.drain(rt) == 1
    assert incidents.drain(rt) == 0


def test_the_rule_joins_the_same_trouble_at_one_place_on_one_day_and_says_so(
    world: DeskWorld, rt: Any, clock: Any
) -> None:
    words = "The ID system is down at GPO since morning"
    about = {"place_id": "NRC-001", "county": 47}
    first, second = (world.case(words, phone=phone(n), **about) for n in (1, 2))
    elsewhere = world.case(words, phone=phone(3), place_id="MSA-001", county=1)
    clock.forward(days=1)
    next_day = world.case(words, phone=phone(4), **about)
    incidents.drain(rt)
    with rt.transaction() as session:
        (incident,) = session.scalars(sa.select(Incident)).all()
        shown = incidents.open_incident(session, officer(world), incident.id, rt.now())
        (line,) = [line for line in audit.lines(session) if line.what == "incident.join"]
    assert members(rt, incident.id) == {first.id, second.id}
    assert all(member.by_rule and member.joined_by is None for member in shown.members)
    assert line.data["rule"]
    assert line.staff_id is None
    offered = suggestions(rt, officer(world))
    assert any(next_day.reference in references(group.cases) for group in offered)
    assert elsewhere.id not in members(rt, incident.id)


@pytest.mark.parametrize("lane", [Lane.HELD, Lane.CONFIDENTIAL])
def test_held_and_confidential_cases_are_in_no_incident(
    world: DeskWorld, rt: Any, lane: Lane
) -> None:
    words, about = "The ID system is down at GPO", {"place_id": "NRC-001", "county": 47}
    cases = [world.case(words, phone=phone(n), **about) for n in (1, 2)]
    shut = world.case(words, phone=phone(3), lane=lane, **about)
    incidents.drain(rt)
    assert all(shut.id not in (pair.case_id, pair.other_id) for pair in likenesses(rt))
    for viewer in (
        officer(world),
        officer(world, at="CENTRAL"),
        officer(world, Role.INTEGRITY, "EACC"),
    ):
        with pytest.raises(CannotGather) as refused:
            incidents.gather(rt, viewer, references([*cases, shut]))
        assert refused.value.why is Why.NO_SUCH_CASE


def test_a_case_that_is_shut_later_leaves_every_view_of_its_incident(
    world: DeskWorld, rt: Any
) -> None:
    viewer, cases = officer(world), outage(world)
    incident_id = incidents.gather(rt, viewer, references(cases))
    assert affected(rt, viewer, incident_id) == 3
    with rt.transaction() as session:
        session.get_one(Case, cases[0].id).lane = Lane.CONFIDENTIAL
    assert affected(rt, viewer, incident_id) == 2
    assert affected(rt, officer(world, Role.AUDITOR, None), incident_id) == 2


def test_splitting_leaves_everything_of_a_case_as_if_it_had_never_been_in(
    world: DeskWorld, rt: Any, clock: Any
) -> None:
    viewer, cases = officer(world), outage(world)
    before = cases_and_events(rt)
    clock.forward(hours=1)
    incident_id = incidents.gather(rt, viewer, references(cases))
    assert cases_and_events(rt) == before
    clock.forward(hours=1)
    assert incidents.split(rt, viewer, incident_id, references(cases[:2])) == 2
    assert cases_and_events(rt) == before
    assert members(rt, incident_id) == {cases[2].id}
    assert suggestions(rt, viewer) == []


def test_a_merging_is_undone_row_by_row(world: DeskWorld, rt: Any, clock: Any) -> None:
    viewer = officer(world)
    ours, theirs = outage(world, 2), outage(world, 3, first=20)
    one, other = (incidents.gather(rt, viewer, references(each)) for each in (ours, theirs))
    clock.forward(hours=1)
    before, rows = cases_and_events(rt), dump(rt, Incident)
    with rt.transaction() as session:
        stood = [
            (row.id, row.case_id, row.split_at, row.split_by_id)
            for row in session.scalars(sa.select(IncidentCase).order_by(IncidentCase.id))
        ]
    incidents.merge(rt, viewer, one, other)
    assert members(rt, other) == {case.id for case in ours + theirs}
    with pytest.raises(NoSuchIncident):
        affected(rt, viewer, one)
    clock.forward(hours=1)
    incidents.separate(rt, viewer, one)
    assert (cases_and_events(rt), dump(rt, Incident)) == (before, rows)
    assert members(rt, one) == {case.id for case in ours}
    assert members(rt, other) == {case.id for case in theirs}
    with rt.transaction() as session:
        again = {row.id: row for row in session.scalars(sa.select(IncidentCase))}
    for row_id, case_id, split_at, split_by in stood:
        row = again[row_id]
        assert (row.case_id, row.split_at, row.split_by_id) == (case_id, split_at, split_by)


def test_what_was_split_after_a_merging_stays_out(world: DeskWorld, rt: Any, clock: Any) -> None:
    viewer = officer(world)
    ours, theirs = outage(world, 2), outage(world, 2, first=20)
    one, other = (incidents.gather(rt, viewer, references(each)) for each in (ours, theirs))
    clock.forward(hours=1)
    incidents.merge(rt, viewer, one, other)
    clock.forward(hours=1)
    incidents.split(rt, viewer, other, references(ours[:1]))
    incidents.separate(rt, viewer, one)
    assert members(rt, one) == {ours[1].id}
    assert members(rt, other) == {case.id for case in theirs}


def test_citizens_affected_never_falls_by_merging(world: DeskWorld, rt: Any) -> None:
    viewer = officer(world)
    ours = [*outage(world, 3), world.case("ID system down GPO", phone=None, place_id="NRC-001")]
    theirs = outage(world, 3, first=12)  # the first of them complained before
    one, other = (incidents.gather(rt, viewer, references(each)) for each in (ours, theirs))
    parts = affected(rt, viewer, one), affected(rt, viewer, other)
    incidents.merge(rt, viewer, one, other)
    assert parts == (4, 3)
    assert affected(rt, viewer, other) == 6


@pytest.mark.parametrize("dimension", ["", "service", "county"])
def test_gathered_cases_count_in_every_figure_as_if_they_were_not(
    world: DeskWorld, rt: Any, clock: Any, dimension: str
) -> None:
    def figures() -> Any:
        if dimension:
            return scoring.by(rt, "NRB", QUARTER, [dimension], public=False)
        return scoring.card(rt, "NRB", QUARTER, public=False)

    viewer, cases = officer(world), [*outage(world, 5), *outage(world, 1, first=10)]
    act(rt, cases[0].id, Act(Action.RESOLVE, Actor.OFFICER, "Come on Friday."))
    clock.forward(days=20)
    before = figures()
    one = incidents.gather(rt, viewer, references(cases[:3]))
    other = incidents.gather(rt, viewer, references(cases[3:]))
    incidents.merge(rt, viewer, one, other)
    assert figures() == before
    assert "6" in str(before), "there is something to count"


def test_the_worker_compares_what_the_clock_rings_for(world: DeskWorld, rt: Any) -> None:
    outage(world, 2, place_id=None, county=None)
    rt.queue.empty()
    schedule.ring_for_waiting(rt)
    assert [job.func_name for job in rt.queue.jobs].count("feedback_service.jobs.likenesses") == 1
    jobs.use(rt)
    jobs.likenesses()
    assert len(suggestions(rt, officer(world))) == 1
    with rt.transaction() as session:
        assert not incidents.uncompared(session, rt)
