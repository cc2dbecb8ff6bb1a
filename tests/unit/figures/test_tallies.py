"""Every way of counting agrees: one by one, by cell and added, and the plain reading of a rule."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import reduce
from operator import add

from hypothesis import given
from hypothesis import strategies as st

from analytics.indicators import case_figures, rating_figures
from analytics.tallies import (
    CaseCounts,
    CaseFact,
    Cohort,
    RatingCounts,
    RatingFact,
    case_cells,
    count_cases,
    count_ratings,
    rating_cells,
)
from feedback_service.domain.cases import Lane, Outcome

START = datetime(2026, 7, 1, tzinfo=UTC)
COHORT = Cohort(START, START + timedelta(days=92), START + timedelta(days=60))

YES_NO = st.sampled_from([True, False, None])
PLACES = st.sampled_from(["001", "047", None])
RATINGS = st.builds(
    RatingFact,
    service=st.just("id"),
    institution=st.just("nrb"),
    service_point=st.none(),
    county=PLACES,
    channel=st.sampled_from(["ussd", "sms"]),
    language=st.just("sw"),
    score=st.integers(1, 5),
    on_time=YES_NO,
    paid_more=YES_NO,
    courteous=YES_NO,
    complete=st.booleans(),
    simulated=st.booleans(),
)
DAYS = st.integers(0, 120).map(lambda days: START + timedelta(days=days))
CASES = st.builds(
    CaseFact,
    institution=st.just("nrb"),
    service=st.just("id"),
    service_point=st.none(),
    county=PLACES,
    channel=st.just("ussd"),
    language=st.just("en"),
    received_at=st.just(START),
    due_at=DAYS,
    acknowledge_due_at=st.none() | DAYS,
    acknowledged_at=st.none() | DAYS,
    resolved_at=st.none() | DAYS,
    closed_at=st.none() | DAYS,
    outcome=st.none() | st.sampled_from(Outcome),
    lane=st.sampled_from(Lane),
)


def county(fact):
    return fact.county


@given(st.lists(RATINGS, max_size=40))
def test_ratings_counted_by_cell_and_added_give_the_same_figures(facts):
    added = reduce(add, rating_cells(facts, county).values(), RatingCounts())
    assert rating_figures(added) == rating_figures(count_ratings(facts))


@given(st.lists(CASES, max_size=40))
def test_cases_counted_by_cell_and_added_give_the_same_figures(facts):
    seen = [fact for fact in facts if fact.lane is not Lane.CONFIDENTIAL]
    added = reduce(add, case_cells(facts, COHORT, county).values(), CaseCounts())
    assert case_figures(added) == case_figures(count_cases(seen, COHORT))


def plain_share(facts: list, counts: Callable, hits: Callable):
    judged = [fact for fact in facts if counts(fact)]
    return sum(hits(fact) for fact in judged) / len(judged) if judged else None


@given(st.lists(RATINGS, max_size=40))
def test_tallies_give_what_reading_the_ratings_one_by_one_gives(facts):
    figures = rating_figures(count_ratings(facts))
    whole = [fact for fact in facts if fact.complete]
    for name, answer, good in [
        ("charter_time_kept", "on_time", True),
        ("cost_kept", "paid_more", False),
        ("courtesy", "courteous", True),
    ]:
        assert figures[name].value == plain_share(
            whole,
            lambda fact, answer=answer: getattr(fact, answer) is not None,
            lambda fact, answer=answer, good=good: getattr(fact, answer) is good,
        )
    mean = sum(fact.score for fact in whole) / len(whole) if whole else None
    assert figures["satisfaction"].value == mean


@given(st.lists(CASES, max_size=40))
def test_tallies_give_what_reading_the_cases_one_by_one_gives(facts):
    def gone(fact):
        left = fact.outcome is Outcome.WITHDRAWN and not fact.resolved_at and fact.closed_at
        return bool(left) and fact.closed_at <= fact.due_at

    due = [fact for fact in facts if fact.due_at <= COHORT.as_of and not gone(fact)]
    figures = case_figures(count_cases(facts, COHORT))
    spoke = {Outcome.CONFIRMED, Outcome.DISPUTED}
    assert figures["citizen_confirmed"].value == plain_share(
        due, lambda fact: fact.outcome in spoke, lambda fact: fact.outcome is Outcome.CONFIRMED
    )
    assert figures["resolved_in_time"].value == plain_share(
        due,
        lambda fact: True,
        lambda fact: bool(fact.resolved_at) and fact.resolved_at <= fact.due_at,
    )
    told = [fact for fact in due if fact.acknowledge_due_at]
    assert figures["acknowledged_in_time"].n == len(told)


@given(st.lists(CASES, max_size=30))
def test_every_case_of_the_cohort_is_counted_or_excluded_under_a_name(facts):
    held = sum(COHORT.holds(fact) for fact in facts)
    for found in case_figures(count_cases(facts, COHORT)).values():
        assert found.n + sum(found.excluded.values()) == held
