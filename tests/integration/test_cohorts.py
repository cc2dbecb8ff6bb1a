"""A case counts in the quarter of its first date, once, however its clock is moved afterwards."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from feedback_service import redress, scoring
from feedback_service.domain.cases import Action, Actor
from feedback_service.domain.information import Handling
from feedback_service.domain.periods import Period
from feedback_service.models import Case
from feedback_service.redress import Act
from feedback_service.scoring import rollups
from feedback_service.scoring.frozen.closing import Closing, freeze

pytestmark = pytest.mark.servers
QUARTER = Period.parse("FY2025/26-Q3")
NEXT = Period.parse("FY2025/26-Q4")


def test_a_date_moved_over_the_end_of_a_quarter_leaves_the_case_where_it_was_first_due(
    world: Any, rt: Any, clock: Any
) -> None:
    clock.set(datetime(2026, 3, 6, 6, tzinfo=UTC))
    request = world.case("Which papers do I need?", handling=Handling.INFORMATION)
    redress.act(rt, request.id, Act(Action.ACKNOWLEDGE, Actor.OFFICER))
    rollups.keep_up(rt)
    redress.act(rt, request.id, Act(Action.EXTEND, Actor.OFFICER, "The file is in Mombasa."))
    with rt.transaction() as session:
        case = session.get_one(Case, request.id)
        assert Period.containing(case.first_due_at) == QUARTER
        assert Period.containing(case.due_at) == NEXT
    assert told(rt) == [(0, None), (0, None)], "not yet due"
    clock.set(datetime(2026, 4, 2, 6, tzinfo=UTC))
    assert told(rt) == [(1, 0), (0, None)], "by the citizen's clock it is due, and not answered"
    redress.act(rt, request.id, Act(Action.RESOLVE, Actor.OFFICER, "Your birth certificate."))
    assert told(rt) == [(1, 1), (0, None)], "in time by the date it was extended to"
    assert rollups.verify(rt) is None
    clock.set(datetime(2026, 8, 4, 6, tzinfo=UTC))
    for period in (QUARTER, NEXT):
        freeze(rt, Closing(period), lambda *_: None)
    assert told(rt) == [(1, 1), (0, None)]


def told(rt: Any) -> list[tuple[int, float | None]]:
    """Of both quarters how many requests were due, and which share was answered in time."""
    cards = [scoring.card(rt, "NRB", one, public=False) for one in (QUARTER, NEXT)]
    found = [one.figures["requests_in_time"] for one in cards]
    return [(one.n, one.value) for one in found]
