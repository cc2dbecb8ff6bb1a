"""Who of the staff hears at once of what is done to a case, and who does not."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from feedback_service.domain.cases import Action, Actor
from feedback_service.domain.information import Handling
from feedback_service.models import Case, Certainty, Conflict, Notice, Role
from feedback_service.redress import Act, act
from feedback_service.redress.colleagues import mentioned
from tests.desk_world import Browser, Colleague, DeskWorld, seen

pytestmark = pytest.mark.servers

AMINA, AMINA_O, JUMA = (UUID(int=n) for n in (1, 2, 3))
PEOPLE = {
    AMINA: ("Amina Wanjiru", "a.wanjiru@example.go.ke"),
    AMINA_O: ("Amina Otieno", "amina.otieno@example.go.ke"),
    JUMA: ("Juma", "juma@example.go.ke"),
}
NOTES = [
    ("by first name", "Please look, @Juma.", {JUMA}),
    ("whatever the case", "@juma please look", {JUMA}),
    ("two who share a first name are both meant", "@Amina, yours?", {AMINA, AMINA_O}),
    ("a whole name means one of them", "@Amina Otieno, yours?", {AMINA_O}),
    ("or with a dot", "see @amina.otieno", {AMINA_O}),
    ("or by mail's name", "see @a.wanjiru and @juma", {AMINA, JUMA}),
    ("a longer word is somebody else", "@Jumanne knows", set()),
    ("a mail address names nobody", "write to info@juma.example", set()),
    ("without a sign nobody", "Juma knows", set()),
]


@pytest.mark.parametrize(("text", "who"), [row[1:] for row in NOTES], ids=[row[0] for row in NOTES])
def test_a_note_names_colleagues_after_a_sign(text: str, who: set[UUID]) -> None:
    assert mentioned(text, PEOPLE) == who


@pytest.fixture
def ann(world: DeskWorld) -> Colleague:
    return world.staff(Role.OFFICER, "NRB", unit_id="NRB-R", name="Ann Mwangi")


@pytest.fixture
def ben(world: DeskWorld) -> Colleague:
    return world.staff(Role.OFFICER, "NRB", unit_id="NRB-R", name="Ben Ouma")


def told(rt: Any) -> list[tuple[str, UUID | None]]:
    with rt.transaction() as session:
        return [(n.kind, n.staff_id) for n in session.scalars(sa.select(Notice))]


def send(app: Any, who: Colleague, case: Case, name: str, **form: str) -> int:
    browser, path = Browser(app, who), f"/desk/cases/{case.reference}"
    sent = browser.post(f"{path}/{name}", seen=seen(browser.get(path).text), **form)
    return int(sent.status_code)


def test_a_colleague_named_in_a_note_is_told_and_the_writer_is_not(
    app: Any, world: DeskWorld, rt: Any, ann: Colleague, ben: Colleague
) -> None:
    case = world.case()
    assert send(app, ann, case, "note", text="@ben can you call them? @ann did.") == 303
    assert told(rt) == [("mentioned", ben.id)]
    page = Browser(app, ben).get("/desk/notices").text
    assert "names you in a note" in page
    assert case.reference in page


def test_whom_the_case_names_and_whoever_works_elsewhere_hears_of_no_mention(
    app: Any, world: DeskWorld, rt: Any, ann: Colleague, ben: Colleague
) -> None:
    world.staff(Role.OFFICER, "DIS", name="Dan Elsewhere")
    case = world.case()
    with rt.transaction() as session:
        session.add(
            Conflict(case_id=case.id, staff_id=ben.id, certainty=Certainty.NAMED, how="officer",
                     matched="", at=rt.now(), reason="")
        )  # fmt: skip
    assert send(app, ann, case, "note", text="@ben and @dan, what do you say?") == 303
    assert told(rt) == []


def test_who_is_given_a_case_by_another_is_told(
    app: Any, world: DeskWorld, rt: Any, ann: Colleague, ben: Colleague
) -> None:
    case = world.case()
    assert send(app, ann, case, "assign", officer=str(ben.id)) == 303
    assert send(app, ben, case, "assign", officer=str(ben.id)) == 303
    assert told(rt) == [("assigned", ben.id)]


def test_a_change_of_kind_that_waits_is_told_to_whoever_may_agree(
    app: Any, world: DeskWorld, rt: Any, ann: Colleague
) -> None:
    sue = world.staff(Role.SUPERVISOR, "NRB", unit_id="NRB-R", name="Sue")
    joe = world.staff(Role.SUPERVISOR, "NRB", unit_id="NRB-R", name="Joe")
    case = world.case()
    assert send(app, ann, case, "acknowledge") == 303
    form = {"handling": Handling.INFORMATION.value, "why": "They ask for a list of offices."}
    assert send(app, sue, case, "reclassify", **form) == 303
    assert told(rt) == [("proposed", joe.id)]
    assert send(app, joe, case, "reclassify", **form) == 303
    assert len(told(rt)) == 1, "agreed: nobody is asked any more"


def test_before_it_is_acknowledged_nobody_need_agree_and_nobody_is_asked(
    app: Any, world: DeskWorld, rt: Any, ann: Colleague
) -> None:
    world.staff(Role.SUPERVISOR, "NRB", unit_id="NRB-R", name="Sue")
    case = world.case()
    form = {"handling": Handling.INFORMATION.value, "why": "They ask for a list of offices."}
    assert send(app, ann, case, "reclassify", **form) == 303
    assert told(rt) == []


def test_words_to_a_closed_case_are_told_to_who_has_it(
    world: DeskWorld, rt: Any, ann: Colleague
) -> None:
    case = world.case()
    with rt.transaction() as session:
        session.get_one(Case, case.id).assigned_to_id = ann.id
    act(rt, case.id, Act(Action.WITHDRAW, Actor.CITIZEN))
    act(rt, case.id, Act(Action.ANSWER, Actor.CITIZEN, "Thanks"))
    assert told(rt) == [("added", ann.id)]
