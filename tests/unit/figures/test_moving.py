"""What rose or fell beyond its interval: both apart, better by the indicator's own direction."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest

from analytics.indicators import Figure
from feedback_service.reports.papers.moving import clear, moved


def figure(name: str, value: float | None, low: float, high: float, shown: bool = True) -> Figure:
    return Figure(name, "1", value, low, high, 100, 100.0, {}, shown, None)


@pytest.mark.parametrize(
    ("name", "then", "now", "told"),
    [
        ("resolved", (0.5, 0.4, 0.6), (0.8, 0.7, 0.9), (True, 0.5)),
        ("resolved", (0.8, 0.7, 0.9), (0.5, 0.4, 0.6), (False, 0.5)),
        ("reopened", (0.3, 0.25, 0.35), (0.1, 0.05, 0.15), (True, 1.0)),
        ("resolved", (0.5, 0.4, 0.6), (0.65, 0.55, 0.75), None),
        ("resolved", (0.5, 0.4, 0.6), (0.7, 0.6, 0.8), None),
    ],
    ids=["rose", "fell", "less is better", "intervals meet", "intervals touch"],
)
def test_a_move_is_told_only_where_both_intervals_are_apart(
    name: str, then: tuple[float, ...], now: tuple[float, ...], told: tuple[bool, float] | None
) -> None:
    found = moved("NRB", name, figure(name, *then), figure(name, *now))
    assert (found and (found.better, round(found.apart, 6))) == told


def test_what_may_not_be_seen_is_not_compared() -> None:
    then, now = figure("resolved", 0.5, 0.4, 0.6), figure("resolved", 0.9, 0.8, 1.0, shown=False)
    assert moved("NRB", "resolved", then, now) is None
    assert moved("NRB", "resolved", None, then) is None


def test_what_was_counted_by_another_definition_is_not_compared() -> None:
    then, now = figure("resolved", 0.5, 0.4, 0.6), figure("resolved", 0.9, 0.8, 1.0)
    assert moved("NRB", "resolved", then, now)
    assert moved("NRB", "resolved", replace(then, version="0"), now) is None


def test_among_many_figures_that_did_not_move_none_is_told_for_its_luck() -> None:
    draw = Random(20261122)

    def one() -> Figure:
        value = draw.gauss(0.5, 0.025)
        return figure("resolved", value, value - 0.049, value + 0.049)

    still = {(f"body-{n}", "resolved"): (one(), one()) for n in range(140 * 13)}
    apart = [key for key, pair in still.items() if moved(*key, *pair)]
    assert len(apart) >= 3, "so many have their intervals apart by chance"
    assert clear(still) == []
    real = {("NRB", "resolved"): (one(), figure("resolved", 0.8, 0.75, 0.85))}
    assert [found.institution for found in clear(still | real)] == ["NRB"]


def test_a_move_that_stands_alone_is_told_by_its_intervals() -> None:
    for name, then, now in (("resolved", (0.5, 0.4, 0.6), (0.8, 0.7, 0.9)),
                            ("p90_days", (30.0, 25.0, 36.0), (10.0, 8.0, 12.0))):  # fmt: skip
        pair = figure(name, *then), figure(name, *now)
        assert len(clear({("NRB", name): pair})) == 1
    unseen = figure("resolved", 0.9, 0.8, 1.0, shown=False)
    assert clear({("NRB", "resolved"): (unseen, unseen)}) == []
