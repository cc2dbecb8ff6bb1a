"""Going on where a session dropped: which steps may be gone on with, and the question before it.

The question names nothing, because somebody else may hold the phone by now.
"""

import json

from feedback_service.conversations.catalogue import Catalogue
from feedback_service.conversations.steps import Choose, Conversation, Flow, Option, View
from feedback_service.conversations.wording import phrase

RESUME = "resume"
_SECRET = ("afraid", "filed-afraid", "secret")
"""How the steps begin that leave no trace on a phone: whoever redials starts at the menu."""
_OF_A_SERVICE = frozenset(
    """
    service-menu score problem reported rate-county rate-county-pick on-time paid paid-amount
    courtesy report-county report-county-pick what words
    """.split()  # noqa: SIM905 - a list of this length is read as a text
)
_STOOD = "stood"


def may_resume(conversation: Conversation) -> bool:
    """Whether a step may be shown again minutes later to whoever holds the phone."""
    return not conversation.step.startswith(_SECRET)


def is_worth_asking(conversation: Conversation, catalogue: Catalogue) -> bool:
    """Whether hours later it is worth going on: a service is known and its questions wait."""
    known = conversation.answers.get("service") in catalogue.services
    return known and bool(conversation.language) and conversation.step in _OF_A_SERVICE


def without_secrets(conversation: Conversation) -> Conversation:
    """What may be kept of a conversation for another session: nothing of the confidential way."""
    answers = {
        name: said for name, said in conversation.answers.items() if not name.startswith(_SECRET)
    }
    return conversation._replace(answers=answers)


def without_words(conversation: Conversation) -> Conversation:
    """The conversation once what the citizen wrote stands with their case."""
    answers = {name: said for name, said in conversation.answers.items() if name != "words"}
    return conversation._replace(answers=answers)


def asked_first(stood: Conversation) -> Conversation:
    """The question before a conversation is gone on with; it keeps where that stood."""
    where = json.dumps([stood.step, stood.path, stood.page])
    return Conversation(
        RESUME, stood.language, stood.answers, (), 0, {**stood.facts, _STOOD: where}
    )


def stood(asked: Conversation) -> Conversation:
    """Where somebody stood before the question was asked."""
    step, path, page = json.loads(asked.facts[_STOOD])
    facts = {name: fact for name, fact in asked.facts.items() if name != _STOOD}
    answers = {name: said for name, said in asked.answers.items() if name != RESUME}
    return Conversation(step, asked.language, answers, tuple(path), page, facts)


def goes_on(decided: Conversation) -> bool:
    """Whether the answer to the question was to go on."""
    return decided.answers[RESUME] == "on"


def _options(view: View) -> list[Option]:
    return [Option(value, phrase(f"resume-{value}", view.language)) for value in ("on", "anew")]


def _then(view: View) -> str:
    return stood(view.conversation).step if view.answer(RESUME) == "on" else "main"


STEPS: Flow = {
    RESUME: Choose(lambda view: phrase("resume", view.language), _options, RESUME, _then),
}
