"""What the register knows of complaints and requests for information: exact counts, whose interval
is how much they vary from quarter to quarter."""

from collections.abc import Mapping, Sequence
from math import sqrt

from analytics.indicators.definitions import Figure, figure
from analytics.indicators.survey import sampled
from analytics.intervals import Z95, Design, Interval, score_interval, t_quantile, wilson
from analytics.tallies import CaseCounts

FEWEST_QUARTERS = 4
"""Quarters before this one that are needed to say how much a figure varies."""

History = Sequence[CaseCounts]
"""The same kind of cases in the quarters before, in any order."""


def case_figures(counts: CaseCounts, deff: float = 1.0, history: History = ()) -> dict[str, Figure]:
    """The figures of `REGISTERED`, by id; `deff` touches only what citizens answered."""
    exact = {name: registered(name, counts, history) for name in _COMPLAINTS}
    return exact | {"citizen_confirmed": _confirmed(counts, deff)}


def redress_figures(counts: CaseCounts, history: History = ()) -> dict[str, Figure]:
    """The figures of `REDRESS`, by id: what else is known of complaints."""
    return {name: registered(name, counts, history) for name in ("reopened", "urgent_in_time")}


def request_figures(counts: CaseCounts, history: History = ()) -> dict[str, Figure]:
    """The figures of `REQUESTED`, by id, of requests for information."""
    names = ("requests_answered", "requests_in_time")
    return {name: registered(name, counts, history) for name in names}


def registered(name: str, counts: CaseCounts, history: History = ()) -> Figure:
    """One share of the register."""
    hits, n, left_out = parts(name, counts)
    before = [one for one in (_share_of(name, quarter) for quarter in history) if one[1]]
    interval, basis = _period_to_period(hits, n, before)
    return figure(name, hits / n if n else None, interval, n, left_out, basis=basis)


def parts(name: str, counts: CaseCounts) -> tuple[int, int, dict[str, int]]:
    """Numerator, denominator and exclusions of a share of the register."""
    c, waiting = counts, waiting_of(counts)
    urgent = c.urgent_in_time + c.urgent_late
    more = {
        "acknowledged_in_time": {"no promised moment": c.no_acknowledgement_due},
        "reopened": {"never answered": c.unresolved - c.reopened_unresolved},
        "urgent_in_time": {"not urgent": c.due - urgent},
    }
    return *_share_of(name, counts), waiting | more.get(name, {})


def _share_of(name: str, c: CaseCounts) -> tuple[int, int]:
    match name:
        case "acknowledged_in_time":
            return c.acknowledged_in_time, c.acknowledged_in_time + c.acknowledged_late
        case "resolved_in_time" | "requests_in_time":
            return c.resolved_in_time, c.due
        case "reopened":
            return c.reopened, c.resolved + c.reopened_unresolved
        case "urgent_in_time":
            return c.urgent_in_time, c.urgent_in_time + c.urgent_late
    return c.resolved, c.due


_COMPLAINTS = ("acknowledged_in_time", "resolved", "resolved_in_time")


def waiting_of(counts: CaseCounts) -> dict[str, int]:
    """Cases of the cohort that no figure judges."""
    return {
        "not yet due": counts.not_yet_due,
        "withdrawn before due": counts.withdrawn_before_due,
    }


def spread_between(quarters: Sequence[tuple[int, int]]) -> float:
    """How much more shares vary between quarters than equal chances would, at least 1: Pearson's
    chi-squared over its degrees of freedom (overdispersed binomial)."""
    hits, n = sum(x for x, _ in quarters), sum(many for _, many in quarters)
    if len(quarters) < 2 or hits in (0, n):
        return 1.0
    usual = hits / n
    apart = sum((x - many * usual) ** 2 / many for x, many in quarters)
    return max(1.0, apart / (usual * (1 - usual)) / (len(quarters) - 1))


def _period_to_period(
    hits: int, n: int, before: Sequence[tuple[int, int]]
) -> tuple[Interval | None, str]:
    """The count itself is exact; the interval is for the share that such quarters vary about.

    How much they vary is read from the quarters before alone: this one's own distance would widen
    its interval just where it is far off.
    """
    if not n:
        return None, ""
    if len(before) < FEWEST_QUARTERS:
        said = f"{len(before)} of {FEWEST_QUARTERS} quarters known: as if cases were independent"
        return wilson(hits, n), said
    spread = spread_between(before)
    reach = t_quantile(len(before) - 1) if spread > 1 else Z95
    said = f"varies {sqrt(spread):.2f} times as chance alone in the {len(before)} quarters before"
    return score_interval(hits / n, n / spread, reach), said


def _confirmed(counts: CaseCounts, deff: float) -> Figure:
    """Silence is not a yes: who did not reply, or was never reached, is outside the share and
    bounds it from both sides."""
    answered = counts.confirmed + counts.disputed
    mute = counts.silent + counts.unreached
    of: Mapping[str, tuple[int, int]] = {
        "reply_rate": (answered, answered + counts.silent),
        "if_none_of_the_silent_agreed": (counts.confirmed, answered + mute),
        "if_all_of_the_silent_agreed": (counts.confirmed + mute, answered + mute),
    }
    left_out = waiting_of(counts) | {
        "silent": counts.silent,
        "unreached": counts.unreached,
        "may still answer": counts.awaiting,
        "unresolved": counts.nothing_to_confirm,
        "not upheld": counts.not_upheld,
        "withdrawn": counts.withdrawn,
    }
    detail = {name: many / all_ for name, (many, all_) in of.items() if all_}
    return sampled(
        "citizen_confirmed", counts.confirmed, answered, left_out, Design(deff), detail
    )  # fmt: skip
