"""Frozen quarters as the desk's and the public's templates show them: figures in words, contests
with their answers, moderated scores beside what was computed."""

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from analytics.evidence.signing import key_id
from analytics.indicators import DEFINITIONS, Figure
from analytics.scorecards import Scorecard
from feedback_service.domain.periods import Period
from feedback_service.models import FrozenPeriod
from feedback_service.reports.scale import Scale
from feedback_service.reports.words import why_not
from feedback_service.scoring.frozen.contests import Contested, Moderated
from feedback_service.web.periods import in_address

NOTHING = "\u2013"


@dataclass(frozen=True)
class Quarter:
    """A frozen quarter by what identifies it; `key` is how its period stands in an address."""

    label: str
    key: str
    frozen_at: datetime
    early: bool
    reason: str
    root: str
    public_key: str
    key_id: str
    signature: str
    simulated: bool


@dataclass(frozen=True)
class Line:
    """A figure in words; `without` and `stands` where records were suspect."""

    key: str
    name: str
    computed: str
    between: str
    n: str
    without: str
    stands: str
    moderated: tuple["Score", ...]


@dataclass(frozen=True)
class Score:
    """A moderated score in words; `agreed_by` "" while it waits for the second person."""

    id: str
    value: str
    by_id: uuid.UUID
    by: str
    reason: str
    at: datetime
    agreed_by: str


@dataclass(frozen=True)
class Said:
    """A contest and its answer; `upheld` None while it waits."""

    id: str
    institution: str
    name: str
    by: str
    at: datetime
    reasons: str
    evidence: str
    answer: str
    answered_by: str
    answered_at: datetime | None
    upheld: bool | None


def quarter(row: FrozenPeriod) -> Quarter:
    key = str(row.statement["key"])
    return Quarter(
        row.period, in_address(Period.parse(row.period)), row.frozen_at, row.early, row.reason,
        row.root, key, key_id(key), row.signature, bool(row.statement["simulated"]),
    )  # fmt: skip


def lines(
    card: Scorecard, names: Collection[str], readings: Mapping[str, Mapping[str, Figure]],
    scores: list[Moderated], lang: str,
) -> list[Line]:  # fmt: skip
    """The figures of a frozen card, in the order of the definitions.

    `names` are those that were frozen: one that the card does not have is kept back, and says so.
    """
    found = []
    for name in (name for name in DEFINITIONS if name in names):
        figure, ways = card.figures.get(name), readings.get(name)
        beside = tuple(score(one, lang) for one in scores if one.row.indicator == name)
        found.append(
            Line(
                name, name_of(name, lang),
                why_not(figure, lang) or words(name, _seen(figure), lang),
                between(figure, lang), f"{figure.n:,}" if figure else NOTHING,
                words(name, _seen(ways["without"]), lang) if ways else "",
                words(name, _seen(ways["stands"]), lang) if ways else "", beside,
            )
        )  # fmt: skip
    return found


def score(one: Moderated, lang: str) -> Score:
    row = one.row
    value = words(row.indicator, row.value, lang)
    return Score(str(row.id), value, row.by_id, one.by, row.reason, row.at, one.agreed_by)


def said(one: Contested, institution: str, lang: str) -> Said:
    row = one.row
    return Said(
        str(row.id), institution, name_of(row.indicator, lang), one.by, row.at, row.reasons,
        row.evidence, row.answer, one.answered_by, row.answered_at, row.upheld,
    )  # fmt: skip


def name_of(indicator: str, lang: str) -> str:
    """What an indicator is called; its id where it was given up since."""
    definition = DEFINITIONS.get(indicator)
    if definition is None:
        return indicator
    return definition.name_sw if lang == "sw" else definition.name_en


def words(indicator: str, value: float | None, lang: str) -> str:
    definition = DEFINITIONS.get(indicator)
    if value is None or definition is None:
        return NOTHING
    # With a place more than on a card: what is contested may be small.
    if definition.unit == "share":
        return f"{100 * value:.1f} %"
    if definition.unit == "score 1-5":
        return f"{value:.2f}"
    return Scale.of(definition, [value]).words(value, lang)


def between(figure: Figure | None, lang: str) -> str:
    """The interval in words, its unit once: the value above it has said it."""
    if figure is None or figure.low is None or figure.high is None or _seen(figure) is None:
        return ""
    low, high = (words(figure.indicator, end, lang) for end in (figure.low, figure.high))
    if low[0].isdigit():
        low = low.removesuffix(" " + high.partition(" ")[2])
    return f"{low} {'hadi' if lang == 'sw' else 'to'} {high}"


def _seen(figure: Figure | None) -> float | None:
    """Nothing where the sample is too small to read, here as on a card."""
    return figure.value if figure and figure.shown else None
