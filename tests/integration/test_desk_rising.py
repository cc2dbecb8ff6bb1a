"""The pages of what rises: who finds which problem, reads whose words, and says what of it."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from feedback_service import emerging
from feedback_service.models import AuditLine, Campaign, Case, EmergingProblem, Institution, Role
from tests.desk_world import Browser
from tests.integration.emerging_planting import plant_history, plant_rise, problems

pytestmark = pytest.mark.servers

FOUND = "Nobody is served since the printer broke, see the counter."


@pytest.fixture
def risen(world: Any, rt: Any) -> Any:
    """The bureau's printer broke today, one citizen gave a number with it."""
    plant_history(rt)
    plant_rise(rt)
    with rt.transaction() as session:
        session.execute(sa.text(
            "update cases set text = text || ' nipigie 0712345678' where text like 'Printer ya%'"
        ))  # fmt: skip
    assert emerging.look(rt) == 1
    return world


def a_campaign(rt: Any) -> Campaign:
    today = rt.now().date()
    return Campaign(
        code="91234", name_en="Service Week", name_sw="Wiki ya Huduma", first_on=today,
        last_on=today, made_at=rt.now(),
    )  # fmt: skip


def path(rt: Any) -> str:
    return f"/desk/emerging/{problems(rt)[0].id}"


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.PERFORMANCE])
def test_the_bodys_people_read_masked_examples_and_open_the_cases(
    risen: Any, rt: Any, app: Any, role: Role
) -> None:
    browser = Browser(app, risen.staff(role, "NRB"))
    assert path(rt) in browser.get("/desk/emerging").text
    with rt.transaction() as session:
        session.add(week := a_campaign(rt))
        session.flush()  # Cases point to it.
        session.execute(sa.update(Case).values(campaign_id=week.id))
    page = browser.get(path(rt)).text
    assert "Printer ya ID imekufa" in page
    assert "of the campaign “Service Week”" in page
    assert "0712345678" not in page
    assert "[…78]" in page
    assert "<svg" in page
    queue = browser.get(f"/desk/?rising={problems(rt)[0].id}").text
    assert queue.count("data-row") >= len(problems(rt)[0].cases) > 5


@pytest.mark.parametrize("role", [Role.OVERSIGHT, Role.ANALYST, Role.AUDITOR])
def test_who_watches_over_all_sees_the_counts_and_no_citizens_words(
    risen: Any, rt: Any, app: Any, role: Role
) -> None:
    browser = Browser(app, risen.staff(role, None))
    assert path(rt) in browser.get("/desk/emerging").text
    page = browser.get(path(rt)).text
    assert "to be expected" in page
    assert "Printer ya ID imekufa" not in page


def test_a_page_of_nothing_judged_is_not_calm(world: Any, rt: Any, app: Any) -> None:
    browser = Browser(app, world.staff(Role.SUPERVISOR, "NRB"))
    assert "Not known yet" in browser.get("/desk/emerging").text
    plant_history(rt)
    emerging.look(rt)
    assert "Nothing rises" in browser.get("/desk/emerging").text


def test_another_body_finds_nothing(risen: Any, rt: Any, app: Any) -> None:
    browser = Browser(app, risen.staff(Role.SUPERVISOR, "DIS"))
    assert path(rt) not in browser.get("/desk/emerging").text
    assert browser.get(path(rt)).status_code == 404
    said = browser.post(f"{path(rt)}/said", confirmed="no", note="We do not like it at all.")
    assert said.status_code == 404
    assert "data-row" not in browser.get(f"/desk/?rising={problems(rt)[0].id}").text


def test_what_rises_in_a_county_is_its_governments_too(risen: Any, rt: Any, app: Any) -> None:
    with rt.transaction() as session:
        session.get_one(EmergingProblem, problems(rt)[0].id).institution_id = None
        session.get_one(EmergingProblem, problems(rt)[0].id).county_code = 47
        body = session.get_one(Institution, "HKS")
        body.type, body.county_code = "county government", 47
    theirs = Browser(app, risen.staff(Role.SUPERVISOR, "HKS"))
    assert theirs.get(path(rt)).status_code == 200
    assert "Printer ya ID imekufa" not in theirs.get(path(rt)).text, (
        "cases of another body stay its own"
    )
    assert path(rt) in theirs.get("/desk/emerging?county=47").text
    assert path(rt) not in theirs.get("/desk/emerging?county=1").text
    assert Browser(app, risen.staff(Role.SUPERVISOR, "DIS")).get(path(rt)).status_code == 404


def test_a_word_needs_a_reason_and_is_measured(risen: Any, rt: Any, app: Any) -> None:
    person = risen.staff(Role.PERFORMANCE, "NRB")
    browser = Browser(app, person)
    assert "Nobody has said yet" in browser.get("/desk/emerging").text
    assert browser.post(f"{path(rt)}/said", confirmed="yes", note=" no ").status_code == 409
    assert problems(rt)[0].confirmed is None
    assert browser.post(f"{path(rt)}/said", confirmed="yes", note=FOUND).status_code == 303
    assert FOUND in browser.get(path(rt)).text
    assert "Of 1 alarm that somebody looked at, 1 was a problem" in (
        browser.get("/desk/emerging").text
    )
    with rt.transaction() as session:
        line = session.scalars(
            sa.select(AuditLine).where(AuditLine.what == "emerging.say")
        ).one()  # fmt: skip
    assert line.staff_id == person.id


def test_the_body_does_not_unsay_it_and_who_watches_over_may(risen: Any, rt: Any, app: Any) -> None:
    browser = Browser(app, risen.staff(Role.SUPERVISOR, "NRB"))
    browser.post(f"{path(rt)}/said", confirmed="no", note="A campaign of ours, nothing else.")
    again = browser.post(f"{path(rt)}/said", confirmed="yes", note="We thought about it again.")
    assert (again.status_code, problems(rt)[0].confirmed) == (409, False)
    above = Browser(app, risen.staff(Role.OVERSIGHT, None))
    above.post(f"{path(rt)}/said", confirmed="yes", note="Three offices say that printers broke.")
    assert problems(rt)[0].confirmed is True


def test_a_problem_of_nonsense_is_refused(risen: Any, rt: Any, app: Any) -> None:
    browser = Browser(app, risen.staff(Role.SUPERVISOR, "NRB"))
    assert browser.post(f"{path(rt)}/said", confirmed="perhaps", note=FOUND).status_code == 400
    assert browser.get("/desk/?rising=nonsense").status_code == 200
    assert browser.get("/desk/emerging?county=nonsense").status_code == 200


def test_the_page_speaks_kiswahili(risen: Any, rt: Any, app: Any) -> None:
    browser = Browser(app, risen.staff(Role.SUPERVISOR, "NRB"))
    assert "walitarajiwa" in browser.get(f"{path(rt)}?lang=sw").text
    assert "Yanayoongezeka" in browser.get("/desk/emerging?lang=sw").text
