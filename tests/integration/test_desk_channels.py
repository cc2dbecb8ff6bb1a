"""The operators' page and the messages set aside: what they show, what they never show."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from feedback_service import identity, watch
from feedback_service.identity import KeyRing
from feedback_service.models import Budget, Case, Heard, Message, MessageState, Role
from feedback_service.watch.figures import standings
from tests.desk_world import PHONE, Browser, DeskWorld

pytestmark = pytest.mark.servers

SMS = "africastalking-sms"
WORDS = "The clerk at window two wants money, call 0712 345 678"


@pytest.fixture
def citizen(world: DeskWorld, rt: Any) -> uuid.UUID:
    with rt.transaction() as session:
        ring = KeyRing(rt.settings.phone_keys)
        return identity.find_or_add(session, ring, PHONE, rt.now(), "en").id


@pytest.fixture
def operator(world: DeskWorld, app: Any) -> Browser:
    return Browser(app, world.staff(Role.ADMINISTRATOR, None))


def message(rt: Any, citizen: uuid.UUID, state: MessageState, **more: Any) -> uuid.UUID:
    """A message written half an hour ago that left at once."""
    at = rt.now() - timedelta(minutes=30)
    row = Message(
        key=str(uuid.uuid4()), citizen_id=citizen, wording="sms-routed", language="en",
        text=WORDS, state=state, not_before_at=at, created_at=at, claimed_at=at,
        **{"channel": SMS, "sent_at": at, "attempts": 1, **more},
    )  # fmt: skip
    with rt.transaction() as session:
        session.add(row)
    return row.id


def aside(rt: Any, citizen: uuid.UUID, source: str = f"{SMS}:1", text: str = WORDS) -> None:
    with rt.transaction() as session:
        session.add(
            Heard(
                source=source, citizen_id=citizen, channel=SMS, text=text, at=rt.now(),
                became="set-aside",
            )
        )  # fmt: skip


def line(page: str, begins: str) -> str:
    """The first row of a table whose head reads so, as its words."""
    for row in re.findall(r"<tr>(.*?)</tr>", page, re.DOTALL):
        words = " ".join(re.sub(r"<[^>]+>", " ", row).split())
        if words.startswith(begins):
            return words
    raise AssertionError(f"no row begins {begins!r}")


# --- channels -------------------------------------------------------------------------------


def test_a_channel_shows_its_last_messages_rate_and_times(
    operator: Browser, rt: Any, citizen: uuid.UUID
) -> None:
    now = rt.now()
    for seconds in (2, 4, 60):
        sent = now - timedelta(minutes=30)
        message(rt, citizen, MessageState.DELIVERED, delivered_at=sent + timedelta(seconds=seconds))
    message(rt, citizen, MessageState.FAILED, failure="x", cause="absent")
    aside(rt, citizen)
    row = line(operator.get("/desk/channels").text, "Africa&#39;s Talking SMS")
    assert "Practice phone only Mon 2 Mar 2026, 09:00 Mon 2 Mar 2026, 08:30" in row
    assert "75 % n 4 75 % n 4 4 s 95 % within 54 s" in row


def test_what_failed_here_and_went_another_way_counts_against_this_way(
    operator: Browser, rt: Any, citizen: uuid.UUID
) -> None:
    given_up = {"channel": SMS, "provider_id": "ATXid_1", "at": rt.now().isoformat()}
    never_left = given_up | {"provider_id": None}
    tried = {"tried": [given_up, never_left], "channel": "twilio-sms"}
    message(rt, citizen, MessageState.DELIVERED, delivered_at=rt.now(), **tried)
    with rt.transaction() as session:
        found = {one.channel: one.day for one in standings(rt, session)}
    assert (found[SMS].left, found[SMS].delivered) == (1, 0)
    assert (found["twilio-sms"].left, found["twilio-sms"].delivered) == (1, 1)
    assert "Africa&#39;s Talking SMS 24 hours 0 0 0 0 0 0 1" in line(
        operator.get("/desk/channels").text, "Africa&#39;s Talking SMS 24"
    )


def test_what_nobody_priced_costs_an_unknown_sum(
    operator: Browser, rt: Any, citizen: uuid.UUID
) -> None:
    message(rt, citizen, MessageState.SENT, institution_id="NRB", parts=1)
    row = line(operator.get("/desk/channels").text, "Registration Bureau")
    assert "Registration Bureau 1 price unknown" in row


def test_channels_that_are_off_are_shown_as_such(rt: Any) -> None:
    import dataclasses

    ways = {name: way for name, way in rt.ways.items() if name != "twilio-sms"}
    with rt.transaction() as session:
        found = {one.channel: one for one in standings(dataclasses.replace(rt, ways=ways), session)}
    assert not found["twilio-sms"].on
    assert found[SMS].on
    assert found["africastalking-ussd"].inline


def test_the_last_key_of_a_dialler_is_their_rating_or_case(
    world: DeskWorld, operator: Browser, rt: Any
) -> None:
    world.case()
    assert "Switched on Mon 2 Mar 2026, 09:00" in line(
        operator.get("/desk/channels").text, "Africa&#39;s Talking USSD"
    )


def test_cost_is_told_known_and_estimated_apart_and_against_the_budget(
    operator: Browser, rt: Any, citizen: uuid.UUID
) -> None:
    told = {"institution_id": "NRB", "parts": 1}
    message(rt, citizen, MessageState.SENT, cost_kes=Decimal("0.80"), **told)
    message(rt, citizen, MessageState.SENT, cost_kes=Decimal("1"), cost_estimated=True, **told)
    message(rt, citizen, MessageState.SENT, **told)
    with rt.transaction() as session:
        session.add(Budget(institution_id="NRB", monthly_kes=Decimal("1.50"), set_at=rt.now()))
    page = operator.get("/desk/channels").text
    assert line(page, "Africa&#39;s Talking SMS 24 hours").endswith("0.80 1.00 0.90")
    assert "Registration Bureau 3 1.80 1.00 1 1.50 120 %" in line(page, "Registration Bureau")


def test_a_message_in_trouble_says_why_and_what_to_do_and_no_word_of_it(
    operator: Browser, rt: Any, citizen: uuid.UUID
) -> None:
    reason = "The 'To' number +254 712 000 001 is not reachable"
    message(rt, citizen, MessageState.FAILED, failure=reason, cause="absent")
    page = operator.get("/desk/channels").text
    assert "telephone off or out of reach" in page
    assert "Send again tomorrow" in page
    for private in (WORDS, "window two", "712 000 001", "712000001", PHONE):
        assert private not in page


def test_what_is_unknown_is_sent_again_by_a_person_and_only_once(
    operator: Browser, rt: Any, citizen: uuid.UUID
) -> None:
    lost = message(rt, citizen, MessageState.UNKNOWN)
    assert f"/desk/channels/{lost}/again" in operator.get("/desk/channels").text
    for _ in range(2):
        assert operator.post(f"/desk/channels/{lost}/again").status_code == 303
    page = operator.get("/desk/channels").text
    assert "It is on its way once more." in page
    assert "it is not sent again" in page
    with rt.transaction() as session:
        assert session.get_one(Message, lost).state is MessageState.QUEUED


def test_what_is_found_in_the_company_s_log_is_left_alone(
    operator: Browser, rt: Any, citizen: uuid.UUID
) -> None:
    lost, failed = (
        message(rt, citizen, state) for state in (MessageState.UNKNOWN, MessageState.FAILED)
    )
    page = operator.get("/desk/channels").text
    assert f"/desk/channels/{lost}/taken" in page
    assert f"/desk/channels/{failed}/taken" not in page
    for one in (lost, failed):
        assert operator.post(f"/desk/channels/{one}/taken").status_code == 303
    page = operator.get("/desk/channels").text
    assert "Noted: it had left" in page
    assert str(lost) not in page
    with rt.transaction() as session:
        assert session.get_one(Message, lost).state is MessageState.SENT
        assert session.get_one(Message, failed).state is MessageState.FAILED


def test_an_auditor_reads_and_sends_nothing(
    world: DeskWorld, app: Any, rt: Any, citizen: uuid.UUID
) -> None:
    lost = message(rt, citizen, MessageState.UNKNOWN)
    auditor = Browser(app, world.staff(Role.AUDITOR, None))
    page = auditor.get("/desk/channels")
    assert page.status_code == 200
    for what in ("again", "taken"):
        assert f"/{what}" not in page.text
        assert auditor.post(f"/desk/channels/{lost}/{what}").status_code == 404


def test_an_administrator_of_one_institution_has_no_business_with_the_whole_service(
    world: DeskWorld, app: Any, rt: Any, citizen: uuid.UUID
) -> None:
    lost = message(rt, citizen, MessageState.UNKNOWN)
    browser = Browser(app, world.staff(Role.ADMINISTRATOR, "NRB"))
    for path in ("/desk/channels", "/desk/wording"):
        assert browser.get(path).status_code == 404
        assert path not in browser.get("/desk/admin/people").text
    for path in (f"/desk/channels/{lost}/again", "/desk/wording"):
        assert browser.post(path).status_code == 404


def test_alarms_stand_on_top_with_what_to_do_in_both_languages(operator: Browser, rt: Any) -> None:
    assert "No alarm" in operator.get("/desk/channels").text
    watch.look(rt, ["africastalking"])
    page = operator.get("/desk/channels").text
    assert "Africa&#39;s Talking does not answer" in page
    assert page.index("does not answer") < page.index("Talking SMS")
    assert "haijibu" in operator.get("/desk/channels?lang=sw").text


# --- set aside ------------------------------------------------------------------------------


@pytest.fixture
def central(world: DeskWorld, app: Any) -> Browser:
    return Browser(app, world.staff(Role.OFFICER, "CENTRAL"))


def test_what_is_set_aside_is_read_at_central_triage_and_nowhere_else(
    world: DeskWorld, app: Any, rt: Any, citizen: uuid.UUID, central: Browser
) -> None:
    aside(rt, citizen)
    page = central.get("/desk/set-aside").text
    assert "window two" in page
    assert "345 678" not in page
    assert "/desk/set-aside" in central.get("/desk/").text
    other = Browser(app, world.staff(Role.SUPERVISOR, "NRB"))
    assert other.get("/desk/set-aside").status_code == 404
    assert other.post("/desk/set-aside", source=f"{SMS}:1", what="case").status_code == 404
    assert "/desk/set-aside" not in other.get("/desk/").text


def test_a_message_set_aside_becomes_a_case_once(
    rt: Any, citizen: uuid.UUID, central: Browser
) -> None:
    import sqlalchemy as sa

    aside(rt, citizen, text="The ID card I paid for has not come.")
    for _ in range(2):
        sent = central.post("/desk/set-aside", source=f"{SMS}:1", what="case")
        assert sent.status_code == 303
    assert "Somebody has decided on it already." in central.get("/desk/set-aside").text
    with rt.transaction() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Case)) == 1
        row = session.get_one(Heard, f"{SMS}:1")
        assert row.case_id is not None
        assert row.settled_by_id is not None


def test_nothing_to_do_settles_it_without_a_case(
    rt: Any, citizen: uuid.UUID, central: Browser
) -> None:
    aside(rt, citizen)
    aside(rt, citizen, f"{SMS}:2", "Vote for me")
    assert "1 more from the same person" in central.get("/desk/set-aside").text
    central.post("/desk/set-aside", source=f"{SMS}:2", what="nothing")
    page = central.get("/desk/set-aside").text
    assert "Vote for me" not in page
    assert "window two" in page
    assert central.post("/desk/set-aside", source=f"{SMS}:1", what="burn").status_code == 404
