"""Scorecards on paper: the country with its map, and one institution with its quarters, set by
Typst from the same cards and the same drawings as the pages."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from analytics import charts
from analytics.charts import Chart
from analytics.indicators import DEFINITIONS
from analytics.scorecards import ASKED, Scorecard, Tier, standards
from feedback_service.domain.periods import MATURES_IN, Period
from feedback_service.reports import drawings
from feedback_service.reports.governments import Government
from feedback_service.reports.history import Quarter
from feedback_service.reports.names import Names
from feedback_service.reports.paper import pdf
from feedback_service.reports.scale import Scale
from feedback_service.reports.words import SAMPLES, SIDES, on_day, why_not
from feedback_service.scoring import Dimension, Edition

INK = "#0a6847"
COLUMNS = ("satisfaction", "charter_time_kept", "resolved_in_time", "citizen_confirmed")
"""The figures a table of rows has room for."""


@dataclass(frozen=True)
class Heading:
    """What stands on every sheet: who publishes, of which period, in which language; `counted` says
    what the indicator of the country's sheet counts."""

    owner: str
    period: Period
    lang: str
    counted: str = ""


def country(
    heading: Heading,
    found: Edition,
    names: Names,
    governments: Mapping[int, Government],
    indicator: str,
) -> bytes:
    """One indicator of all institutions, grouped by side, with the map, as an A4 document."""
    lang = heading.lang
    drawn = drawings.country(governments, found.cards, indicator, lang, "map")
    told = _LABELS[lang]["told"]
    sides: dict[str, list[list[str]]] = {words: [] for words in (*SIDES[lang].values(), told)}
    unmeasured = 0
    for card in found.cards.values():
        _, *numbers, _, side = row_of(card, indicator, lang)
        if not numbers[-1]:
            unmeasured += 1
            continue
        judged = side and side != SIDES[lang][Tier.NOT_MEASURED]
        called = names.institution(card.institution)[lang]
        sides[side if judged else told].append([called, *numbers])
    values = _sheet(heading, _LABELS[lang]["title"], any(c.simulated for c in found.cards.values()))
    return pdf(_PAGE, values | {
        "lead": _name(indicator, lang),
        "words": heading.counted,
        "standard": f"{_LABELS[lang]['standard']}: {_standard(indicator, lang) or '-'}",
        "charts": [inked(drawn)], "wide": False, "figures": [],
        "tables": [
            {"title": side, "heads": ["", *_heads(lang)[1:4]], "rows": rows}
            for side, rows in sides.items()
            if rows
        ],
        "note": _LABELS[lang]["unmeasured"].format(n=unmeasured),
    })  # fmt: skip


def institution(
    heading: Heading,
    found: Edition,
    names: Names,
    key: str,
    quarters: Sequence[Quarter],
) -> bytes:
    """Every figure of one institution, its quarters and its tables, as an A4 document."""
    lang, card = heading.lang, found.cards[key]
    spread = drawings.spread(card, lang, "spread")
    trends = [drawings.trend(quarters, name, lang, name) for name in COLUMNS]
    drawn: list[Chart] = [*([spread] if spread else []), *(t for t in trends if t.measured > 1)]
    values = _sheet(heading, names.institution(key)[lang], card.simulated)
    return pdf(_PAGE, values | {
        "lead": "", "words": "", "standard": "",
        "figures": [_heads(lang), *(of_whom(card, name, lang) for name in DEFINITIONS)],
        "charts": [inked(chart) for chart in drawn], "wide": True,
        "tables": list(_divided(found.tables.get(key, {}), names, lang)), "note": "",
    })  # fmt: skip


def row_of(card: Scorecard, indicator: str, lang: str) -> list[str]:
    """Name, value or why there is none, range, n, standard, side."""
    figure, scale = card.figures.get(indicator), Scale.of(DEFINITIONS[indicator])
    side = card.tier(indicator)
    told = [_name(indicator, lang), why_not(figure, lang), "", "", _standard(indicator, lang), ""]
    if figure is None or not figure.shown or figure.value is None:
        return told
    told[1:4] = [
        scale.words(figure.value, lang), scale.between(figure.low, figure.high, lang),
        f"{figure.n:,}",
    ]  # fmt: skip
    told[5] = SIDES[lang][side] if side else ""
    return told


def of_whom(card: Scorecard, indicator: str, lang: str) -> list[str]:
    """The row, with whose answers a survey's figure is of."""
    name, *told = row_of(card, indicator, lang)
    return [f"{name} ({SAMPLES[lang][card.sample]})" if indicator in ASKED else name, *told]


def _sheet(heading: Heading, title: str, simulated: bool) -> dict[str, Any]:
    labels = _LABELS[heading.lang]
    final = heading.period.end + MATURES_IN
    return {
        "lang": heading.lang, "title": title, "period": heading.period.label,
        "simulated": labels["simulated"] if simulated else "",
        "final": labels["final"].format(day=on_day(final, heading.lang)),
        "owner": labels["owner"].format(owner=heading.owner), "small": labels["small"],
        "read": labels["read"], "all": labels["all"], "drawn": labels["drawn"],
    }  # fmt: skip


def _heads(lang: str) -> list[str]:
    labels = _LABELS[lang]
    return [labels[key] for key in ("indicator", "value", "range", "n", "standard", "side")]


def _divided(
    tables: Mapping[Dimension, Mapping[str, Scorecard]], names: Names, lang: str
) -> Iterable[dict[str, Any]]:
    """The tables of an institution: rows that have anything to read."""
    for dimension, cards in tables.items():
        rows = []
        for key, card in cards.items():
            told = [row_of(card, name, lang) for name in COLUMNS]
            if any(row[3] for row in told):
                rows.append([names.value(dimension, key)[lang], *(row[1] for row in told)])
        if rows:
            heads = ["", *(_name(name, lang) for name in COLUMNS)]
            title = _LABELS[lang][dimension.value]
            yield {"title": title, "heads": heads, "rows": sorted(rows)}


def _name(indicator: str, lang: str) -> str:
    definition = DEFINITIONS[indicator]
    return definition.name_sw if lang == "sw" else definition.name_en


def _standard(indicator: str, lang: str) -> str:
    at = standards().get(indicator)
    return Scale.of(DEFINITIONS[indicator]).words(at.value, lang) if at else ""


def inked(chart: Chart) -> dict[str, str]:
    """A drawing with its title, in the colour of the house: paper has no stylesheet."""
    drawn = charts.svg(chart).replace('class="fill0"', f'class="fill0" fill="{INK}"')
    drawn = drawn.replace('class="beam fill0"', f'class="beam fill0" fill="{INK}"')
    return {"title": chart.title, "svg": drawn}


_LABELS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "title": "Scorecards of public institutions",
        "indicator": "Indicator",
        "value": "Figure",
        "range": "95 % interval",
        "n": "n",
        "standard": "Standard",
        "side": "Side of the standard",
        "simulated": "Simulated data: an invented quarter that describes no real institution.",
        "final": "Provisional until {day}.",
        "owner": "Published by {owner}.",
        "small": "A number that could point to fewer than 5 persons is not shown, nor is any other "
        "from which it could be worked out.",
        "read": "Institutions in one group are in the order of their names: this is no ranking.",
        "unmeasured": "{n} institutions are not measured: too few people answered, or nothing fell "
        "due. Their names and reasons are on the page.",
        "told": "Told, not judged: nobody was drawn to be asked",
        "all": "Every figure",
        "drawn": "Spread, and quarters",
        "county": "By county",
        "service": "By service",
        "service_point": "By place",
        "channel": "By channel",
        "language": "By language",
    },
    "sw": {
        "title": "Kadi za alama za taasisi za umma",
        "indicator": "Kiashiria",
        "value": "Takwimu",
        "range": "Masafa ya 95 %",
        "n": "n",
        "standard": "Kiwango",
        "side": "Upande wa kiwango",
        "simulated": "Data ya kubuni: robo ya kubuni isiyoeleza taasisi yoyote ya kweli.",
        "final": "Ya muda hadi {day}.",
        "owner": "Imechapishwa na {owner}.",
        "small": "Nambari inayoweza kuonyesha watu chini ya 5 haionyeshwi, wala nyingine "
        "inayoweza kuifichua.",
        "read": "Taasisi za kundi moja zimepangwa kwa majina: hii si orodha ya nafasi.",
        "unmeasured": "Taasisi {n} hazijapimwa: waliojibu ni wachache mno, au hakuna kilichofika "
        "tarehe. Majina na sababu ziko kwenye ukurasa.",
        "told": "Imeelezwa, haijahukumiwa: hakuna aliyechaguliwa kwa kura kuulizwa",
        "all": "Kila takwimu",
        "drawn": "Mgawanyo, na robo za mwaka",
        "county": "Kwa kaunti",
        "service": "Kwa huduma",
        "service_point": "Kwa mahali",
        "channel": "Kwa njia",
        "language": "Kwa lugha",
    },
}

# Values come in as data, so that no name is ever read as markup.
_PAGE = """
#let d = json(bytes(sys.inputs.file))
#let ink = rgb("#0a6847")
#set document(title: d.title + " " + d.period)
#set page(paper: "a4", margin: (x: 1.9cm, y: 2cm), numbering: "1 / 1", footer: context [
  #set text(8pt, fill: luma(90))
  #d.owner #d.final #h(1fr) #counter(page).display("1 / 1", both: true)])
#set text(font: "Libertinus Serif", size: 10pt, lang: d.lang)
#set par(leading: 0.58em)
#set table(stroke: (x, y) => (bottom: 0.4pt + luma(190)), inset: (x: 4pt, y: 4.5pt))
#show table.cell.where(y: 0): set text(weight: "bold", size: 8.5pt)
#show heading.where(level: 2): set text(12pt)
#text(8.5pt, fill: ink, tracking: 0.06em)[#upper(d.period)]
#v(-4pt)
= #d.title
#if d.simulated != "" [#block(fill: rgb("#fcefd4"), inset: 7pt, radius: 3pt, width: 100%)[#d.simulated]]
#if d.lead != "" [== #d.lead #h(1fr) #text(9pt, weight: "regular")[#d.standard]
#d.words]
#if d.figures.len() > 0 [== #d.all
#text(9pt)[#table(columns: (1fr, auto, auto, auto, auto, auto), align: (left, right, right, right, right, left),
  ..d.figures.flatten())]]
#if d.charts.len() > 0 and d.wide [== #d.drawn
#grid(columns: (1fr, 1fr), gutter: 14pt, ..d.charts.map(c => block(breakable: false)[
  #text(9.5pt, weight: "bold")[#c.title]\\ #image(bytes(c.svg), format: "svg", width: 100%)]))]
#if not d.wide [#align(center)[#for c in d.charts [#image(bytes(c.svg), format: "svg", width: 11.5cm)]]]
#for t in d.tables [== #t.title
#text(9pt)[#table(columns: (1fr, ..(auto,) * (t.heads.len() - 1)), align: (x, y) => if x == 0 { left } else { right },
  ..t.heads, ..t.rows.flatten())]]
#v(6pt)
#text(8.5pt, fill: luma(70))[#d.note #d.read #d.small]
"""  # noqa: E501 - a page is set line by line
