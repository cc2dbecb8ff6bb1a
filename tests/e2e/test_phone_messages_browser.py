"""The phone in the browser: what is written from it, tapped on it and arrives at it."""

from __future__ import annotations

from typing import Any

import pytest

from feedback_service.models import Case, Citizen, Heard
from tests.browser_phone import COMPLAINT, arrives, hook

pytestmark = [pytest.mark.browser, pytest.mark.servers, pytest.mark.timeout(120)]


@pytest.mark.parametrize("kind", ["sms", "whatsapp"])
def test_a_message_is_answered_on_the_page(
    kind: str, page: Any, phone: str, work: Any, all_of: Any
) -> None:
    page.goto(phone)
    hook(page, f"{kind}-text").fill(COMPLAINT)
    hook(page, f"{kind}-send").click()
    arrives(page, COMPLAINT)
    work()
    (case,) = all_of(Case)
    arrives(page, f"{case.reference[:4]} {case.reference[4:]}")


def test_an_option_of_a_whatsapp_message_is_tapped(
    page: Any, phone: str, work: Any, menu: Any, all_of: Any
) -> None:
    menu()
    page.goto(phone)
    options = page.get_by_role("group", name="Answers to tap")
    options.get_by_role("button", name="My cases").click()
    options.wait_for(state="detached")
    assert "5" in [heard.text for heard in all_of(Heard)]
    work()
    arrives(page, "No cases from this number")


def test_without_scripts_an_option_is_a_button_of_a_form(
    browser: Any, phone: str, menu: Any, all_of: Any
) -> None:
    menu()
    page = browser.new_page(java_script_enabled=False)
    page.goto(phone)
    page.get_by_role("button", name="Rate a service").click()
    hook(page, "messages").wait_for()
    assert "2" in [heard.text for heard in all_of(Heard)]
    page.close()


def test_each_number_keeps_its_own_messages(page: Any, phone: str, work: Any, all_of: Any) -> None:
    page.goto(phone)
    hook(page, "sms-text").fill(COMPLAINT)
    page.keyboard.press("Enter")
    arrives(page, COMPLAINT)
    work()
    arrives(page, "must answer by")
    hook(page, "number").fill("0798 765 432")
    hook(page, "number").press("Enter")
    page.get_by_text("Nothing has arrived at this number yet").wait_for()
    assert hook(page, "number").input_value() == "+254798765432"
    assert hook(page, "messages").get_by_role("listitem").count() == 0
    page.get_by_role("button", name="0712 000 001").click()
    arrives(page, "must answer by")
    page.reload()
    arrives(page, COMPLAINT)
    assert len(all_of(Citizen)) == 1


def test_a_message_shown_is_a_message_delivered(page: Any, phone: str, work: Any, rt: Any) -> None:
    import sqlalchemy as sa

    from feedback_service.models import Message

    page.goto(phone)
    hook(page, "sms-text").fill(COMPLAINT)
    page.keyboard.press("Enter")
    arrives(page, COMPLAINT)
    work()
    arrives(page, "must answer by")
    with rt.transaction() as session:
        (status,) = session.scalars(sa.select(Message.state).distinct())
    assert status == "delivered"


def test_a_filter_shows_one_kind_only(page: Any, phone: str) -> None:
    page.goto(phone)
    for kind in ("sms", "whatsapp"):
        hook(page, f"{kind}-text").fill(f"By {kind}: hello")
        page.keyboard.press("Enter")
        arrives(page, f"By {kind}")
    page.get_by_role("button", name="WhatsApp", exact=True).click()
    assert hook(page, "messages").get_by_text("By whatsapp").is_visible()
    assert not hook(page, "messages").get_by_text("By sms").is_visible()
    assert not hook(page, "sms-text").is_visible()


def test_what_is_not_a_number_changes_nothing(page: Any, phone: str) -> None:
    page.goto(phone)
    hook(page, "number").fill("12")
    hook(page, "call").click()
    page.get_by_text("This is not a phone number").wait_for()
    assert page.locator("#talk").is_hidden()
