"""Intervals cover what they claim, at small samples and skewed answers too."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from analytics.intervals import Interval, Moments, design_effect, mean_t, t_quantile, wilson

SCORES = np.arange(1, 6)
ANSWERS = {
    "middling": [0.10, 0.15, 0.25, 0.30, 0.20],
    "high": [0.03, 0.05, 0.12, 0.35, 0.45],
    "split": [0.35, 0.10, 0.05, 0.10, 0.40],
    "low": [0.50, 0.25, 0.15, 0.07, 0.03],
    "nearly all five": [0.02, 0.02, 0.03, 0.13, 0.80],
}


@pytest.mark.parametrize(
    ("hits", "total", "low", "high"),
    [
        pytest.param(0, 10, 0.0, 0.2775, id="none"),
        pytest.param(10, 10, 0.7225, 1.0, id="all"),
        pytest.param(5, 10, 0.2366, 0.7634, id="half"),
        pytest.param(81, 263, 0.2553, 0.3662, id="Newcombe 1998, method 3"),
        pytest.param(15, 148, 0.0624, 0.1605, id="Newcombe 1998, second case"),
    ],
)
def test_wilson_gives_the_textbook_values(hits, total, low, high):
    found = wilson(hits, total)
    assert (found.low, found.high) == pytest.approx((low, high), abs=5e-5)


def test_nothing_is_claimed_of_no_answers():
    assert wilson(0, 0) is None
    assert mean_t(Moments.of([])) is None


@pytest.mark.parametrize("df", [1, 2, 3, 4, 5, 9, 10, 29, 30, 99, 200, 201, 1000, 10**6])
def test_the_t_quantile_is_students(df):
    assert t_quantile(df) == pytest.approx(stats.t.ppf(0.975, df), abs=1e-6)


@given(st.lists(st.integers(1, 5), min_size=1, max_size=60), st.floats(1, 4))
def test_a_mean_lies_inside_its_interval_and_both_inside_the_scale(scores, deff):
    sample = Moments.of(scores)
    found = mean_t(sample, deff)
    assert 1 <= found.low <= sample.mean + 1e-9
    assert sample.mean - 1e-9 <= found.high <= 5
    assert found.low < found.high


@given(st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_a_design_effect_of_two_is_half_the_answers(case):
    hits, total = case
    assert wilson(2 * hits, 2 * total, deff=2.0) == wilson(hits, total)


def test_one_answer_leaves_the_whole_scale_open():
    assert mean_t(Moments.of([4])) == Interval(1, 5)
    assert mean_t(Moments.of([4] * 30), 20.0) == Interval(1, 5)


@pytest.mark.parametrize("n", [30, 100, 400])
def test_wilson_covers_the_truth_in_1000_quarters(n):
    draw = np.random.default_rng(2026 + n)
    truths = draw.uniform(0.5, 0.98, 1000)
    found = [wilson(int(draw.binomial(n, p)), n) for p in truths]
    covered = np.mean([i.low <= p <= i.high for p, i in zip(truths, found, strict=True)])
    assert 0.93 <= covered <= 0.97


def covers(sample, truth):
    found = mean_t(Moments(len(sample), int(sample.sum()), int((sample * sample).sum())))
    return found.low <= truth <= found.high


@pytest.mark.parametrize("n", [30, 100])
def test_mean_scores_cover_the_truth_in_1000_quarters_each_with_its_own(n):
    draw = np.random.default_rng(2026 + n)
    covered = 0
    for chances in draw.dirichlet([0.6, 0.8, 1.2, 2.5, 3.0], 1000):
        covered += covers(draw.choice(SCORES, n, p=chances), SCORES @ chances)
    assert 930 <= covered <= 970


@pytest.mark.parametrize("n", [30, 100])
@pytest.mark.parametrize("name", ANSWERS)
def test_no_shape_of_answers_is_left_uncovered(name, n):
    """20,000 draws, since the hardest shape covers 93.4 % and 1,000 are only sure to 1.6 points."""
    samples = np.random.default_rng(2026).choice(SCORES, (20_000, n), p=ANSWERS[name])
    truth = SCORES @ np.array(ANSWERS[name])
    assert 0.93 <= np.mean([covers(sample, truth) for sample in samples]) <= 0.97


def test_200_asked_and_15_percent_answering_still_covers_the_truth():
    draw = np.random.default_rng(2026)
    truth = float(SCORES @ np.array(ANSWERS["high"]))
    hits = 0
    for _ in range(1000):
        answered = draw.choice(SCORES, draw.binomial(200, 0.15), p=ANSWERS["high"])
        hits += covers(answered, truth)
    assert 930 <= hits <= 970


def clustered(draw, clusters=60, size=20):
    """Answers that agree within a service point: its own share of fives, around 70 %."""
    shares = draw.beta(7, 3, clusters)
    return [Moments.of([1.0] * h + [0.0] * (size - h)) for h in draw.binomial(size, shares)]


def test_the_design_effect_restores_coverage_where_answers_agree_by_place():
    draw = np.random.default_rng(2026)
    naive = corrected = 0
    for _ in range(1000):
        places = clustered(draw)
        hits, total = int(sum(p.total for p in places)), sum(p.count for p in places)
        plain, wide = wilson(hits, total), wilson(hits, total, deff=design_effect(places))
        naive += plain.low <= 0.7 <= plain.high
        corrected += wide.low <= 0.7 <= wide.high
    assert naive < 850
    assert 930 <= corrected <= 970


@pytest.mark.parametrize("places", [[], [[5, 4, 3]], [[5, 5], [5, 5]], [[1, 5], [5, 1], []]])
def test_a_design_effect_is_never_below_one(places):
    assert design_effect([Moments.of(scores) for scores in places]) == 1.0
