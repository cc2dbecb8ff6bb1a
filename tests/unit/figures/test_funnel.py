"""The funnel: nobody is lost on the way, quarters add up, and a desk sees whole batches only."""

from datetime import date

import pytest

from analytics.funnel import Funnel, few_together, last_told, together

Q1 = Funnel(100, 40, 30, 13, 9, {"stopped": 10, "not-drawn": 50}, {"gone": 10}, {"no-answer": 17})
Q2 = Funnel(20, 5, 4, 2, 2, {"not-drawn": 15}, {"no-receipt": 1}, {"open": 2})


def test_a_year_is_the_sum_of_its_quarters_and_adds_up():
    year = together([Q1, Q2])
    assert (year.visited, year.asked, year.delivered, year.answered) == (120, 45, 34, 15)
    assert year.not_asked == {"not-drawn": 65, "stopped": 10}
    assert Q1.adds_up
    assert Q2.adds_up
    assert year == Q1 + Q2
    assert year.adds_up
    assert not Funnel(10, 5).adds_up


@pytest.mark.parametrize(("answered", "shown"), [(0, 0), (4, 0), (5, 5), (13, 10), (15, 15)])
def test_a_desk_sees_answers_in_batches_of_five(answered, shown):
    whole = Funnel(30, 20, 20, answered, answered, {"not-drawn": 10}, {},
                   {"no-answer": 20 - answered})  # fmt: skip
    seen = whole.in_batches()
    assert (seen.answered, seen.complete) == (shown, shown)
    assert seen.adds_up


def test_nobody_answers_of_none():
    assert Funnel().reply_rate is None
    assert Q1.reply_rate == pytest.approx(13 / 30)


@pytest.mark.parametrize(
    ("reasons", "shown"),
    [
        ({"stopped": 9, "capped": 5}, {"stopped": 9, "capped": 5}),
        ({"stopped": 9, "capped": 3, "gone": 2}, {"stopped": 9, "other": 5}),
        ({"stopped": 1, "capped": 30, "gone": 7}, {"capped": 30, "other": 8}),
        ({"stopped": 1}, {"other": 1}),
        ({}, {}),
    ],
)
def test_no_reason_of_few_visits_is_named(reasons, shown):
    """One that stopped is a person's trait; the whole less the others would tell it too."""
    assert few_together(reasons) == shown


def day(n):
    return date(2026, 7, n)


@pytest.mark.parametrize(
    ("answers", "beyond", "until"),
    [
        pytest.param([9], 0, None, id="none stay untold"),
        pytest.param([9], 9, 1, id="nine stay"),
        pytest.param([9], 8, None, id="eight stay"),
        pytest.param([4, 6, 3], 9, 2, id="a day too few waits for the next"),
        pytest.param([4, 6, 3, 2], 9, 4, id="three and two are five"),
        pytest.param([5, 9], 0, 1, id="the last day is what stays"),
    ],
)
def test_answers_are_told_by_whole_days_of_at_least_five(answers, beyond, until):
    given = {day(n): many for n, many in enumerate(answers, 1)}
    assert last_told(given, beyond) == (until and day(until))


def test_every_telling_adds_five_answers_or_none():
    """Whatever the days bring, nothing between two tellings tells of fewer than five."""
    answers = [3, 0, 1, 7, 2, 2, 2, 9, 1, 1, 1, 1, 1, 6, 4, 4, 0, 5]
    given = {day(n): many for n, many in enumerate(answers, 1)}
    before = 0
    for upto in range(1, len(answers) + 1):
        over = {at: many for at, many in given.items() if at <= day(upto)}
        until = last_told(over, sum(given.values()) - sum(over.values()))
        told = sum(many for at, many in given.items() if until and at <= until)
        assert told == before or told - before >= 5
        assert sum(given.values()) - told >= 9
        before = told
    assert last_told(given, 0, final=True) == day(18)
    assert last_told(given, 3, final=True) == day(16), "three that the card has beyond are not told"
