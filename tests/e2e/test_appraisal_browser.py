"""Appraisals in a browser: open to everybody, in light and dark, at both widths."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from feedback_service import appraisals, redress
from feedback_service.appraisals import NewTarget, Taken, going, targets
from feedback_service.domain.appraisals import Step
from feedback_service.domain.cases import Action, Actor
from feedback_service.models import Role, Staff
from feedback_service.redress import Act
from feedback_service.web.access import TOKEN
from tests.browser import check
from tests.desk_world import DeskWorld
from tests.e2e.test_desk_browser import LOOKS, desk

__all__ = ["desk"]

pytestmark = [pytest.mark.browser, pytest.mark.servers, pytest.mark.timeout(300)]
WORDS = "Your card lies at the office in Nakuru: bring your waiting slip."


@pytest.fixture
def people(rt: Any, clock: Any) -> dict[str, Any]:
    """An officer whose year is contested, and the supervisor who has to sign."""
    world = DeskWorld(rt)
    boss = world.staff(Role.SUPERVISOR, "NRB", unit_id="NRB-R", name="Wanjiru Kamau")
    officer = world.staff(Role.OFFICER, "NRB", unit_id="NRB-R", name="Amina Odhiambo")
    clock.set(datetime(2026, 2, 9, 6, tzinfo=UTC))
    for number in range(32):
        case = world.case(urgent=number % 9 == 0)
        redress.act(rt, case.id, Act(
            Action.ASSIGN, Actor.SUPERVISOR, staff_id=boss.id, assignee_id=officer.id))  # fmt: skip
        redress.act(rt, case.id, Act(
            Action.RESOLVE, Actor.OFFICER, WORDS if number % 5 else "Done.",
            officer.id))  # fmt: skip
    clock.set(datetime(2026, 3, 20, 6, tzinfo=UTC))
    with rt.transaction() as session:
        chief, she = session.get_one(Staff, boss.id), session.get_one(Staff, officer.id)
        appraisals.set_for_unit(rt, session, chief, "NRB-R", 2025, NewTarget(
            "Complaints answered as promised", Decimal(90), "%", "own_time", "B3"))  # fmt: skip
        row = appraisals.begin(rt, session, chief, she, 2025, "PSC 37A")
        for measure, name in (
            ("own_reasons", "Answers with reasons"), ("own_transfers", "Transfers taken"),
            ("", "Visits to Huduma Centres with the mobile team"),
        ):  # fmt: skip
            what = NewTarget(name, Decimal(85), "" if measure else "visits", measure, "B3")
            last = targets.add(rt, session, chief, row, what)
        session.flush()
        for who, step in ((chief, Step.SET), (she, Step.AGREE)):
            appraisals.take(rt, session, who, row, Taken(step))
        appraisals.enter(rt, session, row, she, last.id, 3, Decimal(70), "Reports in the file")
        for who, step in ((chief, Step.REVIEW), (chief, Step.PROPOSE), (she, Step.SEE)):
            appraisals.take(rt, session, who, row, Taken(step, "Half of the year went as agreed."))
    return {"officer": officer, "boss": boss}


@pytest.mark.parametrize(
    ("who", "room"),
    [("officer", "appraisal?period=2025"), ("boss", "appraisals/{id}?period=2025&lang=sw"),
     ("boss", "appraisals?period=2025")],
    ids=["own", "supervisor", "list"],
)  # fmt: skip
def test_appraisals_shut_nobody_out(
    page: Any, desk: str, rt: Any, app: Any, people: dict[str, Any], who: str, room: str,
    request: pytest.FixtureRequest,
) -> None:  # fmt: skip
    if who == "boss":
        with rt.transaction() as session:
            she = session.get_one(Staff, people["officer"].id)
            row = going.of(session, she.id, 2025)
            assert row
            said = Taken(Step.CONTEST, "Two cases came to me on their last day.")
            appraisals.take(rt, session, she, row, said)
    signed = app.session_interface.get_signing_serializer(app).dumps({TOKEN: people[who].token})
    page.context.add_cookies([{"name": "session", "value": signed, "url": desk}])
    page.goto(desk + room.format(id=people["officer"].id))
    for box in page.locator("main details").all():
        box.evaluate("box => box.open = true")
    for theme, width in LOOKS:
        page.emulate_media(color_scheme=theme)
        page.set_viewport_size({"width": width, "height": 900})
        check(page, f"{request.node.callspec.id}-{theme}-{width}")
