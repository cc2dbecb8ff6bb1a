"""What the register says of an institution for B3: complaints resolved and requests for information
processed, with every record, without the suspect ones, and as the contract takes them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import sqlalchemy as sa
from sqlalchemy.orm import Session

from analytics.contract import Counted, Span
from analytics.indicators import Figure
from analytics.scorecards import Cell
from feedback_service.domain.periods import Period
from feedback_service.models import Flag
from feedback_service.runtime import Runtime
from feedback_service.scoring import flags
from feedback_service.scoring.counting import Frame, Group, tallies

COMPLAINTS, REQUESTS = "complaints", "requests"
"""The parts of B3 that are counted."""
RESOLVED = "resolved"
"""The figure of the scorecard that B3 takes; no flag touches requests but by their kind."""
Counts = Mapping[str, Counted]


@dataclass(frozen=True)
class Register:
    """Counts of a span by part; `stands` is what the sheet takes.  `waiting` flags of so many that
    nobody has reviewed; `simulated`: the records are invented ones."""

    counted: Counts
    without: Counts
    stands: Counts
    flags: int
    waiting: int
    simulated: bool


def register(rt: Runtime, session: Session, institution: str, span: Span) -> Register:
    """The counts of one institution; a longer span is the sum of its quarters."""
    raised = _flags(session, institution, span)
    quarters = [
        _quarter(rt, session, institution, period, raised.get(period.label, []))
        for period in span.quarters
    ]
    return Register(
        counted=_sum(one.counted for one in quarters),
        without=_sum(one.without for one in quarters),
        stands=_sum(one.stands for one in quarters),
        flags=sum(one.flags for one in quarters),
        waiting=sum(one.waiting for one in quarters),
        simulated=any(one.simulated for one in quarters),
    )  # fmt: skip


def of_all(rt: Runtime, session: Session, span: Span) -> dict[str, Counts]:
    """The counts with every record, of each institution that has any: for lists."""
    found: dict[str, list[Counts]] = {}
    for period in span.quarters:
        groups = tallies(session, Frame(period, rt.now()))
        for group, cell in groups.items():
            if not group.simulated or replace(group, simulated=False) not in groups:
                found.setdefault(group.institution, []).append(_of_cell(cell))
    return {name: _sum(counts) for name, counts in found.items()}


def _quarter(
    rt: Runtime, session: Session, institution: str, period: Period, raised: list[Flag]
) -> Register:
    groups = tallies(session, Frame(period, rt.now(), institution))
    real = Group(institution, "", "", False)
    invented = replace(real, simulated=True)
    simulated = real not in groups and invented in groups
    counted = _of_cell(groups.get(invented if simulated else real, Cell()))
    if not raised:
        return Register(counted, counted, counted, 0, 0, simulated)
    reading = flags.figures(rt, session, institution, period, raised)[RESOLVED]
    waiting = sum(flag.reviewed_at is None for flag in raised)
    return Register(
        counted,
        {**counted, COMPLAINTS: _of_figure(reading.without)},
        {**counted, COMPLAINTS: _of_figure(reading.stands)},
        len(raised), waiting, simulated,
    )  # fmt: skip


def _flags(session: Session, institution: str, span: Span) -> dict[str, list[Flag]]:
    labels = [period.label for period in span.quarters]
    found = sa.select(Flag).where(Flag.institution_id == institution, Flag.period.in_(labels))
    by_period: dict[str, list[Flag]] = {}
    for flag in session.scalars(found.order_by(Flag.id)):
        by_period.setdefault(flag.period, []).append(flag)
    return by_period


def _of_cell(cell: Cell) -> Counts:
    return {
        COMPLAINTS: Counted(cell.cases.resolved, cell.cases.due),
        REQUESTS: Counted(cell.requests.resolved, cell.requests.due),
    }


def _of_figure(figure: Figure) -> Counted:
    """Its value is hits / n: the product is a whole number again."""
    return Counted(round((figure.value or 0) * figure.n), figure.n)


def _sum(parts: Iterable[Counts]) -> Counts:
    every = list(parts)
    return {
        part: Counted(
            sum(one.get(part, Counted(0, 0)).hits for one in every),
            sum(one.get(part, Counted(0, 0)).n for one in every),
        )
        for part in (COMPLAINTS, REQUESTS)
    }
