"""The pages of frozen quarters in a real browser: open to all, a figure contested by keyboard."""

from __future__ import annotations

from typing import Any

import pytest

from feedback_service.models import Role
from feedback_service.scoring.frozen import contests
from feedback_service.scoring.frozen.contests import Agreement, Answer, Doubt, Moderation
from tests.browser import sign_in
from tests.desk_world import DeskWorld
from tests.e2e.test_desk_browser import LOOKS, check, desk  # noqa: F401 - a fixture
from tests.integration.frozen_planting import PERIOD, frozen, plant

pytestmark = [pytest.mark.browser, pytest.mark.servers, pytest.mark.timeout(300)]
WHEN = PERIOD.label.replace("/", "-")
WORDS = "Two of these cases were never ours: Immigration had them from the third of March."


@pytest.fixture
def closed(page: Any, desk: str, rt: Any, app: Any, clock: Any) -> tuple[str, Any]:  # noqa: F811
    """A frozen quarter with a contest, its answer and a moderated score; the officer's browser."""
    world = DeskWorld(rt)
    plant(rt, world, clock)
    frozen(rt, clock)
    officer = world.staff(Role.PERFORMANCE, "NRB", name="Wanjiru of the bureau")
    analyst = world.staff(Role.ANALYST, None, name="Njeri of the owner")
    doubt = Doubt(PERIOD.label, "NRB", "resolved", WORDS, "Transfer of 3 March.", officer.id)
    one = contests.contest(rt, doubt)
    contests.answer(rt, Answer(one, True, "They belong elsewhere.", analyst.id, None))
    score = Moderation(PERIOD.label, "NRB", "resolved", 0.9, "Without the two.", analyst.id, None)
    first = contests.moderate(rt, score)
    contests.moderate(rt, score)
    second = world.staff(Role.ANALYST, None, name="Otieno of the owner")
    contests.agree(rt, Agreement(first, second.id, None))
    sign_in(page, app, officer)
    return desk, analyst


def test_frozen_quarters_shut_nobody_out(
    page: Any, closed: tuple[str, Any], rt: Any, app: Any
) -> None:
    address, analyst = closed
    public = address.replace("/desk/", "/scorecards/")
    rooms = (
        (f"{address}frozen/{WHEN}?lang=en", "frozen-desk"),
        (f"{public}frozen/{WHEN}?lang=sw", "frozen-public-sw"),
        (f"{address}government/direct/NRB?period={WHEN}&lang=sw", "government-sheet-sw"),
        (f"{address}government/papers/{WHEN}/?lang=en", "papers-desk"),
        (f"{public}frozen/{WHEN}/papers/?lang=sw", "papers-public-sw"),
    )
    for theme, width in LOOKS:
        page.emulate_media(color_scheme=theme)
        page.set_viewport_size({"width": width, "height": 900})
        for room, name in rooms:
            page.goto(room)
            check(page, f"{name}-{theme}-{width}")
    page.goto(f"{address}frozen/{WHEN}?lang=en")
    page.select_option("#indicator", "courtesy")
    page.focus("#reasons")
    page.keyboard.type("The ratings of two days are missing.")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert "Your contest is kept" in page.content()
    sign_in(page, app, analyst)
    page.goto(f"{address}frozen/{WHEN}?institution=NRB&lang=sw")
    check(page, "frozen-analyst-sw")
    for theme, width in LOOKS:
        page.emulate_media(color_scheme=theme)
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(f"{address}government?period={WHEN}&lang=en")
        check(page, f"government-{theme}-{width}")
