"""The public's pages and files as anyone meets them."""

import csv
import html
import io
import re
from typing import Any

import pytest

from analytics.indicators import DEFINITIONS
from tests.integration.scoring_planting import PERIOD, a_rating, institutions, many_ratings


@pytest.fixture
def loaded(rt: Any, own_registry: None) -> Any:
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
    assert len(rows) == (institutions() + 1) * len(DEFINITIONS)
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


def page(client: Any, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert (answer.status_code, answer.mimetype) == (status, "text/html"), answer.text
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


PAGES = (
    "/", "/scorecards/", f"/scorecards/?period={PERIOD}&indicator=resolved", "/scorecards/NRB/",
    "/scorecards/NRB/FY2025-26-Q3", "/notice", "/status", "/open-data/",
)  # fmt: skip


@pytest.mark.parametrize("language", ["en", "sw"])
@pytest.mark.parametrize("path", PAGES)
def test_every_page_opens_in_both_languages(
    client: Any, loaded: Any, path: str, language: str
) -> None:
    plant(loaded, *many_ratings(22, 120))
    joint = "&" if "?" in path else "?"
    answer = client.get(f"{path}{joint}lang={language}")
    assert answer.status_code == 200
    assert f'<html lang="{language}"' in answer.text


def test_a_language_once_chosen_is_kept(client: Any, loaded: Any) -> None:
    client.get("/?lang=sw")
    assert '<html lang="sw"' in client.get("/notice").text
    client.get("/?lang=en")
    assert '<html lang="en"' in client.get("/notice").text


def test_another_language_keeps_what_was_asked(client: Any, loaded: Any) -> None:
    text = client.get("/scorecards/?q=registration").text
    assert 'href="/scorecards/?q=registration&amp;lang=sw"' in text


def test_page_api_and_file_show_the_same_figure(client: Any, loaded: Any) -> None:
    plant(loaded, *many_ratings(23, 200, institution_id="NRB"))
    api = client.get(f"/api/v1/scorecards?period={PERIOD}&institution=NRB").json
    figure = api["scorecards"][0]["figures"]["satisfaction"]
    lines = rows_of(client, f"period={PERIOD}&institution=NRB")
    line = next(row for row in lines if row["indicator"] == "satisfaction")
    assert (line["value"], line["n"]) == (str(figure["value"]), str(figure["n"]))
    words = f"{figure['low']:.1f} to {figure['high']:.1f}"
    for path in (f"/scorecards/?period={PERIOD}", f"/scorecards/NRB/{PERIOD}"):
        text = page(client, path)
        assert words in text
        assert str(figure["n"]) in text
        assert "told in batches of at least five answers" in text


def test_a_period_is_read_with_hyphen_or_slash(client: Any, loaded: Any) -> None:
    for path in ("FY2025-26-Q3", "FY2025/26-Q3", "FY2025-26", "FY2025/26"):
        assert "FY2025/26" in page(client, f"/scorecards/NRB/{path}")


def test_another_period_chosen_on_a_page_leads_to_its_page(client: Any, loaded: Any) -> None:
    answer = client.get("/scorecards/NRB/FY2025-26-Q3?period=FY2025-26-Q2", follow_redirects=True)
    assert answer.request.path == "/scorecards/NRB/FY2025-26-Q2"
    assert "FY2025/26-Q2" in answer.text


def test_simulated_figures_stand_under_a_banner(client: Any, loaded: Any) -> None:
    banner = "Simulated data."
    paths = ("/", f"/scorecards/?period={PERIOD}", f"/scorecards/NRB/{PERIOD}", "/open-data/")
    plant(loaded, *many_ratings(24, 60, institution_id="NRB", simulated=True))
    for path in paths:
        assert banner in page(client, path), path
    plant(loaded, *(a_rating() for _ in range(40)))
    for path in paths:
        assert banner not in page(client, path), path


def test_a_small_number_is_on_no_page(client: Any, loaded: Any) -> None:
    plant(loaded, *(a_rating(score=5, county_code=1) for _ in range(3)))
    for county in (30, 42, 47):
        plant(loaded, *(a_rating(score=2, county_code=county) for _ in range(county)))
    text = page(client, f"/scorecards/NRB/{PERIOD}")
    assert "Nairobi" in text
    assert "Mombasa" not in text, "three ratings"
    assert "Baringo" not in text, "with it, so that the total does not tell"
    assert not re.search(r"\bn [1-4]\b", text)


def test_an_institution_is_found_by_what_people_call_it(client: Any, loaded: Any) -> None:
    text = page(client, "/scorecards/?q=kipande")
    assert "National Registration Bureau" in text
    assert "National Police Service" not in text


@pytest.mark.parametrize(
    "path",
    ["/scorecards/NOBODY/", "/scorecards/NRB/2026Q1", "/scorecards/?indicator=luck", "/nothing"],
)
def test_what_is_not_there_is_a_page_that_leads_on(client: Any, loaded: Any, path: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.mimetype) == (404, "text/html")
    assert 'href="/"' in answer.text


def test_a_wrong_period_is_answered_with_an_example(client: Any, loaded: Any) -> None:
    assert "FY2026/27-Q1" in page(client, "/scorecards/?period=2026Q1", 404)


def test_pages_carry_the_headers_that_keep_a_browser_here(client: Any, loaded: Any) -> None:
    headers = client.get("/").headers
    assert "default-src 'self'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
