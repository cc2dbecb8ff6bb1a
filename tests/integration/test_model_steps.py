"""Models trained, promoted and taken back: by rule, kept in a history, taken up while running."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sqlalchemy as sa

from analytics.triage import TRAINED, read_manifest, record
from analytics.triage.labels import LANG
from feedback_service import triage
from feedback_service.models import AuditLine, ModelChange, ModelStep, Notice, Role
from feedback_service.triage import promotion, training
from feedback_service.triage.shelf import Shelf

pytestmark = pytest.mark.servers


@pytest.fixture
def here(rt: Any, tmp_path: Path) -> Any:
    """The runtime with a VAR_DIR of its own."""
    return replace(rt, settings=replace(rt.settings, var_dir=tmp_path), kept={})


def answers(seed: int = 1, size: int = 2000) -> record.Record:
    """Held-out answers that are right in four of five messages; of two languages, for speed."""
    draw = np.random.default_rng(seed)
    heads = {head.name: draw.integers(0, len(head.labels), size) for head in record.HEADS}
    wrong = {name: draw.random(size) < 0.2 for name in heads}
    sizes = {head.name: len(head.labels) for head in record.HEADS}
    flags = draw.random(size) < 0.1
    return record.Record(
        keys=np.array([f"{number:016d}" for number in range(size)]),
        langs=draw.choice([LANG.labels.index(lang) for lang in ("en", "sheng")], size),
        truth=heads,
        guess={name: (of + wrong[name]) % sizes[name] for name, of in heads.items()},
        sure=draw.random(size) < 0.6, urgent=flags, raised=flags, grave=flags, held=flags,
        unknown=0.1,
    )  # fmt: skip


def shelved(shelf: Shelf, version: str, kept: record.Record | None = None) -> Path:
    """A copy of our own model under another name, as if it had been trained here."""
    folder = shelf.models / version
    shutil.copytree(TRAINED, folder)
    manifest = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps(manifest | {"version": version}))
    if kept:
        record.save(kept, folder)
    return folder


def promote(rt: Any, version: str) -> promotion.Judgement:
    with rt.transaction() as session:
        return promotion.promote(session, Shelf(rt.settings.var_dir), version, rt.now())


def steps(rt: Any) -> list[tuple[str, str]]:
    with rt.transaction() as session:
        return [(one.step.value, one.version) for one in reversed(promotion.history(session))]


def test_a_version_is_taken_up_by_who_runs_and_every_step_is_a_line(here: Any) -> None:
    shelf = Shelf(here.settings.var_dir)
    ours = triage.model(here)
    for version in ("triage-a", "triage-b"):
        shelved(shelf, version, answers())
        assert promote(here, version).worse == []
        assert triage.model(here).version == version
    with here.transaction() as session:
        assert promotion.rollback(session, shelf, here.now()) == "triage-a"
    assert triage.model(here).version == "triage-a"
    with here.transaction() as session:
        promotion.rollback(session, shelf, here.now())
    assert triage.model(here).version == ours.version
    assert steps(here) == [
        ("promoted", "triage-a"), ("promoted", "triage-b"), ("rolled_back", "triage-a"),
        ("rolled_back", ours.version),
    ]  # fmt: skip
    with here.transaction() as session:
        told = session.scalars(sa.select(AuditLine.what).order_by(AuditLine.number)).all()
    assert told == ["model.promoted"] * 2 + ["model.rolled_back"] * 2


def test_a_model_that_is_much_worse_in_one_language_is_refused_and_that_is_kept(here: Any) -> None:
    shelf, kept = Shelf(here.settings.var_dir), answers()
    shelved(shelf, "triage-a", kept)
    shelf.use("triage-a")
    guess = kept.guess["category"].copy()
    guess[kept.langs == LANG.labels.index("sheng")] = 0
    shelved(shelf, "triage-b", replace(kept, guess={**kept.guess, "category": guess}))
    fell = promote(here, "triage-b").worse
    assert [(one.what, one.group) for one in fell] == [("category", "sheng")]
    assert steps(here)[-1] == ("refused", "triage-b")
    assert shelf.version == "triage-a"


def test_missing_more_of_the_urgent_is_refused(here: Any) -> None:
    shelf, kept = Shelf(here.settings.var_dir), answers()
    shelved(shelf, "triage-a", kept)
    shelf.use("triage-a")
    raised = kept.raised.copy()
    raised[np.flatnonzero(raised)[:20]] = False
    shelved(shelf, "triage-b", replace(kept, raised=raised))
    assert [one.what for one in promote(here, "triage-b").worse] == ["urgent"]


def test_doing_worse_on_messages_by_lot_is_refused(here: Any) -> None:
    shelf = Shelf(here.settings.var_dir)
    shelved(shelf, "triage-a", answers())
    found = {"against": shelf.version, "messages": 80, "old": 0.9, "new": 0.7, "low": -0.3,
             "high": -0.1}  # fmt: skip
    with here.transaction() as session:
        promotion.note(session, ModelStep.TRAINED, "triage-a", here.now(), None, {"by_lot": found})
    assert [one.what for one in promote(here, "triage-a").worse] == ["by_lot"]


def test_two_trainings_never_run_at_once(here: Any) -> None:
    with training._alone(here), pytest.raises(training.TrainingRuns):
        training.train(here)
    assert steps(here) == []


def test_a_training_that_fails_is_kept_by_its_kind_alone(here: Any) -> None:
    def broken(*_: Any) -> Any:
        raise MemoryError("words of a citizen")

    with pytest.raises(MemoryError):
        training.train(here, broken)
    assert steps(here) == [("started", ""), ("failed", "")]
    with here.transaction() as session:
        assert training.trouble(here, session) == "failed"
        (last,) = session.scalars(
            sa.select(ModelChange.detail).where(ModelChange.step == ModelStep.FAILED)
        )
    assert last == {"error": "MemoryError"}


def test_a_training_is_due_after_its_days_and_enough_labels(
    here: Any, world: Any, clock: Any
) -> None:
    officer, case = world.staff(Role.OFFICER, "NRB"), world.case()
    wanting = replace(here, settings=replace(here.settings, model_retrain_labels=2))

    def due() -> bool:
        with wanting.transaction() as session:
            return training.due(wanting, session)

    def said() -> None:
        with wanting.transaction() as session:
            triage.record(session, case.id, officer.id, here.now(), triage.Said(category="delay"))

    said()
    assert not due()
    said()
    assert due()
    with wanting.transaction() as session:
        promotion.note(session, ModelStep.STARTED, "", here.now(), None, {})
    assert not due()
    clock.forward(minutes=2)
    said()  # while it runs: the next one learns from it
    with wanting.transaction() as session:
        promotion.note(session, ModelStep.TRAINED, "triage-a", here.now(), None, {})
        assert training.new_labels(session) == 1
    never = replace(here.settings, model_retrain_days=0, model_retrain_labels=1)
    with here.transaction() as session:
        assert not training.due(replace(here, settings=never), session)


def test_the_model_we_come_with_keeps_its_answers_or_is_judged_by_its_manifest(here: Any) -> None:
    shelf = Shelf(here.settings.var_dir)
    shelved(shelf, "triage-a")
    found = promotion.judge(shelf, "triage-a")
    assert found.worse == []
    assert {one.what for one in found.all} == {
        "category",
        "intent",
        "sector",
        "urgent",
        "confidential",
    }
    assert read_manifest(shelf.folder("triage-a")).version == "triage-a"


def made(version: str, kept: record.Record) -> Any:
    """What stands for minutes of training: a copy under another name."""
    return lambda shelf, rows, now: read_manifest(shelved(shelf, version, kept))


def test_what_was_trained_is_kept_with_its_figures_and_waits_for_a_person(
    here: Any, world: Any
) -> None:
    analyst = world.staff(Role.ANALYST, None)
    world.staff(Role.ADMINISTRATOR, "NRB")
    training.train_by_clock(here, made("triage-a", answers()))
    assert steps(here) == [("started", ""), ("trained", "triage-a")]
    with here.transaction() as session:
        (detail,) = session.scalars(
            sa.select(ModelChange.detail).where(ModelChange.step == ModelStep.TRAINED)
        )
        told = session.execute(sa.select(Notice.kind, Notice.staff_id)).all()
        assert training.trouble(here, session) == ""
    assert detail["heads"]["category"]["sheng"] > 0.5
    assert (detail["told_apart"], detail["by_lot"]) == (None, None)
    assert told == [("model_waits", analyst.id)]


def test_the_clock_uses_a_model_by_itself_only_where_that_is_set(here: Any, world: Any) -> None:
    world.staff(Role.ANALYST, None)
    alone = replace(here, settings=replace(here.settings, model_promotes=True))
    kept = answers()
    training.train_by_clock(alone, made("triage-a", kept))
    worse = {name: (of + 1) % 4 for name, of in kept.guess.items()}
    training.train_by_clock(alone, made("triage-b", replace(kept, guess=worse)))
    assert Shelf(here.settings.var_dir).version == "triage-a"
    assert [step for step, _ in steps(here)] == [
        "started", "trained", "promoted", "started", "trained", "refused",
    ]  # fmt: skip
    with here.transaction() as session:
        told = session.scalars(sa.select(Notice.kind).order_by(Notice.id)).all()
    assert told == ["model_used", "model_waits"]


def test_a_training_that_is_due_begins_in_a_process_of_its_own(here: Any, world: Any) -> None:
    begun: list[Any] = []
    assert not training.start(here, lambda *given, **_: begun.append(given))
    officer, case = world.staff(Role.OFFICER, "NRB"), world.case()
    wanting = replace(here, settings=replace(here.settings, model_retrain_labels=1))
    with here.transaction() as session:
        triage.record(session, case.id, officer.id, here.now(), triage.Said(category="delay"))
    assert training.start(wanting, lambda *given, **_: begun.append(given))
    (((program, *_, verb, how),),) = begun
    assert (verb, how) == ("train", "--by-clock")
    assert "python" in program
