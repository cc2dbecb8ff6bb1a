"""Scorecards as plain values: one line for each figure, the source of the CSV file and the API."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from analytics.indicators import DEFINITIONS, VERIFIED
from analytics.scorecards import ASKED, Scorecard, standards
from feedback_service.reports.names import Names
from feedback_service.scoring import Dimension

Tables = Mapping[Dimension, Mapping[str, Scorecard]]


@dataclass(frozen=True)
class Line:
    """One figure of one scorecard.  `by` and `key` are empty for an institution as a whole.

    `hidden` says that the number could tell of single persons: then all numbers are empty.
    `sample` is the class of ratings a survey's figure is of; classes are never added.
    """

    period: str
    institution: str
    institution_name: str
    by: str
    key: str
    key_name: str
    indicator: str
    version: str
    unit: str
    value: float | None
    low: float | None
    high: float | None
    n: int | None
    effective_n: float | None
    standard: float | None
    tier: str
    hidden: bool
    why: str
    simulated: bool
    sample: str


COLUMNS = tuple(field.name for field in fields(Line))
DECIMALS = 4
HIDDEN = "hidden: it could tell of single persons"


def lines(card: Scorecard, tables: Tables, names: Names, lang: str = "en") -> Iterator[Line]:
    """The lines of a card, then those of the tables it is divided into."""
    yield from _of_card(card, card, "", "", "", names, lang)
    for dimension, rows in tables.items():
        for key, row in rows.items():
            name = names.value(dimension, key)[lang]
            yield from _of_card(row, card, dimension, key, name, names, lang)


def as_csv(found: Iterable[Line]) -> str:
    """The lines as RFC 4180 text with a header."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for line in found:
        writer.writerow(_cell(value) for value in asdict(line).values())
    return text.getvalue()


def figure_values(card: Scorecard, indicator: str) -> dict[str, Any]:
    """A figure of a card as the API says it, rounded as the file rounds it.

    An indicator that is shown and never judged has neither standard nor tier.
    """
    figure, definition = card.figures[indicator], DEFINITIONS[indicator]
    side = card.tier(indicator)
    return {
        "value": _round(figure.value),
        "low": _round(figure.low),
        "high": _round(figure.high),
        "n": figure.n,
        "effective_n": _round(figure.effective_n),
        "unit": definition.unit,
        "kind": definition.kind.value,
        "version": figure.version,
        "standard": _standard(indicator),
        "tier": side.value if side else "",
        "shown": figure.shown,
        "why_hidden": figure.why_hidden,
        "excluded": dict(figure.excluded),
        "detail": {name: _round(share) for name, share in figure.detail.items()},
        "basis": figure.basis,
        "sample": card.sample.value if indicator in ASKED else "",
    }


def beside_values(card: Scorecard) -> dict[str, dict[str, dict[str, Any]]]:
    """The survey's figures of the other classes of ratings: class -> indicator -> figure."""
    return {
        sample.value: {
            name: figure_values(replace(card, figures=figures, sample=sample), name)
            for name in figures
        }
        for sample, figures in card.beside.items()
    }


def _of_card(
    row: Scorecard, card: Scorecard, by: str, key: str, key_name: str, names: Names, lang: str
) -> Iterator[Line]:
    for indicator, definition in DEFINITIONS.items():
        if by and indicator in VERIFIED:
            continue
        figure = row.figures.get(indicator)
        told = figure_values(row, indicator) if figure else {}
        yield Line(
            period=row.period,
            institution=card.institution,
            institution_name=names.institution(card.institution)[lang],
            by=by,
            key=key,
            key_name=key_name,
            indicator=indicator,
            version=definition.version,
            unit=definition.unit,
            value=told.get("value"),
            low=told.get("low"),
            high=told.get("high"),
            n=told.get("n"),
            effective_n=told.get("effective_n"),
            standard=_standard(indicator),
            tier=told.get("tier", ""),
            hidden=figure is None,
            why=HIDDEN if figure is None else figure.why_hidden or "",
            simulated=row.simulated,
            sample=row.sample.value if indicator in ASKED else "",
        )


def _standard(indicator: str) -> float | None:
    known = standards().get(indicator)
    return known.value if known else None


def _round(value: float | None) -> float | None:
    return None if value is None else round(value, DECIMALS)


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else value
