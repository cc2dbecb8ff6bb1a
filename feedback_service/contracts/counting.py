"""What the register says of an institution for B3: complaints resolved and requests for information
processed, with every record, without the suspect ones, and as the contract takes them.

A quarter that is frozen is read as it was frozen, with the scores that were put beside it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

import sqlalchemy as sa
from sqlalchemy.orm import Session

from analytics.contract import Counted, Span
from analytics.evidence.plain import read
from analytics.indicators import Figure
from analytics.integrity import Reading
from analytics.scorecards import Cell, Scorecard
from feedback_service.domain.periods import Period
from feedback_service.models import Flag, FrozenCard
from feedback_service.runtime import Runtime
from feedback_service.scoring import flags
from feedback_service.scoring.counting import Frame, Group
from feedback_service.scoring.frozen import contests
from feedback_service.scoring.frozen.contests import Moderated
from feedback_service.scoring.rollups import tallies

COMPLAINTS, REQUESTS = "complaints", "requests"
"""The parts of B3 that are counted."""
FIGURES = {COMPLAINTS: "resolved", REQUESTS: "requests_answered"}
"""The figures of the scorecard that B3 takes; no flag touches requests but by their kind."""
FINE = 10_000
"""Into so many parts a moderated share is cut, so that it can be added to others as counts."""
Counts = Mapping[str, Counted]


@dataclass(frozen=True)
class Register:
    """Counts of a span by part; `stands` is what the sheet takes.  `waiting` flags of so many that
    nobody has reviewed; `simulated`: the records are invented ones.

    frozen: how many quarters are read as they were frozen; scores: what moderators put beside
    those, and `moderated` the counts with them, in parts of FINE.
    """

    counted: Counts
    without: Counts
    stands: Counts
    flags: int
    waiting: int
    simulated: bool
    frozen: int = 0
    scores: tuple[Moderated, ...] = ()
    moderated: Counts = field(default_factory=dict)


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
        frozen=sum(one.frozen for one in quarters),
        scores=tuple(score for one in quarters for score in one.scores),
        moderated=_sum(one.moderated or _fine(one.stands) for one in quarters),
    )


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
    kept = session.get(FrozenCard, (period.label, institution))
    if kept is not None:
        return _frozen(session, kept, period, raised)
    groups = tallies(session, Frame(period, rt.now(), institution))
    real = Group(institution, "", "", False)
    invented = replace(real, simulated=True)
    simulated = real not in groups and invented in groups
    counted = _of_cell(groups.get(invented if simulated else real, Cell()))
    if not raised:
        return Register(counted, counted, counted, 0, 0, simulated)
    reading = flags.figures(rt, session, institution, period, raised)[FIGURES[COMPLAINTS]]
    waiting = sum(flag.reviewed_at is None for flag in raised)
    return Register(
        counted,
        {**counted, COMPLAINTS: _of_figure(reading.without)},
        {**counted, COMPLAINTS: _of_figure(reading.stands)},
        len(raised), waiting, simulated,
    )  # fmt: skip


def _frozen(session: Session, kept: FrozenCard, period: Period, raised: list[Flag]) -> Register:
    card: Scorecard = read(Scorecard, kept.full["card"])
    counted = {
        part: _of_figure(card.figures[name])
        for part, name in FIGURES.items()
        if name in card.figures
    }
    told = kept.readings.get(FIGURES[COMPLAINTS])
    reading: Reading | None = read(Reading, told) if told else None
    without, stands = (
        {**counted, COMPLAINTS: _of_figure(one)} if one else counted
        for one in ((reading.without, reading.stands) if reading else (None, None))
    )
    parts = {name: part for part, name in FIGURES.items()}
    scores = [
        score
        for score in contests.moderated(session, period.label, kept.institution_id)
        if score.row.indicator in parts
    ]
    fine = _fine(stands)
    for score in scores:  # the oldest first: the last one stands
        part = parts[score.row.indicator]
        n = stands.get(part, Counted(0, 0)).n
        fine = {**fine, part: Counted(round(score.row.value * FINE) * n, n * FINE)}
    return Register(
        counted, without, stands, len(raised) if reading else 0,
        sum(flag.reviewed_at is None for flag in raised) if reading else 0, card.simulated,
        1, tuple(scores), fine,
    )  # fmt: skip


def _fine(counts: Counts) -> Counts:
    return {part: Counted(one.hits * FINE, one.n * FINE) for part, one in counts.items()}


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
