"""One message by the next way when the first cannot carry it: never two copies, never lost."""

import pytest

from feedback_service import outbox
from feedback_service.conversations.wording import phrase
from feedback_service.models import Citizen, MessageState
from tests.integration.outbox.conftest import AT, TWILIO, WHATSAPP

SENT, FAILED = MessageState.SENT, MessageState.FAILED
UNKNOWN, QUEUED, DELIVERED = MessageState.UNKNOWN, MessageState.QUEUED, MessageState.DELIVERED


def drain_for(rt, clock, minutes):
    """What workers do in a while."""
    for _ in range(minutes * 2):
        outbox.drain(rt)
        outbox.sweep(rt)
        clock.forward(seconds=30)


def test_sms_goes_by_twilio_when_africas_talking_refuses_for_good(rt, post, message, network):
    network.fault("empty-recipients", provider="africastalking")
    post()
    outbox.drain(rt)
    assert (message().state, message().channel, message().key) == (SENT, TWILIO, "one")
    assert [taken.provider for taken in network.accepted] == ["twilio"]
    (tried,) = message().tried
    assert (tried["channel"], tried["cause"]) == (AT, "account")


def test_a_company_that_is_busy_is_asked_three_times_before_the_other(
    rt, post, message, network, clock
):
    network.fault("429", times=9, provider="africastalking")
    post()
    drain_for(rt, clock, 3)
    assert (message().state, message().channel, message().attempts) == (SENT, TWILIO, 4)
    assert len(network.accepted) == 1


@pytest.mark.parametrize("fault", ["lose-response", "accepted-503", "504", "html"])
def test_nothing_goes_elsewhere_that_may_have_been_taken(fault, rt, post, message, network, clock):
    network.fault(fault, provider="africastalking")
    post()
    drain_for(rt, clock, 5)
    assert (message().state, message().channel, len(network.asked)) == (UNKNOWN, AT, 1)


def test_a_final_report_of_failure_sends_it_by_the_other_company(
    rt, post, message, network, report
):
    post()
    outbox.drain(rt)
    first = network.accepted[0]
    for _ in range(3):
        report(first, "Rejected")
    assert (message().state, message().channel) == (QUEUED, TWILIO)
    outbox.drain(rt)
    report(first, "Sent")
    report(first, "Rejected")
    assert (message().state, len(network.accepted)) == (SENT, 2)
    assert str(message().cost_kes) == "0.8000", "what the first attempt cost is not forgotten"


def test_a_report_that_is_not_final_moves_nothing(rt, post, message, network, report):
    post()
    outbox.drain(rt)
    report(network.accepted[0], "Expired")
    assert (message().state, message().channel) == (FAILED, AT)
    report(network.accepted[0], "Success")
    assert message().state is DELIVERED


def test_a_late_delivery_of_the_first_attempt_counts_and_stops_the_second(
    rt, post, message, network, report
):
    post()
    outbox.drain(rt)
    report(network.accepted[0], "Failed", "UserNotSubscribedToProduct")
    report(network.accepted[0], "Success")
    outbox.drain(rt)
    assert (message().state, len(network.accepted)) == (DELIVERED, 1)
    report(network.accepted[0], "Failed", "UserNotSubscribedToProduct")
    assert message().state is DELIVERED


def test_an_absent_handset_is_tried_again_later_and_few_times(
    rt, post, message, network, report, clock
):
    post()
    for tries in range(1, 9):
        outbox.drain(rt)
        if len(network.accepted) < tries:
            break
        taken = network.accepted[-1]
        status = ("Failed", "DeliveryFailure") if taken.provider == "africastalking" else None
        report(taken, *(status or ("undelivered", "30003")))
        clock.forward(hours=5)
    ways = [taken.provider for taken in network.accepted]
    assert ways == ["africastalking"] * 2 + ["twilio"] * 4
    assert (message().state, message().cause) == (FAILED, "absent")


# --- What asks for an answer --------------------------------------------------------------------


def test_a_question_by_a_one_way_sender_names_the_short_code(rt, post, message, network):
    network.fault("empty-recipients", provider="africastalking")
    values = {"reference": "1234 5678", "office": "KRA"}
    post(phrase="sms-confirm", values=values)
    outbox.drain(rt)
    (taken,) = network.accepted
    assert taken.provider == "twilio"
    assert taken.text == f"{message().text} {phrase('sms-reply-to', 'en', code='22555')}"
    assert message().parts == 1


def test_who_is_told_of_stop_by_a_one_way_sender_is_told_where(rt, citizen, message, network):
    person = citizen()
    with rt.transaction() as session:
        found = session.get_one(Citizen, person.id)
        found.noticed_at = None
        say = outbox.Wording("sms-help", "one", {})
        outbox.post(session, found, AT, "sw", say, rt.now())
    network.fault("empty-recipients", provider="africastalking")
    outbox.drain(rt)
    (taken,) = network.accepted
    notice, where = phrase("sms-notice", "sw"), phrase("sms-reply-to", "sw", code="22555")
    assert taken.provider == "twilio"
    assert taken.text.endswith(f"{notice} {where}")


def test_a_question_by_the_short_code_needs_no_such_words(rt, post, message, network):
    post(phrase="sms-confirm", values={"reference": "1234 5678", "office": "KRA"})
    outbox.drain(rt)
    assert network.accepted[0].text == message().text


def test_options_are_numbered_lines_by_sms_and_buttons_by_whatsapp(rt, post, messages, network):
    options = [["1", "Yes"], ["2", "No"], ["0", "Back"]]
    for channel in (AT, WHATSAPP):
        post(channel, channel=channel, phrase="sms-step", values={"text": "Go?"}, options=options)
    outbox.drain(rt)
    by = {taken.provider: taken for taken in network.accepted}
    assert by["africastalking"].text.endswith("\n1 Yes\n2 No\n0 Back")
    assert by["twilio"].form["ContentSid"] == "HXb2"
    assert '"2": "Yes", "3": "No"' in by["twilio"].form["ContentVariables"]
    assert "0 Back" in by["twilio"].form["ContentVariables"]
