"""The map, a county, bodies compared and where a figure comes from, as anyone meets them."""

from __future__ import annotations

import html
import re
from pathlib import Path
from typing import Any

import pytest

from analytics.indicators import DEFINITIONS
from feedback_service import scoring
from feedback_service.domain.periods import Period
from feedback_service.reports import scorecard_paper
from feedback_service.web.public import views
from tests.integration.scoring_planting import IN_QUARTER, PERIOD, a_case, a_rating, many_ratings

WHEN = "FY2025-26-Q3"
PAGES = (
    f"/scorecards/map?period={WHEN}", f"/scorecards/map?period={WHEN}&indicator=resolved",
    f"/scorecards/county/47?period={WHEN}", f"/scorecards/compare?period={WHEN}",
    f"/scorecards/compare?period={WHEN}&with=NRB&with=DIS",
    f"/scorecards/NRB/why/satisfaction?period={WHEN}",
    "/scorecards/NRB/why/citizen_confirmed?period=FY2025-26",
)  # fmt: skip


@pytest.fixture
def loaded(loaded_rt: Any) -> Any:
    return loaded_rt


def plant(rt: Any, *rows: Any) -> None:
    with rt.transaction() as session:
        session.add_all(rows)


def words_of(client: Any, path: str) -> str:
    answer = client.get(path)
    assert (answer.status_code, answer.mimetype) == (200, "text/html"), answer.text
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


@pytest.mark.parametrize("path", PAGES)
def test_every_page_opens_in_both_languages_full_and_empty(
    client: Any, loaded: Any, path: str
) -> None:
    for language in ("en", "sw"):
        answer = client.get(f"{path}&lang={language}")
        assert f'<html lang="{language}"' in answer.text
    plant(loaded, *many_ratings(31, 150))
    assert client.get(path).status_code == 200


def side_of(client: Any, county: str, indicator: str) -> str:
    text = client.get(f"/scorecards/map?period={WHEN}&indicator={indicator}").text
    row = re.search(rf"<tr><td><a [^>]*>{county}</a></td>(.*?)</tr>", text)
    assert row, county
    return " ".join(re.sub("<[^>]+>", " ", row[1]).split())


def test_the_map_shows_each_county_government_on_its_side(client: Any, loaded: Any) -> None:
    for number in range(60):
        solved = a_case(number, institution_id="CG-001", resolved_at=IN_QUARTER)
        plant(loaded, solved, a_case(100 + number, institution_id="CG-002"))
    assert side_of(client, "Mombasa", "resolved").startswith("Above the standard")
    assert side_of(client, "Kwale", "resolved").startswith("Below the standard")
    assert side_of(client, "Kilifi", "resolved") == "nothing counted"


def test_what_nobody_was_drawn_to_say_is_told_and_not_judged(client: Any, loaded: Any) -> None:
    plant(loaded, *(a_rating(score=5, institution_id="CG-001") for _ in range(60)))
    assert side_of(client, "Mombasa", "satisfaction") == "Not measured 5.0 4.7 to 5.0"
    text = words_of(client, f"/scorecards/?period={WHEN}")
    assert "Told, not judged 1 institution" in text
    assert "answered by themselves" in words_of(client, f"/scorecards/CG-001/{WHEN}")


def test_the_map_can_be_taken_away_and_names_its_source(client: Any, loaded: Any) -> None:
    answer = client.get(f"/scorecards/map.svg?period={WHEN}")
    assert (answer.status_code, answer.mimetype) == (200, "image/svg+xml")
    assert "© OpenStreetMap contributors, ODbL" in answer.text
    again = client.get(
        f"/scorecards/map.svg?period={WHEN}", headers={"If-None-Match": answer.headers["ETag"]}
    )
    assert again.status_code == 304


def test_a_county_tells_of_its_government_and_of_who_else_serves_there(
    client: Any, loaded: Any
) -> None:
    plant(loaded, *(a_rating(institution_id="CG-047", county_code=47) for _ in range(40)))
    for county in (1, 47):
        plant(loaded, *(a_rating(county_code=county, score=3) for _ in range(40)))
    text = words_of(client, f"/scorecards/county/47?period={WHEN}")
    assert "Nairobi County" in text
    assert "What national bodies do in this county" in text
    assert "National Registration Bureau" in text
    assert client.get("/scorecards/county/48").status_code == 404


def test_a_county_shows_no_small_number_of_a_body(client: Any, loaded: Any) -> None:
    plant(loaded, *(a_rating(county_code=47, score=1) for _ in range(3)))
    plant(loaded, *(a_rating(county_code=1, score=3) for _ in range(40)))
    text = words_of(client, f"/scorecards/county/47?period={WHEN}")
    assert "National Registration Bureau" not in text


def test_at_most_four_bodies_stand_beside_each_other(client: Any, loaded: Any) -> None:
    plant(loaded, *many_ratings(32, 200))
    asked = "&".join(f"with={key}" for key in ("NRB", "DIS", "NTSA", "DCI", "NPS"))
    text = client.get(f"/scorecards/compare?period={WHEN}&{asked}").text
    assert text.count(" selected>") == 2 + 4, "period, indicator and four bodies"
    assert 'href="/scorecards/NPS/' not in text


def test_page_and_where_it_comes_from_tell_the_same_figure(client: Any, loaded: Any) -> None:
    plant(loaded, *many_ratings(33, 200, institution_id="NRB"))
    figures = client.get(f"/api/v1/scorecards?period={PERIOD}&institution=NRB").json
    told = figures["scorecards"][0]["figures"]["charter_time_kept"]
    text = words_of(client, f"/scorecards/NRB/why/charter_time_kept?period={WHEN}")
    assert f"{100 * told['low']:.0f} to {100 * told['high']:.0f} %" in text
    assert f"Incomplete ratings: {told['excluded']['contract-1']}" in text
    assert f"charter_time_kept, version {told['version']}" in text
    assert client.get("/scorecards/NRB/why/luck").status_code == 404
    assert client.get("/scorecards/NOBODY/why/courtesy").status_code == 404


def test_a_card_draws_its_quarters_and_how_scores_are_spread(client: Any, loaded: Any) -> None:
    earlier = IN_QUARTER.replace(year=2025, month=11)
    plant(loaded, *many_ratings(34, 120, institution_id="NRB"))
    plant(loaded, *many_ratings(35, 120, institution_id="NRB", given_at=earlier))
    text = client.get(f"/scorecards/NRB/{WHEN}").text
    assert text.count('<figure class="chart">') == 2, "the spread and one trend"
    assert "<td>FY2025/26-Q2</td>" in text
    assert "5, very good" in text


@pytest.mark.parametrize("asked", ["", "&institution=NRB"])
@pytest.mark.parametrize("language", ["en", "sw"])
def test_scorecards_are_printed(client: Any, loaded: Any, asked: str, language: str) -> None:
    plant(loaded, *many_ratings(36, 150, institution_id="NRB"))
    answer = client.get(f"/open-data/scorecards.pdf?period={WHEN}&lang={language}{asked}")
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert answer.data.startswith(b"%PDF")
    assert client.get("/open-data/scorecards.pdf?institution=NOBODY").status_code == 404


def test_paper_and_page_say_every_figure_in_the_same_words(loaded: Any) -> None:
    plant(loaded, *many_ratings(37, 150, institution_id="NRB"))
    card = scoring.card(loaded, "NRB", Period.parse(PERIOD))
    for lang in ("en", "sw"):
        for name in DEFINITIONS:
            page, paper = views.shown(card, name, lang), scorecard_paper.row_of(card, name, lang)
            assert paper[0] == page.name
            assert paper[4] == page.standard
            if page.words:
                assert paper[1:4] == [page.words, page.between, f"{page.n:,}"]
            else:
                assert paper[2:4] == ["", ""]


def test_a_card_tells_who_was_asked_or_why_nobody_was(client: Any, loaded: Any) -> None:
    text = words_of(client, f"/scorecards/NRB/{WHEN}")
    assert "The institution feeds no visits" in text


def test_every_address_of_the_document_opens(client: Any, loaded: Any) -> None:
    text = (Path(__file__).parents[2] / "docs/scorecards.md").read_text(encoding="utf-8")
    told = re.findall(r"^\| `(/(?:scorecards|open-data)[^`]*)`", text, flags=re.MULTILINE)
    assert len(told) == 7
    for address in told:
        assert client.get(address).status_code == 200, address
