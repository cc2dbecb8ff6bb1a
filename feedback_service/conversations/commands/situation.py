"""What is known when a message comes in: what the person has with us, and what the registry says
of its words.  Plain values, so that the table can be tested whole.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from feedback_service.conversations.wording.kinds import Question

NEW = "NEW"
"""The last choice of a numbered question: none of the cases, but a new one."""
ANSWERED_WITHIN: Mapping[Question, timedelta] = {
    Question.VERDICT: timedelta(days=14),
    Question.WORDS: timedelta(days=14),
    Question.RATING: timedelta(hours=48),  # the operators' rule for surveys
    Question.WHICH: timedelta(days=2),  # settled after an hour; later its number is still known
    Question.STEP: timedelta(days=1),
}
"""How long a question of ours claims what comes next."""
MOST_COMPLAINTS = 10
"""New complaints that one number may open in an hour.  Nobody in need has more; a quarrel or a
program has.  What comes beyond is kept for a person to look at, danger always goes through."""

MOST_MESSAGES = 40
"""Messages of words that one number may send in an hour.  Somebody who tells all they know in short
pieces stays far below; each that is taken costs an answer."""


class Stage(StrEnum):
    """What may be said to a case."""

    OPEN = "open"  # words
    ANSWERED = "answered"  # a verdict
    CLOSED = "closed"  # a change of mind


@dataclass(frozen=True)
class Mine:
    """A case of the person who writes; `about` are the ids of its service, institution, county."""

    reference: str
    stage: Stage = Stage.OPEN
    quiet: bool = False
    about: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Asked:
    """The last question we put: about which case, with which numbered choices, or how late."""

    question: Question
    reference: str = ""
    choices: tuple[str, ...] = ()
    late: bool = False


@dataclass(frozen=True)
class Waiting:
    """What a person has with us when a message comes.

    asked: the last question, while it still waits.  invitation: to rate, open or too late.
    exchanged: the case that either side wrote about last, less than a day ago.  continues: the case
    that this person's words of some minutes ago went to.  said: words of the last hour -> the
    reference of the case they went to.  complaints, written: how many were opened, and how
    many messages of words were taken, in the last hour.
    enclosed: a picture, a voice note or a place came with it.  quoted: the case of the message of
    ours that they tapped or quoted.
    """

    asked: Asked | None = None
    invitation: Asked | None = None
    cases: tuple[Mine, ...] = ()
    exchanged: str = ""
    continues: str = ""
    said: Mapping[str, str] = field(default_factory=dict)
    complaints: int = 0
    written: int = 0
    enclosed: bool = False
    quoted: str = ""

    @property
    def live(self) -> tuple[Mine, ...]:
        """The cases a numbered question may show: not closed, not quiet."""
        return tuple(c for c in self.cases if c.stage is not Stage.CLOSED and not c.quiet)

    @property
    def answered(self) -> tuple[Mine, ...]:
        return tuple(c for c in self.live if c.stage is Stage.ANSWERED)

    def case(self, reference: str) -> Mine | None:
        return next((c for c in self.cases if c.reference == reference), None)


@dataclass(frozen=True)
class Known:
    """What can be looked up about a text.

    services: ids of the services that the whole text names, by name or poster code.
    names: ids of the services, institutions and counties it speaks of.  exists: whether a reference
    is anybody's.  grave: whether it tells of danger or of what must be kept from an office.
    keyword: what a shared short code puts before a message.
    """

    services: Callable[[str], tuple[str, ...]] = lambda text: ()
    names: Callable[[str], frozenset[str]] = lambda text: frozenset()
    exists: Callable[[str], bool] = lambda reference: False
    grave: Callable[[str], bool] = lambda text: False
    keyword: str = ""
