"""What happened to the cases of a frozen quarter afterwards: told, and changing nothing in it."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback_service.domain.cases import Action
from feedback_service.domain.periods import Period
from feedback_service.models import Case, CaseEvent, FrozenPeriod
from feedback_service.scoring.counting import bounds

COUNTS = (
    Action.RESOLVE, Action.REJECT, Action.CONFIRM, Action.DISPUTE, Action.REOPEN, Action.WITHDRAW,
    Action.TRANSFER, Action.RECLASSIFY,
)  # fmt: skip
"""What would have changed a figure had it come before."""
MOST = 100


@dataclass(frozen=True)
class Late:
    """One such event."""

    case_id: uuid.UUID
    reference: str
    action: Action
    at: datetime


def after_the_freeze(
    session: Session, row: FrozenPeriod, institution: str, *seen: sa.ColumnElement[bool]
) -> tuple[Sequence[Late], int]:
    """The newest of them and how many there are, of cases that `seen` lets through."""
    start, end = bounds(Period.parse(row.period))
    chosen = (
        Case.institution_id == institution,
        Case.first_due_at >= start,
        Case.first_due_at < end,
        CaseEvent.at > row.as_of,  # it may be minutes before the moment of signing
        CaseEvent.action.in_(COUNTS),
        *seen,  # how many there are of a shut lane is as secret as which
    )
    joined = sa.join(CaseEvent, Case, Case.id == CaseEvent.case_id)
    many = session.scalar(sa.select(sa.func.count()).select_from(joined).where(*chosen))
    newest = (
        sa.select(Case.id, Case.reference, CaseEvent.action, CaseEvent.at)
        .select_from(joined)
        .where(*chosen)
        .order_by(CaseEvent.at.desc(), Case.reference)
        .limit(MOST)
    )
    return [Late(*found) for found in session.execute(newest)], many or 0
