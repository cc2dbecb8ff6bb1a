"""What staff are told at the desk, and who stands on the rungs by name."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from feedback_service import redress
from feedback_service.models import AuditLine, Notice, Role, RungHolder
from tests.desk_world import Browser, DeskWorld

pytestmark = pytest.mark.servers


@pytest.fixture
def supervisor(world: DeskWorld, app: Any) -> Browser:
    return Browser(app, world.staff(Role.SUPERVISOR, "NRB", unit_id="NRB-R"))


@pytest.fixture
def administrator(world: DeskWorld, app: Any) -> Browser:
    return Browser(app, world.staff(Role.ADMINISTRATOR, None))


@pytest.fixture
def late(world: DeskWorld, supervisor: Browser, rt: Any, clock: Any) -> Any:
    """A case that has just risen to the supervisor."""
    case = world.case()
    clock.set(case.due_at + timedelta(minutes=1))
    redress.raise_late_cases(rt)
    return case


def test_a_rise_is_counted_in_the_frame_and_told_on_the_page(late: Any, supervisor: Any) -> None:
    page = supervisor.get("/desk/notices").text
    assert "(1 new)" in page
    assert "A case has risen to you: you must answer now" in page
    assert f"/desk/cases/{late.reference}" in page
    assert "Kesi imepanda hadi kwako" in supervisor.get("/desk/notices?lang=sw").text


def test_what_was_seen_is_not_counted_again(late: Any, supervisor: Any, rt: Any) -> None:
    with rt.transaction() as session:
        key = session.scalars(sa.select(Notice.id)).one()
    assert supervisor.post("/desk/notices", notice=str(key)).status_code == 303
    page = supervisor.get("/desk/notices").text
    assert "new)" not in page
    assert "A case has risen to you" in page


def test_nobody_marks_the_notices_of_others(
    late: Any, supervisor: Any, officer: Any, rt: Any
) -> None:
    officer.post("/desk/notices")
    assert "(1 new)" in supervisor.get("/desk/notices").text
    assert "A case has risen" not in officer.get("/desk/notices").text
    assert supervisor.post("/desk/notices", notice="no-key").status_code == 404
    supervisor.post("/desk/notices")
    assert "new)" not in supervisor.get("/desk/notices").text


def test_a_notice_of_a_case_out_of_sight_leads_nowhere(
    world: DeskWorld, late: Any, app: Any, rt: Any
) -> None:
    watcher = world.staff(Role.ANALYST, None)
    with rt.transaction() as session:
        from feedback_service import notices

        notices.post(session, "k", "soon", [watcher.id], rt.now(), case_id=late.id)
    page = Browser(app, watcher).get("/desk/notices").text
    assert f"{late.reference[:4]}&nbsp;{late.reference[4:]}" in page
    assert f"/desk/cases/{late.reference}" not in page


HEAD = {"institution": "NRB", "key": "head", "name": "A. Director", "title": "Director"}


def test_a_named_head_with_an_account_hears_at_the_desk(
    world: DeskWorld, administrator: Browser, app: Any, rt: Any, clock: Any
) -> None:
    director = world.staff(Role.PERFORMANCE, "NRB")
    assert administrator.post("/desk/ladder", mail=director.email, **HEAD).status_code == 303
    assert (
        "Accounting officer: A. Director" in administrator.get("/desk/ladder?institution=NRB").text
    )
    clock.set(world.case().due_at + timedelta(days=10))
    redress.raise_late_cases(rt)
    assert "risen to you" in Browser(app, director).get("/desk/notices").text
    with rt.transaction() as session:
        line = session.scalars(sa.select(AuditLine)).one()
        assert (line.what, line.subject) == ("ladder.holder", "NRB:head")


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [("name", " ", "Fill this in"), ("mail", "no address", "is not an email address")],
)
def test_a_mistake_in_the_form_is_told_beside_its_field(
    administrator: Browser, rt: Any, field: str, value: str, told: str
) -> None:
    sent = administrator.post("/desk/ladder", **{**HEAD, "mail": "d@example.go.ke", field: value})
    assert sent.status_code == 422
    assert f'id="head-{field}-error"' in sent.text
    with rt.transaction() as session:
        assert session.scalars(sa.select(RungHolder)).all() == []


@pytest.mark.parametrize(("institution", "status"), [("NRB", 200), ("DIS", 404), ("X", 404)])
def test_an_administrator_of_one_institution_names_its_own_people_only(
    world: DeskWorld, app: Any, institution: str, status: int
) -> None:
    own = Browser(app, world.staff(Role.ADMINISTRATOR, "NRB"))
    assert own.get(f"/desk/ladder?institution={institution}").status_code == status
    sent = own.post("/desk/ladder", **HEAD | {"institution": institution, "mail": "d@x.go.ke"})
    assert sent.status_code == (303 if status == 200 else 404)
