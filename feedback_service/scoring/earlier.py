"""The cases of the quarters before one, by institution: what its register figures vary about."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from analytics.scorecards import Cell
from analytics.tallies import CaseCounts
from feedback_service.domain.calendar import NAIROBI
from feedback_service.domain.cases import CaseKind
from feedback_service.domain.periods import Period
from feedback_service.models import RollupQuarter, RollupState
from feedback_service.scoring.counting import Frame, cases, group_of

Key = tuple[str, bool]
"""An institution, and whether the records are invented."""

QUARTERS = 8
"""Two years: older quarters tell of another office."""
NUMBERS = (
    "acknowledged_in_time", "acknowledged_late", "resolved_in_time", "resolved_late", "unresolved",
    "reopened", "reopened_unresolved", "urgent_in_time", "urgent_late",
)  # fmt: skip
_PARTS = {CaseKind.COMPLAINT: "cases", CaseKind.INFORMATION: "requests"}


def earlier(session: Session, period: Period, as_of: datetime) -> dict[Key, list[Cell]]:
    """Cells with the cases of each earlier quarter that has any, the newest first; nothing for a
    year, which is read from its quarters.  From the rollups where they are of today."""
    if period.quarter is None:
        return {}
    quarters = [period.previous()]
    while len(quarters) < QUARTERS:
        quarters.append(quarters[-1].previous())
    state = session.get(RollupState, 1)
    kept = state is not None and state.built and state.today == as_of.astimezone(NAIROBI).date()
    found = _kept(session, quarters) if kept else _counted(session, quarters, as_of)
    cells: dict[Key, list[Cell]] = defaultdict(list)
    for quarter in quarters:
        for key, of_them in found.get(quarter, {}).items():
            cells[key].append(of_them)
    return dict(cells)


Found = Mapping[Period, Mapping[Key, Cell]]


def _kept(session: Session, quarters: list[Period]) -> Found:
    row, starts = RollupQuarter, {quarter.start: quarter for quarter in quarters}
    numbers = [sa.cast(row.numbers[name].astext, sa.Integer) for name in NUMBERS]
    rows = session.execute(
        sa.select(row.quarter, row.institution_id, row.simulated, row.part, *numbers).where(
            row.quarter.in_(starts), row.dimension == "", row.part.in_(_PARTS.values())
        )
    )
    found: dict[Period, dict[Key, Cell]] = defaultdict(dict)
    for quarter, institution, simulated, part, *values in rows:
        _add(found[starts[quarter]], (institution, simulated), part, values)
    return found


def _counted(session: Session, quarters: list[Period], as_of: datetime) -> Found:
    found: dict[Period, dict[Key, Cell]] = defaultdict(dict)
    for quarter in quarters:
        for row in session.execute(cases.counted(Frame(quarter, as_of), None)).mappings():
            kind, counts = cases.read(row)
            group, values = group_of(row), [getattr(counts, name) for name in NUMBERS]
            _add(found[quarter], (group.institution, group.simulated), _PARTS[kind], values)
    return found


def _add(cells: dict[Key, Cell], key: Key, part: str, values: list[int | None]) -> None:
    counts = CaseCounts.read({n: many or 0 for n, many in zip(NUMBERS, values, strict=True)})
    more = Cell(cases=counts) if part == "cases" else Cell(requests=counts)
    cells[key] = cells[key] + more if key in cells else more
