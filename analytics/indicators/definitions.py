"""Indicators as versioned data, and the figure each one gives: with its sample, interval and
exclusions.  A new way of counting is a new version of its definition."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from analytics.intervals import Interval
from analytics.methods import published

# Below this many effective answers a survey figure is kept for sums and not shown.
FEWEST_ANSWERS = 30


class Kind(StrEnum):
    SURVEY = "survey"  # a sample of citizens: the interval is what was not asked
    REGISTER = "register"  # every case: the count is exact, the interval is period to period


@dataclass(frozen=True)
class Definition:
    """One version of an indicator.

    `unit`: `share` (0 to 1), `score 1-5`, `days`, `per 100 visits`, `per 1,000 visits` or `KES`.
    `better`: which way is better, `higher`, `lower`, or `neither` where it is only shown; `scored`
    says whether it is held against a standard.  `family` names the records it counts.
    """

    id: str
    version: str
    kind: Kind
    unit: str
    name_en: str
    name_sw: str
    counted: str
    excluded: str
    family: str = ""
    better: str = "higher"
    scored: bool = True
    formula: str = ""
    source: str = ""


@dataclass(frozen=True)
class Figure:
    """An indicator's value in its unit, None where nothing was counted.

    `n` is the printed denominator and `effective_n` that over the design effect; `excluded` is how
    many each reason left out.  Where `shown` is False no tier and no public page may use it.
    `detail` holds further shares of the same records, by name.  `basis` says in English what the
    interval rests on.
    """

    indicator: str
    version: str
    value: float | None
    low: float | None
    high: float | None
    n: int
    effective_n: float
    excluded: Mapping[str, int]
    shown: bool
    why_hidden: str | None
    detail: Mapping[str, float] = field(default_factory=dict)
    basis: str = ""


EVERY_VERSION: tuple[Definition, ...] = tuple(
    Definition(**(row | {"kind": Kind(row["kind"])}))
    for row in published("indicators.json")["indicators"]
)
"""Superseded ones too, each before the version that took its place."""
DEFINITIONS: Mapping[str, Definition] = {row.id: row for row in EVERY_VERSION}


def figure(
    name: str,
    value: float | None,
    interval: Interval | None,
    n: int,
    left_out: Mapping[str, int],
    *,
    effective_n: float | None = None,
    detail: Mapping[str, float] | None = None,
    why_hidden: str | None = None,
    basis: str = "",
) -> Figure:
    """The figure of an indicator in its version in use; hidden where a sample is too small, where
    there is nothing to count, or for the reason given."""
    definition = DEFINITIONS[name]
    effective = n if effective_n is None else effective_n
    why = why_hidden or _why_hidden(definition.kind, effective)
    return Figure(
        indicator=name,
        version=definition.version,
        value=value,
        low=interval.low if interval else None,
        high=interval.high if interval else None,
        n=n,
        effective_n=effective,
        excluded=left_out,
        shown=why is None,
        why_hidden=why,
        detail=detail or {},
        basis=basis,
    )


def _why_hidden(kind: Kind, effective_n: float) -> str | None:
    if kind is Kind.SURVEY and effective_n < FEWEST_ANSWERS:
        return f"fewer than {FEWEST_ANSWERS} answers"
    return None if effective_n else "nothing to count"
