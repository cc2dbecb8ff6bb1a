"""The file for the Ombudsman: whole, verifiable, without a telephone number, for those who may."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from feedback_service import outbox, redress
from feedback_service.domain import chain
from feedback_service.domain.cases import Action, Actor
from feedback_service.domain.escalation import OMBUDSMAN_LEVEL
from feedback_service.models import Case, Category, Citizen, Institution, Look, Role
from feedback_service.redress import Act
from tests.desk_world import PHONE, Browser, DeskWorld

pytestmark = pytest.mark.servers

WORDS = "They told me to call 0722 123 456 and pay."


@pytest.fixture
def climbed(world: DeskWorld, rt: Any, clock: Any) -> Case:
    """A case that the clock brought to the last rung and its citizen to the Ombudsman."""
    with rt.transaction() as session:
        template = session.get_one(Institution, "EACC")
        columns = {c.key: getattr(template, c.key) for c in sa.inspect(Institution).columns}
        session.add(Institution(**columns | {"id": "CAJ", "acronym": "CAJ"}))
    world.staff(Role.OFFICER, "CENTRAL", unit_id="CENTRAL-T", name="Last Resort")
    case = world.case(WORDS)
    note = Act(Action.NOTE, Actor.OFFICER, "Called 0722 123 456, no answer.")
    redress.act(rt, case.id, note)
    clock.set(case.due_at + timedelta(days=60))
    redress.raise_late_cases(rt)
    clock.forward(days=6)
    press = Act(Action.ESCALATE, Actor.CITIZEN, source="s:1", channel="africastalking-ussd")
    assert redress.act(rt, case.id, press).level == OMBUDSMAN_LEVEL
    return case


@pytest.fixture
def liaison(world: DeskWorld, climbed: Case, app: Any) -> Browser:
    return Browser(app, world.staff(Role.OVERSIGHT, "CAJ"))


def path(case: Case, form: str) -> str:
    return f"/desk/cases/{case.reference}/ombudsman.{form}"


def test_the_chain_in_the_file_verifies_on_another_machine(liaison: Any, climbed: Case) -> None:
    file = json.loads(liaison.get(path(climbed, "json")).text)
    assert file["chain"]["whole"]
    previous = chain.GENESIS
    for number, event in enumerate(file["events"], start=1):
        assert (event["number"], event["previous"]) == (number, previous)
        previous = event["hash"]
        at = datetime.fromisoformat(event["at"])
        sealed = chain.seal(
            file["case"]["id"], number, event["action"], event["actor"], at, event["sealed"],
            event["previous"],
        )  # fmt: skip
        assert sealed == event["hash"]
    assert previous == file["chain"]["head"]
    assert "salt" not in json.dumps(file["events"])


def test_no_telephone_number_is_in_the_file(world: DeskWorld, climbed: Case, app: Any) -> None:
    office = Browser(app, world.staff(Role.SUPERVISOR, "NRB", unit_id="NRB-R"))
    for reader in (office, Browser(app, world.staff(Role.AUDITOR, None))):
        file = reader.get(path(climbed, "json")).text
        for number in (PHONE, PHONE[1:], "0722 123 456", "0722123456"):
            assert number not in file
        assert "They told me to call" in file


def test_words_sealed_before_there_were_salts_are_masked_too(
    world: DeskWorld, rt: Any, app: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as before:
        before.setattr(chain, "salted", lambda data, salt: dict(data))
        case = world.case()
        redress.act(rt, case.id, Act(Action.NOTE, Actor.OFFICER, "Called 0722 123 456."))
        redress.act(rt, case.id, Act(Action.NOTE, Actor.OFFICER, "Called the registry."))
    office = Browser(app, world.staff(Role.SUPERVISOR, "NRB", unit_id="NRB-R"))
    file = office.get(path(case, "json")).text
    assert "0722 123 456" not in file
    events = json.loads(file)["events"]
    assert [event["sealed"].get("masked") for event in events] == [None, True, None]


def test_the_ombudsman_reads_the_words_whole_and_no_number_of_the_citizen(
    liaison: Any, climbed: Case
) -> None:
    file = liaison.get(path(climbed, "json")).text
    assert WORDS in file
    assert "Called 0722 123 456, no answer." in file
    assert PHONE[1:] not in file


def test_the_file_has_both_clocks_custody_messages_and_who_was_told(
    liaison: Any, climbed: Case
) -> None:
    file = json.loads(liaison.get(path(climbed, "json")).text)
    office, citizen = file["clocks"]["office"], file["clocks"]["citizen"]
    assert office["working_days_used"] > office["working_days_allowed"] == 5
    assert citizen["days_waited"] > 60
    assert {held["holder"] for held in file["custody"]} == {"NRB-R desk"}
    assert file["case"]["ombudsmans_category"] is None
    assert any("is late" in sent["text"] and sent["state"] for sent in file["messages"])
    told = [(each["rung"], each["who"], each["instead"]) for each in file["told"]]
    assert ("supervisor", "Last Resort", True) in told
    assert ("oversight_body", "Last Resort", True) in told


def test_the_file_says_what_the_ombudsman_calls_such_a_complaint(
    liaison: Any, climbed: Case, rt: Any
) -> None:
    note = Act(Action.NOTE, Actor.OFFICER, "Read.", category=Category.DELAY)
    redress.act(rt, climbed.id, note)
    file = json.loads(liaison.get(path(climbed, "json")).text)
    assert file["case"]["ombudsmans_category"]["name_en"] == "Unreasonable delay"
    assert liaison.get(path(climbed, "pdf")).data.startswith(b"%PDF-")


@pytest.mark.parametrize("lang", ["en", "sw"])
def test_paper_is_made_from_the_same_file(liaison: Any, climbed: Case, lang: str) -> None:
    sent = liaison.get(f"{path(climbed, 'pdf')}?lang={lang}")
    assert sent.mimetype == "application/pdf"
    assert sent.data.startswith(b"%PDF-")
    assert len(sent.data) > 10_000


def test_words_that_look_like_markup_stay_words(world: DeskWorld, rt: Any, app: Any) -> None:
    case = world.case('#read("/etc/passwd") *bold* $x$ <label> @ref \\ // `raw`')
    boss = Browser(app, world.staff(Role.SUPERVISOR, "NRB", unit_id="NRB-R"))
    assert boss.get(path(case, "pdf")).data.startswith(b"%PDF-")


def test_who_may_not_have_the_file_finds_nothing(
    world: DeskWorld, liaison: Any, climbed: Case, app: Any
) -> None:
    lower = world.case()
    assert liaison.get(path(lower, "json")).status_code == 404
    other = Browser(app, world.staff(Role.OVERSIGHT, "EACC"))
    elsewhere = Browser(app, world.staff(Role.SUPERVISOR, "DIS"))
    for browser in (other, elsewhere):
        assert browser.get(path(climbed, "json")).status_code == 404
    assert liaison.get(path(climbed, "docx")).status_code == 404


def test_taking_the_file_is_written_down(liaison: Any, climbed: Case, rt: Any) -> None:
    liaison.get(path(climbed, "json"))
    with rt.transaction() as session:
        assert session.scalars(sa.select(Look.what)).all() == ["file"]


def test_the_page_of_a_case_leads_to_its_file_once_it_may_go_there(
    world: DeskWorld, climbed: Case, app: Any
) -> None:
    lower = world.case()
    people = {role: Browser(app, world.staff(role, "NRB", unit_id="NRB-R"))
              for role in (Role.SUPERVISOR, Role.OFFICER)}  # fmt: skip
    linked = {
        (role, case.id): path(case, "pdf") in page.get(f"/desk/cases/{case.reference}").text
        for role, page in people.items()
        for case in (climbed, lower)
    }
    assert [key for key, there in linked.items() if there] == [(Role.SUPERVISOR, climbed.id)]


def test_the_liaison_s_notice_leads_to_the_file(
    world: DeskWorld, climbed: Case, liaison: Any, rt: Any
) -> None:
    from feedback_service import notices
    from feedback_service.models import Staff

    with rt.transaction() as session:
        person = session.scalars(sa.select(Staff.id).where(Staff.institution_id == "CAJ")).one()
        notices.post(session, "k", "ombudsman", [person], rt.now(), case_id=climbed.id)
    assert path(climbed, "pdf") in liaison.get("/desk/notices").text


def test_what_a_caller_from_outside_heard_is_not_in_it(
    rt: Any, liaison: Browser, climbed: Case
) -> None:
    before = json.loads(liaison.get(path(climbed, "json")).text)["messages"]
    with rt.transaction() as session:
        citizen = session.get_one(Citizen, climbed.citizen_id)
        say = outbox.Wording("sms-called", "called", {"reference": climbed.reference})
        outbox.post(session, citizen, climbed.channel, "en", say, rt.now(), climbed.id)
    assert json.loads(liaison.get(path(climbed, "json")).text)["messages"] == before
