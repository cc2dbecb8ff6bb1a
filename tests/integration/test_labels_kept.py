"""What officers say of a case is kept as labels, and becomes rows to train on, with care."""

from __future__ import annotations

import re
from typing import Any

import pytest
import sqlalchemy as sa

from analytics.triage.rows import check
from feedback_service import triage
from feedback_service.domain.cases import Lane
from feedback_service.models import AskReason, Case, Label, LabelAsk, Role, Suggestion
from feedback_service.triage import Said
from feedback_service.triage.teaching import redacted
from tests.desk_world import Browser, DeskWorld, seen

pytestmark = pytest.mark.servers


@pytest.fixture
def desk(app: Any, world: DeskWorld) -> Any:
    """Send a form of a case's page as a supervisor of its institution."""
    who = Browser(app, world.staff(Role.SUPERVISOR, "NRB", unit_id="NRB-R"))

    def send(case: Case, name: str, **fields: str) -> Any:
        page = who.get(f"/desk/cases/{case.reference}").text
        return who.post(f"/desk/cases/{case.reference}/{name}", seen=seen(page), **fields)

    return send


def read(world: DeskWorld, text: str = "The clerk keeps my ID and asks me to come again") -> Case:
    case = world.case(text, unread=True)
    triage.drain(world.rt)
    with world.rt.transaction() as session:  # whatever the model doubts of a text so short
        read_case = session.get_one(Case, case.id)
        read_case.lane, read_case.unit_id, read_case.urgent = Lane.OPEN, "NRB-R", False
    return case


def labels(rt: Any) -> list[Label]:
    with rt.transaction() as session:
        return list(session.scalars(sa.select(Label).order_by(Label.at, Label.id)))


def rows(rt: Any) -> list[Any]:
    with rt.transaction() as session:
        return triage.corrections(session)


def label(world: DeskWorld, case: Case, **said: Any) -> None:
    officer = world.staff(Role.OFFICER, "NRB")
    with world.rt.transaction() as session:
        triage.record(session, case.id, officer.id, world.rt.now(), Said(**said))


def test_every_suggestion_keeps_the_chances_of_every_label(world: DeskWorld) -> None:
    case = read(world)
    with world.rt.transaction() as session:
        (said,) = session.scalars(sa.select(Suggestion).where(Suggestion.case_id == case.id))
    chances = said.detail["chances"]
    assert set(chances) == {"intent", "category", "sector", "lang", "urgent"}
    assert all(abs(sum(chances[head].values()) - 1) < 0.01 for head in ("intent", "category"))
    assert said.detail["counted"]["words"] == 11


def test_the_desk_shows_the_three_best_and_what_moved_them_but_no_name(
    world: DeskWorld, app: Any
) -> None:
    case = read(world, "My name is Otieno Ouma and the clerk keeps my card for months")
    top = [("staff_conduct", 0.52), ("delay", 0.31), ("access", 0.08)]
    words = [("otieno", 0.9), ("keeps", 0.6), ("months", 0.2), ("card", -0.1)]
    with world.rt.transaction() as session:
        (said,) = session.scalars(sa.select(Suggestion).where(Suggestion.case_id == case.id))
        said.detail = said.detail | {"top": top, "words": words}
    who = Browser(app, world.staff(Role.OFFICER, "NRB", unit_id="NRB-R"))
    page = who.get(f"/desk/cases/{case.reference}").text
    assert re.findall(r"<b>(\d+) %</b>", page) == ["52", "31", "8"]
    assert re.findall(r"<mark>(\w+)</mark>", page) == ["keeps", "months"]
    assert said.model_version in page


def test_a_chosen_category_is_a_label_with_who_when_and_which_model(
    world: DeskWorld, desk: Any
) -> None:
    case = read(world)
    assert desk(case, "categorise", category="staff_conduct").status_code == 303
    (kept,) = labels(world.rt)
    assert (kept.intent, kept.category, kept.urgent) == ("complaint", "staff_conduct", None)
    assert kept.model_version == triage.model(world.rt).version
    assert kept.at == world.rt.now()
    (row,) = rows(world.rt)
    assert (row.category, row.source, row.author) == (
        "staff_conduct", "staff", f"desk:{kept.staff_id}",
    )  # fmt: skip
    check(row, "correction")


def test_urgency_is_raised_and_lowered_by_people_and_both_are_labels(
    world: DeskWorld, desk: Any
) -> None:
    case = read(world)
    for urgent in ("yes", "no"):
        assert desk(case, "urgency", urgent=urgent).status_code == 303
        with world.rt.transaction() as session:
            assert session.get_one(Case, case.id).urgent is (urgent == "yes")
    assert [kept.urgent for kept in labels(world.rt)] == [True, False]


def test_what_is_no_complaint_is_said_with_one_press_and_changes_nothing(
    world: DeskWorld, desk: Any
) -> None:
    case = read(world, "Thank you for the good work at the counter")
    assert desk(case, "intent", intent="compliment").status_code == 303
    assert desk(case, "intent", intent="complaint").status_code == 409
    (kept,) = labels(world.rt)
    assert (kept.intent, kept.category) == ("compliment", None)
    (row,) = rows(world.rt)
    assert (row.intent, row.category) == ("compliment", "")
    with world.rt.transaction() as session:
        assert session.get_one(Case, case.id).status == case.status


def test_a_request_for_information_and_another_institution_are_labels_too(
    world: DeskWorld, desk: Any
) -> None:
    case, other = read(world), read(world, "Where do I find the form for a new ID")
    assert desk(other, "reclassify", handling="information", why="A question").status_code == 303
    assert desk(case, "transfer", to="DIS-R", reason="other_institution").status_code == 303
    found = [(kept.intent, kept.sector) for kept in labels(world.rt)]
    assert found == [("enquiry", None), (None, "civil_registration")]


def test_the_last_word_on_each_head_counts(world: DeskWorld) -> None:
    case = read(world)
    label(world, case, intent="complaint", category="delay", urgent=True)
    label(world, case, category="cost", sector="health")
    (row,) = rows(world.rt)
    assert (row.category, row.urgent, row.sector, row.intent) == (
        "cost", True, "health", "complaint",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("about", "change"),
    [
        ("closed to its office", {"lane": Lane.CONFIDENTIAL}),
        ("held back", {"lane": Lane.HELD}),
        ("simulated", {"simulated": True}),
        ("erased", {"text": ""}),
    ],
)
def test_a_case_that_is_so_never_trains(world: DeskWorld, about: str, change: Any) -> None:
    case = read(world)
    label(world, case, intent="complaint", category="delay")
    assert len(rows(world.rt)) == 1
    with world.rt.transaction() as session:
        session.execute(sa.update(Case).where(Case.id == case.id).values(**change))
    assert rows(world.rt) == [], about


@pytest.mark.parametrize("said", [{"unclear": True}, {"intent": "complaint", "category": "threat"}])
def test_what_nobody_can_tell_or_no_model_learns_does_not_train(
    world: DeskWorld, said: Any
) -> None:
    label(world, read(world), **said)
    assert rows(world.rt) == []


def test_a_case_drawn_by_lot_judges_and_never_trains(world: DeskWorld) -> None:
    case = read(world)
    label(world, case, intent="complaint", category="delay")
    with world.rt.transaction() as session:
        session.add(
            LabelAsk(
                case_id=case.id, reason=AskReason.RANDOM, model_version="m",
                asked_at=world.rt.now(),
            )
        )  # fmt: skip
    assert rows(world.rt) == []


def test_what_only_its_writer_writes_leaves_no_case() -> None:
    words = "My name is Wanjiku Zubeda of plot 4471 call 0712345678 about the queue at Kitongwe"
    (text,) = redacted([("a", words)])
    for secret in ("wanjiku", "zubeda", "0712345678", "712345678", "kitongwe"):
        assert secret not in text.lower()
    assert "queue" in text
    told = redacted([(who, "stuck at Kitongwe 12345") for who in "abc"])
    assert [one.split()[-2:] for one in told] == [["Kitongwe", "\u2026"]] * 3
    twice = redacted([("a", "stuck at Kitongwe"), ("a", "Kitongwe again")])
    assert "Kitongwe" not in " ".join(twice)
