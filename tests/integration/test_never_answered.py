"""The public register of the never answered: what stands in it, and what is kept back."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any

import pytest

from feedback_service.domain.cases import Action, Actor, Lane
from feedback_service.models import Case
from feedback_service.redress import Act, act, unanswered
from feedback_service.redress.unanswered import Unanswered
from tests.desk_world import DeskWorld

pytestmark = pytest.mark.servers


def plant(world: DeskWorld, n: int, late: timedelta, **more: Any) -> list[Case]:
    """So many cases that were due so long ago."""
    simulated, lane = more.pop("simulated", False), more.pop("lane", Lane.OPEN)
    found = [world.case(f"Nobody answers, {n}", **more) for n in range(n)]
    with world.rt.transaction() as session:
        for case in found:
            row = session.get_one(Case, case.id)
            row.due_at = world.rt.now() - late
            row.simulated, row.lane = simulated, lane
    return found


def read(rt: Any) -> list[Unanswered]:
    with rt.transaction() as session:
        return unanswered.register(session, rt.now())


HOUR, MONTHS = timedelta(hours=1), timedelta(days=90)


def test_a_case_stands_in_it_from_its_date_until_an_answer(
    world: DeskWorld, rt: Any, clock: Any
) -> None:
    cases = [world.case(f"Nobody answers, {n}") for n in range(5)]
    assert read(rt) == []
    clock.set(cases[0].due_at + timedelta(minutes=1))
    assert read(rt) == [Unanswered("NRB", 5, None, False)]
    act(rt, cases[0].id, Act(Action.RESOLVE, Actor.OFFICER, "Collect it on Friday."))
    assert read(rt) == [Unanswered("NRB", None, None, False)]
    act(rt, cases[0].id, Act(Action.DISPUTE, Actor.CITIZEN))
    assert read(rt)[0].past is None, "disputed, but it was answered"


NO_ANSWER = [
    ("an acknowledgement", Act(Action.ACKNOWLEDGE, Actor.OFFICER)),
    ("a question", Act(Action.ASK, Actor.OFFICER, "Which office was it?")),
    ("a note", Act(Action.NOTE, Actor.OFFICER, "They will call.")),
    ("more words of the citizen", Act(Action.ANSWER, Actor.CITIZEN, "Please hurry")),
]


@pytest.mark.parametrize("what", [row[1] for row in NO_ANSWER], ids=[row[0] for row in NO_ANSWER])
def test_less_than_an_answer_is_none(world: DeskWorld, rt: Any, clock: Any, what: Act) -> None:
    cases = [world.case(f"Nobody answers, {n}") for n in range(5)]
    clock.set(cases[0].due_at + timedelta(minutes=1))
    act(rt, cases[0].id, what)
    assert read(rt)[0].past == 5


# Past their date by an hour, by three months; what is shown of all and of the long late, in whole
# fives: the next reading must not tell which single case passed its date meanwhile.
KEPT_BACK = [
    (4, 0, None, None), (5, 0, 5, None), (0, 4, None, None), (0, 5, 5, 5), (4, 5, 5, None),
    (5, 4, 5, None), (5, 5, 10, 5), (1, 20, 20, None), (7, 8, 15, 5),
]  # fmt: skip


@pytest.mark.parametrize(("soon", "long", "past", "of_these"), KEPT_BACK)
def test_no_small_number_is_shown_or_given_back(
    world: DeskWorld, rt: Any, soon: int, long: int, past: int | None, of_these: int | None
) -> None:
    plant(world, soon, HOUR)
    plant(world, long, MONTHS)
    assert read(rt) == [Unanswered("NRB", past, of_these, False)]


def test_what_the_public_may_not_count_is_not_counted(world: DeskWorld, rt: Any) -> None:
    plant(world, 6, HOUR, lane=Lane.CONFIDENTIAL)
    plant(world, 6, HOUR, lane=Lane.HELD)
    assert read(rt) == []


def test_what_is_invented_gives_way_to_what_is_real(world: DeskWorld, rt: Any) -> None:
    plant(world, 7, HOUR, simulated=True)
    assert read(rt) == [Unanswered("NRB", 5, None, True)]
    plant(world, 5, HOUR, service_id="passport")
    assert read(rt) == [Unanswered("DIS", 5, None, False)]


def test_page_and_file_say_the_same_and_name_no_case(
    world: DeskWorld, client: Any, rt: Any, clock: Any
) -> None:
    many = plant(world, 6, MONTHS)
    few = plant(world, 2, HOUR, service_id="passport")
    page = client.get("/never-answered").text
    rows = list(csv.DictReader(io.StringIO(client.get("/open-data/never-answered.csv").text)))
    assert [(row["institution"], row["past_their_date"], row["more_than_30_days"])
            for row in rows] == [("DIS", "", ""), ("NRB", "5", "5")]  # fmt: skip
    assert "<b>5</b>" in page
    assert "fewer than 5" in page
    for case in (*many, *few):
        assert case.reference not in page
        assert case.text not in page
    assert "Immigration" not in client.get("/never-answered?q=registration").text
    assert "Kesi zilizopita tarehe" in client.get("/never-answered?lang=sw").text
    plant(world, 6, HOUR, service_id="passport")
    assert "fewer than 5" in client.get("/never-answered?lang=en").text, "counted once an hour"
    clock.forward(hours=1)
    assert "fewer than 5" not in client.get("/never-answered?lang=en").text
