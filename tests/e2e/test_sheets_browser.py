"""The pages of Mashinani's sheets in a real browser: open to all, a sheet filed by keyboard."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from feedback_service.models import Role
from tests.browser import sign_in
from tests.desk_world import DeskWorld
from tests.e2e.test_desk_browser import LOOKS, check, desk  # noqa: F401 - a fixture
from tests.integration.test_sheets import GOOD, SLIP, sheet

pytestmark = [pytest.mark.browser, pytest.mark.servers, pytest.mark.timeout(300)]


@pytest.fixture
def helper(page: Any, desk: str, rt: Any, app: Any) -> str:  # noqa: F811 - above
    """An officer's browser; the desk's address."""
    officer = DeskWorld(rt).staff(Role.OFFICER, "HKS")
    sign_in(page, app, officer)
    return desk


def test_the_sheets_shut_nobody_out(page: Any, helper: str, tmp_path: Path) -> None:
    file = tmp_path / "sheet.csv"
    file.write_text(sheet(GOOD, SLIP, SLIP.replace(",2,", ",3,").replace("47", "99")))
    for theme, width in LOOKS:
        page.emulate_media(color_scheme=theme)
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(f"{helper}sheets?lang={'en' if theme == 'light' else 'sw'}")
        page.set_input_files("#sheet", str(file))
        page.locator("form[enctype] button").click()
        page.wait_for_selector("#wrong")
        check(page, f"sheets-{theme}-{width}")
    page.locator("form[action*='sheets/'] button").press("Enter")
    page.wait_for_url("**/desk/sheets/MASH2345")
    for theme, width in LOOKS:
        page.emulate_media(color_scheme=theme)
        page.set_viewport_size({"width": width, "height": 900})
        check(page, f"sheet-{theme}-{width}")
    page.get_by_role("link", name="stakabadhi").click()
    page.wait_for_url("**/desk/slips/*")
    for theme, width in LOOKS:
        page.emulate_media(color_scheme=theme)
        page.set_viewport_size({"width": width, "height": 900})
        check(page, f"slip-{theme}-{width}")
