"""Nobody can move a due time but by a proven pause, and custody adds up to the whole."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedback_service.domain.calendar import NAIROBI, NaiveTime, WorkingCalendar
from feedback_service.domain.cases import Action
from feedback_service.domain.charter import CommitmentKind, Promise, PromiseUnit
from feedback_service.domain.clocks import (
    MOVES_DUE_TIMES,
    BadEvent,
    Custody,
    Moment,
    NoOpening,
    citizens_due_at,
    custody,
    custody_totals,
    due_at,
    first_due_at,
    pauses,
    promised,
)

A = Action
KENYA = WorkingCalendar(holidays=frozenset({date(2026, 6, 1)}))
FIVE_DAYS = Promise(5, PromiseUnit.WORKING_DAYS)
HOUR, DAY = timedelta(hours=1), KENYA.day_length


def _at(text: str) -> datetime:
    return datetime.strptime(f"2026-06-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=NAIROBI)


def _event(action: Action, at: str, **data: object) -> Moment:
    return Moment(action, _at(at), data)


def _asked(at: str, **data: object) -> Moment:
    return _event(A.ASK, at, delivered_at=_at(at).isoformat(), **data)


OPENED = _event(
    A.RECEIVE,
    "03 09:00",
    holder="Thika desk",
    promise={"resolve": {"amount": 5, "unit": "working_days"}},
)
DUE = "10 17:00"


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ([], DUE),
        ([_event(A.ASK, "04 09:00"), _event(A.ANSWER, "05 09:00")], DUE),  # never delivered
        ([_asked("04 09:00", way_back=False), _event(A.ANSWER, "05 09:00")], DUE),
        ([_asked("04 09:00"), _event(A.ANSWER, "05 09:00")], "11 17:00"),
        ([_asked("04 09:00"), _event(A.ANSWER, "04 11:00")], "11 10:00"),
        ([_asked("04 18:00"), _event(A.ANSWER, "05 07:00")], DUE),  # answered overnight
        ([_asked("04 09:00")], "17 17:00"),  # unanswered: five working days and no more
        ([_asked("04 09:00"), _event(A.ANSWER, "25 09:00")], "17 17:00"),
        ([_event(A.ANSWER, "04 09:00")], DUE),
        ([_asked("10 18:00"), _event(A.ANSWER, "11 18:00")], DUE),  # asked when already late
        ([_asked("04 09:00"), _event(A.RESOLVE, "05 09:00")], "11 17:00"),  # the desk decided
        ([_asked("04 09:00"), _event(A.DISPUTE, "05 09:00")], "11 17:00"),  # the citizen spoke
        (
            [
                *(_asked("04 09:00"), _event(A.ANSWER, "05 09:00")),
                *(_asked("08 09:00"), _event(A.ANSWER, "09 09:00")),
                *(_asked("09 10:00"), _event(A.ANSWER, "10 10:00")),
            ],
            "12 17:00",  # the third question pauses nothing
        ),
        ([_asked("04 09:00"), _asked("04 10:00"), _event(A.ANSWER, "05 09:00")], "11 17:00"),
    ],
    ids=range(14),
)
def test_only_a_proven_pause_moves_a_due_time(events: list[Moment], expected: str) -> None:
    assert due_at([OPENED, *events], FIVE_DAYS, KENYA) == _at(expected)
    assert citizens_due_at([OPENED, *events], FIVE_DAYS, KENYA) == _at(DUE)


HOURS = {"resolve": {"amount": 48, "unit": "hours"}}


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ([], DUE),
        ([_asked("04 09:00"), _event(A.ANSWER, "08 09:00")], DUE),
        ([_event(A.RECLASSIFY, "04 09:00", proposed=True)], DUE),
        ([_event(A.RECLASSIFY, "04 09:00", promise=HOURS)], "05 09:00"),
        ([_event(A.RECLASSIFY, "11 09:00", promise=HOURS)], DUE),  # after the date itself
        ([_event(A.ACKNOWLEDGE, "03 10:00"), _event(A.RECLASSIFY, "04 09:00", promise=HOURS)], DUE),
        ([_event(A.ACKNOWLEDGE, "03 10:00"), _event(A.EXTEND, "04 09:00", promise=HOURS)], DUE),
    ],
)
def test_the_first_due_time_is_fixed_at_acknowledgement(
    events: list[Moment], expected: str
) -> None:
    assert first_due_at([OPENED, *events], KENYA) == _at(expected)


def test_without_a_promise_there_is_no_first_due_time() -> None:
    assert first_due_at([_event(A.RECEIVE, "03 09:00")], KENYA) is None


def test_a_question_counts_from_its_delivery_and_never_from_before_it_was_asked() -> None:
    late = _event(A.ASK, "04 09:00", delivered_at="2026-06-04T09:00:00+00:00")  # noon in Nairobi
    early = _event(A.ASK, "04 09:00", delivered_at="2026-06-03T09:00:00+00:00")
    answer = _event(A.ANSWER, "04 13:00")
    assert due_at([OPENED, late, answer], FIVE_DAYS, KENYA) == _at("11 09:00")
    assert due_at([OPENED, early, answer], FIVE_DAYS, KENYA) == _at("11 12:00")


def test_a_promise_in_hours_of_the_clock_pauses_by_the_clock() -> None:
    events = [OPENED, _asked("03 20:00"), _event(A.ANSWER, "04 02:00")]
    assert due_at(events, Promise(48, PromiseUnit.HOURS), KENYA) == _at("05 15:00")


@pytest.mark.parametrize(
    ("delivered_at", "error"),
    [("yesterday", BadEvent), (True, BadEvent), ("2026-06-04T09:00:00", NaiveTime)],
)
def test_a_delivery_that_cannot_be_read_is_an_error(
    delivered_at: object, error: type[Exception]
) -> None:
    with pytest.raises(error, match="delivered_at"):
        pauses([OPENED, _event(A.ASK, "04 09:00", delivered_at=delivered_at)], KENYA)


def test_the_promise_is_the_one_recorded_at_the_opening() -> None:
    assert promised([OPENED], CommitmentKind.RESOLVE) == FIVE_DAYS
    assert promised([OPENED], CommitmentKind.ACKNOWLEDGE) is None
    assert promised([_event(A.RECEIVE, "03 09:00")], CommitmentKind.RESOLVE) is None


def test_a_case_without_events_has_no_clock() -> None:
    with pytest.raises(NoOpening):
        due_at([], FIVE_DAYS, KENYA)


times = st.timedeltas(timedelta(0), timedelta(days=27)).map(
    lambda later: datetime(2026, 6, 3, 6, tzinfo=UTC) + later
)
holders = st.sampled_from(["Thika desk", "Kiambu unit", "Ministry"])
datas: st.SearchStrategy[Mapping[str, object]] = st.one_of(
    st.just({}), st.builds(lambda holder: {"holder": holder}, holders)
)
idle = st.builds(
    Moment,
    st.sampled_from([action for action in Action if action not in MOVES_DUE_TIMES]),
    times,
    datas,
)
asked = st.builds(lambda at: Moment(A.ASK, at, {"delivered_at": at.isoformat()}), times)
speaking = st.builds(Moment, st.sampled_from(sorted(MOVES_DUE_TIMES - {A.ASK})), times, datas)
promises = st.builds(Promise, st.integers(0, 12), st.sampled_from(PromiseUnit))


@settings(max_examples=60, deadline=None)
@given(st.data(), st.lists(asked | speaking, max_size=5), st.lists(idle, max_size=6), promises)
def test_whatever_else_happens_in_whatever_order_leaves_the_due_time(
    data: st.DataObject, moving: list[Moment], others: list[Moment], promise: Promise
) -> None:
    moving.sort(key=lambda event: event.at)
    due = due_at([OPENED, *moving], promise, KENYA)
    for _ in range(3):
        mixed = list(moving)
        for other in data.draw(st.permutations(others)):
            mixed.insert(data.draw(st.integers(0, len(mixed))), other)
        assert due_at([OPENED, *mixed], promise, KENYA) == due


@settings(max_examples=60, deadline=None)
@given(st.lists(asked | speaking | idle, max_size=10), promises)
def test_pauses_are_few_short_and_apart(events: list[Moment], promise: Promise) -> None:
    events.sort(key=lambda event: event.at)
    found = pauses([OPENED, *events], KENYA)
    assert len(found) <= 2
    for pause in found:
        assert pause.started_at < pause.ended_at
        assert KENYA.time_between(pause.started_at, pause.ended_at) <= 5 * DAY
    assert all(a.ended_at <= b.started_at for a, b in pairwise(found))
    assert due_at([OPENED, *events], promise, KENYA) >= citizens_due_at([OPENED], promise, KENYA)


def test_custody_follows_the_case_and_the_verdict_is_the_citizens_time() -> None:
    events = [
        OPENED,
        _event(A.ACKNOWLEDGE, "03 10:00"),
        _event(A.NOTE, "03 11:00", holder="nobody listens to a note"),
        _event(A.TRANSFER, "03 12:00", holder="Kiambu unit"),
        _event(A.ASSIGN, "03 13:00", holder="nor to an assignment"),
        _event(A.ESCALATE, "03 14:00"),
        _event(A.RESOLVE, "03 15:00"),
        _event(A.DISPUTE, "04 09:00"),
        _event(A.ESCALATE, "04 11:00", holder="Ministry"),
        _event(A.REJECT, "04 16:00"),
    ]
    stretches = custody(events, KENYA, _at("05 08:30"))
    assert stretches == [
        Custody("Thika desk", 3 * HOUR),
        Custody("Kiambu unit", 3 * HOUR),
        Custody("citizen", 3 * HOUR),
        Custody("Kiambu unit", 2 * HOUR),
        Custody("Ministry", 5 * HOUR),
        Custody("citizen", 1.5 * HOUR),
    ]
    assert custody_totals(stretches)["Kiambu unit"] == 5 * HOUR


def test_what_has_no_holder_is_held_by_the_desk_of_last_resort_until_cleared() -> None:
    events = [_event(A.RECEIVE, "03 09:00"), _event(A.CLEAR, "03 10:00", holder="Thika desk")]
    assert custody(events, KENYA, _at("03 12:00")) == [
        Custody("triage", HOUR),
        Custody("Thika desk", 2 * HOUR),
    ]


def test_events_after_the_end_and_clocks_set_back_change_nothing() -> None:
    events = [
        OPENED,
        _event(A.TRANSFER, "03 12:00", holder="Kiambu unit"),
        _event(A.TRANSFER, "03 11:00", holder="Ministry"),
        _event(A.TRANSFER, "09 11:00", holder="Thika desk"),
    ]
    assert custody(events, KENYA, _at("03 14:00")) == [
        Custody("Thika desk", 3 * HOUR),
        Custody("Ministry", 2 * HOUR),
    ]
    assert custody(events, KENYA, _at("02 14:00")) == []


@settings(max_examples=60, deadline=None)
@given(st.lists(asked | speaking | idle, max_size=12), times)
def test_custody_adds_up_to_the_whole(events: list[Moment], until: datetime) -> None:
    stretches = custody([OPENED, *events], KENYA, until)
    whole = KENYA.time_between(OPENED.at, max(until, OPENED.at))
    assert sum((stretch.working for stretch in stretches), timedelta(0)) == whole
    assert sum(custody_totals(stretches).values(), timedelta(0)) == whole
    assert all(stretch.working > timedelta(0) for stretch in stretches)
    assert all(a.holder != b.holder for a, b in pairwise(stretches))
