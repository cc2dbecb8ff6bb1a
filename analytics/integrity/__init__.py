"""Signs that a figure was made rather than earned: which records, why, and what is left of the
figure without them.  A sign removes nothing by itself; people review it."""

from analytics.integrity.facts import (
    Declared,
    Finding,
    Handled,
    Move,
    Quarter,
    Rated,
    Records,
    Signal,
)
from analytics.integrity.looking import counting, judging, look
from analytics.integrity.parameters import Parameters, parameters
from analytics.integrity.reading import (
    Maker,
    Reading,
    Review,
    Suspects,
    Suspicion,
    less_favourable,
    readings,
    standing,
    undone,
)
from analytics.integrity.shares import Count

__all__ = [
    "Count",
    "Declared",
    "Finding",
    "Handled",
    "Maker",
    "Move",
    "Parameters",
    "Quarter",
    "Rated",
    "Reading",
    "Records",
    "Review",
    "Signal",
    "Suspects",
    "Suspicion",
    "counting",
    "judging",
    "less_favourable",
    "look",
    "parameters",
    "readings",
    "standing",
    "undone",
]
