"""What becomes of a message when a company's answer is odd, late or lost."""

import socket

import pytest

import channels
from channels.africastalking_sms import AfricasTalkingSms
from channels.contract import Channel, SendFailed, SendUnknown, Sent
from channels.providers import africastalking, twilio
from channels.providers.line import Line
from channels.twilio_sms import TwilioSms
from tests.counterpart import Counterpart, Fault

AT, SMS, WHATSAPP = SENDING = ["africastalking-sms", "twilio-sms", "twilio-whatsapp"]
NUMBER = "+254700000001"


def built(name: str, network: Counterpart, **settings: str) -> Channel:
    return channels.build([name], network.env(**settings))[name]


def outcome(channel: Channel, number: str = NUMBER) -> Sent | SendFailed | SendUnknown:
    try:
        return channel.send(number, "Habari")
    except (SendFailed, SendUnknown) as error:
        return error


@pytest.mark.parametrize("name", SENDING)
@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ("401", SendFailed),
        ("429", SendFailed),
        ("500", SendFailed),
        ("503", SendFailed),
        ("redirect", SendFailed),
        ("502", SendUnknown),
        ("504", SendUnknown),
        ("accepted-504", SendUnknown),
        ("lose-response", SendUnknown),
        ("html", SendUnknown),
        ("broken-json", SendUnknown),
        ("no-id", SendUnknown),
        ("wrong-type", Sent),
        ("charset", Sent),
    ],
)
def test_a_fault_is_failed_only_where_nothing_can_have_been_taken(
    network: Counterpart, name: str, fault: Fault, kind: type
) -> None:
    channel = built(name, network)
    network.fault(fault)
    result = outcome(channel)
    assert type(result) is kind
    if isinstance(result, SendFailed):
        assert result.retry
        assert network.accepted == []
    assert isinstance(channel.send(NUMBER, "Tena"), Sent), "the line works again afterwards"


def test_a_refused_sender_comes_as_201_without_recipients(network: Counterpart) -> None:
    network.fault("empty-recipients")
    with pytest.raises(SendFailed, match="InvalidSenderId") as caught:
        built(AT, network).send(NUMBER, "Habari")
    assert (caught.value.code, caught.value.retry) == ("402", True)


@pytest.mark.parametrize("fault", ["other-number", "no-recipients"])
def test_an_answer_that_says_sent_but_not_to_our_number_leaves_it_unknown(
    network: Counterpart, fault: Fault
) -> None:
    network.fault(fault)
    with pytest.raises(SendUnknown):
        built(AT, network).send(NUMBER, "Habari")


def test_a_message_that_fails_in_the_answer_itself_is_failed(network: Counterpart) -> None:
    network.fault("failed-at-once")
    with pytest.raises(SendFailed, match="template") as caught:
        built(WHATSAPP, network).send(NUMBER, "Habari")
    assert (caught.value.code, caught.value.retry) == ("63016", False)


@pytest.mark.parametrize("name", SENDING)
def test_a_redirect_is_not_followed(network: Counterpart, name: str) -> None:
    network.fault("redirect")
    result = outcome(built(name, network))
    assert isinstance(result, SendFailed)
    assert result.code == "302"


@pytest.mark.parametrize("code", [*africastalking.REFUSALS, 499])
def test_each_refusal_of_africas_talking(network: Counterpart, code: int) -> None:
    network.refuse(NUMBER, code)
    with pytest.raises(SendFailed) as caught:
        built(AT, network).send(NUMBER, "Habari")
    error = caught.value
    assert error.code == str(code)
    # As Medic's CHT retries; 499 is a status of tomorrow, which took nothing either.
    assert error.retry is (code in {402, 405, 500, 501, 502, 499})
    assert error.number_is_bad is (code in {403, 404})
    assert error.opted_out is (code in {406, 409})


@pytest.mark.parametrize("name", [SMS, WHATSAPP])
@pytest.mark.parametrize("code", [*twilio.REFUSALS, 21999])
def test_each_refusal_of_twilio(network: Counterpart, name: str, code: int) -> None:
    network.refuse(NUMBER, code)
    with pytest.raises(SendFailed) as caught:
        built(name, network).send(NUMBER, "Habari")
    expected = twilio.REFUSALS.get(code)
    assert caught.value.code == str(code)
    assert caught.value.retry is (expected.retry if expected else False)
    assert NUMBER not in repr(caught.value)


def test_the_refusals_that_touch_a_citizen_are_those_of_the_documents() -> None:
    table = twilio.REFUSALS.items()
    assert {code for code, row in table if row.opted_out} == {21610, 63014}
    assert {code for code, row in table if row.number_is_bad} == {21211, 21614, 30005, 30006}
    assert {20429, 63018, 63038, 30003, 30008} <= {code for code, row in table if row.retry}
    assert not any(twilio.REFUSALS[code].retry for code in (63016, 63003, 63024, 63032, 30007))


@pytest.mark.parametrize("name", SENDING)
def test_a_bad_number_is_marked(network: Counterpart, name: str) -> None:
    result = outcome(built(name, network), "+12345")
    assert isinstance(result, SendFailed)
    assert result.number_is_bad


@pytest.mark.parametrize("name", SENDING)
def test_a_company_that_cannot_be_reached_has_taken_nothing(name: str) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        closed = f"http://127.0.0.1:{free.getsockname()[1]}"
    with Counterpart() as network:
        result = outcome(built(name, network, AT_API_URL=closed, TWILIO_API_URL=closed))
    assert isinstance(result, SendFailed)
    assert result.retry


def test_an_answer_that_does_not_come_in_time_is_unknown(network: Counterpart) -> None:
    line = Line("AT_API_URL", f"{network.url}/version1/messaging", "A. T.", (0.2, 0.2))
    account = twilio.Account("AC" + "1" * 32, "t", "HUDUMA", network.url, "", seconds=0.2)
    slow = [
        AfricasTalkingSms("s", africastalking.Account("sandbox", "k", "22555", line)),
        TwilioSms(["t"], account),
    ]
    for channel in slow:
        network.fault("hang")
        with pytest.raises(SendUnknown):
            channel.send(NUMBER, "Habari")
    assert len(network.texts(NUMBER)) == 2
