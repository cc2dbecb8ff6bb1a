"""The steps of an officer's appraisal (SPAS) in a financial year, and who takes which: nothing in
it happens by itself, and nobody signs before the officer has seen it and answered."""

from collections.abc import Mapping
from enum import StrEnum


class Stage(StrEnum):
    """Where an appraisal stands."""

    EMPTY = "empty"  # no targets yet
    SET = "set"  # the officer has not said yet whether they are agreed
    OBJECTED = "objected"
    AGREED = "agreed"
    REVIEWED = "reviewed"  # the mid-year review is written
    PROPOSED = "proposed"
    SEEN = "seen"
    ACCEPTED = "accepted"
    CONTESTED = "contested"
    SIGNED = "signed"


class Step(StrEnum):
    SET = "set"
    AGREE = "agree"
    OBJECT = "object"
    REVIEW = "review"
    PROPOSE = "propose"
    SEE = "see"
    ACCEPT = "accept"
    CONTEST = "contest"
    SIGN = "sign"


class OutOfTurn(ValueError):
    """The step cannot be taken where the appraisal stands; the message says what can be."""


_A, _S = Stage, Step

# Read a line as: an appraisal that is ... may be ..., and is then ...
STEPS: Mapping[tuple[Stage, Step], Stage] = {
    (_A.EMPTY, _S.SET): _A.SET,
    (_A.SET, _S.SET): _A.SET,
    (_A.SET, _S.AGREE): _A.AGREED,
    (_A.SET, _S.OBJECT): _A.OBJECTED,
    (_A.OBJECTED, _S.SET): _A.SET,
    (_A.OBJECTED, _S.AGREE): _A.AGREED,
    (_A.AGREED, _S.SET): _A.SET,
    (_A.AGREED, _S.REVIEW): _A.REVIEWED,
    (_A.AGREED, _S.PROPOSE): _A.PROPOSED,
    (_A.REVIEWED, _S.SET): _A.SET,
    (_A.REVIEWED, _S.REVIEW): _A.REVIEWED,
    (_A.REVIEWED, _S.PROPOSE): _A.PROPOSED,
    (_A.PROPOSED, _S.SEE): _A.SEEN,
    (_A.SEEN, _S.ACCEPT): _A.ACCEPTED,
    (_A.SEEN, _S.CONTEST): _A.CONTESTED,
    (_A.CONTESTED, _S.PROPOSE): _A.PROPOSED,  # computed again, with what the officer showed
    (_A.CONTESTED, _S.SIGN): _A.SIGNED,
    (_A.ACCEPTED, _S.SIGN): _A.SIGNED,
}
OFFICERS = frozenset({Step.AGREE, Step.OBJECT, Step.SEE, Step.ACCEPT, Step.CONTEST})
"""Steps of the officer alone; all others are the supervisor's."""
NEEDS_WORDS = frozenset({Step.OBJECT, Step.REVIEW, Step.CONTEST, Step.SIGN})
SHOWN = frozenset({Stage.SEEN, Stage.ACCEPTED, Stage.CONTESTED, Stage.SIGNED})
"""Where the proposal is shown to others: the officer has seen it first."""


def after(stage: Stage, step: Step) -> Stage:
    """Where a step leads.  Raises OutOfTurn."""
    if (stage, step) not in STEPS:
        can = ", ".join(possible(stage)) or "nothing"
        raise OutOfTurn(f"step is {step}, the appraisal is {stage}: what can be done is {can}")
    return STEPS[stage, step]


def possible(stage: Stage) -> tuple[Step, ...]:
    return tuple(step for start, step in STEPS if start is stage)
