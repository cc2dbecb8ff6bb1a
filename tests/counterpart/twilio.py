"""Twilio as documented: /2010-04-01/Accounts/<sid>/Messages.json, form in, one message out."""

import json
import re
from collections.abc import Mapping
from uuid import uuid4

from tests.counterpart.wire import Accepted, Answer, parts

PATH = re.compile(r"/2010-04-01/Accounts/AC\w{32}/Messages\.json")
NUMBER = re.compile(r"\+\d{9,15}|[A-Z]{2}\.[A-Za-z0-9.]+")


def answer(
    form: Mapping[str, str], headers: Mapping[str, str], refusals: Mapping[str, int]
) -> tuple[Answer, list[Accepted]]:
    """The answer to a request, and the message it made."""
    if refusal := _refusal(form, headers, refusals):
        return refusal, []
    text, sender = form.get("Body", ""), form.get("From") or form.get("MessagingServiceSid", "")
    message = Accepted(
        "twilio",
        form["To"],
        text,
        f"SM{uuid4().hex}",
        sender,
        form.get("StatusCallback", ""),
        form,
    )
    told = {"sid": message.id, "status": "queued", "to": message.to, "from": sender, "body": text}
    told |= {"num_segments": str(parts(text)), "num_media": "0", "price_unit": "USD"}
    empty = dict.fromkeys(("price", "error_code", "error_message", "date_sent"))
    return Answer(201, json.dumps(told | empty)), [message]


def error(status: int, code: int, message: str) -> Answer:
    info = f"https://www.twilio.com/docs/errors/{code}"
    body = {"code": code, "message": message, "more_info": info, "status": status}
    return Answer(status, json.dumps(body))


def _refusal(
    form: Mapping[str, str], headers: Mapping[str, str], refusals: Mapping[str, int]
) -> Answer | None:
    to, number = form.get("To", ""), form.get("To", "").removeprefix("whatsapp:")
    if not headers.get("authorization", "").startswith("Basic "):
        return error(401, 20003, "Authenticate")
    if code := refusals.get(to) or refusals.get(number):
        return error(429 if code == 20429 else 400, code, f"Refused for {number}")
    if not NUMBER.fullmatch(number):
        return error(400, 21211, f"The 'To' number {number} is not a valid phone number.")
    if not (form.get("From") or form.get("MessagingServiceSid")):
        return error(400, 21603, "A 'From' phone number is required.")
    if len(form.get("Body", "")) > 1600:
        return error(400, 21617, "The concatenated message body exceeds the 1600 character limit.")
    return None
