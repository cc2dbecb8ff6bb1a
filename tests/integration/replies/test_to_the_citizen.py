"""What comes back to who asks where a case stands, appeals, answers late, or answers twice."""

import re
from datetime import timedelta

import pytest

from feedback_service import redress
from feedback_service.domain.cases import Action
from feedback_service.domain.escalation import OMBUDSMAN_LEVEL
from feedback_service.models import Case, Message
from tests.handset import ME, Handset, arrived, events, spoken

pytestmark = pytest.mark.usefixtures("loaded_rt")


# --- Where a case stands ------------------------------------------------------------------------


def test_the_status_of_an_open_case_names_office_and_day(case, says):
    assert says(case.reference) == (
        f"Case {spoken(case.reference)}: received. Immigration, answer due Mon 16 Mar."
    )


def test_the_status_of_a_late_case_says_so(case, says, clock):
    clock.forward(days=20)
    assert "is late, we are sorry. Now the officer must answer: Immigration." in says(
        case.reference
    )


@pytest.mark.parametrize(
    ("action", "later", "asks"),
    [
        (Action.RESOLVE, "whether it is solved.", "Solved?"),
        (Action.REJECT, "whether you accept this.", "Do you accept?"),
    ],
)
def test_the_status_of_an_answered_case_puts_the_question_once_it_was_put(
    action, later, asks, case, says, office, of, loaded_rt, clock
):
    office(case, action, "Come to window 3")
    said = says(case.reference)
    assert "Come to window 3" in said
    assert said.endswith(f"In a day or more we ask you {later}")
    clock.forward(days=3)
    redress.follow_answers(loaded_rt)
    assert says(case.reference).endswith(f"Come to window 3\n{asks} Reply 1 YES or 2 NO.")
    says("2")
    assert of(case)[-1] is Action.DISPUTE


@pytest.mark.parametrize(
    ("word", "action"),
    [("1", Action.CONFIRM), ("2", Action.DISPUTE), ("yes", Action.CONFIRM), ("NO", Action.DISPUTE)],
)
def test_an_answer_invites_no_verdict_and_takes_one_all_the_same(
    word, action, case, says, office, of, loaded_rt
):
    office(case, Action.RESOLVE, "Come to window 3")
    told = arrived(loaded_rt)[-1]
    assert "Come to window 3" in told
    assert not re.search(r"\breply|\byes\b|\bno\b", told, re.IGNORECASE)
    says(word)
    assert of(case)[-1] is action


def test_the_status_of_a_closed_case_promises_no_day(case, says):
    says(f"{case.reference} withdraw")
    assert says(case.reference) == (
        f"Case {spoken(case.reference)}: closed Mon 2 Mar. You withdrew it."
    )


# --- Appeals ------------------------------------------------------------------------------------


def test_an_appeal_before_its_time_is_told_from_when(case, says):
    assert says(f"{case.reference} APPEAL") == (
        f"Case {spoken(case.reference)} cannot go higher before Mon 16 Mar. "
        f"If it is late or not solved then, send: {spoken(case.reference)} APPEAL"
    )


def test_each_office_has_a_working_day_before_the_next_appeal(case, says, clock, all_of):
    clock.set(case.due_at + timedelta(minutes=1))
    assert "has gone up" in says(f"{case.reference} APPEAL")
    assert "cannot go higher before Wed 18 Mar" in says(f"{case.reference} appeal")
    clock.forward(days=3)
    assert "has gone up" in says(f"{case.reference} rufaa")
    assert all_of(Case)[0].level == 2


def test_at_the_last_rung_an_appeal_says_who_must_answer(case, says, clock):
    clock.set(case.due_at + timedelta(minutes=1))
    for _ in range(OMBUDSMAN_LEVEL):
        says(f"{case.reference} APPEAL")
        clock.forward(days=4)
    assert "is as high as it can go here: the Ombudsman must answer" in says(
        f"{case.reference} APPEAL"
    )


def test_an_appeal_of_an_answered_case_is_a_not_solved(case, says, office, of):
    office(case, Action.RESOLVE)
    assert "is NOT solved" in says(f"{case.reference} RUFAA")
    assert of(case)[-1] is Action.DISPUTE


def test_an_appeal_of_a_quiet_case_names_no_office(case, says):
    says(f"{case.reference} QUIET")
    assert "Immigration" not in says(f"{case.reference} APPEAL")


# --- Late, and twice ----------------------------------------------------------------------------


@pytest.mark.parametrize(("days", "joins"), [(3, True), (20, True), (59, True), (61, False)])
def test_a_question_of_an_office_may_be_answered_late(days, joins, case, says, office, clock, of):
    office(case, Action.ASK, "Which counter was it?")
    says("HELP")
    clock.forward(days=days)
    says("The one beside the gate")
    assert (of(case)[-1] is Action.ANSWER) == joins


def test_words_on_another_office_are_no_late_answer(case, says, office, clock, all_of):
    office(case, Action.ASK, "Which counter was it?")
    says("HELP")
    clock.forward(days=20)
    says("KRA has kept my refund since May")
    assert len(all_of(Case)) == 2


@pytest.fixture
def two(says, clock, office, all_of):
    """Two cases, answered one after the other."""
    says("I have waited three months for my passport at Immigration")
    clock.forward(days=2)
    says("NTSA has not sent my driving licence")
    first, second = sorted(all_of(Case), key=lambda case: case.received_at)
    office(first, Action.RESOLVE)
    office(second, Action.RESOLVE)
    return first, second


@pytest.mark.parametrize("then", ["1", "2", "ndio imesort", "bado"])
def test_a_second_verdict_is_asked_which_case_it_is_for(then, two, says, of):
    first, second = two
    says("2")
    assert of(second)[-1] is Action.DISPUTE
    before = of(first), of(second)
    assert says(then) == (
        f"Which case? Reply with its number:\n1 {spoken(first.reference)} Mon 2 Mar"
    )
    assert (of(first), of(second)) == before
    says("1")
    assert of(first)[-1] in (Action.CONFIRM, Action.DISPUTE)
    assert of(second) == before[1]


def test_a_list_names_each_case_once(two, says):
    said = says("They told me to come back")
    assert said.count(spoken(two[0].reference)) == said.count(spoken(two[1].reference)) == 1


def test_more_words_after_those_of_a_dialogue_join_their_case(client, says, clock, all_of):
    phone = Handset(client, ME)
    phone.dial()
    phone.keys("1", "6")
    for text in ("MENU", "3", "1003", "1", "They lost my papers on Monday"):
        clock.forward(minutes=1)
        said = says(text)
    clock.forward(minutes=1)
    assert "Added" in says("and nobody could tell me where")
    assert len(all_of(Case)) == 1, said
    assert events(all_of) == [Action.RECEIVE, Action.ANSWER]


def test_the_long_words_that_were_asked_for_are_not_awaited_for_weeks(client, says, clock, all_of):
    phone = Handset(client, ME)
    phone.dial()
    phone.keys("1", "1003", "3", "1", "1")
    says("HELP")
    clock.forward(days=3)
    says("The street lamps of Ngong Road have been dark for a week")
    assert len(all_of(Case)) == 2
    assert len([m for m in all_of(Message) if m.wording == "sms-added"]) == 0
