"""Africa's Talking as recorded: /version1/messaging, form in, 201 and a row per recipient out."""

import json
import re
from collections.abc import Mapping
from uuid import uuid4

from tests.counterpart.wire import Accepted, Answer, parts

PATH = re.compile(r"/version1/messaging")
BAD_KEY = Answer(401, "The supplied authentication is invalid", "text/plain; charset=UTF-8")
STATUSES = {
    100: "Success",
    101: "Success",
    102: "Success",
    401: "RiskHold",
    402: "InvalidSenderId",
    403: "InvalidPhoneNumber",
    404: "UnsupportedNumberType",
    405: "InsufficientBalance",
    406: "UserInBlacklist",
    407: "CouldNotRoute",
    409: "DoNotDisturbRejection",
    500: "InternalServerError",
    501: "GatewayError",
    502: "RejectedByGateway",
}


def answer(
    form: Mapping[str, str], headers: Mapping[str, str], refusals: Mapping[str, int]
) -> tuple[Answer, list[Accepted]]:
    """The answer to a request, and the messages it made."""
    if not headers.get("apikey"):
        return BAD_KEY, []
    for name in ("username", "to", "message"):
        if name not in form:
            words = f"Request is missing required form field '{name}'"
            return Answer(400, words, "text/plain; charset=UTF-8"), []
    made = [_take(number, form, refusals) for number in form["to"].split(",")]
    taken = [message for _, message in made if message]
    said = f"Sent to {len(taken)}/{len(made)} Total Cost: USD 0.0079"
    said += f" Message parts: {parts(form['message'])}"
    return wrapped(said, [row for row, _ in made]), taken


def wrapped(message: str, rows: list[dict[str, object]]) -> Answer:
    return Answer(201, json.dumps({"SMSMessageData": {"Message": message, "Recipients": rows}}))


def _take(
    number: str, form: Mapping[str, str], refusals: Mapping[str, int]
) -> tuple[dict[str, object], Accepted | None]:
    code = refusals.get(number, 102 if re.fullmatch(r"\+\d{9,15}", number) else 403)
    row: dict[str, object] = {"number": number, "statusCode": code}
    row["status"] = STATUSES.get(code, "SomethingNew")
    if code > 102:
        return row | {"cost": "0", "messageId": "None"}, None
    made, text = f"ATXid_{uuid4().hex}", form["message"]
    row |= {"cost": f"KES {0.8 * parts(text):.4f}", "messageId": made}
    return row, Accepted("africastalking", number, text, made, form.get("from", ""), form=form)
