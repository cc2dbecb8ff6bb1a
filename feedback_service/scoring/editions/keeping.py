"""The table of what was told: read and written by institution and dimension."""

import json
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from analytics.evidence.plain import read, said
from analytics.scorecards import Cell
from analytics.tallies import RatingCounts
from analytics.verification import Calls
from feedback_service.domain.calendar import NAIROBI
from feedback_service.domain.periods import Period
from feedback_service.models import ToldTally
from feedback_service.scoring.counting import Group

Groups = dict[Group, Cell]
CLASSES = ("ratings", "open", "assisted")
"""The fields of a cell that hold ratings, a class each."""


def kept(
    session: Session, quarter: Period, dimension: str = "", among: Collection[str] | None = None
) -> Groups:
    """What was told of a quarter, of these institutions or of all: cells without cases."""
    found = _of(quarter, dimension)
    if among is not None:
        found = found.where(ToldTally.institution_id.in_(among))
    read_of = _cells if dimension else _whole
    return {
        group: cell
        for row in session.execute(found)
        for group, cell in read_of(row.institution_id, row.cells)
    }


def moments(session: Session, quarter: Period) -> dict[str, datetime]:
    """When each institution's numbers were last told."""
    found = sa.select(ToldTally.institution_id, ToldTally.told_at).where(
        ToldTally.quarter == quarter.start, ToldTally.dimension == ""
    )
    return {row.institution_id: row.told_at for row in session.execute(found)}


def days(session: Session, quarter: Period) -> dict[str, date]:
    """The day on which each institution's numbers were last told, in Nairobi."""
    found = moments(session, quarter)
    return {name: at.astimezone(NAIROBI).date() for name, at in found.items()}


def keep(
    session: Session,
    quarter: Period,
    at: datetime,
    tables: Mapping[tuple[str, str], Mapping[Group, Cell]],
) -> None:
    """Write what is told now, by institution and dimension."""
    rows = [
        {
            "quarter": quarter.start, "dimension": dimension, "institution_id": institution,
            "cells": [_row(group, cell) for group, cell in groups.items()], "told_at": at,
        }
        for (institution, dimension), groups in tables.items()
    ]  # fmt: skip
    if not rows:
        return
    new = insert(ToldTally)
    changed = {"cells": new.excluded.cells, "told_at": new.excluded.told_at}
    key = (ToldTally.quarter, ToldTally.dimension, ToldTally.institution_id)
    session.execute(new.on_conflict_do_update(index_elements=key, set_=changed), rows)


def quarters(session: Session) -> list[Period]:
    """Those of which anything was told."""
    found = session.scalars(sa.select(ToldTally.quarter).distinct())
    return [Period.containing(day) for day in found]


def forget(session: Session, given: Iterable[Period]) -> None:
    """Of these quarters something else is told from now."""
    first = [quarter.start for quarter in given]
    session.execute(sa.delete(ToldTally).where(ToldTally.quarter.in_(first)))


def _of(quarter: Period, dimension: str) -> sa.Select[str, str]:
    text = sa.cast(ToldTally.cells, sa.Text).label("cells")
    return sa.select(ToldTally.institution_id, text).where(
        ToldTally.quarter == quarter.start, ToldTally.dimension == dimension
    )


def _cells(institution: str, text: str) -> tuple[tuple[Group, Cell], ...]:
    found = []
    for row in json.loads(text):
        parts: dict[str, Any] = {name: RatingCounts.read(row.get(name, {})) for name in CLASSES}
        if "calls" in row:
            parts["calls"] = read(Calls, row["calls"])
        group = Group(institution, row["value"], row["within"], row["simulated"])
        found.append((group, Cell(**parts)))
    return tuple(found)


_whole = lru_cache(maxsize=2_000)(_cells)
"""Few institutions are told anew between two readers: the tally of the same text is the same."""


def _row(group: Group, cell: Cell) -> dict[str, Any]:
    counts = {name: getattr(cell, name).numbers() for name in CLASSES}
    row: dict[str, Any] = {
        "value": group.value, "within": group.within, "simulated": group.simulated,
        **{name: numbers for name, numbers in counts.items() if numbers},
    }  # fmt: skip
    if cell.calls != Calls():
        row["calls"] = said(cell.calls)
    return row
