"""The pages of frozen quarters: a contest made, answered and moderated; what everybody may read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from analytics.evidence.verifying import verify
from analytics.indicators.definitions import figure
from analytics.intervals import Interval
from feedback_service.domain.cases import Action, Actor, Lane
from feedback_service.models import Institution, Role
from feedback_service.scoring.frozen import counted
from feedback_service.web.frozen_views import between
from tests.desk_world import Browser
from tests.integration.frozen_planting import PERIOD, act, frozen, plant

pytestmark = pytest.mark.servers
DESK = f"/desk/frozen/{PERIOD.label.replace('/', '-')}"
PUBLIC = f"/scorecards{DESK.removeprefix('/desk')}"
WORDS = "Two of these cases were never ours."


@pytest.fixture
def closed(world: Any, rt: Any, clock: Any) -> Any:
    """A frozen quarter and its cases; one of them was answered after the freeze."""
    cases = plant(rt, world, clock)
    frozen(rt, clock)
    clock.forward(days=1)
    act(rt, cases[2], Action.RESOLVE, Actor.OFFICER, "It is there at last.")
    return world, cases


def test_a_contest_goes_from_the_body_to_the_owner_and_to_everybody(
    closed: Any, app: Any, client: Any
) -> None:
    world, _ = closed
    officer = Browser(app, world.staff(Role.PERFORMANCE, "NRB"))
    analyst = Browser(app, world.staff(Role.ANALYST, None, name="Njeri of the owner"))
    assert DESK in officer.get("/desk/frozen").text
    figure = {"indicator": "resolved", "reasons": WORDS, "evidence": "The transfer of 3 March."}
    assert officer.post(f"{DESK}/contest", **figure).status_code == 303
    again = officer.post(f"{DESK}/contest", **figure)
    assert (again.status_code, WORDS in again.text) == (409, True), "what was typed is kept"
    assert officer.get(f"{DESK}?institution=DIS").text.count(WORDS) == 1, "its own body's only"
    page = analyst.get(DESK).text
    assert WORDS in page
    assert WORDS not in client.get(PUBLIC).text, "until an analyst has read and answered it"
    answer = page.split(f'action="{DESK}/contests/')[1].split('"')[0]
    path = f"{DESK}/contests/{answer}"
    assert analyst.post(path, upheld="maybe", answer=WORDS).status_code == 400
    assert analyst.post(path, upheld="yes", answer="They belong elsewhere.").status_code == 303
    score = {"institution": "NRB", "indicator": "resolved", "reason": "Without the two."}
    for value, status in (("many", 409), ("120", 409), ("91.5 %", 303)):
        assert analyst.post(f"{DESK}/moderate", value=value, **score).status_code == status
    shown = officer.get(DESK).text
    assert "91.5 %" in shown
    assert "Njeri of the owner" in shown
    assert "91.5 %" not in client.get(PUBLIC).text, "one analyst's word"
    assert f"{DESK}/scores/" not in analyst.get(f"{DESK}?institution=NRB").text, "her own"
    second = Browser(app, world.staff(Role.ANALYST, None, name="Otieno the second"))
    page = second.get(f"{DESK}?institution=NRB").text
    agree = page.split(f'action="{DESK}/scores/')[1].split('"')[0]
    assert analyst.post(f"{DESK}/scores/{agree}").status_code == 409
    assert second.post(f"{DESK}/scores/{agree}").status_code == 303
    for lang, word in (("en", "Contest upheld"), ("sw", "Pingamizi limekubaliwa")):
        told = client.get(f"{PUBLIC}?lang={lang}").text
        assert all(one in told for one in (word, WORDS))
        assert "91.5 %" not in told, "three cases: the card hides the figure, and so this"


def test_the_body_reads_of_its_figures_what_everybody_reads(closed: Any, app: Any) -> None:
    world, _ = closed
    pages = {
        who: Browser(app, world.staff(role, body)).get(f"{DESK}?institution=NRB").text
        for who, role, body in (
            ("body", Role.PERFORMANCE, "NRB"),
            ("its own analyst", Role.ANALYST, "NRB"),
            ("owner", Role.ANALYST, None),
        )
    }
    row = "Complaints resolved</th>"
    cells = {who: page.split(row)[1].split("</tr>")[0] for who, page in pages.items()}
    assert 'class="num">3<' in cells["owner"], "three cases"
    for who in ("body", "its own analyst"):
        assert "kept back" in cells[who]
        assert 'class="num">3<' not in cells[who]


@pytest.mark.parametrize(
    ("name", "low", "high", "lang", "words"),
    [
        ("hidden_problems", 5.7, 15.1, "en", "5.7 to 15.1 per 100 visits"),
        ("resolved", 0.409, 0.929, "sw", "40.9 hadi 92.9 %"),
        ("satisfaction", 3.86, 4.19, "en", "3.86 to 4.19"),
        ("extra_paid", 5.0, 5.0, "en", "KES 5.00 to KES 5.00"),
    ],
)
def test_an_interval_says_its_unit_once(
    name: str, low: float, high: float, lang: str, words: str
) -> None:
    one = figure(name, (low + high) / 2, Interval(low, high), 100, {})
    assert between(one, lang) == words


def test_what_came_after_the_freeze_is_listed_for_the_body(
    closed: Any, app: Any, client: Any
) -> None:
    world, cases = closed
    page = Browser(app, world.staff(Role.PERFORMANCE, "NRB")).get(DESK).text
    assert "1 thing happened" in page
    assert f"/desk/cases/{cases[2].reference}" in page
    analyst = Browser(app, world.staff(Role.ANALYST, None)).get(f"{DESK}?institution=NRB").text
    assert "1 thing happened" in analyst
    assert cases[2].reference[:4] not in analyst.split("1 thing happened")[1].split("</section>")[0]


def test_a_shut_case_is_not_even_counted_among_what_came_after(
    closed: Any, app: Any, rt: Any
) -> None:
    world, cases = closed
    with rt.transaction() as session:
        session.merge(cases[2]).lane = Lane.CONFIDENTIAL
    for role, body in ((Role.PERFORMANCE, "NRB"), (Role.ANALYST, None)):
        page = Browser(app, world.staff(role, body)).get(f"{DESK}?institution=NRB").text
        assert "happened" not in page
    auditor = Browser(app, world.staff(Role.AUDITOR, None)).get(f"{DESK}?institution=NRB").text
    assert "1 thing happened" in auditor


def test_packs_and_proofs_are_there_for_whom_they_are_meant(
    closed: Any, app: Any, client: Any, rt: Any, tmp_path: Path
) -> None:
    world, cases = closed
    file = tmp_path / "pack.zip"
    full = f"{DESK}/NRB.zip"
    with rt.transaction() as session:
        session.get_one(Institution, "EACC").type = "constitutional commission"
    for role, body, status in (
        (Role.AUDITOR, None, 200),
        (Role.AUDITOR, "EACC", 200),
        (Role.AUDITOR, "DIS", 404),
        (Role.PERFORMANCE, "NRB", 404),
        (Role.ANALYST, "NRB", 404),
        (Role.AUDITOR, "NRB", 404),
    ):
        answer = Browser(app, world.staff(role, body)).get(full)
        assert answer.status_code == status
    file.write_bytes(Browser(app, world.staff(Role.ANALYST, None)).get(full).data)
    assert verify(file, lambda *_: None).recomputed
    assert f"{PUBLIC}/NRB.zip" in client.get(PUBLIC).text
    when = PUBLIC.rpartition("/")[2]
    for path in (f"/scorecards/?period={when}", f"/scorecards/NRB/{when}"):
        assert f'href="{PUBLIC}"' in client.get(path).text
    told = client.get(f"/api/v1/scorecards?period={when}").json
    assert told["provisional"] is False
    file.write_bytes(client.get(f"{PUBLIC}/NRB.zip").data)
    assert not verify(file, lambda *_: None).recomputed
    assert client.get(f"{PUBLIC}/NOBODY.zip").status_code == 404
    with rt.transaction() as session:
        receipt = counted.of_verdict(session, session.merge(cases[0])).receipt
    asked = f"/scorecards/frozen/proof?period={PERIOD.label}&receipt="
    assert client.get(asked + receipt).json["leaf"].startswith(receipt.replace("-", ""))
    assert client.get(asked + "0000").status_code == 404


def test_nothing_is_frozen_before_it_is(world: Any, app: Any, client: Any) -> None:
    assert "No quarter is frozen yet" in client.get("/scorecards/frozen/").text
    assert client.get(PUBLIC).status_code == 404
    browser = Browser(app, world.staff(Role.PERFORMANCE, "NRB"))
    assert "No quarter is frozen yet" in browser.get("/desk/frozen").text
    for wrong in (DESK, "/desk/frozen/2026"):
        assert browser.get(wrong).status_code == 404
