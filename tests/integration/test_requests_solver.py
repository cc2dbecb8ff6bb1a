"""Nobody can work out a small number from the scorecards and the list of single cases together,
neither of a service nor of a county, nor how many of a service are confidential."""

import random
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any, NamedTuple

import numpy as np
import pytest

from feedback_service import scoring
from feedback_service.domain.cases import Lane
from feedback_service.domain.periods import Period
from feedback_service.reports.requests import Wanted, bring_up, requests
from tests.integration.scoring_planting import PERIOD, a_case
from tests.unit.figures.solving import feasible

SERVICES = ("id-first", "id-replacement", "passport")
COUNTIES = (1, 30, 47)
SIZES = (0, 0, 1, 2, 4, 6, 9, 15, 30)
RECEIVED = date(2026, 1, 5)


class Cell(NamedTuple):
    """The finest number there is; confidential cases have no service that anybody reads."""

    service: str
    county: int
    lane: Lane = Lane.OPEN


Where = Callable[[Cell], bool]


@pytest.mark.parametrize("seed", [4, 16])  # each fails where any of the three rules is left out
def test_no_small_number_can_be_solved_for(loaded_rt: Any, seed: int) -> None:
    truth = _plant(loaded_rt, random.Random(seed))
    cells = list(truth)
    numbers, told = list(_tables(loaded_rt, truth)), list(_list(loaded_rt, truth))
    assert told, "a list that tells nothing proves nothing"
    known = [(_row(cells, where), count) for where, count, shown in numbers if shown] + told
    small = [where for where, count, shown in numbers if not shown and 0 < count < 5]
    small += [cell.__eq__ for cell, many in truth.items() if 0 < many < 5]
    assert small
    equations = np.array([row for row, _ in known])
    sums = np.array([count for _, count in known])
    for where in small:
        aim = _row(cells, where)
        assert feasible(aim, equations, sums) > 1, list(filter(where, cells))


def _plant(rt: Any, draw: random.Random) -> Counter[Cell]:
    truth = Counter(
        {Cell(service, county): draw.choice(SIZES) for service in SERVICES for county in COUNTIES}
    )
    truth[Cell("id-first", 47, Lane.CONFIDENTIAL)] = draw.choice((0, 1, 2, 3, 7))
    rows = [cell for cell, many in truth.items() for _ in range(many)]
    with rt.transaction() as session:
        session.add_all(
            a_case(
                number, received_on=RECEIVED, service_id=cell.service, county_code=cell.county,
                lane=cell.lane,
            )
            for number, cell in enumerate(rows)
        )  # fmt: skip
    bring_up(rt)
    return truth


def _tables(rt: Any, truth: Counter[Cell]) -> Iterator[tuple[Where, int, bool]]:
    """Every number of the public tables: which cells it sums, the sum, whether it is shown."""
    found = scoring.edition(rt, Period.parse(PERIOD), ["service", "county"], only="NRB")
    yield _number(found.cards["NRB"], truth, lambda cell: True)
    tables = found.tables["NRB"]
    for name in SERVICES:
        of_service = _open(lambda cell, name=name: cell.service == name)  # type: ignore[misc]
        yield _number(tables["service"].get(name), truth, of_service)
    for code in COUNTIES:
        of_county = _open(lambda cell, code=code: cell.county == code)  # type: ignore[misc]
        yield _number(tables["county"].get(str(code)), truth, of_county)


def _open(where: Where) -> Where:
    return lambda cell: cell.lane is Lane.OPEN and where(cell)


def _number(card: Any, truth: Counter[Cell], where: Where) -> tuple[Where, int, bool]:
    count = sum(many for cell, many in truth.items() if where(cell))
    shown = card is None or "resolved" in card.figures
    if card is not None and shown:
        assert card.figures["resolved"].n == count
    return where, count, shown


def _list(rt: Any, truth: Counter[Cell]) -> Iterator[tuple[Any, int]]:
    """Each group that the list tells as an equation, which a rest of its own closes where some are
    left untold: an attacker who takes for granted that there is none elsewhere knows the most."""
    with rt.transaction() as session:
        told = Counter((one.service, one.county) for one in requests(session, Wanted()))
    cells = list(truth)
    for number, ((service, county), many) in enumerate(told.items()):
        named = {other for of, other in told if of == service and other is not None}
        inside = [
            cell
            for cell in cells
            if cell.lane is Lane.OPEN and cell.service == service
            and (cell.county not in named if county is None else cell.county == county)
        ]  # fmt: skip
        row = _row(cells, inside.__contains__)
        row[len(cells) + number] = -1.0 if many < sum(truth[cell] for cell in inside) else 0.0
        yield row, many


def _row(cells: list[Cell], where: Where) -> Any:
    """Weights of the cells, and of as many rests as there may be groups."""
    return np.array([*(float(where(cell)) for cell in cells), *np.zeros(len(cells) * 2)])
