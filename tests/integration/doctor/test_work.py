"""The doctor on the work: the model, messages and their costs, the servers; all that is lost."""

from decimal import Decimal

import sqlalchemy as sa

from feedback_service import outbox, watch
from feedback_service.conversations.wording import templates
from feedback_service.conversations.wording.sheet import Edit
from feedback_service.doctor import State
from feedback_service.models import (
    Alarm,
    Attachment,
    AttachmentState,
    Budget,
    Heard,
    Message,
    MessageState,
)
from feedback_service.registry import phrases
from feedback_service.runtime import CLOCK_LOCK, assemble
from tests.integration.doctor.conftest import settings_with, told
from tests.servers import redis_away


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
