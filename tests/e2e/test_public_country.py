"""The map, a county, bodies compared and where a figure comes from, as anyone meets them."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest

from tests.integration.scoring_planting import IN_QUARTER, PERIOD, a_rating, many_ratings

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


def side_of(client: Any, county: str) -> str:
    text = client.get(f"/scorecards/map?period={WHEN}").text
    row = re.search(rf"<tr><td><a [^>]*>{county}</a></td>(.*?)</tr>", text)
    assert row, county
    return re.sub("<[^>]+>", " ", row[1])


def test_the_map_shows_each_county_government_on_its_side(client: Any, loaded: Any) -> None:
    mombasa, kwale = "CG-001", "CG-002"
    for score, key in ((5, mombasa), (1, kwale)):
        plant(loaded, *(a_rating(score=score, institution_id=key) for _ in range(60)))
    assert "Above the standard" in side_of(client, "Mombasa")
    assert "Below the standard" in side_of(client, "Kwale")
    assert "nothing counted" in side_of(client, "Kilifi")


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
