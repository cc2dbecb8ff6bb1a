"""What the public tables of scorecards keep back of the quarters in which a month's cases are due:
by the one rule of suppression (`analytics.suppression`), over all cases that are known by now.

The tables themselves are not asked: those of a running quarter hold only what is due so far, while
the list is told once and for all.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from analytics.suppression import suppress
from feedback_service.domain.calendar import NAIROBI
from feedback_service.domain.cases import CaseKind, Lane, Outcome
from feedback_service.models import Case
from feedback_service.reports.requests.telling import Kept

Of = tuple[str, CaseKind]
"""Institution and kind."""
FURTHEST = timedelta(days=400)
"""From the month in which a case is received to the day on which it is due, at most."""

DUE_IN = sa.cast(
    sa.func.date_trunc("quarter", sa.func.timezone("Africa/Nairobi", Case.first_due_at)), sa.Date
)
"""First day of the quarter in which a case is due: quarters of the financial year begin with those
of the calendar."""

Counts = Mapping[Any, Counter[Any]]


def kept_back(session: Session, month: date, end: date) -> Mapping[Of, Kept]:
    """Of the month that ends before `end`, by institution and kind."""
    whole: dict[tuple[date, CaseKind], Counter[str]] = defaultdict(Counter)
    services: dict[tuple[Of, date], Counter[str]] = defaultdict(Counter)
    counties: dict[tuple[Of, date], Counter[int]] = defaultdict(Counter)
    for row in session.execute(_counted(month)):
        of = row.institution_id, row.kind
        whole[row.due_in, row.kind][row.institution_id] += row.everyone
        services[of, row.due_in][row.service_id or ""] += row.of_open_lane
        counties[of, row.due_in][row.county_code or 0] += row.of_open_lane
    small = {
        (institution, kind, quarter)
        for (quarter, kind), counts in whole.items()
        for institution in suppress(+counts, total_shown=True)
    }
    untold = _confidential(session, month, end)
    return {
        of: _kept(of, services, counties, small, untold[of]) for of in {of for of, _ in services}
    }


def _kept(
    of: Of, services: Counts, counties: Counts, small: set[tuple[str, CaseKind, date]], untold: int
) -> Kept:
    quarters = [quarter for whose, quarter in services if whose == of]
    alone = {(q, one) for q in quarters for one in suppress(+services[of, q], total_shown=True)}
    beside = {(q, one) for q in quarters for one in suppress(+services[of, q], True, withheld=True)}
    hidden = {(q, one) for q in quarters for one in suppress(+counties[of, q], True, withheld=True)}
    return Kept(
        frozenset(q for q in quarters if (*of, q) in small),
        frozenset(alone),
        frozenset(beside - alone),
        frozenset(hidden),
        untold,
    )


def _counted(month: date) -> sa.Select[*tuple[Any, ...]]:
    """Cases that a register counts, by all that its tables tell apart."""
    first = month.replace(month=(month.month - 1) // 3 * 3 + 1)
    withdrawn = sa.and_(
        Case.outcome.is_not_distinct_from(Outcome.WITHDRAWN), Case.resolved_at.is_(None)
    )
    keys = DUE_IN.label("due_in"), Case.kind, Case.institution_id, Case.service_id, Case.county_code
    return (
        sa.select(
            *keys,
            sa.func.count().label("everyone"),
            sa.func.count().filter(Case.lane == Lane.OPEN).label("of_open_lane"),
        )
        .where(
            Case.first_due_at >= datetime.combine(first, time.min, NAIROBI),
            Case.first_due_at < datetime.combine(month + FURTHEST, time.min, NAIROBI),
            sa.not_(Case.simulated),
            sa.not_(withdrawn),
        )
        .group_by(*keys)
    )


def _confidential(session: Session, month: date, end: date) -> Counter[Of]:
    """How many cases of the month lie in no open lane."""
    found = (
        sa.select(Case.institution_id, Case.kind, sa.func.count())
        .where(
            Case.lane != Lane.OPEN,
            Case.received_on >= month,
            Case.received_on < end,
            sa.not_(Case.simulated),
        )
        .group_by(Case.institution_id, Case.kind)
    )
    return Counter({(name, kind): many for name, kind, many in session.execute(found)})
