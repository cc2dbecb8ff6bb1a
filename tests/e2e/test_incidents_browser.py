"""Incidents in a real browser: open to all at every width, a suggestion confirmed and an answer
given to all by keyboard alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from feedback_service import incidents, staff
from feedback_service.domain.cases import CaseStatus
from feedback_service.models import Case, Role
from tests.desk_world import DeskWorld
from tests.e2e.test_desk_browser import (
    EMAIL,
    LOOKS,
    PASSWORD,
    check,
    desk,
    focused,
    press_until,
    sign_in,
)
from tests.integration.incidents_world import now_of, officer, outage, references

__all__ = ["desk"]

pytestmark = [pytest.mark.browser, pytest.mark.servers, pytest.mark.timeout(300)]


@pytest.fixture
def world(rt: Any) -> DeskWorld:
    return DeskWorld(rt)


@pytest.fixture
def signed_in(page: Any, desk: str, rt: Any, world: DeskWorld) -> Callable[[], Any]:
    def enter() -> Any:
        with rt.transaction() as session:
            staff.add(
                session, EMAIL, Role.SUPERVISOR, rt.now(), name="Amina Wanjiru",
                institution_id="NRB", unit_id="NRB-R", password=PASSWORD,
            )  # fmt: skip
        sign_in(page, desk)
        return page

    return enter


def a_desk_with_everything(world: DeskWorld, rt: Any, clock: Any) -> tuple[Any, Any]:
    """Suggestions, an incident with another brought in and late cases, and one declared fixed."""
    viewer = officer(world)
    ours, theirs, mended = (outage(world, 3, first=n) for n in (10, 20, 30))
    one, other, third = (
        incidents.gather(rt, viewer, references(cases)) for cases in (ours, theirs, mended)
    )
    clock.forward(days=30)
    incidents.merge(rt, viewer, one, other)
    incidents.declare_fix(
        rt, viewer, third, incidents.Words("A new generator runs the ID system.", "Kuna jenereta.")
    )
    outage(world, 3, first=40, place_id=None, county=None)
    world.case("Huduma GPO system ya kitambulisho imekufa " + "x" * 60, phone="+254712000077")
    incidents.drain(rt)
    return other, third


@pytest.mark.parametrize("lang", ["en", "sw"])
def test_incidents_shut_nobody_out(
    desk: str, signed_in: Any, world: DeskWorld, rt: Any, clock: Any, lang: str
) -> None:
    other, third = a_desk_with_everything(world, rt, clock)
    page = signed_in()
    for theme, width in LOOKS:
        page.emulate_media(color_scheme=theme)
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(f"{desk}incidents?lang={lang}")
        check(page, f"incidents-{lang}-{theme}-{width}")
        for name, incident_id in (("merged", other), ("fixed", third)):
            page.goto(f"{desk}incidents/{incident_id}")
            for box in page.locator("main details").all():
                box.evaluate("box => { box.name = ''; box.open = true }")
            check(page, f"incident-{name}-{lang}-{theme}-{width}")
            assert page.locator("h1").count() == 1


def test_alike_cases_are_gathered_and_answered_by_keyboard_alone(
    desk: str, signed_in: Any, world: DeskWorld, rt: Any
) -> None:
    cases: list[Case] = outage(world, 2, place_id=None, county=None)
    incidents.drain(rt)
    page = signed_in()
    page.goto(f"{desk}incidents")
    press_until(page, lambda: focused(page) == "They are one incident")
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/incidents/*", wait_until="load")
    page.keyboard.press("2")
    press_until(page, lambda: focused(page) == "resolve-en")
    page.keyboard.type("The ID system runs again since noon.")
    page.keyboard.press("Control+Enter")
    page.get_by_text("Done for 2 cases.").wait_for()
    assert [now_of(rt, case).status for case in cases] == [CaseStatus.RESOLVED] * 2
