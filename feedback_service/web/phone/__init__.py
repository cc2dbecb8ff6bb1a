"""A phone in the browser, for trying the service and for training staff.

It speaks to the very hooks the providers call, with their forms and signatures, and shows what the
outbox delivers to a channel that has no provider.  Off unless PHONE_SIMULATOR=1: anyone who opens
it may be any number.
"""

import uuid
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, Flask, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.test import EnvironBuilder, run_wsgi_app

from channels.providers import imitation
from channels.providers.imitation import Call
from feedback_service.domain.phones import NotAPhone, normalise
from feedback_service.models import Message
from feedback_service.runtime import Runtime
from feedback_service.web.access import open_to

NUMBERS = ("+254712000001", "+254722000002", "+254733000003", "+254110000004")
"""Numbers to try with; the page takes any other too."""
WHATSAPP = "twilio-whatsapp"
WHATSAPP_NAME = "Huduma Feedback"
SEEN_FOR = 7 * 24 * 3600


class NotAnswered(Exception):
    """Our own hook refused a call of the phone; carries the status it answered with."""


def furnish(app: Flask, rt: Runtime) -> None:
    """Put the phone at /phone, where the settings allow one."""
    if not rt.settings.phone_simulator:
        return
    pages = Blueprint("phone", __name__, url_prefix="/phone")
    pages.register_error_handler(NotAPhone, lambda error: ({"error": str(error)}, 400))
    pages.register_error_handler(NotAnswered, lambda error: ({"error": str(error)}, 502))
    _furnish_page(pages, rt)
    _furnish_sending(pages, rt)
    app.register_blueprint(pages)


def _furnish_page(pages: Blueprint, rt: Runtime) -> None:
    @pages.get("")
    @open_to("anyone")
    def page() -> ResponseReturnValue:
        return _page(rt, _number(request.args.get("number") or NUMBERS[0]))

    @pages.post("")
    @open_to("anyone")
    def press() -> ResponseReturnValue:
        """One step of a browser that runs no scripts; its page carries the session."""
        asked = _asked("number", "session", "text", "code", "reply")
        reply, text = asked["reply"], asked["text"]
        session = asked["session"] or f"ATUid_{uuid.uuid4().hex}"
        text = f"{text}*{reply}" if text and reply else text or reply
        said = _step(rt, session, asked["number"], asked["code"], text)
        turn = {"ends": said.startswith("END"), "screen": said[4:], "session": session}
        return _page(rt, asked["number"], **turn, text=text, code=asked["code"])


def _furnish_sending(pages: Blueprint, rt: Runtime) -> None:
    settings = rt.settings

    @pages.post("/ussd")
    @open_to("anyone")
    def ussd() -> ResponseReturnValue:
        asked = _asked("number", "session", "text", "code")
        said = _step(rt, asked["session"], asked["number"], asked["code"], asked["text"])
        return {"screen": said}

    @pages.post("/sms")
    @open_to("anyone")
    def sms() -> ResponseReturnValue:
        asked = _asked("number", "text")
        secret, code = settings.at_callback_secret, settings.at_short_code
        _call(imitation.sms(secret, asked["number"], code, asked["text"]))
        return _sent(asked["number"])

    @pages.post("/whatsapp")
    @open_to("anyone")
    def whatsapp() -> ResponseReturnValue:
        asked = _asked("number", "text", "payload", "about")
        number, tapped = asked["number"], (asked["payload"], asked["about"])
        token, text = settings.twilio_auth_token, asked["text"] or asked["payload"]
        _call(imitation.whatsapp(settings.public_url, token, number, text, *tapped))
        return _sent(number)

    @pages.get("/messages")
    @open_to("anyone")
    def messages() -> ResponseReturnValue:
        number = _number(request.args.get("number", ""))
        return {"messages": _shown(rt, number, request.args.get("after", ""))}


def _page(rt: Runtime, number: str, **turn: Any) -> str:
    return render_template(
        "phone/phone.html",
        numbers=NUMBERS,
        chosen=number,
        whatsapp_name=WHATSAPP_NAME,
        arrived=_shown(rt, number),
        turn=turn,
    )


def _asked(*names: str) -> dict[str, str]:
    given: Any = request.get_json(silent=True) or request.form
    asked = {name: str(given.get(name, ""))[:2000] for name in names}
    return {**asked, "number": _number(asked["number"])}


def _number(written: str) -> str:
    return normalise(written.strip())


def _sent(number: str) -> ResponseReturnValue:
    """A form is led back to its page; a script only needs to know."""
    if request.is_json:
        return {"ok": True}
    return redirect(url_for("phone.page", number=number), 303)


def _step(rt: Runtime, session: str, number: str, code: str, text: str) -> str:
    settings = rt.settings
    code = code or settings.at_ussd_code
    return _call(imitation.ussd_step(settings.at_callback_secret, session, number, code, text))


def _call(call: Call) -> str:
    """What our own hooks answer to a provider's call."""
    builder = EnvironBuilder(
        path=call.path, method="POST", data=dict(call.form), headers=list(call.headers.items())
    )
    body, status, _ = run_wsgi_app(current_app.wsgi_app, builder.get_environ())
    if not status.startswith("200"):
        raise NotAnswered(f"the hook answered {status}: see the log of the web process")
    return b"".join(body).decode()


def _shown(rt: Runtime, number: str, after: str = "") -> list[dict[str, Any]]:
    """The messages of a number, those after the message `after`; to be shown is to be delivered.

    WhatsApp messages come with the `options` to tap: [[payload, words], ...].
    """
    arrived = rt.phones.arrived(number, after)
    options = _options(rt, [m["id"] for m in arrived if m["channel"] == WHATSAPP])
    for message in arrived:
        _receipt(rt, number, message)
    return [{**message, "options": options.get(message["id"], [])} for message in arrived]


def _options(rt: Runtime, ids: Sequence[str]) -> dict[str, list[list[str]]]:
    """What may be tapped under each message, by the id its provider would have given."""
    if not ids:
        return {}
    chosen = sa.select(Message.provider_id, Message.data["options"]).where(
        Message.channel == WHATSAPP, Message.provider_id.in_(ids)
    )
    with rt.transaction() as session:
        return {str(id): options or [] for id, options in session.execute(chosen)}


def _receipt(rt: Runtime, number: str, message: dict[str, str]) -> None:
    """A message that the phone has shown is delivered; the network says so once."""
    if not rt.redis.set(f"phone-seen:{message['id']}", 1, nx=True, ex=SEEN_FOR):
        return
    settings, channel = rt.settings, message["channel"]
    if channel.startswith("twilio"):
        token = settings.twilio_auth_token
        _call(imitation.twilio_receipt(settings.public_url, token, channel, message["id"]))
    else:
        secret = settings.at_callback_secret
        _call(imitation.sms_receipt(secret, message["id"], number))
