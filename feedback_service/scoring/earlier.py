"""The cases of the quarters before one, by institution: what its register figures vary about."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from analytics.scorecards import Cell
from analytics.tallies import CaseCounts
from feedback_service.domain.cases import CaseKind
from feedback_service.domain.periods import Period
from feedback_service.models import RollupQuarter, RollupState
from feedback_service.scoring import rollups
from feedback_service.scoring.counting import Frame, cases
from feedback_service.scoring.remembered import Remembered

Key = tuple[str, bool]
"""An institution, and whether the records are invented."""

QUARTERS = 8
"""Two years: older quarters tell of another office."""
NUMBERS = (
    "acknowledged_in_time", "acknowledged_late", "resolved_in_time", "resolved_late", "unresolved",
    "reopened", "reopened_unresolved", "urgent_in_time", "urgent_late",
)  # fmt: skip
_PARTS = {CaseKind.COMPLAINT: "cases", CaseKind.INFORMATION: "requests"}


def earlier(session: Session, period: Period, as_of: datetime) -> Mapping[Key, list[Cell]]:
    """Cells with the cases of each earlier quarter that has any, the newest first; nothing for a
    year, which is read from its quarters.  From the rollups where they are of today."""
    if period.quarter is None:
        return {}
    quarters = [period.previous()]
    while len(quarters) < QUARTERS:
        quarters.append(quarters[-1].previous())
    state = session.get(RollupState, 1)
    if not rollups.whole(state, as_of):
        return _cells(_counted(session, quarters, as_of))
    # Of all earlier quarters few cases change any more, and there are thousands of rows.
    rows = _kept(session, quarters)
    return _REMEMBERED.of(quarters[0], rows, lambda: _cells(rows))


_REMEMBERED: Remembered[Mapping[Key, list[Cell]]] = Remembered(QUARTERS)
Row = tuple[date, str, bool, str, tuple[int | None, ...]]
"""A quarter by its first day, an institution, whether invented, the part of the cell, NUMBERS."""


def _kept(session: Session, quarters: list[Period]) -> list[Row]:
    row = RollupQuarter
    numbers = [sa.cast(row.numbers[name].astext, sa.Integer) for name in NUMBERS]
    found = session.execute(
        sa.select(row.quarter, row.institution_id, row.simulated, row.part, *numbers)
        .where(
            row.quarter.in_([quarter.start for quarter in quarters]),
            row.dimension == "", row.part.in_(_PARTS.values()),
        )
        .order_by(row.quarter, row.institution_id, row.simulated, row.part)
    )  # fmt: skip
    return [(first, name, simulated, part, (*of,)) for first, name, simulated, part, *of in found]


def _counted(session: Session, quarters: list[Period], as_of: datetime) -> list[Row]:
    found: list[Row] = []
    for quarter in quarters:
        for group, kind, counts in cases.counted(session, Frame(quarter, as_of), None):
            values = (*(getattr(counts, name) for name in NUMBERS),)
            found.append((quarter.start, group.institution, group.simulated, _PARTS[kind], values))
    return found


def _cells(rows: Iterable[Row]) -> dict[Key, list[Cell]]:
    parts: dict[tuple[date, Key], dict[str, CaseCounts]] = defaultdict(dict)
    for first, institution, simulated, part, values in rows:
        named = {name: many or 0 for name, many in zip(NUMBERS, values, strict=True)}
        parts[first, (institution, simulated)][part] = CaseCounts.read(named)
    cells: dict[Key, list[Cell]] = defaultdict(list)
    for (_, key), counts in sorted(parts.items(), key=lambda one: one[0], reverse=True):
        none = CaseCounts()
        cells[key].append(
            Cell(cases=counts.get("cases", none), requests=counts.get("requests", none))
        )
    return dict(cells)
