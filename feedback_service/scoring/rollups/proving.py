"""Whether what is kept is what the facts say: every tally of every quarter, counted both ways on
one snapshot."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from analytics.scorecards import Cell
from feedback_service.domain.periods import Period
from feedback_service.models import Case, Rating, RollupQuarter, RollupState
from feedback_service.runtime import Runtime
from feedback_service.scoring import counting
from feedback_service.scoring.counting import Dimension, Frame, Group
from feedback_service.scoring.rollups.parts import DIMENSIONS, version
from feedback_service.scoring.rollups.reading import tallies
from feedback_service.scoring.rollups.refreshing import PATIENCE, alone, take_in

EVERYTHING = 1_000_000_000


class NothingBuilt(RuntimeError):
    """There are no rollups to compare with the facts."""

    def __init__(self) -> None:
        super().__init__(
            "Nothing has been rolled up yet, or in another way of counting: "
            "let the clock build it, or run `feedback rollup rebuild`."
        )


@dataclass(frozen=True)
class Difference:
    """A number that the facts do not give: what is kept, and what was counted."""

    period: str
    dimension: str
    group: Group
    number: str
    kept: Any
    counted: Any

    def __str__(self) -> str:
        parts = (self.group.institution, self.dimension, self.group.within, self.group.value)
        named = " / ".join(part for part in parts if part) or "no institution"
        real = "simulated" if self.group.simulated else "real"
        return (
            f"{self.period}: {named} ({real}), {self.number}: "
            f"kept {self.kept!r}, counted {self.counted!r}"
        )


def verify(rt: Runtime, say: Callable[[str, int], object] = lambda *_: None) -> Difference | None:
    """The first difference between what is kept and the facts, None where there is none.

    `say` hears after each quarter how many cells agreed so far.  What changed is taken in first, in
    the same transaction: readers meanwhile see what stood before.  Raises NothingBuilt.
    """
    with alone(rt, PATIENCE) as session:
        session.execute(sa.text("set local statement_timeout = 0"))
        take_in(rt, session, EVERYTHING)
        state = session.get(RollupState, 1)
        if state is None or not state.built or state.version != version():
            raise NothingBuilt
        same = 0
        for period in _periods(session):
            for dimension in DIMENSIONS:
                frame = Frame(period, rt.now())
                kept = tallies(session, frame, dimension)
                counted = counting.tallies(session, frame, dimension)
                for difference in _differences(period, dimension, kept, counted):
                    return difference
                same += len(counted)
            say(period.label, same)
    return None


def _periods(session: Session) -> list[Period]:
    """Every quarter that has facts, or tallies."""
    found: set[Period] = {Period.containing(day) for day in session.scalars(_QUARTERS)}
    for at in (Rating.given_at, Case.first_due_at):
        first, last = session.execute(sa.select(sa.func.min(at), sa.func.max(at))).one()
        if first is None:
            continue
        quarter = Period.containing(last)
        while quarter != Period.containing(first).previous():
            found.add(quarter)
            quarter = quarter.previous()
    return sorted(found, key=lambda period: period.start)


def _differences(
    period: Period,
    dimension: Dimension | None,
    kept: dict[Group, Cell],
    counted: dict[Group, Cell],
) -> Iterator[Difference]:
    """In the order of the groups' names; the first is enough to look for the cause."""
    groups = kept.keys() | counted.keys()
    wrong = [group for group in groups if kept.get(group) != counted.get(group)]
    for group in sorted(wrong, key=lambda g: (g.institution, g.within, g.value, g.simulated)):
        one, other = kept.get(group, Cell()), counted.get(group, Cell())
        for name, here, there in _numbers(one, other):
            yield Difference(period.label, dimension or "", group, name, here, there)


def _numbers(kept: Cell, counted: Cell) -> Iterator[tuple[str, Any, Any]]:
    for part in fields(Cell):
        here, there = getattr(kept, part.name), getattr(counted, part.name)
        for name in here.__dataclass_fields__:
            one, other = getattr(here, name), getattr(there, name)
            if one != other:
                yield f"{part.name}.{name}", one, other


_QUARTERS = sa.select(RollupQuarter.quarter).distinct()
