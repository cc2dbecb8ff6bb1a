"""What citizens told callers from outside, as the scorecard says it beside the office's word."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest

from feedback_service import scoring, verification
from feedback_service.doctor import calls
from feedback_service.domain.cases import CaseStatus, Outcome
from feedback_service.models import CallResult, Case
from tests.desk_world import DeskWorld
from tests.integration.test_verification import QUARTER, drawn, over, viewer

pytestmark = pytest.mark.servers


def worked(world: DeskWorld, clock: Any, solved_of_ten: int) -> None:
    """Every drawn case called until somebody has said what there is to say."""
    who = viewer(world)
    for number in range(1000):
        call = verification.next_call(world.rt, who)
        if call is None:
            return
        said = CallResult.SOLVED if number % 10 < solved_of_ten else CallResult.NOT_SOLVED
        verification.record(world.rt, who, call.case_id, said)


def test_the_scorecard_holds_what_citizens_told_outsiders_beside_what_the_office_says(
    world: DeskWorld, rt: Any, clock: Any
) -> None:
    over(world, 40)
    for _ in range(10):  # past their date and open: not solved, without a call
        case = world.case()
        with rt.transaction() as session:
            row = session.get_one(Case, case.id)
            row.due_at = row.first_due_at = clock() - timedelta(days=1)
    drawn(world, clock)
    worked(world, clock, solved_of_ten=5)
    figures = scoring.card(rt, "NRB", QUARTER, public=False).figures
    assert (figures["resolved"].value, figures["resolved"].n) == (0.8, 50)
    verified = figures["verified"]
    assert (verified.value, verified.n, verified.shown) == (0.4, 40, True)
    assert verified.low == verified.high == 0.4  # all of the silent were called


def test_below_thirty_answers_the_verified_share_is_not_measured(
    world: DeskWorld, rt: Any, clock: Any
) -> None:
    over(world, 29)
    drawn(world, clock)
    worked(world, clock, solved_of_ten=5)
    verified = scoring.card(rt, "NRB", QUARTER).figures["verified"]
    assert (verified.value, verified.shown, verified.why_hidden) == (
        None, False, "fewer than 30 answers",
    )  # fmt: skip


def test_an_office_that_closes_what_nobody_answers_gains_nothing_verified(
    world: DeskWorld, rt: Any, clock: Any
) -> None:
    over(world, 40)
    drawn(world, clock)
    worked(world, clock, solved_of_ten=2)
    before = scoring.card(rt, "NRB", QUARTER, public=False).figures
    over(world, 40)  # closed, not drawn yet
    after = scoring.card(rt, "NRB", QUARTER, public=False).figures
    assert after["resolved"].n == before["resolved"].n + 40
    assert after["verified"].value == before["verified"].value
    assert after["verified"].excluded["not drawn yet"] == 40


def test_a_case_opened_again_after_the_draw_is_counted_once(
    world: DeskWorld, rt: Any, clock: Any
) -> None:
    cases = over(world, 40)
    drawn(world, clock)
    worked(world, clock, solved_of_ten=5)
    with rt.transaction() as session:
        row = session.get_one(Case, cases[0].id)
        row.status, row.outcome, row.closed_at = CaseStatus.ACKNOWLEDGED, Outcome.DISPUTED, None
    assert scoring.card(rt, "NRB", QUARTER, public=False).figures["verified"].value == 0.5


def test_a_year_adds_its_quarters_calls(world: DeskWorld, rt: Any, clock: Any) -> None:
    over(world, 40)
    drawn(world, clock)
    worked(world, clock, solved_of_ten=5)
    quarter = scoring.card(rt, "NRB", QUARTER, public=False).figures["verified"]
    year = scoring.card(rt, "NRB", QUARTER.financial_year, public=False).figures["verified"]
    assert (year.value, year.n) == (quarter.value, quarter.n) == (0.5, 40)


def test_the_doctor_says_when_drawn_cases_are_forgotten(
    world: DeskWorld, rt: Any, clock: Any
) -> None:
    def said() -> list[str]:
        with rt.transaction() as session:
            return [finding.what for finding in calls.checks(rt, session)]

    assert said() == []
    over(world, 2)
    drawn(world, clock)
    assert "Citizens drawn by lot are called back" in said()
    clock.forward(days=15)
    assert any("2 drawn cases nobody has called" in what for what in said())


def test_a_seed_is_sealed_while_calls_are_made_and_told_when_they_are_over(
    world: DeskWorld, client: Any, clock: Any
) -> None:
    over(world, 6)
    drawn(world, clock)
    (told,) = client.get("/api/v1/draws?period=FY2025-26-Q3").json["draws"]
    assert (told["seed"], told["frame_size"]) == (None, 6)
    assert told["seed_hash"] == sha256(b"a seed").hexdigest()
    worked(world, clock, solved_of_ten=5)
    (now,) = client.get("/api/v1/draws?period=FY2025-26-Q3").json["draws"]
    assert now == told | {"seed": "a seed"}


def test_calls_nobody_made_keep_no_seed_for_ever(world: DeskWorld, client: Any, clock: Any) -> None:
    over(world, 2)
    drawn(world, clock)
    clock.forward(days=61)
    (told,) = client.get("/api/v1/draws?period=FY2025-26-Q3").json["draws"]
    assert (told["seed"], told["frame_size"]) == ("a seed", None)


def test_who_has_no_number_to_call_is_left_out_and_said(
    world: DeskWorld, rt: Any, clock: Any
) -> None:
    over(world, 40)
    over(world, 2, phone=None)
    (hidden,) = over(world, 1, phone="whatsapp:KE.1234567890123")
    drawn(world, clock)
    worked(world, clock, solved_of_ten=5)
    verified = scoring.card(rt, "NRB", QUARTER, public=False).figures["verified"]
    assert (verified.n, verified.excluded["no number or quiet"]) == (40, 3)
    assert hidden.citizen_id is not None
