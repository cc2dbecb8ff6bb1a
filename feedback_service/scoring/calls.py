"""What the call-back of a period has heard, by institution: the strata of its draws, the due cases
that stand open, those no draw has reached yet, and those whose citizen cannot be called."""

import zlib
from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from analytics.verification import Calls, Group, Stratum
from feedback_service import identity
from feedback_service.domain.calendar import NAIROBI
from feedback_service.domain.cases import OPEN, Lane
from feedback_service.domain.periods import Period
from feedback_service.models import CallBack, CallResult, Case, Citizen, Draw

Heard = Mapping[tuple[Any, str], tuple[int, int, int]]
"""By draw and group: drawn, solved, not solved."""


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
    names = list(drawn)
    heard = _heard(session, [draw.id for draws in drawn.values() for draw in draws])
    over, still_open = _over(session, period, as_of, names), _open(session, period, as_of, names)
    return {
        name: _of_one(draws, heard, over.get(name, (0, 0)), still_open[name])
        for name, draws in drawn.items()
    }


def _of_one(draws: list[Draw], heard: Heard, over: tuple[int, int], still_open: set[str]) -> Calls:
    """A case that was drawn from and is open again is counted with its draw, and once."""
    again = sum(len(still_open & _framed(draw)) for draw in draws) if still_open else 0
    framed = sum(draw.frame_size for draw in draws)
    callable_, not_callable = over
    return Calls(
        _strata(draws, heard),
        unresolved=len(still_open) - again,
        unknown=max(0, callable_ - (framed - again)),
        not_callable=not_callable,
    )


def _framed(draw: Draw) -> set[str]:
    """The references of a frame: what each line of its listing begins with."""
    return {line.partition(" ")[0] for line in zlib.decompress(draw.frame).decode().splitlines()}


def _heard(session: Session, draws: list[Any]) -> Heard:
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


def _over(
    session: Session, period: Period, as_of: datetime, institutions: list[str]
) -> dict[str, tuple[int, int]]:
    """Due cases that do not stand open: those whose citizen can be called, and the others."""
    number = sa.and_(Citizen.kind == identity.PHONE, identity.current(as_of))
    can = sa.and_(sa.func.coalesce(number, sa.false()), Case.quiet.is_(False))
    many = sa.func.count()
    found = (
        sa.select(Case.institution_id, many.filter(can), many.filter(sa.not_(can)))
        .outerjoin(Citizen, Citizen.id == Case.citizen_id)
        .where(*_cohort(period, as_of, institutions), Case.status.not_in(OPEN))
        .group_by(Case.institution_id)
    )
    return {name: (able, unable) for name, able, unable in session.execute(found)}


def _open(
    session: Session, period: Period, as_of: datetime, institutions: list[str]
) -> dict[str, set[str]]:
    """References of due cases that stand open past their date."""
    found = sa.select(Case.institution_id, Case.reference).where(
        *_cohort(period, as_of, institutions), Case.status.in_(OPEN)
    )
    cases: dict[str, set[str]] = defaultdict(set)
    for name, reference in session.execute(found):
        cases[name].add(reference)
    return cases


def _cohort(
    period: Period, as_of: datetime, institutions: list[str]
) -> tuple[sa.ColumnElement[bool], ...]:
    start = datetime.combine(period.start, time(), NAIROBI)
    end = datetime.combine(period.end + timedelta(days=1), time(), NAIROBI)
    return (
        Case.institution_id.in_(institutions), Case.first_due_at >= start,
        Case.first_due_at < end, Case.first_due_at <= as_of, Case.lane == Lane.OPEN,
        Case.simulated.is_(False),
    )  # fmt: skip
