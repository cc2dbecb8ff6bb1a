"""The terms of performance contracts as data: indicators, weights, shares, due dates and rules of a
financial year and a type of institution, each rule with how sure it is (`methods/contracts.json`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from analytics.methods import UnknownMethod, published
from analytics.performance_contract import Direction
from feedback_service.domain.periods import Period

FILE = "contracts.json"
Name = Mapping[str, str]
"""Language -> what it is called."""


class Measured(StrEnum):
    """Where the achievement of an indicator comes from."""

    EVIDENCE = "evidence"  # proofs that were brought and accepted
    REGISTER = "register"  # counted by the service
    DECLARED = "declared"  # said by the institution, with evidence


@dataclass(frozen=True)
class Part:
    """A share of an indicator, in percent of it, due on a day of the year or once a quarter."""

    id: str
    name: Name
    share: Decimal
    due: tuple[int, int]
    quarterly: bool


@dataclass(frozen=True)
class Due:
    """One thing to be brought: a part, in a quarter where it is quarterly; `by` is the last day on
    which it is in time, `quarter` the one whose sheet it stands on."""

    part: Part
    quarter: Period
    share: Decimal
    by: date

    @property
    def key(self) -> str:
        """`display`, or `reports:Q1`."""
        return f"{self.part.id}:Q{self.quarter.quarter}" if self.part.quarterly else self.part.id


@dataclass(frozen=True)
class Indicator:
    """`weight` in points of 100; its target in `unit` for a whole year."""

    id: str
    criterion: str
    name: Name
    weight: Decimal
    target: Decimal
    unit: str
    direction: Direction
    measured: Measured
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Criterion:
    id: str
    name: Name
    weight: Decimal


@dataclass(frozen=True)
class Rule:
    """A rule that touches the sheet, in words, and how sure it is: certain, likely or unknown."""

    id: str
    confidence: str
    words: Name


@dataclass(frozen=True)
class Terms:
    """One version of a contract's terms; `method` names the version of the scale it is scored by.

    late_pct: what late evidence counts of its share; report_days: days after a quarter in which its
    report is in time; decimals: those of an achievement before it is scored.
    """

    version: str
    method: str
    criteria: tuple[Criterion, ...]
    indicators: tuple[Indicator, ...]
    rules: tuple[Rule, ...]
    late_pct: Decimal
    report_days: int
    decimals: int

    def indicator(self, name: str) -> Indicator:
        """Raises KeyError."""
        return {one.id: one for one in self.indicators}[name]

    def dues(self, indicator: Indicator, year: int) -> tuple[Due, ...]:
        """All that is to be brought in a financial year, in order of its last days."""
        found = [due for part in indicator.parts for due in self._dues(part, year)]
        return tuple(sorted(found, key=lambda due: (due.by, due.key)))

    def _dues(self, part: Part, year: int) -> list[Due]:
        quarters = [Period(year, n) for n in (1, 2, 3, 4)]
        if part.quarterly:
            grace = timedelta(days=self.report_days)
            return [Due(part, q, part.share / 4, q.end + grace) for q in quarters]
        month, day = part.due
        by = date(year if month >= 7 else year + 1, month, day)
        return [Due(part, next(q for q in quarters if by <= q.end), part.share, by)]


def terms_of(kind: str, year: int, version: str | None = None) -> Terms:
    """The terms for institutions of that type in the financial year beginning in `year`: the first
    that fit, or those of a version.  Raises UnknownMethod."""
    data = published(FILE)
    for choice in data["contracts"]:
        fits = year >= choice["from_year"] and {"*", kind} & {*choice["types"]}
        if choice["version"] == version or (version is None and fits):
            return _terms(choice, data)
    # Before the first cycle that was read its terms serve, and the sheet names their version.
    if version is None:
        return terms_of(kind, max(one["from_year"] for one in data["contracts"]))
    names = ", ".join(one["version"] for one in data["contracts"])
    raise UnknownMethod(f"contract: no terms have version {version!r}; use one of {names}")


def _terms(choice: Mapping[str, Any], data: Mapping[str, Any]) -> Terms:
    counting = data["counting"] | choice.get("counting", {})
    return Terms(
        version=choice["version"],
        method=choice["method"],
        criteria=tuple(
            Criterion(one["id"], _name(one), Decimal(one["weight"])) for one in choice["criteria"]
        ),
        indicators=tuple(_indicator(one) for one in choice.get("indicators", data["indicators"])),
        rules=tuple(_rule(name, data["rules"][name]) for name in choice["rules"]),
        late_pct=Decimal(counting["late_counts_pct"]),
        report_days=int(counting["report_days_after_quarter"]),
        decimals=int(counting["achieved_decimals"]),
    )


def _indicator(row: Mapping[str, Any]) -> Indicator:
    return Indicator(
        row["id"], row["criterion"], _name(row), Decimal(row["weight"]), Decimal(row["target"]),
        row["unit"], Direction(row["direction"]), Measured(row["measured"]),
        tuple(_part(one) for one in row["parts"]),
    )  # fmt: skip


def _part(row: Mapping[str, Any]) -> Part:
    month, day = (int(number) for number in row["due"].split("-"))
    share, quarterly = Decimal(row["share"]), bool(row.get("quarterly"))
    return Part(row["id"], _name(row), share, (month, day), quarterly)


def _rule(name: str, row: Mapping[str, str]) -> Rule:
    return Rule(name, row["confidence"], {"en": row["en"], "sw": row["sw"]})


def _name(row: Mapping[str, Any]) -> Name:
    return {"en": row["name_en"], "sw": row["name_sw"]}
