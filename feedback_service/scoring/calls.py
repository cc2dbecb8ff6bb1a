"""What the call-back of a period has heard, by institution: the strata of its draws, the due cases
that stand open, those no draw has reached yet, and those whose citizen cannot be called."""

import zlib
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from analytics.verification import Calls, Group, Stratum, read_listing
from feedback_service import identity
from feedback_service.domain.calendar import NAIROBI
from feedback_service.domain.cases import OPEN, Lane
from feedback_service.domain.periods import Period
from feedback_service.models import CallBack, CallResult, Case, Citizen, Draw


def made(
    session: Session, period: Period, as_of: datetime, institution: str | None = None
) -> dict[str, Calls]:
    """Of every institution that has a draw in the quarter, or of one; of a year nothing: its
    quarters are added."""
    wanted = sa.select(Draw).where(Draw.period == period.label)
    if institution is not None:
        wanted = wanted.where(Draw.institution_id == institution)
    drawn: dict[str, list[Draw]] = defaultdict(list)
    for draw in session.scalars(wanted):
        drawn[draw.institution_id].append(draw)
    if not drawn:
        return {}
    heard = _heard(session, [draw.id for draws in drawn.values() for draw in draws])
    cohort = _cohort(session, period, as_of, list(drawn))
    return {
        name: replace(cohort_of(draws, cohort[name]), strata=_strata(draws, heard))
        for name, draws in drawn.items()
    }


def cohort_of(draws: list[Draw], cases: list[tuple[str, bool, bool]]) -> Calls:
    """What the frames leave of an institution's due cases: (reference, open, callable) each."""
    framed = {
        member.reference
        for draw in draws
        for member in read_listing(zlib.decompress(draw.frame).decode())
    }
    left = [(is_open, callable_) for name, is_open, callable_ in cases if name not in framed]
    return Calls(
        unresolved=sum(is_open for is_open, _ in left),
        unknown=sum(callable_ for is_open, callable_ in left if not is_open),
        not_callable=sum(not callable_ for is_open, callable_ in left if not is_open),
    )


Heard = Mapping[tuple[Any, str], tuple[int, int, int]]


def _heard(session: Session, draws: list[Any]) -> Heard:
    """Of each draw and group: drawn, solved, not solved."""
    result = CallBack.result
    found = (
        sa.select(
            CallBack.draw_id, CallBack.group, sa.func.count(),
            sa.func.count().filter(result == CallResult.SOLVED),
            sa.func.count().filter(result == CallResult.NOT_SOLVED),
        )
        .where(CallBack.draw_id.in_(draws))
        .group_by(CallBack.draw_id, CallBack.group)
    )  # fmt: skip
    return {
        (draw, group): (drawn, solved, unsolved)
        for draw, group, drawn, solved, unsolved in session.execute(found)
    }


def _strata(draws: list[Draw], heard: Heard) -> tuple[Stratum, ...]:
    return tuple(
        Stratum(Group(group), size, *heard.get((draw.id, group), (0, 0, 0)))
        for draw in draws
        for group, size in sorted(draw.groups.items())
    )


def _cohort(
    session: Session, period: Period, as_of: datetime, institutions: list[str]
) -> dict[str, list[tuple[str, bool, bool]]]:
    start = datetime.combine(period.start, time(), NAIROBI)
    end = datetime.combine(period.end + timedelta(days=1), time(), NAIROBI)
    has_number = sa.and_(Citizen.kind == identity.PHONE, identity.current(as_of))
    can_be_called = sa.and_(sa.func.coalesce(has_number, sa.false()), Case.quiet.is_(False))
    found = sa.select(
        Case.institution_id, Case.reference, Case.status.in_(OPEN), can_be_called
    ).outerjoin(Citizen, Citizen.id == Case.citizen_id).where(
        Case.institution_id.in_(institutions), Case.due_at >= start, Case.due_at < end,
        Case.due_at <= as_of, Case.lane == Lane.OPEN, Case.simulated.is_(False),
    )  # fmt: skip
    cases: dict[str, list[tuple[str, bool, bool]]] = defaultdict(list)
    for name, reference, is_open, callable_ in session.execute(found):
        cases[name].append((reference, is_open, callable_))
    return cases
