"""What the register says of an institution for B3: complaints resolved and requests for information
processed, with every record, without the suspect ones, and as the contract takes them.

A quarter that is frozen is read as it was frozen, with the scores that were put beside it; so is a
year, once it is.
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
    """The counts of one institution; a longer span is the sum of its quarters, and a year that is
    frozen what its card says."""
    raised = _flags(session, institution, span)
    quarters = _real(
        [
            _quarter(rt, session, institution, period, raised.get(period.label, []))
            for period in span.quarters
        ]
    )
    found = Register(
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
    kept = session.get(FrozenCard, (span.label, institution)) if len(span.quarters) == 4 else None
    return found if kept is None else _year(session, found, kept)


def of_all(rt: Runtime, session: Session, span: Span) -> dict[str, Counts]:
    """The counts with every record, of each institution that has any: for lists."""
    found: dict[bool, dict[str, list[Counts]]] = {True: {}, False: {}}
    for period in span.quarters:
        for group, cell in tallies(session, Frame(period, rt.now())).items():
            found[group.simulated].setdefault(group.institution, []).append(_of_cell(cell))
    return {name: _sum(counts) for name, counts in {**found[True], **found[False]}.items()}


def _real(quarters: list[Register]) -> list[Register]:
    """Quarters of invented records count only where no quarter has real ones."""
    real = [one for one in quarters if not one.simulated]
    return real if any(count.n for one in real for count in one.counted.values()) else quarters


def _quarter(
    rt: Runtime, session: Session, institution: str, period: Period, raised: list[Flag]
) -> Register:
    kept = session.get(FrozenCard, (period.label, institution))
    if kept is not None:
        return _frozen(session, kept, raised)
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


def _frozen(session: Session, kept: FrozenCard, raised: list[Flag]) -> Register:
    counted = _of_card(kept)
    told = kept.readings.get(FIGURES[COMPLAINTS])
    reading: Reading | None = read(Reading, told) if told else None
    without, stands = (
        {**counted, COMPLAINTS: _of_figure(one)} if one else counted
        for one in ((reading.without, reading.stands) if reading else (None, None))
    )
    scores = _scores(session, kept)
    fine = _scored(_fine(stands), stands, scores)
    return Register(
        counted, without, stands, len(raised) if reading else 0,
        sum(flag.reviewed_at is None for flag in raised) if reading else 0,
        bool(kept.full["card"]["simulated"]),
        1, tuple(scores), fine,
    )  # fmt: skip


def _year(session: Session, quarters: Register, kept: FrozenCard) -> Register:
    """Its quarters', and the scores that were put beside the year's own figures: these stand."""
    scores, counted = _scores(session, kept), _of_card(kept)
    stands = quarters.stands if quarters.flags else counted
    return replace(
        quarters, counted=counted, stands=stands,
        without=quarters.without if quarters.flags else counted,
        scores=(*quarters.scores, *scores),
        moderated=_scored(quarters.moderated, stands, scores),
    )  # fmt: skip


def _of_card(kept: FrozenCard) -> Counts:
    card: Scorecard = read(Scorecard, kept.full["card"])
    return {
        part: _of_figure(card.figures[name])
        for part, name in FIGURES.items()
        if name in card.figures
    }


def _scores(session: Session, kept: FrozenCard) -> list[Moderated]:
    """The scores beside the figures of B3, the oldest first."""
    found = contests.moderated(session, kept.period, kept.institution_id)
    return [score for score in found if score.row.indicator in FIGURES.values()]


def _scored(fine: Counts, stands: Counts, scores: Iterable[Moderated]) -> Counts:
    """The counts in parts of FINE with each score in the place of its part: the last one stands."""
    parts = {name: part for part, name in FIGURES.items()}
    for score in scores:
        part = parts[score.row.indicator]
        n = stands.get(part, Counted(0, 0)).n
        fine = {**fine, part: Counted(round(score.row.value * FINE) * n, n * FINE)}
    return fine


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
