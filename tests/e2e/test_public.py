"""The public's pages and files as anyone meets them."""

import csv
import io
from typing import Any

import pytest

from feedback_service import registry
from tests.integration.scoring_planting import PERIOD, a_rating, institutions, many_ratings


@pytest.fixture
def loaded(rt: Any) -> Any:
    registry.load(rt)
    return rt


def plant(rt: Any, *rows: Any) -> None:
    with rt.transaction() as session:
        session.add_all(rows)


def rows_of(client: Any, query: str) -> list[dict[str, str]]:
    answer = client.get(f"/open-data/scorecards.csv?{query}")
    assert (answer.status_code, answer.mimetype) == (200, "text/csv"), answer.text
    return list(csv.DictReader(io.StringIO(answer.text)))


def test_the_file_has_a_line_for_every_figure_of_every_institution(
    client: Any, loaded: Any
) -> None:
    rows = rows_of(client, f"period={PERIOD}")
    assert len(rows) == (institutions() + 1) * 8
    assert {row["period"] for row in rows} == {PERIOD}


def test_the_file_hides_small_numbers_and_says_so(client: Any, loaded: Any) -> None:
    plant(loaded, *(a_rating(county_code=1) for _ in range(3)))
    plant(loaded, *(a_rating(county_code=47) for _ in range(50)))
    rows = rows_of(client, f"period={PERIOD}&institution=NRB&by=county")
    mombasa = next(
        row for row in rows if row["key_name"] == "Mombasa" and row["indicator"] == "satisfaction"
    )
    assert (mombasa["hidden"], mombasa["n"], mombasa["value"]) == ("true", "", "")
    assert "single persons" in mombasa["why"]
    assert not [row for row in rows if row["n"] in ("1", "2", "3", "4")]


def test_the_file_marks_simulated_figures(client: Any, loaded: Any) -> None:
    plant(loaded, *many_ratings(21, 60, institution_id="NRB", simulated=True))
    rows = rows_of(client, f"period={PERIOD}&institution=NRB")
    assert {row["simulated"] for row in rows} == {"true"}


@pytest.mark.parametrize(
    ("query", "status", "remedy"),
    [
        ("period=2026Q1", 400, "FY2026/27-Q1"),
        ("by=colour", 400, "county"),
        ("institution=NOBODY", 404, "/api/v1/institutions"),
    ],
)
def test_a_file_that_cannot_be_made_says_why(
    client: Any, loaded: Any, query: str, status: int, remedy: str
) -> None:
    answer = client.get(f"/open-data/scorecards.csv?{query}")
    assert answer.status_code == status
    assert remedy in answer.text
