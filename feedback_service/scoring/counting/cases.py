"""Cases counted by the database: complaints and requests for information apart."""

from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from analytics.tallies import CaseCounts
from feedback_service.domain.cases import Action, CaseKind, Lane, Outcome
from feedback_service.models import Case, CaseEvent
from feedback_service.scoring.counting import costs
from feedback_service.scoring.counting.shape import (
    KEYS,
    Condition,
    Dimension,
    Frame,
    Group,
    bounds,
    day_of,
    group_of,
    keys_of,
    true,
)


def counted(
    session: Session, frame: Frame, dimension: Dimension | None
) -> Iterator[tuple[Group, CaseKind, CaseCounts]]:
    """One for each group and kind that has cases."""
    start, end = bounds(frame.period)
    shape = _Shape(
        frame.by_day, frame.institution is not None, frame.among is not None,
        "" in (frame.among or ()), dimension,
    )  # fmt: skip
    asked = {
        "start": start, "end": end, "as_of": frame.as_of, "institution": frame.institution,
        "among": sorted((frame.among or frozenset()) - {""}),
    }  # fmt: skip
    for row in session.execute(_statement(shape), asked).mappings():
        found = {name: row[name] or {} for name in HISTOGRAMS}
        numbers = {name: row[name] for name in _NAMES}
        yield group_of(row), CaseKind(row["of_kind"]), CaseCounts.read(numbers | found)


class _Shape(NamedTuple):
    """What a statement depends on besides its values."""

    by_day: bool
    of_one: bool
    among: bool
    or_nobody: bool
    dimension: Dimension | None


@cache
def _statement(shape: _Shape) -> sa.Select[Any]:
    """Rows of KEYS, `of_kind`, the numbers, histograms.  Made once: to put so large a statement
    together takes longer than to answer it."""
    c = _by_wait(shape).subquery("waits").c
    keys = [c[name] for name in (*KEYS, "of_kind")]
    numbers = [sa.cast(sa.func.sum(c[name]), sa.BigInteger).label(name) for name in _NAMES]
    histograms = [
        sa.func.jsonb_object_agg(sa.cast(c[name], sa.Text), c.many)
        .filter(c[name].is_not(None))
        .label(name)
        for name in HISTOGRAMS
    ]
    return sa.select(*keys, *numbers, *histograms).group_by(*keys)


def _by_wait(shape: _Shape) -> sa.Select[Any]:
    """Cases told apart by how long their citizens waited too: what a histogram is made of."""
    keys = keys_of(Case.__table__.c, shape.by_day, shape.dimension, Case.first_due_at)
    start, end, as_of = (
        sa.bindparam(name, type_=Case.__table__.c.due_at.type) for name in ("start", "end", "as_of")
    )
    paid = costs.beside_cases()
    conditions = _conditions(as_of) | _unpriced(as_of, paid)
    counts = [sa.func.count().filter(where).label(name) for name, where in conditions.items()]
    spent = sa.func.sum(paid.c[costs.COST]).filter(_judged(as_of), ~paid.c[costs.UNPRICED])
    counts.append(sa.func.coalesce(spent, 0).label(costs.COST))
    waits = _waits(_judged(as_of))
    named = [sa.text(name) for name in (*KEYS, "of_kind", *HISTOGRAMS)]
    found = (
        sa.select(*keys, Case.kind.label("of_kind"), *waits, *counts, sa.func.count().label("many"))
        .select_from(Case)
        .join(paid, sa.true())
        .where(Case.first_due_at >= start, Case.first_due_at < end, *_institutions(shape))
        .group_by(*named)
    )
    if shape.dimension is not None:
        found = found.where(Case.lane == Lane.OPEN)
    return found


def _institutions(shape: _Shape) -> list[Condition]:
    """As `Frame.institutions`."""
    if shape.of_one:
        return [Case.institution_id == sa.bindparam("institution")]
    if not shape.among:
        return []
    named = Case.institution_id.in_(sa.bindparam("among", expanding=True))
    return [sa.or_(named, Case.institution_id.is_(None)) if shape.or_nobody else named]


def _waits(judged: Condition) -> list[sa.ColumnElement[Any]]:
    """The value each histogram has for a case, null where the case is in another; as HISTOGRAMS."""
    answered = Case.resolved_at.is_not(None)
    gone = sa.and_(_withdrawn(), Case.closed_at.is_not(None))
    waits = {
        "days": (answered, _days(Case.resolved_at)),
        "gone": (sa.and_(sa.not_(answered), gone), _days(Case.closed_at)),
        # A date less the day before the first one is its ordinal, as Python counts.
        "waiting": (
            sa.and_(sa.not_(answered), sa.not_(gone)),
            Case.received_on - sa.literal_column("date '0001-01-01'") + 1,
        ),
    }
    return [
        sa.case((sa.and_(judged, where), value)).label(name)
        for name, (where, value) in waits.items()
    ]


def _days(until: Any) -> sa.ColumnElement[Any]:
    return sa.func.greatest(0, day_of(until) - Case.received_on)


def _judged(as_of: Any) -> Condition:
    return sa.and_(Case.first_due_at <= as_of, sa.not_(_withdrawn_before()))


def _withdrawn() -> Condition:
    withdrawn = Case.outcome.is_not_distinct_from(Outcome.WITHDRAWN)
    return sa.and_(withdrawn, Case.resolved_at.is_(None))


def _withdrawn_before() -> Condition:
    return sa.and_(_withdrawn(), true(Case.closed_at <= Case.due_at))


def _conditions(as_of: Any) -> dict[str, Condition]:
    """The blocks of CaseCounts: a case is in one condition of each, or waits, or was withdrawn."""
    due = Case.first_due_at <= as_of
    judged = _judged(as_of)
    acknowledged = true(Case.acknowledged_at <= Case.acknowledge_due_at)
    resolved = Case.resolved_at.is_not(None)
    in_time = true(Case.resolved_at <= Case.due_at)
    reopened = _reopened()
    conditions: dict[str, Condition] = {
        "acknowledged_in_time": acknowledged,
        "acknowledged_late": sa.not_(acknowledged),
        "no_acknowledgement_due": sa.false(),  # The column has no nulls: facts from files may.
        "resolved_in_time": in_time,
        "resolved_late": true(Case.resolved_at > Case.due_at),
        "unresolved": sa.not_(resolved),
        "reopened": reopened,
        "reopened_unresolved": sa.and_(reopened, sa.not_(resolved)),
        "urgent_in_time": sa.and_(Case.urgent, in_time),
        "urgent_late": sa.and_(Case.urgent, sa.not_(in_time)),
    } | _verdicts(resolved)
    of_all: dict[str, Condition] = {
        "not_yet_due": sa.not_(due),
        "withdrawn_before_due": sa.and_(due, _withdrawn_before()),
        "confidential": Case.lane == Lane.CONFIDENTIAL,
        "simulated": Case.simulated.is_(True),
    }
    return of_all | {name: sa.and_(judged, where) for name, where in conditions.items()}


def _unpriced(as_of: Any, paid: sa.sql.selectable.LateralFromClause) -> dict[str, Condition]:
    """Due cases of whose messages one has no known price, and those of them that were solved."""
    where = sa.and_(_judged(as_of), paid.c[costs.UNPRICED])
    confirmed = Case.outcome.is_not_distinct_from(Outcome.CONFIRMED)
    return {"unpriced": where, "unpriced_confirmed": sa.and_(where, confirmed)}


def _reopened() -> Condition:
    """An answer did not last: its citizen disputed it, or a supervisor opened the case again."""
    again = sa.exists().where(CaseEvent.case_id == Case.id, CaseEvent.action == Action.REOPEN)
    return sa.or_(Case.disputes > 0, again)


def _verdicts(resolved: Condition) -> dict[str, Condition]:
    spoken = {
        "confirmed": Outcome.CONFIRMED,
        "disputed": Outcome.DISPUTED,
        "not_upheld": Outcome.NOT_UPHELD,
        "withdrawn": Outcome.WITHDRAWN,
    }
    unspoken = sa.not_(true(Case.outcome.in_(spoken.values())))
    mute = {"silent": Outcome.CLOSED_UNCONFIRMED, "unreached": Outcome.UNREACHED}
    verdicts: dict[str, Condition] = {
        name: Case.outcome.is_not_distinct_from(outcome) for name, outcome in spoken.items()
    }
    verdicts |= {
        name: sa.and_(Case.outcome.is_not_distinct_from(outcome), resolved)
        for name, outcome in mute.items()
    }
    verdicts["awaiting"] = sa.and_(Case.outcome.is_(None), resolved)
    verdicts["nothing_to_confirm"] = sa.and_(unspoken, sa.not_(resolved))
    return verdicts


HISTOGRAMS = ("days", "gone", "waiting")
_NAMES = tuple(name for name in CaseCounts.__dataclass_fields__ if name not in HISTOGRAMS)
