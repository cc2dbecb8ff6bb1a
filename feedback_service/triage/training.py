"""A new model from the corpus and what people said: by command, or by the clock in a process of its
own, so that no worker ever carries what training needs.

Two trainings never run at once: whoever trains holds an advisory lock.  Each leaves its lines in
the models' history, also when it fails.
"""

import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from analytics import triage as model_room
from analytics.triage import Manifest, Row
from feedback_service.domain.calendar import NAIROBI
from feedback_service.models import Case, Label, ModelChange, ModelStep
from feedback_service.runtime import Runtime, after_commit
from feedback_service.triage import doubts, lots, promotion, telling
from feedback_service.triage.shelf import HALF, Shelf
from feedback_service.triage.teaching import corrections

BELL = "training"
ENDS_WITHIN = timedelta(hours=1)
"""A training that has not said how it ended after so long never will."""
_LOCK = 7_216_350_241  # any number that nothing else in this database locks
NICE, KEPT = 15, 8
"""How polite the clock's training is; how many models that were never in use stay."""
_COMMAND = "from feedback_service.cli import main; raise SystemExit(main())"


class TrainingRuns(RuntimeError):
    """Another training is under way: wait for its end."""


def make(shelf: Shelf, rows: Sequence[Row], now: datetime) -> Manifest:
    """A model of the corpus and these rows on the shelf, whole or not at all."""
    shelf.models.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=shelf.models, prefix=HALF) as half:
        today = now.astimezone(NAIROBI).date().isoformat()
        manifest = model_room.train_from_corpus(Path(half) / "model", today, rows)
        # Here, not above: a worker that only starts trainings must not carry scikit-learn.
        from analytics.triage.evaluate import write

        write(manifest.metrics, Path(half) / "model")
        target = shelf.models / manifest.version
        if target.exists():  # the same data make the same version, and it may be in use
            target.rename(Path(half) / "before")
        (Path(half) / "model").rename(target)
    return manifest


Maker = Callable[[Shelf, Sequence[Row], datetime], Manifest]


def train(rt: Runtime, maker: Maker = make) -> Manifest:
    """Train into VAR_DIR/models; the model in use stays.  Raises TrainingRuns.

    Two to three minutes of CPU; the lines of the history are transactions of their own.
    """
    shelf = Shelf(rt.settings.var_dir)
    with _alone(rt):
        with rt.transaction() as session:
            rows = corrections(session)
            promotion.note(
                session, ModelStep.STARTED, "", rt.now(), None, {"corrections": len(rows)}
            )
        try:
            manifest = maker(shelf, rows, rt.now())
            by_lot = lots.compared(rt, shelf, manifest.version)
            doubted = doubts.look(rt, rows, manifest.version)
            apart = doubts.told_apart(rt)
        except Exception as error:
            _failed(rt, error)
            raise
        with rt.transaction() as session:
            detail = _figures(manifest) | apart
            detail |= {"corrections": len(rows), "by_lot": by_lot, "doubted": doubted}
            promotion.note(session, ModelStep.TRAINED, manifest.version, rt.now(), None, detail)
        with rt.transaction() as session:
            promotion.alone(session)
            shelf.tidy(KEPT)
    return manifest


def train_by_clock(rt: Runtime, maker: Maker = make) -> None:
    """What the clock's own process does: train, promote if that is allowed without a person, and
    tell those who run the service."""
    manifest, used = train(rt, maker), False
    with rt.transaction() as session:
        if rt.settings.model_promotes:
            shelf = Shelf(rt.settings.var_dir)
            found = promotion.promote(session, shelf, manifest.version, rt.now())
            used = not found.worse
        telling.of_a_new_model(rt, session, manifest.version, used)


def start_soon(rt: Runtime) -> None:
    """The clock's duty: have a worker start a training when one is due."""
    with rt.transaction() as session:
        if due(rt, session):
            after_commit(session, BELL)


def start(rt: Runtime, run: Callable[..., object] = subprocess.Popen) -> bool:
    """The worker's job: begin a training that is due in a process of its own, and do not wait;
    whether one was begun."""
    rt.answered(BELL)
    with rt.transaction() as session:
        if not due(rt, session):
            return False
    command = [sys.executable, "-c", _COMMAND, "triage", "train", "--by-clock"]
    run(command, start_new_session=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    return True


def due(rt: Runtime, session: Session) -> bool:
    """Whether the days have passed, people said enough since, and no training runs."""
    days, least = rt.settings.model_retrain_days, rt.settings.model_retrain_labels
    if not days:
        return False
    last = promotion.last_of(session, ModelStep.STARTED)
    if last and rt.now() - last.at < timedelta(days=days):
        return False
    return new_labels(session) >= least


def new_labels(session: Session) -> int:
    """What people said of real cases since the last training began that came to an end."""
    ended = sa.select(sa.func.max(ModelChange.at)).where(ModelChange.step == ModelStep.TRAINED)
    began = sa.select(sa.func.max(ModelChange.at)).where(
        ModelChange.step == ModelStep.STARTED, ModelChange.at <= ended.scalar_subquery()
    )
    since = session.scalar(began)
    counted = (
        sa.select(sa.func.count())
        .select_from(Label)
        .join(Case, Case.id == Label.case_id)
        .where(Case.simulated.is_(False))
    )
    return session.scalar(counted.where(Label.at > since) if since else counted) or 0


def trouble(rt: Runtime, session: Session) -> str:
    """What is wrong with the last training in a word: `failed`, `never ended`, or nothing."""
    last = promotion.last_of(session, ModelStep.STARTED, ModelStep.TRAINED, ModelStep.FAILED)
    if last is None or last.step is ModelStep.TRAINED:
        return ""
    if last.step is ModelStep.FAILED:
        return "failed"
    return "never ended" if rt.now() - last.at > ENDS_WITHIN else ""


def _failed(rt: Runtime, error: Exception) -> None:
    """The kind of error alone: its words may be a citizen's."""
    with rt.transaction() as session:
        promotion.note(
            session, ModelStep.FAILED, "", rt.now(), None, {"error": type(error).__name__}
        )


def _figures(manifest: Manifest) -> dict[str, Any]:
    """What the page shows of a model without opening its folder: macro-F1 by head and language."""
    heads: Mapping[str, Any] = manifest.metrics["heads"]
    return {
        "rows": manifest.rows,
        "heads": {
            name: {"all": one["macro_f1"]}
            | {lang: part["macro_f1"] for lang, part in one["by_language"].items()}
            for name, one in heads.items()
        },
        "urgent": manifest.metrics["urgent"]["either"]["recall"],
        "bribery": manifest.metrics["bribery"]["closed_with_model"]["recall"],
        "coverage": manifest.metrics["abstention"]["coverage"],
        "accuracy": manifest.metrics["abstention"]["accuracy"],
    }


@contextmanager
def _alone(rt: Runtime) -> Iterator[None]:
    """Hold the lock for as long as it takes; raises TrainingRuns where another has it."""
    with rt.engine.connect() as connection:
        held = connection.execution_options(isolation_level="AUTOCOMMIT")
        if not held.scalar(sa.text("select pg_try_advisory_lock(:key)"), {"key": _LOCK}):
            raise TrainingRuns("Another training is under way: wait for its end.")
        try:
            yield
        finally:
            held.execute(sa.text("select pg_advisory_unlock(:key)"), {"key": _LOCK})
