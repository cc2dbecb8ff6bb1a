"""Staff appraisal: percents, bands with their gaps closed, and the mean of the targets."""

import io
from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.appraisal import Scale, Target, score_file, score_targets
from analytics.sheets import BadSheet

PSC = Scale.load("psc-37.1")
POLICY = Scale.load("policy-four-words.1")
HEADER = "target_name,target,achieved\n"


@pytest.mark.parametrize(
    ("percent", "five", "four"),
    [
        ("150", "Excellent", "Excellent"),
        ("101", "Excellent", "Excellent"),
        ("100.5", "Excellent", "Excellent"),
        ("100.01", "Excellent", "Excellent"),
        ("100", "Very Good", "Excellent"),
        ("99.999", "Very Good", "Excellent"),
        ("99.5", "Good", "Good"),
        ("80", "Good", "Good"),
        ("79.99", "Fair", "Fair"),
        ("79.5", "Fair", "Fair"),
        ("60", "Fair", "Fair"),
        ("59.5", "Poor", "Poor"),
        ("0", "Poor", "Poor"),
    ],
)
def test_bands_leave_no_gap(percent, five, four):
    assert (PSC.band(D(percent)), POLICY.band(D(percent))) == (five, four)


@given(st.decimals(0, 10**6, places=4))
def test_every_percent_has_exactly_one_word(percent):
    assert PSC.band(percent) in dict(PSC.bands)
    assert POLICY.band(percent) in dict(POLICY.bands)


def test_the_scale_in_use_is_the_forms_and_not_the_policys():
    assert Scale.load() == PSC


def test_the_mean_is_the_total_divided_by_the_number_of_targets():
    names = [("letters answered", "3", "2"), ("visits", "10", "11"), ("reports", "4", "4")]
    scored = score_targets([Target(name, D(t), D(a)) for name, t, a in names])
    assert [one.percent for one in scored.targets] == [D("66.67"), D("110.00"), D("100.00")]
    assert [one.band for one in scored.targets] == ["Fair", "Excellent", "Very Good"]
    assert (scored.mean, scored.band) == (D("92.22"), "Good")


def test_a_file_keeps_its_rows_and_gains_percent_and_band(tmp_path):
    path, out = tmp_path / "officer.csv", io.StringIO()
    path.write_text(HEADER + "Letters answered,40,40\nVisits made,10,7.95\n")
    appraisal = score_file(path, out)
    assert out.getvalue().splitlines()[:6] == [
        "target_name,target,achieved,percent,band",
        "Letters answered,40,40,100.00,Very Good",
        "Visits made,10,7.95,79.50,Fair",
        "",
        "mean: 89.75",
        "band: Good",
    ]
    assert appraisal.mean == D("89.75")


def test_all_problems_of_a_file_are_named_at_once_and_nothing_is_written(tmp_path):
    path, out = tmp_path / "officer.csv", io.StringIO()
    path.write_text(HEADER + "Letters,0,4\nVisits,ten,-\n,5,-1\nReports,5,-1\n")
    with pytest.raises(BadSheet) as caught:
        score_file(path, out)
    assert sorted((problem.row, problem.field) for problem in caught.value.problems) == [
        (2, "target"),
        (3, "achieved"),
        (3, "target"),
        (4, "target_name"),
        (5, "achieved"),
    ]
    assert str(caught.value).count("\n") == 4
    assert out.getvalue() == ""


def test_no_targets_is_a_problem_and_not_a_division():
    with pytest.raises(BadSheet, match="at least one target"):
        score_targets([])
