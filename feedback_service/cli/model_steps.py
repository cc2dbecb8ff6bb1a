"""`feedback triage train`, `promote`, `rollback`: with a service each step is kept in its history;
without one the models of VAR_DIR are worked with alone.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from feedback_service.cli import Refused
from feedback_service.cli.connection import service
from feedback_service.settings import environment, read_run_file

if TYPE_CHECKING:
    from analytics.triage import Manifest
    from feedback_service.triage.shelf import Shelf

_TAKEN_UP = "Workers take it up with their next message."


def shelf() -> Shelf:
    """The models under VAR_DIR."""
    from feedback_service.triage.shelf import Shelf

    return Shelf(Path(environment().get("VAR_DIR") or "var").absolute())


def configured() -> bool:
    """Whether a service is known here, whose cases and history could be read."""
    env = environment()
    here = read_run_file(Path(env.get("VAR_DIR") or "var"))
    return bool(env.get("DATABASE_URL") or here.get("DATABASE_URL"))


def train(*, by_clock: bool) -> int:
    """Train into VAR_DIR/models/<version>; the clock may use it too, if the settings say so."""
    from feedback_service.triage import training

    try:
        if by_clock:
            os.nice(training.NICE)
            with service() as rt:
                training.train_by_clock(rt)
            return 0
        manifest = _trained()
    except training.TrainingRuns as error:
        raise Refused(str(error)) from error
    show(manifest.metrics)
    print(f"{manifest.version} is in {shelf().models / manifest.version}")
    print(f"Use it: feedback triage promote {manifest.version}")
    return 0


def promote(version: str) -> int:
    """Use a version, unless a language or the safety of people would lose by it."""
    from feedback_service.triage import promotion
    from feedback_service.triage.shelf import NoSuchModel, NotLoaded, Shelf

    try:
        if configured():
            with service() as rt, rt.transaction() as session:
                there = Shelf(rt.settings.var_dir)
                found = promotion.promote(session, there, version, rt.now())
        else:
            found = promotion.judge(shelf(), version)
            if not found.worse:
                shelf().use(version)
    except (NoSuchModel, NotLoaded) as error:
        raise Refused(str(error)) from error
    if found.worse:
        raise Refused(str(promotion.Worse(version, found.in_use, found.worse)))
    print(f"{version} is in use. {_TAKEN_UP}")
    return 0


def rollback() -> int:
    """One step back."""
    from feedback_service.triage import promotion
    from feedback_service.triage.shelf import NoSuchModel, NothingPromoted, Shelf

    try:
        if configured():
            with service() as rt, rt.transaction() as session:
                back = promotion.rollback(session, Shelf(rt.settings.var_dir), rt.now())
        else:
            back = shelf().rollback()
    except (NoSuchModel, NothingPromoted) as error:
        raise Refused(str(error)) from error
    print(f"{back} is in use again. {_TAKEN_UP}")
    return 0


def progress(now: Callable[[], float] = time.monotonic) -> Callable[[float], None]:
    """What is told which share of the work is done, and says it with what is left, 20 times."""
    begun, said = now(), [0.0]

    def told(share: float) -> None:
        if share - said[0] >= 0.05:
            said[0] = share
            left = (now() - begun) * (1 - share) / share
            print(f"  {share:4.0%} done, about {left / 60:.0f} min left", flush=True)

    return told


def show(metrics: Mapping[str, Any]) -> None:
    """Macro-F1 by head and language, what keeps people safe, and each promise with its verdict."""
    from analytics.triage.comparing import HEADS
    from analytics.triage.report_page.promises import verdicts

    table = {
        head.name: {
            language: figures["macro_f1"]
            for language, figures in sorted(metrics["heads"][head.name]["by_language"].items())
        }
        for head in HEADS
    }
    languages = sorted({language for figures in table.values() for language in figures})
    print(f"{'macro-F1':10}", *(f"{language:>7}" for language in languages), f"{'all':>7}")
    for head, figures in table.items():
        cells = [figures.get(language, 0.0) for language in languages]
        cells.append(metrics["heads"][head]["macro_f1"])
        print(f"{head:10}", *(f"{cell:7.3f}" for cell in cells))
    for name, part, kind in (
        ("urgent", "urgent", "either"), ("bribery", "bribery", "closed_with_model"),
    ):  # fmt: skip
        print(f"{name:10} recall {metrics[part][kind]['recall']:.3f}")
    for promise, bound, value, interval, verdict in verdicts(metrics):
        between = f" ({interval})" if interval else ""
        print(f"{promise}: {value}{between}, promised {bound}: {verdict}")


def _trained() -> Manifest:
    from feedback_service.triage import training

    if not configured():
        print("Training on the corpus alone: two to three minutes.", flush=True)
        return training.make(shelf(), [], datetime.now(UTC))
    print("Training on the corpus and what people said: two to three minutes.", flush=True)
    with service() as rt:
        return training.train(rt)
