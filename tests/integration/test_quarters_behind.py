"""The quarters behind a figure begin with the first in which anything was counted, by the days of
Kenya."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from feedback_service.domain.periods import Period
from feedback_service.reports.history import begun, history
from tests.integration.scoring_planting import a_rating

pytestmark = pytest.mark.servers


def test_a_rating_of_the_first_night_puts_no_empty_quarter_before_it(world: Any, rt: Any) -> None:
    with rt.transaction() as session:
        assert begun(session) is None
        session.add(a_rating(given_at=datetime(2025, 9, 30, 21, 30, tzinfo=UTC)))  # 0:30 there
    found = history(rt, "NRB", Period.parse("FY2025/26-Q3"))
    assert [one.period.label for one in found] == ["FY2025/26-Q2", "FY2025/26-Q3"]
    with rt.transaction() as session:
        assert begun(session) == date(2025, 10, 1)
