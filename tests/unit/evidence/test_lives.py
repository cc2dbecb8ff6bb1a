"""A case is what its events come to, or the first thing that is not is named."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from analytics.evidence.lives import Done, contradiction
from analytics.tallies import CaseFact
from feedback_service.domain.cases import Action, CaseKind, Outcome

MONDAY = datetime(2026, 3, 2, 6, tzinfo=UTC)
DAY = timedelta(days=1)
EVENTS = [
    Done(Action.RECEIVE, MONDAY, {"handling": "complaint"}),
    Done(Action.ACKNOWLEDGE, MONDAY + DAY),
    Done(Action.RESOLVE, MONDAY + 2 * DAY),
    Done(Action.EXPIRE, MONDAY + 9 * DAY, {"reached": False}),
]
CASE = CaseFact(
    "NRB", None, None, None, "ussd", "sw", MONDAY, MONDAY + 5 * DAY,
    acknowledged_at=MONDAY + DAY, resolved_at=MONDAY + 2 * DAY, closed_at=MONDAY + 9 * DAY,
    outcome=Outcome.UNREACHED,
)  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({}, ""),
        ({"resolved_at": MONDAY + 2 * DAY + timedelta(microseconds=40)}, ""),  # two looks
        ({"resolved_at": MONDAY + 2 * DAY - timedelta(seconds=1)}, "resolved_at"),
        ({"resolved_at": None}, "resolved_at"),
        ({"acknowledged_at": None}, "acknowledged_at"),
        ({"received_at": MONDAY + DAY}, "received_at"),
        ({"closed_at": None}, "closed_at"),
        ({"outcome": Outcome.CLOSED_UNCONFIRMED}, "outcome"),
        ({"kind": CaseKind.INFORMATION}, "kind"),
        ({"reopened": True}, "reopened"),
    ],
)
def test_what_a_case_says_otherwise_than_its_events_is_named(
    changed: dict[str, Any], named: str
) -> None:
    found = contradiction(replace(CASE, **changed), EVENTS)
    assert found.split(" ")[0] == named


def test_where_events_keep_no_data_every_outcome_they_can_have_had_is_believed() -> None:
    bare = [Done(event.action, event.at) for event in EVENTS]
    for outcome in (Outcome.UNREACHED, Outcome.CLOSED_UNCONFIRMED):
        assert contradiction(replace(CASE, outcome=outcome), bare) == ""
    assert "outcome" in contradiction(replace(CASE, outcome=Outcome.CONFIRMED), bare)
    assert "no event" in contradiction(CASE, bare[1:])
