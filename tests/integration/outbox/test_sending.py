"""Messages that leave once, on a schedule, told by receipts, while companies fail on demand."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from channels.africastalking_sms import AfricasTalkingSms
from feedback_service import identity, outbox
from feedback_service.identity import KeyRing
from feedback_service.models import EarlyReceipt, Message, MessageState, Stop
from feedback_service.outbox import LEASE, REMEDIES, Wording
from feedback_service.runtime import Runtime
from tests.handset import ME, OTHER

SENT, FAILED, UNKNOWN = MessageState.SENT, MessageState.FAILED, MessageState.UNKNOWN
QUEUED, DELIVERED = MessageState.QUEUED, MessageState.DELIVERED
AT, TWILIO = "africastalking-sms", "twilio-whatsapp"
RETRIES = REMEDIES["busy"].waits


def receipt(client, message, status, **more):
    form = {"id": message.provider_id or "ATXid_none", "status": status, "phoneNumber": ME, **more}
    secret = "test-callback-secret"
    return client.post(f"/hooks/{AT}/{secret}/receipts", data=form).status_code


def test_a_message_leaves_once_with_its_price(rt, post, messages, network):
    post()
    assert outbox.drain(rt) == 1
    assert outbox.drain(rt) == 0
    (message,) = messages()
    assert (message.state, message.parts, message.attempts) == (SENT, 1, 1)
    assert (str(message.cost_kes), message.sent_at) == ("0.8000", rt.now())
    assert network.texts(ME) == [message.text]


def test_two_posts_of_one_key_are_one_message(rt, post, messages, network):
    post("same")
    post("same")
    outbox.drain(rt)
    assert len(messages()) == len(network.accepted) == 1


def test_a_message_of_a_transaction_that_fails_never_leaves(rt, post, messages, network):
    def write_and_fail():
        with rt.transaction() as session:
            citizen = identity.find_or_add(session, KeyRing(rt.settings.phone_keys), ME, rt.now())
            outbox.post(session, citizen, AT, "en", Wording("sms-help", "x", {}), rt.now())
            raise RuntimeError

    with pytest.raises(RuntimeError):
        write_and_fail()
    assert outbox.drain(rt) == 0
    assert messages() == network.accepted == []


# --- What goes wrong at the company ------------------------------------------------------------


@pytest.mark.parametrize("channel", [AT, TWILIO])
@pytest.mark.parametrize(
    "fault", ["lose-response", "accepted-504", "html", "broken-json", "502", "504"]
)
def test_a_lost_answer_is_unknown_and_never_sent_again(
    fault, channel, rt, post, messages, network, clock
):
    network.fault(fault)
    post(channel=channel)
    for _ in range(4):
        outbox.drain(rt)
        outbox.sweep(rt)
        clock.forward(hours=3)
    (message,) = messages()
    assert (message.state, message.attempts) == (UNKNOWN, 1)
    assert message.failure
    assert len(network.asked) == 1


def alone(rt, channel):
    """The runtime with one way only."""
    return Runtime(**{**vars(rt), "ways": {channel: rt.ways[channel]}})


@pytest.mark.parametrize("channel", [AT, TWILIO])
@pytest.mark.parametrize("fault", ["429", "401"])
def test_what_was_not_taken_is_retried_on_schedule(
    fault, channel, rt, post, messages, network, clock
):
    network.fault(fault, times=len(RETRIES))
    post(channel=channel)
    rt = alone(rt, channel)
    for number, wait in enumerate(RETRIES, start=1):
        outbox.drain(rt)
        (message,) = messages()
        assert (message.state, message.attempts) == (QUEUED, number)
        assert message.not_before_at == rt.now() + wait
        clock.forward(seconds=wait.total_seconds() - 1)
        assert outbox.drain(rt) == 0, "sent before its time"
        clock.forward(seconds=1)
    outbox.drain(rt)
    (message,) = messages()
    assert (message.state, message.failure) == (SENT, "")
    assert len(network.accepted) == 1


def test_after_the_last_retry_a_message_has_failed(rt, post, messages, network, clock):
    network.fault("429", times=20)
    post()
    rt = alone(rt, AT)
    for wait in (*RETRIES, timedelta(hours=5)):
        outbox.drain(rt)
        clock.forward(seconds=wait.total_seconds())
    (message,) = messages()
    assert (message.state, message.attempts) == (FAILED, len(RETRIES) + 1)
    assert outbox.drain(rt) == 0


@pytest.mark.parametrize(("code", "stops"), [(403, 0), (407, 0), (406, 1)])
def test_a_refusal_is_final_and_a_blacklist_is_a_stop(code, stops, rt, post, messages, network):
    network.refuse(ME, code)
    post()
    outbox.drain(alone(rt, AT))
    (message,) = messages()
    assert (message.state, message.attempts) == (FAILED, 1)
    with rt.transaction() as session:
        assert len(session.scalars(sa.select(Stop)).all()) == stops


def test_one_message_that_cannot_be_opened_holds_up_no_other(rt, post, messages, network):
    post("first", ME)
    with rt.transaction() as session:
        session.execute(sa.text("update citizens set sealed = decode('00000000', 'hex')"))
    post("second", OTHER)
    outbox.drain(rt)
    by_key = {message.key: message for message in messages()}
    assert (by_key["first"].state, by_key["second"].state) == (QUEUED, SENT)
    assert "PHONE_KEYS" in by_key["first"].failure


def test_a_channel_that_is_switched_off_says_so(rt, post, messages):
    lame = Runtime(**{**vars(rt), "ways": {}})
    post()
    outbox.drain(lame)
    assert messages()[0].failure == f"channel {AT} is not switched on: add it to CHANNELS"


# --- Workers that die --------------------------------------------------------------------------


def test_a_worker_killed_while_sending_leaves_a_message_unknown(rt, post, messages, clock):
    post()
    with rt.transaction() as session:
        session.execute(sa.update(Message).values(state=MessageState.SENDING, claimed_at=rt.now()))
    outbox.sweep(rt)
    assert messages()[0].state is MessageState.SENDING
    clock.forward(seconds=LEASE.total_seconds() + 1)
    outbox.sweep(rt)
    outbox.drain(rt)
    assert (messages()[0].state, messages()[0].attempts) == (UNKNOWN, 0)


def test_a_worker_killed_before_sending_gives_its_message_back(rt, post, messages, clock, network):
    post()
    with rt.transaction() as session:
        session.execute(sa.update(Message).values(claimed_at=rt.now()))
    assert outbox.drain(rt) == 0
    clock.forward(seconds=LEASE.total_seconds() + 1)
    assert outbox.drain(rt) == 1
    assert len(network.accepted) == 1


def test_the_sweeper_rings_for_what_waits_when_the_bell_was_lost(rt, post, redis):
    post()
    redis.flushdb()
    outbox.sweep(rt)
    assert len(rt.queue) == 1


# --- Receipts ----------------------------------------------------------------------------------


def test_a_late_receipt_never_takes_a_message_down(rt, post, messages, client):
    post()
    outbox.drain(rt)
    for status in ("Success", "Sent", "Buffered", "Failed", "Submitted", "Tomorrow's"):
        assert receipt(client, messages()[0], status) == 200
        assert messages()[0].state is DELIVERED
    assert messages()[0].delivered_at == rt.now()


def test_a_failure_report_says_why(rt, post, messages, client):
    post()
    outbox.drain(rt)
    receipt(client, messages()[0], "Failed", failureReason="UserDoesNotExist")
    assert (messages()[0].state, messages()[0].failure) == (FAILED, "UserDoesNotExist")


def test_a_receipt_that_comes_before_our_own_note_is_matched_later(rt, post, messages, client):
    """The company reports while its answer to our sending is still on its way to the table."""
    post()
    way = rt.ways[AT]

    class ReportsAtOnce(AfricasTalkingSms):
        def send(self, address, text, *, key=""):
            sent = way.send(address, text, key=key)
            form = {"id": sent.provider_id, "status": "Success", "phoneNumber": ME}
            client.post(f"/hooks/{AT}/test-callback-secret/receipts", data=form)
            with rt.transaction() as session:
                assert session.scalars(sa.select(EarlyReceipt)).one().provider_id == form["id"]
            return sent

    outbox.drain(
        Runtime(**{**vars(rt), "ways": {**rt.ways, AT: ReportsAtOnce.from_env(rt.settings.raw)}})
    )
    assert messages()[0].state is DELIVERED
    with rt.transaction() as session:
        assert session.scalars(sa.select(EarlyReceipt)).all() == []


def test_twilios_receipt_settles_a_message_whose_answer_was_lost(
    rt, post, messages, network, client
):
    network.fault("lose-response")
    post(channel=TWILIO)
    outbox.drain(rt)
    (taken,) = network.accepted
    path = taken.status_callback.removeprefix(rt.settings.public_url)
    form = {"MessageSid": taken.id, "MessageStatus": "delivered", "To": taken.to}
    from tests.counterpart import signed

    headers = signed(taken.status_callback, form, rt.settings.twilio_auth_token)
    assert client.post(path, data=form, headers=headers).status_code in (200, 204)
    assert (messages()[0].state, messages()[0].provider_id) == (DELIVERED, taken.id)


# --- Stop --------------------------------------------------------------------------------------


def test_a_stop_takes_back_what_has_not_left(rt, post, messages, network, clock):
    post("waiting", phrase="sms-language")
    clock.forward(seconds=1)
    with rt.transaction() as session:
        identity.stop(session, messages()[0].citizen_id, AT, rt.now())
    outbox.drain(rt)
    assert (messages()[0].state, messages()[0].failure) == (FAILED, "the citizen said stop")
    post("later", phrase="sms-language")
    assert len(messages()) == 1
    post("confirmed", phrase="sms-stopped")
    outbox.drain(rt)
    assert len(network.accepted) == 1


def test_a_receipt_of_nothing_we_sent_is_forgotten_after_a_week(rt, client, clock):
    form = {"id": "ATXid_none", "status": "Success", "phoneNumber": ME}
    client.post(f"/hooks/{AT}/{rt.settings.at_callback_secret}/receipts", data=form)
    for days, left in ((6, 1), (2, 0)):
        clock.forward(days=days)
        outbox.sweep(rt)
        with rt.transaction() as session:
            assert len(session.scalars(sa.select(EarlyReceipt)).all()) == left
