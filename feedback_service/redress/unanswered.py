"""The register of the never answered: cases past their date that no office has answered, by office.

Counts alone leave here, none under analytics.suppression.MINIMUM and none that gives such a one
back, and only whole fives of them: else the page of tomorrow less that of today would be the case
whose date passed.  Confidential and held cases are in none of them, as in no figure of the public.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from analytics.suppression import MINIMUM, suppress
from feedback_service.domain.cases import OPEN, Action, Lane
from feedback_service.models import Case, CaseEvent

LONG = timedelta(days=30)


@dataclass(frozen=True)
class Unanswered:
    """One office's cases in whole fives, 13 as 10: `past` their date, `long` of them by more than
    LONG; None is kept back.

    simulated: they were invented to try the service; they stand here only while no real one does.
    """

    institution_id: str
    past: int | None
    long: int | None
    simulated: bool


def register(session: Session, now: datetime) -> list[Unanswered]:
    """Every office that has such a case, by its id; offices without one are not listed."""
    found = _counted(session, now)
    real = [row for row in found if not row[1]] or found
    small = suppress({office: past for office, _, past, _ in real}, total_shown=False)
    return [
        Unanswered(office, None, None, simulated)
        if office in small
        else Unanswered(office, _whole_fives(past), _part(past, long), simulated)
        for office, simulated, past, long in real
    ]


def _counted(session: Session, now: datetime) -> list[tuple[str, bool, int, int]]:
    answered = sa.exists().where(
        CaseEvent.case_id == Case.id, CaseEvent.action.in_((Action.RESOLVE, Action.REJECT))
    )
    found = (
        sa.select(
            Case.institution_id, Case.simulated, sa.func.count(),
            sa.func.count().filter(Case.due_at < now - LONG),
        )
        .where(Case.status.in_(OPEN), Case.due_at < now, Case.lane == Lane.OPEN, sa.not_(answered))
        .group_by(Case.institution_id, Case.simulated)
        .order_by(Case.institution_id)
    )  # fmt: skip
    return [(row[0], row[1], row[2], row[3]) for row in session.execute(found)]


def _part(past: int, long: int) -> int | None:
    """The part, unless it or what it leaves of the whole is a small number."""
    rest = past - long
    return None if long < MINIMUM or 0 < rest < MINIMUM else _whole_fives(long)


def _whole_fives(many: int) -> int:
    return many - many % MINIMUM
