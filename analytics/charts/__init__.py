"""Charts as SVG text from plain values: lines, points and bars, with their intervals.

Each has a title, a description and the table of its numbers, reads without colour (strokes and
marks differ) and follows the page's ink, light or dark. Words are the caller's, in any language.
"""

from html import escape

from analytics.charts.bar_drawing import bars
from analytics.charts.line_drawing import lines
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

Chart = Lines | Bars

STYLE = (
    ".chart{margin:1rem 0;max-width:34rem}.chart svg{width:100%;height:auto;display:block}"
    ".chart text{font:12px system-ui,sans-serif;fill:currentColor}"
    ".chart .grid{stroke:currentColor;opacity:.18}.chart .guide{opacity:.75}"
    ".chart .line0,.chart .line1,.chart .line2,.chart .line3{stroke-width:2}"
    ".chart .line0{stroke:var(--c0,currentColor)}.chart .line1{stroke:var(--c1,currentColor)}"
    ".chart .line2{stroke:var(--c2,currentColor)}.chart .line3{stroke:var(--c3,currentColor)}"
    ".chart .fill0{fill:var(--c0,currentColor)}.chart .fill1{fill:var(--c1,currentColor)}"
    ".chart .fill2{fill:var(--c2,currentColor)}.chart .fill3{fill:var(--c3,currentColor)}"
    ".chart .bar{opacity:.55}.chart figcaption{font-weight:650}"
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
    """The drawing alone, as one `<svg>` element; its letters scale with its width."""
    height, inner = lines(chart) if isinstance(chart, Lines) else bars(chart)
    key = escape(chart.key)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" '
        f'aria-labelledby="{key}-title {key}-desc" font-family="sans-serif" font-size="{SIZE}" '
        f'fill="currentColor"><title id="{key}-title">{escape(chart.title)}</title>'
        f'<desc id="{key}-desc">{escape(chart.description)}</desc>\n' + "\n".join(inner) + "</svg>"
    )


def table(chart: Chart) -> str:
    """The same numbers as an HTML table, one row a point or a bar."""
    if isinstance(chart, Bars):
        heads = [chart.named, chart.axis.label, "95 %"]
        rows = [
            [bar.name, written(bar.value, chart.axis.unit), _between(bar, chart.axis.unit)]
            for bar in chart.bars
        ]
    else:
        heads = [chart.named, chart.x.label, chart.y.label, "95 %"]
        rows = [
            [one.name, written(at.x, chart.x.unit), written(at.y, chart.y.unit),
             _between(at, chart.y.unit)]
            for one in chart.series
            for at in one.points
        ]  # fmt: skip
    if not any(row[-1] for row in rows):
        heads, rows = heads[:-1], [row[:-1] for row in rows]
    if isinstance(chart, Lines) and len(chart.series) == 1:
        heads, rows = heads[1:], [row[1:] for row in rows]
    top = "".join(f'<th scope="col">{escape(head)}</th>' for head in heads)
    body = "\n".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows
    )
    return f"<table><thead><tr>{top}</tr></thead><tbody>\n{body}</tbody></table>"


def _between(value: Point | Bar, unit: Unit) -> str:
    if value.low is None or value.high is None:
        return ""
    return f"{written(value.low, unit)} – {written(value.high, unit)}"  # noqa: RUF001


__all__ = [
    "STYLE",
    "Axis",
    "Bar",
    "Bars",
    "Chart",
    "Guide",
    "Lines",
    "Point",
    "Series",
    "Unit",
    "figure",
    "svg",
    "table",
    "ticks",
    "written",
]
