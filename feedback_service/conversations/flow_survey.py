"""The survey a citizen is invited to, dialled or by message: two questions first, then the charter.

The five answers stand best first or worst first, as the invitation drew; what is kept is the mark.
"""

from collections.abc import Sequence

from feedback_service.conversations.flow_find import service_name
from feedback_service.conversations.steps import Choose, Conversation, Effect, Flow, Option, View
from feedback_service.conversations.wording import phrase
from feedback_service.domain.ratings import AnswerOrder

SURVEY = "survey"
INVITE = "invite"
"""The answer that holds the invitation's key; without it a mark belongs to no invitation."""
ORDER = "order"
MARKS = ("5", "4", "3", "2", "1")
MENU = "menu"
"""Chosen in the place of a mark, by who has dialled for something else."""
NOT_REPORTED, REPORTS_NOW = "no", "now"


def invited(language: str, answers: dict[str, str]) -> Conversation:
    """Where an invited citizen's talk begins; `answers` are those of the invitation."""
    return Conversation(SURVEY, language, answers)


def mark_of(talk: Conversation) -> str:
    """The mark given in the survey; "" where the talk answers no invitation."""
    said = talk.answers.get("mark", MENU) if talk.answers.get(INVITE) else MENU
    return "" if said == MENU else said


def marks_in(order: str) -> Sequence[str]:
    """The marks as they stand before the citizen."""
    return MARKS[::-1] if order == AnswerOrder.WORST_FIRST else MARKS


def after_courtesy(view: View) -> str:
    """Who wished to report a problem does it once the survey is whole, or it would not count."""
    wishes = mark_of(view.conversation) and view.answer("reported") == REPORTS_NOW
    return "what" if wishes and view.answer("problem") == "yes" else "rated"


def _ask(view: View) -> str:
    return phrase("survey", view.language, service=service_name(view))


def _marks(view: View) -> list[Option]:
    shown = [Option(m, phrase(f"score-{m}", view.language)) for m in marks_in(view.answer(ORDER))]
    return [*shown, Option(MENU, phrase("survey-menu", view.language))]


def _problem(view: View) -> list[Option]:
    return [Option(said, phrase(f"problem-{said}", view.language)) for said in ("yes", "no")]


def _reported(view: View) -> list[Option]:
    said = ("yes", NOT_REPORTED, REPORTS_NOW)
    return [Option(each, phrase(f"reported-{each}", view.language)) for each in said]


STEPS: Flow = {
    SURVEY: Choose(
        _ask, _marks, "mark",
        lambda view: "main" if view.answer("mark") == MENU else "problem",
        Effect.RATE, made_of=("service", ORDER),
    ),
    "problem": Choose(
        lambda view: phrase("problem", view.language), _problem, "problem",
        lambda view: "reported" if view.answer("problem") == "yes" else "on-time",
        Effect.PROBLEM, made_of=(),
    ),
    "reported": Choose(
        lambda view: phrase("reported", view.language), _reported, "reported",
        lambda view: "on-time", Effect.PROBLEM, made_of=(),
    ),
}  # fmt: skip
