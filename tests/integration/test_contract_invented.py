"""Invented records and real ones are never added up, in no half year and in no list."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from analytics.contract import Counted, Span
from feedback_service.contracts import counting
from tests.desk_world import DeskWorld
from tests.integration.scoring_planting import a_case

pytestmark = pytest.mark.servers

HALF = Span.parse("FY2025/26-H1")


def plant(rt: Any, number: int, due_at: datetime, *, simulated: bool) -> None:
    with rt.transaction() as session:
        session.add(a_case(
            number, due_at=due_at, received_at=due_at - timedelta(days=9), simulated=simulated,
        ))  # fmt: skip


def test_a_half_year_counts_invented_cases_only_without_real_ones(
    rt: Any, world: DeskWorld
) -> None:
    def complaints() -> tuple[bool, Counted, Counted]:
        with rt.transaction() as session:
            one = counting.register(rt, session, "NRB", HALF)
            every = counting.of_all(rt, session, HALF)["NRB"]
        return one.simulated, one.counted["complaints"], every["complaints"]

    plant(rt, 1, datetime(2025, 8, 12, 7, tzinfo=UTC), simulated=True)
    plant(rt, 2, datetime(2025, 8, 13, 7, tzinfo=UTC), simulated=True)
    assert complaints() == (True, Counted(0, 2), Counted(0, 2))
    plant(rt, 3, datetime(2025, 11, 12, 7, tzinfo=UTC), simulated=False)
    assert complaints() == (False, Counted(0, 1), Counted(0, 1))
