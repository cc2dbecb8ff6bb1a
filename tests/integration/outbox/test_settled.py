"""What became of messages of unknown fate: told by reports in any order, or by a person."""

from decimal import Decimal
from itertools import permutations

import pytest
import sqlalchemy as sa

from feedback_service import outbox
from feedback_service.models import MessageState
from tests.counterpart import receipt_form, signed
from tests.handset import ME
from tests.integration.outbox.conftest import AT, WHATSAPP

SENT, UNKNOWN, DELIVERED = MessageState.SENT, MessageState.UNKNOWN, MessageState.DELIVERED


def test_what_is_unknown_is_shown_after_a_quarter_hour_and_sent_again_by_a_person(
    rt, post, message, network, clock
):
    network.fault("504")
    post()
    outbox.drain(rt)
    with rt.transaction() as session:
        assert outbox.troubles(session, rt.now()) == []
    clock.forward(minutes=16)
    with rt.transaction() as session:
        assert [found.id for found in outbox.troubles(session, rt.now())] == [message().id]
    outbox.send_again(rt, message().id, message().id)
    outbox.drain(rt)
    assert (message().state, len(network.accepted)) == (SENT, 1)
    with pytest.raises(outbox.NotInTrouble):
        outbox.send_again(rt, message().id, message().id)


def test_what_a_person_found_in_the_company_s_log_left_and_may_yet_be_reported(
    rt, post, message, network, report
):
    network.fault("lose-response", provider="africastalking")
    post()
    outbox.drain(rt)
    left = message().claimed_at
    outbox.was_taken(rt, message().id, message().id)
    assert (message().state, message().failure, message().sent_at) == (SENT, "", left)
    with pytest.raises(outbox.NotInTrouble):
        outbox.was_taken(rt, message().id, message().id)
    report(network.accepted[0], "Success")
    assert (message().state, message().provider_id) == (DELIVERED, network.accepted[0].id)


def test_a_report_finds_a_message_of_unknown_fate_by_its_number(rt, post, message, network, report):
    network.fault("lose-response", provider="africastalking")
    post()
    outbox.drain(rt)
    assert message().state is UNKNOWN
    assert (message().sent_at, message().cost_kes) == (None, None)
    report(network.accepted[0], "Success")
    assert (message().state, message().provider_id) == (DELIVERED, network.accepted[0].id)
    assert (message().failure, message().cause) == ("", "")


@pytest.mark.parametrize("more", [{"MESSAGE_PRICES": '{"africastalking-sms": 0.8}'}])
def test_what_only_a_report_tells_of_left_and_has_its_price(rt, post, message, network, report):
    network.fault("lose-response", provider="africastalking")
    post()
    outbox.drain(rt)
    left = message().claimed_at
    report(network.accepted[0], "Sent")
    assert (message().state, message().failure) == (SENT, "")
    assert (message().sent_at, message().cost_estimated) == (left, True)
    with rt.transaction() as session:
        (sums,) = outbox.costs.spent(session, rt.now().date())
    assert (sums.messages, sums.kes, sums.unpriced) == (1, Decimal("0.8"), 0)


@pytest.mark.parametrize("key", ["of-another-service", "%00", "1" * 40])
def test_a_receipt_with_a_key_that_is_not_ours_is_taken(key, rt, post, message, network, client):
    post(channel=WHATSAPP)
    outbox.drain(rt)
    path = f"/hooks/{WHATSAPP}/receipts?key={key}"
    form = receipt_form(network.accepted[0], "delivered") | {"MessageSid": "SMnotours"}
    proof = signed(rt.settings.public_url + path, form, rt.settings.twilio_auth_token)
    assert client.post(path, data=form, headers=proof).status_code == 200
    assert message().state is SENT


def test_of_reports_that_come_too_early_the_one_that_says_most_is_kept(
    rt, post, message, network, report, clock
):
    post()
    from tests.counterpart import Accepted

    early = Accepted("africastalking", ME, "x", "ATXid_early")
    for status in ("Success", "Sent", "Failed"):
        report(early, status)
    taken = sa.text("select state, final from early_receipts")
    with rt.transaction() as session:
        assert session.execute(taken).one() == ("delivered", True)


@pytest.mark.parametrize("channel", [AT, WHATSAPP])
def test_in_whatever_order_reports_come_what_arrived_has_arrived(
    channel, rt, post, messages, network, report
):
    words = {
        AT: [("Sent", ""), ("Success", ""), ("Rejected", ""), ("Buffered", "")],
        WHATSAPP: [("sent", ""), ("delivered", ""), ("failed", "63016"), ("queued", "")],
    }[channel]
    orders = list(permutations(words))
    for number in range(len(orders)):
        post(f"m{number}", f"+2547111000{number:02d}", channel=channel, phrase="sms-help")
    outbox.drain(rt)
    by_id = {message.provider_id: message.key for message in messages()}
    taken = {by_id[one.id]: one for one in network.accepted}
    for number, order in enumerate(orders):
        for status, reason in order:
            report(taken[f"m{number}"], status, reason)
    outbox.drain(rt)
    assert {message.state for message in messages()} == {DELIVERED}
    assert len(network.accepted) == len(orders), "a second copy left"
