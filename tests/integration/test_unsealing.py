"""Seeing a citizen's number: by reason and second person, for four hours, told to the citizen."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from feedback_service import audit
from feedback_service.models import (
    Case,
    CaseEvent,
    Certainty,
    Conflict,
    Look,
    Message,
    Notice,
    Role,
    Unsealing,
)
from feedback_service.privacy import askings
from tests.desk_world import PHONE, Browser, DeskWorld, seen

pytestmark = pytest.mark.servers

WORDS = "I am Mary Wanjiku, my ID is 23456789 and I wait since May."
WHY = "She must be called before the office closes today."


@pytest.fixture
def case(world: DeskWorld) -> Case:
    return world.case(WORDS)


@pytest.fixture
def auditor(world: DeskWorld, app: Any) -> Browser:
    return Browser(app, world.staff(Role.AUDITOR, None, name="Audrey Auditor"))


def ask(browser: Browser, case: Case, reason: str = "danger", words: str = WHY) -> Any:
    return browser.post(f"/desk/cases/{case.reference}/number", reason=reason, words=words)


def asked(rt: Any) -> Any:
    with rt.transaction() as session:
        return session.scalars(sa.select(Unsealing)).one_or_none()


def decide(browser: Browser, rt: Any, what: str = "granted", words: str = "") -> Any:
    return browser.post(f"/desk/unsealings/{asked(rt).id}", what=what, words=words)


def show(browser: Browser, rt: Any) -> Any:
    return browser.post(f"/desk/unsealings/{asked(rt).id}/number")


def test_a_second_person_agrees_and_the_asker_sees_it_for_four_hours(
    officer: Browser, auditor: Browser, case: Case, rt: Any, clock: Any
) -> None:
    page = officer.get(f"/desk/cases/{case.reference}").text
    assert "Ask to see the number" in page
    assert "Wanjiku" not in page
    assert PHONE not in page
    assert ask(officer, case).status_code == 303
    assert show(officer, rt).status_code == 404
    waiting = auditor.get("/desk/unsealings").text
    assert WHY in waiting
    assert "Wanjiku" not in waiting
    assert decide(auditor, rt).status_code == 303
    page = show(officer, rt)
    assert PHONE in page.text
    assert WORDS in page.text
    assert page.headers["Cache-Control"] == "no-store"
    clock.forward(hours=4, minutes=1)
    assert show(officer, rt).status_code == 404


def test_each_look_is_written_down_and_so_is_every_step(
    officer: Browser, auditor: Browser, case: Case, rt: Any
) -> None:
    ask(officer, case)
    decide(auditor, rt)
    show(officer, rt)
    show(officer, rt)
    with rt.transaction() as session:
        looks = session.scalars(sa.select(Look).where(Look.what == "number")).all()
        steps = [
            event.data["unsealing"]
            for event in session.scalars(sa.select(CaseEvent).order_by(CaseEvent.number))
            if "unsealing" in event.data
        ]
        lines = [line.what for line in audit.lines(session) if line.what.startswith("unsealing")]
        assert audit.check(session) >= 4
    assert len(looks) == 2
    assert steps == ["asked", "granted", "seen"]
    assert lines == [
        f"unsealing.{what}" for what in ("asked", "granted", "seen", "look", "look")
    ]  # fmt: skip


def test_the_citizen_is_told_at_once_unless_the_case_is_quiet(
    officer: Browser, auditor: Browser, case: Case, rt: Any, world: DeskWorld
) -> None:
    ask(officer, case)
    decide(auditor, rt)
    with rt.transaction() as session:
        told = session.scalars(sa.select(Message).where(Message.wording == "sms-unsealed")).one()
    assert "danger to life" in told.text
    assert "Registration Bureau" in told.text


def test_a_quiet_case_sends_nothing(
    officer: Browser, auditor: Browser, rt: Any, world: DeskWorld
) -> None:
    quiet = world.case(WORDS, quiet=True)
    ask(officer, quiet)
    decide(auditor, rt)
    with rt.transaction() as session:
        told = sa.select(Message).where(Message.wording == "sms-unsealed")
        assert session.scalars(told).first() is None


def test_a_refusal_says_why_and_opens_nothing(
    officer: Browser, auditor: Browser, case: Case, rt: Any
) -> None:
    ask(officer, case)
    assert decide(auditor, rt, "refused").status_code == 422
    assert decide(auditor, rt, "refused", "Write to her first.").status_code == 303
    assert show(officer, rt).status_code == 404
    assert decide(auditor, rt).status_code == 303
    assert asked(rt).granted is False
    assert "Write to her first." in officer.get(f"/desk/cases/{case.reference}").text


def test_nobody_is_asked_without_a_reason_and_a_sentence(
    officer: Browser, case: Case, rt: Any
) -> None:
    for fields in ({"reason": "curious"}, {"words": "please"}, {"words": " "}):
        ask(officer, case, **fields)
    assert asked(rt) is None


def test_asked_twice_while_it_waits_is_asked_once(officer: Browser, case: Case, rt: Any) -> None:
    ask(officer, case)
    ask(officer, case, "court", "The court of Kibera ordered it in 12/2026.")
    assert asked(rt).reason.startswith("danger")


# Who decides on what an officer of NRB-R asked: role, institution, unit, may.
DECIDES = [
    ("an auditor", Role.AUDITOR, None, None, True),
    ("central triage", Role.OFFICER, "CENTRAL", "CENTRAL-T", True),
    ("its supervisor", Role.SUPERVISOR, "CENTRAL", "CENTRAL-T", True),
    ("an integrity officer elsewhere", Role.INTEGRITY, "EACC", "EACC-I", True),
    ("an integrity officer of another unit", Role.INTEGRITY, "NRB", "NRB-2", True),
    ("an integrity officer of the same unit", Role.INTEGRITY, "NRB", "NRB-R", False),
    ("an integrity officer of no unit, same institution", Role.INTEGRITY, "NRB", None, False),
    ("a colleague", Role.OFFICER, "NRB", "NRB-R", False),
    ("the supervisor", Role.SUPERVISOR, "NRB", "NRB-R", False),
    ("a supervisor of another unit", Role.SUPERVISOR, "NRB", "NRB-2", False),
    ("an officer elsewhere", Role.OFFICER, "DIS", "DIS-R", False),
    ("an administrator", Role.ADMINISTRATOR, None, None, False),
    ("an analyst", Role.ANALYST, None, None, False),
    ("a translator", Role.TRANSLATOR, None, None, False),
    ("oversight", Role.OVERSIGHT, "EACC", None, False),
    ("performance", Role.PERFORMANCE, "NRB", None, False),
]  # fmt: skip


@pytest.mark.parametrize(
    ("role", "institution", "unit", "may"), [row[1:] for row in DECIDES],
    ids=[row[0] for row in DECIDES],
)  # fmt: skip
def test_who_may_agree(
    role: Role, institution: str | None, unit: str | None, may: bool, world: DeskWorld,
    app: Any, officer: Browser, case: Case, rt: Any,
) -> None:  # fmt: skip
    ask(officer, case)
    other = Browser(app, world.staff(role, institution, unit_id=unit))
    page = other.get("/desk/unsealings")
    assert (page.status_code == 200 and WHY in page.text) is may
    decide(other, rt)
    assert asked(rt).granted is (True if may else None)


def test_nobody_agrees_to_their_own_asking(world: DeskWorld, app: Any, rt: Any) -> None:
    held = world.case(WORDS, service_id=None, institution_id="CENTRAL")
    triage = Browser(app, world.staff(Role.OFFICER, "CENTRAL", unit_id="CENTRAL-T"))
    other = Browser(app, world.staff(Role.SUPERVISOR, "CENTRAL", unit_id="CENTRAL-T"))
    assert ask(triage, held).status_code == 303
    for browser in (triage, other):
        decide(browser, rt)
        assert asked(rt).granted is None


def test_who_does_not_see_the_case_cannot_ask_and_others_cannot_look(
    world: DeskWorld, app: Any, officer: Browser, auditor: Browser, case: Case, rt: Any
) -> None:
    stranger = Browser(app, world.staff(Role.OFFICER, "DIS", unit_id="DIS-R"))
    assert ask(stranger, case).status_code == 404
    ask(officer, case)
    decide(auditor, rt)
    colleague = Browser(app, world.staff(Role.OFFICER, "NRB", unit_id="NRB-R"))
    for browser in (stranger, colleague, auditor):
        assert show(browser, rt).status_code == 404


def test_what_is_confidential_central_triage_neither_hears_nor_decides(
    world: DeskWorld, app: Any, auditor: Browser, rt: Any
) -> None:
    secret = world.confidential(WORDS)
    central = world.staff(Role.OFFICER, "CENTRAL", unit_id="CENTRAL-T")
    integrity = Browser(app, world.staff(Role.INTEGRITY, "EACC", unit_id="EACC-I"))
    ask(integrity, secret)
    decide(Browser(app, central), rt)
    assert asked(rt).granted is None
    with rt.transaction() as session:
        heard = sa.select(Notice).where(Notice.staff_id == central.id)
        assert session.scalars(heard).first() is None
    decide(auditor, rt)
    assert PHONE in show(integrity, rt).text


def test_whom_the_case_names_cannot_decide(
    world: DeskWorld, app: Any, officer: Browser, case: Case, rt: Any
) -> None:
    named = world.staff(Role.AUDITOR, None)
    ask(officer, case)
    with rt.transaction() as session:
        session.add(
            Conflict(case_id=case.id, staff_id=named.id, certainty=Certainty.NAMED,
                     how="officer", at=rt.now())
        )  # fmt: skip
    decide(Browser(app, named), rt)
    assert asked(rt).granted is None


def test_an_asking_that_nobody_decides_lapses(
    officer: Browser, auditor: Browser, case: Case, rt: Any, clock: Any
) -> None:
    ask(officer, case)
    clock.forward(seconds=(askings.LAPSES_AFTER + timedelta(hours=1)).total_seconds())
    assert WHY not in auditor.get("/desk/unsealings").text
    decide(auditor, rt)
    assert asked(rt).granted is None


def test_what_is_open_is_lost_with_the_sight_of_the_case(
    officer: Browser, auditor: Browser, case: Case, rt: Any
) -> None:
    ask(officer, case)
    decide(auditor, rt)
    number = seen(officer.get(f"/desk/cases/{case.reference}").text)
    away = {"to": "DIS-R", "reason": "other_institution", "words": "Theirs to answer."}
    officer.post(f"/desk/cases/{case.reference}/transfer", seen=number, **away)
    with rt.transaction() as session:
        session.get_one(Case, case.id).institution_id = "DIS"
    assert show(officer, rt).status_code == 404
