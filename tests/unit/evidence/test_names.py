"""Every name that figures.json can have is known, so that a pack that lacks one is found out."""

from __future__ import annotations

from dataclasses import fields

from analytics.evidence.comparing import LATER, difference
from analytics.indicators import Figure
from analytics.integrity import Reading
from analytics.scorecards import Cell
from analytics.tallies import CaseCounts, RatingCounts

AT_FIRST = """
    indicator version value low high n effective_n excluded shown why_hidden detail basis
    counted without stands
    ratings open assisted cases requests calls
    acknowledged_in_time acknowledged_late no_acknowledgement_due resolved_in_time resolved_late
    unresolved confirmed disputed silent unreached awaiting nothing_to_confirm not_upheld withdrawn
    reopened reopened_unresolved urgent_in_time urgent_late not_yet_due withdrawn_before_due
    confidential simulated days gone waiting
    score_1 score_2 score_3 score_4 score_5 on_time late cost_kept paid_more courteous discourteous
    paid_extra_said paid_extra_kes no_problem problem_reported problem_unreported problem_unsaid
    problem_unasked incomplete clusters
"""


def test_whoever_adds_a_name_to_the_figures_says_that_older_packs_lack_it() -> None:
    kinds = (Figure, Reading, Cell, CaseCounts, RatingCounts)
    names = {one.name for kind in kinds for one in fields(kind)}
    assert names - set(AT_FIRST.split()) <= LATER["evidence-1"]


def test_what_was_left_out_of_the_frozen_figures_is_a_difference() -> None:
    again = {"classes": {"open": {"resolved": {"n": 3, "value": 0.5}, "courtesy": {"n": 0}}}}
    assert difference({"classes": {"open": {"courtesy": {"n": 0}}}}, again) == (
        "classes.open.resolved is left out"
    )
    assert difference({"classes": {}}, again) == "classes.open is left out"
    later = {"classes": {"open": {"resolved": {"n": 3}, "courtesy": {"n": 0}}}}
    assert difference(later, again) == "classes.open.resolved.value is left out"
    assert difference(again, again) == ""
    assert difference(later, again, frozenset({"value"})) == "", "a pack of an older release"
