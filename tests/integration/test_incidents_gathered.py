"""Who may gather and split cases, what makes no incident, and who stands in the audit for it."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from feedback_service import audit, incidents
from feedback_service.incidents import CannotGather, NoSuchIncident, Why
from feedback_service.models import AuditLine, Incident, IncidentCase, Role
from tests.desk_world import DeskWorld
from tests.integration.incidents_world import (
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


def test_who_may_not_act_on_a_case_gathers_and_splits_nothing(world: DeskWorld, rt: Any) -> None:
    cases = outage(world)
    incident_id = incidents.gather(rt, officer(world), references(cases[:2]))
    rows = dump(rt, Incident, IncidentCase)
    for role, at in (
        (Role.OFFICER, "DIS"), (Role.PERFORMANCE, "NRB"), (Role.AUDITOR, None),
        (Role.ADMINISTRATOR, "NRB"), (Role.INTEGRITY, "EACC"),
    ):  # fmt: skip
        viewer = officer(world, role, at)
        with pytest.raises(CannotGather):
            incidents.gather(rt, viewer, references(cases))
        with pytest.raises(NoSuchIncident):
            incidents.split(rt, viewer, incident_id, references(cases))
        with pytest.raises(NoSuchIncident):
            incidents.rename(rt, viewer, incident_id, "Ours")
    assert dump(rt, Incident, IncidentCase) == rows


WRONG = [
    ("one case", lambda world: references(outage(world, 1)), Why.TOO_FEW),
    ("no case", lambda world: [], Why.TOO_FEW),
    (
        "a case that is none",
        lambda world: [*references(outage(world, 2)), "00000000"],
        Why.NO_SUCH_CASE,
    ),
]


@pytest.mark.parametrize(
    ("asked", "why"), [row[1:] for row in WRONG], ids=[row[0] for row in WRONG]
)
def test_what_makes_no_incident_is_refused_with_its_reason(
    world: DeskWorld, rt: Any, asked: Any, why: Why
) -> None:
    with pytest.raises(CannotGather) as refused:
        incidents.gather(rt, officer(world), asked(world))
    assert refused.value.why is why


def test_cases_of_two_institutions_are_not_one_incident(world: DeskWorld, rt: Any) -> None:
    host = officer(world, at="HKS")
    cases = [
        world.case("System down", phone=phone(1), place_id="NRC-001"),
        world.case("System down", phone=phone(2), service_id="passport", place_id="NRC-001"),
    ]  # fmt: skip
    with pytest.raises(CannotGather) as refused:
        incidents.gather(rt, host, references(cases))
    assert refused.value.why is Why.OTHER_OFFICE


def test_gathering_cases_of_two_incidents_makes_one_of_them(world: DeskWorld, rt: Any) -> None:
    viewer = officer(world)
    ours, theirs = outage(world, 2), outage(world, 2, first=20)
    one, other = (incidents.gather(rt, viewer, references(each)) for each in (ours, theirs))
    joined = incidents.gather(rt, viewer, references([ours[0], theirs[0]]))
    assert joined in (one, other)
    assert members(rt, joined) == {case.id for case in ours + theirs}


def test_what_a_person_says_is_not_alike_is_offered_no_more(world: DeskWorld, rt: Any) -> None:
    viewer = officer(world)
    cases = outage(world, 2, place_id=None, county=None)
    incidents.drain(rt)
    assert len(suggestions(rt, viewer)) == 1
    incidents.not_alike(rt, viewer, references(cases))
    assert suggestions(rt, viewer) == []
    (pair,) = likenesses(rt)
    assert (pair.decided, pair.decided_by_id) == (False, viewer.staff_id)


def test_who_gathered_and_split_stands_in_the_audit(world: DeskWorld, rt: Any) -> None:
    viewer, cases = officer(world), outage(world)
    incident_id = incidents.gather(rt, viewer, references(cases))
    incidents.rename(rt, viewer, incident_id, "  ID system at GPO ")
    incidents.split(rt, viewer, incident_id, references(cases[:1]))
    with rt.transaction() as session:
        said = session.scalars(sa.select(AuditLine).order_by(AuditLine.number)).all()
        assert audit.check(session) == 3
    assert [line.what for line in said] == ["incident.join", "incident.rename", "incident.split"]
    assert {line.staff_id for line in said} == {viewer.staff_id}
    assert said[1].data == {"title": "ID system at GPO"}
