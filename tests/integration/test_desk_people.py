"""The page of accounts: made, let in by code or link, changed, closed; each by who may."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from feedback_service import audit, staff
from feedback_service.models import Institution, Role, Staff, Unit
from feedback_service.staff import BadAccount, Change
from tests.desk_world import Browser, Colleague, DeskWorld
from tests.letterbox import letterbox

pytestmark = pytest.mark.servers

PEOPLE, NEW = "/desk/admin/people", "a new password of mine"


def person(rt: Any, colleague: Colleague) -> Staff:
    with rt.transaction() as session:
        found: Staff = session.get_one(Staff, colleague.id)
    return found


AMINA = {
    "name": "Amina", "email": "amina@example.go.ke", "role": "officer", "institution": "NRB",
    "unit": "NRB-R", "place": "",
}  # fmt: skip


def code_on(page: Any) -> str:
    """The code that a page shows once."""
    found = re.findall(r"<code>([A-Z2-9]{4}(?:-[A-Z2-9]{4}){3})</code>", page.text)
    assert len(found) == 1
    return str(found[0])


def knock(app: Any, password: str) -> Any:
    return Browser(app).post("/desk/sign-in", email=AMINA["email"], password=password)


def test_a_code_on_paper_opens_an_account_once_to_choose_a_password(
    world: DeskWorld, app: Any
) -> None:
    browser = Browser(app, world.staff(Role.ADMINISTRATOR, None))
    code = code_on(browser.post(PEOPLE, **AMINA))
    assert code not in browser.get(PEOPLE).text
    door = knock(app, code.lower().replace("-", " "))
    assert door.status_code == 303
    assert "/desk/new-password/" in door.location
    new = Browser(app)
    assert new.get(door.location).status_code == 200
    assert new.post(door.location, new=NEW, again="another").status_code == 422
    assert new.post(door.location, new="short", again="short").status_code == 422
    assert new.post(door.location, new=NEW, again=NEW).status_code == 303
    assert new.post(door.location, new=NEW, again=NEW).status_code == 404
    assert new.get(door.location).status_code == 404
    assert knock(app, code).status_code == 401
    assert knock(app, NEW).location == "/desk/"


def test_a_code_is_good_for_three_days(world: DeskWorld, app: Any, clock: Any) -> None:
    admin = Browser(app, world.staff(Role.ADMINISTRATOR, None))
    code = code_on(admin.post(PEOPLE, **AMINA))
    link = knock(app, code).location
    clock.forward(days=3, minutes=1)
    assert knock(app, code).status_code == 401
    assert Browser(app).post(link, new=NEW, again=NEW).status_code == 404


def test_a_link_by_mail_carries_no_password_and_fits_once(world: DeskWorld, rt: Any) -> None:
    from feedback_service.app import create_app

    with letterbox() as (address, letters):
        settings = replace(rt.settings, smtp_url=address, mail_from="desk@example.go.ke")
        app = create_app(replace(rt, settings=settings))
        browser = Browser(app, world.staff(Role.ADMINISTRATOR, None))
        page = browser.post(PEOPLE, **AMINA | {"by": "mail"})
    assert "<code>" not in page.text
    said = letters[0].get_content()
    link = re.search(r"https?://[^/]+(/desk/new-password/\S+)", said)
    assert link
    assert "password:" not in said.lower()
    assert Browser(app).post(link[1], new=NEW, again=NEW).status_code == 303
    assert Browser(app).get(f"{link[1]}x").status_code == 404


def test_a_letter_that_is_not_taken_leaves_the_code_on_the_page(world: DeskWorld, rt: Any) -> None:
    from feedback_service.app import create_app

    settings = replace(rt.settings, smtp_url="smtp://127.0.0.1:9", mail_from="desk@example.go.ke")
    browser = Browser(
        create_app(replace(rt, settings=settings)), world.staff(Role.ADMINISTRATOR, None)
    )
    page = browser.post(PEOPLE, **AMINA | {"by": "mail"})
    assert code_on(page)
    assert "did not take the letter" in page.text


NO_ACCOUNT = [
    ("no name", {"name": ""}),
    ("no address", {"email": "amina"}),
    ("no role", {"role": "king"}),
    ("an officer of nothing", {"institution": "", "unit": ""}),
    ("a unit of others", {"unit": "DIS-R"}),
    ("no such unit", {"unit": "X"}),
    ("no such place", {"place": "X"}),
]


@pytest.mark.parametrize("more", [row[1] for row in NO_ACCOUNT], ids=[row[0] for row in NO_ACCOUNT])
def test_an_account_that_makes_no_sense_is_not_made(
    world: DeskWorld, app: Any, rt: Any, more: dict[str, str]
) -> None:
    browser = Browser(app, world.staff(Role.ADMINISTRATOR, None))
    assert browser.post(PEOPLE, **AMINA | more).status_code == 422
    assert AMINA["email"] not in browser.get(PEOPLE).text


def test_an_address_has_one_account(world: DeskWorld, app: Any) -> None:
    browser = Browser(app, world.staff(Role.ADMINISTRATOR, None))
    assert browser.post(PEOPLE, **AMINA).status_code == 200
    again = browser.post(PEOPLE, **AMINA)
    assert again.status_code == 422
    assert "already an account" in again.text


def test_a_supervisor_reads_the_accounts_of_their_institution_only(
    world: DeskWorld, app: Any
) -> None:
    own, other = world.staff(Role.OFFICER, "NRB"), world.staff(Role.OFFICER, "DIS")
    page = Browser(app, world.staff(Role.SUPERVISOR, "NRB")).get(PEOPLE).text
    assert own.email in page
    assert other.email not in page


def test_disabling_signs_out_and_nobody_disables_themselves(
    world: DeskWorld, app: Any, rt: Any
) -> None:
    me, other = world.staff(Role.ADMINISTRATOR, None), world.staff(Role.OFFICER, "DIS")
    browser = Browser(app, me)
    assert browser.post(f"{PEOPLE}/{other.id}/disable").status_code == 303
    assert person(rt, other).disabled_at is not None
    assert Browser(app, other).get("/desk/").status_code == 303
    assert browser.post(f"{PEOPLE}/{other.id}/open").status_code == 303
    assert person(rt, other).disabled_at is None
    assert browser.post(f"{PEOPLE}/{me.id}/disable").status_code == 404
    assert person(rt, me).disabled_at is None


def test_the_last_administrator_stays(world: DeskWorld, app: Any, rt: Any) -> None:
    one = world.staff(Role.ADMINISTRATOR, None)
    with rt.transaction() as session:
        row = session.get_one(Staff, one.id)
        with pytest.raises(BadAccount, match="last administrator"):
            staff.disable(session, row.email, rt.now())
        with pytest.raises(BadAccount, match="last administrator"):
            staff.change(session, one.id, Change(row.name, Role.AUDITOR), rt.now())
        session.rollback()
    two = world.staff(Role.ADMINISTRATOR, None)
    assert Browser(app, two).post(f"{PEOPLE}/{one.id}/disable").status_code == 303
    assert person(rt, one).disabled_at is not None


def test_an_account_is_changed_and_signed_out(world: DeskWorld, app: Any, rt: Any) -> None:
    other, boss = world.staff(Role.OFFICER, "DIS"), world.staff(Role.SUPERVISOR, "NRB")
    browser = Browser(app, world.staff(Role.ADMINISTRATOR, None))
    way = {
        "name": "Zawadi", "role": "officer", "institution": "NRB", "unit": "NRB-R", "place": "",
        "supervisor": str(boss.id),
    }  # fmt: skip
    assert "Zawadi" not in browser.get(f"{PEOPLE}/{other.id}").text
    assert browser.post(f"{PEOPLE}/{other.id}", **way).status_code == 303
    now = person(rt, other)
    assert (now.name, now.unit_id, now.supervisor_id) == ("Zawadi", "NRB-R", boss.id)
    assert Browser(app, other).get("/desk/").status_code == 303
    wrong = ({"unit": "DIS-R"}, {"role": "king"}, {"name": ""}, {"supervisor": str(other.id)})
    for more in wrong:
        assert browser.post(f"{PEOPLE}/{other.id}", **way | more).status_code == 422, more


def test_who_goes_elsewhere_leads_nobody_and_nobody_stands_in(world: DeskWorld, rt: Any) -> None:
    boss, other = world.staff(Role.SUPERVISOR, "NRB"), world.staff(Role.OFFICER, "NRB")
    led = world.staff(Role.OFFICER, "NRB", supervisor_id=boss.id)
    with rt.transaction() as session:
        staff.name_deputy(session, boss.id, other.email, rt.now(), rt.now())
        same = Change("Boss", Role.SUPERVISOR, "NRB", unit_id="NRB-R")
        assert staff.change(session, boss.id, same, rt.now())
    assert (person(rt, led).supervisor_id, person(rt, boss).deputy_id) == (boss.id, other.id)
    with rt.transaction() as session:
        assert staff.change(session, boss.id, Change("Boss", Role.SUPERVISOR, "DIS"), rt.now())
        line = list(audit.lines(session))[-1]
    assert (person(rt, led).supervisor_id, person(rt, boss).deputy_id) == (None, None)
    assert (line.data["led"], line.data["deputy_id"]) == ([1, 0], [str(other.id), None])


def test_nobody_is_led_by_whom_they_lead(world: DeskWorld, rt: Any) -> None:
    above, below = world.staff(Role.SUPERVISOR, "NRB"), world.staff(Role.SUPERVISOR, "NRB")
    with rt.transaction() as session:
        way = Change("Below", Role.SUPERVISOR, "NRB", supervisor_id=above.id)
        assert staff.change(session, below.id, way, rt.now())
        back = Change("Above", Role.SUPERVISOR, "NRB", supervisor_id=below.id)
        with pytest.raises(BadAccount, match="supervisor"):
            staff.change(session, above.id, back, rt.now())


def test_a_supervisor_makes_and_closes_officers_of_their_own_desk_only(
    world: DeskWorld, app: Any
) -> None:
    officer = world.staff(Role.OFFICER, "NRB", unit_id="NRB-R")
    others = (
        world.staff(Role.OFFICER, "DIS"), world.staff(Role.SUPERVISOR, "NRB"),
        world.staff(Role.INTEGRITY, "NRB"), world.staff(Role.ADMINISTRATOR, "NRB"),
    )  # fmt: skip
    browser = Browser(app, world.staff(Role.SUPERVISOR, "NRB", unit_id="NRB-R"))
    assert browser.post(PEOPLE, **AMINA).status_code == 200
    for more in ({"role": "supervisor"}, {"institution": "DIS", "unit": ""}, {"unit": ""}):
        way = AMINA | {"email": "new@example.go.ke"} | more
        assert browser.post(PEOPLE, **way).status_code == 422, more
    assert browser.post(f"{PEOPLE}/{officer.id}/disable").status_code == 303
    for who in others:
        assert browser.get(f"{PEOPLE}/{who.id}").status_code == 404
        assert browser.post(f"{PEOPLE}/{who.id}/disable").status_code == 404


def test_who_is_let_in_by_a_supervisor_is_led_by_them(world: DeskWorld, app: Any, rt: Any) -> None:
    """Else a supervisor would read a case that names them with an account of their own making."""
    boss, other = world.staff(Role.SUPERVISOR, "NRB"), world.staff(Role.SUPERVISOR, "NRB")
    free = world.staff(Role.OFFICER, "NRB")
    led = world.staff(Role.OFFICER, "NRB", supervisor_id=other.id)
    browser = Browser(app, boss)
    assert browser.post(PEOPLE, **AMINA).status_code == 200
    assert browser.post(f"{PEOPLE}/{free.id}/invite").status_code == 200
    assert browser.post(f"{PEOPLE}/{led.id}/invite").status_code == 404
    with rt.transaction() as session:
        made = staff.account_of(session, AMINA["email"])
        assert made.supervisor_id == person(rt, free).supervisor_id == boss.id
    page = browser.get(f"{PEOPLE}/{free.id}").text
    assert 'name="supervisor"' not in page
    assert "works under you" in page
    way = {"name": "Free", "role": "officer", "institution": "NRB", "supervisor": str(other.id)}
    assert browser.post(f"{PEOPLE}/{free.id}", **way).status_code == 303
    assert (person(rt, free).name, person(rt, free).supervisor_id) == ("Free", boss.id)


def test_a_deputy_of_somebody_higher_is_not_taken_over(world: DeskWorld, app: Any, rt: Any) -> None:
    officer, bureau = world.staff(Role.OFFICER, "NRB"), world.staff(Role.INTEGRITY, "NRB")
    browser = Browser(app, world.staff(Role.SUPERVISOR, "NRB"))
    page = f"{PEOPLE}/{officer.id}"
    assert page in browser.get(PEOPLE).text
    with rt.transaction() as session:
        staff.name_deputy(session, bureau.id, officer.email, rt.now(), rt.now())
    assert browser.post(f"{page}/invite").status_code == 404
    assert page not in browser.get(PEOPLE).text


def test_nobody_is_sent_to_work_where_an_office_has_ended(
    world: DeskWorld, app: Any, rt: Any
) -> None:
    there = world.staff(Role.OFFICER, "DIS", unit_id="DIS-R")
    with rt.transaction() as session:
        session.get_one(Institution, "DIS").ended_on = rt.now().date()
        session.get_one(Unit, "DIS-R").ended_on = rt.now().date()
    rt.kept.clear()
    browser = Browser(app, world.staff(Role.ADMINISTRATOR, None))
    assert 'value="DIS' not in browser.get(PEOPLE).text
    for unit in ("", "DIS-R"):
        gone = AMINA | {"institution": "DIS", "unit": unit}
        assert browser.post(PEOPLE, **gone).status_code == 422
    page = f"{PEOPLE}/{there.id}"
    assert 'value="DIS-R" selected' in browser.get(page).text
    stays = {"name": "Stays", "role": "officer", "institution": "DIS", "unit": "DIS-R"}
    assert browser.post(page, **stays).status_code == 303


def test_an_administrator_of_one_institution_rules_over_its_accounts_alone(
    world: DeskWorld, app: Any, rt: Any
) -> None:
    own, other = world.staff(Role.OFFICER, "NRB"), world.staff(Role.OFFICER, "DIS")
    sees_all = world.staff(Role.AUDITOR, "NRB")
    browser = Browser(app, world.staff(Role.ADMINISTRATOR, "NRB"))
    assert other.email not in browser.get(PEOPLE).text
    statuses = [
        browser.post(f"{PEOPLE}/{who.id}/invite").status_code for who in (own, other, sees_all)
    ]
    assert statuses == [200, 404, 404]
    refused = [{"institution": "DIS", "unit": ""}, {"role": "auditor"}, {"institution": ""}]
    assert [browser.post(PEOPLE, **AMINA | more).status_code for more in refused] == [422] * 3
    assert browser.post(PEOPLE, **AMINA).status_code == 200
