"""Performance Contract scores against published results and the edges of every band."""

import csv
import io
from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.methods import UnknownMethod, published
from analytics.performance_contract import (
    Direction,
    Method,
    Row,
    ScoreError,
    score_file,
    score_rows,
)
from analytics.sheets import BadSheet

METHOD = Method.load()
FACTS = published("pc_methodology.json")
HIGHER, LOWER = Direction.HIGHER, Direction.LOWER
HEADER = "indicator,weight,target,achieved,direction\n"


@pytest.fixture
def score(tmp_path):
    def run(text, **options):
        path = tmp_path / "sheet.csv"
        path.write_text(text, encoding="utf-8")
        out = io.StringIO()
        return score_file(path, out, **options), out.getvalue()

    return run


@pytest.mark.parametrize(
    ("target", "achieved", "direction", "raw"),
    [
        pytest.param("100", "100", HIGHER, "3.0000", id="target met"),
        pytest.param("100", "0", HIGHER, "5.0000", id="nothing done"),
        pytest.param("100", "50", HIGHER, "4.0000", id="fair edge"),
        pytest.param("100", "70", HIGHER, "3.6000", id="good edge"),
        pytest.param("100", "130", HIGHER, "2.4000", id="excellent edge"),
        pytest.param("100", "200", HIGHER, "1.0000", id="double"),
        pytest.param("100", "900", HIGHER, "1.0000", id="no gain beyond double"),
        pytest.param("100", "-5", HIGHER, "5.0000", id="growth that shrank"),
        pytest.param("3", "1", HIGHER, "4.3333", id="a third, half-up"),
        pytest.param("3", "2", HIGHER, "3.6667", id="two thirds, half-up"),
        pytest.param("100", "99.9975", HIGHER, "3.0001", id="exact tie goes up"),
        pytest.param("10", "0", LOWER, "1.0000", id="no days at all"),
        pytest.param("10", "7", LOWER, "2.4000", id="lower, excellent edge"),
        pytest.param("10", "10", LOWER, "3.0000", id="lower, target met"),
        pytest.param("10", "13", LOWER, "3.6000", id="lower, good edge"),
        pytest.param("10", "15", LOWER, "4.0000", id="lower, fair edge"),
        pytest.param("10", "20", LOWER, "5.0000", id="lower, double"),
        pytest.param("10", "99", LOWER, "5.0000", id="lower, no worse than worst"),
        pytest.param("0", "0", LOWER, "3.0000", id="zero target met"),
        pytest.param("0", "1", LOWER, "5.0000", id="zero target missed"),
    ],
)
def test_the_raw_score_follows_the_method(target, achieved, direction, raw):
    assert METHOD.raw_score(D(target), D(achieved), direction) == D(raw)


@pytest.mark.parametrize("band", FACTS["indicator_bands_growth"]["bands"], ids=lambda b: b["grade"])
def test_every_published_band_edge_is_met(band):
    for pct, raw in [("pct_from", "raw_at_pct_from"), ("pct_to", "raw_at_pct_to")]:
        assert METHOD.raw_score(D(100), D(band[pct]), HIGHER) == D(band[raw])


@given(st.integers(1, 10**6), st.integers(0, 4 * 10**6))
def test_all_bands_lie_on_the_published_closed_form(target, achieved):
    line = 5 - 2 * D(achieved) / D(target)
    expected = min(max(line, D(1)), D(5))
    assert abs(METHOD.raw_score(D(target), D(achieved), HIGHER) - expected) <= D("0.00005")
    falling = min(1 + 2 * D(achieved) / D(target), D(5))
    assert abs(METHOD.raw_score(D(target), D(achieved), LOWER) - falling) <= D("0.00005")


def test_lands_scored_what_was_published_after_its_improvement():
    """Lands moved by 1.1712 from the worst score to 3.8288, so 58.56 % of target."""
    assert METHOD.raw_score(D(100), D("58.56"), HIGHER) == D("5.0000") - D("1.1712") == D("3.8288")


@pytest.mark.parametrize(
    ("score", "grade"),
    [
        ("1.0000", "Excellent"),
        ("2.1000", "Excellent"),
        ("2.4000", "Excellent"),
        ("2.4001", "Very Good"),
        ("3.0000", "Very Good"),
        ("3.00004", "Very Good"),
        ("3.0001", "Good"),
        ("3.0137", "Good"),
        ("3.0209", "Good"),
        ("3.6000", "Good"),
        ("3.6001", "Fair"),
        ("3.8288", "Fair"),
        ("4.0000", "Fair"),
        ("4.0001", "Poor"),
        ("5.0000", "Poor"),
    ],
)
def test_a_grade_is_read_from_the_published_decimals(score, grade):
    assert METHOD.grade(D(score)) == grade


PUBLISHED_AS_GOOD = [
    (result["fy"], name, result[name])
    for result in FACTS["published_results"]
    for name in ("best", "avg_ministries")
    if name in result and (name == "avg_ministries" or result.get("very_good") == 0)
]


@pytest.mark.parametrize(("year", "name", "score"), PUBLISHED_AS_GOOD)
def test_published_results_get_the_grade_their_year_reported(year, name, score):
    assert METHOD.grade(score) == "Good"


def test_the_published_results_hold_such_years():
    assert len(PUBLISHED_AS_GOOD) == 4


def test_an_interval_over_an_edge_names_both_grades():
    assert METHOD.grades_between(D("2.9"), D("3.1")) == ("Very Good", "Good")
    assert METHOD.grades_between(D("3.1"), D("3.2")) == ("Good",)


def row(weight, achieved, target="100", direction=HIGHER):
    return Row("some indicator", D(weight), D(target), D(achieved), direction)


def test_the_composite_is_the_weighted_sum_rounded_once():
    sheet = score_rows([row("4", "100"), row("92", "58.56"), row("4", "1", target="3")])
    assert [scored.weighted for scored in sheet.rows] == [D("0.1200"), D("3.5225"), D("0.1733")]
    assert sheet.composite == D("3.8158")
    assert (sheet.grade, sheet.method) == ("Fair", "pc-2025.1")


def test_open_questions_are_printed_only_where_they_touch_the_sheet():
    plain = score_rows([row("100", "50", target="60")]).notes
    asked = score_rows([row("50", "50"), row("50", "0", target="0", direction=LOWER)]).notes
    assert (len(plain), len(asked)) == (1, 4)
    assert any("cannot exceed 100 %" in note for note in asked)


@pytest.mark.parametrize(
    ("weights", "said"),
    [
        pytest.param(["60", "30"], "weights total 90, not 100", id="too little"),
        pytest.param(["60", "60"], "weights total 120, not 100", id="too much"),
        pytest.param(["100", "0"], "write one above zero", id="zero"),
        pytest.param(["110", "-10"], "write one above zero", id="negative"),
        pytest.param([], "weights total 0", id="none"),
    ],
)
def test_wrong_weights_are_refused_by_name(weights, said):
    with pytest.raises(BadSheet, match=said):
        score_rows([row(weight, "100") for weight in weights])


def test_a_partial_sheet_is_a_contribution_without_a_grade():
    sheet = score_rows([row("4", "100"), row("4", "50")], allow_partial=True)
    assert (sheet.composite, sheet.grade, sheet.weights) == (D("0.2800"), None, D(8))
    assert sheet.summary()[0] == "contribution of weights totalling 8: 0.2800"


@pytest.mark.parametrize(
    ("target", "achieved", "direction", "field"),
    [("0", "5", HIGHER, "target"), ("-1", "5", LOWER, "target"), ("5", "-1", LOWER, "achieved")],
)
def test_what_the_method_cannot_score_is_an_error(target, achieved, direction, field):
    with pytest.raises(ScoreError, match=field):
        METHOD.raw_score(D(target), D(achieved), direction)


def test_a_file_keeps_its_rows_and_gains_two_columns(score):
    text = 'note,indicator,weight,target,achieved,direction\n"a, b",B1,50,100,100,higher\n'
    sheet, printed = score(text + ",Days,50,10,7,Lower\n")
    rows, summary = printed.split("\n\n")
    [first, second] = csv.DictReader(io.StringIO(rows))
    assert (first["note"], first["raw"], first["weighted"]) == ("a, b", "3.0000", "1.5000")
    assert (second["raw"], second["weighted"]) == ("2.4000", "1.2000")
    assert summary.startswith("composite: 2.7000\ngrade: Very Good\nmethod: pc-2025.1\n")
    assert sheet.composite == D("2.7000")


def test_a_file_scored_before_is_scored_again_not_widened(score):
    _, printed = score(HEADER.replace("\n", ",raw,weighted\n") + "B1,100,100,70,higher,9,9\n")
    assert printed.splitlines()[:2] == [
        "indicator,weight,target,achieved,direction,raw,weighted",
        "B1,100,100,70,higher,3.6000,3.6000",
    ]


def test_all_problems_of_a_file_are_named_at_once_and_nothing_is_written(tmp_path):
    path, out = tmp_path / "sheet.csv", io.StringIO()
    path.write_text(
        HEADER
        + "B1,forty,100,100,higher\n"
        + "B2,0,100,85%,up\n"
        + "B3,30\n"
        + "B4,-2,0,1,higher\n"
        + ',50,10,"1,000",lower\n'
    )
    with pytest.raises(BadSheet) as caught:
        score_file(path, out)
    lines = str(caught.value).splitlines()
    assert sorted((problem.row, problem.field) for problem in caught.value.problems) == [
        (2, "weight"),
        (3, "achieved"),
        (3, "direction"),
        (4, "cells"),
        (5, "target"),
        (5, "weight"),
        (6, "achieved"),
        (6, "indicator"),
    ]
    assert len(lines) == 8
    assert all(line.startswith("sheet.csv: row ") for line in lines)
    assert out.getvalue() == ""


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param(b"", "add the column indicator", id="empty"),
        pytest.param(HEADER.encode(), "at least one row", id="header only"),
        pytest.param(b"indicator,weight,target\nB1,1,2\n", "column direction", id="columns"),
        pytest.param(HEADER.strip().encode() + b",weight\n", "each column once", id="twice"),
        pytest.param(b"\xff\xfe\x00i", "not UTF-8", id="not text"),
        pytest.param(HEADER.encode() + b"B1,NaN,1,1,higher\n", "plain number", id="nan"),
        pytest.param(HEADER.encode() + b"B1,1e9,1,1,higher\n", "plain number", id="exponent"),
        pytest.param(HEADER.encode() + b"B1,40,1,1,higher\n", "weights total 40", id="partial"),
        pytest.param(HEADER.encode() + b"B" * 140_000 + b",", "not CSV", id="a cell too long"),
    ],
)
def test_a_file_that_cannot_be_scored_says_why(tmp_path, content, said):
    path, out = tmp_path / "sheet.csv", io.StringIO()
    path.write_bytes(content)
    with pytest.raises(BadSheet, match=said) as caught:
        score_file(path, out)
    assert str(caught.value).startswith("sheet.csv: ")
    assert out.getvalue() == ""


def test_a_file_from_a_spreadsheet_with_a_byte_order_mark_is_read(score):
    sheet, _ = score("\ufeff" + HEADER + "B1, 100 ,100,100,HIGHER\n\n")
    assert sheet.composite == D("3.0000")


def test_an_unknown_method_names_those_there_are():
    with pytest.raises(UnknownMethod, match=r"pc-1999.*pc-2025\.1"):
        Method.load("pc-1999")
