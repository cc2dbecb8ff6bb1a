"""Whether a message leaves at all, when, and what it costs."""

import uuid
from datetime import timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa

from feedback_service import outbox, redress
from feedback_service.conversations.wording import phrase
from feedback_service.conversations.wording.budgets import LONGEST, PARTS
from feedback_service.models import Budget, Case, Citizen, Message, MessageState
from feedback_service.outbox import costs
from feedback_service.redress import Complaint
from tests.handset import ME, OTHER
from tests.integration.outbox.conftest import AT, TWILIO, WHATSAPP

SENT, FAILED, QUEUED = MessageState.SENT, MessageState.FAILED, MessageState.QUEUED
SURVEY = {"phrase": "sms-invite", "values": {"service": "passport"}}


@pytest.fixture
def case(rt, own_registry, citizen):
    person = citizen()
    with rt.transaction() as session:
        about = Complaint(
            f"test:{uuid.uuid4()}", AT, "en", "Too slow", citizen_id=person.id,
            service_id="passport",
        )  # fmt: skip
        made = redress.open_case(rt, session, about)
        session.flush()  # so that its messages exist to be cleared away
        session.execute(sa.delete(Message))
        return made


def change(rt, kind, key, **values):
    with rt.transaction() as session:
        session.execute(sa.update(kind).where(kind.id == key).values(**values))


def tonight(clock):
    clock.forward(hours=13)  # ten in the evening in Nairobi


# --- Hours -------------------------------------------------------------------------------------


def test_news_wait_for_the_morning_and_answers_do_not(rt, post, messages, clock):
    tonight(clock)
    post("news", phrase="sms-help")
    post("answer", OTHER, phrase="sms-help", answers=True)
    outbox.drain(rt)
    assert {m.key: m.state for m in messages()} == {"news": QUEUED, "answer": SENT}
    assert {m.key: m.attempts for m in messages()} == {"news": 0, "answer": 1}
    clock.forward(hours=9)
    outbox.drain(rt)
    assert {m.state for m in messages()} == {SENT}


def test_news_of_an_urgent_case_leave_at_night(rt, post, message, case, clock):
    change(rt, Case, case.id, urgent=True)
    tonight(clock)
    post(phrase="sms-help", case_id=case.id)
    outbox.drain(rt)
    assert message().state is SENT


def test_a_survey_leaves_by_day_and_notes_when_its_answer_is_over(rt, post, message, clock):
    tonight(clock)
    post(**SURVEY)
    outbox.drain(rt)
    assert message().state is QUEUED
    clock.forward(hours=10)
    outbox.drain(rt)
    assert (message().state, message().expires_at) == (SENT, rt.now() + timedelta(hours=48))


def test_a_survey_that_could_not_leave_in_time_is_not_sent(rt, post, message, network, clock):
    post(**SURVEY)
    clock.forward(hours=73)
    outbox.drain(rt)
    assert (message().state, network.asked) == (FAILED, [])
    assert message().failure == "the survey came too late and was not sent"


# --- Who must not hear of it ---------------------------------------------------------------------


def test_a_case_that_became_quiet_sends_nothing_but_answers(rt, post, messages, case):
    change(rt, Case, case.id, quiet=True)
    post("news", phrase="sms-help", case_id=case.id)
    post("answer", phrase="sms-help", case_id=case.id, answers=True)
    outbox.drain(rt)
    assert {m.key: m.state for m in messages()} == {"news": FAILED, "answer": SENT}


def test_a_number_that_is_somebody_elses_by_now_gets_nothing(rt, post, message, network):
    post(answers=True)
    change(rt, Citizen, message().citizen_id, retired_at=rt.now())
    outbox.drain(rt)
    assert (message().state, network.asked) == (FAILED, [])


@pytest.mark.parametrize(("days", "retired"), [(29, False), (31, True)])
def test_a_number_that_nobody_has_is_let_go_unless_it_was_heard_of_late(
    days, retired, rt, post, message, network, report, clock
):
    post(phrase="sms-help", answers=True)
    clock.forward(days=days)
    outbox.drain(rt)
    report(network.accepted[0], "Failed", "UserDoesNotExist")
    assert (message().state, message().cause) == (FAILED, "gone")
    with rt.transaction() as session:
        gone = session.get_one(Citizen, message().citizen_id).retired_at is not None
    assert gone is retired


def test_messages_that_wait_for_a_choice_go_at_once_or_never(rt, messages, case, citizen):
    person = citizen()
    for key in ("go", "stay"):
        with rt.transaction() as session:
            say = outbox.Wording("sms-help", key, {}, wait=timedelta(minutes=3))
            outbox.post(session, person, AT, "en", say, rt.now(), case.id)
        outbox.drain(rt)
        with rt.transaction() as session:
            if key == "go":
                outbox.release(session, case.id, rt.now())
            else:
                outbox.take_back(session, case.id, "the citizen chose quiet")
        outbox.drain(rt)
    assert [(m.key, m.state, m.failure) for m in messages()] == [
        ("go", SENT, ""), ("stay", FAILED, "the citizen chose quiet"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("number", "stop", "wrote", "reached"),
    [
        (ME, "", False, {"sms": True, "whatsapp": False}),
        (ME, "", True, {"sms": True, "whatsapp": True}),
        (ME, TWILIO, True, {"sms": False, "whatsapp": True}),
        (ME, WHATSAPP, True, {"sms": True, "whatsapp": False}),
        ("whatsapp:KE.Ab12Cd34", "", True, {"sms": False, "whatsapp": True}),
    ],
)
def test_the_desk_is_told_where_a_person_can_be_reached(number, stop, wrote, reached, rt, citizen):
    from feedback_service import identity

    person = citizen(number, wrote=wrote)
    with rt.transaction() as session:
        if stop:
            identity.stop(session, person.id, outbox.family(stop), rt.now())
    with rt.transaction() as session:
        assert outbox.reachable(session, person.id) == reached


# --- What it costs --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "kes", "estimated"),
    [
        ({}, None, False),
        ({"MESSAGE_PRICES": '{"twilio-whatsapp": 1.2}'}, Decimal("1.2"), True),
    ],
)
def test_a_price_not_told_is_estimated_from_the_settings(more, kes, estimated, rt, post, message):
    post(channel=WHATSAPP, phrase="sms-help")
    outbox.drain(rt)
    assert (message().cost_kes, message().cost_estimated) == (kes, estimated)


@pytest.mark.parametrize("more", [{"KES_PER_USD": "130", "MESSAGE_PRICES": '{"twilio-sms": 20}'}])
def test_twilios_later_price_in_dollars_takes_the_estimates_place(
    more, rt, post, message, network, report
):
    network.fault("empty-recipients", provider="africastalking")
    post(phrase="sms-help")
    outbox.drain(rt)
    assert (message().cost_kes, message().cost_estimated) == (20 * message().parts, True)
    report(network.accepted[0], "delivered", Price="-0.2000", PriceUnit="USD")
    assert (message().cost_kes, message().cost_estimated) == (26, False)


def test_costs_are_summed_by_institution_case_and_resolution(rt, post, case, clock):
    post("one", phrase="sms-help", case_id=case.id)
    post("two", phrase="sms-help", case_id=case.id)
    post("other", OTHER, phrase="sms-help")
    outbox.drain(rt)
    with rt.transaction() as session:
        each = session.scalars(sa.select(Message.cost_kes).where(Message.key == "one")).one()
        costs.set_budget(session, "DIS", "10", rt.now())
    with rt.transaction() as session:
        by = {row.institution_id: row for row in costs.spent(session, rt.now().date())}
        assert (by["DIS"].kes, by["DIS"].share) == (2 * each, float(each / 5))
        assert (by[None].messages, by[None].budget_kes) == (1, None)
        assert costs.per_case(session, rt.now().date()) == {"DIS": 2 * each}
        assert costs.per_resolution(session, rt.now().date()) == {}
    change(rt, Case, case.id, outcome="confirmed", status="closed", closed_at=rt.now())
    with rt.transaction() as session:
        assert costs.per_resolution(session, rt.now().date()) == {"DIS": 2 * each}
        assert costs.spent(session, (rt.now() - timedelta(days=40)).date())[0].messages == 0


def test_over_budget_only_surveys_wait(rt, post, messages, case):
    with rt.transaction() as session:
        session.add(Budget(institution_id="DIS", monthly_kes=0, set_at=rt.now()))
    post("news", phrase="sms-help", case_id=case.id)
    post("survey", case_id=case.id, **SURVEY)
    outbox.drain(rt)
    assert {m.key: m.state for m in messages()} == {"news": SENT, "survey": QUEUED}


def test_a_post_waits_for_nobody_and_leaves_the_first_notice_to_the_next(rt, messages, citizen):
    person = citizen()
    with rt.transaction() as session:
        session.get_one(Citizen, person.id).noticed_at = None

    def post(key):
        with rt.transaction() as session:
            session.execute(sa.text("set local lock_timeout = '1s'"))
            found, say = session.get_one(Citizen, person.id), outbox.Wording("sms-help", key, {})
            outbox.post(session, found, AT, "en", say, rt.now())

    with rt.transaction() as other:
        other.get_one(Citizen, person.id, with_for_update={"key_share": True})
        post("while held")
    post("afterwards")
    notice = phrase("sms-notice", "en")
    told = {message.key: notice in message.text for message in messages()}
    assert told == {"while held": False, "afterwards": True}


# --- How long it is -------------------------------------------------------------------------------


def test_every_row_knows_its_parts_from_the_start(rt, post, messages):
    post("short", phrase="sms-help")
    post("long", phrase="sms-step", values={"text": "x" * 200})
    post("ucs", phrase="sms-step", values={"text": "ĩ" * 100})
    assert {m.key: m.parts for m in messages()} == {"short": 1, "long": 2, "ucs": 2}


def test_a_text_longer_than_the_channel_takes_is_never_cut(rt, post, message, network):
    post(phrase="sms-step", values={"text": "x" * 900})
    outbox.drain(rt)
    assert (message().state, message().cause, network.asked) == (FAILED, "our-bug", [])
    assert "takes 765" in message().failure


@pytest.mark.parametrize("language", ["en", "sw"])
@pytest.mark.parametrize("wording", sorted(PARTS))
def test_the_longest_message_has_room_for_notice_and_short_code(wording, language, rt):
    said = phrase(wording, language, **LONGEST)
    ways = (rt.ways[AT], rt.ways[TWILIO])
    reply, notice = phrase("sms-reply-to", language, code="22555"), phrase("sms-notice", language)
    assert len(f"{said}\n{notice} {reply}") <= min(way.limit for way in ways)
    assert outbox.posting.parts(TWILIO, f"{said} {reply}") <= PARTS[wording] + 1


@pytest.mark.parametrize("typed", ["It\u2019s \u201cready\u201d \u2013 come\u2026", "caf\u00e9"])
def test_look_alikes_are_replaced_before_parts_are_counted(typed, rt, post, message):
    post(phrase="sms-step", values={"text": typed})
    assert outbox.posting.gsm7.septets(message().text) is not None
