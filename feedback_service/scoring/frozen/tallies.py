"""The tallies of frozen quarters, kept so that a year is their sum, whatever happened since."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from analytics.coverage import Coverage
from analytics.evidence.plain import read, said
from analytics.scorecards import Beside, Cell
from analytics.tallies import CaseCounts, RatingCounts, day_of
from analytics.verification import Calls
from feedback_service.domain.periods import Period
from feedback_service.models import FrozenPeriod, FrozenTallies
from feedback_service.scoring.counting import Dimension, Group

Groups = Mapping[Group, Cell]
WHOLE = ""
"""Stands for the dimension of what is not divided."""


@dataclass(frozen=True)
class Kept:
    """What was counted in a frozen quarter up to the day `today`, with the frames, and what else
    figures were made with of institutions, by whether their records are invented."""

    groups: Groups
    frames: Mapping[str, Coverage]
    known: Mapping[tuple[str, bool], Beside]
    today: date


def kept(session: Session, quarter: Period) -> Kept | None:
    """The tallies of a frozen quarter; None where it is open."""
    row = session.get(FrozenPeriod, quarter.label)
    if row is None:
        return None
    chosen = sa.select(FrozenTallies).where(
        FrozenTallies.period == quarter.label, FrozenTallies.dimension == WHOLE
    )
    found = session.scalars(chosen).all()
    told = {one.institution_id: one.beside for one in found if one.beside}
    return Kept(
        {group: cell for one in found for group, cell in _cells(one)},
        {name: read(Coverage, of["frame"]) for name, of in told.items() if of["frame"]},
        {
            (name, kind == _INVENTED): read(Beside, known)
            for name, of in told.items()
            for kind, known in of["known"].items()
        },
        day_of(row.as_of),
    )


def divided(
    session: Session, quarter: Period, dimension: Dimension, only: str | None = None
) -> dict[str, dict[Group, Cell]] | None:
    """The tallies of a frozen quarter divided, by institution, or of one; None where it is open."""
    if session.get(FrozenPeriod, quarter.label) is None:
        return None
    chosen = sa.select(FrozenTallies).where(
        FrozenTallies.period == quarter.label, FrozenTallies.dimension == dimension.value
    )
    if only is not None:
        chosen = chosen.where(FrozenTallies.institution_id == only)
    return {one.institution_id: dict(_cells(one)) for one in session.scalars(chosen)}


def row_of(
    period: Period, institution: str, dimension: str, groups: Groups, beside: dict[str, Any]
) -> FrozenTallies:
    """The row that keeps them."""
    return FrozenTallies(
        period=period.label, institution_id=institution, dimension=dimension,
        cells=[_told(group, cell) for group, cell in sorted(groups.items(), key=_place)],
        beside=beside,
    )  # fmt: skip


def beside_of(known: Mapping[bool, Beside], frame: Coverage | None) -> dict[str, Any]:
    """What stands with the whole: `known` of real records (False) and of invented ones."""
    return {
        "known": {_INVENTED if key else _REAL: said(one) for key, one in known.items()},
        "frame": said(frame),
    }


_REAL, _INVENTED = "real", "invented"
_PARTS: Mapping[str, type[RatingCounts] | type[CaseCounts]] = {
    "ratings": RatingCounts, "open": RatingCounts, "assisted": RatingCounts,
    "cases": CaseCounts, "requests": CaseCounts,
}  # fmt: skip


def _place(one: tuple[Group, Cell]) -> tuple[str, str, bool]:
    return one[0].value, one[0].within, one[0].simulated


def _told(group: Group, cell: Cell) -> dict[str, Any]:
    return {
        "value": group.value, "within": group.within, "simulated": group.simulated,
        "calls": said(cell.calls),
        **{part: getattr(cell, part).numbers() for part in _PARTS},
    }  # fmt: skip


def _cells(row: FrozenTallies) -> Iterator[tuple[Group, Cell]]:
    for one in row.cells:
        parts: dict[str, Any] = {name: kind.read(one[name]) for name, kind in _PARTS.items()}
        group = Group(row.institution_id, one["value"], one["within"], one["simulated"])
        yield group, Cell(calls=read(Calls, one["calls"]), **parts)
