"""The clock closes a quarter when it has matured, if the operator lets it, and with the fourth the
year."""

import logging

import sqlalchemy as sa

from feedback_service.domain.calendar import NAIROBI
from feedback_service.domain.periods import MATURES_IN, Period
from feedback_service.models import Case, FrozenPeriod, Rating
from feedback_service.runtime import Runtime, after_commit
from feedback_service.scoring.books import quarters
from feedback_service.scoring.counting import bounds
from feedback_service.scoring.frozen.closing import CannotFreeze, Closing, freeze
from feedback_service.scoring.frozen.keeping import frozen_quarters

logger = logging.getLogger(__name__)

BELL = "freezing"
"""The bell that has a worker close a quarter: everybody's records are too much for the clock."""


def close_soon(rt: Runtime) -> None:
    """Have a worker close what is due, where the clock may."""
    if not rt.settings.freeze_by_clock or not _due(rt):
        return
    with rt.transaction() as session:
        after_commit(session, BELL)


def close_due(rt: Runtime) -> None:
    """Close the last mature quarter if it is still open, and a year whose quarters are closed; what
    forbids it is logged, and `feedback freeze` says it too."""
    rt.answered(BELL)
    for _ in range(2):  # the fourth quarter makes its year due
        for period in _due(rt)[:1]:
            try:
                freeze(rt, Closing(period), _to_nobody)
            except CannotFreeze as error:
                logger.error("the period is not frozen: %s", error)
                return


def last_mature(rt: Runtime) -> Period:
    """The newest quarter whose figures do not change any more."""
    today = rt.now().astimezone(NAIROBI).date()
    period = Period.containing(today).previous()
    return period if today > period.end + MATURES_IN else period.previous()


def _due(rt: Runtime) -> list[Period]:
    quarter = last_mature(rt)
    if _is_due(rt, quarter):
        return [quarter]
    closed = frozen_quarters(rt)
    with rt.transaction() as session:
        return [
            year
            for year in sorted({one.financial_year for one in closed}, key=lambda one: one.year)
            if set(quarters(year)) <= set(closed) and session.get(FrozenPeriod, year.label) is None
        ]


def _is_due(rt: Runtime, period: Period) -> bool:
    """Whether it has real records and is open: what was only practised is frozen by hand."""
    start, end = bounds(period)
    rated = sa.select(Rating.id).where(
        Rating.given_at >= start, Rating.given_at < end, ~Rating.simulated
    )
    handled = sa.select(Case.id).where(
        Case.first_due_at >= start, Case.first_due_at < end, ~Case.simulated
    )
    with rt.transaction() as session:
        if session.get(FrozenPeriod, period.label) is not None:
            return False
        return any(session.scalar(one.limit(1)) is not None for one in (rated, handled))


def _to_nobody(name: str, done: int, of: int) -> None:
    """Nobody watches a worker."""
