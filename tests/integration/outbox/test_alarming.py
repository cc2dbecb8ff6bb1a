"""What no waiting heals calls for operators, also where the other company carries on meanwhile."""

import pytest

from feedback_service import outbox, schedule, watch
from feedback_service.models import MessageState
from feedback_service.watch import Kind
from tests.integration.outbox.conftest import AT, TWILIO

FAULTS = [
    ("the sender is not ours", "empty-recipients", Kind.ACCOUNT),
    ("the key is not accepted", "401", Kind.ACCOUNT),
]


def open_now(rt):
    with rt.transaction() as session:
        return [(alarm.kind, alarm.subject) for alarm in watch.open_alarms(session)]


@pytest.mark.parametrize(
    ("fault", "kind"), [row[1:] for row in FAULTS], ids=[row[0] for row in FAULTS]
)
def test_an_account_that_is_refused_raises_an_alarm_though_messages_leave_by_the_other(
    fault, kind, rt, post, messages, network, clock
):
    network.fault(fault, times=2, provider="africastalking")
    for number in range(2):
        post(f"m{number}", f"+25471110000{number}")
    outbox.drain(rt)
    assert {(m.state, m.channel) for m in messages()} == {(MessageState.SENT, TWILIO)}
    assert outbox.refused(rt) == [(AT, "account", 2)]
    schedule.watch_channels(rt)
    assert open_now(rt) == [(kind, AT)]
    clock.forward(minutes=61)
    schedule.watch_channels(rt)
    assert open_now(rt) == []


def test_it_stands_while_messages_wait_for_the_account(rt, post, message, network, clock):
    network.fault("401", times=100)
    post()
    for _ in range(8):
        outbox.drain(rt)
        clock.forward(minutes=10)
        assert (TWILIO, "account", 1) in outbox.refused(rt)
    assert message().state is MessageState.QUEUED


def test_a_word_taken_for_unwanted_raises_an_alarm(rt, post, message, network, report):
    post()
    outbox.drain(rt)
    report(network.accepted[0], "Expired")
    assert outbox.refused(rt) == [(AT, "filtered", 1)]


@pytest.mark.parametrize("code", [403, 406])
def test_what_concerns_one_number_alarms_nobody(code, rt, post, message, network):
    network.refuse("+254700000001", code)
    post(number="+254700000001")
    outbox.drain(rt)
    assert outbox.refused(rt) == []
