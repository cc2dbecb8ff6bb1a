"""Rows that an institution enters in its contract: what would break the sheet is refused."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from analytics.contract import Span
from feedback_service import contracts
from feedback_service.contracts import NewRow, NotTaken
from feedback_service.models import Role
from tests.desk_world import DeskWorld

pytestmark = pytest.mark.servers

SPAN = Span.parse("FY2025/26-Q3")


@pytest.mark.parametrize(
    ("weight", "target", "name", "unit", "why"),
    [
        ("5", "0.00001", "Cards printed", "cards", "number"),  # kept as a target of zero
        ("0.00001", "10", "Cards printed", "cards", "number"),  # kept as no weight at all
        ("5", "10", "=1+1", "cards", "name"),
        ("5", "10", "Cards printed", "@SUM(A1)", "name"),
    ],
)
def test_a_row_that_has_no_score_or_is_a_formula_is_not_taken(
    rt: Any, world: DeskWorld, weight: str, target: str, name: str, unit: str, why: str
) -> None:
    officer = world.staff(Role.PERFORMANCE, "NRB").id
    row = NewRow(
        "NRB", 2025, "C", name, Decimal(weight), Decimal(target), unit, "higher", officer
    )  # fmt: skip
    with rt.transaction() as session:
        terms = contracts.terms_for(session, "NRB", SPAN)
        with pytest.raises(NotTaken) as refused:
            contracts.add_row(rt, session, terms, row)
    assert refused.value.why == why
