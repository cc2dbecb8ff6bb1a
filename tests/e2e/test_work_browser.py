"""A supervisor's rooms in a real browser: rules, the view of all desks, views of the queue."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from feedback_service.domain.cases import Action, Actor
from feedback_service.models import AssignmentRule, Case, Role, SavedView
from feedback_service.redress import Act, act
from tests.desk_world import DeskWorld
from tests.e2e.test_conflicts_browser import sign_in
from tests.e2e.test_desk_browser import LOOKS, check, desk  # noqa: F401 - a fixture

pytestmark = [pytest.mark.browser, pytest.mark.servers, pytest.mark.timeout(300)]

ROOMS = ["rules", "supervise?want=open", "?status=received", "supervise?lang=sw", "rules?lang=sw"]


@pytest.fixture
def cases(page: Any, app: Any, rt: Any, clock: Any) -> list[Case]:
    """Three people, cases of every kind among them, a rule each and two views; Sue looks."""
    world, now = DeskWorld(rt), rt.now()
    sue, ann, ben = (
        world.staff(role, "NRB", unit_id="NRB-R", name=name)
        for role, name in (
            (Role.SUPERVISOR, "Sue Wambui"), (Role.OFFICER, "Ann Mwangi"),
            (Role.OFFICER, "Ben Ouma"),
        )
    )  # fmt: skip
    words = "I paid for my ID card and have waited since May, nobody answers the telephone."
    found = [world.case(words, source=f"n:{n}", place_id="NRC-001", county=47) for n in range(9)]
    with rt.transaction() as session:
        for n, case in enumerate(found):
            row = session.get_one(Case, case.id)
            row.due_at = now + timedelta(hours=30 * (n - 4))
            row.assigned_to_id = (ann.id, ben.id, None)[n % 3] if n else ann.id
            if n == 4:
                row.unit_id = "NRB-2"
        about = ({"service_id": "id-first", "county_code": 47, "staff_id": ann.id}, {})
        session.add_all(
            AssignmentRule(unit_id="NRB-R", position=n, made_at=now, **wanted)
            for n, wanted in enumerate(about, start=1)
        )
        session.add_all(
            SavedView(staff_id=sue.id, name=name, query=query, made_at=now + timedelta(seconds=n))
            for n, (name, query) in enumerate(
                [("Late at our desk", {"scope": "unit", "late": "1"}), ("GPO", {"q": "huduma"})]
            )
        )
    sign_in(page, app, sue)
    return found


@pytest.mark.parametrize("room", ROOMS)
def test_a_supervisor_s_rooms_shut_nobody_out(
    page: Any, desk: str, cases: list[Case], room: str  # noqa: F811
) -> None:  # fmt: skip
    for theme, width in LOOKS:
        page.emulate_media(color_scheme=theme)
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(desk + room)
        for closed in page.locator("main details.add:not([open]) > summary").all():
            closed.click()
        name = room.replace("?", "-").replace("=", "-") or "queue"
        check(page, f"work-{name}-{theme}-{width}")


def test_a_room_that_is_tucked_away_asks_nothing_by_itself(
    page: Any, desk: str, cases: list[Case]  # noqa: F811
) -> None:  # fmt: skip
    """The menu once took the mark of the line that asks who else has a case open, without pause."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.resource_type))
    page.goto(desk + "rules")
    page.wait_for_timeout(300)
    assert page.locator(".nav details.more[data-current]").count() == 1
    assert "fetch" not in asked


def test_the_form_that_reopens_a_case_shuts_nobody_out(
    page: Any, desk: str, cases: list[Case], rt: Any, clock: Any  # noqa: F811
) -> None:  # fmt: skip
    act(rt, cases[0].id, Act(Action.RESOLVE, Actor.OFFICER, "Collect it on Friday."))
    for theme, width in LOOKS:
        page.emulate_media(color_scheme=theme)
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(f"{desk}cases/{cases[0].reference}")
        page.locator("details.more", has=page.locator("#reopen-why")).locator("> summary").click()
        assert page.locator("#reopen-why").is_visible()
        check(page, f"reopen-{theme}-{width}")


def test_the_register_of_the_never_answered_shuts_nobody_out(
    page: Any, desk: str, cases: list[Case], rt: Any  # noqa: F811
) -> None:  # fmt: skip
    with rt.transaction() as session:
        for case in cases[:7]:
            session.get_one(Case, case.id).due_at = rt.now() - timedelta(days=40)
        session.get_one(Case, cases[8].id).institution_id = "DIS"
        session.get_one(Case, cases[8].id).due_at = rt.now() - timedelta(days=1)
    for number, (theme, width) in enumerate(LOOKS):
        page.emulate_media(color_scheme=theme)
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(desk.removesuffix("desk/") + f"never-answered?lang={('en', 'sw')[number % 2]}")
        assert page.locator("tbody tr").count() == 2
        check(page, f"never-answered-{theme}-{width}")


def test_a_number_opens_a_saved_view_and_ticked_cases_are_handed_over(
    page: Any, desk: str, cases: list[Case], rt: Any  # noqa: F811
) -> None:  # fmt: skip
    page.goto(desk)
    page.keyboard.press("2")
    page.wait_for_url("**q=huduma*")
    assert page.locator("[data-view][aria-current]").inner_text().startswith("GPO")
    page.goto(desk + "supervise")
    for key in ("j", "x", "j", "x"):
        page.keyboard.press(key)
    page.get_by_text("Ticked: 2").wait_for()
    page.keyboard.press("b")
    page.locator("#officer").select_option(label="Sue Wambui")
    page.keyboard.press("Control+Enter")
    page.get_by_text("Handed over. Your colleague has been told.").wait_for()
    with rt.transaction() as session:
        holders = [session.get_one(Case, case.id).assigned_to_id for case in cases[:2]]
    assert len({*holders}) == 1
