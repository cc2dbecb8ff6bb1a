"""What was published of past cycles, held against the scale and edges that sheets are scored by."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from analytics.methods import published
from analytics.performance_contract import Direction, Method, Row, score_rows

METHOD = Method.load()
RESULTS = {one["fy"][:7]: one for one in published("pc_methodology.json")["published_results"]}
EDGES = {name.lower().replace(" ", "_"): (low, high) for name, low, high in METHOD.edges}
COUNTED = [(year, one) for year, one in RESULTS.items() if EDGES.keys() & one.keys()]


def bounds(result: dict[str, Any]) -> tuple[Decimal, Decimal]:
    """The lowest and highest average that so many institutions of each grade can have."""
    counts = {grade: result[grade] for grade in EDGES if grade in result}
    whole = sum(counts.values())
    low, high = (
        sum(EDGES[grade][side] * many for grade, many in counts.items()) / whole for side in (0, 1)
    )
    return Decimal(float(low)), Decimal(float(high))


@pytest.mark.parametrize(("year", "result"), COUNTED, ids=[year for year, _ in COUNTED])
def test_a_year_s_average_is_one_that_its_grades_can_have(year: str, result: dict[str, Any]):
    low, high = bounds(result)
    average = result.get("avg_ministries")
    assert average is None or low <= average <= high


def test_there_are_such_years():
    assert [year for year, one in COUNTED if "avg_ministries" in one] == ["2019/20", "2020/21"]


@pytest.mark.parametrize(
    ("year", "name", "grade"),
    [
        ("2019/20", "best", "Good"),  # none was Very Good, and none met its target
        ("2022/23", "best", "Good"),
        ("2022/23", "worst", "Fair"),
        ("2008/09", "best", "Excellent"),
        ("2008/09", "worst", "Good"),
    ],
)
def test_the_best_and_the_worst_of_a_year_have_their_grades(year: str, name: str, grade: str):
    assert METHOD.grade(RESULTS[year][name]) == grade


def test_the_best_of_a_year_in_which_nobody_met_the_target_stood_just_below_it():
    best = RESULTS["2019/20"]["best"]
    reached = (5 - best) * 50  # percent of target, on the line of the bands
    assert 98 < reached < 100
    row = Row("all", Decimal(100), Decimal(100), Decimal(reached), Direction.HIGHER)
    assert score_rows([row], METHOD).composite == best


def test_an_improvement_that_was_published_begins_at_the_worst_score():
    worst = METHOD.raw_score(Decimal(100), Decimal(0), Direction.HIGHER)
    assert worst - Decimal("1.1712") == Decimal("3.8288")


def test_the_year_that_fits_no_other_is_known_as_such():
    odd = RESULTS["2021/22"]
    assert "CONFLICTS" in odd["note"]
    assert {METHOD.grade(score) for score in odd["bottom_five"]} == {"Excellent"}
