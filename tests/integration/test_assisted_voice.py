"""Cases filed for citizens: no voice but their own confirms them, and it always hears back."""

from __future__ import annotations

from typing import Any

import pytest

from feedback_service import redress
from feedback_service.domain.cases import Action, Actor, CaseStatus, Outcome
from feedback_service.identity import KeyRing
from feedback_service.models import Role, StaffPhone
from feedback_service.redress import Act, assisted
from tests.desk_world import Browser, DeskWorld
from tests.handset import ME, OTHER, arrived, sms, spoken
from tests.integration.test_assisted import WALKED_IN, filed, now
from tests.integration.test_desk_register import cases

pytestmark = pytest.mark.servers


@pytest.fixture
def helper(world: DeskWorld, app: Any) -> Browser:
    return Browser(app, world.staff(Role.OFFICER, "HKS", service_point_id="NRC-001"))


def staff_phone(rt: Any, number: str, institution: str) -> None:
    lookup = KeyRing(rt.settings.phone_keys).lookup(number)
    with rt.transaction() as session:
        session.add(StaffPhone(institution_id=institution, lookup=lookup, entered_at=rt.now()))


@pytest.mark.parametrize("said", ["YES", "NO", "WITHDRAW", "It came, but with a wrong name"])
def test_whoever_speaks_by_the_slip_s_digits_hears_back(
    helper: Browser, rt: Any, client: Any, said: str
) -> None:
    case = filed(helper, rt)
    sms(client, f"{case.reference} {assisted.slip_secret(rt, case)} {said}", ME)
    assert spoken(case.reference) in arrived(rt, ME)[-1]


def test_a_no_after_thirty_days_opens_a_case_that_the_same_digits_open(
    helper: Browser, rt: Any, client: Any, clock: Any
) -> None:
    case = filed(helper, rt)
    secret = assisted.slip_secret(rt, case)
    sms(client, f"{case.reference} {secret} YES", ME)
    clock.forward(days=31)
    sms(client, f"{case.reference} {secret} NO", ME)
    (follows,) = (one for one in cases(rt) if one.previous_id == case.id)
    said = arrived(rt, ME)[-1]
    assert f"{spoken(follows.reference)} goes on with it" in said
    assert "the same 4 digits" in said
    staff_phone(rt, OTHER, "NRB")
    redress.act(rt, follows.id, Act(Action.RESOLVE, Actor.OFFICER, "It is here now."))
    sms(client, f"{follows.reference} {secret} YES", OTHER)
    assert now(rt, follows).outcome is None
    sms(client, f"{follows.reference} {secret} YES", ME)
    assert now(rt, follows).outcome is Outcome.CONFIRMED


def test_a_telephone_of_the_staff_never_confirms_what_was_filed_for_a_citizen(
    helper: Browser, rt: Any, client: Any
) -> None:
    case = filed(helper, rt)
    staff_phone(rt, ME, "NRB")
    sms(client, f"{case.reference} {assisted.slip_secret(rt, case)} YES", ME)
    assert (now(rt, case).status, now(rt, case).outcome) == (CaseStatus.RESOLVED, None)
    assert "not counted from this phone" in arrived(rt, ME)[-1]


def test_by_dialling_it_hears_why(helper: Browser, rt: Any, dial: Any) -> None:
    case = filed(helper, rt)
    staff_phone(rt, ME, "NRB")
    phone, _ = dial("1", "5", case.reference)
    phone.keys(assisted.slip_secret(rt, case))
    assert "not counted from this phone" in phone.keys("1")
    assert now(rt, case).outcome is None


def test_nor_does_one_that_was_given_as_the_citizen_s(
    helper: Browser, rt: Any, client: Any
) -> None:
    case = filed(helper, rt, phone=ME)
    staff_phone(rt, ME, "NRB")
    sms(client, f"{case.reference} YES", ME)
    assert now(rt, case).outcome is None


def test_one_telephone_confirms_three_slips_and_no_fourth(
    helper: Browser, rt: Any, client: Any
) -> None:
    outcomes = []
    for number in range(4):
        case = filed(helper, rt, token=f"{number:016x}", words=f"Case {number} waits since May.")
        sms(client, f"{case.reference} {assisted.slip_secret(rt, case)} YES", ME)
        outcomes.append(now(rt, case).outcome)
    assert outcomes == [Outcome.CONFIRMED] * 3 + [None]


def test_nor_does_it_for_cases_that_were_filed_with_its_own_number(
    helper: Browser, rt: Any, client: Any
) -> None:
    outcomes, first = [], None
    for number in range(4):
        case = filed(helper, rt, phone=ME, words=f"Case {number} waits since May.")
        first = first or case
        sms(client, f"{case.reference} YES", ME)
        outcomes.append(now(rt, case).outcome)
    assert outcomes == [Outcome.CONFIRMED] * 3 + [None]
    assert first
    sms(client, f"{first.reference} NO", ME)
    redress.act(rt, first.id, Act(Action.RESOLVE, Actor.OFFICER, "Now it is ready."))
    sms(client, f"{first.reference} YES", ME)
    assert now(rt, first).outcome is Outcome.CONFIRMED  # one of the three stays one of them


def test_many_slips_may_say_no_from_one_telephone(helper: Browser, rt: Any, client: Any) -> None:
    for number in range(4):
        case = filed(helper, rt, token=f"{number:016x}", words=f"Case {number} waits since May.")
        sms(client, f"{case.reference} {assisted.slip_secret(rt, case)} NO", OTHER)
        assert now(rt, case).outcome is Outcome.DISPUTED


def test_a_helper_does_not_give_the_office_s_own_phone_as_the_citizen_s(
    helper: Browser, rt: Any
) -> None:
    staff_phone(rt, "+254722000111", "HKS")
    sent = helper.post("/desk/register", **WALKED_IN | {"phone": "0722 000 111"})
    assert sent.status_code == 422
    assert "phone of your own office" in sent.text
    assert cases(rt) == []
