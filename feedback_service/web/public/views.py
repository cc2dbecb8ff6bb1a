"""Frozen values the public's templates show: figures in words, with their place on a scale.

Only public scorecards come here: what is hidden in them has no number to show.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from analytics.indicators import DEFINITIONS, Definition, Figure, Kind
from analytics.scorecards import ASKED, Scorecard, Tier, standards
from feedback_service.reports import Names
from feedback_service.reports.scale import Scale, shown_values
from feedback_service.scoring import Dimension
from feedback_service.web.texts import catalogue, say

COLUMNS = ("satisfaction", "charter_time_kept", "resolved_in_time", "citizen_confirmed")
"""The figures a table has room for."""
TOLD = "told"


@dataclass(frozen=True)
class Choice:
    """A line of a list to choose from."""

    key: str
    name: str


@dataclass(frozen=True)
class Excluded:
    """How many records a reason left out."""

    name: str
    n: int


@dataclass(frozen=True)
class Shown:
    """A figure as public/scorecard.html describes it: percent from 0 to 100, or a score 1 to 5.

    `of` is the end of the key of figure.* that says what `n` counts: answers (n) or cases; `sample`
    that of sample.* which says who was asked, None where nobody was.
    """

    key: str
    name: str
    words: str | None
    value: float | None
    low: float | None
    high: float | None
    floor: int
    top: int
    target: float | None
    between: str
    standard: str
    n: int | None
    tier: str
    of: str
    sample: str | None
    why: str | None
    counted: str
    excluded: tuple[Excluded, ...]


@dataclass(frozen=True)
class Resolution:
    """What the office says of its cases, beside what citizens say of them."""

    resolved: Shown
    confirmed: Shown
    verified: Shown
    reached: str | None
    least_verified: str | None
    most_verified: str | None
    reply: str | None
    least: str | None
    most: str | None
    silent: int | None


@dataclass(frozen=True)
class Row:
    name: str
    cells: tuple[Shown, ...]


@dataclass(frozen=True)
class Divided:
    """A card divided by a dimension."""

    key: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Indicator:
    """What an indicator counts, in words."""

    key: str
    name: str
    unit: str
    counted: str
    excluded: str
    standard: str
    version: str


def shown(card: Scorecard, indicator: str, lang: str) -> Shown:
    """A figure of a card, also one that is hidden or of which there is nothing to show."""
    definition, figure = DEFINITIONS[indicator], card.figures.get(indicator)
    standard = standards().get(indicator)
    scale = Scale.of(definition, [*shown_values([figure]), standard.value if standard else None])
    value, side = figure.value if figure and figure.shown else None, card.tier(indicator)
    low = figure.low if figure and value is not None else None
    high = figure.high if figure and value is not None else None
    return Shown(
        key=indicator,
        name=name_of(definition, lang),
        words=None if value is None else scale.words(value, lang),
        value=scale.place(value),
        low=scale.place(low),
        high=scale.place(high),
        floor=scale.floor,
        top=scale.top,
        target=scale.at(standard.value) if standard else None,
        between=scale.between(low, high, lang),
        standard=scale.words(standard.value, lang) if standard else "",
        n=figure.n if figure else None,
        tier=tier_key(side) if side else "",
        of="cases" if definition.kind is Kind.REGISTER else "n",
        sample=card.sample.value if indicator in ASKED else None,
        why=_why(figure),
        counted=_in(lang, f"counted.{indicator}", definition.counted),
        excluded=_excluded(figure, lang),
    )


def resolution(card: Scorecard, lang: str) -> Resolution:
    """The figures of resolution that stand side by side and are never mixed."""
    figure = card.figures.get("citizen_confirmed")
    detail = figure.detail if figure else {}
    called = card.figures.get("verified")
    heard = called.detail if called else {}
    return Resolution(
        shown(card, "resolved", lang),
        shown(card, "citizen_confirmed", lang),
        shown(card, "verified", lang),
        _percent(heard.get("reached")),
        _percent(heard.get("if_none_of_the_rest")),
        _percent(heard.get("if_all_of_the_rest")),
        _percent(detail.get("reply_rate")),
        _percent(detail.get("if_none_of_the_silent_agreed")),
        _percent(detail.get("if_all_of_the_silent_agreed")),
        figure.excluded.get("silent") if figure and detail else None,
    )


def divided(
    tables: Mapping[Dimension, Mapping[str, Scorecard]], names: Names, lang: str
) -> list[Divided]:
    """The tables of a card, their rows by name, what nobody said last.

    Rows without anything to read are left out: the file and the API say that they exist.
    """
    columns = tuple(name_of(DEFINITIONS[indicator], lang) for indicator in COLUMNS)
    found: list[Divided] = []
    for dimension, cards in tables.items():
        named = {key: names.value(dimension, key)[lang] for key in cards}
        order = sorted((not key, name, key) for key, name in named.items())
        rows = [Row(name, _cells(cards[key], lang)) for _, name, key in order]
        readable = tuple(row for row in rows if any(cell.words for cell in row.cells))
        found.append(Divided(dimension.value, columns, readable))
    return found


def _cells(card: Scorecard, lang: str) -> tuple[Shown, ...]:
    return tuple(shown(card, indicator, lang) for indicator in COLUMNS)


def indicators(lang: str) -> list[Indicator]:
    """Every indicator there is."""
    return [indicator(definition, lang) for definition in DEFINITIONS.values()]


def indicator(definition: Definition, lang: str) -> Indicator:
    standard = standards().get(definition.id)
    return Indicator(
        definition.id,
        name_of(definition, lang),
        definition.unit,
        _in(lang, f"counted.{definition.id}", definition.counted),
        _in(lang, f"left_out.{definition.id}", definition.excluded),
        Scale.of(definition).words(standard.value, lang) if standard else "",
        definition.version,
    )


def counted_words(lang: str) -> dict[str, tuple[str, str]]:
    """What each indicator counts and leaves out, as the pages say it."""
    told = {name: indicator(definition, lang) for name, definition in DEFINITIONS.items()}
    return {name: (one.counted, one.excluded) for name, one in told.items()}


def name_of(definition: Definition, lang: str) -> str:
    return definition.name_sw if lang == "sw" else definition.name_en


def side_of(figure: Shown) -> str:
    """The group a figure stands in: a key of tier.*, or `told` where it has a number and is not
    judged, for want of a standard or of a frame to draw from."""
    if figure.words is None:
        return tier_key(Tier.NOT_MEASURED)
    return figure.tier if figure.tier not in ("", tier_key(Tier.NOT_MEASURED)) else TOLD


def classes(card: Scorecard, lang: str) -> list[tuple[str, list[Shown]]]:
    """What each class of citizens said, the card's own first: (key of sample.*, figures); nothing
    where there is one class alone."""
    each = {card.sample: card.figures} | dict(card.beside)
    names = [d.id for d in DEFINITIONS.values() if d.id in ASKED]
    found = []
    for sample, figures in each.items():
        alone = replace(card, figures=figures, sample=sample, tiers={})
        told = [shown(alone, name, lang) for name in names]
        if any(figure.n for figure in told):
            found.append((sample.value, told))
    return found if len(found) > 1 else []


def tier_key(found: Tier) -> str:
    """The key of tier.* in the texts."""
    return found.value.replace(" ", "_")


def _why(figure: Figure | None) -> str | None:
    """The key of why.* in the texts."""
    if figure is None:
        return "hidden"
    if figure.shown:
        return None
    return "few" if figure.n else "nothing"


def _excluded(figure: Figure | None, lang: str) -> tuple[Excluded, ...]:
    given: Iterable[tuple[str, int]] = figure.excluded.items() if figure else ()
    return tuple(
        Excluded(_in(lang, f"excluded.{reason.replace(' ', '_').replace('-', '_')}", reason), many)
        for reason, many in given
    )


def _in(lang: str, key: str, otherwise: str) -> str:
    """The words of a key where the texts have them; the definition's own, in English, else."""
    return say(lang, key) if key in catalogue(lang) else otherwise


def _percent(share: float | None) -> str | None:
    return None if share is None else f"{share * 100:.0f} %"
