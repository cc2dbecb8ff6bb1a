"""Lines and days of the Ombudsman's return: one line a case, totals that follow from each other."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.returns import Entry, Exit, Placed, State, Totals, calendar_of, count, place
from feedback_service.domain.periods import Period

START = datetime(2026, 7, 1, tzinfo=UTC)
END = START + timedelta(days=92)
LATER = END + timedelta(days=92)


def life(*told: tuple[int, str]) -> list[State]:
    """States by day of the quarter (negative: before it): `o` open here, `c` closed here, `-` not
    here, open elsewhere."""
    return [
        State(START + timedelta(days=day), here=what != "-", open=what != "c")
        for day, what in told
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("told", "entry", "exit_"),
    [
        ([(-5, "o")], Entry.CARRIED, Exit.OPEN),
        ([(-5, "o"), (3, "c")], Entry.CARRIED, Exit.CLOSED),
        ([(-5, "o"), (3, "-")], Entry.CARRIED, Exit.PASSED_ON),
        ([(-5, "o"), (3, "c"), (9, "o")], Entry.CARRIED, Exit.OPEN),
        ([(2, "o")], Entry.RECEIVED, Exit.OPEN),
        ([(2, "o"), (5, "c")], Entry.RECEIVED, Exit.CLOSED),
        ([(2, "o"), (5, "-")], Entry.RECEIVED, Exit.PASSED_ON),
        ([(2, "-"), (5, "o"), (8, "c")], Entry.RECEIVED, Exit.CLOSED),
        ([(-9, "o"), (-4, "-"), (5, "o")], Entry.RECEIVED, Exit.OPEN),
        ([(-9, "o"), (-4, "c"), (5, "o")], Entry.REOPENED, Exit.OPEN),
        ([(-9, "o"), (-4, "c"), (5, "o"), (6, "c")], Entry.REOPENED, Exit.CLOSED),
        ([(0, "o")], Entry.RECEIVED, Exit.OPEN),  # the first moment of the quarter is in it
    ],
)
def test_a_case_stands_in_one_line(told: list[tuple[int, str]], entry: Entry, exit_: Exit):
    placed = place(life(*told), START, END)
    assert (placed.entry, placed.exit) == (entry, exit_)


@pytest.mark.parametrize(
    "told",
    [
        [(-9, "o"), (-4, "c")], [(-9, "-")], [(-9, "o"), (-4, "-")], [(92, "o")], [],
        [(-9, "-"), (3, "-")], [(-9, "o"), (-4, "c"), (5, "c")],
    ],
)  # fmt: skip
def test_what_was_over_or_never_here_is_in_no_line(told: list[tuple[int, str]]):
    assert place(life(*told), START, END) is None


def test_a_case_answered_twice_was_answered_when_the_answer_lasted():
    placed = place(life((1, "o"), (4, "c"), (6, "o"), (9, "c"), (20, "c")), START, END)
    assert placed.answered_at == START + timedelta(days=9)


lives = st.lists(
    st.tuples(st.integers(-100, 190), st.sampled_from("oc-")), min_size=1, max_size=7,
    unique_by=lambda told: told[0],
).map(lambda told: life(*sorted(told)))  # fmt: skip


@given(st.lists(lives, max_size=30))
def test_totals_agree_and_one_quarter_begins_where_the_other_ended(cases: list[list[State]]):
    first = [placed for case in cases if (placed := place(case, START, END))]
    second = [placed for case in cases if (placed := place(case, END, LATER))]
    assert count(first).agrees
    assert count(second).agrees
    assert count(second).carried == count(first).open
    # Counted by somebody who knows nothing of lines: open at the end, and never lost.
    at_end = sum(_open_at(case, END) for case in cases)
    assert count(first).open == at_end
    touched = sum(_touched(case) for case in cases)
    assert len(first) == touched


def _open_at(case: list[State], moment: datetime) -> bool:
    before = [state for state in case if state.at < moment]
    return bool(before) and before[-1].here and before[-1].open


def _touched(case: list[State]) -> bool:
    """Open here at some moment of the quarter, or arrived in it."""
    here = [state.here for state in case if state.at < START]
    was_here = bool(here) and here[-1]
    for state in (state for state in case if START <= state.at < END):
        if state.here and (state.open or not was_here):
            return True
    return _open_at(case, START)


def test_a_lost_line_is_seen():
    lines = [Placed(Entry.CARRIED, Exit.OPEN, None, None)] * 3
    assert count(lines).open == 3
    assert count(lines[1:]).open != 3
    assert not Totals(carried=3, received=1, closed=1, open=4).agrees


@pytest.mark.parametrize(
    ("period", "due", "last", "feedback"),
    [
        ("FY2026/27-Q1", (2026, 10, 14), (2026, 10, 29), (2026, 10, 30)),
        ("FY2026/27-Q2", (2027, 1, 14), (2027, 1, 29), (2027, 1, 30)),
        ("FY2026/27-Q3", (2027, 4, 14), (2027, 4, 29), (2027, 4, 30)),
        ("FY2026/27-Q4", (2027, 7, 14), (2027, 7, 29), (2027, 7, 30)),
    ],
)
def test_the_days_are_those_of_the_framework(
    period: str, due: tuple[int, int, int], last: tuple[int, int, int],
    feedback: tuple[int, int, int],
):  # fmt: skip
    days = calendar_of(Period.parse(period))
    assert days.due_on == date(*due)
    assert days.last_admissible_on == date(*last)
    assert days.feedback_on == date(*feedback)


@pytest.mark.parametrize(
    ("sent", "penalty"),
    [((10, 2), 0), ((10, 14), 0), ((10, 15), 1), ((10, 20), 6), ((10, 29), 15), ((10, 30), None)],
)
def test_a_late_return_costs_up_to_fifteen_percent_and_is_then_refused(
    sent: tuple[int, int], penalty: int | None
):
    found = calendar_of(Period.parse("FY2026/27-Q1")).penalty(date(2026, *sent))
    assert found == (None if penalty is None else Decimal(penalty))


def test_what_is_not_known_of_the_penalty_says_so():
    growth = calendar_of(Period.parse("FY2026/27-Q1")).growth
    assert growth["confidence"] == "unknown"
    assert "15 %" in growth["en"]
    assert "15 %" in growth["sw"]
