"""Visits at the desk: a file looked through, then taken; sheets printed; controls kept hidden."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from feedback_service import scoring, visits
from feedback_service.domain.periods import Period
from feedback_service.models import (
    AuditLine,
    CodeSheet,
    ControlVisit,
    DeclaredCount,
    Role,
    Visit,
    VisitCode,
)
from feedback_service.visits import Batch, Feeder, Way
from tests.desk_world import Browser, DeskWorld

pytestmark = pytest.mark.servers

HEADER = "source,service,service_point,at,phone,serial\n"
GOOD = "T1,passport,NRC-001,2026-03-02T08:00,0712000111,A1\n"
WRONG = "T2,passport,NRC-001,yesterday,0712000222,A2\n"
CONTROL = {
    "service": "passport", "service_point": "NRC-001", "at": "2026-03-02T08:00",
    "phone": "0712 000 111", "note": "second counter",
}  # fmt: skip


@pytest.fixture
def office(world: DeskWorld, app: Any) -> Browser:
    """The performance officer of the institution that gives passports."""
    return Browser(app, world.staff(Role.PERFORMANCE, "DIS"))


@pytest.fixture
def owner(world: DeskWorld, app: Any) -> Browser:
    """An analyst of the scorecards' owner."""
    return Browser(app, world.staff(Role.ANALYST, None))


def sent(browser: Browser, content: str) -> Any:
    return browser.post("/desk/visits", visits=(io.BytesIO(content.encode()), "visits.csv"))


def taken(browser: Browser, page: Any) -> Any:
    token = re.search(r'action="/desk/visits/([0-9a-f]{32})"', page.text)
    assert token, page.text
    return browser.post(f"/desk/visits/{token[1]}")


def every(rt: Any, model: Any) -> list[Any]:
    with rt.transaction() as session:
        return list(session.scalars(sa.select(model)))


def test_a_file_is_looked_through_before_it_is_taken(office: Browser, rt: Any) -> None:
    page = sent(office, HEADER + GOOD + WRONG)
    assert page.status_code == 422
    assert "1 row is right" in page.text
    assert "yesterday" in page.text
    assert every(rt, Visit) == []
    taken(office, page)
    (visit,) = every(rt, Visit)
    assert (visit.institution_id, visit.service_point_id) == ("DIS", "NRC-001")
    assert "visits.load" in {line.what for line in every(rt, AuditLine)}
    shown = office.get("/desk/visits").text
    assert "712000111" not in shown
    assert "File, at the desk" in shown


@pytest.mark.parametrize("content", ["", "a,b\n1,2\n", HEADER, "\0\x01"])
def test_a_file_that_is_none_is_refused_in_words(office: Browser, content: str) -> None:
    page = sent(office, content)
    assert page.status_code == 422
    assert 'role="alert"' in page.text


def test_nobody_can_change_or_take_back_a_visit(app: Any) -> None:
    rules = [rule for rule in app.url_map.iter_rules() if "/visits" in rule.rule]
    assert {method for rule in rules for method in rule.methods} <= {
        "GET", "HEAD", "OPTIONS", "POST",
    }  # fmt: skip
    assert {rule.endpoint for rule in rules if "POST" in rule.methods} == {
        "api.feed", "desk.look_visits_through", "desk.take_visits", "desk.declare_visits",
        "desk.make_codes", "desk.plant_control", "desk.confirm_declared",
    }  # fmt: skip


def test_a_declared_count_is_added_and_the_largest_stands(
    office: Browser, owner: Browser, rt: Any
) -> None:
    """Nobody lowers it once they have seen their coverage, but the owner who has looked it up."""
    for count in ("120", "100"):
        page = office.post(
            "/desk/visits/declare", kind="tickets", count=count, evidence="ticket report of March"
        )
        assert page.status_code == 303
    shown = office.get("/desk/visits").text
    assert "ticket report of March" in shown
    assert "Lower than before" in shown
    _, lower = sorted(every(rt, DeclaredCount), key=lambda one: one.at)
    assert declared_of(rt) == (120, 1)
    confirm = f"/desk/visits/declared/{lower.id}"
    assert confirm not in shown
    assert office.post(confirm).status_code == 404
    assert confirm in owner.get("/desk/visits?institution=DIS").text
    assert owner.post(confirm).status_code == 303
    assert declared_of(rt) == (100, 1), "that it was lowered is told all the same"
    assert "Confirmed by" in office.get("/desk/visits").text
    assert office.post(
        "/desk/visits/declare", kind="tickets", count="many", evidence="x"
    ).status_code == 422  # fmt: skip


def declared_of(rt: Any) -> tuple[int | None, int]:
    with rt.transaction() as session:
        found = scoring.frames(session, Period.parse("FY2025/26-Q3"), rt.now())["DIS"]
    return found.declared, found.lowered


def test_a_quarter_begins_at_midnight_in_nairobi(office: Browser, clock: Any) -> None:
    clock.set(datetime(2026, 3, 31, 21, 30, tzinfo=UTC))
    said = {"kind": "tickets", "count": "100", "evidence": "ticket report"}
    assert office.post("/desk/visits/declare", period="FY2025-26-Q4", **said).status_code == 303


def test_an_office_reads_its_own_feed_and_no_other(office: Browser, owner: Browser) -> None:
    assert office.get("/desk/visits?institution=NRB").status_code == 404
    assert owner.get("/desk/visits?institution=NRB").status_code == 200
    assert owner.get("/desk/visits").status_code == 200
    assert owner.post("/desk/visits/declare", kind="tickets").status_code == 404


def test_a_sheet_of_codes_is_made_and_printed(office: Browser, world: DeskWorld, rt: Any) -> None:
    made = office.post("/desk/visits/codes", service="passport", place="NRC-001", codes="20")
    assert made.status_code == 303
    (sheet,) = every(rt, CodeSheet)
    assert len(every(rt, VisitCode)) == 20
    printed = office.get(f"/desk/visits/codes/{sheet.id}.pdf")
    assert printed.data.startswith(b"%PDF")
    other = Browser(office.client.application, world.staff(Role.SUPERVISOR, "NRB"))
    assert other.get(f"/desk/visits/codes/{sheet.id}.pdf").status_code == 404


@pytest.mark.parametrize(
    "wrong", [{"service": "id-first"}, {"codes": "501"}, {"codes": "x"}, {"place": "X"}]
)
def test_a_sheet_that_cannot_be_made_is_refused(office: Browser, rt: Any, wrong: Any) -> None:
    form = {"service": "passport", "place": "", "codes": "5"} | wrong
    assert office.post("/desk/visits/codes", **form).status_code == 422
    assert every(rt, VisitCode) == []


def test_a_control_is_found_when_the_feed_brings_it(
    office: Browser, owner: Browser, rt: Any, clock: Any
) -> None:
    assert owner.post("/desk/visits/controls", **CONTROL).status_code == 303
    taken(office, sent(office, HEADER + GOOD))
    before = controls_of(rt)
    clock.set(datetime(2026, 4, 2, 6, tzinfo=UTC))
    assert (before, controls_of(rt)) == ((0, 0), (1, 1))
    assert "712000111" not in owner.get("/desk/visits/controls").text


@pytest.mark.parametrize(
    ("at", "fed_at", "way"),
    [
        pytest.param(
            "2026-03-01T08:00", datetime(2026, 3, 2, 6, tzinfo=UTC), Way.CSV, id="another day"
        ),
        pytest.param(
            "2026-03-02T08:00", datetime(2026, 3, 3, 9, tzinfo=UTC), Way.CSV, id="too late"
        ),
        pytest.param(
            "2026-03-02T08:00", datetime(2026, 3, 2, 6, tzinfo=UTC), Way.DEMO, id="invented"
        ),
    ],
)
def test_a_control_is_not_found_by_another_visit(
    owner: Browser, rt: Any, clock: Any, at: str, fed_at: datetime, way: Way
) -> None:
    owner.post("/desk/visits/controls", **CONTROL)
    clock.set(fed_at)
    row = {"source": "T9", "service": "passport", "service_point": "NRC-001", "at": at,
           "phone": "0712000111"}  # fmt: skip
    answers = visits.take(rt, Feeder("DIS", "DIS"), Batch(way, "x"), [row])
    assert [answer.fate for answer in answers] == [visits.Fate.TAKEN]
    clock.set(datetime(2026, 4, 2, 6, tzinfo=UTC))
    assert controls_of(rt) == (1, 0)
    assert ">Yes<" not in owner.get("/desk/visits/controls").text


def controls_of(rt: Any) -> tuple[int, int]:
    with rt.transaction() as session:
        found = scoring.frames(session, Period.parse("FY2025/26-Q3"), rt.now()).get("DIS")
    return (found.planted, found.found) if found else (0, 0)


def seen(office: Browser) -> str:
    """The page without its tokens, which tell the second they were made in."""
    return re.sub(r'(name="csrf_token" value=)"[^"]*"', r"\1", office.get("/desk/visits").text)


def test_no_office_learns_of_a_control(office: Browser, owner: Browser, rt: Any) -> None:
    before = seen(office)
    owner.post("/desk/visits/controls", **CONTROL)
    assert len(every(rt, ControlVisit)) == 1
    assert office.get("/desk/visits/controls").status_code == 404
    assert seen(office) == before
    (line,) = [line for line in every(rt, AuditLine) if line.what == "control.plant"]
    assert line.data == {}


def test_an_overseer_of_one_body_plants_nothing(world: DeskWorld, app: Any) -> None:
    elsewhere = Browser(app, world.staff(Role.OVERSIGHT, "NRB"))
    assert elsewhere.get("/desk/visits/controls").status_code == 404
    assert elsewhere.post("/desk/visits/controls", **CONTROL).status_code == 404


def test_a_control_without_a_number_is_refused(owner: Browser, rt: Any) -> None:
    page = owner.post("/desk/visits/controls", **CONTROL | {"phone": ""})
    assert page.status_code == 422
    assert every(rt, ControlVisit) == []


def test_the_page_behind_a_code_shows_every_way_and_looks_nothing_up(client: Any, rt: Any) -> None:
    page = client.get("/v/12345678906")
    assert page.status_code == 200
    for way in ("tel:*384*77*12345678906%23", "sms:22123?body=12345678906", "1234 5678 906"):
        assert way in page.text
    assert client.get("/v/12345678904").status_code == 404
