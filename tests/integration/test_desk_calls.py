"""The page of the call-back: one case, one number, the script in the citizen's language."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa

from feedback_service import identity, outbox, verification
from feedback_service.models import CallBack, CallResult, Citizen, Message, Role
from tests.desk_world import Browser, DeskWorld
from tests.handset import ME, arrived, sms
from tests.integration.test_verification import QUARTER, drawn, over

pytestmark = pytest.mark.servers


@pytest.fixture
def caller(world: DeskWorld, app: Any) -> Browser:
    return Browser(app, world.staff(Role.ANALYST, None))


def result_of(rt: Any) -> CallResult | None:
    with rt.transaction() as session:
        return session.scalars(sa.select(CallBack)).one().result


def test_a_caller_takes_a_case_calls_and_says_what_came_of_it(
    world: DeskWorld, rt: Any, clock: Any, caller: Browser
) -> None:
    (case,) = over(world)
    drawn(world, clock)
    assert "+2547120" not in caller.get("/desk/calls").text
    assert caller.post("/desk/calls/next").status_code == 303
    page = caller.get("/desk/calls").text
    assert "+254712000000" in page
    assert "Is the problem solved for you" in page
    assert case.text not in page
    assert caller.post(f"/desk/calls/{case.id}", result="solved").status_code == 303
    assert result_of(rt) is CallResult.SOLVED
    assert "+2547120" not in caller.get("/desk/calls").text


def test_who_is_forgotten_while_on_the_line_is_on_it_no_more(
    world: DeskWorld, rt: Any, clock: Any, caller: Browser
) -> None:
    (case,) = over(world)
    drawn(world, clock)
    caller.post("/desk/calls/next")
    with rt.transaction() as session:
        identity.retire(session, case.citizen_id, rt.now())
    assert "+2547120" not in caller.get("/desk/calls").text
    caller.post(f"/desk/calls/{case.id}", result="solved")
    assert result_of(rt) is None


def test_the_script_is_in_the_citizen_s_language(
    world: DeskWorld, rt: Any, clock: Any, caller: Browser
) -> None:
    over(world)
    with rt.transaction() as session:
        session.scalars(sa.select(Citizen)).one().language = "sw"
    drawn(world, clock)
    caller.post("/desk/calls/next")
    page = caller.get("/desk/calls").text
    assert "limetatuliwa kwako" in page
    assert "Registration Bureau" in page


def test_a_result_after_the_half_hour_is_not_taken(
    world: DeskWorld, rt: Any, clock: Any, caller: Browser
) -> None:
    (case,) = over(world)
    drawn(world, clock)
    caller.post("/desk/calls/next")
    clock.forward(minutes=31)
    caller.post(f"/desk/calls/{case.id}", result="solved")
    assert "not on your line any more" in caller.get("/desk/calls").text
    assert result_of(rt) is None


def test_a_result_that_is_none_is_refused(world: DeskWorld, clock: Any, caller: Browser) -> None:
    (case,) = over(world)
    drawn(world, clock)
    caller.post("/desk/calls/next")
    assert caller.post(f"/desk/calls/{case.id}", result="happy").status_code == 400


def test_who_works_for_the_institution_is_given_none_of_its_cases(
    world: DeskWorld, app: Any, clock: Any
) -> None:
    over(world)
    drawn(world, clock)
    own = Browser(app, world.staff(Role.OVERSIGHT, "NRB"))
    own.post("/desk/calls/next")
    page = own.get("/desk/calls").text
    assert "no case to call now" in page
    assert "0 cases can be called" in page


def test_the_citizen_who_asks_hears_that_a_caller_saw_the_number(
    world: DeskWorld, rt: Any, clock: Any, caller: Browser, client: Any
) -> None:
    (case,) = over(world, 1, phone=ME)
    drawn(world, clock)
    sms(client, f"WHO {case.reference}", ME)
    assert "shown to nobody" in arrived(rt, ME)[-1]
    caller.post("/desk/calls/next")
    sms(client, f"WHO {case.reference}", ME)
    said = arrived(rt, ME)[-1]
    assert "Your number was shown to" in said
    assert "to call you back" in said


def test_the_office_reads_neither_who_was_drawn_nor_what_they_said(
    world: DeskWorld, app: Any, rt: Any, clock: Any, caller: Browser
) -> None:
    (case,) = over(world, 1, phone=ME)
    known = replace(rt, settings=replace(rt.settings, call_back_from="0800 221 349"))
    verification.draw_quarter(known, QUARTER)
    clock.forward(days=1)
    caller.post("/desk/calls/next")
    caller.post(f"/desk/calls/{case.id}", result="not-solved")
    outbox.drain(rt)
    with rt.transaction() as session:
        written = set(session.scalars(sa.select(Message.wording)))
    assert written >= {"sms-call-ahead", "sms-called"}
    page = Browser(app, world.staff(Role.SUPERVISOR, "NRB")).get(f"/desk/cases/{case.reference}")
    assert page.status_code == 200
    assert "may call you" not in page.text
    assert "our caller" not in page.text
