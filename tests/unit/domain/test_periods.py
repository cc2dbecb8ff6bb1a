"""Kenya's financial year and its quarters, by label, by day and by moment."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedback_service.domain.calendar import NaiveTime
from feedback_service.domain.periods import NotAPeriod, Period

days = st.dates(date(1970, 1, 1), date(2200, 1, 1))


@pytest.mark.parametrize(
    ("label", "start", "end", "previous"),
    [
        ("FY2026/27", date(2026, 7, 1), date(2027, 6, 30), "FY2025/26"),
        ("FY2026/27-Q1", date(2026, 7, 1), date(2026, 9, 30), "FY2025/26-Q4"),
        ("FY2026/27-Q2", date(2026, 10, 1), date(2026, 12, 31), "FY2026/27-Q1"),
        ("FY2026/27-Q3", date(2027, 1, 1), date(2027, 3, 31), "FY2026/27-Q2"),
        ("FY2026/27-Q4", date(2027, 4, 1), date(2027, 6, 30), "FY2026/27-Q3"),
        ("FY2099/00-Q4", date(2100, 4, 1), date(2100, 6, 30), "FY2099/00-Q3"),
        ("FY2100/01", date(2100, 7, 1), date(2101, 6, 30), "FY2099/00"),
    ],
)
def test_a_label_names_its_days(label: str, start: date, end: date, previous: str) -> None:
    period = Period.parse(label)
    assert (period.start, period.end) == (start, end)
    assert period.label == label
    assert period.previous() == Period.parse(previous)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026/27",
        "FY2026",
        "FY2026/28",
        "FY2026/2027",
        "FY2026/27-Q0",
        "FY2026/27-Q5",
        "FY2026/27 Q1",
        "fy2026/27",
        "FY2026/27-Q1\n",
        "FY0000/01",
        "FY9999/00",
        "FY\u0662\u0660\u0662\u0666/27",
    ],
)
def test_other_texts_are_refused_with_an_example(text: str) -> None:
    with pytest.raises(NotAPeriod, match="FY2026/27-Q1"):
        Period.parse(text)


def test_a_period_cannot_be_built_wrong() -> None:
    with pytest.raises(NotAPeriod):
        Period(2026, 5)
    with pytest.raises(NotAPeriod):
        Period(26)


@settings(max_examples=60, deadline=None)
@given(days)
def test_every_day_lies_in_one_quarter_of_one_year(day: date) -> None:
    quarter = Period.containing(day)
    assert quarter.start <= day <= quarter.end
    assert quarter.financial_year.start <= quarter.start
    assert quarter.end <= quarter.financial_year.end
    assert quarter.previous().end == quarter.start - timedelta(days=1)
    assert Period.parse(quarter.label) == quarter


def test_a_moment_belongs_to_the_quarter_of_its_day_in_nairobi() -> None:
    assert Period.containing(datetime(2026, 6, 30, 20, 59, tzinfo=UTC)).label == "FY2025/26-Q4"
    assert Period.containing(datetime(2026, 6, 30, 21, 0, tzinfo=UTC)).label == "FY2026/27-Q1"
    with pytest.raises(NaiveTime):
        Period.containing(datetime(2026, 6, 30))  # noqa: DTZ001 - naive on purpose
