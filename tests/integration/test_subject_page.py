"""The auditor's page of what citizens asked of their data, and letters entered there."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from feedback_service import outbox
from feedback_service.models import Case, Message, RequestKind, Role, SubjectRequest
from feedback_service.privacy import requests
from tests.desk_world import PHONE, Browser, DeskWorld
from tests.handset import arrived, sms

pytestmark = pytest.mark.servers

PATH = "/desk/subjects"


@pytest.fixture
def auditor(world: DeskWorld, app: Any) -> Browser:
    return Browser(app, world.staff(Role.AUDITOR, None))


def the_request(rt: Any) -> SubjectRequest:
    with rt.transaction() as session:
        found: SubjectRequest = session.scalars(sa.select(SubjectRequest)).one()
        return found


def test_a_letter_for_access_is_answered_on_the_phone_of_its_case(
    auditor: Browser, world: DeskWorld, rt: Any
) -> None:
    case = world.case()
    sent = auditor.post(PATH, reference=case.reference, kind="access")
    assert sent.status_code == 303
    assert "/mydata/" in arrived(rt, PHONE)[-1]
    asked = the_request(rt)
    assert (asked.kind, asked.channel, asked.done_at) == (RequestKind.ACCESS, "desk", rt.now())
    page = auditor.get(PATH).text
    assert "by letter" in page
    assert case.reference not in page
    assert PHONE not in page


def test_a_letter_for_erasure_waits_for_the_phone_to_confirm_it(
    auditor: Browser, world: DeskWorld, rt: Any, client: Any, clock: Any
) -> None:
    case = world.case()
    with rt.transaction() as session:
        session.get_one(Case, case.id).closed_at = rt.now()
    auditor.post(PATH, reference=case.reference, kind="erasure")
    assert "FORGET ME YES" in arrived(rt, PHONE)[-1]
    assert "Waits for the citizen to confirm it" in auditor.get(PATH).text
    clock.forward(days=2)
    assert requests.answer_waiting(rt) == 0
    sms(client, "forget me yes", PHONE)
    clock.forward(hours=2)
    outbox.drain(rt)
    assert requests.answer_waiting(rt) == 1
    with rt.transaction() as session:
        assert not session.scalars(sa.select(Message.text).where(Message.text != "")).all()


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"reference": "12345670", "kind": "access"}, "No case of a citizen has that reference."),
        ({"reference": "", "kind": "access"}, "No case of a citizen has that reference."),
        ({"reference": "12345670", "kind": "money"}, "Choose one of the list."),
    ],
)
def test_a_letter_that_cannot_be_entered_says_why(
    auditor: Browser, world: DeskWorld, rt: Any, fields: dict[str, str], words: str
) -> None:
    sent = auditor.post(PATH, **fields)
    assert sent.status_code == 422
    assert words in sent.text


def test_a_case_without_a_phone_is_answered_on_paper(auditor: Browser, world: DeskWorld) -> None:
    case = world.case(phone=None)
    assert auditor.post(PATH, reference=case.reference, kind="access").status_code == 422


def test_a_letter_of_somebody_who_said_stop_is_answered_on_paper(
    auditor: Browser, world: DeskWorld, rt: Any, client: Any
) -> None:
    case = world.case()
    sms(client, "STOP", PHONE)
    sent = auditor.post(PATH, reference=case.reference, kind="access")
    assert sent.status_code == 422
    assert "answer the letter on paper" in sent.text
    assert not any("/mydata/" in one for one in arrived(rt, PHONE))


def test_a_letter_that_quotes_a_quiet_case_sends_nothing(
    auditor: Browser, world: DeskWorld, rt: Any
) -> None:
    quiet = world.case(quiet=True)
    sent = auditor.post(PATH, reference=quiet.reference, kind="access")
    assert sent.status_code == 422
    assert "answer the letter on paper" in sent.text
    assert arrived(rt, PHONE) == []


def test_what_is_late_is_marked_and_may_be_answered_another_way(
    auditor: Browser, world: DeskWorld, rt: Any, client: Any, clock: Any
) -> None:
    world.case()
    sms(client, "FORGET ME", PHONE)
    sms(client, "forget me yes", PHONE)
    clock.forward(days=8)
    page = auditor.get(PATH).text
    assert "Waits until 1 open case is closed" in page
    assert 'class="badge late"' in page
    path = f"{PATH}/{the_request(rt).id}"
    assert auditor.post(path, words="no").status_code == 422
    assert auditor.post(path, words="Told by letter to wait.").status_code == 303
    assert the_request(rt).result["words"] == "Told by letter to wait."
    assert requests.answer_waiting(rt) == 0
