"""Many cases at once: what will happen is shown for each, then done once through its history."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest

from feedback_service.domain.cases import CaseStatus, Outcome
from feedback_service.models import Case, Role
from feedback_service.redress import conflicts, history
from tests.desk_world import Browser, DeskWorld

pytestmark = pytest.mark.servers


@pytest.fixture
def three(world: DeskWorld) -> list[Case]:
    return [world.case(f"Waiting for card number {n}") for n in range(3)]


def shown(page: str) -> dict[str, str]:
    """What the page says of each case, by reference."""
    rows = re.findall(r'cases/(\d{8})">.*?</th><td>(.*?)</td>', page, flags=re.DOTALL)
    return {ref: unescape(re.sub("<[^>]+>", "", cell)) for ref, cell in rows}


def hidden(page: str) -> dict[str, Any]:
    """The fields of the form that does it."""
    form = page.partition('action="/desk/bulk/do"')[2].partition("</form>")[0]
    fields: dict[str, Any] = {}
    for name, value in re.findall(r'name="([^"]+)" value="([^"]*)"', form):
        fields.setdefault(name, []).append(unescape(value))
    fields.pop("csrf_token")
    return fields


def references(cases: list[Case]) -> list[str]:
    return [case.reference for case in cases]


def done(rt: Any, case: Case) -> list[str]:
    with rt.transaction() as session:
        return [str(event.action) for event in history.events(session, case)]


def test_the_plan_changes_nothing_and_the_doing_is_once(
    officer: Browser, rt: Any, three: list[Case]
) -> None:
    page = officer.post("/desk/bulk", case=references(three), act="acknowledge")
    assert page.status_code == 200
    assert "It can be done to 3 of 3" in page.text
    assert done(rt, three[0]) == ["receive"]
    for _ in range(2):
        sent = officer.post("/desk/bulk/do", **hidden(page.text))
        assert "Done to 3 cases." in sent.text
    assert [done(rt, case) for case in three] == [["receive", "acknowledge"]] * 3


def test_each_citizen_is_answered_in_their_words_with_the_places_filled(
    officer: Browser, rt: Any, three: list[Case]
) -> None:
    with rt.transaction() as session:
        session.get_one(Case, three[1].id).citizen_id = None
        session.get_one(Case, three[1].id).language = "sw"
    words = {"text": "Case {reference} is ready.", "text_sw": "Kesi {reference} iko tayari."}
    page = officer.post("/desk/bulk", case=references(three), act="resolve", **words).text
    spoken = [f"{ref[:4]} {ref[4:]}" for ref in references(three)]
    assert f"Case {spoken[0]} is ready." in shown(page)[three[0].reference]
    assert f"Kesi {spoken[1]} iko tayari." in shown(page)[three[1].reference]
    officer.post("/desk/bulk/do", **hidden(page))
    with rt.transaction() as session:
        assert session.get_one(Case, three[2].id).status is CaseStatus.RESOLVED
        assert session.get_one(Case, three[2].id).outcome is not Outcome.CONFIRMED


def test_what_cannot_be_done_is_said_for_each_and_left_alone(
    world: DeskWorld, officer: Browser, rt: Any, three: list[Case]
) -> None:
    officer.post(f"/desk/cases/{three[0].reference}/acknowledge", seen="1")
    other = world.case("My passport is late.", service_id="passport")
    page = officer.post("/desk/bulk", case=references([*three, other]), act="acknowledge").text
    said = shown(page)
    assert "Its status does not allow it" in said[three[0].reference]
    assert "You may not act on it" in said[other.reference]
    assert "passport" not in page
    assert "Do it to 2 cases" in page
    forged = hidden(page) | {"case": references([*three, other]), f"seen-{other.reference}": "1"}
    officer.post("/desk/bulk/do", **forged)
    assert done(rt, other) == ["receive"]
    assert done(rt, three[0]) == ["receive", "acknowledge"]


@pytest.mark.parametrize(
    ("act", "words", "said"),
    [
        ("resolve", "", "Words are missing"),
        ("note", "", "Words are missing"),
        ("resolve", "x" * 301, "Words are missing, or too many"),
        ("resolve", "Come to {window}.", "A place in braces"),
        ("assign", "", "Choose a colleague"),
    ],
)
def test_words_and_colleague_are_asked_for(
    officer: Browser, three: list[Case], act: str, words: str, said: str
) -> None:
    page = officer.post("/desk/bulk", case=references(three), act=act, text=words).text
    assert all(said in cell for cell in shown(page).values())
    assert "/desk/bulk/do" not in page


def test_what_somebody_changed_after_the_plan_is_left_alone(
    officer: Browser, rt: Any, three: list[Case]
) -> None:
    page = officer.post("/desk/bulk", case=references(three), act="note", text="Called.").text
    officer.post(f"/desk/cases/{three[1].reference}/note", seen="1", text="Mine.")
    sent = officer.post("/desk/bulk/do", **hidden(page)).text
    assert "Done to 2 cases." in sent
    assert "Somebody acted on it meanwhile" in shown(sent)[three[1].reference]
    assert done(rt, three[1]) == ["receive", "note"]


def test_a_case_is_not_handed_to_somebody_it_names(
    world: DeskWorld, officer: Browser, rt: Any, three: list[Case]
) -> None:
    named = world.staff(Role.OFFICER, "NRB", unit_id="NRB-2", name="Chebet Named")
    with rt.transaction() as session:
        case = session.get_one(Case, three[0].id)
        conflicts.mark(rt, session, case, named.id, conflicts.BY_OFFICER, named.id)
    fields = {"case": references(three), "act": "assign", "officer": str(named.id)}
    page = officer.post("/desk/bulk", **fields).text
    assert "Choose a colleague who may know" in shown(page)[three[0].reference]
    assert "Can be done" in shown(page)[three[1].reference]
    officer.post("/desk/bulk/do", **hidden(page))
    with rt.transaction() as session:
        assert session.get_one(Case, three[0].id).assigned_to_id is None
        assert session.get_one(Case, three[1].id).assigned_to_id == named.id


def test_nothing_ticked_says_so_and_an_unknown_act_is_not_found(officer: Browser) -> None:
    assert "Nothing is ticked" in officer.post("/desk/bulk", act="note").text
    assert officer.post("/desk/bulk", act="reject").status_code == 404


def test_the_queue_offers_ticks_to_who_may_act_alone(
    world: DeskWorld, app: Any, officer: Browser, three: list[Case]
) -> None:
    page = officer.get("/desk/?lang=sw").text
    assert page.count('form="together"') == 3
    assert "Kwa kesi zilizochaguliwa" in page
    for role in (Role.PERFORMANCE, Role.AUDITOR):
        reader = Browser(app, world.staff(role, "NRB")).get("/desk/").text
        assert 'form="together"' not in reader
