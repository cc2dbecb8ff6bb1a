"""The clock closes quarters when they have matured, if the operator lets it, and with the fourth
the year."""

import logging
from datetime import date

import sqlalchemy as sa

from feedback_service import notices
from feedback_service.domain.calendar import NAIROBI
from feedback_service.domain.periods import MATURES_IN, Period
from feedback_service.models import Case, FrozenPeriod, Rating
from feedback_service.runtime import Runtime, after_commit
from feedback_service.scoring.books import quarters
from feedback_service.scoring.counting import bounds
from feedback_service.scoring.frozen import contests
from feedback_service.scoring.frozen.closing import CannotFreeze, Closing, freeze
from feedback_service.scoring.frozen.keeping import frozen_quarters

logger = logging.getLogger(__name__)

BELL = "freezing"
"""The bell that has a worker close a quarter: everybody's records are too much for the clock."""


def close_soon(rt: Runtime) -> None:
    """Have a worker close what is due, where the clock may."""
    if not rt.settings.freeze_by_clock or not due(rt):
        return
    with rt.transaction() as session:
        after_commit(session, BELL)


def close_due(rt: Runtime) -> None:
    """Close every mature quarter that is still open, the oldest first, and each year whose quarters
    are closed.  What forbids it is logged, and the analysts are told once; it keeps no later one
    from being closed."""
    rt.answered(BELL)
    refused: set[Period] = set()
    while left := [period for period in due(rt) if period not in refused]:
        try:
            freeze(rt, Closing(left[0]), _to_nobody)
        except CannotFreeze as error:
            logger.error("the period is not frozen: %s", error)
            refused.add(left[0])
            _tell(rt, left[0])


def due(rt: Runtime) -> list[Period]:
    """The mature quarters with real records that are open, since the first closed one, or only the
    last where none is closed; then the years whose quarters are closed."""
    closed, quarter = frozen_quarters(rt), last_mature(rt)
    first = min(closed, key=_start, default=quarter)
    found: list[Period] = []
    while _start(quarter) >= _start(first):
        if quarter not in closed and _is_due(rt, quarter):
            found.append(quarter)
        quarter = quarter.previous()
    with rt.transaction() as session:
        years = [
            year
            for year in sorted({one.financial_year for one in closed}, key=_start)
            if set(quarters(year)) <= set(closed) and session.get(FrozenPeriod, year.label) is None
        ]
    return [*reversed(found), *years]


def last_mature(rt: Runtime) -> Period:
    """The newest quarter whose figures do not change any more."""
    today = rt.now().astimezone(NAIROBI).date()
    period = Period.containing(today).previous()
    return period if today > period.end + MATURES_IN else period.previous()


def _is_due(rt: Runtime, period: Period) -> bool:
    """Whether it has real records: what was only practised is frozen by hand."""
    start, end = bounds(period)
    rated = sa.select(Rating.id).where(
        Rating.given_at >= start, Rating.given_at < end, ~Rating.simulated
    )
    handled = sa.select(Case.id).where(
        Case.first_due_at >= start, Case.first_due_at < end, ~Case.simulated
    )
    with rt.transaction() as session:
        return any(session.scalar(one.limit(1)) is not None for one in (rated, handled))


def _tell(rt: Runtime, period: Period) -> None:
    """The analysts of the scorecard's owner hear of it once."""
    with rt.transaction() as session:
        notices.post(
            session, f"freeze:{period.label}:refused", "freeze_refused", contests.owners(session),
            rt.now(), data={"period": period.label},
        )  # fmt: skip


def _start(period: Period) -> date:
    return period.start


def _to_nobody(name: str, done: int, of: int) -> None:
    """Nobody watches a worker."""
