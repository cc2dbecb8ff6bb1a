"""Weights of the survey: hand-worked, trimmed within bounds, and their cost in answers."""

import random

import pytest

from analytics.indicators import designs_of
from analytics.intervals import Moments
from analytics.tallies import RatingFact, count_ratings
from analytics.weighting import Method, Stratum, design, weighted

FREE = Method("test", 100.0, 1)


def answers(*scores):
    return Moments.of(scores)


def test_answers_stand_for_the_visits_of_their_stratum():
    """90 visits behind 3 answers of 5, 10 behind 3 of 1: weights 1.8 and 0.2, mean 4.6."""
    found = weighted({"a": Stratum(90, answers(5, 5, 5)), "b": Stratum(10, answers(1, 1, 1))}, FREE)
    assert (found.value, found.unweighted) == (pytest.approx(4.6), 3.0)
    assert found.weights == {"a": pytest.approx(1.8), "b": pytest.approx(0.2)}
    # (3 x 1.8 + 3 x 0.2)^2 / (3 x 3.24 + 3 x 0.04)
    assert found.effective_n == pytest.approx(36 / 9.84)
    assert found.design_effect == pytest.approx(6 * 9.84 / 36)


def test_equal_chances_leave_the_figure_and_its_n():
    found = weighted({"a": Stratum(50, answers(4, 5)), "b": Stratum(50, answers(2, 3))}, FREE)
    assert (found.value, found.effective_n, found.trimmed) == (found.unweighted, 4.0, 0)


def test_no_weight_leaves_the_bounds_and_the_mean_weight_stays_one():
    strata = {
        "crowded": Stratum(10_000, answers(*[1] * 5)),
        "quiet": Stratum(10, answers(*[5] * 95)),
    }
    found = weighted(strata, Method("test", 3.0, 1))
    assert found.largest <= 3.0 + 1e-9
    assert min(found.weights.values()) >= 1 / 3 - 1e-9
    assert sum(found.weights[name] * strata[name].answers.count for name in strata) <= 100 + 1e-6
    assert found.trimmed == 100
    assert 1.0 < found.value < 5.0


def test_small_strata_are_taken_together_and_silent_ones_are_said():
    strata = {
        "big": Stratum(60, answers(*[4] * 30)),
        "one": Stratum(10, answers(1)),
        "two": Stratum(10, answers(3)),
        "silent": Stratum(20, answers()),
    }
    found = weighted(strata, Method("test", 100.0, 5))
    assert found.weights["one"] == found.weights["two"]
    assert found.not_covered == pytest.approx(0.2)
    assert "silent" not in found.weights
    assert weighted({}, FREE).value is None


def test_weights_bring_a_skewed_sample_back_to_the_truth():
    chance = random.Random(7)
    strata = {}
    for name, visits, mean, rate in (("a", 8000, 4.5, 0.02), ("b", 2000, 2.0, 0.2)):
        said = [mean + chance.choice((-0.5, 0.5)) for _ in range(int(visits * rate))]
        strata[name] = Stratum(visits, Moments.of(said))
    found = weighted(strata, FREE)
    assert found.value == pytest.approx(4.0, abs=0.1)
    assert found.unweighted == pytest.approx(2.71, abs=0.1)


def test_alike_answers_of_a_place_widen_the_interval_as_on_the_card():
    """Equal weights: the design is that which the card's figures have."""
    clusters = [{"a": answers(*[5 if n % 2 else 2] * 6, 3)} for n in range(10)]
    whole = Moments(
        *(sum(getattr(each["a"], of) for each in clusters) for of in ("count", "total", "squares"))
    )
    strata = {"a": Stratum(900, whole)}
    found = weighted(strata, FREE)
    of_places = design(strata, found, clusters)
    said = [(score, at) for at in range(10) for score in (*[5 if at % 2 else 2] * 6, 3)]
    card = designs_of(
        count_ratings([RatingFact("id", "nrb", f"p{at}", "047", "ussd", "en", s) for s, at in said])
    )["score"]
    assert found.design_effect == 1
    assert of_places.deff == pytest.approx(card.deff)
    assert of_places.deff > 4
    assert of_places.df == card.df == 9


def test_weights_and_places_widen_it_together():
    strata = {"a": Stratum(900, answers(*[5, 2] * 20)), "b": Stratum(100, answers(*[5, 2] * 20))}
    found = weighted(strata, FREE)
    apart = [{name: answers(5, 2)} for name in strata for _ in range(20)]
    alike = [{name: answers(score, score)} for name in strata for score in [5, 2] * 10]
    assert design(strata, found, apart).deff == found.design_effect
    assert design(strata, found, alike).deff > 1.5 * found.design_effect
    assert design(strata, found, [{"a": strata["a"].answers}]).df is None
