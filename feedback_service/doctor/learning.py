"""Whether the text model in use is the one that was chosen, still fits, and goes on learning."""

from collections.abc import Iterator

from sqlalchemy.orm import Session

from feedback_service.doctor.finding import Finding, fail, ok, warn
from feedback_service.models import ModelStep
from feedback_service.runtime import Runtime
from feedback_service.triage import promotion, serving, training, watching
from feedback_service.triage.shelf import Shelf

_ALARMS = {
    "psi": "what citizens write about has moved away from what it was judged on",
    "unknown": "citizens use twice as many words that it does not know",
    "told_apart": "new messages can be told from the older ones",
}


def checks(rt: Runtime, session: Session) -> Iterator[Finding]:
    yield from _loaded(rt, session)
    yield from _training(rt, session)
    yield from _drift(rt, session)


def _loaded(rt: Runtime, session: Session) -> Iterator[Finding]:
    if version := serving.refused(rt):
        yield fail(
            f"The text model {version} does not load for a worker, which goes on with another",
            "feedback triage rollback, or copy VAR_DIR/models/" + version + " anew",
        )
    chosen = promotion.last_of(session, ModelStep.PROMOTED, ModelStep.ROLLED_BACK)
    here = Shelf(rt.settings.var_dir).version_or_nothing()
    if chosen and here and chosen.version != here:
        yield warn(
            f"This machine uses the text model {here}, and {chosen.version} was chosen",
            "Share VAR_DIR between the machines, or copy VAR_DIR/models and VAR_DIR/model to it",
        )


def _training(rt: Runtime, session: Session) -> Iterator[Finding]:
    if wrong := training.trouble(rt, session):
        yield warn(
            f"The last training of the text model {wrong}",
            "See the worker's log, then run feedback triage train",
        )
    elif not rt.settings.model_retrain_days:
        yield ok("The text model learns by command alone")
    else:
        labels = training.new_labels(session)
        yield ok(f"The text model learns by clock; new labels: {labels}")


def _drift(rt: Runtime, session: Session) -> Iterator[Finding]:
    found = watching.drift_of(rt, session)
    for key in found.alarms if found else ():
        name, _, head = key.partition(":")
        of = f" ({head})" if head else ""
        yield warn(
            f"The text model drifts{of}: {_ALARMS[name]}",
            "See /desk/model; label what it asks about, then run feedback triage train",
        )
