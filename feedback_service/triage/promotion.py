"""Which model is in use: taken into use only when nothing is worse, taken back in one step.

The rule, in `analytics.triage.comparing`: both models answered the same held-out messages; no
language may be worse at category, intent or sector, and of the urgent and of the confidential no
more may be missed.  What such answers do not tell is judged by the intervals of the manifests.  On
messages drawn by lot the new one must not do worse either.
"""

import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from analytics import triage as model_room
from analytics.triage import Manifest, comparing, record
from analytics.triage.comparing import Difference
from feedback_service import audit
from feedback_service.models import ModelChange, ModelStep
from feedback_service.triage.shelf import Shelf, answers

_LOCK = 7_216_350_242  # any number that nothing else in this database locks
_NEWEST = sa.select(ModelChange).order_by(ModelChange.at.desc(), ModelChange.id.desc())
_SAFETY = {"urgent": "urgent", "confidential": "hold"}
"""What may not be missed more often, and the part of a manifest that has its recall."""
LEAST_BY_LOT = 30
"""Messages drawn by lot from which on they have a say."""


class Worse(ValueError):
    """A model that may not be promoted; `reasons` holds every figure that fell."""

    def __init__(self, version: str, in_use: str, reasons: list[Difference]) -> None:
        self.version, self.in_use, self.reasons = version, in_use, reasons
        fell = "\n  ".join(in_words(one) for one in reasons)
        super().__init__(
            f"Not promoted: {version} is worse than {in_use}, which stays in use.\n  {fell}"
        )


@dataclass(frozen=True)
class Judgement:
    """A candidate beside the model in use: every figure, and those that forbid it."""

    version: str
    in_use: str
    all: list[Difference]

    @property
    def worse(self) -> list[Difference]:
        return [one for one in self.all if one.worse]


def judge(shelf: Shelf, version: str, by_lot: Mapping[str, Any] | None = None) -> Judgement:
    """The candidate against the model in use; raises NoSuchModel, NotLoaded.

    by_lot: what its training found on messages drawn by lot, as `training` keeps it.
    """
    folder, standing = shelf.checked(version), shelf.standing
    new, old = model_room.read_manifest(folder), model_room.read_manifest(standing)
    found = _paired(answers(standing), answers(folder))
    told = {one.what for one in found}
    found += [one for one in _by_manifests(old, new) if one.what not in told]
    if by_lot and by_lot.get("against") == old.version and by_lot["messages"] >= LEAST_BY_LOT:
        figures = {name: by_lot[name] for name in ("messages", "old", "new", "low", "high")}
        found.append(Difference("by_lot", "route", **figures, most_lost=1.0))
    return Judgement(version, old.version, found)


def promote(
    session: Session, shelf: Shelf, version: str, at: datetime, staff_id: uuid.UUID | None = None
) -> Judgement:
    """Use a version from now on; a refusal is kept as well.

    Raises NoSuchModel, NotLoaded.  What is worse is not in use afterwards: see `worse`.
    """
    alone(session)
    shelf.folder(version)  # raises: nothing else is asked about what is no version
    found = judge(shelf, version, lot_of(session, version))
    detail = {
        "was": found.in_use,
        "worse": [asdict(one) for one in found.worse],
        "figures": [asdict(one) for one in found.all],
    }
    if found.worse:
        note(session, ModelStep.REFUSED, version, at, staff_id, detail)
    else:
        note(session, ModelStep.PROMOTED, version, at, staff_id, detail)
        session.flush()  # the links on disk change last, when every line has its place
        shelf.use(version)
    return found


def rollback(
    session: Session, shelf: Shelf, at: datetime, staff_id: uuid.UUID | None = None
) -> str:
    """Use what was in use before; returns its version.  Raises NothingPromoted."""
    alone(session)
    was = shelf.version_or_nothing()
    back = shelf.rollback()
    note(session, ModelStep.ROLLED_BACK, back, at, staff_id, {"was": was})
    return back


def alone(session: Session) -> None:
    """Until this transaction ends nobody else takes a model into use or back, or clears away."""
    session.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))


def note(
    session: Session, step: ModelStep, version: str, at: datetime,
    staff_id: uuid.UUID | None, detail: Mapping[str, Any],
) -> None:  # fmt: skip
    """A line of the models' history, and one of the audit's."""
    session.add(
        ModelChange(at=at, step=step, version=version, staff_id=staff_id, detail=dict(detail))
    )
    short = {name: value for name, value in detail.items() if not isinstance(value, list | dict)}
    audit.note(session, f"model.{step}", version or "-", at, staff_id, short)


def history(session: Session, limit: int = 30) -> list[ModelChange]:
    """What happened to the models, newest first."""
    return list(session.scalars(_NEWEST.limit(limit)))


def last_of(session: Session, *steps: ModelStep) -> ModelChange | None:
    """The newest line of the history with one of these steps."""
    return session.scalars(_NEWEST.where(ModelChange.step.in_(steps)).limit(1)).one_or_none()


def lot_of(session: Session, version: str) -> Mapping[str, Any] | None:
    """What the training of a version found on messages drawn by lot."""
    trained = _NEWEST.where(ModelChange.version == version, ModelChange.step == ModelStep.TRAINED)
    last = session.scalars(trained.limit(1)).one_or_none()
    found: Mapping[str, Any] | None = last.detail.get("by_lot") if last else None
    return found


def in_words(one: Difference) -> str:
    """A difference as a command says it."""
    what = "accuracy by lot" if one.what == "by_lot" else f"{one.what}, {one.group}"
    measure = "recall" if one.what in _SAFETY else "macro-F1"
    return (
        f"{what}: {measure} {one.new:.3f}, was {one.old:.3f} (difference between "
        f"{one.low:+.3f} and {one.high:+.3f}, {one.messages} messages)"
    )


def _paired(old: record.Record | None, new: record.Record | None) -> list[Difference]:
    """Nothing where one of them kept no answers, or they have no message in common."""
    if old is None or new is None:
        return []
    try:
        return comparing.differences(old, new)
    except comparing.Incomparable:
        return []


def _by_manifests(old: Manifest, new: Manifest) -> list[Difference]:
    """Without paired answers both figures move by chance on their own: a wider interval."""
    found = []
    for head in comparing.HEADS:
        before, after = (_by_language(one.metrics, head.name) for one in (old, new))
        for lang, (was, messages) in before.items():
            now = after.get(lang, (0.0, messages))[0]
            lost = comparing.MOST_LOST["language"]
            found.append(_unpaired((head.name, lang), messages, was, now, lost))
    for what, part in _SAFETY.items():
        was, now = (one.metrics[part]["either"]["recall"] for one in (old, new))
        messages = int(old.metrics[part]["messages"])
        lost = comparing.MOST_LOST["safety"]
        found.append(_unpaired((what, "recall"), messages, was, now, lost))
    return found


def _unpaired(
    named: tuple[str, str], messages: int, was: float, now: float, lost: float
) -> Difference:
    spread = sum(share * (1 - share) for share in (was, now)) / max(1, messages)
    reach = 1.96 * spread**0.5
    return Difference(*named, messages, was, now, now - was - reach, now - was + reach, lost)


def _by_language(metrics: Mapping[str, Any], head: str) -> dict[str, tuple[float, int]]:
    """Macro-F1 on writers the model had not read and their messages, by language."""
    return {
        lang: (float(figures["macro_f1"]), int(figures["messages"]))
        for lang, figures in sorted(metrics["heads"][head]["by_language"].items())
    }
