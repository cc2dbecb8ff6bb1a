"""The calls the companies would make, for the phone in the browser: form, headers and signature.

Each function gives a `Call` that the service's own hooks cannot tell from the provider's.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime


@dataclass(frozen=True, slots=True)
class Call:
    """A POST to one of our hooks."""

    path: str
    form: Mapping[str, str] = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)


SANDBOX_NETWORK = "99999"


def ussd_step(secret: str, session: str, number: str, code: str, history: str) -> Call:
    """A key press; `history` is all that was keyed, joined by asterisks."""
    form = {
        "sessionId": session, "phoneNumber": number, "networkCode": SANDBOX_NETWORK,
        "serviceCode": code, "text": history,
    }  # fmt: skip
    return Call(f"/hooks/africastalking-ussd/{secret}", form)


def sms(secret: str, number: str, short_code: str, text: str) -> Call:
    form = {
        "date": datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S"), "from": number,
        "id": str(uuid.uuid4()), "text": text, "to": short_code, "networkCode": SANDBOX_NETWORK,
    }  # fmt: skip
    return Call(f"/hooks/africastalking-sms/{secret}", form)


def sms_receipt(secret: str, provider_id: str, number: str) -> Call:
    form = {
        "id": provider_id, "status": "Success", "phoneNumber": number,
        "networkCode": SANDBOX_NETWORK,
    }  # fmt: skip
    return Call(f"/hooks/africastalking-sms/{secret}/receipts", form)


def whatsapp(
    public_url: str, token: str, number: str, text: str, payload: str = "", about: str = ""
) -> Call:
    """Words, or a button tapped: `text` stands on it, `payload` it means, `about` it belongs to."""
    tapped = {
        "ButtonText": text, "ButtonPayload": payload, "MessageType": "interactive",
        "OriginalRepliedMessageSid": about,
    }  # fmt: skip
    form = {
        "MessageSid": f"SM{uuid.uuid4().hex}", "From": f"whatsapp:{number}", "Body": text,
        "To": "whatsapp:+254700000000", "WaId": number.lstrip("+"), "NumMedia": "0",
        "MessageType": "text", "SmsStatus": "received",
    }  # fmt: skip
    return _signed(public_url, "/hooks/twilio-whatsapp", token, form | (tapped if payload else {}))


def twilio_receipt(public_url: str, token: str, channel: str, provider_id: str) -> Call:
    form = {"MessageSid": provider_id, "MessageStatus": "delivered"}
    return _signed(public_url, f"/hooks/{channel}/receipts", token, form)


def _signed(public_url: str, path: str, token: str, form: Mapping[str, str]) -> Call:
    # Here, not above: the SDK takes half a second to import and only a simulator needs this.
    from twilio.request_validator import RequestValidator

    signature = RequestValidator(token).compute_signature(f"{public_url}{path}", dict(form))
    return Call(path, form, {"X-Twilio-Signature": signature})
