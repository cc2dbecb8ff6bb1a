"""Calls as the companies make them: forms with the recorded fields, Twilio's with its signature."""

import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from uuid import uuid4

from tests.counterpart.wire import Accepted


def inbound_form(channel: str, address: str, text: str, made: str = "") -> dict[str, str]:
    """A citizen's message as the channel's company posts it; USSD wants the session in `made`."""
    made = made or uuid4().hex
    if channel == "africastalking-ussd":
        form = {"phoneNumber": address, "serviceCode": "*384*44135#", "text": text}
        return form | {"sessionId": made, "networkCode": "99999"}
    if channel == "africastalking-sms":
        form = {"date": "2026-10-09 06:04:45", "from": address, "id": made, "text": text}
        return form | {"to": "22555", "linkId": uuid4().hex}
    prefix = "whatsapp:" if channel == "twilio-whatsapp" else ""
    form = {"MessageSid": made, "SmsMessageSid": made, "SmsSid": made, "SmsStatus": "received"}
    form |= {"From": prefix + address, "To": prefix + "+254700000000", "Body": text}
    form |= {"NumMedia": "0", "NumSegments": "1", "AccountSid": "AC" + "1" * 32}
    if prefix:
        form |= {"ProfileName": "A citizen", "WaId": address.lstrip("+"), "MessageType": "text"}
    return form | {"ApiVersion": "2010-04-01"}


def receipt_form(message: Accepted, status: str, reason: str = "") -> dict[str, str]:
    """A delivery report; reason is a failureReason, or Twilio's ErrorCode."""
    if message.provider == "africastalking":
        form = {"id": message.id, "status": status, "phoneNumber": message.to}
        form |= {"networkCode": "63902", "retryCount": "0"}
        return form | ({"failureReason": reason} if reason else {})
    form = {"MessageSid": message.id, "SmsSid": message.id, "MessageStatus": status}
    form |= {"SmsStatus": status, "To": message.to, "From": message.sender}
    form |= {"AccountSid": "AC" + "1" * 32, "ApiVersion": "2010-04-01"}
    return form | ({"ErrorCode": reason} if reason else {})


def signed(url: str, form: Mapping[str, str], token: str) -> dict[str, str]:
    """The header that proves to the service that Twilio called this address with this form."""
    from twilio.request_validator import RequestValidator

    return {"X-Twilio-Signature": RequestValidator(token).compute_signature(url, dict(form))}


def post(url: str, form: Mapping[str, str], headers: Mapping[str, str] | None = None) -> int:
    """Post a form and return the status of the answer."""
    request = urllib.request.Request(
        url, urllib.parse.urlencode(form).encode(), dict(headers or {}), method="POST"
    )
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            answer.read()
            return int(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code
