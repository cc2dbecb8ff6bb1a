"""The redress queue at the desk: its order, its pages, what is found in it, what it costs."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from feedback_service.domain.cases import CaseStatus, Outcome
from feedback_service.domain.ordering import queue_key
from feedback_service.models import Case, Role
from feedback_service.redress import queue
from tests.desk_world import Browser, DeskWorld, Statements

pytestmark = pytest.mark.servers


def test_the_queue_of_two_thousand_takes_at_most_six_statements(
    world: DeskWorld, officer: Browser, rt: Any, engine: Any
) -> None:
    first = world.case()
    columns = [column.name for column in Case.__table__.columns]
    changed = {
        "id": "gen_random_uuid()", "source": "'s' || n", "reference": "'r' || n",
        "urgent": "n % 97 = 0", "level": "n % 4",
        "outcome": "case when n % 31 = 0 then 'disputed' end",
        "due_at": "due_at + (n % 50) * interval '1 hour'",
    }  # fmt: skip
    values = ", ".join(changed.get(name, name) for name in columns)
    with rt.transaction() as session:
        copy = f"insert into cases ({', '.join(columns)}) select {values} from cases, "
        session.execute(sa.text(copy + "generate_series(1, 2000) n"))
    officer.get("/desk/")
    with Statements(engine) as sent:
        page = officer.get("/desk/")
    assert "2001 open cases" in page.text
    assert first.reference
    assert len(sent) <= 6, "\n".join(sent)


def test_pages_of_the_queue_follow_the_order_and_miss_nothing(
    world: DeskWorld, officer: Browser, rt: Any
) -> None:
    cases = [world.case(f"Case number {n}", source=f"n:{n}") for n in range(65)]
    with rt.transaction() as session:
        for n, case in enumerate(cases):
            stored = session.get_one(Case, case.id)
            stored.urgent, stored.level = n % 13 == 0, n % 3
            stored.outcome = "disputed" if n % 7 == 0 else None
            stored.due_at += timedelta(hours=n % 5)
    order, path = [], "/desk/"
    while path:
        page = officer.get(path).text
        order += re.findall(r'href="/desk/cases/(\d{8})"', page)
        following = re.search(r'rel="next" href="([^"]+)"', page)
        path = following[1].replace("&amp;", "&") if following else ""
    with rt.transaction() as session:
        stored = session.scalars(sa.select(Case)).all()
    ours = sorted(
        stored,
        key=lambda c: (
            *queue_key(c.urgent, c.level, c.outcome == "disputed", c.due_at, c.received_at), c.id,
        ),
    )  # fmt: skip
    assert order == [case.reference for case in ours]


SOUGHT = [
    ("by its words", "q=shouted", {"shouted"}),
    ("whatever the case", "q=SHOUTED", {"shouted"}),
    ("a wildcard is a letter like others", "q=%25", set()),
    ("a number is not sought in words", "q=0712345678", set()),
    ("nor a part of it", "q=0712", set()),
    ("nor a part too short to be one", "q=071", set()),
    ("nor with the words before it", "q=call+07", set()),
    ("but a form's name is", "q=P3", {"answered"}),
    ("late ones", "late=1", {"late"}),
    ("disputed ones", "status=disputed", {"disputed"}),
    ("waiting for the citizen", "status=waiting", {"asked"}),
    ("answered ones", "status=answered", {"answered"}),
    ("acknowledged ones", "status=acknowledged", {"disputed"}),
    ("an unknown status is none", "status=strange&q=shouted", {"shouted"}),
    ("mine", "scope=mine", {"late"}),
    ("my unit", "scope=unit&q=shouted", {"shouted"}),
    ("at this place", "scope=host&status=open", set()),
]


@pytest.mark.parametrize(
    ("query", "finds"), [row[1:] for row in SOUGHT], ids=[row[0] for row in SOUGHT]
)
def test_the_queue_is_filtered(
    world: DeskWorld, app: Any, rt: Any, clock: Any, query: str, finds: set[str]
) -> None:
    colleague = world.staff(Role.OFFICER, "NRB", unit_id="NRB-R")
    browser = Browser(app, colleague)
    kinds = {
        "shouted": world.case("He shouted at me, call 0712345678."),
        "late": world.case("Nothing for months."),
        "disputed": world.case("Still the wrong name."),
        "asked": world.case("Which paper is missing?"),
        "answered": world.case("The P3 form has a wrong date."),
    }
    for name, form in (("asked", {"question": "Which one?"}), ("answered", {"answer": "Mended."})):
        path = f"/desk/cases/{kinds[name].reference}/"
        path += "ask" if name == "asked" else "resolve"
        assert browser.post(path, seen=1, **form).status_code == 303
    with rt.transaction() as session:
        late = session.get_one(Case, kinds["late"].id)
        late.due_at, late.assigned_to_id = clock() - timedelta(minutes=1), colleague.id
        disputed = session.get_one(Case, kinds["disputed"].id)
        disputed.status, disputed.outcome = CaseStatus.ACKNOWLEDGED, Outcome.DISPUTED
    page = browser.get(f"/desk/?{query}").text
    assert {name for name, case in kinds.items() if case.reference in page} == finds


def test_a_reference_as_read_aloud_finds_its_case_open_or_not(
    world: DeskWorld, officer: Browser
) -> None:
    case, other = world.case(), world.case("Another one.")
    officer.post(f"/desk/cases/{case.reference}/resolve", seen=1, answer="Done, collect it.")
    page = officer.get(f"/desk/?q={case.reference[:4]}+{case.reference[4:]}").text
    assert case.reference in page
    assert other.reference not in page


def test_a_place_in_the_queue_that_no_page_gave_out_is_not_found(officer: Browser) -> None:
    assert officer.get("/desk/?after=nonsense").status_code == 404


def test_the_name_of_a_service_or_place_and_the_days_find_cases(
    world: DeskWorld, officer: Browser, rt: Any, clock: Any
) -> None:
    gpo = world.case("The queue is long.", place_id="NRC-001", county=47, source="n:1")
    clock.forward(days=3)
    other = world.case("Nobody answers.", source="n:2")
    day = clock().date()
    found = {
        "q=huduma+centre+gpo": {gpo.reference},
        "q=ID,+first": {gpo.reference, other.reference},
        f"since={day}": {other.reference},
        f"until={day - timedelta(days=1)}": {gpo.reference},
        "since=yesterday": {gpo.reference, other.reference},
    }
    for asked, expected in found.items():
        page = officer.get(f"/desk/?{asked}").text
        assert set(re.findall(r'href="/desk/cases/(\d{8})"', page)) == expected, asked


def test_counts_of_a_very_long_queue_stand_for_seconds_and_of_a_short_one_never(
    world: DeskWorld, officer: Browser, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.case(source="n:1")
    assert "1 open case" in officer.get("/desk/").text
    world.case(source="n:2")
    assert "2 open cases" in officer.get("/desk/").text
    monkeypatch.setattr(queue, "LONG", 1)
    officer.get("/desk/")
    world.case(source="n:3")
    assert "2 open cases" in officer.get("/desk/").text
    clock.forward(seconds=21)
    assert "3 open cases" in officer.get("/desk/").text
