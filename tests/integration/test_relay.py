"""The relay: an officer writes to a citizen and is written to, and neither sees the other's
number, name or address: on a page, in a message, in the Ombudsman's file, in a log."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from feedback_service import triage
from feedback_service.models import Case, Role
from tests.desk_world import PHONE, Browser, DeskWorld, seen
from tests.handset import arrived, sms

pytestmark = pytest.mark.servers

OFFICER = "Wairimu Kariuki"
LOCAL = "0" + PHONE[4:]
ASKED = "Which name is on the receipt?"


@pytest.fixture
def case(world: DeskWorld, rt: Any, client: Any) -> Case:
    """A case by SMS in which the citizen typed their own number and name."""
    filed = world.case(
        f"Naitwa Otieno, call {LOCAL}: my ID has not come", channel="africastalking-sms"
    )
    triage.drain(rt)
    return filed


@pytest.fixture
def desk(world: DeskWorld, app: Any) -> tuple[Browser, str]:
    person = world.staff(Role.SUPERVISOR, "NRB", unit_id="NRB-R", name=OFFICER)
    return Browser(app, person), person.email


def test_words_go_both_ways_and_no_number_does(
    desk: tuple[Browser, str], case: Case, rt: Any, client: Any, caplog: Any
) -> None:
    officer, email = desk
    path = f"/desk/cases/{case.reference}"
    with caplog.at_level(logging.DEBUG):
        officer.post(f"{path}/ask", seen=seen(officer.get(path).text), question=ASKED)
        to_citizen = arrived(rt, PHONE)
        assert ASKED in to_citizen[-1]
        sms(client, f"It is on Jane's, call me on {LOCAL}", PHONE)
        page = officer.get(path).text
        assert "It is on Jane&#39;s" in page
        answer = "Thank you. Your card is at GPO."
        officer.post(f"{path}/resolve", seen=seen(page), answer=answer)
        to_citizen = arrived(rt, PHONE)
    assert answer in " ".join(to_citizen)
    for told in to_citizen:
        for mine in (OFFICER, "Wairimu", email):
            assert mine not in told
    for number in (PHONE, PHONE[1:], LOCAL):
        assert number not in caplog.text


PAGES = ("/desk/", "/desk/?q=card", "/desk/?q={reference}", "/desk/cases/{reference}",
         "/desk/cases/{reference}/ombudsman.json", "/desk/incidents", "/desk/notices")  # fmt: skip


@pytest.mark.parametrize("path", PAGES)
def test_no_page_of_the_desk_tells_who_the_citizen_is(
    path: str, desk: tuple[Browser, str], case: Case, rt: Any, client: Any
) -> None:
    officer, _ = desk
    sms(client, f"{case.reference} My name is Otieno Ouma of ID 23456789, mail o@example.com")
    sent = officer.get(path.format(reference=case.reference))
    assert sent.status_code == 200
    for tells in (PHONE, PHONE[1:], LOCAL, LOCAL[1:], "Otieno", "Ouma", "23456789", "o@example"):
        assert tells not in sent.text, tells


NAMED = [
    ("Naitwa Otieno Ouma, my card is lost", "otieno", False),
    ("Naitwa Otieno Ouma, my card is lost", "Ouma", False),
    ("naitwa otieno na kadi imepotea", "otieno", False),
    ("I am Otieno Ouma and my card is lost", "Otieno", False),
    ("I am Otieno Ouma and my card is lost", "ouma", False),
    ("My name is Otieno, my card is lost", "card", True),
    ("Clerk Otieno lost my card", "Otieno", True),
    ("My card is lost. Asante, Otieno Ouma", "ouma", False),
    ("My card is lost. Yours faithfully, Otieno Ouma.", "oti", False),
    ("Asante. The card came, clerk Otieno helped", "Otieno", True),
    ("I am tired of this lost card", "tired", True),
    ("Naitwa Ouma. The clerk Otieno lost my card", "Otieno", True),
]


@pytest.mark.parametrize(("text", "words", "finds"), NAMED)
def test_nobody_is_found_by_the_name_they_gave_as_their_own(
    text: str, words: str, finds: bool, desk: tuple[Browser, str], world: DeskWorld
) -> None:
    officer, _ = desk
    wanted = world.case(text)
    page = officer.get(f"/desk/?q={words}").text
    assert (f"/desk/cases/{wanted.reference}" in page) is finds
