"""How long citizens wait, and what stands beside a score without being one: figures that are shown
and never scored, because an office could better them by refusing to record."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from analytics.indicators.definitions import Figure, figure
from analytics.indicators.register import waiting_of
from analytics.intervals import Interval
from analytics.survival import Quantile, kaplan_meier, quantile
from analytics.tallies import CaseCounts, Histogram

QUANTILES = {"median_days": 0.5, "p90_days": 0.9}


def wait_figures(counts: CaseCounts, today: date | None) -> dict[str, Figure]:
    """The figures of `WAITS`, by id: days from receipt to the answer that stands, by the
    citizen's calendar, no pause taken off; and how old is what stands open `today`."""
    if today is None and counts.waiting:
        why = "the day up to which cases were followed is not known"
        backlog = {"backlog_days": sum(counts.waiting.values())}
        known = dict.fromkeys(QUANTILES, counts.due) | backlog
        return {name: figure(name, None, None, n, {}, why_hidden=why) for name, n in known.items()}
    answered, open_for = _whole(counts.days), _ages(counts.waiting, today or date.min)
    steps = kaplan_meier(answered, _added(open_for, _whole(counts.gone)))
    left_out = waiting_of(counts)
    figures = {
        name: _days(name, quantile(steps, share), counts, left_out)
        for name, share in QUANTILES.items()
    }
    return figures | {"backlog_days": _backlog(counts, open_for, left_out)}


COST_PARTS = 10_000
"""What messages cost is counted in these parts of a shilling, so that sums are exact."""


def per_visit_figures(counts: CaseCounts, visits: int | None) -> dict[str, Figure]:
    """The figures of `BESIDE_CASES`, by id: complaints per 1,000 visits of the feed, and what a
    confirmed solution cost; None where no visits are fed, or no cost is known."""
    waiting = waiting_of(counts)
    rate = 1000 * counts.due / visits if visits else None
    return {
        "cases_per_1000_visits": figure(
            "cases_per_1000_visits", rate, None, counts.due, waiting,
            why_hidden=None if visits else "no visits are fed",
        ),
        "cost_per_confirmed": _cost(counts, waiting),
    }  # fmt: skip


def cost_without_prices(counts: CaseCounts) -> Figure:
    """The cost of a solution under version 1, when no prices were kept beside the tallies."""
    rest = waiting_of(counts) | {"not confirmed": counts.due - counts.confirmed}
    found = figure(
        "cost_per_confirmed", None, None, counts.confirmed, rest, why_hidden="no costs are known"
    )
    return replace(found, version="1")


def _cost(counts: CaseCounts, waiting: dict[str, int]) -> Figure:
    """Of the cases whose every message has a price: those that never led to a solution are paid
    for by those that did."""
    confirmed = counts.confirmed - counts.unpriced_confirmed
    priced = counts.due - counts.unpriced
    spent = counts.messages_cost / COST_PARTS
    why = "no solution was confirmed" if counts.messages_cost else "no costs are known"
    known = bool(confirmed and counts.messages_cost)
    return figure(
        "cost_per_confirmed", spent / confirmed if known else None, None, confirmed,
        waiting | {"price not known": counts.unpriced, "not confirmed": priced - confirmed},
        detail={"all_messages": spent, "a_case": spent / priced} if known else {},
        why_hidden=None if known else why, basis="exact: every priced message is counted",
    )  # fmt: skip


def _days(name: str, found: Quantile, counts: CaseCounts, left_out: Mapping[str, int]) -> Figure:
    answered = sum(counts.days.values())
    detail = {"answered": answered / counts.due} if counts.due else {}
    value = None if found.days is None else float(found.days)
    interval = _interval(found)
    if counts.due and value is None:
        why: str | None = "not reached: too many still wait"
    else:
        why = None
    if interval is not None:
        basis = "Kaplan and Meier, open cases censored; Brookmeyer and Crowley"
    else:
        basis = "Kaplan and Meier, open cases censored; the interval is open above"
    return figure(
        name, value, interval, counts.due, left_out, detail=detail, why_hidden=why, basis=basis
    )


def _interval(found: Quantile) -> Interval | None:
    if found.low is None or found.high is None:
        return None
    return Interval(float(found.low), float(found.high))


def _backlog(counts: CaseCounts, ages: Mapping[int, int], left_out: dict[str, int]) -> Figure:
    """Half of the cases open past their date are at least as old."""
    n = sum(ages.values())
    old = {f"over_{days}_days": _older(ages, days) for days in (30, 90)}
    return figure(
        "backlog_days", _middle(ages, n), None, n, left_out | {"not open": counts.due - n},
        detail={name: many / n for name, many in old.items()} if n else {},
        basis="exact: every open case is counted",
    )  # fmt: skip


def _middle(ages: Mapping[int, int], n: int) -> float | None:
    seen = 0
    for age in sorted(ages):
        seen += ages[age]
        if 2 * seen >= n:
            return float(age)
    return None


def _older(ages: Mapping[int, int], days: int) -> int:
    return sum(many for age, many in ages.items() if age > days)


def _ages(waiting: Histogram, today: date) -> dict[int, int]:
    ages: dict[int, int] = {}
    for since, many in waiting.items():
        age = max(0, today.toordinal() - int(since))
        ages[age] = ages.get(age, 0) + many
    return ages


def _whole(histogram: Histogram) -> dict[int, int]:
    return {int(days): many for days, many in histogram.items()}


def _added(one: Mapping[int, int], other: Mapping[int, int]) -> dict[int, int]:
    return {days: one.get(days, 0) + other.get(days, 0) for days in {**one, **other}}
