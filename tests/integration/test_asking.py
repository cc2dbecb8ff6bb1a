"""Whom the model asks what, and what becomes of the answers."""

from __future__ import annotations

import uuid
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa

from analytics.triage.agreement import kappa
from feedback_service import triage
from feedback_service.models import (
    AskReason,
    Case,
    Label,
    LabelAsk,
    Look,
    ModelStep,
    Role,
    Suggestion,
)  # fmt: skip
from feedback_service.triage import Said, agreement, asking, lots, promotion
from feedback_service.triage.asking import Candidate
from tests.desk_world import Browser, DeskWorld

pytestmark = pytest.mark.servers

TEXTS = (
    "I paid for my ID in May and it has not come",
    "The clerk at the window insulted my mother",
    "Wanasema mfumo uko chini kila siku nikienda",
    "Where do I get the form for a birth certificate?",
    "Asante sana kwa huduma nzuri ya leo",
    "They charged me 500 for a free form",
)


def candidate(text: str = "a", lang: str = "en", margin: float = 0.5, sure: bool = True) -> Any:
    return Candidate(uuid.uuid4(), text, "m", lang, margin, sure)


@pytest.fixture
def read(world: DeskWorld) -> list[Case]:
    found = [world.case(text, unread=True) for text in TEXTS]
    triage.drain(world.rt)
    with world.rt.transaction() as session:  # whatever the model doubts of texts so short
        session.execute(sa.update(Case).values(lane="open", unit_id="NRB-R"))
    return found


def asks(rt: Any) -> list[LabelAsk]:
    with rt.transaction() as session:
        return list(session.scalars(sa.select(LabelAsk).order_by(LabelAsk.id)))


def put(rt: Any, case: Case, reason: AskReason = AskReason.MARGIN) -> None:
    with rt.transaction() as session:
        asking.put(session, reason, [(case.id, triage.model(rt).version)], rt.now())


def test_the_smallest_margins_are_asked_each_language_in_turn() -> None:
    found = [candidate(text, lang, margin) for text, lang, margin in (
        ("the queue is long", "en", 0.4), ("the water is dirty", "en", 0.1),
        ("maji ni machafu", "sw", 0.3), ("foleni ni ndefu mno", "sw", 0.2),
    )]  # fmt: skip
    chosen = [(one.lang, one.margin) for one in asking.closest(found, 3)]
    assert chosen == [("en", 0.1), ("sw", 0.2), ("en", 0.4)]


def test_of_texts_that_are_alike_one_is_asked() -> None:
    found = [candidate("there is no water in Umoja", margin=0.1),
             candidate("There is no water in umoja!", margin=0.2),
             candidate("my passport is late", margin=0.3)]  # fmt: skip
    assert [one.margin for one in asking.closest(found, 3)] == [0.1, 0.3]


def test_the_lot_takes_one_in_twenty_of_the_sure_ones_and_stays_the_same() -> None:
    found = [candidate() for _ in range(100)]
    unsure = [replace(one, sure=False) for one in found]
    everybody = asking.by_lot("secret", found)
    assert asking.by_lot("secret", found[::-1]) == everybody
    assert asking.by_lot("secret", unsure) == []
    assert asking.by_lot("secret", [replace(one, taught=True) for one in found]) == []
    hits = sum(len(asking.by_lot("s", [candidate()])) for _ in range(2000))
    assert 60 <= hits <= 140  # binomial, 100 expected: six standard deviations
    assert len(asking.by_lot("s", [candidate() for _ in range(1000)])) == asking.MOST_BY_LOT


def test_a_margin_is_that_of_the_closer_of_intent_and_category() -> None:
    category = {"delay": 0.5, "cost": 0.45, "access": 0.05}
    assert asking.margin({
        "intent": {"complaint": 0.9, "enquiry": 0.1}, "category": category,
    }) == pytest.approx(0.05)  # fmt: skip
    assert asking.margin({
        "intent": {"complaint": 0.2, "enquiry": 0.8}, "category": category,
    }) == pytest.approx(0.6)  # fmt: skip


def test_cases_are_asked_about_once_a_day_and_never_twice(
    world: DeskWorld, read: list[Case], clock: Any
) -> None:
    first = asking.ask_daily(world.rt)
    assert first == len(asks(world.rt)) > 0
    assert asking.ask_daily(world.rt) == 0
    clock.forward(days=1)
    second = asking.ask_daily(world.rt)
    asked = Counter(ask.case_id for ask in asks(world.rt))
    assert first + second == len(read)
    assert set(asked.values()) == {1}
    clock.forward(days=30)
    asking.ask_daily(world.rt)
    assert all(ask.closed_at for ask in asks(world.rt))


def test_a_case_that_a_training_may_have_read_is_never_drawn_by_lot(
    world: DeskWorld, read: list[Case], clock: Any
) -> None:
    def taught() -> set[bool]:
        with world.rt.transaction() as session:
            return {one.taught for one in asking._candidates(world.rt, session)}

    assert taught() == {False}
    clock.forward(minutes=1)
    with world.rt.transaction() as session:
        promotion.note(session, ModelStep.STARTED, "", world.rt.now(), None, {})
    assert taught() == {True}


@pytest.mark.parametrize("change", [{"simulated": True}, {"text": ""}, {"lane": "confidential"}])
def test_nobody_is_asked_about_such_a_case(world: DeskWorld, read: list[Case], change: Any) -> None:
    with world.rt.transaction() as session:
        session.execute(sa.update(Case).values(**change))
    assert asking.ask_daily(world.rt) == 0


def test_an_answer_is_blind_kept_and_closes_the_question(
    world: DeskWorld, read: list[Case], app: Any
) -> None:
    put(world.rt, read[0])
    asked = world.staff(Role.OFFICER, "NRB")
    who = Browser(app, asked)
    page = who.get("/desk/labels").text
    assert "I paid for my ID in May" in page
    assert "%" not in page.split("<form", 1)[1]
    with world.rt.transaction() as session:
        (look,) = session.scalars(sa.select(Look))
    assert (look.case_id, look.staff_id) == (read[0].id, asked.id)
    (ask,) = asks(world.rt)
    sent = {"ask": str(ask.id), "what": "keep", "kind": "complaint:delay", "urgent": "yes",
            "lang": "en", "sector": "civil_registration", "second": "cost"}  # fmt: skip
    assert "model had thought" in follow(who, sent)
    with world.rt.transaction() as session:
        (label,) = session.scalars(sa.select(Label))
        assert session.get_one(Case, read[0].id).category is None  # the case stays as it was
    assert (label.category, label.alt_category, label.urgent, label.lang, label.ask_id) == (
        "delay", "cost", True, "en", ask.id,
    )  # fmt: skip
    again = who.post("/desk/labels", **sent)
    assert again.status_code == 303
    with world.rt.transaction() as session:
        assert len(session.scalars(sa.select(Label)).all()) == 1


def follow(who: Browser, fields: dict[str, str]) -> str:
    who.post("/desk/labels", **fields)
    return str(who.get("/desk/labels").text)


def test_a_question_is_put_aside_for_a_while_or_nobody_can_tell(
    world: DeskWorld, read: list[Case], app: Any
) -> None:
    for case in read[:2]:
        put(world.rt, case)
    who = Browser(app, world.staff(Role.OFFICER, "NRB"))
    first, second = asks(world.rt)
    assert TEXTS[1] in follow(who, {"ask": str(first.id), "what": "skip"})
    assert "No question waits" in follow(who, {"ask": str(second.id), "what": "unclear"})
    with world.rt.transaction() as session:
        assert [label.unclear for label in session.scalars(sa.select(Label))] == [True]


def test_only_who_sees_the_case_is_asked(world: DeskWorld, read: list[Case], app: Any) -> None:
    put(world.rt, read[0])
    other = Browser(app, world.staff(Role.OFFICER, "DIS"))
    (ask,) = asks(world.rt)
    assert "No question waits" in other.get("/desk/labels").text
    sent = {"ask": str(ask.id), "what": "keep", "kind": "compliment"}
    other.post("/desk/labels", **sent)
    with world.rt.transaction() as session:
        assert session.scalars(sa.select(Label)).all() == []


def test_a_second_reader_is_asked_where_agreement_is_measured(
    world: DeskWorld, read: list[Case], monkeypatch: Any
) -> None:
    from feedback_service.staff import Viewer

    monkeypatch.setattr(asking, "SECOND_READER", 1)  # every ask, not one in five
    people = [world.staff(Role.OFFICER, "NRB") for _ in range(2)]
    viewers = [
        Viewer(one.id, "-", frozenset({Role.OFFICER}), "NRB", None, None, "en") for one in people
    ]
    for case in read:
        put(world.rt, case)
    for ask in asks(world.rt):
        for viewer in viewers:
            with world.rt.transaction() as session:
                asking.answer(world.rt, session, viewer, ask.id, Said("complaint", "delay"))
    assert all(ask.closed_at for ask in asks(world.rt))
    with world.rt.transaction() as session:
        (intent, *_) = agreement.agreement(session)
    assert (intent.cases, intent.same, intent.kappa) == (len(TEXTS), len(TEXTS), None)


def test_kappa_is_cohens() -> None:
    first = ["yes"] * 25 + ["no"] * 25
    second = ["yes"] * 20 + ["no"] * 5 + ["yes"] * 10 + ["no"] * 15
    assert kappa(first, second) == pytest.approx(0.4)
    assert kappa([], []) is None


def test_accuracy_by_lot_counts_where_the_first_reader_would_send_it(
    world: DeskWorld, read: list[Case]
) -> None:
    officer = world.staff(Role.OFFICER, "NRB")
    for case in read:
        put(world.rt, case, AskReason.RANDOM)
    with world.rt.transaction() as session:
        detail = dict(session.execute(sa.select(Suggestion.case_id, Suggestion.detail)).all())
        for number, ask in enumerate(session.scalars(sa.select(LabelAsk))):
            model = detail[ask.case_id]
            said = Said(model["intent"], model["category"] or None) if number else Said("spam")
            triage.record(session, ask.case_id, officer.id, world.rt.now(), said, ask.id)
    with world.rt.transaction() as session:
        found = lots.accuracy(session)
        assert (found.messages, found.right) == (len(TEXTS), len(TEXTS) - 1)
        assert found.interval
        assert found.interval.low < 5 / 6 < found.interval.high
        assert triage.corrections(session) == []
