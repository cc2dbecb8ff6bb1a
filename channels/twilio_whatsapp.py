"""WhatsApp through Twilio: words, buttons, pictures and places, from people with or without a
visible number."""

from collections.abc import Mapping

from channels.contract import Inbound, Location, Media
from channels.providers.given import required
from channels.providers.twilio import TwilioChannel

SCHEME = "whatsapp:"


class TwilioWhatsApp(TwilioChannel):
    """A citizen's WhatsApp; free text only within 24 hours of their last message (63016)."""

    name = "twilio-whatsapp"
    limit = 1600
    sender_setting = "TWILIO_WHATSAPP_FROM"
    sender_example = "whatsapp:+14155238886"

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
        )


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
