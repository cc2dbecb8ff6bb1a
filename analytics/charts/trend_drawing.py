"""The drawing of a trend: quarters from left to right, the interval as a ribbon, a gap where
nothing was measured and a cut where something is counted in another way."""

from collections.abc import Callable, Iterator, Sequence
from html import escape

from analytics.charts.more_values import Moment, Trend
from analytics.charts.values import LETTER, WIDTH, Unit, ticks

_HEIGHT, _TOP, _BOTTOM, _LEFT, _RIGHT = 236, 30, 40, 46, 16
_LOW = _HEIGHT - _BOTTOM
_Place = tuple[float, float, float]
"""Where a quarter stands across, and the ends of its interval (its value's, where it has none)."""


def trend(chart: Trend) -> tuple[int, list[str]]:
    """The height of the drawing and what is in it."""
    rows = [*_words_below(chart)]
    return _HEIGHT + 18 * len(chart.breaks), [*_plot(chart), *rows]


def _plot(chart: Trend) -> Iterator[str]:
    axis, count = chart.axis, len(chart.moments)
    span = (axis.high - axis.low) or 1.0
    step = (WIDTH - _LEFT - _RIGHT) / max(count, 1)

    def across(number: float) -> float:
        return _LEFT + step * (number + 0.5)

    def down(value: float) -> float:
        return _LOW - (min(max(value, axis.low), axis.high) - axis.low) / span * (_LOW - _TOP)

    yield from _grid(chart, down)
    if chart.standard is not None:
        y = down(chart.standard)
        yield (
            f'<line class="guide" x1="{_LEFT}" x2="{WIDTH - _RIGHT}" y1="{y:.1f}" y2="{y:.1f}" '
            'stroke="currentColor" stroke-width="1.5" stroke-dasharray="5 3"/>'
        )
    for number, _ in chart.breaks:
        x = across(number - 0.5)
        yield (
            f'<line class="break" x1="{x:.1f}" x2="{x:.1f}" y1="{_TOP - 8}" y2="{_LOW}" '
            'stroke="currentColor" stroke-width="2" stroke-dasharray="1 4"/>'
        )
    for run in _runs(chart):
        yield from _run([(across(n), n) for n in run], chart.moments, down)
    yield from _below(chart.moments, across, step)


def _runs(chart: Trend) -> list[list[int]]:
    """Quarters that a line joins: measured, without a gap or a break between them."""
    cuts, runs = {number for number, _ in chart.breaks}, list[list[int]]()
    for number, moment in enumerate(chart.moments):
        if moment.value is None:
            continue
        if not runs or runs[-1][-1] != number - 1 or number in cuts:
            runs.append([])
        runs[-1].append(number)
    return runs


def _run(
    places: Sequence[tuple[float, int]], moments: Sequence[Moment], down: Callable[[float], float]
) -> Iterator[str]:
    known = [(x, moments[n]) for x, n in places]
    ends = [
        (x, down(m.high), down(m.low)) for x, m in known if m.low is not None and m.high is not None
    ]
    if len(ends) == len(known) > 1:
        upper = [f"{x:.1f},{high:.1f}" for x, high, _ in ends]
        lower = [f"{x:.1f},{low:.1f}" for x, _, low in reversed(ends)]
        yield f'<polygon class="fill0" points="{" ".join(upper + lower)}" opacity=".2"/>'
        line = " ".join(f"{x:.1f},{down(m.value or 0):.1f}" for x, m in known)
        yield (
            f'<polyline class="line0" points="{line}" fill="none" stroke="currentColor" '
            'stroke-width="2"/>'
        )
    elif len(known) == 1 and ends:
        x, high, low = ends[0]
        yield (
            f'<rect class="fill0" x="{x - 4:.1f}" y="{high:.1f}" width="8" '
            f'height="{max(low - high, 1.5):.1f}" rx="4" opacity=".2"/>'
        )
    for x, moment in known:
        yield f'<circle class="fill0" cx="{x:.1f}" cy="{down(moment.value or 0):.1f}" r="4.5"/>'


def _grid(chart: Trend, down: Callable[[float], float]) -> Iterator[str]:
    axis = chart.axis
    for at in ticks(axis.low, axis.high):
        said = f"{100 * at:.0f} %" if axis.unit is Unit.SHARE else f"{at:g}"
        yield (
            f'<line class="grid" x1="{_LEFT}" x2="{WIDTH - _RIGHT}" y1="{down(at):.1f}" '
            f'y2="{down(at):.1f}" stroke="currentColor" opacity=".18"/>'
            f'<text x="{_LEFT - 6}" y="{down(at) + 4:.1f}" text-anchor="end">{said}</text>'
        )
    yield f'<text x="2" y="13">{escape(axis.label)}</text>'
    if chart.standard is not None and chart.standard_words:
        yield (
            f'<text x="{WIDTH - _RIGHT}" y="13" text-anchor="end">'
            f"┄ {escape(chart.standard_words)}</text>"
        )


def _below(
    moments: Sequence[Moment], across: Callable[[float], float], step: float
) -> Iterator[str]:
    """The quarters' names, as many as fit, on two lines; a dash where nothing was measured."""
    every = 1 if step >= LETTER * 6.2 else 2
    for number, moment in enumerate(moments):
        x = across(number)
        if moment.value is None:
            yield f'<text x="{x:.1f}" y="{_LOW - 6}" text-anchor="middle" opacity=".8">–</text>'  # noqa: RUF001
        if (len(moments) - 1 - number) % every == 0:
            year, _, quarter = moment.name.partition("-")
            for row, words in enumerate((quarter or year, year if quarter else "")):
                yield (
                    f'<text x="{x:.1f}" y="{_LOW + 16 + 14 * row}" text-anchor="middle">'
                    f"{escape(words.removeprefix('FY20'))}</text>"
                )


def _words_below(chart: Trend) -> Iterator[str]:
    for row, (_, words) in enumerate(chart.breaks):
        yield f'<text x="{_LEFT}" y="{_HEIGHT + 10 + 18 * row}">┊ {escape(words)}</text>'
