"""What a citizen may do with a case is what the tables allow, no more, however it stands."""

from itertools import product

import pytest

from feedback_service.domain.cases import ACTORS, OPEN, Action, Actor, CaseStatus, Outcome, allowed
from feedback_service.domain.escalation import LADDER, OMBUDSMAN_LEVEL
from feedback_service.redress.reading import Standing

DOES = {
    "words": Action.ANSWER, "withdraw": Action.WITHDRAW, "solved": Action.CONFIRM,
    "accept": Action.CONFIRM, "not-solved": Action.DISPUTE, "not-accept": Action.DISPUTE,
    "appeal": Action.ESCALATE,
}  # fmt: skip
READS = {"office", "answer", "looked", "quiet"}
"""What changes nothing that the tables speak of."""
STANDINGS = [
    Standing(*values)
    for values in product(
        CaseStatus, (None, *Outcome), (0, 1, 2), range(OMBUDSMAN_LEVEL + 1), (True, False)
    )
]
S, O = CaseStatus, Outcome  # noqa: E741 - the table below reads like the rules
# what a case is: (standing, within 30 days of closing, what may be done, in the order of the keys)
TABLE = {
    "just received": (
        Standing(S.RECEIVED, None, 0, 0, late=False), True, "words withdraw office looked",
    ),
    "late": (
        Standing(S.ACKNOWLEDGED, None, 0, 1, late=True), True,
        "words withdraw office looked appeal",
    ),
    "late, a rung reached today": (
        Standing(S.ACKNOWLEDGED, None, 0, 1, late=True, rested=False, quiet=False), True,
        "words withdraw office looked quiet",
    ),
    "late, on a phone that may be shared": (
        Standing(S.ACKNOWLEDGED, None, 0, 1, late=True, quiet=False), True,
        "words withdraw office looked appeal quiet",
    ),
    "late at the last rung below the Ombudsman": (
        Standing(S.ACKNOWLEDGED, None, 0, LADDER[-1].level, late=True), True,
        "words withdraw office looked appeal",
    ),
    "late with the Ombudsman": (
        Standing(S.ACKNOWLEDGED, None, 0, OMBUDSMAN_LEVEL, late=True), True,
        "words withdraw office looked",
    ),
    "disputed": (
        Standing(S.ACKNOWLEDGED, O.DISPUTED, 1, 0, late=False), True,
        "words withdraw office looked answer appeal",
    ),
    "answered": (
        Standing(S.RESOLVED, None, 0, 0, late=False), True,
        "solved not-solved answer looked words",
    ),
    "answered, on a phone that may be shared": (
        Standing(S.RESOLVED, None, 0, 0, late=False, quiet=False), True,
        "solved not-solved answer looked words quiet",
    ),
    "refused": (
        Standing(S.REJECTED, O.NOT_UPHELD, 0, 0, late=False), True,
        "accept not-accept answer looked words",
    ),
    "confirmed": (
        Standing(S.CLOSED, O.CONFIRMED, 0, 0, late=False), True, "not-solved answer looked",
    ),
    "confirmed long ago": (
        Standing(S.CLOSED, O.CONFIRMED, 0, 0, late=False), False, "not-solved answer looked",
    ),
    "closed in silence": (
        Standing(S.CLOSED, O.CLOSED_UNCONFIRMED, 0, 0, late=False), True,
        "solved not-solved answer looked",
    ),
    "withdrawn": (
        Standing(S.CLOSED, O.WITHDRAWN, 0, 0, late=False), True, "not-solved looked",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("standing", "within", "choices"), TABLE.values(), ids=TABLE.keys())
def test_a_standing_offers_these_choices(standing, within, choices):
    assert " ".join(standing.choices(within_window=within)) == choices


@pytest.mark.parametrize("within", [True, False])
def test_nothing_is_offered_that_the_tables_refuse(within):
    for standing in STANDINGS:
        may = set(allowed(standing.status, within_window=within))
        for choice in standing.choices(within_window=within):
            if choice in READS:
                continue
            goes_on = choice == "not-solved" and not within  # in a new case
            assert DOES[choice] in may or goes_on, (standing, choice)
            assert Actor.CITIZEN in ACTORS[DOES[choice]]


def test_a_verdict_is_always_open_to_whoever_was_answered():
    for standing in STANDINGS:
        done = {DOES[choice] for choice in standing.choices() if choice in DOES}
        assert (Action.DISPUTE in done) == (standing.status not in OPEN)
        assert "looked" in standing.choices()


def test_no_choice_is_offered_twice():
    for standing in STANDINGS:
        choices = standing.choices()
        assert len(set(choices)) == len(choices)
