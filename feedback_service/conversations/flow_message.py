"""The menu by SMS and WhatsApp: the steps of the dialled menu, worded for somebody who writes where
they speak of dialling, of keys or of a short screen.
"""

from dataclasses import replace

from feedback_service.conversations.flow_find import service_name
from feedback_service.conversations.flow_report import from_facts
from feedback_service.conversations.flows import FLOW
from feedback_service.conversations.steps import Ask, Asks, Choose, End, Flow, Step, View
from feedback_service.conversations.wording import phrase

SAID_BY_THE_CASE = frozenset({"filed"})
"""Last words that are left out when the case's own message has said them."""


def _in_time(step: Step) -> Step:
    """The same last word; what came too late is told as the SMS tells it, without keys."""
    if not isinstance(step, End):
        return step

    def text(view: View) -> str:
        if view.conversation.facts.get("too_late"):
            return from_facts("sms-too-late", "reference")(view)
        return step.text(view)

    return replace(step, text=text)


def _worded(step: str, text: Asks) -> Step:
    """A step of the dialled menu in other words; its answers and effects stay."""
    found = FLOW[step]
    if isinstance(found, Ask | Choose):
        return replace(found, ask=text)
    return replace(found, text=text)


def _say(key: str) -> Asks:
    return lambda view: phrase(key, view.language)


def _cases(view: View) -> str:
    none = view.conversation.facts.get("cases", "[]") == "[]"
    return phrase("talk-cases-none" if none else "cases", view.language)


def _confirmed(view: View) -> str:
    """Closed on the citizen's word; how it is opened again is said for who writes."""
    if view.conversation.facts.get("other_voice"):
        return from_facts("sms-other-voice", "reference")(view)
    if view.conversation.facts.get("too_late"):
        return from_facts("sms-too-late", "reference")(view)
    accepts = view.answer("case_do") == "accept"
    return from_facts("sms-accepted" if accepts else "sms-confirmed", "reference")(view)


def _rated(view: View) -> str:
    return phrase("talk-rated", view.language, service=service_name(view))


BY_MESSAGE: Flow = {
    **{name: _in_time(step) for name, step in FLOW.items()},
    "rated": _worded("rated", _rated),
    "words": _worded("words", _say("talk-words")),
    "filed": _worded("filed", from_facts("sms-received-confidential", "reference")),
    "secret": _worded("secret", from_facts("talk-secret", "reference")),
    "secret-hush": _worded("secret-hush", from_facts("talk-secret", "reference")),
    "secret-kept": _worded("secret-kept", from_facts("talk-secret-kept", "reference", "day")),
    "afraid": _worded("afraid", _say("talk-afraid")),
    "afraid-words": _worded("afraid-words", _say("talk-afraid-words")),
    "secret-afraid-kept": _worded(
        "secret-afraid-kept", from_facts("talk-secret-afraid-kept", "reference")
    ),
    "filed-afraid": _worded("filed-afraid", from_facts("talk-filed-afraid", "reference")),
    "cases": _worded("cases", _cases),
    "confirmed": _worded("confirmed", _confirmed),
    "secret-confirmed": _worded("secret-confirmed", _confirmed),
}
"""The same steps, answers and effects as `FLOW`."""
