"""The drawing of lines and points over two axes, with a grid and the names below."""

from collections.abc import Callable, Iterator, Sequence
from html import escape

from analytics.charts.values import LETTER, WIDTH, Axis, Lines, Series, Unit, ticks

HEIGHT = 280
_TOP, _RIGHT, _BOTTOM, _LEFT = 28, 22, 46, 48
_LEGEND = 20
_SAMPLE = 28  # the length of a stroke beside its name
_DASHES = ("", "8 4", "2 3", "10 3 2 3", "1 5", "14 4")

Scale = Callable[[float], float]


def lines(chart: Lines) -> tuple[int, list[str]]:
    """The height of the drawing and what is in it."""
    legend = _legend_rows(chart)
    return HEIGHT + _LEGEND * len(legend), [*_plot(chart), *_legend(legend)]


def _plot(chart: Lines) -> Iterator[str]:
    across = _scale(chart.x, _LEFT, WIDTH - _RIGHT)
    down = _scale(chart.y, HEIGHT - _BOTTOM, _TOP)
    yield from _grid(chart.x, chart.y, across, down)
    for guide in chart.guides:
        (x1, y1), (x2, y2) = guide.start, guide.end
        yield (
            f'<line class="guide" x1="{across(x1):.1f}" y1="{down(y1):.1f}" x2="{across(x2):.1f}" '
            f'y2="{down(y2):.1f}" stroke="currentColor" stroke-dasharray="4 4"/>'
        )
    for number, series in enumerate(chart.series):
        yield from _series(number, series, across, down)


def _series(number: int, series: Series, across: Scale, down: Scale) -> Iterator[str]:
    places = [(across(at.x), down(at.y)) for at in series.points]
    if series.joined and len(places) > 1:
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
        yield f'<polyline points="{path}" {_stroke(number)}/>'
    for at, (x, y) in zip(series.points, places, strict=True):
        if at.low is not None and at.high is not None:
            yield (
                f'<line class="line{number % 4}" x1="{x:.1f}" x2="{x:.1f}" y1="{down(at.low):.1f}" '
                f'y2="{down(at.high):.1f}" stroke="currentColor"/>'
            )
        # A line of many points is a curve: marks would hide it.
        if len(places) <= 25 or not series.joined:
            yield _mark(number, x, y)


def _mark(number: int, x: float, y: float) -> str:
    """A circle, square, triangle or diamond: the shape tells the series where colour cannot."""
    fill = f'class="fill{number % 4}"'
    if number % 4 == 0:
        return f'<circle {fill} cx="{x:.1f}" cy="{y:.1f}" r="3.5"/>'
    if number % 4 == 1:
        return f'<rect {fill} x="{x - 3.2:.1f}" y="{y - 3.2:.1f}" width="6.4" height="6.4"/>'
    corners = ((0, -4.4), (4.2, 3.4), (-4.2, 3.4))
    if number % 4 == 3:
        corners = ((0, -4.6), (4.6, 0), (0, 4.6), (-4.6, 0))  # type: ignore[assignment]
    path = " ".join(f"{x + right:.1f},{y + lower:.1f}" for right, lower in corners)
    return f'<polygon {fill} points="{path}"/>'


def _stroke(number: int) -> str:
    dash = _DASHES[number % len(_DASHES)]
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return f'class="line{number % 4}" fill="none" stroke="currentColor" stroke-width="2"{dashed}'


def _grid(x: Axis, y: Axis, across: Scale, down: Scale) -> Iterator[str]:
    for at in ticks(y.low, y.high):
        yield (
            f'<line class="grid" x1="{_LEFT}" x2="{WIDTH - _RIGHT}" y1="{down(at):.1f}" '
            f'y2="{down(at):.1f}" stroke="currentColor" opacity=".18"/>'
            f'<text x="{_LEFT - 6}" y="{down(at) + 4:.1f}" text-anchor="end">{_tick(at, y)}</text>'
        )
    for at in ticks(x.low, x.high):
        yield (
            f'<text x="{across(at):.1f}" y="{HEIGHT - _BOTTOM + 16}" text-anchor="middle">'
            f"{_tick(at, x)}</text>"
        )
    middle = (_LEFT + WIDTH - _RIGHT) / 2
    yield (
        f'<text x="{middle:.0f}" y="{HEIGHT - 10}" text-anchor="middle">{escape(x.label)}</text>'
        f'<text x="2" y="13">{escape(y.label)}</text>'
    )


def _scale(axis: Axis, start: float, end: float) -> Scale:
    """From the axis' values to places in the drawing; what lies outside stays at the edge."""
    span = (axis.high - axis.low) or 1.0

    def place(value: float) -> float:
        return start + (min(max(value, axis.low), axis.high) - axis.low) / span * (end - start)

    return place


def _tick(value: float, axis: Axis) -> str:
    if axis.unit is Unit.SHARE:
        return f"{100 * value:g} %"
    return f"{value:,g}"


def _legend_rows(chart: Lines) -> list[list[tuple[int, str]]]:
    """Which names share a line below the drawing: (number of the series or -1, name)."""
    names = [(number, one.name) for number, one in enumerate(chart.series)]
    names += [(-1, guide.label) for guide in chart.guides]
    rows: list[list[tuple[int, str]]] = []
    room = 0.0
    for number, name in names if len(names) > 1 else []:
        needed = _SAMPLE + 20 + LETTER * len(name)
        if not rows or needed > room:
            rows.append([])
            room = WIDTH - 2 * _RIGHT
        rows[-1].append((number, name))
        room -= needed
    return rows


def _legend(rows: Sequence[Sequence[tuple[int, str]]]) -> Iterator[str]:
    for at, row in enumerate(rows):
        y, x = HEIGHT + _LEGEND * at + 4.0, float(_RIGHT)
        for number, name in row:
            if number < 0:
                yield (
                    f'<line class="guide" x1="{x}" x2="{x + _SAMPLE}" y1="{y}" y2="{y}" '
                    'stroke="currentColor" stroke-dasharray="4 4"/>'
                )
            else:
                yield f'<polyline points="{x},{y} {x + _SAMPLE},{y}" {_stroke(number)}/>'
                yield _mark(number, x + _SAMPLE / 2, y)
            yield f'<text x="{x + _SAMPLE + 6:.1f}" y="{y + 4}">{escape(name)}</text>'
            x += _SAMPLE + 20 + LETTER * len(name)
