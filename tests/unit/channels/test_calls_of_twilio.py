"""Twilio's calls as they were recorded on the wire: WhatsApp, SMS and status callbacks."""

from collections.abc import Mapping

import pytest

import channels
from channels.contract import Cause, Delivery, Inbound, Location, Media, Receipt, Webhook
from tests.unit.channels.conftest import SETTINGS

CHANNELS = channels.build(["twilio-whatsapp", "twilio-sms"], SETTINGS)
WHATSAPP, TWILIO_SMS = CHANNELS["twilio-whatsapp"], CHANNELS["twilio-sms"]


def hook(form: Mapping[str, str], path: str = "", url: str = "https://x/hooks/c") -> Webhook:
    return Webhook(path, url, "", form, {})


WORDS = {
    "MessageSid": "SM1",
    "From": "whatsapp:+254700000001",
    "To": "whatsapp:+254711000000",
    "WaId": "254700000001",
    "ProfileName": "A citizen",
    "SmsStatus": "received",
    "NumMedia": "0",
    "Body": "Habari",
    "ChannelMetadata": "{}",
    "AParameterOfTomorrow": "1",
}
PICTURE = {
    "Body": "",
    "NumMedia": "1",
    "MediaUrl0": "https://api.twilio.com/2010-04-01/Accounts/AC1/Messages/MM1/Media/ME1",
    "MediaContentType0": "image/jpeg",
}


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        pytest.param({}, "Habari", id="words"),
        pytest.param(PICTURE, "", id="only a picture"),
        pytest.param({"Body": "Yes", "ButtonText": "Yes", "ButtonPayload": "1"}, "1", id="button"),
        pytest.param(
            {"Body": "Afya", "ListTitle": "Afya", "ListId": "health"}, "health", id="list"
        ),
    ],
)
def test_what_is_said_by_whatsapp(changes: dict[str, str], text: str) -> None:
    heard = WHATSAPP.receive(hook(WORDS | changes))
    assert isinstance(heard, Inbound)
    assert (heard.text, heard.address, heard.profile_name) == (text, "+254700000001", "A citizen")


def test_a_picture_and_a_place_come_with_the_message() -> None:
    place = {"Latitude": "-1.2921", "Longitude": "36.8219", "Label": "GPO", "Body": ""}
    heard = WHATSAPP.receive(hook(WORDS | PICTURE | place))
    assert isinstance(heard, Inbound)
    assert heard.media == (Media(PICTURE["MediaUrl0"], "image/jpeg"),)
    assert heard.location == Location(-1.2921, 36.8219, "GPO")


@pytest.mark.parametrize("latitude", ["", "north", "91", "nan"])
def test_a_place_that_is_none_is_left_out(latitude: str) -> None:
    place = {"Latitude": latitude, "Longitude": "36.8"}
    heard = WHATSAPP.receive(hook(WORDS | place))
    assert isinstance(heard, Inbound)
    assert heard.location is None


@pytest.mark.parametrize(
    ("sender", "other", "address", "alias"),
    [
        ("whatsapp:+254700000001", "whatsapp:KE.Ab12", "+254700000001", "KE.Ab12"),
        ("whatsapp:KE.Ab12", "whatsapp:KE.Ab12", "KE.Ab12", ""),
        ("whatsapp:KE.ENT.Ab12", "", "KE.ENT.Ab12", ""),
    ],
    ids=["number and user id", "hidden number", "parent id"],
)
def test_a_whatsapp_user_is_known_by_number_or_by_user_id(
    sender: str, other: str, address: str, alias: str
) -> None:
    heard = WHATSAPP.receive(hook(WORDS | {"From": sender, "ExternalUserId": other}))
    assert isinstance(heard, Inbound)
    assert (heard.address, heard.alias) == (address, alias)


def test_a_long_sms_in_base64_is_read_and_a_long_word_is_left() -> None:
    encoded = (
        "TWFqaSB5YW1laXNoYSB0YW5ndSBqdW1hdHV1LCBuYSBvZmlzaSBoYWlqaWJ1IHNpbXUga3dhIHdpa2kgbmR6aW1h"
    )
    form = WORDS | {"From": "+254700000001", "Body": encoded}
    heard = TWILIO_SMS.receive(hook(form))
    assert isinstance(heard, Inbound)
    assert heard.text.startswith("Maji yameisha tangu jumatuu")
    left = TWILIO_SMS.receive(hook(form | {"Body": "a" * 64}))
    assert isinstance(left, Inbound)
    assert left.text == "a" * 64


STATUS = {"MessageSid": "SM1", "To": "whatsapp:+254700000001", "From": "whatsapp:+254711000000"}


@pytest.mark.parametrize(
    ("status", "code", "state", "final", "cause"),
    [
        ("accepted", "", Delivery.SENT, False, None),
        ("queued", "", Delivery.SENT, False, None),
        ("sending", "", Delivery.SENT, False, None),
        ("sent", "", Delivery.SENT, False, None),
        ("delivered", "", Delivery.DELIVERED, True, None),
        ("read", "", Delivery.DELIVERED, True, None),
        ("partially_delivered", "", Delivery.DELIVERED, False, None),
        ("canceled", "", Delivery.FAILED, True, Cause.REFUSED),
        ("failed", "63016", Delivery.FAILED, True, Cause.NEEDS_TEMPLATE),
        ("failed", "63018", Delivery.FAILED, True, Cause.BUSY),
        ("undelivered", "30003", Delivery.FAILED, True, Cause.ABSENT),
        ("undelivered", "30005", Delivery.FAILED, True, Cause.GONE),
        ("failed", "21610", Delivery.FAILED, True, Cause.OPTED_OUT),
        ("failed", "63014", Delivery.FAILED, True, Cause.OPTED_OUT),
        ("failed", "99999", Delivery.FAILED, True, Cause.REFUSED),
        ("something_new", "", Delivery.UNKNOWN, False, None),
    ],
)
@pytest.mark.parametrize("path", ["receipts", ""])
def test_a_status_callback(
    path: str, status: str, code: str, state: Delivery, final: bool, cause: Cause | None
) -> None:
    form = STATUS | {"MessageStatus": status} | ({"ErrorCode": code} if code else {})
    url = "https://x/hooks/twilio-whatsapp/receipts?key=case%3A1%2Bsw"
    receipt = WHATSAPP.receive(hook(form, path, url))
    assert isinstance(receipt, Receipt)
    assert (receipt.state, receipt.final, receipt.code) == (state, final, code)
    assert (receipt.address, receipt.key) == ("+254700000001", "case:1+sw")
    assert receipt.cause is cause


def test_a_price_told_later_is_heard_without_its_sign() -> None:
    told = STATUS | {"MessageStatus": "delivered", "Price": "-0.0079", "PriceUnit": "USD"}
    receipt = WHATSAPP.receive(hook(told, "receipts"))
    assert isinstance(receipt, Receipt)
    assert receipt.cost_told == "USD 0.0079"
