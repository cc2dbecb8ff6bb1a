"""The page of the call-back in a real browser: open to all, a call worked by keyboard alone."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from feedback_service.models import CallBack, CallResult, Role
from tests.browser import sign_in
from tests.desk_world import DeskWorld
from tests.e2e.test_desk_browser import LOOKS, check, desk  # noqa: F401 - a fixture
from tests.integration.test_verification import drawn, over

pytestmark = [pytest.mark.browser, pytest.mark.servers, pytest.mark.timeout(300)]


@pytest.fixture
def caller(page: Any, desk: str, rt: Any, app: Any, clock: Any) -> str:  # noqa: F811 - above
    """Two cases to call, and an analyst's browser; the desk's address."""
    world = DeskWorld(rt)
    over(world, 2)
    drawn(world, clock)
    analyst = world.staff(Role.ANALYST, None)
    sign_in(page, app, analyst)
    return desk


def test_the_calls_shut_nobody_out(page: Any, caller: str) -> None:
    for state in ("none", "line"):
        for theme, width in LOOKS:
            page.emulate_media(color_scheme=theme)
            page.set_viewport_size({"width": width, "height": 900})
            page.goto(f"{caller}calls?lang={'en' if theme == 'light' else 'sw'}")
            assert page.locator("h1").count() == 1
            check(page, f"calls-{state}-{theme}-{width}")
        if state == "none":
            page.locator("form button.main").click()
            page.wait_for_url("**/desk/calls")


def test_a_call_is_worked_by_keyboard(page: Any, caller: str, rt: Any) -> None:
    page.goto(f"{caller}calls")
    page.get_by_role("button", name="Take the next case").focus()
    page.keyboard.press("Enter")
    page.get_by_text("Is the problem solved for you").wait_for()
    page.get_by_role("button", name="Not solved").focus()
    page.keyboard.press("Enter")
    page.get_by_text("Kept. Thank you.").wait_for()
    with rt.transaction() as session:
        results = session.scalars(sa.select(CallBack.result)).all()
    assert set(results) == {CallResult.NOT_SOLVED, None}
