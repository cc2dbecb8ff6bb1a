"""The ways a message can take: which come after which, who may use them, and what it says by each.

WhatsApp, then SMS by Africa's Talking, then SMS by Twilio; a citizen without a number has WhatsApp
only, and a stop holds for all companies of its family.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from channels.contract import Cause, Channel, SendFailed, Sent
from feedback_service.conversations.wording import phrase, templates
from feedback_service.models import Citizen, Heard, Message, Stop
from feedback_service.outbox.posting import ALWAYS_SENT, SMS, WHATSAPP, family
from feedback_service.runtime import Runtime

ORDER: Mapping[str, tuple[str, ...]] = {
    WHATSAPP: (WHATSAPP, SMS, "twilio-sms"),
    SMS: (SMS, "twilio-sms"),
}
LONGEST_TEMPLATE = 1024
"""Characters of a template with its values (Twilio 63021)."""
NO_TEMPLATE = "outside the 24 hours, no template"


@dataclass(frozen=True)
class Parcel:
    """What is handed to a channel: a text, with labels to tap, or a template with its values."""

    text: str
    labels: tuple[str, ...] = ()
    template: str = ""
    values: tuple[str, ...] = ()

    def hand_over(self, way: Channel, address: str, key: str) -> Sent:
        """Send it; SendFailed or SendUnknown when that goes wrong."""
        if self.template:
            return way.send_template(address, self.template, self.values, key=key)
        if self.labels:
            return way.send_choice(address, self.text, self.labels, key=key)
        return way.send(address, self.text, key=key)


def home(message: Message) -> str:
    """The channel the message was written for."""
    return str(message.tried[0]["channel"]) if message.tried else message.channel


def others(rt: Runtime, session: Session, message: Message) -> list[str]:
    """The ways that are left after the message's own, in their order."""
    ways = ORDER.get(home(message), (message.channel,))
    left = ways[ways.index(message.channel) + 1 :] if message.channel in ways else ()
    citizen = session.get_one(Citizen, message.citizen_id)
    return [
        name
        for name in left
        if (way := rt.ways.get(name))
        and way.configured(rt.settings.raw)
        and (citizen.kind == "phone" or family(name) != SMS)
        and not stopped(session, message, name)
    ]


def stopped(session: Session, message: Message, channel: str) -> bool:
    """Whether the citizen's stop keeps this message from a channel.

    On the channel it was written for, only a stop that came afterwards takes it back: what answers
    somebody who said stop and wrote again is wanted.
    """
    stop = session.get(Stop, (message.citizen_id, family(channel)))
    if stop is None:
        return False
    if family(channel) != family(home(message)):
        return True
    return stop.at > message.created_at and message.wording not in ALWAYS_SENT


def parcel(rt: Runtime, session: Session, message: Message, way: Channel) -> Parcel:
    """What the message says by this way; SendFailed when it cannot be said there."""
    if way.window and not _in_window(rt, session, message, way):
        return _as_template(message, way)
    text, labels = message.text, tuple(label for _, label in _positions(message.data))
    body = without(message.text, message.data)
    if labels and way.shows(body, labels):
        return Parcel(body, labels)
    if not way.two_way:  # Whatever it says, STOP and words for the case need somewhere to go.
        code = rt.settings.at_short_code
        text = f"{text} {phrase('sms-reply-to', message.language, code=code)}"
    if len(text) > way.limit:
        long = f"the text has {len(text)} characters, {way.name} takes {way.limit}"
        raise SendFailed(long, cause=Cause.OUR_BUG)
    return Parcel(text)


def without(text: str, data: Mapping[str, object]) -> str:
    """The text without the lines that name its numbered options: buttons show those."""
    shown = {f"{value} {label}" for value, label in _positions(data)}
    return "\n".join(line for line in text.split("\n") if line not in shown)


def _positions(data: Mapping[str, object]) -> list[tuple[str, str]]:
    """The options that are heard by their place; `0 Back` and the like stay words in the text."""
    options = data.get("options")
    told = options if isinstance(options, list) else []
    places = ((str(n), str(value), str(label)) for n, (value, label) in enumerate(told, 1))
    return [(value, label) for place, value, label in places if place == value]


def _in_window(rt: Runtime, session: Session, message: Message, way: Channel) -> bool:
    if any(entry["cause"] == Cause.NEEDS_TEMPLATE for entry in message.tried):
        return False
    last = sa.select(sa.func.max(Heard.at)).where(
        Heard.citizen_id == message.citizen_id, Heard.channel == way.name
    )
    at = session.scalar(last)
    return at is not None and way.window is not None and rt.now() - at < way.window


def _as_template(message: Message, way: Channel) -> Parcel:
    name = templates.name(message.wording, message.language)
    used = any(entry.get("template") == name for entry in message.tried)
    if name not in way.templates or used:
        raise SendFailed(NO_TEMPLATE, cause=Cause.NEEDS_TEMPLATE)
    told = message.data.get("values", {})
    values = templates.fill(message.wording, message.language, told)
    return Parcel(message.text, template=name, values=_shortened(values, message.text))


def _shortened(values: tuple[str, ...], text: str) -> tuple[str, ...]:
    over = len(text) - LONGEST_TEMPLATE
    if over <= 0:
        return values
    longest = max(values, key=len)
    short = longest[: -over - 3].rstrip() + "..."
    return tuple(short if value is longest else value for value in values)
