"""Papers for those who decide: every figure printed is the public one of the API, nothing hidden is
told, the pages that are promised, the same bytes again."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import typst

from analytics.indicators import DEFINITIONS, Figure
from analytics.scorecards import Scorecard
from feedback_service.domain.periods import Period
from feedback_service.models import Case, Institution, Role
from feedback_service.reports.papers import LANGUAGES, NATIONAL, Gathered, Paper, county, gathered
from feedback_service.reports.papers.blocks import PAGE, points
from feedback_service.reports.papers.words import PAPERS, WORDS
from feedback_service.reports.papers.writing import below
from feedback_service.reports.scale import Scale
from feedback_service.reports.words import why_not
from feedback_service.web.public.views import counted_words
from tests.desk_world import Browser
from tests.integration.command_line import run
from tests.integration.frozen_planting import frozen, plant
from tests.integration.scoring_planting import IN_QUARTER, PERIOD, a_case, many_ratings

__all__ = ["run"]

pytestmark = pytest.mark.servers
WHEN = "FY2025-26-Q3"
QUARTER = Period.parse(PERIOD)


@pytest.fixture
def country(world: Any, rt: Any) -> Any:
    """The desk's country with the government of a county."""
    with rt.transaction() as session:
        session.add(
            Institution(
                id="CG-047", name="Nairobi County", short_en="Nairobi", short_sw="Nairobi",
                acronym="", type="county government", sector="civil_registration", county_code=47,
                reporting_line="cog", aliases=[], external_escalation="CAJ",
            )
        )  # fmt: skip
    return world


@pytest.fixture
def planted(country: Any, rt: Any, clock: Any) -> Any:
    """Two bodies with ratings, a county whose four cases could point to persons."""
    clock.set(datetime(2026, 4, 2, 6, tzinfo=UTC))
    with rt.transaction() as session:
        session.add_all(many_ratings(1, 400, county_code=47))
        session.add_all(a_case(number, institution_id="CG-047") for number in range(4))
        session.add_all(_cases(100, IN_QUARTER - timedelta(days=92), answered=True))
        session.add_all(_cases(200, IN_QUARTER, answered=False))
        # What keeps the county's four back is another body's figure: here this one's.
        session.add_all(a_case(300 + number, institution_id="DIS") for number in range(10))
    return rt


def _cases(first: int, due: datetime, *, answered: bool) -> list[Case]:
    """Forty cases due on one day, all answered the day before, or none."""
    more = {"due_at": due, "received_at": due - timedelta(days=14)}
    if answered:
        more |= {"resolved_at": due - timedelta(days=1), "acknowledged_at": due}
    return [a_case(first + number, **more) for number in range(40)]


@pytest.fixture
def found(planted: Any) -> Gathered:
    return gathered(planted, QUARTER, {lang: counted_words(lang) for lang in LANGUAGES})


def every(found: Gathered) -> list[Paper]:
    papers = [written(found, lang) for written in NATIONAL.values() for lang in LANGUAGES]
    return [*papers, *(county(found, lang, 47) for lang in LANGUAGES)]


def tables(paper: Paper) -> list[list[list[str]]]:
    return [block["rows"] for block in paper.values()["blocks"] if block["kind"] == "table"]


def pages(paper: Paper) -> int:
    shown = {"file": json.dumps(paper.values())}
    return int(json.loads(typst.query(PAGE.encode(), "<pages>", sys_inputs=shown))[0]["value"])


def test_every_figure_printed_is_the_one_the_api_gives(found: Gathered, client: Any) -> None:
    told = client.get(f"/api/v1/scorecards?period={PERIOD}").get_json()
    cards = {card["institution"]: card["figures"] for card in told["scorecards"]}
    cards["national"] = told["national"]["figures"]
    for key, card in (*found.found.cards.items(), ("national", found.found.whole)):
        for name, figure in card.figures.items():
            assert cards[key][name]["value"] == pytest.approx(figure.value, abs=5e-5), (key, name)
            assert cards[key][name]["n"] == figure.n, (key, name)
    names = {found.name(key, "en"): card for key, card in found.found.cards.items()}
    printed = dict(under_names(NATIONAL["parliament"](found, "en"), names))
    assert printed.keys() == {name for name, card in names.items() if told_of(card)}
    printed["all"] = tables(NATIONAL["scorecard"](found, "en"))[0]
    names["all"] = found.found.whole
    for body, rows in printed.items():
        for row, name in zip(rows, DEFINITIONS, strict=True):
            assert row[0].startswith(DEFINITIONS[name].name_en)
            assert row[1:4] == in_words(name, names[body].figures.get(name)), (body, name)


def under_names(paper: Paper, names: Any) -> Any:
    """The tables of every figure, by the heading they stand under."""
    blocks = paper.values()["blocks"]
    for above, block in pairwise(blocks):
        if above["kind"] == "heading" and above["words"] in names and block["kind"] == "table":
            yield above["words"], block["rows"]


def told_of(card: Scorecard) -> bool:
    """Whether anything was counted, or is kept back."""
    return any(figure is None or figure.n for figure in map(card.figures.get, DEFINITIONS))


def in_words(name: str, figure: Figure | None) -> list[str]:
    """A public figure as a paper prints it; why there is none."""
    if figure is None or not figure.shown or figure.value is None:
        return [why_not(figure, "en"), "", ""]
    scale = Scale.of(DEFINITIONS[name])
    between = scale.between(figure.low, figure.high, "en")
    return [scale.words(figure.value), between, f"{figure.n:,}"]


def test_what_is_hidden_stands_in_no_paper_and_every_body_is_counted_once(
    found: Gathered,
) -> None:
    (rows, *_) = tables(county(found, "en", 47))
    due = [row for row in rows if row[0] == DEFINITIONS["resolved"].name_en]
    assert due[0][1:4] == ["kept back", "", ""]

    many = len(found.found.cards)
    for paper in every(found)[:-2]:
        (counted,) = [
            block["rows"] for block in paper.values()["blocks"]
            if block["kind"] == "table" and len(block["heads"]) == 5
            and block["heads"][1] in ("Above the standard", "Juu ya kiwango")
        ][:1]  # fmt: skip
        assert {sum(int(cell) for cell in row[1:]) for row in counted} == {many}, paper.name


def test_the_pages_promised_the_same_bytes_again_and_both_languages(found: Gathered) -> None:
    for lang in LANGUAGES:
        assert pages(_fullest(NATIONAL["summit"](found, lang), (5, 6))) == 2
        assert pages(_fullest(NATIONAL["cabinet"](found, lang), (3, 6))) == 1
    blocks = NATIONAL["cabinet"](found, "en").values()["blocks"]
    moves = next(block["words"] for block in blocks if block["kind"] == "points")
    fell = "Complaints resolved in time fell from 100 % (91 to 100 %) to 0 % (0 to 7 %), worse."
    assert f"All institutions: {fell}" in moves
    paper = NATIONAL["summit"](found, "sw")
    assert paper.as_pdf() == paper.as_pdf()
    assert "Ya muda" in paper.standing, "the quarter is not frozen"
    for english, swahili in zip(every(found)[::2], every(found)[1::2], strict=True):
        kinds = [[block["kind"] for block in one.values()["blocks"]] for one in (english, swahili)]
        assert kinds[0] == kinds[1], english.name
        assert "{" not in json.dumps(swahili.values()["blocks"]).replace('{"', ""), english.name
    assert WORDS["en"].keys() == WORDS["sw"].keys()
    assert PAPERS["en"].keys() == PAPERS["sw"].keys()


def test_the_cabinet_s_page_counts_whom_it_has_no_room_to_name(found: Gathered) -> None:
    (bad,) = [
        card for card in found.found.cards.values() if card.tier("resolved_in_time") == "below"
    ]
    for many, last in ((6, None), (8, ["And 2 more, by name in the report to Parliament."])):
        named, *more = below(found, "en", {f"B{number}": bad for number in range(many)})
        assert len(named["words"]) == 6
        assert [block["words"] for block in more] == ([last] if last else [])


def test_one_command_writes_them_all(run: Any, planted: Any, tmp_path: Path) -> None:
    code, said, _ = run("papers", PERIOD, str(tmp_path / "made"))
    assert (code, "10 papers" in said) == (0, True)
    names = {path.stem for path in (tmp_path / "made").glob("*.pdf")}
    wanted = {*NATIONAL, "county-47"}
    assert names == {f"{name}-{lang}" for name in wanted for lang in LANGUAGES}


def test_a_paper_is_at_the_desk_at_once_and_with_everybody_when_frozen(
    country: Any, rt: Any, app: Any, client: Any, clock: Any
) -> None:
    plant(rt, country, clock)
    desk = Browser(app, country.staff(Role.OVERSIGHT, "NRB"))
    room, public = f"/desk/government/papers/{WHEN}/", f"/scorecards/frozen/{WHEN}/papers/"
    assert f"{room}county-47-sw.pdf" in desk.get(room).text
    for name in ("cabinet-en", "county-47-sw"):
        assert desk.get(f"{room}{name}.pdf").data.startswith(b"%PDF"), name
        assert client.get(f"{public}{name}.pdf").status_code == 404, "not frozen"
    for name in ("cabinet-fr", "county-48-en", "county-x-en", "nothing-en"):
        assert desk.get(f"{room}{name}.pdf").status_code == 404, name
    frozen(rt, clock)
    assert f"{public}cabinet-en.pdf" in client.get(public).text
    first = client.get(f"{public}cabinet-en.pdf").data
    assert (first[:4], client.get(f"{public}cabinet-en.pdf").data == first) == (b"%PDF", True)


def _fullest(paper: Paper, many: tuple[int, ...]) -> Paper:
    """The paper with as many points as it can have, each two lines long."""
    left = list(many)
    blocks = [
        points(["A body of a long name and what is to be told of it " * 4] * left.pop(0))
        if block["kind"] == "points"
        else block
        for block in paper.blocks
    ]
    assert left == [], "every list of the paper was filled"
    assert any(block["kind"] == "drawings" for block in blocks)
    return replace(paper, blocks=blocks)
