"""The help desk's form by keyboard alone: how many keys a complaint takes."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from feedback_service.models import Case, Role
from tests.browser import sign_in
from tests.desk_world import DeskWorld
from tests.e2e.test_desk_browser import desk, focused  # noqa: F401 - a fixture

pytestmark = [pytest.mark.browser, pytest.mark.servers, pytest.mark.timeout(300)]

WORDS = "I paid for my ID card in May and was told to come back four times. It is still not here."
KEYS_A_MINUTE = 180
"""A slow typist's, of 36 words a minute."""


class Keyboard:
    """Presses keys, and counts them."""

    def __init__(self, page: Any) -> None:
        self.page, self.pressed = page, 0

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)
        self.pressed += 1

    def write(self, text: str) -> None:
        self.page.keyboard.type(text)
        self.pressed += len(text)

    def tab_to(self, field: str) -> None:
        for _ in range(12):
            if focused(self.page) == field:
                return
            self.press("Tab")
        raise AssertionError(f"the focus is: {focused(self.page)}, not {field}")


def test_a_complaint_with_phone_and_service_is_filed_in_under_ninety_seconds_of_typing(
    page: Any,
    desk: str,  # noqa: F811 - the fixture above
    rt: Any,
    app: Any,
) -> None:
    officer = DeskWorld(rt).staff(Role.OFFICER, "HKS", service_point_id="NRC-001")
    sign_in(page, app, officer)
    page.goto(f"{desk}register")
    page.focus("input[name=came][value=person]")
    keys = Keyboard(page)
    keys.tab_to("words")
    keys.write(WORDS)
    keys.tab_to("service")
    keys.write("ID")
    keys.tab_to("phone")
    keys.write("0722000111")
    keys.press("Tab")
    keys.press("Space")
    keys.press("Enter")
    page.wait_for_url("**/desk/slips/*")
    with rt.transaction() as session:
        case = session.scalars(sa.select(Case)).one()
    assert (case.service_id, case.service_point_id, case.language) == ("id-first", "NRC-001", "en")
    assert case.text == WORDS
    assert keys.pressed / KEYS_A_MINUTE < 1.5, keys.pressed
    assert keys.pressed - len(WORDS) < 40, "more keys than the words themselves need"
