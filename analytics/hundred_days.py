"""A target of a hundred days (Rapid Results Initiative) held against an indicator's figure: by its
interval, never by the point alone."""

from enum import StrEnum

from analytics.indicators import DEFINITIONS, REDRESS, REGISTERED, REQUESTED, SURVEYED, Figure

DAYS = 100
OFFERED = (
    *SURVEYED, *REGISTERED, *REDRESS, *REQUESTED, "hidden_problems", "median_days", "p90_days",
)  # fmt: skip
"""Indicators that have a better side and an interval, and are counted day by day."""
_ENDS = {"share": (0.0, 1.0), "score 1-5": (1.0, 5.0), "per 100 visits": (0.0, 100.0)}


class Verdict(StrEnum):
    MET = "met"
    NOT_MET = "not_met"
    NOT_DECIDED = "not_decided"  # the interval holds the target, or nothing stood before it
    NOT_MEASURED = "not_measured"


def verdict(indicator: str, target: float, figure: Figure | None, *, stood: bool = True) -> Verdict:
    """Met where the whole interval has reached the target, not met where none of it has.  Where no
    figure `stood` beside it when it was set, nobody can say that it asked for more: not decided."""
    if figure is None or not figure.shown or figure.low is None or figure.high is None:
        return Verdict.NOT_MEASURED
    if not stood:
        return Verdict.NOT_DECIDED
    if DEFINITIONS[indicator].better == "lower":
        met, missed = figure.high <= target, figure.low > target
    else:
        met, missed = figure.low >= target, figure.high < target
    return Verdict.MET if met else Verdict.NOT_MET if missed else Verdict.NOT_DECIDED


def is_possible(indicator: str, target: float) -> bool:
    """Whether the indicator can have that value."""
    low, high = _ENDS.get(DEFINITIONS[indicator].unit, (0.0, float("inf")))
    return low <= target <= high


def is_better(indicator: str, target: float, now: float) -> bool:
    """Whether the target asks for more than there is."""
    return target < now if DEFINITIONS[indicator].better == "lower" else target > now
