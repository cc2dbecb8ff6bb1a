"""A case's kind and its legal clock: who sets it, who agrees, what the page and the citizen see."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from feedback_service.domain.cases import Action, ActionNotAllowed, Actor, CaseKind
from feedback_service.domain.information import Handling
from feedback_service.models import Case, Message, Role
from feedback_service.redress import Act, act, history, kinds
from tests.desk_world import Browser, Colleague, DeskWorld, seen

pytestmark = pytest.mark.servers

AS_INFORMATION = {"handling": "information", "why": "She asks for a copy of the list."}


def now(rt: Any, case: Case) -> Case:
    with rt.transaction() as session:
        return session.get_one(Case, case.id)


def send(browser: Browser, case: Case, name: str, **fields: str) -> Any:
    path = f"/desk/cases/{case.reference}"
    return browser.post(f"{path}/{name}", seen=seen(browser.get(path).text), **fields)


@pytest.fixture
def supervisor(world: DeskWorld, app: Any) -> Browser:
    person: Colleague = world.staff(Role.SUPERVISOR, "NRB", unit_id="NRB-R", name="Otieno Lead")
    return Browser(app, person)


def test_a_request_for_information_is_opened_with_its_legal_clock(
    world: DeskWorld, officer: Browser, rt: Any
) -> None:
    case = world.case("Please give me the list.", handling=Handling.INFORMATION)
    assert (case.kind, case.due_at.date()) == (CaseKind.INFORMATION, date(2026, 3, 23))
    page = officer.get(f"/desk/cases/{case.reference}").text
    assert "Access to Information Act, 2016, s. 9(1)" in page
    assert "send it on by Mon 9 Mar 2026" in page
    urgent = world.case("Where is my son held?", handling=Handling.LIFE_OR_LIBERTY)
    assert (urgent.due_at - urgent.received_at).total_seconds() == 48 * 3600


def test_a_transfer_keeps_the_clock_of_the_first_receipt(
    world: DeskWorld, rt: Any, clock: Any
) -> None:
    case = world.case(handling=Handling.INFORMATION)
    clock.forward(days=3)
    act(rt, case.id, Act(Action.TRANSFER, Actor.OFFICER, "Theirs", unit_id="DIS-R"))
    act(rt, case.id, Act(Action.ANSWER, Actor.CITIZEN, "More words"))
    assert now(rt, case).due_at.date() == date(2026, 3, 23)


@pytest.mark.parametrize(
    ("handling", "unit", "moves"),
    [
        (Handling.INFORMATION, "DIS-R", False),
        (Handling.LIFE_OR_LIBERTY, "DIS-R", False),
        (Handling.INFORMATION, "NRB-2", True),
        (Handling.COMPLAINT, "DIS-R", True),
    ],
    ids=["a request", "an urgent one", "a request within its institution", "a complaint"],
)
def test_after_five_working_days_a_request_is_answered_where_it_is(
    world: DeskWorld, officer: Browser, rt: Any, clock: Any, handling: Handling, unit: str,
    moves: bool,
) -> None:  # fmt: skip
    case = world.case(handling=handling)
    clock.forward(days=7, hours=9)  # Monday 9 March, 18:00
    sent = send(officer, case, "transfer", to=unit, reason="wrong_service")
    assert sent.status_code == (303 if moves else 409)
    assert now(rt, case).unit_id == (unit if moves else "NRB-R")
    assert ("ask the other office for it" in sent.text) is not moves


def test_before_acknowledgement_an_officer_fixes_the_kind_alone(
    world: DeskWorld, officer: Browser, rt: Any
) -> None:
    case = world.case()
    assert send(officer, case, "reclassify", **AS_INFORMATION).status_code == 303
    changed = now(rt, case)
    assert (changed.kind, changed.due_at.date()) == (CaseKind.INFORMATION, date(2026, 3, 23))
    page = officer.get(f"/desk/cases/{case.reference}?lang=sw").text
    assert "Sasa inashughulikiwa kama: Ombi la habari" in page
    assert "Kabla ya kubadilisha aina" in page
    with rt.transaction() as session:
        message = session.query(Message).filter_by(wording="sms-reclassified").one()
        assert "23 Mar" in message.text


def test_afterwards_it_counts_only_when_a_second_person_agrees(
    world: DeskWorld, officer: Browser, supervisor: Browser, rt: Any
) -> None:
    case = world.case()
    assert send(officer, case, "acknowledge").status_code == 303
    assert send(officer, case, "reclassify", **AS_INFORMATION).status_code == 303
    assert (now(rt, case).kind, now(rt, case).due_at.date()) == (
        CaseKind.COMPLAINT, date(2026, 3, 9),
    )  # fmt: skip
    page = supervisor.get(f"/desk/cases/{case.reference}").text
    assert "Amina Officer proposes: Request for information" in page
    assert send(officer, case, "reclassify", **AS_INFORMATION).status_code == 303
    assert now(rt, case).kind is CaseKind.COMPLAINT
    assert send(supervisor, case, "reclassify", **AS_INFORMATION).status_code == 303
    assert (now(rt, case).kind, now(rt, case).due_at.date()) == (
        CaseKind.INFORMATION, date(2026, 3, 23),
    )  # fmt: skip
    page = supervisor.get(f"/desk/cases/{case.reference}").text
    assert "Before the change of kind: Mon 9 Mar 2026" in page
    assert "Mon 23 Mar 2026" in page
    with rt.transaction() as session:
        assert session.query(Message).filter_by(wording="sms-reclassified").count() == 1


def test_a_supervisor_does_not_agree_with_their_own_proposal(
    world: DeskWorld, supervisor: Browser, rt: Any
) -> None:
    case = world.case()
    send(supervisor, case, "acknowledge")
    for _ in range(2):
        assert send(supervisor, case, "reclassify", **AS_INFORMATION).status_code == 303
    assert now(rt, case).kind is CaseKind.COMPLAINT
    with rt.transaction() as session:
        assert kinds.waiting(history.events(session, case))


def test_the_way_back_brings_the_charter_s_date_back(world: DeskWorld, rt: Any) -> None:
    case = world.case()
    for handling in (Handling.INFORMATION, Handling.COMPLAINT):
        act(rt, case.id, Act(Action.RECLASSIFY, Actor.OFFICER, "Looked again", handling=handling))
    assert (now(rt, case).kind, now(rt, case).due_at.date()) == (
        CaseKind.COMPLAINT, date(2026, 3, 9),
    )  # fmt: skip


REFUSED = [
    ("of no kind", {"handling": "", "why": "Because"}),
    ("without a reason", {"handling": "information", "why": ""}),
    ("as what it is", {"handling": "complaint", "why": "Because"}),
]


@pytest.mark.parametrize("fields", [row[1] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_a_change_is_refused(
    world: DeskWorld, officer: Browser, rt: Any, fields: dict[str, str]
) -> None:
    case = world.case()
    assert send(officer, case, "reclassify", **fields).status_code == 409
    assert now(rt, case).due_at == case.due_at


def test_a_request_is_extended_once_with_reasons_the_citizen_reads(
    world: DeskWorld, officer: Browser, rt: Any
) -> None:
    case = world.case(handling=Handling.INFORMATION)
    send(officer, case, "acknowledge")
    path = f"/desk/cases/{case.reference}"
    assert f"{path}/extend" in officer.get(path).text
    reasons = "The list is kept in three counties."
    assert send(officer, case, "extend", reasons=reasons).status_code == 303
    assert now(rt, case).due_at.date() == date(2026, 4, 7)  # after Easter
    page = officer.get(path).text
    assert "s. 9(3)" in page
    assert f"{path}/extend" not in page
    assert send(officer, case, "extend", reasons=reasons).status_code == 409
    with rt.transaction() as session:
        message = session.query(Message).filter_by(wording="sms-extended").one()
    assert reasons in message.text


# What is never extended.
NEVER = [("a complaint", Handling.COMPLAINT), ("life or liberty", Handling.LIFE_OR_LIBERTY)]


@pytest.mark.parametrize("handling", [row[1] for row in NEVER], ids=[row[0] for row in NEVER])
def test_what_the_act_does_not_extend_is_not_extended(
    world: DeskWorld, rt: Any, handling: Handling
) -> None:
    case = world.case(handling=handling)
    act(rt, case.id, Act(Action.ACKNOWLEDGE, Actor.OFFICER))
    with pytest.raises(ActionNotAllowed, match="once at most"):
        act(rt, case.id, Act(Action.EXTEND, Actor.OFFICER, "We need time"))


def test_a_request_brought_in_person_is_registered_as_one(officer: Browser, rt: Any) -> None:
    form = {
        "came": "person", "received_on": "2026-03-02", "phone": "", "language": "en",
        "service": "id-first", "county": "", "place": "", "category": "",
        "words": "I ask for the list of IDs ready.", "token": "ab" * 16, "handling": "information",
    }  # fmt: skip
    assert officer.post("/desk/register", **form).status_code == 303
    with rt.transaction() as session:
        case = session.query(Case).one()
    assert (case.kind, case.due_at.date()) == (CaseKind.INFORMATION, date(2026, 3, 23))
