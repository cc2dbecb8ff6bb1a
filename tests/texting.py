"""A citizen who goes through the menu by message: `say("MENU")` reads what came back."""

from __future__ import annotations

import uuid
from typing import Any

import sqlalchemy as sa

from tests.handset import ME


class Texting:
    """One person on one channel; what they send is taken in as if a provider had called."""

    def __init__(self, rt: Any, channel: str = "twilio-whatsapp", number: str = ME) -> None:
        self.rt, self.channel, self.number = rt, channel, number
        self.became = ""

    def say(self, text: str, provider_id: str = "", **more: Any) -> str:
        """Send a message; what it was answered with, empty when with nothing."""
        from channels.contract import Inbound
        from feedback_service import intake
        from feedback_service.models import Heard

        provider_id = provider_id or uuid.uuid4().hex
        before = len(self.sent())
        intake.take_message(self.rt, self.channel, Inbound(provider_id, self.number, text, **more))
        with self.rt.transaction() as session:
            heard = session.get_one(Heard, f"{self.channel}:{provider_id}")
            self.became = heard.became
        return "\n".join(message.text for message in self.sent()[before:])

    def says(self, *texts: str) -> str:
        return [self.say(text) for text in texts][-1]

    @property
    def understood(self) -> bool:
        """Whether the last message was an answer to the open dialogue."""
        return self.became == "step"

    def last(self) -> Any:
        return self.sent()[-1]

    def sent(self) -> list[Any]:
        """Every message queued for anybody, oldest first."""
        from feedback_service.models import Message

        with self.rt.transaction() as session:
            return list(session.scalars(sa.select(Message).order_by(Message.id)))
