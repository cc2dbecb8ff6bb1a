"""What to mend first: the order is that of the citizens reached, and what is doubtful says so."""

from __future__ import annotations

import pytest

from analytics.fix_first import Doubt, Met, Trouble, met_in, order
from analytics.indicators import case_figures, rating_figures
from analytics.tallies import CaseCounts, RatingCounts

SLOW, LATE = Trouble.SLOW, Trouble.ANSWERED_LATE


def ranked(*met: Met, **visits: int) -> list[tuple[str, float, Doubt | None]]:
    return [(mend.met.where, round(mend.reach), mend.doubt) for mend in order(met, visits)]


@pytest.mark.parametrize(
    ("met", "visits", "expected"),
    [
        pytest.param(
            [Met(SLOW, "a", 10, 100), Met(SLOW, "b", 60, 100)], {},
            [("b", 60, None), ("a", 10, None)], id="more citizens come first",
        ),
        pytest.param(
            [Met(SLOW, "a", 20, 100), Met(SLOW, "b", 60, 100)], {"a": 5000},
            [("a", 1000, None), ("b", 60, None)], id="a sample stands for all visits",
        ),
        pytest.param(
            [Met(SLOW, "a", 30, 100), Met(SLOW, "b", 27, 100)], {},
            [("a", 30, Doubt.CLOSE), ("b", 27, Doubt.CLOSE)], id="too close to tell",
        ),
        pytest.param(
            [Met(SLOW, "a", 400, 1000), Met(LATE, "b", 380, 400), Met(SLOW, "c", 37, 100)],
            {"c": 1000},
            [("a", 400, Doubt.CLOSE), ("b", 380, Doubt.CLOSE), ("c", 370, Doubt.CLOSE)],
            id="the one after the next may reach as many",
        ),
        pytest.param(
            [Met(SLOW, "a", 20, 25), Met(LATE, "b", 3, 5)], {},
            [("a", 20, Doubt.FEW), ("b", 3, None)], id="few answers",
        ),
        pytest.param(
            [Met(LATE, "a", 4, 5), Met(LATE, "b", 3, 5)], {},
            [("a", 4, None), ("b", 3, None)], id="cases are counted, not guessed",
        ),
        pytest.param([Met(SLOW, "a", 0, 100)], {}, [], id="nobody met it"),
    ],
)  # fmt: skip
def test_troubles_stand_in_the_order_of_citizens_reached(
    met: list[Met], visits: dict[str, int], expected: list[tuple[str, float, Doubt | None]]
) -> None:
    assert ranked(*met, **visits) == expected


def test_troubles_are_read_from_figures_as_the_tallies_counted_them() -> None:
    votes = RatingCounts(score_3=50, on_time=30, late=20, courteous=48, discourteous=2)
    cases = CaseCounts(resolved_in_time=6, resolved_late=3, unresolved=1, confirmed=5, disputed=4)
    found = {m.trouble: (m.met, m.asked) for m in met_in("x", rating_figures(votes))}
    assert found == {Trouble.SLOW: (20, 50), Trouble.RUDE: (2, 50)}
    kept = {m.trouble: (m.met, m.asked) for m in met_in("x", case_figures(cases))}
    assert kept == {Trouble.ANSWERED_LATE: (4, 10), Trouble.NOT_SOLVED: (4, 9)}
