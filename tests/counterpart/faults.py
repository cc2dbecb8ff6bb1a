"""Ways in which a company's answer goes wrong, before or after it took the message."""

import json
from collections.abc import Callable, Mapping
from typing import Literal

from tests.counterpart import africastalking, twilio
from tests.counterpart.wire import Answer, Provider

Fault = Literal[
    # nothing is taken:
    "401",
    "429",
    "500",
    "502",
    "503",
    "504",
    "redirect",
    "empty-recipients",
    # the message is taken, and then:
    "lose-response",
    "hang",
    "accepted-504",
    "accepted-503",
    "html",
    "broken-json",
    "other-number",
    "no-id",
    "no-recipients",  # of Africa's Talking
    "failed-at-once",  # of Twilio: 63016 in the answer itself
    # the message is taken, and the answer is good but dressed otherwise:
    "wrong-type",
    "charset",
]

AKKA_TIMEOUT = "The server was not able to produce a timely response to your request."
HTML = "<html><body><h1>Bad gateway</h1></body></html>"


def _plain(status: int) -> Callable[[Provider], Answer]:
    return lambda _: Answer(status, HTML, "text/html")


def _bad_key(who: Provider) -> Answer:
    return africastalking.BAD_KEY if who == "africastalking" else twilio.error(401, 20003, "No")


def _too_many(who: Provider) -> Answer:
    if who == "africastalking":
        return Answer(429, "Too many requests", "text/plain")
    return twilio.error(429, 20429, "Too Many Requests")


# By the company's own words where they differ.
NOT_TAKEN: Mapping[Fault, Callable[[Provider], Answer]] = {
    "401": _bad_key,
    "429": _too_many,
    "500": _plain(500),
    "502": _plain(502),
    "503": _plain(503),
    "504": _plain(504),
    "redirect": _plain(302),
    "empty-recipients": lambda _: africastalking.wrapped("InvalidSenderId", []),
}


def _edited(answer: Answer, edit: Callable[[str, object], object]) -> Answer:
    """The answer with every JSON value passed through `edit`."""

    def walk(name: str, value: object) -> object:
        if isinstance(value, dict):
            return {key: walk(key, inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [walk(name, inner) for inner in value]
        return edit(name, value)

    return answer._replace(body=json.dumps(walk("", json.loads(answer.body))))


def _other_number(name: str, value: object) -> object:
    return "+254799999999" if name == "number" else value


def _no_id(name: str, value: object) -> object:
    return {"messageId": "None", "sid": None}.get(name, value)


def _failed_at_once(name: str, value: object) -> object:
    return {"status": "failed", "error_code": 63016}.get(name, value)


def _no_recipients(answer: Answer) -> Answer:
    said = json.loads(answer.body)["SMSMessageData"]["Message"]
    return africastalking.wrapped(said, [])


TAKEN: Mapping[Fault, Callable[[Answer], Answer]] = {
    "accepted-504": lambda _: Answer(504, HTML, "text/html"),
    "accepted-503": lambda _: Answer(503, AKKA_TIMEOUT, "text/plain"),
    "html": lambda answer: Answer(answer.status, HTML, "text/html"),
    "broken-json": lambda answer: answer._replace(body=answer.body[:20]),
    "other-number": lambda answer: _edited(answer, _other_number),
    "no-id": lambda answer: _edited(answer, _no_id),
    "no-recipients": _no_recipients,
    "failed-at-once": lambda answer: _edited(answer, _failed_at_once),
    "wrong-type": lambda answer: answer._replace(content_type="text/html"),
    "charset": lambda answer: answer._replace(content_type="application/json; charset=utf-8"),
}
