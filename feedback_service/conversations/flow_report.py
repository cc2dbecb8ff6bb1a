"""Reporting a problem, and the way of those who were asked for money or are afraid."""

from feedback_service.conversations.flow_find import service_name
from feedback_service.conversations.steps import (
    Ask,
    Asks,
    Choose,
    Effect,
    End,
    Flow,
    NotUnderstood,
    Option,
    Said,
    View,
)
from feedback_service.conversations.wording import phrase

WHAT = (
    "delay",
    "quality",
    "staff_conduct",
    "cost",
    "access",
    "information",
    "system_failure",
    "discrimination",
)
AFRAID = ("bribery", "threat", "danger")
WITHOUT_WORDS = "1"


def _what(view: View) -> list[Option]:
    return [Option(v, phrase(f"what-{v}", view.language)) for v in WHAT]


def _afraid(view: View) -> list[Option]:
    return [Option(v, phrase(f"afraid-{v}", view.language)) for v in AFRAID]


def _words(then: str) -> Ask:
    def read(view: View, text: str) -> Said:
        if text == WITHOUT_WORDS:
            return Said({"words": ""}, then)
        if len(text) < 3:
            raise NotUnderstood("hint-words")
        return Said({"words": text}, then)

    confidential = then == "filed-afraid"
    key = "afraid-words" if confidential else "words"
    records = Effect.OPEN_CONFIDENTIAL if confidential else Effect.OPEN_CASE
    return Ask(lambda view: phrase(key, view.language), read, records)


def from_facts(key: str, *names: str) -> Asks:
    """A phrase filled with facts that the service fetched or made."""
    return lambda view: phrase(
        key, view.language, **{name: view.conversation.facts.get(name, "-") for name in names}
    )


def _filed(view: View) -> str:
    facts = view.conversation.facts
    if facts.get("held"):
        return from_facts("filed-central", "reference", "day")(view)
    return from_facts("filed", "reference", "office", "day")(view)


STEPS: Flow = {
    "what": Choose(
        lambda view: phrase("what", view.language, service=service_name(view)),
        _what,
        "what",
        lambda view: "words",
    ),
    "words": _words("filed"),
    "filed": End(_filed),
    "afraid": Choose(
        lambda view: phrase("afraid", view.language), _afraid, "afraid", lambda view: "afraid-words"
    ),
    "afraid-words": _words("filed-afraid"),
    "filed-afraid": End(from_facts("filed-afraid", "reference", "office")),
}
