"""A phone in the browser, for trying the service and for training staff.

It speaks to the very hooks the providers call, with their forms and signatures, and shows what the
outbox delivers to a channel that has no provider.  Off unless PHONE_SIMULATOR=1: anyone who opens
it may be any number.
"""

from typing import Any

from flask import Blueprint, Flask, current_app, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.test import EnvironBuilder, run_wsgi_app

from channels.providers import imitation
from channels.providers.imitation import Call
from feedback_service.domain.phones import NotAPhone, normalise
from feedback_service.runtime import Runtime
from feedback_service.web.access import open_to

NUMBERS = ("+254712000001", "+254722000002", "+254733000003", "+254110000004")
"""Numbers to try with; the page takes any other too."""
SEEN_FOR = 7 * 24 * 3600


def furnish(app: Flask, rt: Runtime) -> None:
    if not rt.settings.phone_simulator:
        return
    pages = Blueprint("phone", __name__, url_prefix="/phone")
    settings = rt.settings

    @pages.get("")
    @open_to("anyone")
    def page() -> ResponseReturnValue:
        return render_template(
            "phone/phone.html",
            numbers=NUMBERS,
            ussd_code=settings.at_ussd_code,
            short_code=settings.at_short_code,
            whatsapp_name="Huduma Feedback",
        )

    @pages.post("/ussd")
    @open_to("anyone")
    def ussd() -> ResponseReturnValue:
        asked = _asked("number", "session", "text", "code")
        call = imitation.ussd_step(
            settings.at_callback_secret, asked["session"], asked["number"],
            asked["code"] or settings.at_ussd_code, asked["text"],
        )  # fmt: skip
        return {"screen": _call(call)}

    @pages.post("/sms")
    @open_to("anyone")
    def sms() -> ResponseReturnValue:
        asked = _asked("number", "text")
        _call(
            imitation.sms(
                settings.at_callback_secret, asked["number"], settings.at_short_code, asked["text"]
            )
        )
        return {"ok": True}

    @pages.post("/whatsapp")
    @open_to("anyone")
    def whatsapp() -> ResponseReturnValue:
        asked = _asked("number", "text")
        token = settings.twilio_auth_token
        _call(imitation.whatsapp(settings.public_url, token, asked["number"], asked["text"]))
        return {"ok": True}

    @pages.get("/messages")
    @open_to("anyone")
    def messages() -> ResponseReturnValue:
        number = request.args.get("number", "")
        try:
            number = normalise(number)
        except NotAPhone as error:
            return {"error": str(error)}, 400
        arrived = rt.phones.arrived(number, request.args.get("after", ""))
        for message in arrived:
            _receipt(rt, number, message)
        return {"messages": arrived}

    app.register_blueprint(pages)


def _asked(*names: str) -> dict[str, str]:
    given: Any = request.get_json(silent=True) or request.form
    return {name: str(given.get(name, ""))[:1000] for name in names}


def _call(call: Call) -> str:
    """What our own hooks answer to a provider's call."""
    builder = EnvironBuilder(
        path=call.path, method="POST", data=dict(call.form), headers=list(call.headers.items())
    )
    body, _, _ = run_wsgi_app(current_app.wsgi_app, builder.get_environ())
    return b"".join(body).decode()


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
