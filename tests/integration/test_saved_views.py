"""Saved views of the queue: filters under a name, with a count, for one reader alone."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from feedback_service.models import Case, Role, SavedView
from feedback_service.redress import queue, views
from feedback_service.web.desk import views as view_pages
from tests.desk_world import Browser, DeskWorld, Statements

pytestmark = pytest.mark.servers


def tabs(page: str) -> dict[str, tuple[str, str]]:
    """The views of a queue's page: by name their count and address."""
    found = re.findall(r'<a href="([^"]+)" data-view[^>]*>(.*?) <span class="n">(.*?)</span>', page)
    return {html.unescape(name): (n, html.unescape(href)) for href, name, n in found}


def ids(rt: Any) -> list[Any]:
    with rt.transaction() as session:
        return list(session.scalars(sa.select(SavedView.id).order_by(SavedView.made_at)))


def test_filters_kept_under_a_name_are_a_tab_with_its_count(
    world: DeskWorld, officer: Browser, rt: Any, clock: Any
) -> None:
    shouted = world.case("He shouted at me.", source="n:1")
    world.case("Nobody answers.", source="n:2")
    assert "Save as a view" not in officer.get("/desk/").text, "everything needs no view"
    assert "Save as a view" in officer.get("/desk/?q=shouted").text
    sent = officer.post("/desk/views", name=" Shouting  at people ", scope="all", q="shouted")
    page = officer.get(sent.location).text
    assert "Save as a view" not in page, "it is one already"
    n, href = tabs(page)["Shouting at people"]
    assert n == "1"
    found = set(re.findall(r'href="/desk/cases/(\d{8})"', officer.get(href).text))
    assert found == {shouted.reference}
    world.case("She shouted as well.", source="n:3")
    assert tabs(officer.get("/desk/").text)["Shouting at people"][0] == "2"


def test_a_view_of_each_kind_of_filter_finds_what_the_filters_find(
    world: DeskWorld, officer: Browser, rt: Any, clock: Any
) -> None:
    case = world.case(source="n:1")
    with rt.transaction() as session:
        session.get_one(Case, case.id).due_at = clock() - timedelta(minutes=1)
    clock.forward(days=3)
    world.case(source="n:2")
    day = clock().date()
    kept = {
        "late": ({"late": "1"}, "1"),
        "status": ({"status": "received"}, "2"),
        "tab": ({"status": "answered"}, "0"),
        "since": ({"since": str(day)}, "1"),
        "until": ({"until": str(day - timedelta(days=1))}, "1"),
        "unit": ({"scope": "unit"}, "2"),
        "service": ({"q": "ID, first"}, "2"),
        "nonsense": ({"since": "yesterday", "status": "strange", "scope": "mine"}, "0"),
    }
    for name, (query, _) in kept.items():
        assert officer.post("/desk/views", name=name, **query).status_code == 303
    shown = tabs(officer.get("/desk/").text)
    assert {name: n for name, (n, _) in shown.items()} == {k: n for k, (_, n) in kept.items()}


def test_a_name_used_again_means_the_newer_filters(
    world: DeskWorld, officer: Browser, rt: Any
) -> None:
    for status in ("received", "answered"):
        officer.post("/desk/views", name="Mine", status=status)
    assert tabs(officer.get("/desk/").text)["Mine"][1].endswith("status=answered")
    assert len(ids(rt)) == 1


def test_a_view_is_renamed_and_removed_by_its_reader_only(
    world: DeskWorld, officer: Browser, app: Any, rt: Any
) -> None:
    officer.post("/desk/views", name="Late ones", late="1")
    officer.post("/desk/views", name="Others", status="received")
    first, _ = ids(rt)
    colleague = Browser(app, world.staff(Role.OFFICER, "NRB", unit_id="NRB-R"))
    assert tabs(colleague.get("/desk/").text) == {}
    for what in ("rename", "remove"):
        assert colleague.post(f"/desk/views/{first}/{what}", name="Hers").status_code == 404
    assert officer.post(f"/desk/views/{first}/rename", name="Overdue").status_code == 303
    assert list(tabs(officer.get("/desk/").text)) == ["Overdue", "Others"]
    officer.post(f"/desk/views/{first}/rename", name="Others")
    assert list(tabs(officer.get("/desk/").text)) == ["Overdue", "Others"], "a name is one view's"
    assert officer.post(f"/desk/views/{first}/remove").status_code == 303
    assert list(tabs(officer.get("/desk/").text)) == ["Others"]


@pytest.mark.parametrize("name", ["", "   ", "x" * 41])
def test_a_view_without_a_fit_name_is_not_kept(officer: Browser, rt: Any, name: str) -> None:
    sent = officer.post("/desk/views", name=name, late="1")
    assert "at most 40 characters" in officer.get(sent.location).text
    assert ids(rt) == []


def test_nine_views_are_kept_one_for_each_key(officer: Browser, rt: Any) -> None:
    for n in range(views.MOST + 1):
        officer.post("/desk/views", name=f"View {n}", late="1")
    assert len(ids(rt)) == views.MOST


def test_nine_views_cost_two_statements_and_count_no_further_than_a_hundred(
    world: DeskWorld, officer: Browser, rt: Any, engine: Any
) -> None:
    world.case()
    columns = [column.name for column in Case.__table__.columns]
    changed = {"id": "gen_random_uuid()", "source": "'s' || n", "reference": "'r' || n"}
    values = ", ".join(changed.get(name, name) for name in columns)
    with rt.transaction() as session:
        copy = f"insert into cases ({', '.join(columns)}) select {values} from cases, "
        session.execute(sa.text(copy + "generate_series(1, 150) n"))
    officer.get("/desk/")
    with Statements(engine) as without:
        officer.get("/desk/")
    for n in range(views.MOST):
        officer.post("/desk/views", name=f"View {n}", since=f"2026-01-0{n + 1}")
    with Statements(engine) as sent:
        page = officer.get("/desk/").text
    assert {n for n, _ in tabs(page).values()} == {"99+"}
    assert len(sent) <= len(without) + 1, "\n".join(sent)


def test_over_a_very_long_queue_a_page_counts_few_views_and_soon_all_are_known(
    world: DeskWorld, officer: Browser, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.case("One", source="n:1")
    world.case("Two", source="n:2")
    for n in range(3):
        officer.post("/desk/views", name=f"View {n}", since=f"2026-01-0{n + 1}")
    monkeypatch.setattr(queue, "LONG", 1)
    monkeypatch.setattr(view_pages, "SPENT", 0)
    counted = []
    for _ in range(4):
        shown = tabs(officer.get("/desk/").text)
        counted.append([n for n, _ in shown.values()])
    assert counted == [["2", "…", "…"], ["2", "2", "…"], ["2", "2", "2"], ["2", "2", "2"]]
    world.case("Three", source="n:3")
    clock.forward(seconds=21)
    assert [n for n, _ in tabs(officer.get("/desk/").text).values()] == ["3", "2", "2"]
