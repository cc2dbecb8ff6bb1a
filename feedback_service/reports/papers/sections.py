"""The parts that papers share: the country's figures, sides, maps, moves, bodies, what is not
measured, how it is counted."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from analytics.charts import Chart
from analytics.indicators import DEFINITIONS, Figure
from analytics.scorecards import ASKED, Scorecard, Tier, standards
from feedback_service.reports import drawings as charts_of
from feedback_service.reports.papers.blocks import (
    Block,
    drawings,
    heading,
    note,
    points,
    table,
    text,
)
from feedback_service.reports.papers.gathering import TRENDS, Gathered
from feedback_service.reports.papers.moving import TOLD, moves
from feedback_service.reports.papers.words import says
from feedback_service.reports.scale import Scale
from feedback_service.reports.scorecard_paper import of_whom, row_of
from feedback_service.reports.words import SIDES

MARK = "*"
ORDER = (Tier.ABOVE, Tier.NOT_SEPARABLE, Tier.BELOW, Tier.NOT_MEASURED)


def name_of(indicator: str, lang: str) -> str:
    definition = DEFINITIONS[indicator]
    return definition.name_sw if lang == "sw" else definition.name_en


def country(gathered: Gathered, lang: str, indicators: Iterable[str]) -> list[Block]:
    """The whole country's figures; it has no side, and so none is printed."""
    rows = [of_whom(gathered.found.whole, name, lang)[:5] for name in indicators]
    return [
        heading(says(lang, "country")),
        table(_heads(lang, "indicator", "value", "range", "n", "standard"), rows),
        note(says(lang, "whole_words")),
    ]


def sides(
    cards: Mapping[str, Scorecard], lang: str, indicators: Iterable[str], title: str = "sides"
) -> list[Block]:
    """How many bodies stand on each side of each standard; every body in exactly one."""
    rows = []
    for name in indicators:
        counted = Counter(card.tier(name) for card in cards.values())
        rows.append([name_of(name, lang), *(f"{counted[side]:,}" for side in ORDER)])
    heads = [says(lang, "indicator"), *(SIDES[lang][side] for side in ORDER)]
    return [heading(says(lang, title)), table(heads, rows)]


def maps(gathered: Gathered, lang: str, indicators: Sequence[str], width: int = 100) -> list[Block]:
    """A map for each of these figures."""
    drawn = [
        charts_of.country(gathered.governments, gathered.found.cards, name, lang, f"map-{name}")
        for name in indicators
    ]
    found: list[Block] = [heading(says(lang, "map"))]
    return [*found, drawings(drawn, across=min(2, len(drawn)), width=width)]


def mapped(gathered: Gathered) -> list[str]:
    """The figures of which a map shows most counties, the fullest first."""
    held = [one.id for one in gathered.governments.values()]

    def measured(name: str) -> int:
        cards = [gathered.found.cards[key] for key in held if key in gathered.found.cards]
        return sum(card.tier(name) not in (None, Tier.NOT_MEASURED) for card in cards)

    return sorted(TRENDS, key=lambda name: -measured(name))


def trends(quarters: Sequence[object], drawn: Iterable[Chart], lang: str) -> list[Block]:
    """Drawings of quarters, where there are two at least."""
    shown = list(drawn)
    if len(quarters) < 2 or not shown:
        return []
    return [heading(says(lang, "trend")), drawings(shown)]


def moved(gathered: Gathered, lang: str, most: int = TOLD) -> list[Block]:
    """The moves that are told, in sentences."""
    before = gathered.period.previous().label
    found = moves(gathered)[:most]
    told: list[Block] = [heading(says(lang, "moves"))]
    known = any(figure.n for figure in gathered.before.whole.figures.values())
    said = "moves_words" if found else "no_moves" if known else "no_before"
    told.append(text(says(lang, said, period=before)))
    if gathered.changed and known:
        told.append(note(says(lang, "changed", period=before)))
    sentences = []
    for one in found:
        scale = Scale.of(DEFINITIONS[one.indicator])
        rose = (one.now.value or 0) > (one.then.value or 0)
        sentences.append(
            says(
                lang, "move", who=gathered.name(one.institution, lang),
                what=name_of(one.indicator, lang), way=says(lang, "rose" if rose else "fell"),
                then=_with_range(scale, one.then, lang), now=_with_range(scale, one.now, lang),
                judged=says(lang, "better" if one.better else "worse"),
            )
        )  # fmt: skip
    return [*told, points(sentences)] if sentences else told


def by_side(gathered: Gathered, lang: str, indicator: str) -> list[Block]:
    """All bodies that have the figure, by the side on which they stand."""
    groups: dict[str, list[list[str]]] = {}
    told = says(lang, "told")
    for key, card in gathered.found.cards.items():
        row = row_of(card, indicator, lang)
        if not row[3]:
            continue
        judged = row[5] and row[5] != SIDES[lang][Tier.NOT_MEASURED]
        groups.setdefault(row[5] if judged else told, []).append(
            [gathered.name(key, lang), *row[1:4]]
        )
    heads = _heads(lang, "institution", "value", "range", "n")
    found: list[Block] = [heading(name_of(indicator, lang), 3)]
    for side in [*(SIDES[lang][one] for one in ORDER), told]:
        if side in groups:
            found += [note(side), table(heads, groups[side])]
    return found if len(found) > 1 else []


def unmeasured(gathered: Gathered, lang: str) -> list[Block]:
    """The bodies of which nothing can be held against any standard, and why."""
    rows = []
    for key, card in gathered.found.cards.items():
        sides_of = {card.tier(name) for name in standards()}
        if sides_of <= {Tier.NOT_MEASURED}:
            rows.append([gathered.name(key, lang), _why(card, lang)])
    heads = _heads(lang, "institution", "why")
    return [
        heading(says(lang, "unmeasured")),
        text(says(lang, "unmeasured_words", n=len(rows))),
        *([table(heads, rows, left=(1,))] if rows else []),
    ]


def how_counted(gathered: Gathered, lang: str) -> list[Block]:
    """What every indicator counts and leaves out, in the words of the pages."""
    found: list[Block] = [heading(says(lang, "counted"))]
    for name, definition in DEFINITIONS.items():
        counts, leaves_out = gathered.counted[lang][name]
        version = says(lang, "version", version=definition.version)
        found += [
            heading(f"{name_of(name, lang)} ({version})", 3),
            text(f"{counts}.", f"{says(lang, 'leaves_out')}: {leaves_out}." if leaves_out else ""),
        ]
    return found


def every_figure(card: Scorecard, lang: str) -> Block:
    """All indicators of one body; one sentence where nothing at all was counted of it."""
    if not any(figure is None or figure.n for figure in map(card.figures.get, DEFINITIONS)):
        return text(says(lang, "nothing_of_it", n=len(DEFINITIONS)))
    heads = _heads(lang, "indicator", "value", "range", "n", "standard", "side")
    return table(heads, [of_whom(card, name, lang) for name in DEFINITIONS], left=(5,))


def told_first(named: Iterable[tuple[str, Scorecard]], lang: str, first: str) -> list[Block]:
    """The first figures of several cards, one a row under its name; those of citizens who were not
    drawn by lot are marked, and the mark is explained."""
    rows = [[name, *(_told(card, each, lang) for each in TRENDS)] for name, card in named]
    heads = [says(lang, first), *(name_of(name, lang) for name in TRENDS)]
    marked = any(cell.endswith(MARK) for row in rows for cell in row[1:])
    made = table(heads, rows, even=True)
    return [made, note(f"{MARK} {says(lang, 'told')}.")] if marked else [made]


def _told(card: Scorecard, name: str, lang: str) -> str:
    row = row_of(card, name, lang)
    if not row[3]:
        return row[1]
    value = f"{row[1]} ({row[2]})" if row[2] else row[1]
    return value if card.measured(name) or name not in ASKED else f"{value} {MARK}"


def _with_range(scale: Scale, figure: Figure, lang: str) -> str:
    value = scale.words(figure.value or 0, lang)
    return f"{value} ({scale.between(figure.low, figure.high, lang)})"


def _why(card: Scorecard, lang: str) -> str:
    """The strongest thing that is known: kept back, too few, nothing."""
    figures = [card.figures.get(name) for name in standards()]
    if any(one is None for one in figures):
        return says(lang, "hidden")
    if any(one.n for one in figures if one):
        return says(lang, "few")
    return says(lang, "nothing")


def _heads(lang: str, *keys: str) -> list[str]:
    return [says(lang, key) for key in keys]
