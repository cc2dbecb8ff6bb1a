"""Charts as SVG text from plain values: lines, points, bars, bodies, trends, a map of the counties.

Each has a title, a description and the table of its numbers, reads without colour (strokes and
marks differ) and follows the page's ink, light or dark. Words are the caller's, in any language.
"""

from html import escape

from analytics.charts.atlas import CREDIT
from analytics.charts.bar_drawing import bars
from analytics.charts.chart_tables import Chart, table
from analytics.charts.dot_drawing import dots
from analytics.charts.line_drawing import lines
from analytics.charts.map_drawing import country
from analytics.charts.map_values import Map, Place
from analytics.charts.more_values import Dot, Dots, Moment, Trend
from analytics.charts.trend_drawing import trend
from analytics.charts.values import (
    SIZE,
    WIDTH,
    Axis,
    Bar,
    Bars,
    Guide,
    Lines,
    Point,
    Series,
    Unit,
    ticks,
    written,
)

STYLE = (
    ".chart{margin:1rem 0;max-width:34rem}.chart svg{width:100%;height:auto;display:block}"
    ".chart text{font:12px system-ui,sans-serif;fill:currentColor}"
    ".chart .grid{stroke:currentColor;opacity:.18}.chart .guide{opacity:.75}"
    ".chart .line0,.chart .line1,.chart .line2,.chart .line3{stroke-width:2}"
    ".chart .line0{stroke:var(--c0,currentColor)}.chart .line1{stroke:var(--c1,currentColor)}"
    ".chart .line2{stroke:var(--c2,currentColor)}.chart .line3{stroke:var(--c3,currentColor)}"
    ".chart .fill0{fill:var(--c0,currentColor)}.chart .fill1{fill:var(--c1,currentColor)}"
    ".chart .fill2{fill:var(--c2,currentColor)}.chart .fill3{fill:var(--c3,currentColor)}"
    ".chart .beam{opacity:.55}.chart figcaption{font-weight:650}"
    ".chart .scroll{overflow-x:auto}.chart summary{cursor:pointer;padding:.6rem 0}"
)
"""What a page may add: without it every stroke has the ink of the text around it."""


def figure(chart: Chart, numbers: str) -> str:
    """The chart, its title above, and its table under a word to press (`numbers`)."""
    return (
        f'<figure class="chart"><figcaption>{escape(chart.title)}</figcaption>\n{svg(chart)}\n'
        f"<details><summary>{escape(numbers)}</summary>\n"
        f'<div class="scroll" tabindex="0" role="region" aria-label="{escape(chart.title)}">'
        f"{table(chart)}</div></details></figure>"
    )


def svg(chart: Chart) -> str:
    """The drawing alone, as one `<svg>` element; its letters scale with its width.

    A map whose counties lead somewhere is a group of links, every other chart one picture.
    """
    height, inner = _drawing(chart)
    key = escape(chart.key)
    linked = isinstance(chart, Map) and any(place.href for place in chart.places)
    role = "group" if linked else "img"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="{role}" '
        f'aria-labelledby="{key}-title {key}-desc" font-family="sans-serif" font-size="{SIZE}" '
        f'fill="currentColor"><title id="{key}-title">{escape(chart.title)}</title>'
        f'<desc id="{key}-desc">{escape(chart.description)}</desc>\n' + "\n".join(inner) + "</svg>"
    )


def _drawing(chart: Chart) -> tuple[int, list[str]]:
    match chart:
        case Lines():
            return lines(chart)
        case Bars():
            return bars(chart)
        case Dots():
            return dots(chart)
        case Trend():
            return trend(chart)
        case Map():
            return country(chart)


__all__ = [
    "CREDIT",
    "STYLE",
    "Axis",
    "Bar",
    "Bars",
    "Chart",
    "Dot",
    "Dots",
    "Guide",
    "Lines",
    "Map",
    "Moment",
    "Place",
    "Point",
    "Series",
    "Trend",
    "Unit",
    "figure",
    "svg",
    "table",
    "ticks",
    "written",
]
