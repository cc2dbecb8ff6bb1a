"""A withdrawal counts as one only when nobody asked for it, on the citizen's own channel."""

from __future__ import annotations

from typing import Any

import pytest

from feedback_service import redress
from feedback_service.domain.cases import Action, Actor, CaseStatus, Outcome
from feedback_service.models import Case
from feedback_service.redress import Act, citizen_says
from tests.handset import OTHER, arrived, sms
from tests.integration.citizens_words import SMS, last

pytestmark = pytest.mark.usefixtures("loaded_rt")


ASKED = [Action.ASK]
WITHDRAWALS = {
    "by nobody's doing": ([], 0, False, Outcome.WITHDRAWN),
    "after an acknowledgement": ([Action.ACKNOWLEDGE], 0, False, Outcome.WITHDRAWN),
    "after a question": (ASKED, 0, False, Outcome.CLOSED_UNCONFIRMED),
    "six days after it": (ASKED, 6, False, Outcome.CLOSED_UNCONFIRMED),
    "eight days after it": (ASKED, 8, False, Outcome.WITHDRAWN),
    "after an answer that was disputed": (
        [Action.RESOLVE, Action.DISPUTE], 0, False, Outcome.CLOSED_UNCONFIRMED,
    ),
    "from another telephone": ([], 0, True, Outcome.CLOSED_UNCONFIRMED),
}  # fmt: skip


@pytest.mark.parametrize(
    ("before", "days", "elsewhere", "outcome"), WITHDRAWALS.values(), ids=WITHDRAWALS.keys()
)
def test_a_withdrawal_counts_when_nobody_asked_for_it(
    before: list[Action], days: float, elsewhere: bool, outcome: Outcome, complain: Any,
    office: Any, loaded_rt: Any, clock: Any, now_of: Any, all_of: Any,
) -> None:  # fmt: skip
    case = complain()
    for action in before:
        actor = Actor.CITIZEN if action is Action.DISPUTE else Actor.OFFICER
        office(case, action, actor=actor)
    clock.forward(days=days)
    what = Act(Action.WITHDRAW, Actor.CITIZEN, source="s:1", channel=SMS, elsewhere=elsewhere)
    assert citizen_says(loaded_rt, case.id, what)
    assert (now_of(case).status, now_of(case).outcome) == (CaseStatus.CLOSED, outcome)
    kept = last(all_of, Action.WITHDRAW).data
    assert kept["prompted"] is (outcome is not Outcome.WITHDRAWN)


def test_another_phone_that_knows_the_secret_withdraws_nothing_for_good(
    client: Any, complain: Any, now_of: Any, loaded_rt: Any, all_of: Any
) -> None:
    case = complain(quiet=True)
    with loaded_rt.transaction() as session:
        redress.set_secret(loaded_rt, session, session.get_one(Case, case.id), "4821")
    sms(client, f"{case.reference} 4821 WITHDRAW", OTHER)
    assert (now_of(case).status, now_of(case).outcome) == (
        CaseStatus.CLOSED, Outcome.CLOSED_UNCONFIRMED,
    )  # fmt: skip
    assert last(all_of, Action.WITHDRAW).data["elsewhere"] is True


def test_who_withdrew_reads_that_they_did(
    client: Any, complain: Any, office: Any, loaded_rt: Any, now_of: Any
) -> None:
    case = complain()
    office(case, Action.ASK, "Do you still need it?")
    sms(client, f"{case.reference} WITHDRAW")
    assert now_of(case).outcome is Outcome.CLOSED_UNCONFIRMED
    sms(client, case.reference)
    assert arrived(loaded_rt)[-1].endswith("You withdrew it.")
