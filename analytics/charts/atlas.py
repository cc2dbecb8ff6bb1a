"""The outlines of the 47 counties as SVG paths of one drawing, with what is needed to enlarge one.

Boundaries © OpenStreetMap contributors, ODbL: every map names them (`CREDIT`).
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

CREDIT = "© OpenStreetMap contributors, ODbL"
EDGE = 8.0
SCALE = 50.0  # units of the drawing for a degree: at the equator one of longitude is as long
_NUMBER = re.compile(r"-?[0-9.]+")
_FINENESS = 10  # steps in a unit: what a path rounds to

_Placing = Callable[[Sequence[float]], tuple[int, int]]


@dataclass(frozen=True)
class Outline:
    """A county's name, its path, and the box it fills (left, top, right, bottom)."""

    name: str
    path: str
    box: tuple[float, float, float, float]

    def enlarged(self, times: float, right: float, lower: float) -> str:
        """The path so many times as large, then moved; its places come first, then its steps."""
        start, steps = self.path.split("l", 1)
        x, y = (float(number) for number in start[1:].split())
        longer = _NUMBER.sub(lambda found: f"{float(found[0]) * times:.1f}", steps)
        return f"M{x * times + right:.1f} {y * times + lower:.1f}l{longer}"


@dataclass(frozen=True)
class Atlas:
    """All outlines by the county's code, and the size of the drawing."""

    counties: Mapping[int, Outline]
    width: float
    height: float


@cache
def atlas() -> Atlas:
    """Read once a process."""
    text = files(__package__).joinpath("counties.geojson").read_text(encoding="utf-8")
    shapes = json.loads(text)["features"]
    rings = {shape["id"]: _rings(shape["geometry"]) for shape in shapes}
    corners = [at for several in rings.values() for ring in several for at in ring]
    west, north = min(x for x, _ in corners), max(y for _, y in corners)

    def placed(at: Sequence[float]) -> tuple[int, int]:
        x, y = EDGE + (at[0] - west) * SCALE, EDGE + (north - at[1]) * SCALE
        return round(x * _FINENESS), round(y * _FINENESS)

    counties = {
        shape["id"]: _outline(shape["properties"]["name"], rings[shape["id"]], placed)
        for shape in shapes
    }
    boxes = [outline.box for outline in counties.values()]
    return Atlas(counties, max(box[2] for box in boxes) + EDGE, max(box[3] for box in boxes) + EDGE)


def _rings(geometry: Mapping[str, Any]) -> list[list[list[float]]]:
    parts = geometry["coordinates"]
    several = parts if geometry["type"] == "MultiPolygon" else [parts]
    return [ring for polygon in several for ring in polygon]


def _outline(name: str, rings: list[list[list[float]]], placed: _Placing) -> Outline:
    steps = [[placed(at) for at in ring] for ring in rings]
    across = [x / _FINENESS for ring in steps for x, _ in ring]
    down = [y / _FINENESS for ring in steps for _, y in ring]
    box = (min(across), min(down), max(across), max(down))
    return Outline(name, "".join(_path(ring) for ring in steps), box)


def _path(ring: Sequence[tuple[int, int]]) -> str:
    """A ring by its steps from point to point: shorter than by its places."""
    (x, y), written = ring[0], []
    for next_x, next_y in ring[1:-1]:
        if (next_x, next_y) != (x, y):
            written.append(f"{_short(next_x - x)} {_short(next_y - y)}")
            x, y = next_x, next_y
    return f"M{_short(ring[0][0])} {_short(ring[0][1])}l" + " ".join(written) + "z"


def _short(steps: int) -> str:
    return f"{steps / _FINENESS:g}"
