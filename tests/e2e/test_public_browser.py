"""The public's pages in a real browser: nobody is shut out, on any width, in light and in dark."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest

from feedback_service.domain.calendar import NAIROBI
from feedback_service.domain.periods import Period
from feedback_service.web.periods import in_address
from tests.browser import check
from tests.web_process import application, served

pytestmark = [pytest.mark.browser, pytest.mark.servers, pytest.mark.timeout(300)]

LOOKS = [(theme, width) for theme in ("light", "dark") for width in (360, 1280)]
MOST_BYTES = 100_000


@pytest.fixture
def site(demo_rt: Any) -> Iterator[str]:
    """The address of a service with a simulated quarter to show."""
    with served(application(demo_rt)) as address:
        yield address


@pytest.fixture
def addresses_shown(site: str) -> list[str]:
    """Every page anyone can open, in both languages somewhere; the last is not there."""
    period = in_address(Period.containing(datetime(2026, 2, 10, tzinfo=NAIROBI)))
    return [
        f"{site}{path}"
        for path in (
            "/?lang=en", f"/scorecards/?period={period}", f"/scorecards/NRB/{period}", "/status",
            "/never-answered",
            "/notice?lang=sw", "/open-data/", f"/scorecards/map?period={period}",
            f"/scorecards/compare?period={period}&with=NRB&with=DIS",
            f"/scorecards/NRB/why/satisfaction?period={period}&lang=en",
            f"/scorecards/county/47?period={period}", "/nowhere",
        )
    ]  # fmt: skip


@pytest.mark.parametrize(("theme", "width"), LOOKS, ids=[f"{t}-{w}" for t, w in LOOKS])
def test_the_public_pages_shut_nobody_out(
    page: Any, addresses_shown: list[str], theme: str, width: int
) -> None:
    page.emulate_media(color_scheme=theme)
    page.set_viewport_size({"width": width, "height": 900})
    for number, address in enumerate(addresses_shown):
        answer = page.goto(address)
        assert len(answer.body()) < MOST_BYTES, address
        assert page.locator("h1").count() == 1, address
        check(page, f"public-{number}-{theme}-{width}")


def test_what_is_invented_is_called_so_on_every_page_of_figures(
    page: Any, addresses_shown: list[str]
) -> None:
    for address in addresses_shown[:3]:
        page.goto(address)
        assert page.get_by_text("Simulated data.").is_visible(), address


def test_a_card_keeps_three_figures_of_solution_apart(
    page: Any, addresses_shown: list[str]
) -> None:
    page.goto(addresses_shown[0])
    page.goto(addresses_shown[2])
    box = page.get_by_role("region", name="Was it solved?")
    names = box.get_by_role("heading", level=3).all_text_contents()
    assert names == [
        "The office says it is solved",
        "Citizens who answered say it is solved",
        "Checked by people outside the office",
    ]
    assert box.get_by_text("Not measured").is_visible()
