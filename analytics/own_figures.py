"""An officer's figures from own cases: share, interval, case mix and what colleagues' rates would
make of the same mix (indirect standardisation).  Under 30 own cases there is no score."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from analytics.intervals import Interval, korn_graubard
from analytics.own_cases import Fact, Measure, Rule
from analytics.sheets import rounded

Stratum = tuple[str, str]
"""Kind and category of a case."""


@dataclass(frozen=True)
class Counted:
    """A fact with what its case was: kind, category, urgent or not."""

    fact: Fact
    kind: str
    category: str
    urgent: bool
    case: str


@dataclass(frozen=True)
class OwnFigure:
    """`percent` and `interval` (percent) are None under the least number of cases.

    `expected`: the percent this mix of cases would have had at the rates of the institution's other
    officers; None where too few of them are known.
    """

    measure: Measure
    hits: int
    n: int
    percent: Decimal | None
    interval: Interval | None
    expected: Decimal | None


@dataclass(frozen=True)
class Mix:
    """Own cases of one kind and category, and the urgent ones among them."""

    kind: str
    category: str
    cases: int
    urgent: int


def figures(
    counted: Iterable[Counted], officer: str, first: date, last: date, rule: Rule
) -> dict[Measure, OwnFigure]:
    """The officer's figures of a period, both days in it, beside everybody else's rates."""
    there = [one for one in counted if first <= one.fact.day <= last]
    return {measure: _figure(there, officer, measure, rule) for measure in Measure}


def mix(counted: Iterable[Counted], officer: str, first: date, last: date) -> list[Mix]:
    """Of which cases the figures speak, the most frequent first; each case once."""
    own = {
        one.case: one
        for one in counted
        if one.fact.officer == officer and first <= one.fact.day <= last
    }
    cases = Counter((one.kind, one.category) for one in own.values())
    urgent = Counter((one.kind, one.category) for one in own.values() if one.urgent)
    return [
        Mix(*stratum, n, urgent[stratum])
        for stratum, n in sorted(cases.items(), key=lambda item: (-item[1], item[0]))
    ]


def _figure(there: Sequence[Counted], officer: str, measure: Measure, rule: Rule) -> OwnFigure:
    mine = [c for c in there if c.fact.measure is measure and c.fact.officer == officer]
    others = [c for c in there if c.fact.measure is measure and c.fact.officer != officer]
    hits, n = sum(one.fact.kept for one in mine), len(mine)
    if n < rule.least:
        return OwnFigure(measure, hits, n, None, None, None)
    found = korn_graubard(hits, n)
    interval = Interval(100 * found.low, 100 * found.high) if found else None
    percent = rounded(Fraction(100 * hits, n), 2)
    return OwnFigure(measure, hits, n, percent, interval, _expected(mine, others, rule))


def _expected(mine: Sequence[Counted], others: Sequence[Counted], rule: Rule) -> Decimal | None:
    """Each stratum at the others' rate; one with too few of them at the rate of its kind, then of
    all."""
    if len(others) < rule.fewest_colleagues:
        return None
    rates = _rates(others)
    total = sum((_rate(rates, one, rule) for one in mine), Fraction(0))
    return rounded(100 * total / len(mine), 2)


def _rates(others: Sequence[Counted]) -> Mapping[Stratum, tuple[int, int]]:
    sums: dict[Stratum, tuple[int, int]] = {}
    for one in others:
        for key in ((one.kind, one.category), (one.kind, ""), ("", "")):
            hits, n = sums.get(key, (0, 0))
            sums[key] = hits + one.fact.kept, n + 1
    return sums


def _rate(rates: Mapping[Stratum, tuple[int, int]], one: Counted, rule: Rule) -> Fraction:
    for key in ((one.kind, one.category), (one.kind, "")):
        hits, n = rates.get(key, (0, 0))
        if n >= rule.fewest_colleagues:
            return Fraction(hits, n)
    hits, n = rates["", ""]
    return Fraction(hits, n)
