"""The pages of privacy in a real browser: open to all, in both languages, on small screens."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from feedback_service.models import (
    Case,
    Citizen,
    RequestKind,
    RetentionRun,
    Role,
    SubjectRequest,
    Unsealing,
)
from feedback_service.privacy import access, requests
from tests.browser import sign_in
from tests.desk_world import Colleague, DeskWorld
from tests.e2e.test_desk_browser import LOOKS, check, desk  # noqa: F401 - a fixture

pytestmark = [pytest.mark.browser, pytest.mark.servers, pytest.mark.timeout(300)]


@pytest.fixture
def world(rt: Any) -> DeskWorld:
    return DeskWorld(rt)


@pytest.fixture
def case(world: DeskWorld) -> Case:
    return world.case("My name is Otieno Ouma of ID 23456789, I wait for my card since May.")


def look(page: Any, address: str, name: str) -> None:
    """English by day, Kiswahili by night, both widths."""
    for theme, width in LOOKS:
        page.emulate_media(color_scheme=theme)
        page.set_viewport_size({"width": width, "height": 900})
        lang = "en" if theme == "light" else "sw"
        page.goto(f"{address}{'&' if '?' in address else '?'}lang={lang}")
        assert page.locator("h1").count() == 1
        check(page, f"{name}-{theme}-{width}")


def asked(rt: Any, case: Case, who: Colleague, **more: Any) -> None:
    with rt.transaction() as session:
        session.add(
            Unsealing(case_id=case.id, citizen_id=case.citizen_id, asked_by_id=who.id,
                      reason="danger: She must be called before the office closes today.",
                      asked_at=rt.now(), **more)
        )  # fmt: skip


def test_the_askings_shut_nobody_out(
    page: Any,
    desk: str,  # noqa: F811 - above
    rt: Any,
    app: Any,
    world: DeskWorld,
    case: Case,
) -> None:
    asked(rt, case, world.staff(Role.OFFICER, "NRB", unit_id="NRB-R", name="Amina Officer"))
    sign_in(page, app, world.staff(Role.AUDITOR, None))
    look(page, f"{desk}unsealings", "unsealings")
    page.goto(f"{desk}unsealings?lang=en")
    page.get_by_role("button", name="Refuse").click()
    page.get_by_text("Write why in a few words.").wait_for()
    check(page, "unsealings-refused")


def test_a_number_is_asked_for_and_shown_by_forms_alone(
    page: Any,
    desk: str,  # noqa: F811 - above
    rt: Any,
    app: Any,
    world: DeskWorld,
    case: Case,
) -> None:
    person = world.staff(Role.OFFICER, "NRB", unit_id="NRB-R")
    sign_in(page, app, person)
    address = f"{desk}cases/{case.reference}"
    page.goto(f"{address}?lang=en")
    page.get_by_text("Ask to see the number").click()
    page.get_by_label("Reason").last.select_option("danger")
    page.get_by_label("Why a message is not enough").fill("Her life may be in danger today.")
    page.get_by_role("button", name="Ask for it").click()
    page.get_by_text("Somebody outside your office decides").wait_for()
    with rt.transaction() as session:
        waiting = session.scalars(sa.select(Unsealing)).one()
        waiting.granted, waiting.decided_at = True, rt.now()
        waiting.until = rt.now() + timedelta(hours=4)
    look(page, address, "case-number")
    page.goto(f"{address}?lang=en")
    page.get_by_role("button", name="Show the number and the whole words").click()
    page.get_by_text("+254712000001").wait_for()
    check(page, "number")
    page.set_viewport_size({"width": 360, "height": 900})
    check(page, "number-360")


def test_the_requests_of_citizens_shut_nobody_out(
    page: Any,
    desk: str,  # noqa: F811 - above
    rt: Any,
    app: Any,
    world: DeskWorld,
    case: Case,
) -> None:
    with rt.transaction() as session:
        citizen = session.get_one(Citizen, case.citizen_id)
        for number, kind in enumerate((RequestKind.ACCESS, RequestKind.ERASURE)):
            one = requests._new(
                session, citizen, kind, "africastalking-sms", f"t:{number}", rt.now(), None
            )
        one.due_at, one.result = rt.now() - timedelta(days=1), {"confirmed_at": str(rt.now())}
        first = session.scalars(sa.select(SubjectRequest)).first()
        first.done_at = rt.now()
        session.add(RetentionRun(rule="files", at=rt.now(), before=rt.now(), removed=1234))
    sign_in(page, app, world.staff(Role.AUDITOR, None))
    look(page, f"{desk}subjects", "subjects")


def test_one_s_own_data_shuts_nobody_out(
    page: Any,
    desk: str,  # noqa: F811 - above
    rt: Any,
    world: DeskWorld,
    case: Case,
) -> None:
    with rt.transaction() as session:
        citizen = session.get_one(Citizen, case.citizen_id)
        one = requests.ask_access(session, citizen, "africastalking-sms", "t:1", rt.now())
        link = access.make_link(rt, one).partition("/mydata/")[2]
    address = f"{desk.removesuffix('/desk/')}/mydata/{link}"
    look(page, address, "mydata")
    page.goto(f"{address}?lang=en")
    page.get_by_role("button", name="Send the code").click()
    page.get_by_text("on its way to your phone").wait_for()
    check(page, "mydata-sent")
    page.get_by_label("The six digits").fill("000000")
    page.get_by_role("button", name="To read (PDF)").click()
    page.get_by_text("That is not the code").wait_for()
    check(page, "mydata-wrong")
    page.goto(f"{address}x?lang=en")
    check(page, "mydata-gone")
