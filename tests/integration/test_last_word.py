"""The citizen's last word on an answer counts; after thirty days a linked case goes on."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from feedback_service.domain.cases import Action, Actor, CaseStatus, Lane, Outcome
from feedback_service.models import Case
from feedback_service.redress import Act, citizen_says
from tests.handset import Handset, arrived, sms, spoken
from tests.integration.citizens_words import SMS, last, says

pytestmark = pytest.mark.usefixtures("loaded_rt")


LAST_WORDS = {
    "yes": (["confirm"], Outcome.CONFIRMED),
    "no": (["dispute"], Outcome.DISPUTED),
    "yes, then no": (["confirm", "dispute"], Outcome.DISPUTED),
    "yes, no, and yes to the second answer": (
        ["confirm", "dispute", "resolve", "confirm"], Outcome.CONFIRMED,
    ),
    "silence, then yes": (["expire", "confirm"], Outcome.CONFIRMED),
    "silence, then no": (["expire", "dispute"], Outcome.DISPUTED),
}  # fmt: skip


@pytest.mark.parametrize(("words", "outcome"), LAST_WORDS.values(), ids=LAST_WORDS.keys())
def test_the_last_word_counts(
    words: list[str], outcome: Outcome, complain: Any, office: Any, loaded_rt: Any, now_of: Any
) -> None:
    case = complain()
    office(case, Action.RESOLVE)
    for number, word in enumerate(words):
        if word == "expire":
            office(case, Action.EXPIRE, actor=Actor.CLOCK)
        elif word == "resolve":
            office(case, Action.RESOLVE)
        else:
            says(loaded_rt, case, Action(word), f"s:{number}")
    assert now_of(case).outcome is outcome


@pytest.fixture
def closed(complain: Any, office: Any, loaded_rt: Any, clock: Any) -> Callable[..., Case]:
    """A case that its citizen said was solved, so many days ago."""

    def made(days: float, **fields: Any) -> Case:
        case: Case = complain("No passport since May", **fields)
        office(case, Action.RESOLVE)
        says(loaded_rt, case, Action.CONFIRM, "s:0")
        clock.forward(days=days)
        return case

    return made


@pytest.mark.parametrize("days", [0, 29, 30])
def test_inside_thirty_days_not_solved_reopens_the_case_and_counts_against(
    days: int, closed: Any, loaded_rt: Any, now_of: Any
) -> None:
    case = closed(days)
    assert says(loaded_rt, case, Action.DISPUTE).id == case.id
    row = now_of(case)
    assert (row.status, row.outcome, row.disputes) == (
        CaseStatus.ACKNOWLEDGED, Outcome.DISPUTED, 1,
    )  # fmt: skip
    assert (row.resolved_at, row.closed_at) == (None, None)


TOLD = "It is broken again since Monday"
LATE = {
    "not solved": (Action.DISPUTE, "", "No passport since May"),
    "not solved, with words": (Action.DISPUTE, TOLD, TOLD),
    "a sentence": (Action.ANSWER, TOLD, TOLD),
}


@pytest.mark.parametrize(("action", "words", "text"), LATE.values(), ids=LATE.keys())
def test_after_thirty_days_a_linked_case_goes_on(
    action: Action, words: str, text: str, closed: Any, loaded_rt: Any, now_of: Any, all_of: Any
) -> None:
    case = closed(31)
    for _ in range(3):
        follows = says(loaded_rt, case, action, "s:1", words)
    assert (follows.previous_id, follows.text, follows.status) == (
        case.id, text, CaseStatus.RECEIVED,
    )  # fmt: skip
    assert (follows.citizen_id, follows.service_id) == (case.citizen_id, "passport")
    assert len(all_of(Case)) == 2
    before = now_of(case)
    assert (before.status, before.outcome) == (CaseStatus.CLOSED, Outcome.CONFIRMED)
    assert last(all_of, Action.ANSWER).data["next"] == follows.reference
    (told,) = [said for said in arrived(loaded_rt) if spoken(follows.reference) in said]
    assert told.startswith(f"Case {spoken(case.reference)} is closed for good")


def test_what_is_said_later_joins_the_case_that_follows(
    closed: Any, office: Any, loaded_rt: Any, now_of: Any, all_of: Any
) -> None:
    case = closed(31)
    follows = says(loaded_rt, case, Action.DISPUTE, "s:1")
    for number, action in enumerate((Action.ANSWER, Action.DISPUTE), start=2):
        assert says(loaded_rt, case, action, f"s:{number}", TOLD).id == follows.id
    assert now_of(follows).disputes == 0, "it was open: they were words"
    office(follows, Action.RESOLVE)
    assert says(loaded_rt, case, Action.DISPUTE, "s:9").id == follows.id
    assert (now_of(follows).disputes, len(all_of(Case))) == (1, 2)


def test_late_thanks_open_no_case(closed: Any, loaded_rt: Any, all_of: Any) -> None:
    case = closed(31)
    assert says(loaded_rt, case, Action.ANSWER, "s:1", "Asante sana").id == case.id
    assert len(all_of(Case)) == 1


def test_a_late_yes_changes_nothing(closed: Any, loaded_rt: Any, all_of: Any) -> None:
    case = closed(31)
    late = Act(Action.CONFIRM, Actor.CITIZEN, source="s:1", channel=SMS)
    assert citizen_says(loaded_rt, case.id, late) is None
    assert len(all_of(Case)) == 1


def test_two_messages_at_once_open_one_case(closed: Any, loaded_rt: Any, all_of: Any) -> None:
    case = closed(31)
    with ThreadPoolExecutor(4) as pool:
        sent = [pool.submit(says, loaded_rt, case, Action.DISPUTE, f"n:{n}") for n in range(4)]
        assert len({one.result().id for one in sent}) == 1
    assert len(all_of(Case)) == 2


def test_a_quiet_case_is_followed_by_a_quiet_one(closed: Any, loaded_rt: Any, now_of: Any) -> None:
    case = closed(31, quiet=True)
    said = arrived(loaded_rt)
    follows = says(loaded_rt, case, Action.DISPUTE)
    assert now_of(follows).quiet
    assert arrived(loaded_rt) == said


def test_it_goes_on_with_the_desk_that_had_it(
    complain: Any, office: Any, loaded_rt: Any, clock: Any, now_of: Any
) -> None:
    case = complain()
    office(case, Action.TRANSFER, "Yours", unit_id="KRA-R")
    office(case, Action.RESOLVE)
    says(loaded_rt, case, Action.CONFIRM, "s:0")
    clock.forward(days=31)
    follows = says(loaded_rt, case, Action.DISPUTE)
    assert (follows.unit_id, follows.institution_id) == ("KRA-R", "KRA")


def test_a_confidential_one_stays_with_its_integrity_desk(
    complain: Any, office: Any, loaded_rt: Any, clock: Any
) -> None:
    """The accused of a case that came to the Ombudsman's desk is the other one."""
    case = complain(lane=Lane.CONFIDENTIAL, quiet=True, institution_id="EACC", service_id=None)
    office(case, Action.RESOLVE)
    says(loaded_rt, case, Action.CONFIRM, "s:0")
    clock.forward(days=31)
    follows = says(loaded_rt, case, Action.DISPUTE)
    assert (follows.unit_id, follows.lane, follows.quiet) == ("CAJ-I", Lane.CONFIDENTIAL, True)


def test_words_that_nobody_cleared_are_held(closed: Any, loaded_rt: Any) -> None:
    late = Act(
        Action.DISPUTE, Actor.CITIZEN, "He asked me for a bribe", source="s:1", channel=SMS,
        held=True,
    )  # fmt: skip
    follows = citizen_says(loaded_rt, closed(31).id, late)
    assert follows
    assert (follows.lane, follows.destination_unit_id) == (Lane.HELD, "DIS-R")


def test_by_dialling_the_new_number_is_shown(
    client: Any, closed: Any, all_of: Any, loaded_rt: Any
) -> None:
    case = closed(31)
    phone = Handset(client)
    phone.dial()
    phone.keys("1")  # English
    screen = phone.keys("5", "1")
    key = next(line[0] for line in screen.splitlines() if line.endswith("Not solved"))
    end = phone.keys(key)
    (follows,) = [one for one in all_of(Case) if one.previous_id == case.id]
    assert end.startswith(f"END {spoken(follows.reference)} goes on with it")
    again = phone.send(phone.text)
    assert (again, len(all_of(Case))) == (end, 2)


def test_by_sms_the_number_of_a_quiet_one_comes_back_and_nothing_else(
    client: Any, closed: Any, all_of: Any, loaded_rt: Any
) -> None:
    case = closed(31, quiet=True)
    sms(client, f"{spoken(case.reference)} NO")
    (follows,) = [one for one in all_of(Case) if one.previous_id == case.id]
    told = arrived(loaded_rt)[-1]
    assert told.startswith(f"{spoken(follows.reference)} received")
    assert "messages" in told


def test_by_sms_the_new_number_comes_back(
    client: Any, closed: Any, loaded_rt: Any, all_of: Any
) -> None:
    case = closed(31)
    sms(client, f"{spoken(case.reference)} NO")
    (follows,) = [one for one in all_of(Case) if one.previous_id == case.id]
    told = arrived(loaded_rt)[-1]
    assert told.startswith(f"Case {spoken(case.reference)} is closed for good: ")
    assert f"{spoken(follows.reference)} goes on with it" in told
