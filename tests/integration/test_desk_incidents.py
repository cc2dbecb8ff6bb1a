"""The pages of incidents: suggestions confirmed, one answer to all, the fix declared."""

from __future__ import annotations

import re
from typing import Any

import pytest
import sqlalchemy as sa

from feedback_service import incidents
from feedback_service.domain.cases import Action, Actor, CaseStatus, Lane
from feedback_service.models import Case, Incident, Role
from feedback_service.redress import Act, act
from tests.desk_world import Browser, DeskWorld, Statements
from tests.integration.incidents_world import (
    OUTAGE,
    cases_and_events,
    messages,
    now_of,
    officer,
    outage,
    references,
)

pytestmark = pytest.mark.servers

LIST = "/desk/incidents"


@pytest.fixture
def desk(world: DeskWorld, app: Any) -> Browser:
    return Browser(app, world.staff(Role.OFFICER, "NRB", name="Amina Officer"))


@pytest.fixture
def incident(world: DeskWorld, rt: Any) -> tuple[str, list[Case]]:
    """Three people's outage, gathered, and the address of its page."""
    cases = outage(world)
    incident_id = incidents.gather(rt, officer(world), references(cases))
    return f"{LIST}/{incident_id}", cases


def sending(page: str) -> str:
    found = re.search(r'name="sending" value="([0-9a-f]+)"', page)
    assert found
    return found[1]


def test_a_suggestion_is_confirmed_case_by_case(world: DeskWorld, rt: Any, desk: Browser) -> None:
    cases = outage(world, 3, place_id=None, county=None)
    incidents.drain(rt)
    page = desk.get(LIST).text
    assert all(case.reference in page for case in cases)
    wrong = cases[2].reference
    sent = desk.post(
        LIST, what="join", offered=references(cases), case=references(cases[:2])
    )  # fmt: skip
    assert sent.status_code == 303
    shown = desk.get(sent.location).text
    assert "2 citizens affected" in shown
    assert "Amina Officer" in shown
    assert wrong not in shown
    assert f'value="{wrong}"' not in desk.get(LIST).text


def test_what_is_not_the_same_is_offered_no_more(world: DeskWorld, rt: Any, desk: Browser) -> None:
    cases = outage(world, 2, place_id=None, county=None)
    incidents.drain(rt)
    desk.post(LIST, what="apart", offered=references(cases))
    assert cases[0].reference not in desk.get(LIST).text


def test_one_answer_goes_to_all_and_what_was_left_is_listed(
    world: DeskWorld, rt: Any, desk: Browser, incident: tuple[str, list[Case]]
) -> None:
    path, cases = incident
    act(rt, cases[0].id, Act(Action.RESOLVE, Actor.OFFICER, "Come on Friday."))
    key = sending(desk.get(path).text)
    sent = desk.post(f"{path}/resolve", en="The system is back.", sw="Mfumo umerudi.", sending=key)
    assert sent.status_code == 200
    assert "Done for 2 cases." in sent.text
    assert "answered or acknowledged already" in sent.text
    assert [now_of(rt, case).status for case in cases] == [CaseStatus.RESOLVED] * 3
    assert len(messages(rt, "sms-answered")) == 3
    before = cases_and_events(rt)
    desk.post(f"{path}/resolve", en="The system is back.", sw="Mfumo umerudi.", sending=key)
    assert cases_and_events(rt) == before


def test_a_fix_is_declared_on_the_page_and_its_votes_are_shown(
    rt: Any, clock: Any, desk: Browser, incident: tuple[str, list[Case]]
) -> None:
    path, _ = incident
    clock.forward(hours=1)
    sent = desk.post(f"{path}/fix", en="A new generator runs it.", sw="")
    assert "Done for 3 cases." in sent.text
    shown = desk.get(path).text
    assert "You said, we did" in shown
    assert "0 say it is better, 0 say it is not, 3 have not said" in shown
    assert len(messages(rt, "sms-fixed")) == 3
    assert f"{path}/fix" not in shown
    assert desk.post(f"{path}/fix", en="Once more.", sw="").status_code == 303


@pytest.mark.parametrize("words", ["", " ", "y" * 301])
@pytest.mark.parametrize("what", ["fix", "resolve"])
def test_words_that_cannot_be_sent_come_back_with_what_was_typed(
    rt: Any, desk: Browser, incident: tuple[str, list[Case]], what: str, words: str
) -> None:
    path, _ = incident
    before = cases_and_events(rt)
    sent = desk.post(f"{path}/{what}", en=words, sw="", sending="1")
    assert sent.status_code == 422
    assert words.strip() in sent.text
    assert cases_and_events(rt) == before


def test_cases_are_taken_out_added_merged_and_taken_out_again(
    world: DeskWorld, rt: Any, desk: Browser, incident: tuple[str, list[Case]]
) -> None:
    path, cases = incident
    desk.post(f"{path}/split", case=[cases[0].reference])
    assert cases[0].reference not in desk.get(path).text
    desk.post(f"{path}/add", reference=cases[0].reference)
    assert cases[0].reference in desk.get(path).text
    more = outage(world, 2, first=30)
    other = incidents.gather(rt, officer(world), references(more))
    desk.post(f"{path}/merge", into=str(other))
    assert "5 citizens affected" in desk.get(path).text
    assert desk.get(f"{LIST}/{other}").status_code == 404
    back = desk.post(f"{LIST}/{other}/separate")
    assert back.location.endswith(str(other))
    assert "3 citizens affected" in desk.get(path).text
    assert "2 citizens affected" in desk.get(f"{LIST}/{other}").text
    desk.post(f"{path}/rename", title="ID system at GPO")
    assert "<h1>ID system at GPO</h1>" in desk.get(path).text


def test_a_refusal_is_said_in_words(
    world: DeskWorld, rt: Any, desk: Browser, incident: tuple[str, list[Case]]
) -> None:
    path, _ = incident
    for address, typed, words in (
        (LIST, {"what": "join", "offered": [], "case": []}, "Tick at least two cases."),
        (LIST, {"what": "join", "case": ["00000000"]}, "is not open at your office"),
        (f"{path}/add", {"reference": "1"}, "is not open at your office"),
        (f"{path}/merge", {"into": path.rpartition("/")[2]}, "this incident itself"),
        (f"{path}/split", {}, "Nothing was ticked"),
    ):
        sent = desk.post(address, **typed)
        assert words in desk.get(sent.location).text, address


def test_a_forged_form_does_nothing(
    rt: Any, desk: Browser, incident: tuple[str, list[Case]]
) -> None:
    path, _ = incident
    before = cases_and_events(rt)
    desk.client.post(f"{path}/fix", data={"en": "We did it."})
    assert cases_and_events(rt) == before


OUTSIDERS = [
    ("another body", Role.OFFICER, "DIS", 404), ("central triage", Role.OFFICER, "CENTRAL", 404),
    ("integrity", Role.INTEGRITY, "EACC", 404), ("oversight", Role.OVERSIGHT, "NRB", 404),
    ("the host", Role.OFFICER, "HKS", 200), ("performance", Role.PERFORMANCE, "NRB", 200),
    ("an auditor", Role.AUDITOR, None, 200),
]  # fmt: skip


@pytest.mark.parametrize(
    ("role", "at", "code"), [row[1:] for row in OUTSIDERS], ids=[row[0] for row in OUTSIDERS]
)
def test_an_incident_exists_only_for_those_who_may_see_a_case_of_it(
    world: DeskWorld,
    app: Any,
    incident: tuple[str, list[Case]],
    role: Role,
    at: str | None,
    code: int,
) -> None:
    path, _ = incident
    browser = Browser(app, world.staff(role, at))
    assert browser.get(path).status_code == code
    if browser.get(LIST).status_code == 200:
        assert (path in browser.get(LIST).text) == (code == 200)
    if at in ("DIS", None) or role is Role.PERFORMANCE:
        for what in ("fix", "resolve", "acknowledge", "split", "rename", "add", "merge"):
            sent = browser.post(f"{path}/{what}", en="Done now.", sending="1")
            assert sent.status_code in (303, 404), what
    page = browser.get(path).text
    assert ("formaction" in page or f"{path}/fix" in page) == (code == 200 and at == "HKS")


def test_a_case_that_was_shut_is_in_no_list_and_no_count(
    world: DeskWorld, rt: Any, desk: Browser, incident: tuple[str, list[Case]]
) -> None:
    path, cases = incident
    with rt.transaction() as session:
        session.get_one(Case, cases[0].id).lane = Lane.CONFIDENTIAL
    page = desk.get(path).text
    assert cases[0].reference not in page
    assert "2 citizens affected" in page


def test_an_auditor_reads_no_words_where_no_look_is_written_down(
    world: DeskWorld, app: Any, incident: tuple[str, list[Case]]
) -> None:
    path, cases = incident
    page = Browser(app, world.staff(Role.AUDITOR, None)).get(path).text
    assert cases[0].reference in page
    assert not any(words in page for words in OUTAGE)


def test_the_page_of_a_case_tells_of_its_incident_or_of_others_like_it(
    world: DeskWorld, rt: Any, desk: Browser
) -> None:
    cases = outage(world, 3, place_id=None, county=None)
    alone = world.case("The clerk at window two was rude to my mother")
    incidents.drain(rt)
    page = desk.get(f"/desk/cases/{cases[0].reference}").text
    assert re.search(r"It looks like \d other", page)
    assert "It looks like" not in desk.get(f"/desk/cases/{alone.reference}").text
    incidents.gather(rt, officer(world), references(cases))
    page = desk.get(f"/desk/cases/{cases[0].reference}").text
    with rt.transaction() as session:
        made = session.scalars(sa.select(Incident.id)).one()
    assert "3 citizens report the same thing:" in page
    assert f"{LIST}/{made}" in page


def test_both_pages_speak_kiswahili_and_ask_the_database_little(
    world: DeskWorld, rt: Any, desk: Browser, incident: tuple[str, list[Case]]
) -> None:
    path, _ = incident
    outage(world, 6, first=40, place_id=None, county=None)
    incidents.drain(rt)
    assert "Wananchi 3 wameathirika" in desk.get(f"{path}?lang=sw").text
    assert "Si jambo moja" in desk.get(LIST).text
    for address in (LIST, path):
        with Statements(rt.engine) as sent:
            page = desk.get(address)
        assert len(sent) <= 14, sent
        assert len(page.data) < 100_000
