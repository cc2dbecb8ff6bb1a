"""The drawing of dots: bodies below each other, each with its name, interval and value, against the
standard they are all held to."""

from collections.abc import Callable, Iterator
from html import escape

from analytics.charts.more_values import Dot, Dots
from analytics.charts.values import LETTER, WIDTH, Unit, ticks, written

_TOP, _BOTTOM, _ROW = 22, 30, 44
_LEFT, _VALUE = 14.0, 62.0


def dots(chart: Dots) -> tuple[int, list[str]]:
    """The height of the drawing and what is in it."""
    return _TOP + _ROW * len(chart.dots) + _BOTTOM, list(_drawn(chart))


def _drawn(chart: Dots) -> Iterator[str]:
    axis, right = chart.axis, WIDTH - _VALUE
    span = (axis.high - axis.low) or 1.0
    bottom = _TOP + _ROW * len(chart.dots)

    def across(value: float) -> float:
        return _LEFT + (min(max(value, axis.low), axis.high) - axis.low) / span * (right - _LEFT)

    for at in ticks(axis.low, axis.high):
        x = across(at)
        yield (
            f'<line class="grid" x1="{x:.1f}" x2="{x:.1f}" y1="{_TOP}" y2="{bottom}" '
            f'stroke="currentColor" opacity=".18"/><text x="{x:.1f}" y="{bottom + 16}" '
            f'text-anchor="middle">{_tick(at, axis.unit)}</text>'
        )
    if chart.standard is not None:
        yield _standard(across(chart.standard), bottom, chart.standard_words)
    for number, dot in enumerate(chart.dots):
        yield from _dot(dot, _TOP + _ROW * number, across, axis.unit)


def _standard(x: float, bottom: float, words: str) -> str:
    """Its line and its words, turned to the side where they have room."""
    room = LETTER * len(words) / 2
    middle = min(max(x, room + 2), WIDTH - room - 2)
    return (
        f'<line class="guide" x1="{x:.1f}" x2="{x:.1f}" y1="{_TOP - 6}" y2="{bottom}" '
        'stroke="currentColor" stroke-width="1.5" stroke-dasharray="5 3"/>'
        f'<text x="{middle:.1f}" y="12" text-anchor="middle">{escape(words)}</text>'
    )


def _dot(dot: Dot, top: float, across: Callable[[float], float], unit: Unit) -> Iterator[str]:
    y = top + 31
    yield f'<text x="{_LEFT}" y="{top + 17}">{_fitting(dot.name)}</text>'
    if dot.value is None:
        yield f'<text class="soft" x="{_LEFT}" y="{y + 4}" opacity=".8">{escape(dot.words)}</text>'
        return
    if dot.low is not None and dot.high is not None:
        low, high = across(dot.low), across(dot.high)
        yield (
            f'<rect class="fill0" x="{low:.1f}" y="{y - 4}" width="{max(high - low, 1.5):.1f}" '
            'height="8" rx="4" opacity=".35"/>'
        )
    yield (
        f'<circle class="fill0" cx="{across(dot.value):.1f}" cy="{y}" r="5.5"/>'
        f'<text x="{WIDTH - 4}" y="{y + 4.5}" text-anchor="end" font-weight="650">'
        f"{_tick(dot.value, unit) if unit is Unit.SHARE else written(dot.value, unit)}</text>"
    )


def _tick(value: float, unit: Unit) -> str:
    return f"{100 * value:.0f} %" if unit is Unit.SHARE else f"{value:g}"


def _fitting(name: str) -> str:
    """A name no longer than its room: the table has it whole."""
    most = int((WIDTH - 2 * _LEFT) / LETTER)
    return escape(name if len(name) <= most else name[: most - 1] + "…")
