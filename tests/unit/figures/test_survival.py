"""Waiting times with open cases among them: worked by hand, against a second program, and over
simulated quarters with known truth."""

import numpy as np
import pytest
from scipy import stats

from analytics.indicators import wait_figures
from analytics.survival import Quantile, kaplan_meier, quantile
from analytics.tallies import CaseCounts, CaseFact, Cohort, count_cases, day_of
from feedback_service.domain.cases import Outcome
from tests.unit.figures.test_indicators import COHORT, START, case

# Freireich et al. 1963, weeks in remission of 21 patients given 6-MP: the textbooks' worked table
# (Kalbfleisch and Prentice; Cox and Oakes).
REMISSION = {6: 3, 7: 1, 10: 1, 13: 1, 16: 1, 22: 1, 23: 1}
CENSORED = {6: 1, 9: 1, 10: 1, 11: 1, 17: 1, 19: 1, 20: 1, 25: 1, 32: 2, 34: 1, 35: 1}


def test_the_curve_is_that_of_the_hand_worked_table():
    steps = kaplan_meier(REMISSION, CENSORED)
    table = [(step.day, step.at_risk, step.answered, round(step.waiting, 4)) for step in steps]
    assert table == [
        (6, 21, 3, 0.8571),
        (7, 17, 1, 0.8067),
        (10, 15, 1, 0.7529),
        (13, 12, 1, 0.6902),
        (16, 11, 1, 0.6275),
        (22, 7, 1, 0.5378),
        (23, 6, 1, 0.4482),
    ]


def test_median_and_its_interval_are_those_of_the_textbooks():
    assert quantile(kaplan_meier(REMISSION, CENSORED), 0.5) == Quantile(23, 13, None)


def test_the_curve_is_that_of_a_second_program():
    steps = kaplan_meier(REMISSION, CENSORED)
    data = stats.CensoredData(
        uncensored=np.repeat([*REMISSION], [*REMISSION.values()]),
        right=np.repeat([*CENSORED], [*CENSORED.values()]),
    )
    theirs = stats.ecdf(data).sf
    band = theirs.confidence_interval(method="log-log")
    for step in steps:
        assert step.waiting == pytest.approx(float(theirs.evaluate(step.day)))
        assert step.low == pytest.approx(float(band.low.evaluate(step.day)), abs=1e-4)
        assert step.high == pytest.approx(float(band.high.evaluate(step.day)), abs=1e-4)


@pytest.mark.parametrize(
    ("answered", "waiting", "expected"),
    [
        pytest.param({}, {}, Quantile(None, None, None), id="nobody"),
        pytest.param({3: 9}, {}, Quantile(3, 3, 3), id="all on one day"),
        pytest.param({3: 4}, {40: 6}, Quantile(None, 3, None), id="not reached"),
        pytest.param({3: 1}, {40: 99}, Quantile(None, None, None), id="far from it"),
        pytest.param({2: 5, 9: 5}, {}, Quantile(2, 2, 9), id="half on the day itself"),
    ],
)
def test_what_is_not_reached_is_said_so(answered, waiting, expected):
    assert quantile(kaplan_meier(answered, waiting), 0.5) == expected


@pytest.mark.parametrize("share", [0.5, 0.9])
def test_the_interval_covers_the_truth_in_1000_quarters(share):
    """120 cases a quarter, days skewed as waits are, four in ten still open when they are read."""
    draw = np.random.default_rng(2026)
    truth = int(np.ceil(20 * (-np.log(1 - share)) ** (1 / 1.3)))
    covered = 0
    for _ in range(1000):
        took = np.ceil(20 * draw.weibull(1.3, 120)).astype(int)
        seen = draw.integers(10, 90, 120)
        found = _counted(took[took <= seen]), _counted(seen[took > seen])
        bounds = quantile(kaplan_meier(*found), share)
        low, high = bounds.low or 10**6, bounds.high or 10**6
        covered += low <= truth <= high
    assert 930 <= covered <= 985


def _counted(days):
    values, many = np.unique(days, return_counts=True)
    return dict(zip(values.tolist(), many.tolist(), strict=True))


def test_open_cases_wait_from_the_day_they_were_received():
    answered = [case(resolved_at=START.replace(day=11)) for _ in range(3)]
    facts = [*answered, case(), case(outcome=Outcome.WITHDRAWN, closed_at=COHORT.as_of)]
    counts = count_cases(facts, COHORT)
    assert (counts.days, counts.waiting) == ({"10": 3}, {str(day_of(START).toordinal()): 1})
    assert counts.gone == {"60": 1}
    found = wait_figures(counts, day_of(COHORT.as_of))
    assert (found["median_days"].value, found["median_days"].n) == (10.0, 5)
    assert found["p90_days"].why_hidden == "not reached: too many still wait"
    assert (found["backlog_days"].value, found["backlog_days"].n) == (60.0, 1)
    assert found["backlog_days"].excluded["not open"] == 4


def test_a_letter_waits_from_the_day_on_it():
    late = case(received_on=START.date().replace(month=6), resolved_at=START)
    assert count_cases([late], COHORT).days == {"30": 1}


def test_days_are_those_of_nairobi():
    before = START.replace(hour=20, minute=59)
    after = START.replace(hour=21)
    for resolved, days in ((before, "0"), (after, "1")):
        assert count_cases([case(resolved_at=resolved)], COHORT).days == {days: 1}


def test_without_a_day_to_read_them_on_open_cases_give_no_figure():
    found = wait_figures(CaseCounts(unresolved=40, waiting={"3": 40}), None)
    assert not any(one.shown for one in found.values())


def test_every_due_case_is_in_one_histogram():
    facts: list[CaseFact] = [
        case(resolved_at=resolved, outcome=outcome, closed_at=closed)
        for resolved in (None, START)
        for outcome in (None, *Outcome)
        for closed in (None, COHORT.as_of)
    ]
    counts = count_cases(facts, Cohort(COHORT.start, COHORT.end, COHORT.as_of))
    histograms = (counts.days, counts.gone, counts.waiting)
    assert sum(sum(one.values()) for one in histograms) == counts.due == len(facts)
