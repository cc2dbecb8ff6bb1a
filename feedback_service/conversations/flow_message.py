"""The menu by SMS and WhatsApp: the steps of the dialled menu, worded for somebody who writes where
they speak of dialling, of keys or of a short screen.
"""

from dataclasses import replace

from feedback_service.conversations.flow_find import service_name
from feedback_service.conversations.flow_report import from_facts
from feedback_service.conversations.flows import FLOW
from feedback_service.conversations.steps import Ask, Asks, Choose, End, Flow, Step, View
from feedback_service.conversations.wording import phrase

SAID_ALREADY = frozenset({"filed"})
"""Last words that the message of the case itself says: two would come at once."""


def _asking(step: str, key: str) -> Step:
    """A question of the dialled menu in other words."""
    found = FLOW[step]
    if not isinstance(found, Ask | Choose):
        raise TypeError(f"step {step} asks nothing: word its end with _ending")
    return replace(found, ask=lambda view: phrase(key, view.language))


def _ending(step: str, text: Asks) -> Step:
    return End(text, FLOW[step].needs)


def _changed(step: str, key: str) -> Step:
    """The last word on a case, as the SMS of that change says it."""

    def text(view: View) -> str:
        late = view.conversation.facts.get("too_late")
        return from_facts("sms-too-late" if late else key, "reference", "office")(view)

    return _ending(step, text)


def _cases(view: View) -> str:
    none = view.conversation.facts.get("cases", "[]") == "[]"
    return phrase("talk-cases-none" if none else "cases", view.language)


def _rated(view: View) -> str:
    return phrase("talk-rated", view.language, service=service_name(view))


_CASES = FLOW["cases"]

BY_MESSAGE: Flow = {
    **FLOW,
    "rated": _ending("rated", _rated),
    "words": _asking("words", "talk-words"),
    "afraid": _asking("afraid", "talk-afraid"),
    "afraid-words": _asking("afraid-words", "talk-afraid-words"),
    "filed-afraid": _ending("filed-afraid", from_facts("talk-filed-afraid", "reference", "office")),
    "cases": replace(_CASES, ask=_cases) if isinstance(_CASES, Choose) else _CASES,
    "confirmed": _changed("confirmed", "sms-confirmed"),
    "disputed": _changed("disputed", "sms-disputed"),
    "withdrawn": _changed("withdrawn", "sms-withdrawn"),
    "added": _changed("added", "sms-added"),
}
"""The same steps, answers and effects as `FLOW`."""
