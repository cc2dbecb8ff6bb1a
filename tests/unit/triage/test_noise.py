"""Labels flipped on purpose are found again; what is new is told from what was known."""

import numpy as np
import pytest

from analytics.triage import drift
from analytics.triage.noise import suspects
from analytics.triage.rows import read_corpus
from tests.unit.triage.flipped import flipped


@pytest.fixture(scope="module")
def planted():
    """A third of the team's complaints; one in twenty with another category."""
    rows = [row for row in read_corpus() if row.intent == "complaint" and row.judges][::3]
    return flipped(rows, np.random.default_rng(7))


def test_most_flipped_labels_are_in_the_list_and_near_its_top(planted):
    rows, wrong = planted
    found = [one for one in suspects(rows, parts=3) if one.head == "category"]
    listed = [one.row.id for one in found]
    recall = len(wrong & set(listed)) / len(wrong)
    top = listed[: 2 * len(wrong)]
    at_top = len(wrong & set(top)) / len(wrong)
    assert recall >= 0.8
    assert at_top >= 0.4  # one in twenty would be there by chance
    assert [one.gap for one in found] == sorted((one.gap for one in found), reverse=True)


def test_few_labels_are_not_doubted(planted):
    rows, _ = planted
    assert suspects(rows[:2]) == []


def test_stability_is_nought_for_the_same_and_large_for_another_mixture():
    even, other = np.array([0.5, 0.5]), np.array([0.9, 0.1])
    assert drift.stability(even, even) == pytest.approx(0.0)
    assert drift.stability(even, other) > 0.25
    assert np.isfinite(drift.stability(even, np.array([1.0, 0.0])))


def test_another_kind_of_message_is_told_apart_and_the_same_kind_is_not():
    rows = read_corpus()
    english = [row.text for row in rows if row.lang == "en" and row.judges][:200]
    kiswahili = [row.text for row in rows if row.lang == "sw" and row.judges][:100]
    assert drift.told_apart(english[:100], kiswahili, 1) > 0.95
    assert drift.told_apart(english[::2], english[1::2], 1) < 0.7
    assert drift.told_apart(english[:10], kiswahili, 1) is None
