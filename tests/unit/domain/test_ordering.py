"""The redress queue puts first what cannot wait."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedback_service.domain.calendar import NaiveTime
from feedback_service.domain.ordering import QueueKey, queue_key

NOON = datetime(2026, 6, 3, 12, tzinfo=UTC)


def _key(
    urgent: bool = False, disputed: bool = False, level: int = 0, due: int = 0, received: int = 0
) -> QueueKey:
    return queue_key(
        urgent, level, disputed, NOON + timedelta(hours=due), NOON + timedelta(hours=received)
    )


def test_each_line_of_the_table_outweighs_all_below_it() -> None:
    queue = [
        _key(urgent=True, disputed=True),
        _key(urgent=True, due=99, received=99),
        _key(disputed=True, level=3, due=50),
        _key(disputed=True, due=99, received=99),
        _key(level=3, due=99, received=99),
        _key(level=1, due=1),
        _key(level=1, due=2, received=1),
        _key(level=1, due=2, received=2),
        _key(due=-99, received=-99),
    ]
    for earlier, later in pairwise(queue):
        assert earlier < later


@settings(max_examples=60, deadline=None)
@given(st.booleans(), st.integers(0, 4), st.booleans(), st.integers(-99, 99))
def test_being_late_longer_or_higher_never_moves_a_case_back(
    urgent: bool, level: int, disputed: bool, due: int
) -> None:
    key = _key(urgent, disputed, level, due)
    assert _key(urgent, disputed, level + 1, due) < key
    assert _key(urgent, disputed, level, due - 1) < key
    assert _key(urgent, True, level, due) <= key
    assert _key(True, disputed, level, due) <= key


def test_moments_without_a_zone_are_refused() -> None:
    with pytest.raises(NaiveTime, match="received_at"):
        queue_key(False, 0, False, NOON, NOON.replace(tzinfo=None))
