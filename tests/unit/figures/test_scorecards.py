"""Scorecards, tiers against a fixed standard, and tables that give nobody away."""

import pytest

from analytics.indicators import DEFINITIONS, call_figures, case_figures, rating_figures
from analytics.scorecards import FAMILIES, Cell, Standard, Tier, card, standards, tier, too_small
from analytics.tallies import CaseCounts, RatingCounts
from analytics.verification import Calls

GOOD = RatingCounts(score_5=90, score_3=10, on_time=95, late=5, incomplete=7)


def test_a_scorecard_holds_every_figure_of_its_tallies():
    cases = CaseCounts(resolved_in_time=8, unresolved=2)
    made = card("nrb", "FY2026/27-Q1", Cell(open=GOOD, cases=cases), deff=1.5)
    every = rating_figures(GOOD, 1.5) | case_figures(cases, 1.5) | call_figures(Calls())
    assert {name: made.figures[name] for name in every} == every
    assert made.figures["requests_answered"].n == 0, "no request was counted"
    assert (made.institution, made.period, made.simulated) == ("nrb", "FY2026/27-Q1", False)


@pytest.mark.parametrize(
    ("ratings", "cases"),
    [(RatingCounts(simulated=1), CaseCounts()), (RatingCounts(), CaseCounts(simulated=1))],
)
def test_one_invented_record_marks_the_whole_card(ratings, cases):
    assert card("nrb", "FY2026/27-Q1", Cell(open=ratings, cases=cases)).simulated


@pytest.mark.parametrize(
    ("counts", "standard", "expected"),
    [
        pytest.param(GOOD, 4.0, Tier.ABOVE, id="whole interval over it"),
        pytest.param(GOOD, 4.8, Tier.NOT_SEPARABLE, id="interval crosses it"),
        pytest.param(GOOD, 4.95, Tier.BELOW, id="whole interval under it"),
        pytest.param(RatingCounts(score_5=29), 1.5, Tier.NOT_MEASURED, id="too few answers"),
        pytest.param(RatingCounts(), 4.0, Tier.NOT_MEASURED, id="none"),
    ],
)
def test_a_tier_needs_the_whole_interval_on_one_side(counts, standard, expected):
    figure = rating_figures(counts)["satisfaction"]
    assert tier(figure, Standard("satisfaction", standard, "test")) is expected


def test_every_scored_indicator_has_a_standard_in_its_unit():
    known = standards()
    assert set(known) == {name for name, one in DEFINITIONS.items() if one.scored}
    for name, standard in known.items():
        low, high = (1, 5) if DEFINITIONS[name].unit == "score 1-5" else (0, 1)
        assert low < standard.value < high
        assert standard.version == "standards-2026.3"


def hidden(total_shown=True, **cells):
    """The figures that each row of a table must not show."""
    cards = {key: card("nrb", "FY2026/27-Q1", cell) for key, cell in cells.items()}
    return {
        key: {name for family in FAMILIES for of, name in too_small(cards, family, total_shown)
              if of == key}
        for key in cards
    }  # fmt: skip


def rated(many, answered=None):
    return Cell(open=RatingCounts(score_4=many, on_time=many if answered is None else answered))


def cased(due, confirmed=0):
    counts = CaseCounts(resolved_in_time=due, confirmed=confirmed, silent=due - confirmed)
    return Cell(cases=counts)


def test_a_small_cell_takes_the_next_one_with_it():
    rows = hidden(a=rated(3), b=rated(40), c=rated(90))
    assert ["satisfaction" in row for row in rows.values()] == [True, True, False]


def test_without_a_total_only_the_small_cell_is_hidden():
    rows = hidden(total_shown=False, a=rated(3), b=rated(40), c=rated(90))
    assert ["satisfaction" in row for row in rows.values()] == [True, False, False]


def test_no_other_figure_gives_a_hidden_denominator_back():
    """Answered + not answered is the number of complete ratings, so both go together."""
    rows = hidden(a=rated(3), b=rated(40, answered=30), c=rated(50, answered=20))
    for row in (rows["a"], rows["b"]):
        assert {"satisfaction", "charter_time_kept"} <= row
    assert "charter_time_kept" in rows["c"], "the second smallest of its own table"
    assert "satisfaction" not in rows["c"]


def test_few_confirmations_do_not_hide_the_register():
    rows = hidden(total_shown=False, a=cased(50, confirmed=2), b=cased(60, confirmed=40))
    assert "citizen_confirmed" in rows["a"]
    assert "resolved" not in rows["a"]


def test_a_case_total_never_tells_how_many_were_confidential():
    rows = hidden(a=cased(50), b=cased(60), c=cased(70))
    assert [key for key, row in rows.items() if "resolved" in row] == ["a"]
