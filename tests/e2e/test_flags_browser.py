"""The pages of flags in a real browser: open to all, and a review done by keyboard alone."""

from __future__ import annotations

from typing import Any

import pytest

from feedback_service.models import Role
from feedback_service.scoring import flags
from tests.browser import sign_in
from tests.desk_world import DeskWorld
from tests.e2e.test_desk_browser import LOOKS, check, desk  # noqa: F401 - a fixture
from tests.integration.test_flags import all_flags, plant_cases

pytestmark = [pytest.mark.browser, pytest.mark.servers, pytest.mark.timeout(300)]


@pytest.fixture
def flagged(page: Any, desk: str, rt: Any, app: Any) -> str:  # noqa: F811 - the fixture above
    """A flag that waits, and an auditor's browser; the desk's address."""
    world = DeskWorld(rt)
    plant_cases(rt, many=120, rejected=60)
    flags.raise_flags(rt)
    auditor = world.staff(Role.AUDITOR, None)
    sign_in(page, app, auditor)
    return desk


def test_the_flags_shut_nobody_out(page: Any, flagged: str, rt: Any) -> None:
    one = all_flags(rt)[0].id
    for theme, width in LOOKS:
        page.emulate_media(color_scheme=theme)
        page.set_viewport_size({"width": width, "height": 900})
        for room, name in (("flags", "flags-list"), (f"flags/{one}?lang=sw", "flag-sw")):
            page.goto(flagged + room)
            assert page.locator("h1").count() == 1
            check(page, f"{name}-{theme}-{width}")


def test_a_flag_is_reviewed_by_keyboard(page: Any, flagged: str, rt: Any) -> None:
    page.goto(f"{flagged}flags/{all_flags(rt)[0].id}")
    page.focus("textarea")
    page.keyboard.type("Read all sixty refusals: no reason fits its case.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/flags")
    assert all_flags(rt)[0].stands is True
