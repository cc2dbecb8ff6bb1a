"""A target of a hundred days is met or missed by the whole interval, not by the point."""

import pytest

from analytics.hundred_days import OFFERED, Verdict, is_better, is_possible, verdict
from analytics.indicators import DEFINITIONS, Figure

TABLE = {
    "reached by all of it": ("resolved", 0.8, (0.9, 0.85, 0.95), Verdict.MET),
    "reached to the edge": ("resolved", 0.85, (0.9, 0.85, 0.95), Verdict.MET),
    "the point is over, the interval not": (
        "resolved", 0.88, (0.9, 0.85, 0.95), Verdict.NOT_DECIDED
    ),
    "the point is under, the interval not": (
        "resolved", 0.92, (0.9, 0.85, 0.95), Verdict.NOT_DECIDED
    ),
    "reached by none of it": ("resolved", 0.97, (0.9, 0.85, 0.95), Verdict.NOT_MET),
    "fewer is better, and there are": ("reopened", 0.2, (0.1, 0.05, 0.2), Verdict.MET),
    "fewer is better, and there are more": ("median_days", 4, (7.0, 5.0, 9.0), Verdict.NOT_MET),
    "without an interval": ("median_days", 4, (7.0, None, None), Verdict.NOT_MEASURED),
}  # fmt: skip


@pytest.mark.parametrize(("name", "target", "ends", "expected"), TABLE.values(), ids=TABLE)
def test_the_interval_decides(name, target, ends, expected):
    figure = Figure(name, "1", *ends, 50, 50.0, {}, shown=True, why_hidden=None)
    assert verdict(name, target, figure) is expected


def test_what_is_not_shown_is_not_measured():
    figure = Figure("courtesy", "1", 0.9, 0.8, 1.0, 9, 9.0, {}, shown=False, why_hidden="few")
    assert verdict("courtesy", 0.5, figure) is Verdict.NOT_MEASURED
    assert verdict("courtesy", 0.5, None) is Verdict.NOT_MEASURED


def test_what_nothing_stood_before_is_neither_met_nor_missed() -> None:
    for ends in ((0.9, 0.85, 0.95), (0.1, 0.05, 0.2)):
        figure = Figure("courtesy", "1", *ends, 50, 50.0, {}, shown=True, why_hidden=None)
        assert verdict("courtesy", 0.5, figure, stood=False) is Verdict.NOT_DECIDED
    assert verdict("courtesy", 0.5, None, stood=False) is Verdict.NOT_MEASURED


def test_a_target_is_a_value_the_indicator_can_have_and_asks_for_more():
    assert {DEFINITIONS[name].better for name in OFFERED} == {"higher", "lower"}
    possible = [("resolved", 90), ("resolved", 0.9), ("satisfaction", 5.5), ("p90_days", 12)]
    assert [is_possible(*one) for one in possible] == [False, True, False, True]
    assert is_better("median_days", 4, 7)
    assert not is_better("resolved", 0.9, 0.9)
