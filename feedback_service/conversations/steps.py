"""The kinds of step a flow is made of, and what a finished step asks the service to do."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from feedback_service.conversations.catalogue import Catalogue
from feedback_service.conversations.pages import ROOM


class Effect(StrEnum):
    """What the service must do before the next screen is shown; each is safe to do twice."""

    LANGUAGE = "language"
    RATE = "rate"
    RATE_COUNTY = "rate-county"
    PROBLEM = "problem"
    CHARTER_ANSWER = "charter-answer"
    READ_CODE = "read-code"
    OPEN_CASE = "open-case"
    OPEN_CONFIDENTIAL = "open-confidential"
    LIST_CASES = "list-cases"
    READ_CASE = "read-case"
    FIND_CASE = "find-case"
    OPEN_QUIET = "open-quiet"
    READ_LOOKS = "read-looks"
    ANSWER_WAY = "answer-way"
    SET_SECRET = "set-secret"
    HUSH = "hush"
    CONFIRM = "confirm"
    DISPUTE = "dispute"
    APPEAL = "escalate"
    WITHDRAW = "withdraw"
    ADD_WORDS = "add-words"


SECRET = "secret"
"""The answer that is never kept longer than one effect needs it."""


_NOTHING: Mapping[str, str] = {}


class Conversation(NamedTuple):
    """Where the citizen stands, what they answered, and the facts fetched for the next screen."""

    step: str
    language: str = ""
    answers: Mapping[str, str] = _NOTHING
    path: tuple[str, ...] = ()
    page: int = 0
    facts: Mapping[str, str] = _NOTHING

    def answered(self, **answers: str) -> "Conversation":
        answers = {**self.answers, **answers}
        return Conversation(self.step, self.language, answers, self.path, self.page, self.facts)

    def knowing(self, facts: Mapping[str, str]) -> "Conversation":
        """With facts that an effect brought; a secret is forgotten once an effect has used it."""
        answers = self.answers
        if SECRET in answers:
            answers = {name: said for name, said in answers.items() if name != SECRET}
        return self._replace(answers=answers, facts={**self.facts, **facts})


class Medium(NamedTuple):
    """What carries a talk: septets of one showing, characters of one answer that are looked at."""

    room: int
    longest: int


SCREEN = Medium(ROOM, 500)
"""A USSD screen; no phone sends half as many characters in one go."""


class View(NamedTuple):
    """What a step may look at: the conversation, the catalogue, and what it is shown on.

    `final`: what was answered before this step cannot be taken back.
    """

    conversation: Conversation
    catalogue: Catalogue
    medium: Medium = SCREEN
    final: bool = False

    @property
    def language(self) -> str:
        return self.conversation.language or "en"

    def answer(self, name: str) -> str:
        return self.conversation.answers.get(name, "")


@dataclass(frozen=True)
class Option:
    value: str
    label: str


class Said(NamedTuple):
    """How a typed answer was understood: what to remember, where to go."""

    answers: Mapping[str, str]
    then: str


class NotUnderstood(Exception):
    """The answer does not fit the question; `hint` is the wording that says so."""

    def __init__(self, hint: str) -> None:
        super().__init__(hint)
        self.hint = hint


Asks = Callable[[View], str]
Then = Callable[[View], str]


@dataclass(frozen=True, eq=False)
class Choose:
    """A numbered menu that pages itself; `typed` may read an answer that is no number of it.

    `final`: once answered, there is no way back to it.  `made_of`: the answers that decide what it
    asks and offers, beside the catalogue and whether it is a session's first screen; None when
    there may be others, or facts.
    """

    ask: Asks
    options: Callable[[View], Sequence[Option]]
    name: str
    then: Then
    records: Effect | None = None
    needs: Effect | None = None
    typed: Callable[[View, str], Said] | None = None
    final: bool = False
    made_of: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Ask:
    """A question answered in the citizen's own words or digits, read or refused by `read`.

    `final`: once answered, there is no way back to it.
    """

    ask: Asks
    read: Callable[[View, str], Said]
    records: Effect | None = None
    needs: Effect | None = None
    final: bool = False


@dataclass(frozen=True)
class Tell:
    """Something longer than a screen, shown in pages; 9 goes on, 0 goes back."""

    text: Asks
    needs: Effect | None = None


@dataclass(frozen=True)
class End:
    """The last word of a session."""

    text: Asks
    needs: Effect | None = None


Step = Choose | Ask | Tell | End
Flow = Mapping[str, Step]
