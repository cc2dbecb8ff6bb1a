"""The supervisor's view, handing many cases over from it, and the same counts each morning."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from feedback_service.domain.cases import CaseStatus, Outcome
from feedback_service.models import Case, CaseEvent, Notice, Role, Staff
from feedback_service.redress import supervising
from feedback_service.redress.supervising import Counts
from feedback_service.staff import Viewer
from tests.desk_world import Browser, Colleague, DeskWorld, Statements

pytestmark = pytest.mark.servers


@pytest.fixture
def sue(world: DeskWorld) -> Colleague:
    return world.staff(Role.SUPERVISOR, "NRB", unit_id="NRB-R", name="Sue Super")


@pytest.fixture
def ann(world: DeskWorld) -> Colleague:
    return world.staff(Role.OFFICER, "NRB", unit_id="NRB-R", name="Ann Officer")


@pytest.fixture
def cases(world: DeskWorld, rt: Any, clock: Any, ann: Colleague) -> dict[str, Case]:
    """One of each kind, and some that are no business of this supervisor's."""
    made = {
        name: world.case(f"This one is {name}", source=f"n:{name}")
        for name in ("late", "soon", "disputed", "unanswered", "elsewhere", "urgent", "other")
    } | {"foreign": world.case("My passport", service_id="passport", source="n:p")}
    now, long = clock(), timedelta(days=30)
    changes: dict[str, dict[str, Any]] = {
        "late": {"due_at": now - timedelta(hours=1), "assigned_to_id": ann.id},
        "soon": {"due_at": now + timedelta(hours=5), "assigned_to_id": ann.id},
        "disputed": {"outcome": Outcome.DISPUTED, "status": CaseStatus.ACKNOWLEDGED},
        "unanswered": {"acknowledge_due_at": now - timedelta(hours=1)},
        "elsewhere": {"unit_id": "NRB-2"},
        "urgent": {"urgent": True, "assigned_to_id": ann.id},
        "other": {"status": CaseStatus.RESOLVED, "due_at": now - long},
        "foreign": {"due_at": now - long},
    }
    with rt.transaction() as session:
        for name, values in changes.items():
            case = session.get_one(Case, made[name].id)
            for key, value in ({"due_at": now + long} | values).items():
                setattr(case, key, value)
    return made


def seen_by(rt: Any, who: Colleague) -> Viewer:
    with rt.transaction() as session:
        one = session.get_one(Staff, who.id)
        return Viewer(one.id, one.name, frozenset({one.role}), one.institution_id, one.unit_id,
                      None, "en")  # fmt: skip


def listed(page: str) -> set[str]:
    return set(re.findall(r'href="/desk/cases/(\d{8})"', page))


def test_every_open_case_of_the_institution_s_desks_is_counted_once(
    rt: Any, sue: Colleague, ann: Colleague, cases: dict[str, Case], engine: Any
) -> None:
    with rt.transaction() as session, Statements(engine) as sent:
        parts = supervising.tally(rt, session, seen_by(rt, sue))
    assert supervising.whole(parts) == Counts(1, 1, 1, 1, 6, 8)
    by = {(part.unit_id, part.staff_id): part.counts for part in parts}
    assert by == {
        ("NRB-R", ann.id): Counts(late=1, soon=1, open=3, load=5),
        ("NRB-R", None): Counts(disputed=1, unanswered=1, open=2, load=2),
        ("NRB-2", None): Counts(open=1, load=1),
    }
    assert len([one for one in sent if "count(" in one]) == 1


LISTS = [
    ("", {"late"}),
    ("?want=soon", {"soon"}),
    ("?want=disputed", {"disputed"}),
    ("?want=unanswered", {"unanswered"}),
    ("?want=open", {"late", "soon", "disputed", "unanswered", "elsewhere", "urgent"}),
    ("?want=open&unit=NRB-2", {"elsewhere"}),
    ("?want=open&person=nobody&unit=NRB-R", {"disputed", "unanswered"}),
    ("?want=nonsense&person=nonsense", {"late"}),
]


@pytest.mark.parametrize(("query", "expected"), LISTS)
def test_the_list_holds_what_its_tab_counts(
    app: Any, sue: Colleague, cases: dict[str, Case], query: str, expected: set[str]
) -> None:
    page = Browser(app, sue).get(f"/desk/supervise{query}").text
    assert listed(page) == {cases[name].reference for name in expected}


def test_a_person_s_line_leads_to_their_cases_and_tells_of_no_verdict(
    app: Any, sue: Colleague, ann: Colleague, cases: dict[str, Case]
) -> None:
    browser = Browser(app, sue)
    page = browser.get("/desk/supervise").text
    assert f"person={ann.id}" in page
    mine = browser.get(f"/desk/supervise?want=open&person={ann.id}").text
    assert listed(mine) == {cases[name].reference for name in ("late", "soon", "urgent")}
    for word in ("confirmed", "rating", "stars"):
        assert word not in page.lower()


def test_ticked_cases_go_to_a_colleague_who_is_told(
    app: Any, rt: Any, world: DeskWorld, sue: Colleague, ann: Colleague, cases: dict[str, Case]
) -> None:
    ben = world.staff(Role.OFFICER, "NRB", unit_id="NRB-R", name="Ben Officer")
    browser = Browser(app, sue)
    ticked = [cases["late"].reference, cases["soon"].reference]
    sent = browser.post("/desk/supervise", case=ticked, officer=str(ben.id), want="late")
    assert sent.status_code == 303
    with rt.transaction() as session:
        for name in ("late", "soon"):
            assert session.get_one(Case, cases[name].id).assigned_to_id == ben.id
        told = session.scalars(sa.select(Notice).where(Notice.staff_id == ben.id)).all()
        assert [notice.kind for notice in told] == ["assigned", "assigned"]


def test_what_cannot_be_handed_over_is_shown_with_its_reason(
    app: Any, rt: Any, sue: Colleague, ann: Colleague, cases: dict[str, Case]
) -> None:
    browser = Browser(app, sue)
    both = [cases["late"].reference, cases["disputed"].reference]
    page = browser.post("/desk/supervise", case=both, officer=str(ann.id)).text
    assert 'role="alert"' in page
    assert f'cases/{cases["late"].reference}"><span class="ref">' in page, "she has it already"
    with rt.transaction() as session:
        assert session.get_one(Case, cases["disputed"].id).assigned_to_id == ann.id
    foreign = browser.post("/desk/supervise", case=cases["foreign"].reference, officer=str(ann.id))
    assert "alert" in foreign.text
    with rt.transaction() as session:
        assert session.get_one(Case, cases["foreign"].id).assigned_to_id is None
        assert session.scalar(sa.select(sa.func.count()).select_from(CaseEvent)) == 9


def test_nothing_ticked_or_nobody_chosen_does_nothing(
    app: Any, sue: Colleague, ann: Colleague, cases: dict[str, Case]
) -> None:
    browser = Browser(app, sue)
    for fields in ({"case": cases["late"].reference}, {"officer": str(ann.id)}):
        sent = browser.post("/desk/supervise", **fields)
        assert sent.status_code == 303
        assert "choose a colleague first" in browser.get(sent.location).text


def test_each_working_morning_the_supervisor_has_the_same_counts_once(
    app: Any, rt: Any, clock: Any, sue: Colleague, cases: dict[str, Case]
) -> None:
    clock.forward(hours=-3)
    assert supervising.tell_supervisors(rt) == 0, "six o'clock"
    clock.forward(minutes=45)
    assert supervising.tell_supervisors(rt) == 1
    rt.kept.pop(supervising.MORNING)
    assert supervising.tell_supervisors(rt) == 0, "a clock that was started again"
    with rt.transaction() as session:
        told = session.scalars(sa.select(Notice)).one()
        assert told.staff_id == sue.id
        assert told.data["open"] == 6
    page = Browser(app, sue).get("/desk/notices").text
    assert "6 open in all" in page
    assert 'href="/desk/supervise"' in page
    clock.forward(days=5)
    assert supervising.tell_supervisors(rt) == 0, "Saturday"


def test_a_quiet_morning_is_no_notice(rt: Any, world: DeskWorld, sue: Colleague) -> None:
    world.case()
    assert supervising.tell_supervisors(rt) == 0
