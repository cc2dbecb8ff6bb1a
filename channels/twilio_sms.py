"""SMS through Twilio: the way out when Africa's Talking is down; in Kenya it cannot be answered."""

import base64
from collections.abc import Mapping

from channels.contract import Cause, Inbound, SendFailed
from channels.providers.given import required
from channels.providers.twilio import TwilioChannel


class TwilioSms(TwilioChannel):
    """A message that leaves under a name; answers and STOP come through the short code."""

    name = "twilio-sms"
    limit = 765  # Five parts of 153, as by the other way.
    two_way = False
    sender_setting = "TWILIO_SMS_FROM"
    sender_example = "HUDUMA"

    def _to(self, address: str) -> str:
        if address[:1].isalpha():
            raise SendFailed(
                "an SMS needs a number, and this citizen shows none", cause=Cause.NOT_ON_CHANNEL
            )
        return address

    def _message(self, form: Mapping[str, str]) -> Inbound:
        provider_id, sender, text = required(form, "MessageSid", "From", "Body")
        return Inbound(provider_id, sender, _plain(text), service_code=form.get("To", ""))


def _plain(text: str) -> str:
    # Long messages have come in base64 (seen by nyaruka/courier); no sentence is so long without
    # a space, and what decodes to no sentence is left as it is.
    if len(text) < 60 or " " in text:
        return text
    try:
        decoded = base64.b64decode(text, validate=True).decode()
    except ValueError:
        return text
    return decoded if " " in decoded and decoded.isprintable() else text
