"""The random call-back: a lot anybody can draw again, a share whose interval holds the truth."""

from __future__ import annotations

import pytest

from analytics.verification import (
    Calls,
    Group,
    Member,
    Stratum,
    draw,
    estimate,
    frame_hash,
    listing,
    method,
    read_listing,
)
from tests.bench.verification import COUNTRIES, COUNTRY, measured

FRAME = [Member(f"{n:08}", Group.SILENT if n % 4 else Group.CONFIRMED) for n in range(200)]
WANTED = {Group.SILENT: 30, Group.CONFIRMED: 5}


def test_the_same_seed_and_frame_draw_the_same_cases_in_the_same_order():
    assert draw(FRAME, "a seed", WANTED) == draw(reversed(FRAME), "a seed", WANTED)
    assert draw(FRAME, "a seed", WANTED) != draw(FRAME, "another", WANTED)


def test_a_draw_takes_of_each_group_what_is_wanted_and_no_more():
    taken = draw(FRAME, "a seed", WANTED)
    assert sum(one.group is Group.SILENT for one in taken) == 30
    assert sum(one.group is Group.CONFIRMED for one in taken) == 5
    assert len(draw(FRAME, "a seed", {Group.SILENT: 1000})) == 150


def test_a_person_with_many_cases_is_called_about_one():
    frame = [Member(f"{n:08}", Group.SILENT, person=1 if n < 50 else 0) for n in range(100)]
    taken = draw(frame, "a seed", {Group.SILENT: 100})
    assert sum(one.person == 1 for one in taken) == 1
    assert len(taken) == 51


def test_the_hash_seals_every_line_of_the_frame_and_no_order_of_it():
    changed = [*FRAME[1:], Member(FRAME[0].reference, Group.SILENT)]
    assert frame_hash(FRAME) == frame_hash(reversed(FRAME))
    assert frame_hash(FRAME) != frame_hash(changed)
    assert frame_hash(read_listing(listing(FRAME))) == frame_hash(FRAME)


def silent(size: int, solved: int, unsolved: int, drawn: int = 0) -> Stratum:
    return Stratum(Group.SILENT, size, drawn or solved + unsolved, solved, unsolved)


def test_each_stratum_counts_by_its_size_and_open_cases_are_not_solved():
    confirmed = Stratum(Group.CONFIRMED, 100, 20, 20, 0)
    found = estimate(Calls((silent(300, 30, 30), confirmed), unresolved=100))
    assert found.share == pytest.approx((150 + 100) / 500)
    assert (found.n, found.of, found.drawn, found.why_not) == (80, 500, 80, "")


def test_where_all_were_called_and_answered_there_is_no_doubt():
    found = estimate(Calls((silent(40, 30, 10),)))
    assert found.interval
    assert (found.interval.low, found.interval.high) == (found.share, found.share)


def test_who_was_drawn_and_did_not_answer_bounds_the_share_from_both_sides():
    found = estimate(Calls((silent(1000, 20, 20, drawn=60),)))
    assert found.none_of_the_rest == pytest.approx(20 / 60)
    assert found.all_of_the_rest == pytest.approx(40 / 60)
    assert found.left_out["drawn but not reached"] == 20


def test_a_stratum_that_too_few_answered_for_is_joined_to_its_group():
    small = silent(100, 1, 0, drawn=20)
    found = estimate(Calls((silent(300, 20, 20, drawn=60), small)))
    assert found.of == 400
    assert found.share == pytest.approx(21 / 41)


def test_a_group_nobody_answered_for_is_left_out_and_said():
    found = estimate(Calls((silent(300, 20, 20), Stratum(Group.DISPUTED, 50, 6, 0, 0))))
    assert (found.of, found.left_out["not drawn yet"]) == (300, 50)


NOT_SHOWN = [
    ("nobody called", Calls(), "no calls"),
    ("too few answers", Calls((silent(300, 20, 9),)), "fewer than 30 answers"),
    ("too few reached", Calls((silent(300, 20, 11, drawn=90),)), "40%"),
    ("too many without a number", Calls((silent(300, 20, 20),), not_callable=76), "80%"),
]


@pytest.mark.parametrize(
    ("calls", "why"), [row[1:] for row in NOT_SHOWN], ids=[row[0] for row in NOT_SHOWN]
)
def test_a_figure_that_rests_on_too_little_says_why_it_is_not_shown(calls: Calls, why: str):
    assert why in estimate(calls).why_not


def test_the_calls_weigh_nothing_in_the_contract_until_somebody_decides():
    assert method().contract_weight == 0


def test_the_naive_share_is_far_off_and_the_verified_interval_holds_the_truth():
    found = measured(COUNTRY, 1000)
    assert found.naive_error > 15
    assert abs(found.verified_error) < 0.5
    assert 0.93 <= found.covered <= 0.97


@pytest.mark.parametrize("country", COUNTRIES[1:4], ids=lambda country: country.name)
def test_other_honest_countries_are_held_at_least_as_often(country):
    assert measured(country, 300).covered >= 0.92  # 0.95 and more over 1,000 quarters


def test_where_the_discontent_do_not_pick_up_only_the_bounds_hold_the_truth():
    found = measured(COUNTRIES[4], 200)
    assert found.verified_error > 2
    assert found.bounded >= 0.99
