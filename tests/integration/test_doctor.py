"""The doctor: on a service that works nothing fails; each thing that is missing is named."""

import dataclasses
from decimal import Decimal

import pytest
import sqlalchemy as sa

from feedback_service import doctor, identity, outbox, redress, registry, staff, watch
from feedback_service.conversations.wording import templates
from feedback_service.conversations.wording.sheet import Edit
from feedback_service.doctor import State
from feedback_service.identity import KeyRing
from feedback_service.models import (
    Alarm,
    Attachment,
    AttachmentState,
    Budget,
    Heard,
    Message,
    MessageState,
    Role,
)
from feedback_service.registry import phrases
from feedback_service.runtime import CLOCK_LOCK, assemble
from tests.servers import redis_away


def told(rt, state):
    """What the doctor finds in one state, as one text."""
    found = [finding for finding in doctor.checks(rt) if finding.state is state]
    return "\n".join(f"{finding.what} -> {finding.remedy}" for finding in found)


@pytest.fixture
def staffed(rt):
    """The registry loaded and somebody at every desk that must not be empty."""
    registry.load(rt)
    with rt.transaction() as session:
        for number, (role, institution) in enumerate(
            [(Role.OFFICER, "CENTRAL"), (Role.SUPERVISOR, "CENTRAL")]
            + [(Role.INTEGRITY, body) for body in ("EACC", "CAJ", "IPOA")]
        ):
            staff.add(
                session, f"p{number}@office.go.ke", role, rt.now(), institution_id=institution
            )
    return rt


@pytest.fixture
def case(staffed):
    """One case at the tax authority, where nobody has an account."""
    rt = staffed
    with rt.transaction() as session:
        ring = KeyRing(rt.settings.phone_keys)
        citizen = identity.find_or_add(session, ring, "+254100000001", rt.now(), "en")
        complaint = redress.Complaint(
            "test:1", "africastalking-ussd", "en", "PIN not sent", citizen.id, "kra-pin"
        )
        return redress.open_case(rt, session, complaint)


def settings_with(rt, **changed):
    return dataclasses.replace(rt, settings=dataclasses.replace(rt.settings, **changed))


def test_a_staffed_service_on_this_machine_fails_nothing(staffed):
    assert told(staffed, State.FAIL) == ""


def test_an_empty_service_lacks_its_registry(rt):
    assert "No registry" in told(rt, State.FAIL)
    assert "feedback load" in told(rt, State.FAIL)


def test_an_empty_central_triage_fails_until_somebody_works_there(rt):
    registry.load(rt)
    assert "Nobody works at central triage" in told(rt, State.FAIL)
    with rt.transaction() as session:
        staff.add(session, "a@office.go.ke", Role.AUDITOR, rt.now(), institution_id="CENTRAL")
    assert "Nobody works at central triage" in told(rt, State.FAIL)
    with rt.transaction() as session:
        staff.add(session, "o@office.go.ke", Role.OFFICER, rt.now(), institution_id="CENTRAL")
    assert told(rt, State.FAIL) == ""
    with rt.transaction() as session:
        staff.disable(session, "o@office.go.ke", rt.now())
    assert "Nobody works at central triage" in told(rt, State.FAIL)


def test_an_integrity_desk_nobody_reads_is_a_warning(staffed):
    assert "confidential reports" not in told(staffed, State.WARN)
    with staffed.transaction() as session:
        staff.disable(session, "p2@office.go.ke", staffed.now())
    assert "Nobody reads confidential reports at EACC" in told(staffed, State.WARN)


def test_officers_without_a_supervisor_are_named_by_their_office(staffed):
    with staffed.transaction() as session:
        staff.add(session, "x@kra.go.ke", Role.OFFICER, staffed.now(), institution_id="KRA")
    assert "1 officer has no supervisor (KRA)" in told(staffed, State.WARN)
    with staffed.transaction() as session:
        staff.add(session, "y@kra.go.ke", Role.SUPERVISOR, staffed.now(), institution_id="KRA")
    assert "no supervisor" not in told(staffed, State.WARN)


def test_first_logins_that_are_still_open_are_a_warning(staffed):
    with staffed.transaction() as session:
        staff.add(session, "admin@feedback.example", Role.ADMINISTRATOR, staffed.now())
    assert "1 first login" in told(staffed, State.WARN)
    with staffed.transaction() as session:
        staff.disable(session, "admin@feedback.example", staffed.now())
    assert "first login" not in told(staffed, State.WARN)


def test_an_open_case_where_nobody_works_is_a_warning(staffed, case):
    assert "1 open case waits where nobody has an account (KRA)" in told(staffed, State.WARN)


def test_a_missing_cell_of_the_register_is_counted(staffed):
    with staffed.transaction() as session:
        for _ in range(2):
            registry.count_miss(staffed, session, "county-sewer", None, 5)
    assert "lacks 1 cell, asked for 2 times: county-sewer at county 5" in told(staffed, State.WARN)


@pytest.mark.parametrize(
    ("changed", "state", "words"),
    [
        ({"public_url": "http://huduma.go.ke"}, State.FAIL, "passwords would travel in the clear"),
        ({"public_url": "https://huduma.go.ke"}, State.FAIL, "anybody could write and read"),
        ({}, State.WARN, "what dialling costs"),
        ({}, State.WARN, "what an SMS to 22123 costs"),
        ({}, State.WARN, "Nobody is mailed when a channel falls silent"),
        ({"operator_mail": ("a@b.ke",)}, State.WARN, "no mail can leave"),
        ({}, State.WARN, "Without a provider's key"),
    ],
)
def test_settings_that_do_not_suit_the_place_are_told(staffed, changed, state, words):
    assert words in told(settings_with(staffed, **changed), state)


def test_a_settled_production_has_none_of_these(staffed):
    keys = dict.fromkeys(
        ("AT_USERNAME", "AT_API_KEY", "TWILIO_WHATSAPP_FROM", "TWILIO_SMS_FROM"), "+254700000000"
    )
    rt = settings_with(
        staffed, public_url="https://huduma.go.ke", phone_simulator=False, call_cost="free",
        sms_cost="KES 1", smtp_url="smtp://mail.go.ke", operator_mail=("ops@huduma.go.ke",),
        at_short_code="22555",
        raw={**staffed.settings.raw, **keys, "TWILIO_ACCOUNT_SID": "AC" + "1" * 32},
    )  # fmt: skip
    assert told(rt, State.FAIL) == ""
    for settled in ("dialling costs", "an SMS to", "is mailed"):
        assert settled not in told(rt, State.WARN)


def test_a_model_that_does_not_load_fails_with_the_way_back(staffed, tmp_path):
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "manifest.json").write_text("{}")
    broken = settings_with(staffed, var_dir=tmp_path)
    broken.kept.pop("model", None)
    try:
        assert "does not load" in told(broken, State.FAIL)
        assert "feedback triage rollback" in told(broken, State.FAIL)
    finally:
        broken.kept.pop("model", None)


def test_the_version_of_the_model_is_told(staffed):
    assert "Text model triage-" in told(staffed, State.OK)


def test_numbers_sealed_with_a_key_that_is_gone_fail(staffed, case):
    assert "Kept numbers open" in told(staffed, State.OK)
    lost = settings_with(staffed, phone_keys=(b"another key, 32 bytes long......",))
    assert "cannot be opened" in told(lost, State.FAIL)


def test_messages_that_wait_with_no_worker_fail_after_minutes(staffed, case, clock):
    assert "No worker is on duty" in told(staffed, State.WARN)
    clock.forward(minutes=6)
    assert "No worker is on duty" in told(staffed, State.FAIL)
    assert "has waited 6 minutes" in told(staffed, State.WARN)
    outbox.drain(staffed)
    assert "No message waits" in told(staffed, State.OK)


def test_a_message_of_which_the_provider_said_nothing_is_a_warning(staffed, case):
    with staffed.transaction() as session:
        session.execute(sa.update(Message).values(state=MessageState.UNKNOWN))
    assert "1 message of the last 7 days may or may not have arrived" in told(staffed, State.WARN)


def test_a_case_nobody_classified_is_a_warning(staffed, case, clock):
    assert "for its classification" not in told(staffed, State.WARN)
    clock.forward(hours=3)
    assert "A case has waited 3 hours for its classification" in told(staffed, State.WARN)


def test_alarms_that_are_up_are_told_and_silence_fails(staffed):
    assert "No channel raises an alarm" in told(staffed, State.OK)
    watch.look(staffed, ["twilio"])
    assert "Alarm: twilio: does not answer" in told(staffed, State.WARN)
    with staffed.transaction() as session:
        session.add(
            Alarm(kind="silent-in", subject="africastalking-sms", detail="minutes=60 usual=9",
                  raised_at=staffed.now())
        )  # fmt: skip
    assert "nothing came in for 60 minutes" in told(staffed, State.FAIL)


def with_whatsapp(rt, **changed):
    """The service with a provider's key for WhatsApp."""
    raw = {**rt.settings.raw, "TWILIO_ACCOUNT_SID": f"AC{'0' * 32}",
           "TWILIO_WHATSAPP_FROM": "+254700000000"}  # fmt: skip
    return settings_with(rt, raw=raw, **changed)


def test_templates_that_are_not_approved_are_counted(staffed):
    assert "WhatsApp lacks" not in told(staffed, State.WARN)
    speaking = with_whatsapp(staffed)
    number = 2 * len(templates.UNASKED)
    assert f"WhatsApp lacks {number} templates (sms-received.en, sms-received.sw," in told(
        speaking, State.WARN
    )
    names = [templates.name(key, lang) for key in templates.UNASKED for lang in ("en", "sw")]
    settled = with_whatsapp(staffed, twilio_templates=dict.fromkeys(names, "HX1"))
    assert f"WhatsApp: {number} approved templates" in told(settled, State.OK)


def test_messages_whose_cost_is_not_known_are_named(staffed):
    assert "cost is not counted" in told(with_whatsapp(staffed), State.WARN)
    rate = with_whatsapp(staffed, kes_per_usd=Decimal("129.5"))
    assert "cost is not counted" in told(rate, State.WARN), "its receipts tell no price"
    prices = {"twilio-whatsapp": Decimal("1.2"), "twilio-sms": Decimal("3.1")}
    priced = with_whatsapp(staffed, message_prices=prices)
    assert "cost is not counted" not in told(priced, State.WARN)


def test_no_budget_at_all_is_a_warning(staffed):
    assert "No institution has a budget" in told(staffed, State.WARN)
    with staffed.transaction() as session:
        session.add(Budget(institution_id="KRA", monthly_kes=Decimal(9), set_at=staffed.now()))
    assert "Budgets for messages: 1 institution" in told(staffed, State.OK)


def test_edited_wording_that_cannot_be_said_is_named(staffed):
    with staffed.transaction() as session:
        phrases.change(session, [Edit("gone", "sw", "Halo")], None, staffed.now())
    assert "1 edited wording of another release not said: gone.sw" in told(staffed, State.WARN)


def test_a_message_set_aside_for_a_day_is_a_warning(staffed, case, clock):
    with staffed.transaction() as session:
        session.add(
            Heard(source="t:1", citizen_id=case.citizen_id, channel="twilio-whatsapp", text="-",
                  at=clock(), became="set-aside")
        )  # fmt: skip
    assert "set aside" not in told(staffed, State.WARN)
    clock.forward(hours=25)
    assert "1 message set aside for a person" in told(staffed, State.WARN)


def test_a_photo_that_is_not_brought_in_is_a_warning(staffed, case, clock):
    with staffed.transaction() as session:
        session.add(
            Attachment(source="t:1", citizen_id=case.citizen_id, channel="twilio-whatsapp",
                       url="https://api.twilio.com/1", told_type="image/jpeg",
                       state=AttachmentState.WAITING, not_before_at=clock(), created_at=clock())
        )  # fmt: skip
    assert "photo" not in told(staffed, State.WARN)
    clock.forward(minutes=61)
    assert "1 photo or file of citizens not brought in" in told(staffed, State.WARN)


def test_the_clock_is_seen_by_the_lock_it_holds(staffed, engine):
    assert "No clock ticks" in told(staffed, State.WARN)
    with engine.connect() as connection:
        connection.execute(sa.text("select pg_advisory_lock(:key)"), {"key": CLOCK_LOCK})
        assert "The clock ticks" in told(staffed, State.OK)
        connection.execute(sa.text("select pg_advisory_unlock(:key)"), {"key": CLOCK_LOCK})


def test_a_database_that_is_away_is_told_and_nothing_else_asked_of_it(staffed):
    away = sa.create_engine("postgresql+psycopg://feedback@/postgres?host=/nowhere")
    rt = assemble(staffed.settings, away, staffed.redis, staffed.ways, staffed.now)
    assert "PostgreSQL does not answer" in told(rt, State.FAIL)
    assert "Redis answers" in told(rt, State.OK)


def test_a_redis_that_is_away_is_told(staffed, engine):
    with redis_away() as away:
        rt = assemble(staffed.settings, engine, away, staffed.ways, staffed.now)
        assert "Redis does not answer" in told(rt, State.FAIL)


def test_an_invented_short_code_fails_where_messages_really_leave(staffed):
    assert "AT_SHORT_CODE" not in told(staffed, State.FAIL)
    raw = {**staffed.settings.raw, "AT_API_KEY": "atsk_test"}
    assert "AT_SHORT_CODE is 22123, the example" in told(
        settings_with(staffed, raw=raw), State.FAIL
    )
    own = settings_with(staffed, raw=raw, at_short_code="20456")
    assert "Citizens are told to write to 20456" in told(own, State.OK)
