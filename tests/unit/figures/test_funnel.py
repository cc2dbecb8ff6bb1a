"""The funnel: nobody is lost on the way, quarters add up, and a desk sees whole batches only."""

import pytest

from analytics.funnel import Funnel, together

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
