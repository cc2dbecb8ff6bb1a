"""The table behind each chart: the same numbers, a row for each thing drawn."""

from collections.abc import Sequence
from html import escape

from analytics.charts.map_values import Map, Place
from analytics.charts.more_values import Dot, Dots, Moment, Trend
from analytics.charts.values import Bar, Bars, Lines, Point, Unit, written

Chart = Lines | Bars | Dots | Trend | Map
INTERVAL = "95 %"


def table(chart: Chart) -> str:
    """The numbers of a chart as an HTML table."""
    if isinstance(chart, Map):
        return _table(chart.heads, [_county(place) for place in chart.places])
    heads, rows = _rows(chart)
    if not any(row[-1] for row in rows):
        heads, rows = heads[:-1], [row[:-1] for row in rows]
    if isinstance(chart, Lines) and len(chart.series) == 1:
        heads, rows = heads[1:], [row[1:] for row in rows]
    return _table(heads, [[escape(cell) for cell in row] for row in rows])


def _rows(chart: Lines | Bars | Dots | Trend) -> tuple[list[str], list[list[str]]]:
    """Heads, and the rows' words not yet escaped; the interval last."""
    if isinstance(chart, Lines):
        x, y = chart.x.unit, chart.y.unit
        return [chart.named, chart.x.label, chart.y.label, INTERVAL], [
            [one.name, written(at.x, x), written(at.y, y), _between(at, y)]
            for one in chart.series
            for at in one.points
        ]
    unit, heads = chart.axis.unit, [chart.named, chart.axis.label, INTERVAL]
    if isinstance(chart, Bars):
        return heads, [[b.name, written(b.value, unit), _between(b, unit)] for b in chart.bars]
    if isinstance(chart, Dots):
        return heads, [[dot.name, *_told(dot, dot.words, unit)] for dot in chart.dots]
    said = dict(chart.breaks)
    return heads, [
        [_noted(moment.name, said.get(number)), *_told(moment, moment.why, unit)]
        for number, moment in enumerate(chart.moments)
    ]


def _noted(name: str, words: str | None) -> str:
    return f"{name}: {words}" if words else name


def _told(one: Dot | Moment, why_not: str, unit: Unit) -> list[str]:
    if one.value is None:
        return [why_not, ""]
    return [written(one.value, unit), _between(one, unit)]


def _between(value: Point | Bar | Dot | Moment, unit: Unit) -> str:
    if value.low is None or value.high is None:
        return ""
    return f"{written(value.low, unit)} – {written(value.high, unit)}"  # noqa: RUF001


def _county(place: Place) -> list[str]:
    """A county's cells, the name a link to where the county's own page is."""
    name = escape(place.name)
    led = f'<a href="{escape(place.href)}">{name}</a>' if place.href else name
    rest = (place.why, place.words, place.between)
    return [led, *(escape(words) for words in rest)]


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Cells are HTML already."""
    top = "".join(f'<th scope="col">{escape(head)}</th>' for head in heads)
    body = "\n".join("<tr>" + "".join(f"<td>{c}</td>" for c in row) + "</tr>" for row in rows)
    return f"<table><thead><tr>{top}</tr></thead><tbody>\n{body}</tbody></table>"
