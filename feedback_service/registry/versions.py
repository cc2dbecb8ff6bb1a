"""New versions of what has versions: a service's charter, a cell of the register, a ladder.

The old version ends the day before and stays: cases that began under it keep it.  One that has not
begun by then gives way: else a slip in a date would stand in the way until that day.
"""

import uuid
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from feedback_service.domain.calendar import NAIROBI
from feedback_service.models import Unit
from feedback_service.registry import shapes
from feedback_service.registry.cells import Problem
from feedback_service.registry.checks import VERSIONED, Line
from feedback_service.registry.editing import BadEdit, Edit, hold, keep, remove
from feedback_service.registry.standing import Cells, table_of

EARLIEST = {shapes.CHARTERS: timedelta(days=1), shapes.RESPONSIBILITIES: timedelta()}
"""A promise that holds today holds until tonight; who answers may change at once."""


def begin(
    session: Session, file: str, cells: Mapping[str, str], now: datetime,
    by_id: uuid.UUID | None = None,
) -> int:  # fmt: skip
    """A new version from its `effective_from` on, open-ended; its number.  Raises BadEdit."""
    today = now.astimezone(NAIROBI).date()
    starts = _day(file, cells["effective_from"], today)
    day, before = starts.isoformat(), (starts - timedelta(days=1)).isoformat()
    hold(session)
    _check_desk(session, file, cells)
    edits = []
    older = _versions(session, file, cells)
    for line in older:
        if line.cells["effective_from"] >= day:
            remove(session, Edit(file, line.cells), now, by_id)
        elif not line.cells["effective_to"] or line.cells["effective_to"] >= day:
            edits.append(Edit(file, {**line.cells, "effective_to": before}))
    number = max((int(line.cells["version"]) for line in older), default=0) + 1
    edits.append(Edit(file, {**cells, "version": str(number), "effective_to": ""}))
    keep(session, edits, now, by_id)
    return number


def stop_rule(
    session: Session, key: Mapping[str, str], now: datetime, by_id: uuid.UUID | None = None
) -> int:
    """Let a cell of the register hold up to yesterday; how many versions that ended.

    One that has not begun, or began today, never was: no case can have gone by it for a day.
    """
    yesterday = (now.astimezone(NAIROBI).date() - timedelta(days=1)).isoformat()
    hold(session)
    edits, ended = [], 0
    for line in _versions(session, shapes.RESPONSIBILITIES, key):
        if line.cells["effective_to"] and line.cells["effective_to"] <= yesterday:
            continue
        ended += 1
        if line.cells["effective_from"] > yesterday:
            remove(session, Edit(shapes.RESPONSIBILITIES, line.cells), now, by_id)
        else:
            edits.append(Edit(shapes.RESPONSIBILITIES, {**line.cells, "effective_to": yesterday}))
    keep(session, edits, now, by_id)
    return ended


def begin_ladder(
    session: Session, rungs: Sequence[Cells], now: datetime, by_id: uuid.UUID | None = None
) -> int:
    """A new version of a whole ladder, counted from now on; its number.  Raises BadEdit."""
    hold(session)
    ladder = rungs[0]["ladder"]
    older = [
        int(line.cells["version"])
        for line in table_of(session, shapes.LADDERS).lines
        if line.cells["ladder"] == ladder
    ]
    number = str(max(older, default=0) + 1)
    keep(session, [Edit(shapes.LADDERS, {**rung, "version": number}) for rung in rungs], now, by_id)
    return int(number)


def _versions(session: Session, file: str, cells: Mapping[str, str]) -> list[Line]:
    keys = VERSIONED[file]
    lines = table_of(session, file).lines
    return [line for line in lines if all(line.cells[key] == cells[key] for key in keys)]


def _check_desk(session: Session, file: str, cells: Mapping[str, str]) -> None:
    """No rule sends cases to a desk that has ended."""
    unit = session.get(Unit, cells.get("unit", ""))
    if unit is not None and unit.ended_on is not None:
        told = Problem(file, 0, "unit", unit.id, "has ended", "Choose a desk that goes on.")
        raise BadEdit([told])


def _day(file: str, text: str, today: date) -> date:
    try:
        starts = date.fromisoformat(text)
    except ValueError:
        wrong, remedy = "is not a date", "Write year-month-day, such as 2026-07-01."
        raise BadEdit([Problem(file, 0, "effective_from", text, wrong, remedy)]) from None
    earliest = today + EARLIEST[file]
    if starts < earliest:
        remedy = f"Choose {earliest} or a later day."
        told = Problem(file, 0, "effective_from", text, "is too early", remedy)
        raise BadEdit([told])
    return starts
