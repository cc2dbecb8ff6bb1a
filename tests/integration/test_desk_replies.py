"""Ready replies: kept in both languages, filled in on a case, never sent half-filled."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
import sqlalchemy as sa

from feedback_service.models import AuditLine, CannedReply, Case, Citizen, Message, Role
from tests.desk_world import Browser, DeskWorld, seen

pytestmark = pytest.mark.servers

GOOD = {
    "title": "Card is ready",
    "action": "resolve",
    "text_en": "Case {reference}: your card is at {office}. Fetch it by {day}.",
    "text_sw": "Kesi {reference}: kadi yako iko {office}. Ichukue kufikia {day}.",
}


@pytest.fixture
def supervisor(world: DeskWorld, app: Any) -> Browser:
    return Browser(app, world.staff(Role.SUPERVISOR, "NRB", unit_id="NRB-R"))


def offered(page: str) -> list[str]:
    return [unescape(text) for text in re.findall(r'data-text="([^"]*)"', page)]


@pytest.mark.parametrize("lang", ["en", "sw"])
def test_a_reply_is_offered_filled_in_the_citizen_s_language(
    world: DeskWorld, supervisor: Browser, officer: Browser, rt: Any, lang: str
) -> None:
    case = world.case()
    with rt.transaction() as session:
        session.get_one(Citizen, case.citizen_id).language = lang
    assert supervisor.post("/desk/replies", **GOOD).status_code == 303
    text = offered(officer.get(f"/desk/cases/{case.reference}").text)[0]
    assert f"{case.reference[:4]} {case.reference[4:]}" in text
    assert "Registration Bureau" in text
    assert "{" not in text
    assert ("Kesi" in text) == (lang == "sw")


def test_without_scripts_the_reply_chosen_stands_in_its_form_and_can_be_sent(
    world: DeskWorld, supervisor: Browser, officer: Browser, rt: Any
) -> None:
    path = f"/desk/cases/{world.case().reference}"
    supervisor.post("/desk/replies", **GOOD)
    key = re.search(r'<option value="([0-9a-f-]{36})" data-text', officer.get(path).text)
    assert key
    page = officer.get(f"{path}?reply={key[1]}").text
    written = re.search(r'<textarea id="resolve-answer"[^>]*>([^<]+)<', page)
    assert written
    assert written[1].startswith("Case ")
    assert '<details name="answer" id="resolve" open>' in page
    sent = officer.post(f"{path}/resolve", seen=seen(page), answer=unescape(written[1]))
    assert sent.status_code == 303
    with rt.transaction() as session:
        assert any("your card is at" in m.text for m in session.scalars(sa.select(Message)))


def test_a_day_that_has_passed_is_left_open_and_nothing_open_is_sent(
    world: DeskWorld, supervisor: Browser, officer: Browser, rt: Any, clock: Any
) -> None:
    case = world.case()
    supervisor.post("/desk/replies", **GOOD)
    clock.forward(days=20)
    path = f"/desk/cases/{case.reference}"
    page = officer.get(path).text
    text = offered(page)[0]
    assert text.endswith("Fetch it by {day}.")
    sent = officer.post(f"{path}/resolve", seen=seen(page), answer=text)
    assert sent.status_code == 409
    assert "A place in braces is still open" in sent.text
    with rt.transaction() as session:
        assert session.get_one(Case, case.id).resolved_at is None


WRONG = [
    ("no name", {"title": ""}, "title"),
    ("no such act", {"action": "transfer"}, "action"),
    ("one language alone", {"text_sw": ""}, "text_sw"),
    ("a place nobody fills", {"text_en": "Dear {name}, {reference}"}, "text_en"),
    ("places that differ", {"text_sw": "Kesi {reference}"}, "text_sw"),
    ("longer than an answer", {"text_en": "{reference} {day} {office} " + "a" * 290}, "text_en"),
]


@pytest.mark.parametrize(
    ("changed", "field"), [row[1:] for row in WRONG], ids=[row[0] for row in WRONG]
)
def test_a_reply_that_cannot_be_kept_says_why(
    supervisor: Browser, rt: Any, changed: dict[str, str], field: str
) -> None:
    sent = supervisor.post("/desk/replies", **(GOOD | changed))
    assert sent.status_code == 422
    assert f'id="new-{field}-error"' in sent.text
    with rt.transaction() as session:
        assert not session.scalars(sa.select(CannedReply)).all()


def test_a_change_ends_the_old_row_and_both_are_in_the_audit(supervisor: Browser, rt: Any) -> None:
    supervisor.post("/desk/replies", **GOOD)
    with rt.transaction() as session:
        first = session.scalars(sa.select(CannedReply)).one()
    changed = supervisor.post(f"/desk/replies/{first.id}/keep", **(GOOD | {"title": "Ready"}))
    assert changed.status_code == 303
    again = supervisor.post(f"/desk/replies/{first.id}/keep", **GOOD)
    assert again.status_code == 404
    with rt.transaction() as session:
        rows = session.scalars(sa.select(CannedReply).order_by(CannedReply.made_at)).all()
        assert [(r.ended_at is None) for r in sorted(rows, key=lambda r: r.title)] == [False, True]
    live = next(row for row in rows if row.title == "Ready")
    assert supervisor.post(f"/desk/replies/{live.id}/end").status_code == 303
    with rt.transaction() as session:
        said = session.scalars(sa.select(AuditLine.what).order_by(AuditLine.number)).all()
    assert said == ["reply.keep", "reply.keep", "reply.end"]
    assert "No ready replies yet" in supervisor.get("/desk/replies").text


def test_replies_stay_in_their_institution_and_those_for_all_are_not_changed_there(
    world: DeskWorld, app: Any, supervisor: Browser, officer: Browser, rt: Any
) -> None:
    elsewhere = Browser(app, world.staff(Role.SUPERVISOR, "DIS"))
    everywhere = Browser(app, world.staff(Role.ADMINISTRATOR, None))
    elsewhere.post("/desk/replies", **(GOOD | {"text_en": "Passport {reference} {day} {office}"}))
    everywhere.post("/desk/replies", **(GOOD | {"title": "For all"}))
    with rt.transaction() as session:
        rows = {row.institution_id: row.id for row in session.scalars(sa.select(CannedReply))}
    assert len(offered(officer.get(f"/desk/cases/{world.case().reference}").text)) == 1
    assert "For all" in supervisor.get("/desk/replies").text
    for key in rows.values():
        assert supervisor.post(f"/desk/replies/{key}/end").status_code == 404
    assert everywhere.post(f"/desk/replies/{rows[None]}/end").status_code == 303


def test_the_page_speaks_kiswahili(supervisor: Browser) -> None:
    supervisor.post("/desk/replies", **GOOD)
    page = supervisor.get("/desk/replies?lang=sw").text
    assert "Majibu yaliyo tayari" in page
    assert "Limetatuliwa" in page
