"""A citizen who goes through the menu by message: `say("MENU")` reads what came back."""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy.dialects.postgresql import insert

from tests.handset import ME


class Texting:
    """One person on one channel; what they send is taken in as the message handler does."""

    def __init__(self, rt: Any, channel: str = "twilio-whatsapp", number: str = ME) -> None:
        self.rt, self.channel, self.number = rt, channel, number
        self.understood = True

    def say(self, text: str, provider_id: str = "") -> str:
        """Send a message; the last text that it was answered with."""
        from feedback_service.intake import talks
        from feedback_service.models import Heard

        source, now = f"{self.channel}:{provider_id or uuid.uuid4().hex}", self.rt.now()
        with self.rt.transaction() as session:
            citizen = self.citizen(session)
            row = {
                "source": source, "citizen_id": citizen.id, "channel": self.channel,
                "text": text, "at": now, "became": "step",
            }  # fmt: skip
            kept = insert(Heard).values(row).on_conflict_do_nothing().returning(Heard.source)
            if session.execute(kept).scalar() is None:
                return ""
            if text == "MENU":
                talks.begin(self.rt, session, citizen, self.channel, source, now)
            else:
                self.understood = talks.hear(
                    self.rt, session, citizen, self.channel, text, source, now
                )
        return self.last().text if self.understood else ""

    def says(self, *texts: str) -> str:
        return [self.say(text) for text in texts][-1]

    def citizen(self, session: Any) -> Any:
        from feedback_service import identity
        from feedback_service.identity import KeyRing

        ring = KeyRing(self.rt.settings.phone_keys)
        return identity.find_or_add(session, ring, self.number, self.rt.now())

    def last(self) -> Any:
        return self.sent()[-1]

    def sent(self) -> list[Any]:
        """Every message queued for anybody, oldest first."""
        import sqlalchemy as sa

        from feedback_service.models import Message

        with self.rt.transaction() as session:
            return list(session.scalars(sa.select(Message).order_by(Message.id)))
