"""The phone in the browser: dialled by keyboard, and a page that shuts nobody out."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

import feedback_service.web
from feedback_service.models import Case, Rating
from tests.browser import check
from tests.browser_phone import COMPLAINT, answer, arrives, hook, tab_to, wait_for

pytestmark = [pytest.mark.browser, pytest.mark.servers, pytest.mark.timeout(120)]

LONGEST_PAGE = 60 * 1024


# --- Calls ------------------------------------------------------------------------------------


def test_a_service_is_rated_by_keyboard_alone(page: Any, phone: str, all_of: Any) -> None:
    page.goto(phone)
    tab_to(page, "dial")
    page.keyboard.press("Enter")
    wait_for(page, "1 English")
    for keys, then in [
        ("1", "Rate a service"), ("2", "Poster number"), ("1003", "how was it?"),
        ("2", "Promised time"),
    ]:  # fmt: skip
        page.keyboard.type(keys)
        page.keyboard.press("Enter")
        wait_for(page, then)
    (rating,) = all_of(Rating)
    assert (rating.service_id, rating.score, rating.language) == ("passport", 4, "en")


def test_the_keypad_dials_answers_and_hangs_up(page: Any, phone: str) -> None:
    page.goto(phone)
    hook(page, "call").click()
    wait_for(page, "1 English")
    page.get_by_role("button", name="1", exact=True).click()
    hook(page, "call").click()
    wait_for(page, "Rate a service")
    hook(page, "end").click()
    wait_for(page, "You ended the call")
    page.get_by_test_id("again").click()
    wait_for(page, "Rate a service")  # our language is known by now


def test_the_network_carries_the_whole_history(page: Any, phone: str) -> None:
    page.goto(phone)
    sent: list[dict[str, str]] = []
    page.on("request", lambda call: sent.append(call.post_data_json) if call.post_data else None)
    for number in ("0712 000 001", "0722 000 002"):  # a redial would go on where the call ended
        page.get_by_role("button", name=number).click()
        hook(page, "call").click()
        wait_for(page, "Kiswahili")
        answer(page, "1", "2", "pass*port")
        hook(page, "end").click()
    assert [each["text"] for each in sent] == ["", "1", "1*2", "1*2*pass*port"] * 2
    first, second = {each["session"] for each in sent[:4]}, {each["session"] for each in sent[4:]}
    assert len(first) == len(second) == 1
    assert first != second
    assert all(re.fullmatch("ATUid_[0-9a-f]{32}", session) for session in first | second)
    assert "pass*port" in hook(page, "history").inner_text()


def test_a_code_that_leads_elsewhere_never_reaches_the_service(page: Any, phone: str) -> None:
    page.goto(phone)
    hook(page, "dial").fill("*144#")
    hook(page, "call").click()
    wait_for(page, "This service answers at *384*77#")


def test_a_poster_is_dialled_in_one_go(page: Any, phone: str, all_of: Any) -> None:
    page.goto(phone)
    hook(page, "dial").fill("*384*77*1003#")
    hook(page, "call").click()
    wait_for(page, "1 English")
    answer(page, "1")
    wait_for(page, "Passport")


SCREENS = {
    "plain": ("CON Karibu", "6/160"),
    "escaped": ("CON ^{}\\[]~|", "16/160"),
    "full": ("CON " + "a" * 160, "160/160"),
    "over": ("CON " + "a" * 161, "161/160"),
    "not for plain phones": ("CON Habari ☺", "8/70"),
}


@pytest.mark.parametrize("case", SCREENS)
def test_a_screen_is_counted_as_the_network_counts(case: str, page: Any, phone: str) -> None:
    screen, count = SCREENS[case]
    page.route("**/phone/ussd", lambda route: route.fulfill(json={"screen": screen}))
    page.goto(phone)
    hook(page, "call").click()
    wait_for(page, screen[4:])
    assert count in page.locator("#count").inner_text()


TROUBLE = {500: "The service refused the call", 400: "not a phone number"}


@pytest.mark.parametrize("status", TROUBLE)
def test_a_call_that_fails_says_so_and_can_be_dialled_again(
    status: int, page: Any, phone: str
) -> None:
    page.route("**/phone/ussd", lambda route: route.fulfill(status=status, json={}))
    page.goto(phone)
    hook(page, "call").click()
    wait_for(page, TROUBLE[status])
    page.unroute("**/phone/ussd")
    page.get_by_test_id("again").click()
    wait_for(page, "1 English")


# --- The page itself --------------------------------------------------------------------------


def test_without_scripts_a_call_goes_one_step_at_a_time(
    browser: Any, phone: str, work: Any, all_of: Any
) -> None:
    page = browser.new_page(java_script_enabled=False)
    page.goto(phone)
    hook(page, "call").click()
    wait_for(page, "1 English")
    answer(page, "1", "3", "1003", "1", "They said come tomorrow", "1")
    wait_for(page, "Immigration must answer by")
    hook(page, "sms-text").fill("Habari")
    hook(page, "sms-send").click()
    work()
    page.get_by_role("link", name="Look for new messages").click()
    arrives(page, "must answer by")
    assert all_of(Case)[0].text == "They said come tomorrow"
    page.close()


def test_the_page_is_light_and_fetches_nothing_from_elsewhere(page: Any, phone: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    html = page.goto(phone).body()
    page.wait_for_load_state("load")
    static = Path(feedback_service.web.__file__).parent / "static"
    sizes = [len(html), *((static / name).stat().st_size for name in ("phone.css", "phone.js"))]
    assert sum(sizes) < LONGEST_PAGE
    home = phone.removesuffix("/phone")
    assert [url for url in asked if not url.startswith(home)] == []


def test_there_is_no_phone_unless_the_settings_allow_one(rt: Any, settings: Any) -> None:
    import dataclasses

    from feedback_service.app import create_app

    rt = dataclasses.replace(rt, settings=dataclasses.replace(settings, phone_simulator=False))
    assert create_app(rt).test_client().get("/phone").status_code == 404


LOOKS = [(theme, width) for theme in ("light", "dark") for width in (360, 1280)]


@pytest.mark.parametrize(("theme", "width"), LOOKS, ids=[f"{t}-{w}" for t, w in LOOKS])
def test_the_page_shuts_nobody_out(
    page: Any, phone: str, work: Any, menu: Any, theme: str, width: int
) -> None:
    page.emulate_media(color_scheme=theme)
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{phone}?lang=sw")
    check(page, f"phone-idle-{theme}-{width}")
    page.goto(f"{phone}?lang=en")
    hook(page, "call").click()
    wait_for(page, "1 English")
    answer(page, "1", "3", "1003", "1")
    wait_for(page, "Say what happened")
    hook(page, "carried").evaluate("pre => pre.parentElement.open = true")
    check(page, f"phone-call-{theme}-{width}")
    answer(page, "They keep telling us to come tomorrow", "1")
    wait_for(page, "must answer by")
    hook(page, "whatsapp-text").fill(COMPLAINT)
    page.keyboard.press("Enter")
    arrives(page, COMPLAINT)
    work()
    arrives(page, "must answer by")
    menu()
    page.get_by_role("group", name="Answers to tap").wait_for()
    hook(page, "number").fill("12")
    hook(page, "number").press("Tab")
    check(page, f"phone-end-{theme}-{width}")
