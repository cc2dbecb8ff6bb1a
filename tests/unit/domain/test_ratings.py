"""Scores and charter answers: what is accepted, and what counts as complete."""

from itertools import product
from typing import Any

import pytest

from feedback_service.domain.ratings import (
    COMPLETE_ONLY,
    BadCharterAnswer,
    CharterAnswers,
    NotAScore,
    Score,
    is_complete,
)


@pytest.mark.parametrize("value", [1, 2, 3, 4, 5])
def test_a_score_is_one_to_five(value: int) -> None:
    assert Score(value).value == value


@pytest.mark.parametrize("value", [0, 6, -1, True, 3.0, "3", None])
def test_nothing_else_is_a_score(value: Any) -> None:
    with pytest.raises(NotAScore, match="whole number from 1 to 5"):
        Score(value)


ANSWERS = (None, False, True)


@pytest.mark.parametrize(("on_time", "paid", "courteous"), list(product(ANSWERS, repeat=3)))
def test_complete_means_time_cost_and_courtesy_are_answered(
    on_time: bool | None, paid: bool | None, courteous: bool | None
) -> None:
    answers = CharterAnswers(on_time, paid, None, courteous)
    assert is_complete(answers) == all(answer is not None for answer in (on_time, paid, courteous))


def test_who_will_not_say_how_much_still_counts() -> None:
    assert is_complete(CharterAnswers(True, True, None, False))
    assert is_complete(CharterAnswers(True, True, 500, False))


@pytest.mark.parametrize(("paid_more", "amount"), [(None, 50), (False, 50), (False, 0), (True, -1)])
def test_answers_that_contradict_each_other_are_refused(
    paid_more: bool | None, amount: int
) -> None:
    with pytest.raises(BadCharterAnswer, match=f"paid_amount is {amount}"):
        CharterAnswers(paid_more=paid_more, paid_amount=amount)


def test_the_rule_keeps_its_name() -> None:
    # Frozen quarters carry it: a changed rule needs a new name.
    assert COMPLETE_ONLY == "contract-1"
