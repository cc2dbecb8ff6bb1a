"""The doctor on the text model: which is in use, whether it trains, whether it still fits."""

import shutil
from datetime import timedelta

from analytics.triage import TRAINED
from feedback_service import watch
from feedback_service.doctor import State
from feedback_service.models import ModelDay, ModelStep
from feedback_service.triage import promotion, serving, watching
from feedback_service.triage.shelf import Shelf
from tests.integration.doctor.conftest import settings_with, told


def note(rt, step, version="", **detail):
    with rt.transaction() as session:
        promotion.note(session, step, version, rt.now(), None, detail)


def test_a_model_that_learns_by_clock_is_well_and_one_that_does_not_is_said(staffed):
    assert "learns by clock; new labels: 0" in told(staffed, State.OK)
    never = settings_with(staffed, model_retrain_days=0)
    assert "by command alone" in told(never, State.OK)


def test_a_training_that_failed_or_never_ended_is_told(staffed, clock):
    note(staffed, ModelStep.STARTED)
    assert "training" not in told(staffed, State.WARN)
    clock.forward(hours=2)
    assert "never ended" in told(staffed, State.WARN)
    note(staffed, ModelStep.FAILED, error="MemoryError")
    assert "training of the text model failed" in told(staffed, State.WARN)


def test_a_machine_with_another_model_than_was_chosen_is_told(staffed):
    note(staffed, ModelStep.PROMOTED, "triage-elsewhere")
    assert "triage-elsewhere was chosen" in told(staffed, State.WARN)


def test_a_model_a_worker_could_not_load_fails_and_raises_an_alarm(staffed, tmp_path):
    broken = settings_with(staffed, var_dir=tmp_path)
    broken.kept.pop("model", None)
    shelf = Shelf(tmp_path)
    shutil.copytree(TRAINED, shelf.models / "triage-a")
    shelf.use("triage-a")
    (tmp_path / "model" / "weights.npz").write_bytes(b"half")
    try:
        serving.serving(broken)
        assert "triage-a does not load for a worker" in told(broken, State.FAIL)
        (alarm,) = watch.look(broken, models=[serving.refused(broken)])
        assert "triage-a: this text model does not load" in watch.words(alarm)
        watch.look(broken)
        with broken.transaction() as session:
            assert watch.open_alarms(session) == []
    finally:
        for name in ("model", "model_refused"):
            broken.kept.pop(name, None)
        broken.redis.delete("model:refused")


def test_drift_is_told_with_where_to_look(staffed, monkeypatch):
    found = watching.Drift("v", 900, 0.3, 0.8, 0.4, 0.1, {}, None, ("unknown", "psi:sector"))
    monkeypatch.setattr(watching, "drift_of", lambda *_: found)
    said = told(staffed, State.WARN)
    assert "twice as many words" in said
    assert "(sector)" in said
    assert "/desk/model" in said


def test_a_quiet_month_is_no_drift(staffed):
    version = Shelf(staffed.settings.var_dir).version
    with staffed.transaction() as session:
        figures = {"words": 10, "unknown": 9, "confidence": 1.0, "answers": {}}
        day = staffed.now().date() - timedelta(days=1)
        session.add(
            ModelDay(
                day=day, model_version=version, messages=3, abstained=1, figures=figures,
                counted_at=staffed.now(),
            )
        )  # fmt: skip
    assert "drifts" not in told(staffed, State.WARN)
