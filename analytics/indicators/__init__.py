"""The indicators a service is held to: what each counts and leaves out, and the figure with its
sample, interval and exclusions.  A new way of counting is a new version of its definition."""

from analytics.indicators.called import call_figures
from analytics.indicators.definitions import (
    DEFINITIONS,
    EVERY_VERSION,
    FEWEST_ANSWERS,
    Definition,
    Figure,
    Kind,
)
from analytics.indicators.register import (
    FEWEST_QUARTERS,
    History,
    case_figures,
    redress_figures,
    request_figures,
)
from analytics.indicators.survey import designs_of, rating_figures, visit_figures
from analytics.indicators.waits import cost_without_prices, per_visit_figures, wait_figures

SURVEYED = ("satisfaction", "charter_time_kept", "cost_kept", "courtesy")
REGISTERED = ("acknowledged_in_time", "resolved", "resolved_in_time", "citizen_confirmed")
VERIFIED = ("verified",)
"""Known of institutions as a whole, never of a division: the draw is theirs."""
BESIDE_VISITS = ("hidden_problems", "extra_paid")
REDRESS = ("reopened", "urgent_in_time")
WAITS = ("median_days", "p90_days", "backlog_days")
BESIDE_CASES = ("cases_per_1000_visits", "cost_per_confirmed")
REQUESTED = ("requests_answered", "requests_in_time")

__all__ = [
    "BESIDE_CASES",
    "BESIDE_VISITS",
    "DEFINITIONS",
    "EVERY_VERSION",
    "FEWEST_ANSWERS",
    "FEWEST_QUARTERS",
    "REDRESS",
    "REGISTERED",
    "REQUESTED",
    "SURVEYED",
    "VERIFIED",
    "WAITS",
    "Definition",
    "Figure",
    "History",
    "Kind",
    "call_figures",
    "case_figures",
    "cost_without_prices",
    "designs_of",
    "per_visit_figures",
    "rating_figures",
    "redress_figures",
    "request_figures",
    "visit_figures",
    "wait_figures",
]
