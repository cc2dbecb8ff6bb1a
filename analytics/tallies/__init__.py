"""Ratings and cases as facts, and as tallies that can be added: counted here one by one, or by a
GROUP BY elsewhere that fills the same names.  Figures are made from tallies only."""

from analytics.tallies.counting import (
    answers,
    case_cells,
    count_cases,
    count_ratings,
    rating_cells,
)
from analytics.tallies.counts import QUESTIONS, SUMS, CaseCounts, Histogram, RatingCounts, Tally
from analytics.tallies.facts import CaseFact, Cohort, RatingFact, day_of

__all__ = [
    "QUESTIONS",
    "SUMS",
    "CaseCounts",
    "CaseFact",
    "Cohort",
    "Histogram",
    "RatingCounts",
    "RatingFact",
    "Tally",
    "answers",
    "case_cells",
    "count_cases",
    "count_ratings",
    "day_of",
    "rating_cells",
]
