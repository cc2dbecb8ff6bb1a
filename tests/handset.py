"""A citizen's phone against the whole service, its calls exactly as the companies make them."""

from __future__ import annotations

import uuid
from typing import Any

from tests.conftest import SECRETS
from tests.counterpart import inbound_form, signed

SECRET = SECRETS["AT_CALLBACK_SECRET"]
USSD = f"/hooks/africastalking-ussd/{SECRET}"
SMS = f"/hooks/africastalking-sms/{SECRET}"
WHATSAPP = "/hooks/twilio-whatsapp"
ME, OTHER = "+254712345678", "+254798765432"


class Handset:
    """One USSD session: `keys("1", "1001")` presses on, `send(text)` posts a history as it is."""

    def __init__(self, client: Any, number: str = ME, code: str = "*384*77#") -> None:
        self._client, self._number, self._code = client, number, code
        self.session = f"ATUid_{uuid.uuid4().hex}"
        self.text = ""

    def dial(self) -> str:
        return self.send("")

    def keys(self, *pressed: str) -> str:
        screen = ""
        for key in pressed:
            self.text = f"{self.text}*{key}" if self.text else key
            screen = self.send(self.text)
        return screen

    def send(self, text: str) -> str:
        """One call of the network; its answer must be one that a phone can show."""
        form = {
            "phoneNumber": self._number, "serviceCode": self._code, "text": text,
            "sessionId": self.session, "networkCode": "63902",
        }  # fmt: skip
        answer = self._client.post(USSD, data=form, headers={"User-Agent": "at-ussd-api/1.0"})
        said: str = answer.text
        assert answer.status_code == 200
        assert said.startswith(("CON ", "END "))
        return said


def sms(client: Any, text: str, number: str = ME, provider_id: str = "") -> Any:
    """An SMS to the short code."""
    form = inbound_form("africastalking-sms", number, text, provider_id)
    form.pop("date")  # The tests' clock is not the network's.
    return client.post(SMS, data=form)


def whatsapp(client: Any, text: str, number: str = ME, provider_id: str = "", **more: str) -> Any:
    """A WhatsApp message, signed as Twilio signs."""
    form = inbound_form("twilio-whatsapp", number, text, provider_id) | more
    url = f"http://127.0.0.1:8000{WHATSAPP}"
    return client.post(WHATSAPP, data=form, headers=signed(url, form, SECRETS["TWILIO_AUTH_TOKEN"]))


def arrived(rt: Any, number: str = ME) -> list[str]:
    """What stands on a phone once all that waits has been sent."""
    from feedback_service import outbox

    outbox.drain(rt)
    return [message["text"] for message in rt.phones.arrived(number)]


def spoken(reference: str) -> str:
    return f"{reference[:4]} {reference[4:]}"


def events(all_of: Any) -> list[Any]:
    """What was done to all cases, each case's history in its order."""
    from feedback_service.models import CaseEvent

    rows = sorted(all_of(CaseEvent), key=lambda event: (str(event.case_id), event.number))
    return [event.action for event in rows]
