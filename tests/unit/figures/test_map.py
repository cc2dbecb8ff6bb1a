"""The map of the counties, bodies against a standard, quarters in a row: legible without colour."""

from __future__ import annotations

import json
import re
from importlib.resources import files
from xml.etree import ElementTree

import pytest

from analytics import charts
from analytics.charts import Axis, Dot, Dots, Map, Moment, Place, Trend, Unit
from analytics.scorecards import Tier

NS = {"s": "http://www.w3.org/2000/svg"}
SHAPES = json.loads(files(charts).joinpath("counties.geojson").read_text(encoding="utf-8"))
COUNTIES = {shape["id"]: shape["properties"]["name"] for shape in SHAPES["features"]}
SHARE = Axis("Kept", 0, 1, Unit.SHARE)


def a_map(tier: Tier = Tier.ABOVE, href: str | None = "/c") -> Map:
    places = tuple(
        Place(code, name, tier, "82 %", "79 to 85 %", "above", href)
        for code, name in sorted(COUNTIES.items())
    )
    return Map("m", "Kept in time", "Counties by side.", ("County", "Side", "Value", "95 %"),
               tuple((side, side.value) for side in Tier), places)  # fmt: skip


def drawn(chart: charts.Chart) -> ElementTree.Element:
    return ElementTree.fromstring(charts.svg(chart))


def words(chart: charts.Chart) -> list[str]:
    return ["".join(text.itertext()) for text in drawn(chart).iter(f"{{{NS['s']}}}text")]


def test_every_county_is_on_the_map_with_a_title_and_a_link_and_stands_in_the_table() -> None:
    links = drawn(a_map()).findall(".//s:a", NS)
    assert len(links) == 47
    assert {link.attrib["href"] for link in links} == {"/c"}
    titles = {title.text for title in drawn(a_map()).findall(".//s:a//s:title", NS)}
    assert titles == {f"{name}: 82 % (79 to 85 %), above" for name in COUNTIES.values()}
    assert charts.table(a_map()).count("<tr>") == 48


def test_the_map_names_the_source_of_its_lines_and_both_cities_in_large() -> None:
    said = words(a_map())
    assert "© OpenStreetMap contributors, ODbL" in said
    assert {"Nairobi", "Mombasa"} < set(said)


def test_a_map_is_small_enough_for_a_slow_line() -> None:
    assert len(charts.svg(a_map()).encode()) < 60_000


def test_sides_differ_in_pattern_and_not_only_in_colour() -> None:
    marks = {
        pattern.attrib["id"]: [child.tag + child.attrib.get("d", "") for child in pattern]
        for pattern in drawn(a_map()).findall(".//s:pattern", NS)
    }
    assert len(marks) == 3, "and one side without any"
    assert len({json.dumps(value) for value in marks.values()}) == 3


@pytest.mark.parametrize("tier", list(Tier))
def test_a_county_has_the_colour_and_the_marks_that_the_legend_gives_its_side(tier: Tier) -> None:
    land = drawn(a_map(tier)).findall(".//s:g[@class='land']//s:use", NS)
    legend = drawn(a_map(tier)).findall("./s:rect[@width='16']", NS)
    told = [rect.attrib["fill"] for rect in legend]
    fills = list(dict.fromkeys(shape.attrib["fill"] for shape in land))
    assert len(land) == 47 * len(fills)
    at = told.index(fills[0])
    assert told[at : at + len(fills)] == fills
    assert len(told) == 4 + 3


def test_a_map_without_links_is_one_picture() -> None:
    assert drawn(a_map(href=None)).attrib["role"] == "img"
    assert drawn(a_map()).attrib["role"] == "group"


DOTS = Dots(
    "d", "Kept", "Two bodies.", "Body", SHARE,
    (Dot("Passports", 0.82, 0.78, 0.86), Dot("Roads", None, words="fewer than 30 answers")),
    0.8, "standard 80 %",
)  # fmt: skip


def test_a_body_without_a_figure_is_named_with_the_reason() -> None:
    assert {"Roads", "fewer than 30 answers", "82 %", "standard 80 %"} < set(words(DOTS))
    assert len(drawn(DOTS).findall(".//s:circle", NS)) == 1
    assert "<td>fewer than 30 answers</td>" in charts.table(DOTS)


MOMENTS = (
    Moment("FY2025/26-Q1", 0.5, 0.4, 0.6),
    Moment("FY2025/26-Q2", 0.6, 0.5, 0.7),
    Moment("FY2025/26-Q3", None, why="fewer than 30 answers"),
    Moment("FY2025/26-Q4", 0.7, 0.6, 0.8),
    Moment("FY2026/27-Q1", 0.8, 0.7, 0.9),
)


def a_trend(**more: object) -> Trend:
    return Trend("t", "Kept", "Five quarters.", "Quarter", SHARE, MOMENTS, **more)  # type: ignore[arg-type]


def lines(chart: Trend) -> list[int]:
    """How many quarters each line joins."""
    found = drawn(chart).findall(".//s:polyline", NS)
    return [len(line.attrib["points"].split()) for line in found]


def test_no_line_leads_across_a_quarter_that_was_not_measured() -> None:
    assert lines(a_trend()) == [2, 2]
    assert "<td>fewer than 30 answers</td>" in charts.table(a_trend())


def test_no_line_leads_across_a_change_of_the_question_and_its_words_are_there() -> None:
    broken = a_trend(breaks=((4, "The question changed"),))
    assert lines(broken) == [2]
    assert "┊ The question changed" in words(broken)
    assert "FY2026/27-Q1: The question changed" in charts.table(broken)


def test_letters_stay_inside_the_drawing() -> None:
    for chart in (a_map(), DOTS, a_trend(standard=0.8, standard_words="standard 80 %")):
        height = float(drawn(chart).attrib["viewBox"].split()[3])
        for text in drawn(chart).iter(f"{{{NS['s']}}}text"):
            assert 0 < float(text.attrib["y"]) < height, text.text


def test_nothing_written_by_hand_breaks_the_drawing() -> None:
    evil = Dots("d", "<b>", "&", "B", SHARE, (Dot("<script>", 0.5, 0.4, 0.6),), 0.8, "<i>")
    assert "<script>" not in charts.figure(evil, "n")
    assert not re.search("<b>|<i>", charts.figure(evil, "n"))
