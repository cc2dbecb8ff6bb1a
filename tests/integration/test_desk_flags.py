"""The pages of flags: who finds which, what they tell, and the review."""

from __future__ import annotations

import re
from typing import Any

import pytest

from feedback_service.models import Institution, Role
from feedback_service.scoring import flags
from tests.desk_world import Browser
from tests.integration.test_flags import all_flags, plant_cases

pytestmark = pytest.mark.servers


@pytest.fixture
def flagged(world: Any, rt: Any) -> Any:
    """A body that refused half of its complaints."""
    plant_cases(rt, many=120, rejected=60)
    flags.raise_flags(rt)
    return world


def path(rt: Any) -> str:
    return f"/desk/flags/{all_flags(rt)[0].id}"


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ANALYST, Role.OVERSIGHT])
def test_reviewers_find_the_flag_with_its_clock(
    flagged: Any, rt: Any, app: Any, role: Role
) -> None:
    browser = Browser(app, flagged.staff(role, None))
    page = browser.get("/desk/flags").text
    assert "Many complaints refused" in page
    assert "60 of 120 (50.0 %)" in page
    assert re.search(r"due in (9|10) working days", page)
    assert browser.get(path(rt)).status_code == 200


def test_oversight_sees_the_bodies_it_watches_and_no_other(flagged: Any, rt: Any, app: Any) -> None:
    with rt.transaction() as session:
        session.get_one(Institution, "NRB").external_escalation = "EACC"
        session.get_one(Institution, "NRB").reporting_line = "direct"
    theirs = Browser(app, flagged.staff(Role.OVERSIGHT, "EACC"))
    others = Browser(app, flagged.staff(Role.OVERSIGHT, "DIS"))
    assert theirs.get(path(rt)).status_code == 200
    assert others.get(path(rt)).status_code == 404
    assert others.post(f"{path(rt)}/review", stands="no", reason="Not ours.").status_code == 404
    assert path(rt) not in others.get("/desk/flags").text


def test_the_figures_are_shown_three_ways(flagged: Any, rt: Any, app: Any) -> None:
    page = Browser(app, flagged.staff(Role.ANALYST, None)).get(path(rt)).text
    line = next(row for row in page.split("<tr>") if "Complaints resolved<" in row)
    assert re.findall(r"\d+\.\d %", line) == ["100.0 %", "50.0 %", "50.0 %"]


def test_only_who_reads_cases_is_led_to_them(flagged: Any, rt: Any, app: Any) -> None:
    auditor = Browser(app, flagged.staff(Role.AUDITOR, None)).get(path(rt)).text
    analyst = Browser(app, flagged.staff(Role.ANALYST, None)).get(path(rt)).text
    assert auditor.count("/desk/cases/") == 60
    assert "/desk/cases/" not in analyst


@pytest.mark.parametrize(("stands", "words"), [("yes", "stay out"), ("no", "the records count")])
def test_a_review_is_written_down_and_shown(
    flagged: Any, rt: Any, app: Any, stands: str, words: str
) -> None:
    browser = Browser(app, flagged.staff(Role.AUDITOR, None, name="Wanjiru Auditor"))
    sent = browser.post(f"{path(rt)}/review", stands=stands, reason="Read all sixty refusals.")
    assert sent.status_code == 303
    assert all_flags(rt)[0].stands is (stands == "yes")
    page = browser.get(path(rt)).text
    assert "Wanjiru Auditor" in page
    assert words in page
    assert "<textarea" not in page


def test_a_review_without_a_reason_comes_back(flagged: Any, rt: Any, app: Any) -> None:
    browser = Browser(app, flagged.staff(Role.AUDITOR, None))
    sent = browser.post(f"{path(rt)}/review", stands="yes", reason="bad")
    assert sent.status_code == 409
    assert "Write what you looked at" in sent.text
    assert ">bad</textarea>" in sent.text
    assert all_flags(rt)[0].reviewed_at is None


def test_nobody_reviews_their_own_institution(flagged: Any, rt: Any, app: Any) -> None:
    browser = Browser(app, flagged.staff(Role.AUDITOR, "NRB"))
    assert "<textarea" not in browser.get(path(rt)).text
    sent = browser.post(f"{path(rt)}/review", stands="no", reason="We are quite all right.")
    assert sent.status_code == 409
    assert all_flags(rt)[0].reviewed_at is None


def test_the_pages_speak_kiswahili(flagged: Any, rt: Any, app: Any) -> None:
    browser = Browser(app, flagged.staff(Role.AUDITOR, None))
    assert "Malalamiko mengi yaliyokataliwa" in browser.get("/desk/flags?lang=sw").text
    assert "Malalamiko yaliyotatuliwa" in browser.get(f"{path(rt)}?lang=sw").text


def test_without_flags_the_page_says_so(world: Any, app: Any) -> None:
    assert "No flags" in Browser(app, world.staff(Role.AUDITOR, None)).get("/desk/flags").text
