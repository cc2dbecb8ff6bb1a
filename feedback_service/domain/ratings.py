"""What a citizen says about a service: a score of 1-5, and whether the charter was kept."""

from dataclasses import dataclass
from enum import StrEnum

# Names the rule by which ratings enter contract figures: only complete ones do.  Those marked
# incomplete (the citizen left after the score) stay in the raw data and are left out of contract
# scores.  A change of the rule is a new id, so that a frozen quarter says how it was counted.
COMPLETE_ONLY = "contract-1"

LOWEST, HIGHEST = 1, 5


class Sample(StrEnum):
    """How a rating came to be given; classes that are never added to each other."""

    VERIFIED = "verified"  # the sampler drew the visit from a feed and the citizen answered
    OPEN = "open"  # whoever wished to: a poster, the menu, a code on a receipt
    ASSISTED = "assisted"  # somebody else held the phone or the paper


class AnswerOrder(StrEnum):
    """In which order the five answers stood before the citizen."""

    BEST_FIRST = "best-first"
    WORST_FIRST = "worst-first"


class NotAScore(ValueError):
    """The score is not a whole number from 1 to 5."""


class BadCharterAnswer(ValueError):
    """The answers about the charter contradict each other."""


@dataclass(frozen=True, order=True)
class Score:
    """1 (very bad) to 5 (very good)."""

    value: int

    def __post_init__(self) -> None:
        whole = isinstance(self.value, int) and not isinstance(self.value, bool)
        if not whole or not LOWEST <= self.value <= HIGHEST:
            raise NotAScore(f"score is {self.value!r}: give a whole number from 1 to 5")


@dataclass(frozen=True)
class CharterAnswers:
    """Answers about one visit, None where none was given; `paid_amount` is the excess in KES."""

    on_time: bool | None = None
    paid_more: bool | None = None
    paid_amount: int | None = None
    courteous: bool | None = None

    def __post_init__(self) -> None:
        if self.paid_amount is None:
            return
        if self.paid_more is not True:
            raise BadCharterAnswer(
                f"paid_amount is {self.paid_amount} though paid_more is {self.paid_more}: "
                "leave it out, or set paid_more"
            )
        if self.paid_amount < 0:
            raise BadCharterAnswer(
                f"paid_amount is {self.paid_amount}: give zero or more shillings"
            )


def is_complete(answers: CharterAnswers) -> bool:
    """True when time, cost and courtesy were all answered.

    The amount is not needed: who is afraid to say how much was asked for still counts, or the worst
    offices would shed their worst ratings.
    """
    return None not in (answers.on_time, answers.paid_more, answers.courteous)
