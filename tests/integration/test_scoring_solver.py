"""No integer programme can work out a small number from everything the public may read: quarters
and their year, all institutions, their counties and places, put together as equations."""

import random
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest
import sqlalchemy as sa

from analytics.scorecards import Scorecard
from feedback_service import scoring
from feedback_service.domain.periods import Period
from feedback_service.models import Rating
from tests.integration.scoring_planting import a_rating
from tests.unit.figures.solving import feasible

INSTITUTIONS = ("NRB", "DIS", "NPS")
PLACES = ((1, None), (1, "MBC-001"), (39, None), (39, "BGC-001"), (47, None), (47, "NAC-002"))
QUARTERS = {
    "FY2025/26-Q2": datetime(2025, 11, 3, 7, tzinfo=UTC),
    "FY2025/26-Q3": datetime(2026, 1, 20, 7, tzinfo=UTC),
}
YEAR = "FY2025/26"
FIGURE = "satisfaction"

Cell = tuple[str, int, str | None, str]
"""Institution, county, place, quarter: the finest number there is."""


@pytest.mark.parametrize("seed", range(3))
def test_no_small_number_can_be_solved_for(rt: Any, own_registry: None, seed: int) -> None:
    truth = _plant(rt, random.Random(seed))
    cells = list(truth)
    numbers = list(_published(rt, truth))
    known = [(where, count) for where, count, shown in numbers if shown]
    small = [where for where, count, shown in numbers if not shown and 0 < count < 5]
    small += [cell.__eq__ for cell, many in truth.items() if 0 < many < 5]
    assert len(small) > 15, "a table without small numbers proves nothing"
    assert len(known) > 20, "nor does one that hides everything"
    equations = np.array([_row(cells, where) for where, _ in known])
    sums = np.array([count for _, count in known])
    for where in small:
        aim = _row(cells, where)
        assert feasible(aim, equations, sums) > 1, list(filter(where, cells))


def _plant(rt: Any, draw: random.Random) -> dict[Cell, int]:
    """Ratings in most cells, often few; returns how many are in each."""
    sizes = (0, 0, 1, 2, 3, 4, 5, 7, 12, 30)
    truth = {
        (institution, county, place, quarter): draw.choice(sizes)
        for institution in INSTITUTIONS
        for county, place in PLACES
        for quarter in QUARTERS
    }
    rows = [
        {
            "institution_id": institution, "county_code": county, "service_point_id": place,
            "given_at": QUARTERS[quarter],
        }
        for (institution, county, place, quarter), many in truth.items()
        for _ in range(many)
    ]  # fmt: skip
    with rt.transaction() as session:
        session.add_all(a_rating(**row) for row in rows)
    with rt.transaction() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Rating)) == len(rows)
    return truth


Where = Callable[[Cell], bool]


def _published(rt: Any, truth: dict[Cell, int]) -> Iterator[tuple[Where, int, bool]]:
    """Every number of every public table: which cells it sums, the sum, whether it is shown.

    What is not printed at all has no records, and everyone can see that.
    """
    for label in (*QUARTERS, YEAR):
        period = Period.parse(label)
        found = scoring.edition(rt, period)

        def within(cell: Cell, label: str = label) -> bool:
            return label in (cell[3], YEAR)

        yield _number(found.whole, truth, within)
        for name in INSTITUTIONS:

            def own(cell: Cell, name: str = name, within: Where = within) -> bool:
                return within(cell) and cell[0] == name

            yield _number(found.cards[name], truth, own)
            tables = scoring.by(rt, name, period, ["county", "service_point"])
            counties = {str(county) for county, _ in PLACES}
            yield from _numbers(tables["county"], counties, truth, own, lambda c: str(c[1]))
            places = {place or "" for _, place in PLACES}
            yield from _numbers(tables["service_point"], places, truth, own, lambda c: c[2] or "")


def _numbers(
    table: dict[str, Scorecard],
    keys: Iterable[str],
    truth: dict[Cell, int],
    own: Where,
    key_of: Callable[[Cell], str],
) -> Iterator[tuple[Where, int, bool]]:
    for key in keys:

        def where(cell: Cell, key: str = key) -> bool:
            return own(cell) and key_of(cell) == key

        yield _number(table.get(key), truth, where)


def _number(
    card: Scorecard | None, truth: dict[Cell, int], where: Where
) -> tuple[Where, int, bool]:
    count = sum(many for cell, many in truth.items() if where(cell))
    if card is None:
        assert count == 0
        return where, 0, True
    if FIGURE in card.figures:
        assert card.figures[FIGURE].n == count
    return where, count, FIGURE in card.figures


def _row(cells: list[Cell], where: Where) -> Any:
    return np.array([float(where(cell)) for cell in cells])
