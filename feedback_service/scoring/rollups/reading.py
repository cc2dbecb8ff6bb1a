"""A quarter's tallies as they are kept, with the cases due today counted as they stand now."""

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime
from functools import lru_cache

import sqlalchemy as sa
from sqlalchemy.orm import Session

from analytics.scorecards import Cell
from feedback_service.domain.calendar import NAIROBI
from feedback_service.domain.periods import Period
from feedback_service.models import RollupChange, RollupQuarter, RollupState
from feedback_service.runtime import Runtime
from feedback_service.scoring import calls, counting
from feedback_service.scoring.counting import (
    Days,
    Dimension,
    Frame,
    Group,
    group_of,
    ratings,
)
from feedback_service.scoring.rollups import divided
from feedback_service.scoring.rollups.parts import (
    CASES,
    RATINGS,
    Counts,
    cells,
    of_cases,
    read,
    version,
)
from feedback_service.scoring.rollups.refreshing import AS_A_READER, AT_READ, bring_up


def prepare(rt: Runtime) -> None:
    """Take in what has changed, no more than a reader can wait for: the rest is the clock's."""
    with rt.transaction() as session:
        state = session.get(RollupState, 1)
        if state is None or not state.built:
            return
        turned = state.today != rt.now().astimezone(NAIROBI).date()
        waiting = session.scalar(sa.select(sa.exists(sa.select(RollupChange.id))))
    if turned or waiting:
        bring_up(rt, AT_READ, AS_A_READER)


def tallies(
    session: Session, frame: Frame, dimension: Dimension | None = None
) -> dict[Group, Cell]:
    """As `scoring.counting.tallies` to the last digit, as of the last refresh; counted from the
    facts where the rollups do not tell: nothing built yet, or another day's moment is asked for."""
    if _kept_until(session, frame) is None:
        return counting.tallies(session, frame, dimension)
    return joined(said(session, frame, dimension), register(session, frame, dimension))


def said(session: Session, frame: Frame, dimension: Dimension | None = None) -> dict[Group, Cell]:
    """What citizens said when asked, of `tallies`: ratings, and calls where nothing is divided."""
    if _kept_until(session, frame) is None:
        found = _counted(session, frame, dimension)
    elif dimension is not None:
        found = cells(divided.summed(session, frame, dimension))
    else:
        found = cells(_kept(session, frame, None, RATINGS.values()))
    if dimension is None and isinstance(frame.period, Period):
        heard = calls.made(session, frame.period, frame.as_of, frame.institution)
        for name, of_one in heard.items():
            group = Group(name, "", "", False)
            found[group] = replace(found.get(group, Cell()), calls=of_one)
    return found


def register(
    session: Session, frame: Frame, dimension: Dimension | None = None
) -> dict[Group, Cell]:
    """The cases of `tallies` alone."""
    today = _kept_until(session, frame)
    if today is None:
        return cells(of_cases(session, frame, dimension))
    kept = list(_kept(session, frame, dimension, CASES.values()))
    if frame.period.start <= today <= frame.period.end:
        kept += of_cases(session, replace(frame, period=Days(today, today)), dimension)
    return cells(kept)


def joined(one: Mapping[Group, Cell], other: Mapping[Group, Cell]) -> dict[Group, Cell]:
    """Groups with what was said in the one, and the cases of the other."""
    nothing, found = Cell(), dict(one)
    for group, cell in other.items():
        kept = one.get(group, nothing)
        found[group] = replace(kept, cases=cell.cases, requests=cell.requests)
    return found


def _counted(session: Session, frame: Frame, dimension: Dimension | None) -> dict[Group, Cell]:
    found = session.execute(ratings.counted(frame, dimension)).mappings()
    counted = ((group_of(row), *ratings.read(row)) for row in found)
    return cells((group, RATINGS[sample], counts) for group, sample, counts in counted)


def whole(state: RollupState | None, as_of: datetime) -> bool:
    """Whether what is kept is all there is as of that moment, counted as this release counts."""
    if state is None or not state.built or state.version != version():
        return False
    return state.today == as_of.astimezone(NAIROBI).date()


def _kept_until(session: Session, frame: Frame) -> date | None:
    """Today, where what is kept is whole as of the frame's moment."""
    if frame.by_day or not isinstance(frame.period, Period):
        return None
    state = session.get(RollupState, 1)
    return state.today if state is not None and whole(state, frame.as_of) else None


def _kept(
    session: Session, frame: Frame, dimension: Dimension | None, parts: Collection[str]
) -> Iterator[tuple[Group, str, Counts]]:
    q = RollupQuarter
    numbers = sa.cast(q.numbers, sa.Text).label("numbers")
    found = sa.select(q.institution_id, q.value, q.within, q.simulated, q.part, numbers).where(
        q.quarter == frame.period.start, q.dimension == (dimension or ""), q.part.in_(parts),
        *frame.institutions(q.institution_id),
    )  # fmt: skip
    for row in session.execute(found):
        group = Group(row.institution_id, row.value, row.within, row.simulated)
        yield group, row.part, _read(row.part, row.numbers)


@lru_cache(maxsize=4_000)
def _read(part: str, numbers: str) -> Counts:
    """Few rows change between two readers: the tally that was made of the same text is the same."""
    return read(part, json.loads(numbers))
