"""What leaves for a company, under which name, and what is known of it afterwards."""

import json
import logging
import os
import threading
from decimal import Decimal

import pytest

import channels
from channels.africastalking_sms import AfricasTalkingSms
from channels.contract import Cause, Channel, Receipt, SendFailed, SendUnknown, Sent, Webhook
from channels.providers import africastalking, twilio
from channels.providers.line import Line
from tests.counterpart import Accepted, Counterpart, inbound_form, receipt_form

AT, SMS, WHATSAPP = SENDING = ["africastalking-sms", "twilio-sms", "twilio-whatsapp"]
NUMBER = "+254700000001"


def built(name: str, network: Counterpart, **settings: str) -> Channel:
    return channels.build([name], network.env(**settings))[name]


def outcome(channel: Channel, number: str = NUMBER) -> Sent | SendFailed | SendUnknown:
    try:
        return channel.send(number, "Habari")
    except (SendFailed, SendUnknown) as error:
        return error


@pytest.mark.parametrize(
    ("cost", "shillings"),
    [
        ("KES 0.8000", Decimal("0.8000")),
        ("kes 1.60", Decimal("1.60")),
        ("KES  2", Decimal(2)),
        ("USD 0.0079", None),
        ("0", None),
        ("", None),
        ("KES", None),
        ("KES x", None),
        ("KES NaN", None),
    ],
)
def test_a_cost_is_kept_only_in_shillings(cost: str, shillings: Decimal | None) -> None:
    assert africastalking.shillings(cost) == shillings


def test_africas_talking_tells_cost_and_parts(network: Counterpart) -> None:
    sent = built(AT, network).send(NUMBER, "x" * 200)
    assert (sent.cost_kes, sent.cost_told, sent.parts) == (Decimal("1.6"), "KES 1.6000", 2)


def test_our_request_is_the_one_the_official_package_makes(network: Counterpart) -> None:
    from africastalking.SMS import SMSService

    official = SMSService("sandbox", "test-key")
    official._baseUrl = f"{network.url}/version1"
    official.send("Habari", [NUMBER], "22555")
    built(AT, network).send(NUMBER, "Habari")
    theirs, ours = network.asked
    assert ours.path == theirs.path
    assert ours.form == theirs.form
    for header in ("apikey", "accept", "content-type"):
        assert ours.headers[header] == theirs.headers[header]


@pytest.mark.parametrize("tail", ["", "/", "/version1", "/version1/messaging"])
def test_the_address_of_africas_talking_may_be_given_in_any_length(
    network: Counterpart, tail: str
) -> None:
    assert isinstance(outcome(built(AT, network, AT_API_URL=network.url + tail)), Sent)


@pytest.mark.parametrize(
    ("sender", "code", "used", "two_way"),
    [("HUDUMA", "22555", "22555", True), ("HUDUMA", "", "HUDUMA", False), ("", "", "", False)],
)
def test_messages_leave_by_the_short_code_where_there_is_one(
    network: Counterpart, sender: str, code: str, used: str, two_way: bool
) -> None:
    channel = built(AT, network, AT_SENDER=sender, AT_SHORT_CODE=code)
    channel.send(NUMBER, "Habari")
    assert (network.accepted[0].sender, channel.two_way) == (used, two_way)


@pytest.mark.parametrize(
    ("address", "to"),
    [
        (NUMBER, f"whatsapp:{NUMBER}"),
        (f"whatsapp:{NUMBER}", f"whatsapp:{NUMBER}"),
        ("KE.Ab12", "whatsapp:KE.Ab12"),
    ],
)
def test_whatsapp_answers_numbers_and_user_ids_as_they_came(
    network: Counterpart, address: str, to: str
) -> None:
    built(WHATSAPP, network).send(address, "Habari")
    assert (network.accepted[0].to, network.accepted[0].sender) == (to, "whatsapp:+254700000000")


@pytest.mark.parametrize("name", [AT, SMS])
def test_an_sms_to_a_user_without_a_number_is_not_tried(network: Counterpart, name: str) -> None:
    result = outcome(built(name, network), "KE.Ab12")
    assert isinstance(result, SendFailed)
    assert (result.cause, network.asked) == (Cause.NOT_ON_CHANNEL, [])


def test_a_messaging_service_stands_in_for_a_sender(network: Counterpart) -> None:
    built(SMS, network, TWILIO_SMS_FROM="MG" + "1" * 32).send(NUMBER, "Habari")
    assert network.accepted[0].form["MessagingServiceSid"] == "MG" + "1" * 32


def test_a_template_leaves_by_its_content_sid(network: Counterpart) -> None:
    channel = built(WHATSAPP, network, TWILIO_TEMPLATES='{"received.sw": "HX1"}')
    channel.send_template(NUMBER, "received.sw", ["1234 5670", ""], key="m1")
    form = network.accepted[0].form
    assert form["ContentSid"] == "HX1"
    assert form["ContentVariables"] == '{"1": "1234 5670", "2": "-"}'
    for other in (channel, built(SMS, network)):
        with pytest.raises(SendFailed, match="unknown"):
            other.send_template(NUMBER, "unknown", [])


CHOICES = '{"buttons.2": "HXb2", "list.2": "HXl2", "list.4": "HXl4"}'


@pytest.mark.parametrize(
    ("labels", "content"),
    [
        (["Yes", "No"], "HXb2"),
        (["Yes", "More than twenty letters"], "HXl2"),
        (["Yes", "No", "Perhaps", "Later"], "HXl4"),
        (["Yes", "More than twenty-four letters"], ""),
        (["Yes", ""], ""),
        (["Yes", "No", "Perhaps"], ""),
        ([], ""),
    ],
)
def test_choices_are_shown_as_buttons_or_a_list_where_whole(
    network: Counterpart, labels: list[str], content: str
) -> None:
    channel = built(WHATSAPP, network, TWILIO_TEMPLATES=CHOICES)
    assert channel.shows("Which?", labels) is bool(content)
    if not content:
        with pytest.raises(SendFailed, match="no buttons"):
            channel.send_choice(NUMBER, "Which?", labels)
        return
    channel.send_choice(NUMBER, "Which?", labels, key="m1")
    form = network.accepted[0].form
    assert form["ContentSid"] == content
    shown = {"1": "Which?"} | {str(n): label for n, label in enumerate(labels, 2)}
    assert json.loads(form["ContentVariables"]) == shown


def test_a_text_too_long_for_a_list_is_shown_without(network: Counterpart) -> None:
    channel = built(WHATSAPP, network, TWILIO_TEMPLATES=CHOICES)
    assert not channel.shows("x" * 1025, ["Yes", "No"])
    assert not built(AT, network).shows("Which?", ["Yes", "No"])


@pytest.mark.parametrize("name", [SMS, WHATSAPP])
def test_a_lost_answer_is_found_again_by_the_key_in_the_receipt(
    network: Counterpart, name: str
) -> None:
    channel = built(name, network)
    network.fault("lose-response")
    with pytest.raises(SendUnknown):
        channel.send(NUMBER, "Habari", key="case:1 + sw/é")
    made = network.accepted[0]
    hook = Webhook("receipts", made.status_callback, "", receipt_form(made, "delivered"), {})
    receipt = channel.receive(hook)
    assert isinstance(receipt, Receipt)
    assert (receipt.key, receipt.provider_id, receipt.address) == (
        "case:1 + sw/é",
        made.id,
        NUMBER,
    )


@pytest.mark.parametrize(
    ("public", "elsewhere", "address"),
    [
        ("https://feedback.example/", False, "https://feedback.example/hooks/twilio-sms/receipts"),
        ("http://127.0.0.1:8000", False, ""),
        ("http://localhost:8000", False, ""),
        ("http://127.0.0.1:8000", True, "http://127.0.0.1:8000/hooks/twilio-sms/receipts"),
        ("", False, ""),
    ],
)
def test_receipts_are_asked_for_only_where_they_can_come(
    public: str, elsewhere: bool, address: str
) -> None:
    assert twilio.receipts_address(public, "twilio-sms", elsewhere) == address


def test_eight_threads_send_eight_messages_on_one_channel(network: Counterpart) -> None:
    for name in (AT, SMS):
        channel = built(name, network)
        threads = [threading.Thread(target=outcome, args=(channel,), daemon=True) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len({message.id for message in network.accepted}) == 16


def test_a_forked_worker_opens_a_line_of_its_own(network: Counterpart) -> None:
    line = Line("AT_API_URL", f"{network.url}/version1/messaging", "A. T.")
    before = line._open()
    assert line._open() is before
    line._owner = os.getpid() + 1  # as a child would find it
    assert line._open() is not before


def test_no_log_holds_a_number_a_word_or_a_key(
    network: Counterpart, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        for name in SENDING:
            channel = built(name, network)
            channel.send(NUMBER, "Siri yangu")
            network.fault("500")
            outcome(channel)
    assert caplog.text
    assert "twilio.http_client" not in {record.name for record in caplog.records}
    for private in (NUMBER, "254700000001", "Siri", "test-key", "2" * 32):
        assert private not in caplog.text


def test_a_receipt_can_be_posted_twice_and_signed(network: Counterpart) -> None:
    env = network.env()
    channel = built(SMS, network)
    channel.send(NUMBER, "Habari", key="m1")
    with Counterpart() as ours:  # stands for the service: it notes what it is called with
        made = network.accepted[0]
        token = env["TWILIO_AUTH_TOKEN"]
        assert network.post_receipt(made, "sent", token=token, times=2, via=ours.url) == [404, 404]
        asked = ours.asked[0]
    assert asked.path == "/hooks/twilio-sms/receipts?key=m1"
    hook = Webhook("receipts", made.status_callback, "", asked.form, asked.headers)
    channel.authenticate(hook)
    assert isinstance(channel.receive(hook), Receipt)


def test_the_counterparts_forms_are_heard_by_the_channels() -> None:
    report = receipt_form(Accepted("africastalking", NUMBER, "x", "ATXid_1"), "Success")
    channel = AfricasTalkingSms("s", None)
    assert isinstance(channel.receive(Webhook("receipts", "", "", report, {})), Receipt)
    assert inbound_form("twilio-whatsapp", NUMBER, "x")["From"] == f"whatsapp:{NUMBER}"
