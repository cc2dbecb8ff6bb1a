"""Figures that stand beside the scores: hidden problems, money, reopened and urgent cases, requests
for information, the design effect a tally carries, how much quarters vary."""

from dataclasses import replace
from datetime import timedelta

import pytest

from analytics.indicators import (
    DEFINITIONS,
    EVERY_VERSION,
    case_figures,
    designs_of,
    per_visit_figures,
    rating_figures,
    redress_figures,
    request_figures,
    visit_figures,
)
from analytics.intervals import Moments, design_effect
from analytics.tallies import CaseCounts, RatingCounts, count_cases, count_ratings
from feedback_service.domain.cases import Outcome
from tests.unit.figures.test_indicators import COHORT, DUE, START, case, rating


def test_a_problem_reported_to_nobody_is_hidden_and_counted_per_100():
    facts = [
        *[rating(had_problem=False)] * 60,
        *[rating(had_problem=True, reported_problem=True)] * 30,
        *[rating(had_problem=True, reported_problem=False, complete=False)] * 10,
        *[rating(had_problem=True)] * 7,
        *[rating()] * 5,
    ]
    found = visit_figures(count_ratings(facts))["hidden_problems"]
    assert (found.value, found.n) == (10.0, 100)
    assert found.low < 10 < found.high
    assert found.excluded == {"not asked": 5, "did not say": 7}
    assert found.detail == {"had_a_problem": 0.4, "reported_of_those": 0.75}


def test_what_was_paid_beyond_the_cost_is_spread_over_all_who_say():
    more = rating(paid_more=True, paid_extra_kes=300, complete=True)
    facts = [more] * 10 + [rating(paid_more=False)] * 20 + [rating(paid_more=True)] * 2
    found = visit_figures(count_ratings(facts))["extra_paid"]
    assert (found.value, found.n) == (100.0, 30)
    assert found.detail == {"a_person_who_paid_more": 300.0}
    assert found.excluded["did not say how much"] == 2
    few = [rating(paid_more=True, paid_extra_kes=9000)] * 4 + [rating(paid_more=False)] * 60
    assert visit_figures(count_ratings(few))["extra_paid"].why_hidden


@pytest.mark.parametrize(
    ("facts", "value", "n"),
    [
        pytest.param({"reopened": True}, 1, 1, id="open again"),
        pytest.param({"reopened": True, "resolved_at": DUE}, 1, 1, id="answered again"),
        pytest.param({"resolved_at": DUE}, 0, 1, id="lasted"),
        pytest.param({}, None, 0, id="never answered"),
    ],
)
def test_an_answer_that_did_not_last_counts_also_when_it_was_mended(facts, value, n):
    found = redress_figures(count_cases([case(**facts)], COHORT))["reopened"]
    assert (found.value, found.n) == (value, n)


def test_urgent_cases_are_those_marked_so():
    facts = [case(urgent=True, resolved_at=DUE), case(urgent=True), case(resolved_at=DUE)]
    found = redress_figures(count_cases(facts, COHORT))["urgent_in_time"]
    assert (found.value, found.n, found.excluded["not urgent"]) == (0.5, 2, 1)


def test_requests_for_information_have_their_own_tally():
    late = case(resolved_at=DUE + timedelta(days=1))
    found = request_figures(count_cases([late, case(resolved_at=DUE), case(), case()], COHORT))
    assert [found[name].value for name in ("requests_answered", "requests_in_time")] == [0.5, 0.25]


def test_cases_per_visit_and_cost_need_visits_and_costs():
    counts = CaseCounts(resolved_in_time=30, confirmed=10, disputed=5)
    found = per_visit_figures(replace(counts, messages_cost=2_500_000), 6000)
    assert found["cases_per_1000_visits"].value == 5.0
    assert found["cost_per_confirmed"].value == 25.0
    unknown = per_visit_figures(counts, None)
    assert [one.why_hidden for one in unknown.values()] == [
        "no visits are fed", "no costs are known"
    ]  # fmt: skip


def test_a_case_with_a_message_of_unknown_price_is_left_out_of_the_cost_with_its_solution():
    solved = {"resolved_at": DUE, "outcome": Outcome.CONFIRMED}
    facts = [
        case(**solved, messages_cost=24_000), case(messages_cost=6_000),
        case(**solved, messages_cost=None), case(messages_cost=None),
        case(due_at=COHORT.as_of + timedelta(days=1), messages_cost=90_000),
    ]  # fmt: skip
    found = per_visit_figures(count_cases(facts, COHORT), None)["cost_per_confirmed"]
    assert (found.value, found.n, found.version) == (3.0, 1, "2")
    assert found.detail == {"all_messages": 3.0, "a_case": 1.5}
    assert found.excluded == {
        "not yet due": 1, "withdrawn before due": 0, "price not known": 2, "not confirmed": 1
    }  # fmt: skip


def test_a_tally_carries_the_design_effect_of_its_places_and_days():
    days = [START.date() + timedelta(days=number) for number in range(6)]
    facts = [
        rating(score, on_time=score > 3, day=day)
        for number, day in enumerate(days)
        for score in ([5, 5, 5, 4] if number % 2 else [1, 2, 1, 4])
    ]
    by_day = [Moments.of(f.score for f in facts if f.day == day) for day in days]
    counts = count_ratings(facts)
    found = designs_of(counts)["score"]
    assert (found.deff, found.df) == (pytest.approx(design_effect(by_day)), 5)
    assert found.deff > 2
    wide, narrow = rating_figures(counts), rating_figures(count_ratings([*map(undated, facts)]))
    for name in ("satisfaction", "charter_time_kept"):
        assert wide[name].high - wide[name].low > narrow[name].high - narrow[name].low
        assert wide[name].value == narrow[name].value
        assert "6 places and days" in wide[name].basis


def undated(fact):
    return rating(fact.score, on_time=fact.on_time)


def test_a_register_says_when_too_few_quarters_tell_how_much_it_varies():
    quarter = CaseCounts(resolved_in_time=80, unresolved=20)
    steady = case_figures(quarter, history=[quarter] * 4)["resolved"]
    three = case_figures(quarter, history=[quarter] * 3)["resolved"]
    swings = [CaseCounts(resolved_in_time=many, unresolved=100 - many) for many in (60, 98, 70, 92)]
    moved = case_figures(quarter, history=swings)["resolved"]
    assert three.basis.startswith("3 of 4 quarters known")
    assert (steady.low, steady.high) == (three.low, three.high)
    assert moved.low < three.low
    assert three.high < moved.high
    assert moved.value == three.value == 0.8, "the count is exact"


def test_superseded_definitions_stay_and_only_the_newest_is_in_use():
    versions = [one.version for one in EVERY_VERSION if one.id == "resolved"]
    assert versions == sorted(versions) == ["1", "2"]
    assert DEFINITIONS["resolved"].version == "2"
    assert RatingCounts.read(RatingCounts(score_4=3).numbers()) == RatingCounts(score_4=3)


def test_a_tally_less_a_part_of_it_is_the_rest():
    facts = [case(resolved_at=DUE), case(), case(urgent=True)]
    whole, part = count_cases(facts, COHORT), count_cases(facts[:1], COHORT)
    assert whole - part == count_cases(facts[1:], COHORT)
