"""The rooms of administration in a real browser: open to all, and a second factor set up in one."""

from __future__ import annotations

from datetime import date
from typing import Any

import pyotp
import pytest

from feedback_service import audit, staff
from feedback_service.models import Charter, Role, Rung
from feedback_service.staff import second_factor
from tests.desk_world import Colleague, DeskWorld
from tests.e2e.test_conflicts_browser import sign_in
from tests.e2e.test_desk_browser import LOOKS, check, desk  # noqa: F401 - a fixture

pytestmark = [pytest.mark.browser, pytest.mark.servers, pytest.mark.timeout(300)]

EMAIL, PASSWORD = "wanjiru@example.go.ke", "a password of some length"
ROOMS = [
    "people", "people/{person}", "audit?check=1", "registry", "registry/units",
    "registry/charters/id-first", "registry/units/NRB-R", "registry/institutions/new",
    "where?service=id-first", "charters/id-first/compare", "ladders", "people?lang=sw",
    "audit?lang=sw", "registry/services/new?lang=sw", "where?service=id-first&lang=sw",
]  # fmt: skip


@pytest.fixture
def world(rt: Any) -> DeskWorld:
    made = DeskWorld(rt)
    with rt.transaction() as session:
        old = session.get_one(Charter, ("id-first", 1))
        new = {c.name: getattr(old, c.name) for c in Charter.__table__.columns}
        old.effective_to = date(2026, 2, 1)
        session.add(
            Charter(**new | {"version": 2, "effective_from": date(2026, 2, 2), "cost_kes": 0})
        )
        session.add_all(
            Rung(ladder="ministry", version=1, level=level, key=f"rung{level}", holder="officer",
                 overdue_working_days=level * 3, name_en="the officer", name_sw="afisa",
                 lines=["direct"])
            for level in range(4)
        )  # fmt: skip
        data = {"role": ["officer", "supervisor"], "unit_id": [None, "NRB-R"]}
        audit.note(session, "staff.change", "0190", rt.now(), data=data)
    return made


@pytest.fixture
def admin(page: Any, app: Any, world: DeskWorld) -> Colleague:
    made = world.staff(Role.ADMINISTRATOR, None, name="Wanjiru Otieno")
    sign_in(page, app, made)
    return made


@pytest.mark.parametrize("room", ROOMS)
def test_the_rooms_of_administration_shut_nobody_out(
    page: Any, desk: str, world: DeskWorld, admin: Colleague, room: str  # noqa: F811
) -> None:  # fmt: skip
    other = world.staff(Role.OFFICER, "NRB", unit_id="NRB-R", name="Ouma Kamau")
    for theme, width in LOOKS:
        page.emulate_media(color_scheme=theme)
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(f"{desk}admin/{room.format(person=other.id)}")
        for box in page.locator("main details").all():
            box.evaluate("box => box.open = true")
        named = room.translate(str.maketrans("/?&={}", "------"))
        check(page, f"admin-{named}-{theme}-{width}")


def test_a_second_factor_is_set_up_and_asked_for_and_every_page_of_it_is_open_to_all(
    page: Any, desk: str, rt: Any, clock: Any, world: DeskWorld  # noqa: F811
) -> None:  # fmt: skip
    with rt.transaction() as session:
        account, _ = staff.add(session, EMAIL, Role.AUDITOR, rt.now(), password=PASSWORD)
    _knock(page, desk)
    page.wait_for_url("**/sign-in/second-factor")
    looked_at(page, "enrol")
    secret = page.locator(".once code").inner_text().replace(" ", "")
    page.get_by_label("Code of six figures").fill(pyotp.TOTP(secret).generate_otp(_step(rt)))
    page.keyboard.press("Enter")
    page.get_by_text("Recovery codes").first.wait_for()
    looked_at(page, "recovery")
    assert page.locator("ol.once code").count() == 10
    page.get_by_role("button", name="I have kept them: go on").click()
    page.wait_for_url(lambda url: "sign-in" not in url, wait_until="load")
    page.goto(f"{desk}account/second-factor")
    looked_at(page, "second-factor")
    page.context.clear_cookies()
    clock.forward(minutes=1)
    _knock(page, desk)
    page.wait_for_url("**/sign-in/code")
    looked_at(page, "code")
    page.get_by_label("Code of six figures").fill(pyotp.TOTP(secret).generate_otp(_step(rt)))
    page.keyboard.press("Enter")
    page.wait_for_url(desk)
    assert second_factor.asked_of(rt, account.id) is second_factor.Asked.CODE


def test_an_invitation_opens_a_page_to_choose_a_password(
    page: Any, desk: str, rt: Any, world: DeskWorld  # noqa: F811
) -> None:  # fmt: skip
    with rt.transaction() as session:
        staff.add(session, EMAIL, Role.OFFICER, rt.now(), institution_id="NRB")
        _, code = staff.invite(session, EMAIL, rt.now())
    _knock(page, desk, code)
    page.wait_for_url("**/new-password/*")
    looked_at(page, "new-password")
    link = page.url
    page.get_by_label("New password").fill(PASSWORD)
    page.get_by_label("The new one again").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_text("Your password is kept").wait_for()
    page.goto(link)
    looked_at(page, "new-password-used")


def _knock(page: Any, desk: str, password: str = PASSWORD) -> None:  # noqa: F811
    page.goto(desk)
    page.get_by_label("Work email").fill(EMAIL)
    page.get_by_label("Password").fill(password)
    page.keyboard.press("Enter")


def _step(rt: Any) -> int:
    return int(rt.now().timestamp()) // 30


def looked_at(page: Any, name: str) -> None:
    for theme, width in LOOKS:
        page.emulate_media(color_scheme=theme)
        page.set_viewport_size({"width": width, "height": 900})
        check(page, f"{name}-{theme}-{width}")
