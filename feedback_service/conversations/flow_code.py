"""A one-time code from a receipt or ticket: it opens the rating of its visit, or is said to be
used, expired or unknown above the ordinary menu, so that nobody stands before a closed door."""

from feedback_service.conversations.steps import Choose, Conversation, Effect, Flow, Said, View
from feedback_service.conversations.steps import Option as Line
from feedback_service.conversations.wording import phrase
from feedback_service.domain.visit_codes import read_code

CODE = "code"
"""The step, and the answer that holds the digits."""
STATE, GOOD = "code_state", "good"
STATES = ("used", "expired", "unknown", "tries")
"""What stands in the facts, beside `good`, when the code has been looked up."""
_OFFERED = ("rate", "before", "report", "afraid", "cases")
_OPENED = ("service", "place", "county")


def typed(view: View, text: str) -> Said | None:
    """What a text that is written like a code leads to; None for any other."""
    digits = read_code(text)
    if not digits:
        return None
    return Said({CODE: digits}, CODE if view.conversation.language else view.conversation.step)


def placed(talk: Conversation) -> Conversation:
    """At the rating of its service and place once the code is known to be good."""
    if talk.step != CODE or talk.facts.get(STATE) != GOOD:
        return talk
    opened = {name: talk.facts[f"code_{name}"] for name in _OPENED if talk.facts[f"code_{name}"]}
    answers = {name: said for name, said in talk.answers.items() if name not in _OPENED}
    return talk._replace(step="score", answers={**answers, **opened, "do": "rate"})


def _ask(view: View) -> str:
    return phrase(f"code-{view.conversation.facts.get(STATE, 'unknown')}", view.language)


def _options(view: View) -> list[Line]:
    return [Line(value, phrase(f"main-{value}", view.language)) for value in _OFFERED]


def _then(view: View) -> str:
    do = view.answer("do")
    return do if do in ("afraid", "cases") else "find"


STEPS: Flow = {CODE: Choose(_ask, _options, "do", _then, needs=Effect.READ_CODE)}
