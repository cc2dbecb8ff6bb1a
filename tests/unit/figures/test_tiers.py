"""Tiers of whole tables: few are named by chance, and less is better where it is."""

import numpy as np
import pytest

from analytics.indicators import rating_figures, redress_figures
from analytics.scorecards import Beside, Cell, Standard, Tier, card, judged, tier, tiers
from analytics.tallies import CaseCounts, RatingCounts
from analytics.tiers import chance, crosses
from feedback_service.domain.ratings import Sample

STANDARD = Standard("charter_time_kept", 0.8, "test")


def kept(yes, n):
    counts = RatingCounts(score_4=n, on_time=yes, late=n - yes)
    return rating_figures(counts)["charter_time_kept"]


def quarter(draw, truths, n=60):
    hits = draw.binomial(n, truths)
    return {number: kept(int(x), n) for number, x in enumerate(hits)}


def test_where_all_are_at_the_standard_hardly_a_table_names_anybody():
    """The old way, one figure at a time, names somebody in nearly every table of 86."""
    draw = np.random.default_rng(2026)
    alone = together = 0
    for _ in range(100):
        table = quarter(draw, [0.8] * 86)
        alone += any(tier(figure, STANDARD) is not Tier.NOT_SEPARABLE for figure in table.values())
        named = set(tiers(table, STANDARD).values())
        together += named != {Tier.NOT_SEPARABLE}
    assert alone > 90
    assert together <= 10


def test_of_those_named_few_are_named_wrongly_and_most_of_the_far_ones_are_found():
    draw = np.random.default_rng(7)
    wrong = named = found = far = 0
    for _ in range(50):
        truths = draw.choice([0.8, 0.8, 0.8, 0.55, 0.96], 86)
        given = tiers(quarter(draw, truths), STANDARD)
        right = [
            {0.8: Tier.NOT_SEPARABLE, 0.55: Tier.BELOW, 0.96: Tier.ABOVE}[truth] for truth in truths
        ]
        for number, expected in enumerate(right):
            is_named = given[number] is not Tier.NOT_SEPARABLE
            named += is_named
            wrong += is_named and given[number] is not expected
            far += expected is not Tier.NOT_SEPARABLE
            found += is_named and given[number] is expected
    assert wrong / named <= 0.05
    assert found / far > 0.85


def test_a_table_never_says_more_than_a_figure_alone():
    draw = np.random.default_rng(3)
    table = quarter(draw, draw.uniform(0.5, 1, 86))
    for key, given in tiers(table, STANDARD).items():
        assert given in (tier(table[key], STANDARD), Tier.NOT_SEPARABLE)


@pytest.mark.parametrize("yes", range(20, 41))
def test_a_chance_is_five_in_a_hundred_where_the_interval_ends(yes):
    figure = kept(yes, 40)
    for end in (figure.low, figure.high):
        if 0 < end < 1:
            assert chance(figure, end) == pytest.approx(0.05, abs=1e-5)
            beyond = end + (0.01 if end > figure.value else -0.01)
            assert chance(figure, beyond) < 0.05 < chance(figure, (end + figure.value) / 2)


def test_where_less_is_better_less_is_above():
    few, many = (
        redress_figures(CaseCounts(resolved_in_time=200, reopened=x))["reopened"] for x in (2, 80)
    )
    found = tiers({"few": few, "many": many}, Standard("reopened", 0.1, "test"))
    assert found == {"few": Tier.ABOVE, "many": Tier.BELOW}


def test_what_is_not_shown_is_not_measured_and_judges_nobody_else():
    found = tiers({"small": kept(0, 29), "far": kept(20, 60)}, STANDARD)
    assert found == {"small": Tier.NOT_MEASURED, "far": Tier.BELOW}


def test_a_card_takes_its_tier_from_the_table_it_was_judged_in():
    # 95 of 100 alone is above 80 %; beside nine hundred that are at the standard it still is, and
    # one just outside its own interval is not.
    cells = {str(n): Cell(ratings=RatingCounts(score_4=60, on_time=48, late=12)) for n in range(85)}
    cells["edge"] = Cell(ratings=RatingCounts(score_4=60, on_time=54, late=6))
    cells["far"] = Cell(ratings=RatingCounts(score_4=60, on_time=60))
    cards = {key: card(key, "FY2026/27-Q1", cell, Sample.VERIFIED) for key, cell in cells.items()}
    told = judged(cards)
    name = "charter_time_kept"
    assert cards["edge"].tier(name) is Tier.ABOVE
    assert told["edge"].tier(name) is Tier.NOT_SEPARABLE
    assert told["far"].tier(name) is Tier.ABOVE
    assert told["far"].tier("resolved") is Tier.NOT_MEASURED
    assert told["far"].tier("median_days") is None, "shown and never judged"


def test_what_citizens_said_who_drew_no_lot_is_held_against_no_standard():
    cells = {
        sample: Cell(**{part: RatingCounts(score_4=60, on_time=60)}) for sample, part in CLASSES
    }
    cards = judged({s: card("x", "FY2026/27-Q1", cell, s) for s, cell in cells.items()})
    tiers = {sample: one.tier("charter_time_kept") for sample, one in cards.items()}
    unmeasured = dict.fromkeys((Sample.OPEN, Sample.ASSISTED), Tier.NOT_MEASURED)
    assert tiers == {Sample.VERIFIED: Tier.ABOVE, **unmeasured}


CLASSES = ((Sample.VERIFIED, "ratings"), (Sample.OPEN, "open"), (Sample.ASSISTED, "assisted"))


def test_a_grade_whose_interval_reaches_over_an_edge_says_so():
    figure = kept(48, 60)
    assert crosses(figure, [0.85])
    assert not crosses(figure, [0.5, 0.99])
    assert not crosses(card("x", "y", Cell(), beside=Beside()).figures["resolved"], [0.5])
