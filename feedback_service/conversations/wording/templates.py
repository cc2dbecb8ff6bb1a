"""WhatsApp's approved templates: one per wording and language, needed 24 hours after the citizen.

A template is named `<wording>.<language>`, and its {{1}}, {{2}} stand for the values in the order
in which the shipped text of that language names them: an editor's other order changes nothing of
what Meta approved.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from string import Formatter

from feedback_service.conversations.wording import LANGUAGES, phrases, shipped

UNASKED = (
    "sms-received",
    "sms-received-central",
    "sms-received-confidential",
    "sms-received-held",
    "sms-received-held-tell",
    "sms-received-danger",
    "sms-received-tell",
    "sms-received-central-tell",
    "sms-routed",
    "sms-acknowledged",
    "sms-reclassified",
    "sms-extended",
    "sms-answered",
    "sms-rejected",
    "sms-asked",
    "sms-transferred",
    "sms-late",
    "sms-confirm",
    "sms-confirm-again",
    "sms-confirm-early",
    "sms-confirm-accept",
    "sms-call-ahead",
    "sms-called",
    "sms-fixed",
    "sms-better",
    "sms-expired",
    "sms-reopened",
    "sms-invite",
    "sms-invite-up",
)
"""Wordings that may leave long after the citizen last wrote; all others answer at once."""

SAMPLES: Mapping[str, str] = {
    "reference": "1234 5678",
    "office": "KRA",
    "day": "Fri 4 Dec",
    "rung": "the supervisor",
    "answer": "Your card is ready. Collect it at the Huduma Centre where you applied.",
    "service": "ID, first time",
    "caller": "0800 221 349",
}
"""What a reviewer at Meta sees in the places."""
EMPTY = "-"
"""What stands for an empty value: WhatsApp refuses those (Twilio error 63013)."""


@dataclass(frozen=True)
class Template:
    """What is submitted for approval: `samples` are values of the places, in their order."""

    name: str
    language: str
    body: str
    samples: tuple[str, ...]


def name(wording: str, language: str) -> str:
    """The name under which TWILIO_TEMPLATES holds the approved template's Content SID."""
    return f"{wording}.{language}"


def fill(wording: str, language: str, values: Mapping[str, str]) -> tuple[str, ...]:
    """The values of a message in the order of its template's places, each on one line.

    WhatsApp takes no line break, tab or four spaces in a row inside a value.  A value that the
    message does not have is a KeyError.
    """
    told = (" ".join(str(values[part]).split()) for part in order(wording, language))
    return tuple(one or EMPTY for one in told)


@cache
def order(wording: str, language: str) -> tuple[str, ...]:
    """The names of the values, as the shipped text of that language first mentions them."""
    found = Formatter().parse(shipped(language)[wording])
    return tuple(dict.fromkeys(part for _, part, _, _ in found if part))


def templates(samples: Mapping[str, str]) -> list[Template]:
    """All that there are to submit, filled with a sample of each value."""
    return [
        Template(
            name(wording, language),
            language,
            _body(wording, language),
            fill(wording, language, samples),
        )
        for wording in UNASKED
        for language in LANGUAGES
    ]


def _body(wording: str, language: str) -> str:
    places = {part: f"{{{{{n}}}}}" for n, part in enumerate(order(wording, language), 1)}
    return phrases(language)[wording].format(**places)
