"""The pages of what rises in a real browser: open to all, and a word said by keyboard alone."""

from __future__ import annotations

from typing import Any

import pytest

from feedback_service import emerging
from feedback_service.models import Role
from tests.browser import sign_in
from tests.desk_world import DeskWorld
from tests.e2e.test_desk_browser import LOOKS, check, desk  # noqa: F401 - a fixture
from tests.integration.emerging_planting import plant_history, plant_rise, problems

pytestmark = [pytest.mark.browser, pytest.mark.servers, pytest.mark.timeout(300)]


@pytest.fixture
def risen(page: Any, desk: str, rt: Any, app: Any) -> str:  # noqa: F811 - the fixture above
    """A rise at the bureau, and its supervisor's browser; the desk's address."""
    world = DeskWorld(rt)
    plant_history(rt)
    plant_rise(rt)
    emerging.look(rt)
    person = world.staff(Role.SUPERVISOR, "NRB")
    sign_in(page, app, person)
    return desk


def test_what_rises_shuts_nobody_out(page: Any, risen: str, rt: Any) -> None:
    one = problems(rt)[0].id
    for theme, width in LOOKS:
        page.emulate_media(color_scheme=theme)
        page.set_viewport_size({"width": width, "height": 900})
        rooms = (
            ("emerging?lang=en", "rising-list"), (f"emerging/{one}?lang=sw", "rising-sw"),
            (f"?rising={one}&lang=en", "rising-queue"),
        )  # fmt: skip
        for room, name in rooms:
            page.goto(risen + room)
            assert page.locator("h1").count() == 1
            check(page, f"{name}-{theme}-{width}")


def test_a_word_is_said_by_keyboard(page: Any, risen: str, rt: Any) -> None:
    page.goto(f"{risen}emerging/{problems(rt)[0].id}")
    page.focus("textarea")
    page.keyboard.type("The printer in Nairobi broke on Sunday night.")
    page.keyboard.press("Tab")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert problems(rt)[0].confirmed is True
