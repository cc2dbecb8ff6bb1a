"""Complaints brought to a desk: the day they came, the same messages, a slip, no verdict."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from feedback_service import outbox, redress
from feedback_service.domain.cases import Action, Actor, Lane
from feedback_service.models import Case, CaseEvent, Message, Role
from feedback_service.redress import Act
from tests.desk_world import Browser, DeskWorld

pytestmark = pytest.mark.servers

LETTER = {
    "came": "letter", "received_on": "2026-02-24", "phone": "0722 000 111", "language": "sw",
    "service": "id-first", "county": "47", "place": "", "category": "delay",
    "words": "I have waited for my ID card since May.", "token": "0123456789abcdef",
}  # fmt: skip


@pytest.fixture
def helper(world: DeskWorld, app: Any) -> Browser:
    return Browser(app, world.staff(Role.OFFICER, "HKS", service_point_id="NRC-001"))


def cases(rt: Any) -> list[Case]:
    with rt.transaction() as session:
        return list(session.scalars(sa.select(Case)))


def test_a_letter_counts_from_the_day_it_came(helper: Browser, rt: Any) -> None:
    sent = helper.post("/desk/register", **LETTER)
    assert sent.status_code == 303
    case = cases(rt)[0]
    assert sent.location == f"/desk/slips/{case.reference}"
    assert (case.received_on, case.channel, case.language) == (date(2026, 2, 24), "desk", "sw")
    assert case.due_at.isoformat() == "2026-03-03T14:00:00+00:00"  # five working days after
    assert case.registered_by_id is not None


def test_the_citizen_gets_the_reference_by_sms_in_their_language(helper: Browser, rt: Any) -> None:
    helper.post("/desk/register", **LETTER)
    outbox.drain(rt)
    with rt.transaction() as session:
        message = session.scalars(sa.select(Message)).one()
    reference = cases(rt)[0].reference
    assert (message.channel, message.language) == ("africastalking-sms", "sw")
    assert f"{reference[:4]} {reference[4:]}" in message.text


def test_a_form_sent_twice_opens_one_case(helper: Browser, rt: Any) -> None:
    sent = [helper.post("/desk/register", **LETTER) for _ in range(2)]
    assert sent[0].location == sent[1].location
    assert len(cases(rt)) == 1


def test_a_form_gone_back_to_and_filled_for_the_next_citizen_opens_another(
    helper: Browser, rt: Any
) -> None:
    another = LETTER | {"phone": "0733 000 222", "words": "My passport was printed with no photo."}
    sent = [helper.post("/desk/register", **form) for form in (LETTER, another)]
    assert sent[0].location != sent[1].location
    assert {case.text for case in cases(rt)} == {LETTER["words"], another["words"]}


def test_without_a_phone_a_case_is_filed_and_no_message_waits(helper: Browser, rt: Any) -> None:
    assert helper.post("/desk/register", **LETTER | {"phone": ""}).status_code == 303
    with rt.transaction() as session:
        assert session.scalars(sa.select(Message)).all() == []
    assert cases(rt)[0].citizen_id is None


HELD = [
    ("words of bribery", {"words": "The officer asked me for a bribe of 5000 to get the ID."}),
    ("the category alone", {"category": "bribery"}),
]


@pytest.mark.parametrize("more", [row[1] for row in HELD], ids=[row[0] for row in HELD])
def test_what_may_accuse_an_office_is_held_from_it(
    world: DeskWorld, app: Any, helper: Browser, rt: Any, more: dict[str, str]
) -> None:
    assert helper.post("/desk/register", **LETTER | more).status_code == 303
    case = cases(rt)[0]
    assert (case.lane, case.unit_id) == (Lane.HELD, "CENTRAL-T")
    accused = Browser(app, world.staff(Role.SUPERVISOR, "NRB"))
    assert accused.get(f"/desk/cases/{case.reference}").status_code == 404


MISTAKES = [
    ("how it came", "came", "pigeon", "Choose one of the list."),
    ("a day to come", "received_on", "2026-03-03", "The day lies in the future."),
    ("a day long ago", "received_on", "2025-03-01", "The day is too long ago."),
    ("no day at all", "received_on", "last week", "This is not a day."),
    ("no phone number", "phone", "07", "This is not a phone number."),
    ("no language", "language", "", "This is needed."),
    ("no such service", "service", "nothing", "Choose one of the list."),
    ("no such county", "county", "48", "Choose one of the list."),
    ("no such place", "place", "X", "Choose one of the list."),
    ("no such category", "category", "weather", "Choose one of the list."),
    ("no words", "words", "", "This is needed."),
    ("too many words", "words", "x" * 4001, "This is too long."),
]


@pytest.mark.parametrize(
    ("name", "value", "says"), [row[1:] for row in MISTAKES], ids=[row[0] for row in MISTAKES]
)
def test_a_mistake_comes_back_with_what_was_typed(
    helper: Browser, rt: Any, name: str, value: str, says: str
) -> None:
    sent = helper.post("/desk/register", **LETTER | {name: value})
    assert sent.status_code == 422
    assert says in sent.text
    assert name == "words" or LETTER["words"] in sent.text
    assert cases(rt) == []


def test_the_slip_names_reference_office_and_day_and_nothing_else(
    world: DeskWorld, app: Any, helper: Browser
) -> None:
    slip = helper.post("/desk/register", **LETTER).location
    page = helper.get(slip)
    reference = slip.rpartition("/")[2]
    assert page.status_code == 200
    assert reference[:4] in page.text
    assert "Registration Bureau" in page.text
    assert "*384*77#" in page.text
    assert "waited for my ID" not in page.text
    assert "0722" not in page.text
    other = Browser(app, world.staff(Role.OFFICER, "HKS"))
    assert other.get(slip).status_code == 404


def test_a_case_that_became_confidential_has_no_slip_any_more(helper: Browser, rt: Any) -> None:
    slip = helper.post("/desk/register", **LETTER).location
    assert helper.get(slip).status_code == 200
    to_integrity = Act(Action.TRANSFER, Actor.OFFICER, "They name an officer", unit_id="EACC-I")
    redress.act(rt, cases(rt)[0].id, to_integrity)
    assert helper.get(slip).status_code == 404


def test_the_helper_s_act_is_sealed_as_theirs_and_carries_no_verdict(
    helper: Browser, rt: Any
) -> None:
    helper.post("/desk/register", **LETTER)
    with rt.transaction() as session:
        event = session.scalars(sa.select(CaseEvent)).one()
    assert (event.actor, event.action) == ("officer", "receive")
    assert event.data["staff"] == str(event.staff_id)
    assert cases(rt)[0].outcome is None
