"""Who stands above whom for an appraisal, and from which day on a quarter is entered."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from feedback_service import appraisals
from feedback_service.appraisals import NewTarget, NotTaken, line, targets
from feedback_service.domain.appraisals import Stage
from feedback_service.models import Role, Staff
from tests.desk_world import Browser, DeskWorld

pytestmark = pytest.mark.servers


def test_a_deputy_of_the_supervisor_does_not_open_it(rt: Any, world: DeskWorld, app: Any) -> None:
    peer = world.staff(Role.OFFICER, "NRB", unit_id="NRB-R")
    boss = world.staff(Role.SUPERVISOR, "NRB", unit_id="NRB-R", deputy_id=peer.id)
    officer = world.staff(Role.OFFICER, "NRB", unit_id="NRB-R", supervisor_id=boss.id)
    assert Browser(app, boss).get(f"/desk/appraisals/{officer.id}").status_code == 200
    assert Browser(app, peer).get(f"/desk/appraisals/{officer.id}").status_code == 404


def test_two_who_name_each_other_lead_neither_and_a_named_one_leads_across_desks(
    rt: Any, world: DeskWorld, app: Any
) -> None:
    boss = world.staff(Role.SUPERVISOR, "NRB", unit_id="NRB-2")
    officer = world.staff(Role.OFFICER, "NRB", unit_id="NRB-R", supervisor_id=boss.id)
    where = f"/desk/appraisals/{officer.id}"
    assert Browser(app, boss).get(where).status_code == 200
    with rt.transaction() as session:
        session.get_one(Staff, boss.id).supervisor_id = officer.id
    assert Browser(app, boss).get(where).status_code == 404


def test_where_the_named_one_has_left_the_next_above_signs_or_the_desk_s_own(
    rt: Any, world: DeskWorld
) -> None:
    top = world.staff(Role.SUPERVISOR, "NRB")
    boss = world.staff(Role.SUPERVISOR, "NRB", unit_id="NRB-R", supervisor_id=top.id)
    other = world.staff(Role.SUPERVISOR, "NRB", unit_id="NRB-R")
    officer = world.staff(Role.OFFICER, "NRB", unit_id="NRB-R", supervisor_id=boss.id)

    def told(*left: Any) -> list[Any]:
        with rt.transaction() as session:
            for one in left:
                session.get_one(Staff, one.id).disabled_at = rt.now()
            person = session.get_one(Staff, officer.id)
            found = line.leaders(session, person)
            assert all(line.leads(session, session.get_one(Staff, one), person) for one in found)
            return found

    assert told() == [boss.id]
    assert told(boss) == [top.id]
    assert told(top) == [other.id]


def test_a_quarter_is_entered_from_its_first_hour_in_nairobi(
    rt: Any, world: DeskWorld, clock: Any
) -> None:
    boss = world.staff(Role.SUPERVISOR, "NRB", unit_id="NRB-R")
    officer = world.staff(Role.OFFICER, "NRB", unit_id="NRB-R", supervisor_id=boss.id)

    def enter() -> None:
        with rt.transaction() as session:
            row = session.merge(year)
            person = session.get_one(Staff, officer.id)
            words = "Three reports in the file"
            appraisals.enter(rt, session, row, person, target.id, 4, Decimal(3), words)

    with rt.transaction() as session:
        who, person = (session.get_one(Staff, one.id) for one in (boss, officer))
        year = appraisals.begin(rt, session, who, person, 2025, "PSC 37A")
        target = targets.add(rt, session, who, year, NewTarget("Reports", Decimal(4), ""))
        year.stage = Stage.AGREED
    clock.set(datetime(2026, 3, 31, 20, 59, tzinfo=UTC))
    with pytest.raises(NotTaken) as refused:
        enter()
    assert refused.value.why == "quarter"
    clock.forward(minutes=1)
    enter()
