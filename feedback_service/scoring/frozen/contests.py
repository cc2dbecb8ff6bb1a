"""What is said against a frozen figure within its window, the answer to it, and a moderated score
that two analysts set beside the computed one with names and reason.  Nothing of it changes what was
frozen."""

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import isfinite
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from analytics.indicators import DEFINITIONS
from feedback_service import audit, notices
from feedback_service.domain.references import read_reference
from feedback_service.models import (
    Contest,
    FrozenCard,
    FrozenPeriod,
    ModeratedScore,
    ModerationAgreement,
    Role,
    Staff,
    new_id,
)
from feedback_service.redress.masking import masked_words
from feedback_service.runtime import Runtime
from feedback_service.scoring.frozen.apart import stands_apart
from feedback_service.scoring.frozen.contested import (
    Contested,
    Moderated,
    contests,
    moderated,
    proposed,
    waiting,
)
from feedback_service.scoring.frozen.keeping import WHOLE

__all__ = [
    "Agreement", "Answer", "Contested", "Doubt", "Moderated", "Moderation", "NoSuchContest",
    "NotTaken", "agree", "answer", "contest", "contests", "moderate", "moderated", "open_until",
    "owners", "proposed", "waiting",
]  # fmt: skip
FEWEST_LETTERS = 10
"""Letters of a reason that says something."""
LIMITS = {"share": (0.0, 1.0), "score 1-5": (1.0, 5.0)}
MOST = 1e9
"""Between which a moderated score lies, by its indicator's unit; others from nought to MOST."""
MODERATED_WITHIN = timedelta(days=180)
"""After the freeze, the second person's word too: a year's evaluation is over by then."""


class NotTaken(ValueError):
    """It cannot be taken; `why` is the key of what is wrong."""

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(
            f"contest: {why}: name a figure of a frozen quarter, with reasons that name nobody, in "
            "time, once, and answer for no body near your own"
        )


class NoSuchContest(LookupError):
    """There is no contest, or no moderated score, of that id."""


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


@dataclass(frozen=True)
class Agreement:
    """The second analyst's agreement to a moderated score."""

    score_id: uuid.UUID
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
        _names_nobody(doubt.evidence)
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
            session, f"contest:{found.id}", "contested", owners(session), rt.now(),
            data={"period": doubt.period, "institution": doubt.institution},
        )  # fmt: skip
        return found.id


def answer(rt: Runtime, what: Answer) -> None:
    """Answer a contest, once; whoever contested is told.  Raises NoSuchContest and NotTaken."""
    with rt.transaction() as session:
        found = session.get(Contest, what.contest_id, with_for_update=True)
        if found is None:
            raise NoSuchContest(str(what.contest_id))
        if not stands_apart(session, found.institution_id, what.works_for):
            raise NotTaken("own-body")
        if found.answered_at is not None:
            raise NotTaken("answered-already")
        if len(what.text.strip()) < FEWEST_LETTERS:
            raise NotTaken("reason-missing")
        _names_nobody(what.text)
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


def moderate(rt: Runtime, what: Moderation) -> uuid.UUID:
    """Propose a score to stand beside the computed one; a later one stands beside both.  It counts
    when another analyst has agreed.  Raises NotTaken."""
    with rt.transaction() as session:
        row = session.get(FrozenPeriod, what.period)
        figure = _check(session, row, what.institution, what.indicator, what.reason)
        if not stands_apart(session, what.institution, what.works_for):
            raise NotTaken("own-body")
        if not figure["n"] or figure["value"] is None:
            raise NotTaken("nothing-computed")
        if row is None or rt.now() > row.frozen_at + MODERATED_WITHIN:
            raise NotTaken("too-late")
        low, high = LIMITS.get(DEFINITIONS[what.indicator].unit, (0.0, MOST))
        if not isfinite(what.value) or not low <= what.value <= high:
            raise NotTaken("value-outside")
        found = ModeratedScore(
            id=new_id(), period=what.period, institution_id=what.institution,
            indicator=what.indicator, value=what.value, reason=what.reason.strip(),
            by_id=what.staff_id, at=rt.now(),
        )  # fmt: skip
        session.add(found)
        audit.note(
            session, "figure.moderate", f"{what.institution} {what.period}", rt.now(),
            what.staff_id,
            {"indicator": what.indicator, "value": what.value, "reason": what.reason.strip()},
        )  # fmt: skip
        others = [one for one in owners(session) if one != what.staff_id]
        notices.post(
            session, f"moderated:{found.id}", "score_proposed", others, rt.now(),
            data={"period": what.period, "institution": what.institution},
        )  # fmt: skip
        return found.id


def agree(rt: Runtime, what: Agreement) -> None:
    """Agree to a colleague's moderated score, which counts from now on.  Raises NoSuchContest and
    NotTaken."""
    with rt.transaction() as session:
        score = session.get(ModeratedScore, what.score_id)
        if score is None:
            raise NoSuchContest(str(what.score_id))
        if score.by_id == what.staff_id:
            raise NotTaken("own-score")
        if not stands_apart(session, score.institution_id, what.works_for):
            raise NotTaken("own-body")
        if rt.now() > session.get_one(FrozenPeriod, score.period).frozen_at + MODERATED_WITHIN:
            raise NotTaken("too-late")
        session.add(ModerationAgreement(score_id=score.id, by_id=what.staff_id, at=rt.now()))
        try:
            session.flush()  # two may agree at once
        except sa.exc.IntegrityError as error:
            raise NotTaken("agreed-already") from error
        audit.note(
            session, "figure.agree", f"{score.institution_id} {score.period}", rt.now(),
            what.staff_id, {"indicator": score.indicator, "value": score.value},
        )  # fmt: skip


def owners(session: Session) -> list[uuid.UUID]:
    """The analysts of the scorecard's owner: those who work for no institution."""
    of_it = sa.select(Staff.id).where(
        Staff.role == Role.ANALYST, Staff.institution_id.is_(None), Staff.disabled_at.is_(None)
    )
    return list(session.scalars(of_it))


def _check(
    session: Session, row: FrozenPeriod | None, institution: str, indicator: str, words: str
) -> Mapping[str, Any]:
    """The figure as it was frozen, in full."""
    if row is None:
        raise NotTaken("not-frozen")
    card = session.get(FrozenCard, (row.period, institution))
    figures = card.full["card"]["figures"] if card and institution != WHOLE else {}
    if indicator not in DEFINITIONS or indicator not in figures:
        raise NotTaken("no-figure")
    if len(words.strip()) < FEWEST_LETTERS:
        raise NotTaken("reason-missing")
    _names_nobody(words)
    found: Mapping[str, Any] = figures[indicator]
    return found


def _names_nobody(words: str) -> None:
    """Everybody reads it: no telephone number, address, paper or case of a citizen."""
    if masked_words(words) != words or any(map(read_reference, _NUMBERS.findall(words))):
        raise NotTaken("names-somebody")


_NUMBERS = re.compile(r"(?<!\d)\d{4}[ -]?\d{4}(?!\d)")
"""As the reference of a case is written."""


def _about(found: Contest) -> dict[str, str]:
    return {
        "period": found.period, "institution": found.institution_id, "indicator": found.indicator,
    }  # fmt: skip
