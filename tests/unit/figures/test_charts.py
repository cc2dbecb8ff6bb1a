"""Charts: valid drawings that say in words and in a table what they show."""

from dataclasses import replace
from xml.etree import ElementTree

import pytest

from analytics.charts import (
    STYLE,
    Axis,
    Bar,
    Bars,
    Chart,
    Guide,
    Lines,
    Point,
    Series,
    Unit,
    figure,
    svg,
    table,
    ticks,
    written,
)

SVG = "{http://www.w3.org/2000/svg}"

LINES = Lines(
    "kept",
    "Kept & promised",
    "Share kept by week, two offices <A> and B.",
    "office",
    Axis("week", 1, 4, Unit.COUNT),
    Axis("share kept", 0, 1, Unit.SHARE),
    (
        Series("A", (Point(1, 0.5, 0.4, 0.6), Point(2, 0.75, 0.7, 0.8), Point(4, 0.9, 0.8, 0.95))),
        Series("B", (Point(1, 0.25), Point(4, 0.3))),
    ),
    (Guide("promise", (1, 0.8), (4, 0.8)),),
)
BARS = Bars(
    "recall",
    "Found by language",
    "Recall with its interval.",
    "language",
    Axis("recall", 0, 1, Unit.SHARE),
    (Bar("Kiswahili", 0.912, 0.88, 0.94), Bar("an uncommonly long name of a language", 0.5)),
    floor=0.9,
)
BEYOND = replace(LINES, series=(Series("A", (Point(9, 7.0), Point(-3, -2.0))),))
CHARTS = pytest.mark.parametrize("chart", [LINES, BARS], ids=["lines", "bars"])


def drawn(chart: Chart) -> ElementTree.Element:
    return ElementTree.fromstring(svg(chart))


@CHARTS
def test_a_drawing_is_valid_and_named_and_described(chart: Chart) -> None:
    root = drawn(chart)
    named = {child.attrib["id"]: child.text for child in root if "id" in child.attrib}
    assert root.attrib["role"] == "img"
    assert [named[key] for key in root.attrib["aria-labelledby"].split()] == [
        chart.title,
        chart.description,
    ]


@pytest.mark.parametrize("chart", [LINES, BEYOND, BARS], ids=["lines", "beyond", "bars"])
def test_nothing_is_drawn_outside_the_drawing(chart: Chart) -> None:
    root = drawn(chart)
    _, _, width, height = map(float, root.attrib["viewBox"].split())
    for at in root.iter():
        for name in ("x", "x1", "x2", "cx"):
            assert 0 <= float(at.attrib.get(name, 0)) <= width, at.attrib
        for name in ("y", "y1", "y2", "cy"):
            assert 0 <= float(at.attrib.get(name, 0)) <= height, at.attrib


@CHARTS
def test_every_colour_is_the_pages_own(chart: Chart) -> None:
    for at in drawn(chart).iter():
        for name in ("fill", "stroke"):
            assert at.attrib.get(name, "none") in ("none", "currentColor")
    assert "#" not in STYLE


def test_two_series_differ_without_colour() -> None:
    root = drawn(LINES)
    dashes = [one.attrib.get("stroke-dasharray") for one in root.iter(f"{SVG}polyline")]
    assert len(set(dashes)) == 2
    assert {"circle", "rect"} <= {one.tag.removeprefix(SVG) for one in root.iter()}


@pytest.mark.parametrize(
    ("chart", "cells"),
    [
        (LINES, ["A", "2", "75.0 %", "70.0 % – 80.0 %", "B", "25.0 %"]),  # noqa: RUF001
        (BARS, ["Kiswahili", "91.2 %", "88.0 % – 94.0 %", "50.0 %"]),  # noqa: RUF001
        (BARS, ["an uncommonly long name of a language"]),
    ],
)
def test_the_table_has_every_number_and_whole_name(chart: Chart, cells: list[str]) -> None:
    found = [cell.text for cell in ElementTree.fromstring(table(chart)).iter("td")]
    assert set(cells) <= set(found)


def test_a_table_without_intervals_has_no_empty_column() -> None:
    bare = replace(BARS, bars=(Bar("one", 0.5),))
    assert "95 %" not in table(bare)


def test_one_series_needs_neither_legend_nor_a_column_of_its_name() -> None:
    alone = replace(LINES, series=LINES.series[:1], guides=())
    words = [at.text for at in drawn(alone).iter(f"{SVG}text")]
    assert "A" not in words
    assert "<td>A</td>" not in table(alone)


def test_a_line_rises_where_its_values_do() -> None:
    line = next(drawn(LINES).iter(f"{SVG}polyline")).attrib["points"].split()
    across = [float(at.split(",")[0]) for at in line]
    down = [float(at.split(",")[1]) for at in line]
    assert across == sorted(across)
    assert down == sorted(down, reverse=True)
    assert (across[1] - across[0]) * 2 == pytest.approx(across[2] - across[1], abs=0.2)


def test_a_figure_carries_the_drawing_and_the_numbers() -> None:
    shown = ElementTree.fromstring(figure(LINES, "The numbers"))
    assert shown.find("figcaption").text == "Kept & promised"  # type: ignore[union-attr]
    assert shown.find("details/summary").text == "The numbers"  # type: ignore[union-attr]
    assert shown.find("details/div/table") is not None


@pytest.mark.parametrize(
    ("low", "high", "found"),
    [
        (0, 1, [0, 0.2, 0.4, 0.6, 0.8, 1.0]),
        (0.55, 0.9, [0.6, 0.7, 0.8, 0.9]),
        (0, 7000, [0, 2000, 4000, 6000]),
        (3, 3, [3]),
    ],
)
def test_ticks_are_round_numbers_within_the_ends(low: float, high: float, found: list[float]):
    assert ticks(low, high) == found


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [(0.1234, Unit.SHARE, "12.3 %"), (1234, Unit.COUNT, "1,234"), (0.5, Unit.FIGURE, "0.500")],
)
def test_a_number_is_written_as_people_read_it(value: float, unit: Unit, text: str) -> None:
    assert written(value, unit) == text
