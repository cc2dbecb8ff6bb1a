"""The institution's figures and the national view: what each reader finds there, and what not."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from typing import Any

import pytest

from analytics.scorecards import Scorecard
from feedback_service.domain.cases import Lane
from feedback_service.domain.periods import Period
from feedback_service.domain.ratings import Sample
from feedback_service.models import Category, Role, Visit
from feedback_service.web.desk.dashboard import visits_by_service
from tests.desk_world import Browser, DeskWorld
from tests.integration.scoring_planting import IN_QUARTER, a_case, a_rating, many_ratings

pytestmark = pytest.mark.servers
WHEN = "period=FY2025-26-Q3"


@pytest.fixture
def world(rt: Any) -> DeskWorld:
    return DeskWorld(rt)


def plant(rt: Any, *rows: Any) -> None:
    with rt.transaction() as session:
        session.add_all(rows)


def words(answer: Any) -> str:
    assert answer.status_code == 200, answer.text
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


def seen(app: Any, world: DeskWorld, role: Role, path: str, at: str | None = None) -> str:
    return words(Browser(app, world.staff(role, at)).get(f"/desk/{path}"))


@pytest.mark.parametrize("role", [Role.PERFORMANCE, Role.SUPERVISOR])
def test_a_body_reads_what_to_mend_first(app: Any, rt: Any, world: DeskWorld, role: Role) -> None:
    plant(rt, *(a_rating(on_time=n > 30, paid_more=n < 5) for n in range(60)))
    text = seen(app, world, role, f"dashboard?{WHEN}", "NRB")
    slow, paid = text.index("Served later than promised"), text.index("Paid more than promised")
    assert slow < paid, "31 citizens before 5"
    assert "The rule:" in text


def test_kinds_of_complaint_count_only_what_the_reader_may_see(
    app: Any, rt: Any, world: DeskWorld
) -> None:
    same: dict[str, Any] = {"triaged_at": IN_QUARTER, "category": Category.DELAY}
    plant(rt, *(a_case(number, **same) for number in range(6)))
    plant(rt, *(a_case(10 + n, **same, lane=Lane.CONFIDENTIAL) for n in range(3)))
    plant(rt, a_case(20, **same, institution_id="DIS", unit_id="DIS-R"))
    plant(rt, *(a_case(30 + n, **same, simulated=True) for n in range(2)))
    text = seen(app, world, Role.PERFORMANCE, f"dashboard?{WHEN}", "NRB")
    assert re.search(r"Not solved by the date Delay 6 of 6\b", text)


def test_an_answer_of_a_few_is_on_no_dashboard(app: Any, rt: Any, world: DeskWorld) -> None:
    plant(rt, *(a_rating(on_time=False, service_id="passport") for _ in range(3)))
    plant(rt, *(a_rating() for _ in range(60)))
    text = seen(app, world, Role.PERFORMANCE, f"dashboard?{WHEN}", "NRB")
    assert "Served later than promised" not in text


def test_a_number_of_the_register_too_small_for_anyone_is_on_no_dashboard(
    app: Any, rt: Any, world: DeskWorld
) -> None:
    """One case more than its reader may open would be one that names the reader."""
    shut = a_case(1, triaged_at=IN_QUARTER, service_id="passport")
    plant(rt, shut, *(a_case(10 + n, triaged_at=IN_QUARTER) for n in range(40)))
    text = seen(app, world, Role.SUPERVISOR, f"dashboard?{WHEN}", "NRB")
    of_services = text[text.index("By service Service") :]
    assert "ID, first time" in of_services
    assert "n 40" in of_services
    assert "Passport" not in of_services


@pytest.mark.parametrize("role", [Role.ANALYST, Role.OVERSIGHT])
def test_the_country_is_grouped_by_sides(app: Any, rt: Any, world: DeskWorld, role: Role) -> None:
    plant(rt, *many_ratings(41, 200, institution_id="NRB", county_code=47))
    plant(rt, *(a_case(number, triaged_at=IN_QUARTER) for number in range(30)))
    assert "Told, not judged 1" in seen(app, world, role, f"national?{WHEN}&indicator=courtesy")
    text = seen(app, world, role, f"national?{WHEN}&indicator=resolved")
    assert "Below the standard 1" in text
    assert "Registration Bureau" in text
    assert "Not measured" in text


def test_a_watcher_of_some_finds_no_other(app: Any, rt: Any, world: DeskWorld) -> None:
    browser = Browser(app, world.staff(Role.OVERSIGHT, "EACC"))
    assert browser.get("/desk/national/NRB").status_code == 404
    assert browser.get("/desk/national/NRB/cases").status_code == 404
    assert "Registration Bureau" not in words(browser.get(f"/desk/national?{WHEN}"))


def test_a_bodys_analyst_reads_no_answer_before_everybody(
    app: Any, rt: Any, world: DeskWorld
) -> None:
    readers = [Browser(app, world.staff(Role.ANALYST, body)) for body in ("NRB", None)]
    numbers = []
    for many in (45, 1, 4):
        plant(rt, *(a_rating() for _ in range(many)))
        pages = [words(one.get(f"/desk/national/NRB?{WHEN}")) for one in readers]
        numbers.append([re.findall(r"\bn (4[5-9]|50)\b", page)[0] for page in pages])
    assert numbers == [["45", "45"], ["45", "46"], ["50", "50"]]


def test_bodies_are_filtered_by_what_they_are(app: Any, rt: Any, world: DeskWorld) -> None:
    text = seen(app, world, Role.ANALYST, f"national?{WHEN}&type=department&line=direct")
    assert "Not measured 5" in text
    none = seen(app, world, Role.ANALYST, f"national?{WHEN}&county=1")
    assert "No institution matches" in none


def test_cases_counted_show_heads_of_chains_and_nothing_of_the_case(
    app: Any, rt: Any, world: DeskWorld
) -> None:
    case = world.case("I paid three hundred at counter four")
    hidden = world.case("They asked for money", lane=Lane.CONFIDENTIAL)
    with rt.transaction() as session:
        for one in (case, hidden):
            row = session.get_one(type(case), one.id)
            row.due_at = row.first_due_at = IN_QUARTER
    text = seen(app, world, Role.ANALYST, f"national/{case.institution_id}/cases?{WHEN}")
    assert len(re.findall(r"\b[0-9a-f]{16}\b", text)) == 1
    assert "not solved" in text
    assert case.reference not in text.replace(" ", "")
    assert "counter four" not in text


def test_invented_cases_stand_behind_no_real_figure(app: Any, rt: Any, world: DeskWorld) -> None:
    case = world.case("I paid three hundred at counter four")
    invented = world.case("Nobody said this")
    with rt.transaction() as session:
        for one in (case, invented):
            row = session.get_one(type(case), one.id)
            row.due_at = row.first_due_at = IN_QUARTER
        session.get_one(type(case), invented.id).simulated = True
    path = f"national/{case.institution_id}/cases?{WHEN}"
    assert len(re.findall(r"\b[0-9a-f]{16}\b", seen(app, world, Role.ANALYST, path))) == 1


@pytest.mark.parametrize("path", ["national", "national/NRB", "national/NRB/cases"])
def test_the_country_opens_in_both_languages(
    app: Any, rt: Any, world: DeskWorld, path: str
) -> None:
    plant(rt, *many_ratings(42, 60, county_code=47))
    browser = Browser(app, world.staff(Role.ANALYST, None))
    for language in ("en", "sw"):
        answer = browser.get(f"/desk/{path}?{WHEN}&lang={language}")
        assert f'<html lang="{language}"' in answer.text


def test_answers_stand_for_all_visits_where_citizens_were_drawn_from_them(
    rt: Any, world: DeskWorld
) -> None:
    card = Scorecard("NRB", "FY2025/26-Q3", {}, simulated=False, sample=Sample.VERIFIED)
    period = Period.parse("FY2025/26-Q3")
    with rt.transaction() as session:
        session.add_all(_visit(number) for number in range(7))
        session.flush()
        assert visits_by_service(session, card, period) == {"id-first": 7}
        alone = replace(card, sample=Sample.OPEN)
        assert visits_by_service(session, alone, period) == {}


def _visit(number: int) -> Visit:
    return Visit(
        source=f"test:visit:{number}", institution_id="NRB", service_id="id-first",
        county_code=47, at=IN_QUARTER, fed_at=IN_QUARTER, simulated=False,
    )  # fmt: skip
