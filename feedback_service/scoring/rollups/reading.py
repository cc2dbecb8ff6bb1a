"""A quarter's tallies as they are kept, with the cases due today counted as they stand now."""

import json
from dataclasses import replace
from datetime import date
from functools import lru_cache

import sqlalchemy as sa
from sqlalchemy.orm import Session

from analytics.scorecards import Cell
from feedback_service.domain.calendar import NAIROBI
from feedback_service.domain.periods import Period
from feedback_service.models import RollupChange, RollupQuarter, RollupState
from feedback_service.runtime import Runtime
from feedback_service.scoring import calls, counting
from feedback_service.scoring.counting import Days, Dimension, Frame, Group
from feedback_service.scoring.rollups import divided
from feedback_service.scoring.rollups.parts import Counts, cells, of_cases, read, version
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
    today = _told(session, frame)
    if today is None or not isinstance(frame.period, Period):
        return counting.tallies(session, frame, dimension)
    period = frame.period
    kept: list[tuple[Group, str, Counts]] = [
        (Group(row.institution_id, row.value, row.within, row.simulated), row.part,
         _read(row.part, row.numbers))
        for row in session.execute(_kept(frame, period.start, dimension))
    ]  # fmt: skip
    if dimension is not None:
        kept += divided.summed(session, frame, dimension)
    if period.start <= today <= period.end:
        kept += of_cases(
            session, Frame(Days(today, today), frame.as_of, frame.institution), dimension
        )
    found = cells(kept)
    if dimension is None:
        heard = calls.made(session, period, frame.as_of, frame.institution)
        for name, of_one in heard.items():
            group = Group(name, "", "", False)
            found[group] = replace(found.get(group, Cell()), calls=of_one)
    return found


def _told(session: Session, frame: Frame) -> date | None:
    """Today, where what is kept is whole as of the frame's moment."""
    state = session.get(RollupState, 1)
    if frame.by_day or state is None or not state.built or state.version != version():
        return None
    return state.today if state.today == frame.as_of.astimezone(NAIROBI).date() else None


def _kept(
    frame: Frame, quarter: date, dimension: Dimension | None
) -> sa.Select[str, str, str, bool, str, str]:
    q = RollupQuarter
    numbers = sa.cast(q.numbers, sa.Text).label("numbers")
    found = sa.select(q.institution_id, q.value, q.within, q.simulated, q.part, numbers).where(
        q.quarter == quarter, q.dimension == (dimension or "")
    )
    if frame.institution is None:
        return found
    return found.where(q.institution_id == frame.institution)


@lru_cache(maxsize=4_000)
def _read(part: str, numbers: str) -> Counts:
    """Few rows change between two readers: the tally that was made of the same text is the same."""
    return read(part, json.loads(numbers))
