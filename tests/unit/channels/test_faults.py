"""What becomes of a message when a company's answer is odd, late or lost."""

import socket

import pytest

import channels
from channels.africastalking_sms import AfricasTalkingSms
from channels.contract import Cause, Channel, SendFailed, SendUnknown, Sent
from channels.providers import africastalking, twilio
from channels.providers.line import Line, refused
from channels.twilio_sms import TwilioSms
from tests.counterpart import Counterpart, Fault

AT, SMS, WHATSAPP = SENDING = ["africastalking-sms", "twilio-sms", "twilio-whatsapp"]
NUMBER = "+254700000001"
CAUSES = {
    "401": Cause.ACCOUNT, "429": Cause.BUSY, "redirect": Cause.ACCOUNT,
    "500": Cause.DOWN, "503": Cause.DOWN,
}  # fmt: skip


def built(name: str, network: Counterpart, **settings: str) -> Channel:
    return channels.build([name], network.env(**settings))[name]


def outcome(channel: Channel, number: str = NUMBER) -> Sent | SendFailed | SendUnknown:
    try:
        return channel.send(number, "Habari")
    except (SendFailed, SendUnknown) as error:
        return error


def test_a_503_that_only_says_it_took_too_long_may_have_been_taken(network: Counterpart) -> None:
    network.fault("accepted-503")
    assert type(outcome(built(AT, network))) is SendUnknown


@pytest.mark.parametrize("name", SENDING)
@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ("401", SendFailed),
        ("429", SendFailed),
        ("redirect", SendFailed),
        ("500", SendFailed),
        ("502", SendUnknown),
        ("503", SendFailed),
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
        assert result.cause is CAUSES[fault]
        assert network.accepted == []
    assert isinstance(channel.send(NUMBER, "Tena"), Sent), "the line works again afterwards"


def test_a_refused_sender_comes_as_201_without_recipients(network: Counterpart) -> None:
    network.fault("empty-recipients")
    with pytest.raises(SendFailed, match="InvalidSenderId") as caught:
        built(AT, network).send(NUMBER, "Habari")
    assert (caught.value.code, caught.value.cause) == ("402", Cause.ACCOUNT)


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
    assert (caught.value.code, caught.value.cause) == ("63016", Cause.NEEDS_TEMPLATE)


@pytest.mark.parametrize("name", SENDING)
def test_a_redirect_is_not_followed(network: Counterpart, name: str) -> None:
    network.fault("redirect")
    result = outcome(built(name, network))
    assert isinstance(result, SendFailed)
    assert result.code == "302"


@pytest.mark.parametrize("company", ["Africa's Talking", "Twilio"])
def test_a_conflict_is_nobody_s_stop(company: str) -> None:
    error = refused(409, company)
    assert isinstance(error, SendFailed)
    assert error.cause is Cause.REFUSED


@pytest.mark.parametrize(
    ("code", "cause"),
    [
        (401, Cause.REFUSED),
        (402, Cause.ACCOUNT),
        (403, Cause.BAD_NUMBER),
        (404, Cause.BAD_NUMBER),
        (405, Cause.ACCOUNT),
        (406, Cause.OPTED_OUT),
        (407, Cause.REFUSED),
        (409, Cause.OPTED_OUT),
        (500, Cause.DOWN),
        (501, Cause.DOWN),
        (502, Cause.DOWN),
        pytest.param(499, Cause.REFUSED, id="a status of tomorrow, which took nothing either"),
    ],
)
def test_each_refusal_of_africas_talking(network: Counterpart, code: int, cause: Cause) -> None:
    network.refuse(NUMBER, code)
    with pytest.raises(SendFailed) as caught:
        built(AT, network).send(NUMBER, "Habari")
    assert (caught.value.code, caught.value.cause) == (str(code), cause)


@pytest.mark.parametrize("name", [SMS, WHATSAPP])
@pytest.mark.parametrize("code", [*twilio.REFUSALS, 21999])
def test_each_refusal_of_twilio(network: Counterpart, name: str, code: int) -> None:
    network.refuse(NUMBER, code)
    with pytest.raises(SendFailed) as caught:
        built(name, network).send(NUMBER, "Habari")
    expected = twilio.REFUSALS.get(code)
    assert caught.value.code == str(code)
    assert caught.value.cause is (expected.cause if expected else Cause.OUR_BUG)
    assert NUMBER not in repr(caught.value)


# As the company documents them: statusCode of a recipient, failureReason of a report.
STATUS_CODES = {401, 402, 403, 404, 405, 406, 407, 409, 500, 501, 502}
FAILURE_REASONS = {
    "insufficientcredit", "invalidlinkid", "userisinactive", "userinblacklist",
    "useraccountsuspended", "notnetworksubcriber", "notnetworksubscriber",
    "usernotsubscribedtoproduct", "userdoesnotexist", "deliveryfailure", "donotdisturbrejection",
}  # fmt: skip
TWILIOS = {
        63016: Cause.NEEDS_TEMPLATE, 63018: Cause.BUSY, 20429: Cause.BUSY, 63038: Cause.BUSY,
        21610: Cause.OPTED_OUT, 63014: Cause.OPTED_OUT, 63003: Cause.NOT_ON_CHANNEL,
        63024: Cause.NOT_ON_CHANNEL, 63032: Cause.NOT_ON_CHANNEL, 21211: Cause.BAD_NUMBER,
        21614: Cause.BAD_NUMBER, 30005: Cause.GONE, 30006: Cause.BAD_NUMBER,
        30003: Cause.ABSENT, 30008: Cause.ABSENT, 30007: Cause.FILTERED, 63013: Cause.FILTERED,
        63028: Cause.OUR_BUG, 21656: Cause.OUR_BUG, 63021: Cause.OUR_BUG,
    }  # fmt: skip
"""Twilio's documented codes, and what each means to us."""


def test_every_documented_code_has_its_row() -> None:
    assert set(africastalking.REFUSALS) == STATUS_CODES
    assert set(africastalking.FAILURES) == FAILURE_REASONS
    ours = {code: row.cause for code, row in twilio.REFUSALS.items() if code in TWILIOS}
    assert ours == TWILIOS


@pytest.mark.parametrize("name", SENDING)
def test_a_bad_number_is_marked(network: Counterpart, name: str) -> None:
    result = outcome(built(name, network), "+12345")
    assert isinstance(result, SendFailed)
    assert result.cause is Cause.BAD_NUMBER


@pytest.mark.parametrize("name", SENDING)
def test_a_company_that_cannot_be_reached_has_taken_nothing(name: str) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        closed = f"http://127.0.0.1:{free.getsockname()[1]}"
    with Counterpart() as network:
        result = outcome(built(name, network, AT_API_URL=closed, TWILIO_API_URL=closed))
    assert isinstance(result, SendFailed)
    assert result.cause is Cause.DOWN


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


@pytest.mark.parametrize("name", SENDING)
@pytest.mark.parametrize(
    ("fault", "there"), [("", True), ("401", True), ("503", False), ("hang", False)]
)
def test_a_company_is_asked_whether_it_is_there_without_sending(
    network: Counterpart, name: str, fault: Fault, there: bool
) -> None:
    if fault:
        network.fault(fault)
    assert built(name, network).reachable() is there
    assert network.accepted == []
