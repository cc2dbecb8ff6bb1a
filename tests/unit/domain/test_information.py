"""The dates of the Access to Information Act, and changes of kind as clocks read them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback_service.domain import charter, clocks, information
from feedback_service.domain.calendar import NAIROBI, WorkingCalendar
from feedback_service.domain.cases import Action
from feedback_service.domain.charter import CommitmentKind, Promise, PromiseUnit
from feedback_service.domain.clocks import Moment
from feedback_service.domain.information import ANSWER, EXTENDED, SOURCES, Handling

KENYA = WorkingCalendar()
MONDAY = datetime(2026, 3, 2, 9, tzinfo=NAIROBI)
TEN_DAYS = Promise(10, PromiseUnit.WORKING_DAYS)

DATES = [
    ("21 days, the last a working day", ANSWER[Handling.INFORMATION], MONDAY, "2026-03-23 17:00"),
    ("21 days that end on a Sunday", ANSWER[Handling.INFORMATION],
     MONDAY - timedelta(days=1), "2026-03-23 17:00"),
    ("48 hours run through the night", ANSWER[Handling.LIFE_OR_LIBERTY], MONDAY,
     "2026-03-04 09:00"),
    ("48 hours run through a weekend", ANSWER[Handling.LIFE_OR_LIBERTY],
     MONDAY + timedelta(days=4), "2026-03-08 09:00"),
    ("14 days more, from the first receipt", EXTENDED, MONDAY, "2026-04-06 17:00"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("promise", "start", "due"), [row[1:] for row in DATES], ids=[row[0] for row in DATES]
)
def test_the_act_s_dates(promise: Promise, start: datetime, due: str) -> None:
    wanted = datetime.strptime(due, "%Y-%m-%d %H:%M").replace(tzinfo=NAIROBI)
    assert charter.due_at(promise, start, KENYA) == wanted


def test_another_office_gets_it_within_five_working_days() -> None:
    until = datetime(2026, 3, 9, 17, tzinfo=NAIROBI)
    assert information.hand_on_by(MONDAY, KENYA) == until
    information.check_hand_on(MONDAY, until, KENYA)
    with pytest.raises(information.TooLateToHandOn, match="answer the citizen from here"):
        information.check_hand_on(MONDAY, until + timedelta(minutes=1), KENYA)


def test_every_date_of_the_act_names_its_section() -> None:
    assert {*ANSWER.values(), EXTENDED, information.HAND_ON} == set(SOURCES)
    assert all(" s. " in source for source in SOURCES.values())


def opened(promise: Promise = TEN_DAYS) -> Moment:
    return Moment(
        Action.RECEIVE, MONDAY, {"holder": "A", "promise": {"resolve": promise.as_data()}}
    )


def said(action: Action, hours: int, promise: Promise | None = None, **more: Any) -> Moment:
    told = {"promise": {"resolve": promise.as_data()}} if promise else {}
    return Moment(action, MONDAY + timedelta(hours=hours), {**told, **more})


# What is said of a case, in order, and the promise it is held to afterwards.
SAID = [
    ("nothing", [], TEN_DAYS),
    ("a proposal", [said(Action.RECLASSIFY, 5, proposed=True)], TEN_DAYS),
    ("a change that counts", [said(Action.RECLASSIFY, 5, EXTENDED)], EXTENDED),
    ("a change and an extension",
     [said(Action.RECLASSIFY, 5, ANSWER[Handling.INFORMATION]), said(Action.EXTEND, 6, EXTENDED)],
     EXTENDED),
    ("a change there and back",
     [said(Action.RECLASSIFY, 5, EXTENDED), said(Action.RECLASSIFY, 6, TEN_DAYS)], TEN_DAYS),
    ("a change, then a proposal",
     [said(Action.RECLASSIFY, 5, EXTENDED), said(Action.RECLASSIFY, 6, proposed=True)], EXTENDED),
    ("a promise in a note", [said(Action.NOTE, 5, EXTENDED)], TEN_DAYS),
]  # fmt: skip


@pytest.mark.parametrize(
    ("events", "promise"), [row[1:] for row in SAID], ids=[row[0] for row in SAID]
)
def test_the_promise_is_the_last_that_counts(events: list[Moment], promise: Promise) -> None:
    assert clocks.promised([opened(), *events], CommitmentKind.RESOLVE) == promise


def test_a_change_of_kind_leaves_the_promise_to_acknowledge() -> None:
    owed = {"acknowledge": TEN_DAYS.as_data(), "resolve": TEN_DAYS.as_data()}
    first = Moment(Action.RECEIVE, MONDAY, {"promise": owed})
    events = [first, said(Action.RECLASSIFY, 5, EXTENDED)]
    assert clocks.promised(events, CommitmentKind.ACKNOWLEDGE) == TEN_DAYS


QUIET = sorted(set(Action) - clocks.MOVES_DUE_TIMES)


@given(
    quiet=st.lists(st.tuples(st.sampled_from(QUIET), st.integers(1, 2_000)), max_size=8),
    order=st.randoms(),
    changed=st.one_of(st.none(), st.integers(1, 2_000)),
    handling=st.sampled_from(sorted(ANSWER)),
)
def test_nothing_but_a_change_that_counts_moves_the_date_in_any_order(
    quiet: list[tuple[Action, int]], order: Any, changed: int | None, handling: Handling
) -> None:
    """Comments, edits, assignments, transfers, categories and mere proposals, shuffled."""
    loud = [said(Action.RECLASSIFY, changed, ANSWER[handling])] if changed else []
    noise = [
        said(action, hours, EXTENDED, category="delay", holder="B", to="somebody")
        for action, hours in quiet
    ] + [said(Action.RECLASSIFY, 1, proposed=True)]
    events = loud + noise
    order.shuffle(events)
    promise = ANSWER[handling] if changed else TEN_DAYS
    heard = [opened(), *sorted(events, key=lambda event: event.at)]
    found = clocks.promised(heard, CommitmentKind.RESOLVE)
    assert found == promise
    assert clocks.due_at(heard, found, KENYA) == charter.due_at(promise, MONDAY, KENYA)


@given(
    opens=st.integers(0, 11), length=st.integers(1, 12),
    weekend=st.frozensets(st.integers(0, 6), max_size=6),
)  # fmt: skip
def test_the_hours_that_an_opening_keeps_are_read_back(
    opens: int, length: int, weekend: frozenset[int]
) -> None:
    from datetime import time

    calendar = WorkingCalendar(time(opens), time(opens + length), weekend)
    first = Moment(Action.RECEIVE, MONDAY.astimezone(UTC), clocks.hours_as_data(calendar))
    assert clocks.with_hours([first], KENYA) == calendar
