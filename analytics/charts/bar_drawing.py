"""The drawing of bars, one below the other, each with its name, its value and its interval."""

from collections.abc import Callable, Iterator
from html import escape

from analytics.charts.values import LETTER, WIDTH, Bar, Bars, Unit, written

_TOP, _BOTTOM, _BAR, _THICK = 8, 26, 24, 14
_WIDEST_NAME = 170.0
_VALUE = 58  # the room for a value at the right


def bars(chart: Bars) -> tuple[int, list[str]]:
    """The height of the drawing and what is in it."""
    return _TOP + _BAR * len(chart.bars) + _BOTTOM, list(_drawn(chart))


def _drawn(chart: Bars) -> Iterator[str]:
    left = 8 + min(_WIDEST_NAME, max(LETTER * len(bar.name) for bar in chart.bars))
    span, room = (chart.axis.high - chart.axis.low) or 1.0, WIDTH - _VALUE - left

    def across(value: float) -> float:
        kept = min(max(value, chart.axis.low), chart.axis.high)
        return left + (kept - chart.axis.low) / span * room

    bottom = _TOP + _BAR * len(chart.bars)
    yield (
        f'<line class="grid" x1="{left:.1f}" x2="{left:.1f}" y1="{_TOP}" y2="{bottom}" '
        'stroke="currentColor"/>'
    )
    for number, bar in enumerate(chart.bars):
        yield _bar(bar, _TOP + _BAR * number, left, across, chart.axis.unit)
    if chart.floor is not None:
        x = across(chart.floor)
        yield (
            f'<line class="guide" x1="{x:.1f}" x2="{x:.1f}" y1="{_TOP}" y2="{bottom}" '
            'stroke="currentColor" stroke-width="1.5" stroke-dasharray="5 3"/>'
            f'<text x="{x:.1f}" y="{bottom + 16}" text-anchor="middle">'
            f"{written(chart.floor, chart.axis.unit)}</text>"
        )


def _bar(bar: Bar, top: float, left: float, across: Callable[[float], float], unit: Unit) -> str:
    middle, end = top + _BAR / 2, across(bar.value)
    drawn = (
        f'<text x="{left - 6:.1f}" y="{middle + 4}" text-anchor="end">{_fitting(bar.name)}</text>'
        f'<rect class="beam fill0" x="{left:.1f}" y="{middle - _THICK / 2}" '
        f'width="{end - left:.1f}" height="{_THICK}" opacity=".55"/>'
        f'<text x="{WIDTH - 2}" y="{middle + 4}" text-anchor="end">'
        f"{written(bar.value, unit)}</text>"
    )
    if bar.low is None or bar.high is None:
        return drawn
    low, high = across(bar.low), across(bar.high)
    return drawn + (
        f'<path d="M{low:.1f} {middle}H{high:.1f}'
        f'M{low:.1f} {middle - 4}v8M{high:.1f} {middle - 4}v8" '
        'stroke="currentColor" stroke-width="1.5" fill="none"/>'
    )


def _fitting(name: str) -> str:
    """A name no longer than its room: the table has it whole."""
    most = int(_WIDEST_NAME / LETTER)
    return escape(name if len(name) <= most else name[: most - 1] + "…")
