"""The desk's smaller rooms: account and deputies, oversight, looks, wording."""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import Any

import pytest

from feedback_service import staff
from feedback_service.domain.cases import CaseStatus, Outcome
from feedback_service.models import Case, Category, Role, Staff
from tests.desk_world import Browser, Colleague, DeskWorld

pytestmark = pytest.mark.servers

OLD, NEW = "the old password of mine", "a new password of mine"


def person(rt: Any, colleague: Colleague) -> Staff:
    with rt.transaction() as session:
        found: Staff = session.get_one(Staff, colleague.id)
    return found


# --- the reader's own account ---------------------------------------------------------------


def test_a_deputy_is_named_until_a_day_and_the_naming_can_end(
    world: DeskWorld, app: Any, rt: Any
) -> None:
    me, colleague = world.staff(Role.SUPERVISOR, "NRB"), world.staff(Role.OFFICER, "NRB")
    browser = Browser(app, me)
    way = {"email": colleague.email, "until": "2026-03-13"}
    assert browser.post("/desk/account/deputy", **way).status_code == 303
    named = person(rt, me)
    assert (named.deputy_id, named.deputy_until) == (colleague.id, date(2026, 3, 13))
    assert colleague.email in browser.get("/desk/account").text or named.deputy_id
    assert browser.post("/desk/account/deputy", email="", until="").status_code == 303
    assert person(rt, me).deputy_id is None


NO_DEPUTY = [
    ("of another institution", "DIS", "2026-03-13"),
    ("without a day", "NRB", ""),
    ("until yesterday", "NRB", "2026-03-01"),
    ("for ever", "NRB", "2027-03-01"),
]


@pytest.mark.parametrize(
    ("institution", "until"), [row[1:] for row in NO_DEPUTY], ids=[row[0] for row in NO_DEPUTY]
)
def test_who_may_not_stand_in_is_not_named(
    world: DeskWorld, app: Any, rt: Any, institution: str, until: str
) -> None:
    me, other = world.staff(Role.SUPERVISOR, "NRB"), world.staff(Role.OFFICER, institution)
    sent = Browser(app, me).post("/desk/account/deputy", email=other.email, until=until)
    assert sent.status_code == 422
    assert person(rt, me).deputy_id is None


def test_the_language_chosen_is_the_desk_s_from_then_on(
    world: DeskWorld, app: Any, rt: Any
) -> None:
    me = world.staff(Role.OFFICER, "NRB")
    assert Browser(app, me).post("/desk/account/language", language="sw").status_code == 303
    assert '<html lang="sw">' in Browser(app, me).get("/desk/").text
    assert Browser(app, me).post("/desk/account/language", language="fr").status_code == 422


PASSWORDS = [
    ("changed", OLD, NEW, NEW, 303),
    ("the present one wrong", "no", NEW, NEW, 422),
    ("typed differently", OLD, NEW, "another", 422),
    ("too short", OLD, "short", "short", 422),
]


@pytest.mark.parametrize(
    ("old", "new", "again", "status"), [row[1:] for row in PASSWORDS],
    ids=[row[0] for row in PASSWORDS],
)  # fmt: skip
def test_a_password_is_changed_by_who_knows_it(
    world: DeskWorld, app: Any, rt: Any, old: str, new: str, again: str, status: int
) -> None:
    me = world.staff(Role.OFFICER, "NRB")
    with rt.transaction() as session:
        staff.reset(session, me.email, rt.now(), OLD)
    token = staff.sign_in(rt, me.email, OLD)
    browser = Browser(app, Colleague(me.id, me.email, token or ""))
    sent = browser.post("/desk/account/password", old=old, new=new, again=again)
    assert sent.status_code == status
    assert (staff.sign_in(rt, me.email, NEW) is not None) == (status == 303)


def test_a_new_password_signs_out_every_other_browser(world: DeskWorld, app: Any, rt: Any) -> None:
    me = world.staff(Role.OFFICER, "NRB")
    with rt.transaction() as session:
        staff.reset(session, me.email, rt.now(), OLD)
    here, stolen = (
        Browser(app, Colleague(me.id, me.email, staff.sign_in(rt, me.email, OLD) or ""))
        for _ in range(2)
    )
    here.post("/desk/account/password", old=OLD, new=NEW, again=NEW)
    assert here.get("/desk/").status_code == 200
    assert stolen.get("/desk/").status_code == 303


# --- those who watch ------------------------------------------------------------------------


def table(browser: Browser, path: str) -> list[dict[str, str]]:
    page = browser.get(path)
    assert page.status_code == 200
    return list(csv.DictReader(io.StringIO(page.text)))


def test_oversight_reads_counts_of_its_bodies_and_no_case(
    world: DeskWorld, app: Any, rt: Any, clock: Any
) -> None:
    cases = [world.case(f"Words number {n}.") for n in range(4)]
    with rt.transaction() as session:
        late, solved, disputed = (session.get_one(Case, case.id) for case in cases[:3])
        late.due_at = clock().replace(year=2025)
        solved.status, solved.outcome = CaseStatus.CLOSED, Outcome.CONFIRMED
        disputed.outcome = Outcome.DISPUTED
    browser = Browser(app, world.staff(Role.OVERSIGHT, None))
    line = next(row for row in table(browser, "/desk/oversight?as=csv") if row["id"] == "NRB")
    numbers = {name: line[name] for name in ("open", "late", "answered", "confirmed", "disputed")}
    assert numbers == {
        "open": "3", "late": "1", "answered": "1", "confirmed": "1", "disputed": "1",
    }  # fmt: skip
    page = browser.get("/desk/oversight").text
    assert "Words number" not in page
    assert all(case.reference not in page for case in cases)


def test_oversight_reads_this_quarter_by_the_ombudsmans_kinds(
    world: DeskWorld, app: Any, rt: Any, clock: Any
) -> None:
    cases = [world.case(f"Words number {n}.") for n in range(5)]
    chosen = (Category.ACCESS, Category.SYSTEM_FAILURE, Category.BRIBERY, Category.DELAY, None)
    with rt.transaction() as session:
        for case, category in zip(cases, chosen, strict=True):
            session.get_one(Case, case.id).category = category
        session.get_one(Case, cases[3].id).received_at = clock().replace(year=2025)
    browser = Browser(app, world.staff(Role.OVERSIGHT, None))
    found = {row["key"]: row["cases"] for row in table(browser, "/desk/oversight?as=kinds")}
    assert found == {"service_failure": "2", "corruption": "1", "": "1"}
    assert "Bribery or corruption (refer to EACC)" in browser.get("/desk/oversight").text
    assert "Hongo au ufisadi (kwa EACC)" in browser.get("/desk/oversight?lang=sw").text


def test_an_oversight_body_reads_only_those_it_watches(world: DeskWorld, app: Any, rt: Any) -> None:
    from feedback_service.models import Institution

    with rt.transaction() as session:
        session.get_one(Institution, "DIS").external_escalation = "EACC; CAJ"
    browser = Browser(app, world.staff(Role.OVERSIGHT, "EACC"))
    assert [row["id"] for row in table(browser, "/desk/oversight?as=csv")] == ["DIS"]


def test_an_auditor_s_own_looks_are_listed_with_all_others(world: DeskWorld, app: Any) -> None:
    case = world.case()
    path = f"/desk/cases/{case.reference}"
    Browser(app, world.staff(Role.OFFICER, "NRB", name="Otieno Curious")).get(path)
    auditor = Browser(app, world.staff(Role.AUDITOR, None, name="Wairimu Auditor"))
    auditor.get(path)
    page = auditor.get(f"/desk/looks?reference={case.reference}").text
    assert "Otieno Curious" in page
    assert page.count("Wairimu Auditor") >= 2  # in the list, and as who is signed in
    assert "Otieno Curious" not in auditor.get("/desk/looks?reference=10000009").text
