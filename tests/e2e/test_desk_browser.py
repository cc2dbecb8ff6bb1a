"""The desk in a real browser: a first case answered by keyboard alone, and pages open to all."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from analytics.triage import record
from feedback_service import notices, staff, triage, watch
from feedback_service.domain.cases import CaseStatus
from feedback_service.models import (
    AskReason,
    Budget,
    Case,
    Heard,
    LabelAsk,
    Look,
    Message,
    MessageState,
    ModelDay,
    ModelStep,
    Role,
    Suggestion,
)
from feedback_service.triage import promotion
from feedback_service.web.access import TOKEN
from tests import survey_world
from tests.browser import check
from tests.desk_world import Colleague, DeskWorld
from tests.web_process import served

pytestmark = [pytest.mark.browser, pytest.mark.servers, pytest.mark.timeout(300)]

EMAIL, PASSWORD = "amina@example.go.ke", "a password of some length"


@pytest.fixture
def desk(app: Any) -> Iterator[str]:
    """The address of a running desk."""
    with served(app) as address:
        yield f"{address}/desk/"


@pytest.fixture
def cases(rt: Any, clock: Any) -> list[Case]:
    """A desk with an officer and cases of every kind an officer meets."""
    world = DeskWorld(rt)
    with rt.transaction() as session:
        staff.add(
            session, EMAIL, Role.SUPERVISOR, rt.now(), name="Amina Wanjiru", institution_id="NRB",
            unit_id="NRB-R", password=PASSWORD,
        )  # fmt: skip
    found = [
        world.case("I paid 300 and waited since May, still no ID. Call me on 0712 345 678.",
                   place_id="NRC-001", county=47),
        world.case("Nimengoja kitambulisho miezi mitatu, hawanijibu.", county=1),
        world.case("The officer at counter 4 shouted at my mother.", urgent=True),
    ]  # fmt: skip
    with rt.transaction() as session:
        late = session.get_one(Case, found[1].id)
        late.due_at, late.level, late.language = clock() - timedelta(days=2), 1, "sw"
        session.add(_suggestion(found[2], clock()))
    return found


def _suggestion(case: Case, now: Any) -> Suggestion:
    detail = {
        "top": [["staff_conduct", 0.81], ["quality", 0.11], ["delay", 0.03]],
        "words": [["shouted", 1.9], ["officer", 0.7]],
    }
    return Suggestion(
        case_id=case.id, model_version="2026-03-01", at=now, category="staff_conduct",
        confidence=0.81, abstained=False, detail=detail,
    )  # fmt: skip


def sign_in(page: Any, desk: str) -> None:
    page.goto(desk)
    page.get_by_label("Work email").fill(EMAIL)
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(desk)


def test_a_first_case_is_solved_by_keyboard_alone(
    page: Any, desk: str, cases: list[Case], rt: Any
) -> None:
    page.goto(desk)
    # The page puts the cursor there by itself, a moment after it is shown.
    page.wait_for_function("document.activeElement.id === 'email'")
    page.keyboard.type(EMAIL)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(desk)
    press_until(page, lambda: focused(page).startswith("The officer at counter 4"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/cases/*", wait_until="load")
    press_until(page, lambda: focused(page).startswith("Solved, ask the citizen"))
    page.keyboard.press("Enter")
    press_until(page, lambda: focused(page) == "resolve-answer")
    page.keyboard.type("We spoke with the officer, who will apologise to her on Friday.")
    press_until(page, lambda: focused(page).startswith("Send and ask"))
    page.keyboard.press("Enter")
    page.get_by_text("The citizen will be asked whether it is solved").wait_for()
    with rt.transaction() as session:
        assert session.get_one(Case, cases[2].id).status is CaseStatus.RESOLVED


def test_a_morning_s_queue_is_worked_through_without_a_mouse(
    page: Any, desk: str, cases: list[Case], rt: Any
) -> None:
    sign_in(page, desk)
    for key in ("j", "x", "j", "x"):
        page.keyboard.press(key)
    page.get_by_text("Ticked: 2").wait_for()
    page.keyboard.press("b")
    page.keyboard.press("KeyA")  # the select is typed into: Acknowledge, or Assign before it
    page.locator("#act").select_option("acknowledge")
    press_until(page, lambda: focused(page).startswith("Show what will happen"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/bulk", wait_until="load")
    check(page, "bulk")
    press_until(page, lambda: focused(page).startswith("Do it to 2 cases"))
    page.keyboard.press("Enter")
    page.get_by_text("Done to 2 cases.").wait_for()
    page.keyboard.press("u")
    page.wait_for_url(desk, wait_until="load")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/cases/*", wait_until="load")
    first = page.url
    page.keyboard.press("n")
    page.wait_for_url(lambda url: url != first, wait_until="load")
    page.keyboard.press("s")
    assert focused(page) == "assign-officer"
    page.keyboard.press("Tab")
    page.keyboard.press("m")
    assert focused(page) == "note-text"
    page.keyboard.type("Called the store.")
    page.keyboard.press("Control+Enter")
    page.get_by_text("Note kept.").wait_for()
    page.keyboard.press("?")
    page.get_by_role("dialog").wait_for()
    check(page, "keys")
    with rt.transaction() as session:
        done = [session.get_one(Case, case.id).status for case in cases]
    assert done.count(CaseStatus.ACKNOWLEDGED) == 2


def focused(page: Any) -> str:
    """What holds the focus: a field by its id, anything else by its text."""
    return str(
        page.evaluate(
            "() => { const a = document.activeElement;"
            " return a.matches('input,textarea,select') ? a.id : a.textContent.trim() }"
        )
    )


def press_until(page: Any, reached: Any, key: str = "Tab", most: int = 60) -> None:
    for _ in range(most):
        if reached():
            return
        page.keyboard.press(key)
    raise AssertionError(f"{most} presses of {key} did not reach it; the focus is: {focused(page)}")


LOOKS = [(theme, width) for theme in ("light", "dark") for width in (360, 1280)]


@pytest.mark.parametrize(("theme", "width"), LOOKS, ids=[f"{t}-{w}" for t, w in LOOKS])
def test_the_pages_shut_nobody_out(
    page: Any, desk: str, cases: list[Case], theme: str, width: int
) -> None:
    page.emulate_media(color_scheme=theme)
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(desk)
    check(page, f"sign-in-{theme}-{width}")
    sign_in(page, desk)
    check(page, f"queue-{theme}-{width}")
    page.goto(f"{desk}register")
    check(page, f"register-{theme}-{width}")
    page.goto(f"{desk}cases/{cases[1].reference}")
    check(page, f"late-{theme}-{width}")
    page.goto(f"{desk}cases/{cases[2].reference}")
    for box in page.locator("main details").all():
        box.evaluate("box => box.open = true")
    check(page, f"case-{theme}-{width}")


ROOMS = [
    (Role.SUPERVISOR, "account"),
    (Role.SUPERVISOR, "cases/00000000"),
    (Role.SUPERVISOR, "replies"),
    (Role.OVERSIGHT, "oversight"),
    (Role.SUPERVISOR, "dashboard"),
    (Role.ANALYST, "national"),
    (Role.OVERSIGHT, "emerging"),
    (Role.AUDITOR, "looks"),
    (Role.ANALYST, "flags"),
    (Role.TRANSLATOR, "wording?q=confirm"),
    (Role.ADMINISTRATOR, "channels"),
    (Role.ADMINISTRATOR, "calendar"),
    (Role.OFFICER, "set-aside"),
    (Role.SUPERVISOR, "notices"),
    (Role.ADMINISTRATOR, "ladder"),
    (Role.SUPERVISOR, "labels"),
    (Role.ANALYST, "model"),
    (Role.ANALYST, "survey?institution=NRB"),
    (Role.SUPERVISOR, "visits"),
    (Role.SUPERVISOR, "visits/codes"),
    (Role.ANALYST, "visits/controls"),
]


def named(room: str) -> str:
    return re.split("[/?]", room)[0]


@pytest.mark.parametrize(("role", "room"), ROOMS, ids=[named(room) for _, room in ROOMS])
def test_the_smaller_rooms_shut_nobody_out(
    page: Any, desk: str, rt: Any, app: Any, role: Role, room: str
) -> None:
    world = DeskWorld(rt)
    works_for = {Role.SUPERVISOR: "NRB", Role.OFFICER: "CENTRAL"}.get(role)
    case, colleague = world.case(), world.staff(role, works_for)
    with rt.transaction() as session:
        session.add(Look(staff_id=colleague.id, case_id=case.id, what="opened", at=rt.now()))
        session.add(Budget(institution_id="NRB", monthly_kes=Decimal(1), set_at=rt.now()))
        session.add_all(_troubles(case, rt.now()))
        session.add(
            LabelAsk(
                case_id=case.id, reason=AskReason.MARGIN, model_version="m", asked_at=rt.now()
            )
        )  # fmt: skip
        _tell(session, colleague, case, rt.now())
        session.add_all(_model_days(rt))
        if named(room) == "survey":
            survey_world.shown(session, rt.now())
        promotion.note(session, ModelStep.STARTED, "", rt.now(), None, {"corrections": 60})
    watch.look(rt, ["twilio"])
    signed = app.session_interface.get_signing_serializer(app).dumps({TOKEN: colleague.token})
    page.context.add_cookies([{"name": "session", "value": signed, "url": desk}])
    for theme, width in LOOKS:
        page.emulate_media(color_scheme=theme)
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(desk + room)
        check(page, f"{named(room)}-{theme}-{width}")


def _model_days(rt: Any) -> list[ModelDay]:
    """A fortnight of what the model in use met."""
    mixture = {head.name: dict.fromkeys(head.labels, 10) for head in record.HEADS}
    return [
        ModelDay(
            day=(rt.now() - timedelta(days=back)).date(), model_version=triage.model(rt).version,
            messages=140, abstained=40 + back, counted_at=rt.now(),
            figures={
                "words": 2000, "unknown": 200 + 10 * back, "confidence": 110.0, "answers": mixture
            },
        )
        for back in range(1, 15)
    ]  # fmt: skip


def _tell(session: Any, colleague: Colleague, case: Case, now: Any) -> None:
    """A case that rose to them, instead of nobody, and one more that is in a hurry."""
    for kind, urgent in (("rose", False), ("soon", True)):
        notices.post(
            session, kind, kind, [colleague.id], now, case_id=case.id, urgent=urgent,
            data={"instead": kind == "rose"},
        )  # fmt: skip


def _troubles(case: Case, now: Any) -> list[Any]:
    """A message that failed, one of which nothing is known, and one set aside."""
    lost = [
        Message(
            key=f"lost:{state}", citizen_id=case.citizen_id, channel="twilio-sms", language="en",
            wording="sms-answered", text="-", state=state, cause=cause, failure=f"{cause} 30003",
            not_before_at=now, created_at=now - timedelta(hours=1), attempts=2, parts=1,
            sent_at=now - timedelta(hours=1), cost_kes=Decimal(2), institution_id="NRB",
        )
        for state, cause in ((MessageState.FAILED, "absent"), (MessageState.UNKNOWN, ""))
    ]  # fmt: skip
    aside = Heard(
        source="twilio-whatsapp:1", citizen_id=case.citizen_id, channel="twilio-whatsapp",
        text="The same words for the ninth time this hour", at=now, became="set-aside",
    )  # fmt: skip
    return [*lost, aside]
