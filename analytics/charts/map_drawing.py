"""The drawing of a map: counties filled with a colour and a pattern of their side of the standard,
the smallest two enlarged beside the coast and the border, a legend, and the source of the lines."""

from collections.abc import Iterator
from html import escape

from analytics.charts.atlas import CREDIT, EDGE, Outline, atlas
from analytics.charts.map_values import Map, Place
from analytics.charts.values import WIDTH
from analytics.scorecards import Tier

_NAMES = {
    Tier.ABOVE: "above",
    Tier.NOT_SEPARABLE: "even",
    Tier.BELOW: "below",
    Tier.NOT_MEASURED: "none",
}
# Colours for paper; a page's stylesheet has its own, in the light and in the dark.
_FILLS = {
    Tier.ABOVE: "#12724f",
    Tier.NOT_SEPARABLE: "#a9cfe0",
    Tier.BELOW: "#e08a4a",
    Tier.NOT_MEASURED: "#e3e8e5",
}
_MARKS = {
    # A pattern beside the colour: sides are told apart without seeing any. Above has none.
    Tier.NOT_SEPARABLE: '<path d="M0 2H6" stroke="#1c4a5e" stroke-width="1"/>',
    Tier.BELOW: '<path d="M-1 1l2-2M0 6l6-6M5 7l2-2" stroke="#5c2400" stroke-width="1.3"/>',
    Tier.NOT_MEASURED: '<circle cx="3" cy="3" r=".7" fill="#8a968f"/>',
}
_ENLARGED = (
    # code of the county, the box for it (left, top, width, height), how many times as large
    (47, (14.0, 368.0, 118.0, 92.0), 4.4),
    (1, (330.0, 372.0, 80.0, 98.0), 6.0),
)
_ROW, _SWATCH = 22, 16
_LINE = "#ffffff"


def country(chart: Map) -> tuple[int, list[str]]:
    """The height of the drawing and what is in it."""
    rows = (len(chart.sides) + 1) // 2
    bottom = atlas().height + 10
    return round(bottom + _ROW * rows + 20), [*_drawn(chart), *_legend(chart, bottom)]


def _drawn(chart: Map) -> Iterator[str]:
    places = {place.code: place for place in chart.places}
    outlines = {code: one for code, one in atlas().counties.items() if code in places}
    shapes = [f'<path id="{_id(chart, code)}" d="{o.path}"/>' for code, o in outlines.items()]
    yield f"<defs>{''.join(_pattern(chart.key, side) for side in _MARKS)}{''.join(shapes)}</defs>"
    yield f'<g class="land" stroke="{_LINE}" stroke-width="1" stroke-linejoin="round">'
    for code in outlines:
        used = f'<use href="#{_id(chart, code)}"'
        yield _led(places[code], _filled(chart.key, used, places[code]))
    yield "</g>"
    for code, box, times in _ENLARGED:
        if code in places:
            yield from _inset(chart.key, places[code], outlines[code], box, times)


def _id(chart: Map, code: int) -> str:
    return f"{escape(chart.key)}-c{code}"


def _pattern(key: str, side: Tier) -> str:
    """Marks alone: the colour lies whole below them, so that no seam of the pattern shows."""
    name = _NAMES[side]
    return (
        f'<pattern id="{escape(key)}-{name}" width="6" height="6" patternUnits="userSpaceOnUse" '
        f'class="marks-{name}">{_MARKS[side]}</pattern>'
    )


def _filled(key: str, shape: str, place: Place) -> str:
    """An element that begins so, in the colour of its side, and again with the marks of it."""
    name = _NAMES[place.tier]
    colour = f'{shape} class="side-{name}" fill="{_FILLS[place.tier]}">'
    drawn = f"{colour}<title>{_said(place)}</title></{shape[1:].split()[0]}>"
    if place.tier not in _MARKS:
        return drawn
    return drawn + f'{shape} class="marks" fill="url(#{escape(key)}-{name})"/>'


def _led(place: Place, inner: str) -> str:
    if place.href is None:
        return inner
    return f'<a href="{escape(place.href)}" aria-label="{_said(place)}">{inner}</a>'


def _said(place: Place) -> str:
    told = f"{place.words} ({place.between}), {place.why}" if place.words else place.why
    return escape(f"{place.name}: {told}")


def _inset(
    key: str,
    place: Place,
    outline: Outline,
    box: tuple[float, float, float, float],
    times: float,
) -> Iterator[str]:
    """The county alone, enlarged, its name below it, and a line to where it lies."""
    left, top, width, height = box
    west, north, east, south = outline.box
    centre_x, centre_y = (west + east) / 2, (north + south) / 2
    to_x, to_y = left + width / 2, top + (height - 16) / 2
    near_x = left + width if centre_x > left + width else left
    yield (
        f'<path class="grid" d="M{centre_x:.1f} {centre_y:.1f}L{near_x:.1f} {top + 12:.1f}" '
        'stroke="currentColor" opacity=".5" fill="none"/>'
        f'<rect class="lens" x="{left}" y="{top}" width="{width}" height="{height}" rx="6" '
        'fill="none" stroke="currentColor" stroke-opacity=".3"/>'
    )
    larger = outline.enlarged(times, to_x - times * centre_x, to_y - times * centre_y)
    shown = _filled(key, f'<path d="{larger}"', place)
    # Reached by its own shape on the map: another link there would be read twice.
    yield f"<g>{shown}</g>"
    yield (
        f'<text x="{to_x:.1f}" y="{top + height - 7:.1f}" text-anchor="middle">'
        f"{escape(place.name)}</text>"
    )


def _legend(chart: Map, top: float) -> Iterator[str]:
    """Two beside each other, with the same fill as on the map."""
    half = WIDTH / 2
    for number, (side, words) in enumerate(chart.sides):
        x = EDGE + half * (number % 2)
        y = top + _ROW * (number // 2)
        box = f'<rect x="{x}" y="{y:.1f}" width="{_SWATCH}" height="{_SWATCH}" rx="2"'
        name = _NAMES[side]
        yield (
            f'{box} class="side-{name}" fill="{_FILLS[side]}" stroke="currentColor" '
            f'stroke-opacity=".35"/>'
        )
        if side in _MARKS:
            yield f'{box} class="marks" fill="url(#{escape(chart.key)}-{name})"/>'
        yield f'<text x="{x + _SWATCH + 7}" y="{y + 12.5:.1f}">{escape(words)}</text>'
    bottom = top + _ROW * ((len(chart.sides) + 1) // 2) + 13
    yield f'<text x="{EDGE}" y="{bottom:.1f}" opacity=".8">{escape(CREDIT)}</text>'
