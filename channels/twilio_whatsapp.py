"""WhatsApp through Twilio: words, buttons, pictures and places, from people with or without a
visible number."""

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Self

from channels.contract import Fetched, Inbound, Location, Media, Sent, WrongSetting
from channels.providers.given import required
from channels.providers.media import MediaStore
from channels.providers.twilio import TwilioChannel

SCHEME = "whatsapp:"
CHOICES = (("buttons", 3, 20), ("list", 10, 24))
"""What shows labels to tap, how many, and how long each may be: `buttons.<n>` and `list.<n>` in
TWILIO_TEMPLATES name content whose {{1}} is the text, whose {{2}}… are the labels, and whose ids
are the numbers 1 to n."""

MOST_WITH_CHOICE = 1024


class TwilioWhatsApp(TwilioChannel):
    """A citizen's WhatsApp; free text only within 24 hours of their last message (63016)."""

    name = "twilio-whatsapp"
    limit = 1600
    window = timedelta(hours=24)
    sender_setting = "TWILIO_WHATSAPP_FROM"
    sender_example = "whatsapp:+14155238886"
    _store: MediaStore

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> Self:
        channel = super().from_env(env)
        channel.templates = _templates(env.get("TWILIO_TEMPLATES", "").strip())
        channel._store = MediaStore.from_env(env)
        return channel

    def send_template(
        self, address: str, name: str, values: Sequence[str], *, key: str = ""
    ) -> Sent:
        if name not in self.templates:
            return super().send_template(address, name, values, key=key)
        return self._send_content(address, self.templates[name], values, key)

    def shows(self, text: str, labels: Sequence[str]) -> bool:
        return len(text) <= MOST_WITH_CHOICE and bool(self._content(labels))

    def send_choice(self, address: str, text: str, labels: Sequence[str], *, key: str = "") -> Sent:
        content = self._content(labels)
        if not content:
            return super().send_choice(address, text, labels, key=key)
        return self._send_content(address, content, [text, *labels], key)

    def _content(self, labels: Sequence[str]) -> str:
        """The ContentSid of the buttons, or else the list, that hold these labels uncut."""
        for kind, most, letters in CHOICES:
            fits = len(labels) <= most and all(0 < len(label) <= letters for label in labels)
            if fits and (content := self.templates.get(f"{kind}.{len(labels)}")):
                return content
        return ""

    def _send_content(self, address: str, content: str, values: Sequence[str], key: str) -> Sent:
        # Twilio takes the message and fails it later (63013) when a value is empty.
        variables = {str(place): value.strip() or "-" for place, value in enumerate(values, 1)}
        words = {"content_sid": content, "content_variables": json.dumps(variables)}
        return self._line().send(self._to(address), key, words)

    def fetch(self, url: str, limit: int) -> Fetched:
        return self._store.fetch(url, limit)

    def forget(self, url: str) -> None:
        self._store.delete(url)

    def _to(self, address: str) -> str:
        return address if address.startswith(SCHEME) else f"{SCHEME}{address}"

    def _message(self, form: Mapping[str, str]) -> Inbound:
        provider_id, sender = required(form, "MessageSid", "From")
        other = form.get("ExternalUserId", "")
        return Inbound(
            provider_id=provider_id,
            address=sender.removeprefix(SCHEME),
            text=_words(form),
            service_code=form.get("To", "").removeprefix(SCHEME),
            profile_name=form.get("ProfileName", ""),
            media=_media(form),
            location=_location(form),
            alias="" if other == sender else other.removeprefix(SCHEME),
            about=form.get("OriginalRepliedMessageSid", ""),
        )


def _templates(text: str) -> dict[str, str]:
    try:
        told = json.loads(text or "{}")
    except ValueError:
        told = None
    if isinstance(told, dict) and all(str(sid).startswith("HX") for sid in told.values()):
        return told
    example = """Example: TWILIO_TEMPLATES='{"received.en": "HX…", "received.sw": "HX…"}'"""
    raise WrongSetting("TWILIO_TEMPLATES", "is no JSON object of names and ContentSids", example)


def _words(form: Mapping[str, str]) -> str:
    # A tapped button or list row means its payload, which we chose; its label is for the eye.
    return form.get("ButtonPayload") or form.get("ListId") or form.get("Body", "")


def _media(form: Mapping[str, str]) -> tuple[Media, ...]:
    count = form.get("NumMedia", "")
    numbers = range(min(int(count), 10)) if count.isascii() and count.isdigit() else range(0)
    return tuple(
        Media(form[f"MediaUrl{n}"], form.get(f"MediaContentType{n}", ""))
        for n in numbers
        if form.get(f"MediaUrl{n}")
    )


def _location(form: Mapping[str, str]) -> Location | None:
    try:
        latitude, longitude = float(form["Latitude"]), float(form["Longitude"])
    except (KeyError, ValueError):
        return None
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        return None
    return Location(latitude, longitude, form.get("Label", ""), form.get("Address", ""))
