"""What is said against a frozen figure within its window, the answer to it, and a moderated score
that stands beside the computed one with name and reason.  Nothing of it changes what was frozen."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import isfinite

import sqlalchemy as sa
from sqlalchemy.orm import Session

from analytics.indicators import DEFINITIONS
from feedback_service import audit, notices
from feedback_service.models import (
    Contest,
    FrozenPeriod,
    Institution,
    ModeratedScore,
    Role,
    Staff,
    new_id,
)
from feedback_service.runtime import Runtime

FEWEST_LETTERS = 10
"""Letters of a reason that says something."""
LIMITS = {"share": (0.0, 1.0), "score 1-5": (1.0, 5.0)}
"""Between which a moderated score lies, by the unit of its indicator; others may be any number."""


class NotTaken(ValueError):
    """It cannot be taken; `why` is the key of what is wrong."""

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(
            f"contest: {why}: name a figure of a frozen quarter, with reasons, in time, once, and "
            "answer for no body of your own"
        )


class NoSuchContest(LookupError):
    """There is no contest of that id."""


@dataclass(frozen=True)
class Doubt:
    """An institution's doubt: its reasons, and the evidence it offers for them."""

    period: str
    institution: str
    indicator: str
    reasons: str
    evidence: str
    staff_id: uuid.UUID


@dataclass(frozen=True)
class Answer:
    """What the owner of the scorecard found: the doubt is right or it is not, and why."""

    contest_id: uuid.UUID
    upheld: bool
    text: str
    staff_id: uuid.UUID
    works_for: str | None


@dataclass(frozen=True)
class Moderation:
    """A score that stands beside the computed one, in the indicator's unit."""

    period: str
    institution: str
    indicator: str
    value: float
    reason: str
    staff_id: uuid.UUID
    works_for: str | None


def open_until(rt: Runtime, row: FrozenPeriod) -> datetime:
    """Until when a figure of the period can be contested."""
    return row.frozen_at + timedelta(days=rt.settings.contest_days)


def contest(rt: Runtime, doubt: Doubt) -> uuid.UUID:
    """Take a doubt down; the scorecard's owner is told.  Raises NotTaken."""
    with rt.transaction() as session:
        row = session.get(FrozenPeriod, doubt.period)
        _check(session, row, doubt.institution, doubt.indicator, doubt.reasons)
        if row is None or rt.now() > open_until(rt, row):
            raise NotTaken("too-late")
        found = Contest(
            id=new_id(), period=doubt.period, institution_id=doubt.institution,
            indicator=doubt.indicator, reasons=doubt.reasons.strip(),
            evidence=doubt.evidence.strip(), by_id=doubt.staff_id, at=rt.now(),
        )  # fmt: skip
        session.add(found)
        try:
            session.flush()  # one contest for each figure
        except sa.exc.IntegrityError as error:
            raise NotTaken("contested-already") from error
        audit.note(
            session, "figure.contest", str(found.id), rt.now(), doubt.staff_id,
            {**_about(found), "reasons": found.reasons, "evidence": found.evidence},
        )  # fmt: skip
        notices.post(
            session, f"contest:{found.id}", "contested", _owners(session), rt.now(),
            data={"period": doubt.period, "institution": doubt.institution},
        )  # fmt: skip
        return found.id


def answer(rt: Runtime, what: Answer) -> None:
    """Answer a contest, once; whoever contested is told.  Raises NoSuchContest and NotTaken."""
    with rt.transaction() as session:
        found = session.get(Contest, what.contest_id, with_for_update=True)
        if found is None:
            raise NoSuchContest(str(what.contest_id))
        if found.institution_id == what.works_for:
            raise NotTaken("own-body")
        if found.answered_at is not None:
            raise NotTaken("answered-already")
        if len(what.text.strip()) < FEWEST_LETTERS:
            raise NotTaken("reason-missing")
        found.answer, found.upheld = what.text.strip(), what.upheld
        found.answered_by_id, found.answered_at = what.staff_id, rt.now()
        audit.note(
            session, "figure.answer", str(found.id), rt.now(), what.staff_id,
            {**_about(found), "upheld": what.upheld, "answer": found.answer},
        )  # fmt: skip
        notices.post(
            session, f"contest:{found.id}:answer", "contest_answered", [found.by_id], rt.now(),
            data={"period": found.period, "institution": found.institution_id},
        )  # fmt: skip


def moderate(rt: Runtime, what: Moderation) -> None:
    """Put a score beside the computed one; a later one stands beside both.  Raises NotTaken."""
    with rt.transaction() as session:
        row = session.get(FrozenPeriod, what.period)
        _check(session, row, what.institution, what.indicator, what.reason)
        if what.institution == what.works_for:
            raise NotTaken("own-body")
        low, high = LIMITS.get(DEFINITIONS[what.indicator].unit, (float("-inf"), float("inf")))
        if not isfinite(what.value) or not low <= what.value <= high:
            raise NotTaken("value-outside")
        session.add(
            ModeratedScore(
                period=what.period, institution_id=what.institution, indicator=what.indicator,
                value=what.value, reason=what.reason.strip(), by_id=what.staff_id, at=rt.now(),
            )
        )  # fmt: skip
        audit.note(
            session, "figure.moderate", f"{what.institution} {what.period}", rt.now(),
            what.staff_id,
            {"indicator": what.indicator, "value": what.value, "reason": what.reason.strip()},
        )  # fmt: skip


@dataclass(frozen=True)
class Contested:
    """A contest as it is read, with who spoke."""

    row: Contest
    by: str
    answered_by: str


@dataclass(frozen=True)
class Moderated:
    """A moderated score with the name of who gave it."""

    row: ModeratedScore
    by: str


def contests(session: Session, period: str, institution: str | None = None) -> list[Contested]:
    """The contests of a period, or of one institution in it, the oldest first."""
    found = sa.select(Contest).where(Contest.period == period)
    if institution is not None:
        found = found.where(Contest.institution_id == institution)
    rows = session.scalars(found.order_by(Contest.at, Contest.id)).all()
    names = _names(session, [*(r.by_id for r in rows), *(r.answered_by_id for r in rows)])
    return [Contested(row, names[row.by_id], names.get(row.answered_by_id, "")) for row in rows]


def moderated(session: Session, period: str, institution: str | None = None) -> list[Moderated]:
    """The moderated scores of a period, or of one institution in it, the oldest first."""
    found = sa.select(ModeratedScore).where(ModeratedScore.period == period)
    if institution is not None:
        found = found.where(ModeratedScore.institution_id == institution)
    rows = session.scalars(found.order_by(ModeratedScore.at, ModeratedScore.id)).all()
    names = _names(session, [row.by_id for row in rows])
    return [Moderated(row, names[row.by_id]) for row in rows]


def waiting(session: Session) -> dict[str, int]:
    """How many contests of each period wait for an answer."""
    found = sa.select(Contest.period, sa.func.count()).where(Contest.answered_at.is_(None))
    return dict(session.execute(found.group_by(Contest.period)).all())


def _check(
    session: Session, row: FrozenPeriod | None, institution: str, indicator: str, words: str
) -> None:
    if row is None:
        raise NotTaken("not-frozen")
    if indicator not in DEFINITIONS or session.get(Institution, institution) is None:
        raise NotTaken("no-figure")
    if len(words.strip()) < FEWEST_LETTERS:
        raise NotTaken("reason-missing")


def _about(found: Contest) -> dict[str, str]:
    return {
        "period": found.period, "institution": found.institution_id, "indicator": found.indicator,
    }  # fmt: skip


def _owners(session: Session) -> list[uuid.UUID]:
    """The analysts of the scorecard's owner: those who work for no institution."""
    of_it = sa.select(Staff.id).where(
        Staff.role == Role.ANALYST, Staff.institution_id.is_(None), Staff.disabled_at.is_(None)
    )
    return list(session.scalars(of_it))


def _names(session: Session, ids: Iterable[uuid.UUID | None]) -> dict[uuid.UUID | None, str]:
    wanted = {one for one in ids if one is not None}
    found = sa.select(Staff.id, Staff.name).where(Staff.id.in_(wanted))
    return {row.id: row.name for row in session.execute(found)}
