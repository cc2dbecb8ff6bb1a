"""Africa's Talking's calls as they were recorded on the wire, odd ones included."""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl

import pytest

import channels
from channels.africastalking_ussd import read
from channels.contract import (
    Cause,
    Delivery,
    Ended,
    Ending,
    Inbound,
    Malformed,
    Nothing,
    OptOut,
    Receipt,
    Webhook,
)
from tests.unit.channels.conftest import SETTINGS

CHANNELS = channels.build(channels.known(), SETTINGS)
USSD, SMS = CHANNELS["africastalking-ussd"], CHANNELS["africastalking-sms"]

CAPTURED_STEP = (
    "phoneNumber=%2B254739495441&serviceCode=%2A384%2A44135%23&text="
    "&sessionId=ATUid_7c898d72eb11f723ed8ea05ef232f279&networkCode=99999"
)
STEP = dict(parse_qsl(CAPTURED_STEP, keep_blank_values=True))


def hook(form: Mapping[str, str], path: str = "") -> Webhook:
    return Webhook(path, "https://x/hooks/c", "", form, {})


def test_a_captured_first_step_of_ussd_is_read_whole() -> None:
    heard = read(STEP)
    assert (heard.address, heard.text, heard.history) == ("+254739495441", "", "")
    assert heard.session == "ATUid_7c898d72eb11f723ed8ea05ef232f279"
    assert (heard.service_code, heard.network) == ("*384*44135#", "99999")


@pytest.mark.parametrize(
    ("before", "history", "new"),
    [
        pytest.param(None, "", "", id="dialled"),
        pytest.param("", "1", "1", id="first key"),
        pytest.param("1", "1*1", "1", id="the same key again"),
        pytest.param("1", "1*", "", id="empty reply"),
        pytest.param("1", "1*a*b", "a*b", id="asterisk keyed by the citizen"),
        pytest.param("1*a*b", "1*a*b*2", "2", id="after such an asterisk"),
        pytest.param("", "*144#", "*144#", id="asterisk first"),
        pytest.param("1*2", "1*2", "", id="a copy of the same step"),
        pytest.param(None, "1*2", "2", id="unknown session: deep dialling or a restart"),
        pytest.param("1*2", "3", "3", id="does not go on from there"),
        pytest.param("1", "12", "12", id="a longer key is not a second one"),
    ],
)
def test_only_what_is_new_in_a_ussd_history_counts(
    before: str | None, history: str, new: str
) -> None:
    assert read(STEP | {"text": history}).since(before) == new


def test_steps_of_one_session_have_ids_that_hold_no_words() -> None:
    ids = [read(STEP | {"text": text}).provider_id for text in ("", "1", "1*1", "1*Maji")]
    assert len(set(ids)) == 4
    assert not any("Maji" in made for made in ids)


@pytest.mark.parametrize("missing", ["sessionId", "phoneNumber", "text"])
def test_a_ussd_step_names_the_field_it_lacks(missing: str) -> None:
    with pytest.raises(Malformed) as caught:
        read({name: value for name, value in STEP.items() if name != missing})
    assert caught.value.field == missing


def test_a_refused_ussd_step_still_ends_in_words_for_the_citizen() -> None:
    status, body, content_type = USSD.refused()
    assert (status, body[:4], content_type.partition(";")[0]) == (200, "END ", "text/plain")
    assert body.isascii()
    assert len(body) <= 160


def test_the_longest_ussd_screen_fits_a_safaricom_telephone_with_its_prefix() -> None:
    body, _ = USSD.answer("x" * USSD.limit, False)
    assert len(body) == 160


ENDED = {
    "date": "2026-10-09 06:04:45",
    "sessionId": "ATUid_1",
    "serviceCode": "*384*44135#",
    "networkCode": "63902",
    "phoneNumber": "+254700000001",
    "status": "Incomplete",
    "cost": "0.05",
    "durationInMillis": "31250",
    "hopsCount": "4",
    "hopsMetadata": "",
    "input": "1*2",
    "lastAppResponse": "CON ...",
}


KEYED: dict[str, Any] = {
    "history": "1*2",
    "service_code": "*384*44135#",
    "at": datetime(2026, 10, 9, 6, 4, 45, tzinfo=UTC),
}


@pytest.mark.parametrize(
    ("changes", "ended"),
    [
        pytest.param(
            {},
            Ended(
                "ATUid_1", "+254700000001", Ending.INCOMPLETE, 4, 31250, Decimal("0.05"), **KEYED
            ),
            id="left",
        ),
        pytest.param(
            {"status": "Failed", "errorMessage": "timeout", "cost": "USD 0.01"},
            Ended("ATUid_1", "+254700000001", Ending.FAILED, 4, 31250, None, "timeout", **KEYED),
            id="our bad answer, a cost in dollars",
        ),
        pytest.param(
            {
                "status": "Paused",
                "cost": "",
                "hopsCount": "",
                "durationInMillis": "-",
                "date": "yesterday",
                "input": "",
                "serviceCode": "",
            },
            Ended("ATUid_1", "+254700000001", Ending.UNKNOWN, 0, 0, None),
            id="a status of tomorrow and no figures",
        ),
    ],
)
def test_the_end_of_a_ussd_session(changes: dict[str, str], ended: Ended) -> None:
    assert USSD.receive(hook(ENDED | changes, "ended")) == ended


MESSAGE = {"from": "+254700000001", "to": "22555", "text": "Habari", "id": "at-1"}
AT_SIX = datetime(2017, 5, 3, 6, 4, 45, tzinfo=UTC)


@pytest.mark.parametrize(
    ("changes", "heard"),
    [
        pytest.param({}, Inbound("at-1", "+254700000001", "Habari"), id="no date, no options"),
        pytest.param(
            {
                "date": "2017-05-03T06:04:45Z",
                "linkId": "L1",
                "cost": "KES 1",
                "networkCode": "63902",
            },
            Inbound("at-1", "+254700000001", "Habari", network="63902", sent_at=AT_SIX),
            id="every field",
        ),
        pytest.param(
            {"date": "2017-05-03 06:04:45"},
            Inbound("at-1", "+254700000001", "Habari", sent_at=AT_SIX),
            id="the other date",
        ),
        pytest.param(
            {"date": "yesterday"}, Inbound("at-1", "+254700000001", "Habari"), id="no date at all"
        ),
        pytest.param({"text": ""}, Inbound("at-1", "+254700000001", ""), id="empty text"),
        pytest.param({"from": " 254700000001"}, Inbound("at-1", " 254700000001", "Habari"), id="+"),
        pytest.param({"from": "MPESA"}, Inbound("at-1", "MPESA", "Habari"), id="a name"),
        pytest.param({"text": "a\0b"}, Inbound("at-1", "+254700000001", "ab"), id="NUL"),
    ],
)
def test_an_incoming_sms(changes: dict[str, str], heard: Inbound) -> None:
    got = SMS.receive(hook(MESSAGE | changes))
    assert isinstance(got, Inbound)
    assert got.service_code == "22555"
    assert got == Inbound(
        heard.provider_id,
        heard.address,
        heard.text,
        service_code="22555",
        network=heard.network,
        sent_at=heard.sent_at,
    )


def test_an_sms_without_an_id_keeps_its_words_and_its_copies_are_copies() -> None:
    form = {name: value for name, value in MESSAGE.items() if name != "id"}
    form["date"] = "2026-05-03 06:04:45"

    def made(**changes: str) -> str:
        got = SMS.receive(hook(form | changes))
        assert isinstance(got, Inbound)
        assert got.text == (form | changes)["text"]
        return got.provider_id

    others = {
        made(date="2026-05-03 06:04:46"),
        made(text="Asante"),
        made(**{"from": "+254711000000"}),
    }
    assert made() == made(id=" ") not in others
    assert len(others) == 3
    with pytest.raises(Malformed):
        SMS.receive(hook(form | {"date": ""}))


REPORT = {"id": "ATXid_1", "phoneNumber": "+254700000001", "networkCode": "63902"}


@pytest.mark.parametrize(
    ("status", "failure", "state", "final", "cause"),
    [
        ("Sent", "", Delivery.SENT, False, None),
        ("Submitted", "", Delivery.SENT, False, None),
        ("Buffered", "", Delivery.SENT, False, None),
        ("AbsentSubscriber", "", Delivery.SENT, False, None),
        ("Success", "", Delivery.DELIVERED, True, None),
        ("Expired", "", Delivery.FAILED, False, Cause.FILTERED),
        ("Rejected", "", Delivery.FAILED, True, Cause.REFUSED),
        ("Failed", "", Delivery.FAILED, True, Cause.ABSENT),
        ("Failed", "InsufficientCredit", Delivery.FAILED, True, Cause.ACCOUNT),
        ("Failed", "InvalidLinkId", Delivery.FAILED, True, Cause.OUR_BUG),
        ("Failed", "UserIsInactive", Delivery.FAILED, True, Cause.ABSENT),
        ("Failed", "UserAccountSuspended", Delivery.FAILED, True, Cause.ABSENT),
        ("Failed", "UserNotSubscribedToProduct", Delivery.FAILED, True, Cause.REFUSED),
        ("Rejected", "DoNotDisturbRejection", Delivery.FAILED, True, Cause.OPTED_OUT),
        ("Failed", "UserInBlackList", Delivery.FAILED, True, Cause.OPTED_OUT),
        ("Failed", "UserInBlacklist", Delivery.FAILED, True, Cause.OPTED_OUT),
        ("Failed", "NotNetworkSubcriber", Delivery.FAILED, True, Cause.REFUSED),
        ("Failed", "NotNetworkSubscriber", Delivery.FAILED, True, Cause.REFUSED),
        ("Failed", "UserDoesNotExist", Delivery.FAILED, True, Cause.GONE),
        ("Failed", "DeliveryFailure", Delivery.FAILED, True, Cause.ABSENT),
        ("Failed", "SomethingNew", Delivery.FAILED, True, Cause.ABSENT),
        ("SomethingNew", "", Delivery.UNKNOWN, False, None),
    ],
)
def test_a_delivery_report(
    status: str, failure: str, state: Delivery, final: bool, cause: Cause | None
) -> None:
    form = REPORT | {"status": status} | ({"failureReason": failure} if failure else {})
    receipt = SMS.receive(hook(form, "receipts"))
    assert isinstance(receipt, Receipt)
    assert (receipt.provider_id, receipt.address) == ("ATXid_1", "+254700000001")
    assert (receipt.state, receipt.final) == (state, final)
    assert receipt.cause is cause
    assert receipt.reason in {failure or status, "UserInBlackList", "NotNetworkSubscriber"}


def test_a_report_sent_to_the_address_of_messages_is_still_a_report() -> None:
    assert isinstance(SMS.receive(hook(REPORT | {"status": "Success"})), Receipt)


@pytest.mark.parametrize(
    ("form", "heard"),
    [
        ({"senderId": "HUDUMA", "phoneNumber": "+254700000001"}, OptOut("+254700000001")),
        ({"phoneNumber": "+254700000001", "updateType": "deletion"}, OptOut("+254700000001")),
        (
            {"phoneNumber": "+254700000001", "updateType": "addition"},
            Nothing("a subscription was taken, not given up"),
        ),
    ],
)
def test_an_opt_out(form: dict[str, str], heard: object) -> None:
    assert SMS.receive(hook(form, "opt-outs")) == heard
