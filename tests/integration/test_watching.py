"""What a model meets is counted by day, alarms follow the rules, and its page shows all of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from analytics.triage import record
from feedback_service import triage
from feedback_service.domain.calendar import NAIROBI
from feedback_service.models import Case, ModelDay, ModelStep, Role
from feedback_service.triage import promotion, watching
from feedback_service.triage.shelf import Shelf
from feedback_service.web.texts import say
from tests.desk_world import Browser, DeskWorld
from tests.integration.test_model_steps import answers, shelved

pytestmark = pytest.mark.servers


@pytest.fixture
def here(rt: Any, tmp_path: Path) -> Any:
    return replace(rt, settings=replace(rt.settings, var_dir=tmp_path), kept={})


def counted(rt: Any) -> list[ModelDay]:
    watching.count_days(rt)
    with rt.transaction() as session:
        return list(session.scalars(sa.select(ModelDay).order_by(ModelDay.day)))


def drift(rt: Any) -> Any:
    with rt.transaction() as session:
        return watching.drift_of(rt, session)


def day_of(rt: Any, version: str, back: int, **more: Any) -> ModelDay:
    """A day on which the version met 300 messages like those it was judged on, but for `more`."""
    kept = record.read(Shelf(rt.settings.var_dir).in_use)
    assert kept
    mixture = {
        head.name: {
            label: round(3000 * share)
            for label, share in zip(head.labels, kept.shares(head), strict=True)
        }
        for head in record.HEADS
    }
    figures = {"words": 3000, "unknown": 300, "confidence": 240.0, "answers": mixture} | more
    return ModelDay(
        day=rt.now().astimezone(NAIROBI).date() - timedelta(days=back), model_version=version,
        messages=300, abstained=90, figures=figures, counted_at=rt.now(),
    )  # fmt: skip


@pytest.fixture
def used(here: Any) -> Any:
    """A model in use that kept its held-out answers, of which one word in ten was unknown."""
    shelf = Shelf(here.settings.var_dir)
    shelved(shelf, "triage-a", answers())
    shelf.use("triage-a")
    return here


def test_a_full_day_is_counted_once_and_simulated_cases_never(world: DeskWorld, clock: Any) -> None:
    for text in ("My ID is late since March", "Zzyzx qwfp", "Nimengoja kitambulisho"):
        world.case(text, unread=True)
    invented = world.case("Nobody wrote this", unread=True)
    with world.rt.transaction() as session:
        session.get_one(Case, invented.id).simulated = True
    triage.drain(world.rt)
    assert counted(world.rt) == []  # the day is not over
    clock.forward(days=1)
    for _ in range(2):
        (day,) = counted(world.rt)
    assert day.messages == 3
    assert day.figures["unknown"] >= 2
    assert sum(day.figures["answers"]["intent"].values()) == 3
    assert "Zzyzx" not in str(day.figures)


def test_days_like_those_it_was_judged_on_raise_no_alarm(used: Any) -> None:
    with used.transaction() as session:
        session.add_all([day_of(used, "triage-a", 1), day_of(used, "triage-a", 2)])
    found = drift(used)
    assert (found.messages, found.alarms) == (600, ())
    assert (found.abstained, found.confidence, found.unknown) == pytest.approx((0.3, 0.8, 0.1))
    assert max(found.psi.values()) < 0.01


@pytest.mark.parametrize(
    ("more", "alarms"),
    [
        ({"unknown": 600}, ("unknown",)),
        ({"unknown": 590}, ()),
        ({"answers": {"intent": {"spam": 300}}}, ("psi:intent",)),
    ],
)
def test_an_alarm_is_raised_by_its_rule(used: Any, more: Any, alarms: Any) -> None:
    with used.transaction() as session:
        made = day_of(used, "triage-a", 1)
        answered = made.figures["answers"] | more.get("answers", {})
        made.figures = made.figures | more | {"answers": answered}
        session.add(made)
    assert drift(used).alarms == alarms


def test_messages_that_can_be_told_apart_raise_an_alarm_unless_they_are_few(used: Any) -> None:
    with used.transaction() as session:
        few = day_of(used, "triage-a", 1)
        few.messages = 30
        session.add(few)
        promotion.note(
            session, ModelStep.TRAINED, "triage-b", used.now(), None, {"told_apart": 0.8}
        )
    assert drift(used).alarms == ()
    with used.transaction() as session:
        session.add(day_of(used, "triage-a", 2))
    assert drift(used).alarms == ("told_apart",)


def test_drift_is_shown_with_its_alarm_and_its_days(
    used: Any, world: DeskWorld, app: Any, monkeypatch: Any
) -> None:
    monkeypatch.setitem(app.extensions, "runtime", used)
    who = Browser(app, world.staff(Role.ANALYST, None))
    assert "drift-title" not in who.get("/desk/model").text
    with used.transaction() as session:
        session.add_all(day_of(used, "triage-a", back, unknown=600) for back in (1, 2))
    page = who.get("/desk/model").text
    assert say("en", "model.alarm_unknown") in page
    assert 'id="drift-title"' in page
    assert page.count("<td>20.0 %</td>") == 2  # two days of unknown words
    assert page.count("<td>30.0 %</td>") == 2  # and of abstaining


def test_the_page_of_the_model_is_for_those_who_run_the_whole_service(
    used: Any, world: DeskWorld, app: Any
) -> None:
    own = Browser(app, world.staff(Role.ADMINISTRATOR, "NRB"))
    assert own.get("/desk/model").status_code == 404
    assert own.post("/desk/model", what="rollback").status_code == 404
    assert Browser(app, world.staff(Role.ANALYST, None)).get("/desk/model").status_code == 200


def test_a_model_is_used_and_taken_back_by_a_press_with_a_name(
    world: DeskWorld, app: Any, monkeypatch: Any, tmp_path: Path
) -> None:
    rt = app.extensions["runtime"]
    there = replace(rt, settings=replace(rt.settings, var_dir=tmp_path))
    monkeypatch.setitem(app.extensions, "runtime", there)
    shelf, kept = Shelf(tmp_path), answers()
    shelved(shelf, "triage-a", kept)
    guess = {name: (of + 1) % 4 for name, of in kept.guess.items()}
    shelved(shelf, "triage-b", replace(kept, guess=guess))
    who = Browser(app, world.staff(Role.ANALYST, None, name="Njeri"))
    assert "triage-a" in who.get("/desk/model").text
    who.post("/desk/model", what="promote", version="triage-a")
    assert shelf.version == "triage-a"
    page = who.get("/desk/model").text
    assert "triage-a taken into use" in page
    assert "Njeri" in page
    who.post("/desk/model", what="promote", version="triage-b")
    page = who.get("/desk/model").text
    assert "Why it is not in use" in page
    assert "Category, Sheng" in page
    assert shelf.version == "triage-a"
    who.post("/desk/model", what="rollback")
    assert shelf.promoted() == []
    for version in ("../../etc", "..", "", "a\0b", "x" * 5000):
        assert who.post("/desk/model", what="promote", version=version).status_code == 303
        assert "no such model" in who.get("/desk/model").text
