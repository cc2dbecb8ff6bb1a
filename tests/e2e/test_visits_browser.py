"""The pages of visits in a real browser: a file with a mistake, looked through and taken by
keyboard; the codes' sheet; the owner's list of frames and controls."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from feedback_service import visits
from feedback_service.models import DeclaredCount, Role
from feedback_service.visits import Batch, Feeder, Way
from tests.browser import check, sign_in
from tests.desk_world import DeskWorld
from tests.e2e.test_desk_browser import LOOKS, desk  # noqa: F401 - a fixture
from tests.integration.test_visit_pages import CONTROL, GOOD, HEADER, WRONG

pytestmark = [pytest.mark.browser, pytest.mark.servers, pytest.mark.timeout(300)]


@pytest.fixture
def here(desk: str) -> str:  # noqa: F811 - above
    """The desk's address."""
    return desk


def in_all_looks(page: Any, name: str, address: str = "") -> None:
    for theme, width in LOOKS:
        page.emulate_media(color_scheme=theme)
        page.set_viewport_size({"width": width, "height": 900})
        if address:
            page.goto(f"{address}?lang={'en' if theme == 'light' else 'sw'}")
        check(page, f"{name}-{theme}-{width}")


def feed(rt: Any) -> None:
    rows = [
        {"source": f"A{n}", "service": "passport", "service_point": "NRC-001", "serial": f"P{n}",
         "at": f"2026-02-{20 + n % 8}T10:00", "phone": f"07120001{n % 30:02d}"}
        for n in range(0, 120, 2)
    ]  # fmt: skip
    visits.take(rt, Feeder("tickets", "DIS"), Batch(Way.API, "tickets"), rows)
    for count in (130, 120):
        with rt.transaction() as session:
            session.add(
                DeclaredCount(
                    institution_id="DIS", period="FY2025/26-Q3", kind="tickets", count=count,
                    evidence="ticket report, counter 1 to 4", at=rt.now(),
                )
            )  # fmt: skip


def test_a_file_of_visits_is_looked_through_and_taken(
    page: Any,
    here: str,
    rt: Any,
    app: Any,
    tmp_path: Path,
) -> None:
    sign_in(page, app, DeskWorld(rt).staff(Role.PERFORMANCE, "DIS"))
    feed(rt)
    file = tmp_path / "visits.csv"
    file.write_text(HEADER + GOOD + WRONG)
    page.goto(f"{here}visits")
    page.set_input_files("#visits", str(file))
    page.locator("form[enctype] button").press("Enter")
    page.wait_for_selector("#looked")
    in_all_looks(page, "visits-looked")
    page.locator("form[action*='visits/'] button.main").press("Enter")
    page.get_by_text("Fed. Rows that were fed before").wait_for()
    page.goto(f"{here}visits/codes")
    page.locator("form button.main").press("Enter")
    page.get_by_text("The sheet is made.").wait_for()
    in_all_looks(page, "codes")


def test_the_owners_pages_shut_nobody_out(
    page: Any,
    here: str,
    rt: Any,
    app: Any,
) -> None:
    sign_in(page, app, DeskWorld(rt).staff(Role.ANALYST, None))
    feed(rt)
    in_all_looks(page, "visits-all", f"{here}visits")
    page.goto(f"{here}visits/controls?lang=en")
    for name, value in CONTROL.items():
        field = page.locator(f"[name={name}]")
        field.select_option(value) if name.startswith("service") else field.fill(value)
    page.locator("form button.main").press("Enter")
    page.get_by_text("Noted. Nobody of that office sees it.").wait_for()
    in_all_looks(page, "controls")


def test_the_page_behind_a_code_shuts_nobody_out(page: Any, here: str) -> None:
    in_all_looks(page, "code", here.replace("/desk/", "/v/12345678906"))
