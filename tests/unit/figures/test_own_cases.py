"""What of an officer's own cases counts, case by case; and that nothing citizens say of it does."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from analytics.own_cases import Deed, Fact, Measure, Rule, facts_of
from analytics.own_figures import Counted, figures, mix
from feedback_service.domain.calendar import WorkingCalendar
from feedback_service.domain.cases import Action

RULE = Rule.load()
WORDS = "Your card is at the office in Nakuru, ready to be fetched."
PROMISE = {"resolve": {"amount": 5, "unit": "working_days"}}
SEES = datetime(2026, 4, 1, 6, tzinfo=UTC)

T, R, X = Measure.TIME, Measure.REASONS, Measure.TRANSFERS


def deed(day: int, action: str, staff: str = "", hour: int = 6, **data: Any) -> Deed:
    """On a day of March 2026 (the 2nd is a Monday), `hour` in UTC."""
    return Deed(Action(action), datetime(2026, 3, day, hour, tzinfo=UTC), data, staff)


OPENED = deed(2, "receive", holder="NRB-R", promise=PROMISE)
TO_A, TO_B = deed(2, "assign", "boss", to="A"), deed(4, "assign", "boss", to="B")
CAME: dict[str, Any] = {"holder": "NRB-R", "from": "DIS-R", "text": WORDS}
MOVED = deed(2, "transfer", "far", **CAME)


def solved(day: int, staff: str = "A", text: str = WORDS, **data: Any) -> Deed:
    return deed(day, "resolve", staff, text=text, **data)


CASES: dict[str, tuple[list[Deed], list[tuple[str, Measure, bool]]]] = {
    "answered in time": ([TO_A, solved(5)], [("A", T, True), ("A", R, True)]),
    "answered late": ([TO_A, solved(16)], [("A", T, False), ("A", R, True)]),
    "answered with a word": ([TO_A, solved(5, text="Done.")], [("A", T, True), ("A", R, False)]),
    "words no longer kept": ([TO_A, solved(5, text="", erased="sha256:0")], [("A", T, True)]),
    "rejected with its ground": (
        [TO_A, deed(5, "reject", "A", text=WORDS, ground="no_facts")],
        [("A", T, True), ("A", R, True)]),
    "rejected without a ground": (
        [TO_A, deed(5, "reject", "A", text=WORDS)], [("A", T, True), ("A", R, False)]),
    "waiting for the citizen is not charged": (
        [TO_A, deed(3, "ask", "A", text=WORDS, delivered_at="2026-03-03T06:00:00+00:00"),
         deed(6, "answer"), solved(11)],
        [("A", T, True), ("A", R, True)]),
    "given late, at least a day is left": (
        [deed(20, "assign", "boss", to="A"), solved(20, hour=12)],
        [("A", T, True), ("A", R, True)]),
    "taken by acknowledging": (
        [deed(3, "acknowledge", "A"), solved(5)], [("A", T, True), ("A", R, True)]),
    "answered in the act of taking": (
        [deed(5, "acknowledge", "A"), solved(5)], [("A", R, True)]),
    "nobody had it": ([solved(5)], [("A", R, True)]),
    "passed on in time": ([TO_A, TO_B, solved(5, "B")], [("B", T, True), ("B", R, True)]),
    "passed on too late": (
        [TO_A, deed(16, "assign", "A", to="B"), solved(16, "B", hour=12)],
        [("A", T, False), ("B", T, True), ("B", R, True)]),
    "taken away by central triage": ([TO_A, deed(3, "clear", "t", holder="X")], []),
    "still held in time": ([deed(31, "assign", "boss", to="A")], []),
    "still held, time is over": ([TO_A], [("A", T, False)]),
    "withdrawn by the citizen": ([TO_A, deed(3, "withdraw")], []),
    "answered by somebody else": ([TO_A, solved(4, "B")], [("B", R, True)]),
    "disputed afterwards": (
        [TO_A, solved(5), deed(9, "dispute"), solved(30)], [("A", T, True), ("A", R, True)]),
    "confirmed afterwards": (
        [TO_A, solved(5), deed(9, "confirm")], [("A", T, True), ("A", R, True)]),
    "a transfer begun the same day": (
        [MOVED, TO_A, deed(2, "acknowledge", "A", hour=9), solved(5)],
        [("A", T, True), ("A", X, True), ("A", R, True)]),
    "a transfer left lying": (
        [MOVED, TO_A, solved(5)], [("A", T, True), ("A", X, False), ("A", R, True)]),
    "sent back without reason": (
        [MOVED, TO_A, deed(2, "transfer", "A", hour=9, holder="DIS-R", text="not us")],
        [("A", X, False)]),
    "sent back with reason": (
        [MOVED, TO_A, deed(2, "transfer", "A", hour=9, holder="DIS-R", text=WORDS)],
        [("A", X, True)]),
    "a transfer taken away within the day": (
        [MOVED, TO_A, deed(2, "assign", "boss", hour=9, to="B"), solved(3, "B")],
        [("B", T, True), ("B", R, True)]),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_what_of_a_case_counts_for_whom(name: str) -> None:
    events, expected = CASES[name]
    found = facts_of([OPENED, *events], WorkingCalendar(), SEES, RULE)
    assert [(f.officer, f.measure, f.kept) for f in found] == expected


@pytest.mark.parametrize("said", ["confirm", "dispute", "expire", "reopen", "answer", "note"])
def test_nothing_said_after_the_answer_changes_a_person_s_facts(said: str) -> None:
    before = [OPENED, TO_A, solved(5)]
    after = [*before, deed(9, said), deed(12, "assign", "boss", to="B"), solved(30, "B")]
    calendar = WorkingCalendar()
    assert facts_of(after, calendar, SEES, RULE) == facts_of(before, calendar, SEES, RULE)


def test_time_counts_on_the_day_it_runs_out_and_not_before() -> None:
    case = [OPENED, TO_A, solved(5)]
    (fact, *_) = facts_of(case, WorkingCalendar(), SEES, RULE)
    assert fact.day == date(2026, 3, 9)  # five working days after Monday the 2nd
    friday = datetime(2026, 3, 6, 6, tzinfo=UTC)
    early, first_version = (
        [f.measure for f in facts_of(case, WorkingCalendar(), friday, rule)]
        for rule in (RULE, Rule.load("own-cases-2026.1"))
    )
    assert (early, first_version) == ([R], [T, R])


def counted(officer: str, kept: int, of: int, category: str, first: int = 0) -> list[Counted]:
    return [
        Counted(Fact(officer, T, date(2026, 3, 9), n < kept), "complaint", category, n == 0,
                f"{officer}{category}{first + n}")
        for n in range(of)
    ]  # fmt: skip


def own(facts: list[Counted]) -> Any:
    return figures(facts, "A", date(2026, 1, 1), date(2026, 3, 31), RULE)[T]


def test_under_thirty_own_cases_there_is_no_score() -> None:
    few, enough = own(counted("A", 29, 29, "delay")), own(counted("A", 24, 30, "delay"))
    assert (few.percent, few.interval, few.n) == (None, None, 29)
    assert enough.percent == Decimal("80.00")
    assert 60 < enough.interval.low < 65
    assert 90 < enough.interval.high < 95


def test_hard_cases_are_expected_to_go_worse() -> None:
    others = counted("B", 90, 100, "information") + counted("C", 50, 100, "bribery")
    hard = own(counted("A", 15, 30, "bribery") + others)
    easy = own(counted("A", 15, 30, "information") + others)
    assert (hard.expected, easy.expected) == (Decimal("50.00"), Decimal("90.00"))
    assert hard.percent == easy.percent
    assert own(counted("A", 15, 30, "delay")).expected is None


def test_a_rare_kind_of_case_is_expected_as_its_kind_goes() -> None:
    others = counted("B", 2, 4, "threat") + counted("C", 90, 96, "delay")
    assert own(counted("A", 30, 30, "threat") + others).expected == Decimal("92.00")


def test_the_mix_names_each_case_once() -> None:
    facts = counted("A", 3, 5, "delay") + counted("A", 3, 2, "cost") + counted("A", 1, 5, "delay")
    found = mix(facts, "A", date(2026, 1, 1), date(2026, 3, 31))
    assert [(one.category, one.cases, one.urgent) for one in found] == [
        ("delay", 5, 1), ("cost", 2, 1),
    ]  # fmt: skip


def test_every_measure_is_the_officer_s_own_doing() -> None:
    assert set(Measure) == {"own_time", "own_reasons", "own_transfers"}
