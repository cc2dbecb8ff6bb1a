"""The citizen's own way up the ladder: "not solved" again, or an appeal where it is late; who
answers then is named to the citizen, and both officer and supervisor see the case at once."""

from datetime import timedelta
from uuid import uuid4

import pytest

from feedback_service import redress
from feedback_service.domain.cases import Action, ActionNotAllowed, Actor
from feedback_service.domain.escalation import LADDER, OMBUDSMAN, OMBUDSMAN_LEVEL
from feedback_service.models import Case, CaseEvent, Role
from feedback_service.redress import Act, queue
from feedback_service.redress.queue import Filters, Tab
from feedback_service.staff import Viewer
from tests.handset import arrived, events, spoken

pytestmark = pytest.mark.usefixtures("loaded_rt")

TOP = LADDER[-1].level


@pytest.fixture
def say(loaded_rt):
    """The citizen does something by SMS, a time or twice."""

    def done(case, action, source):
        what = Act(action, Actor.CITIZEN, source=source, channel="africastalking-sms")
        return redress.act(loaded_rt, case.id, what)

    return done


@pytest.fixture
def late(complain, clock):
    case = complain()
    clock.set(case.due_at + timedelta(minutes=1))
    return case


def test_a_case_that_is_neither_late_nor_disputed_does_not_go_up(complain, say, all_of):
    case = complain()
    with pytest.raises(ActionNotAllowed, match="goes up when it is late or was not solved"):
        say(case, Action.ESCALATE, "s:1")
    assert events(all_of) == [Action.RECEIVE]


def test_an_appeal_of_a_late_case_climbs_a_rung_at_a_time_to_the_last(late, say, all_of, clock):
    for press in range(OMBUDSMAN_LEVEL):
        assert say(late, Action.ESCALATE, f"s:{press}").level == press + 1
        clock.forward(days=5)
    with pytest.raises(ActionNotAllowed):
        say(late, Action.ESCALATE, "s:last")
    rose = [e.data["rung"] for e in all_of(CaseEvent) if e.action is Action.ESCALATE]
    assert sorted(rose) == sorted(rung.key for rung in (*LADDER[1:], OMBUDSMAN))


@pytest.mark.parametrize(("hours", "goes"), [(0, False), (23, False), (72, True)])
def test_whoever_has_just_been_handed_a_case_has_a_working_day(hours, goes, late, say, clock):
    assert say(late, Action.ESCALATE, "s:1").level == 1
    clock.forward(hours=hours)
    if goes:
        assert say(late, Action.ESCALATE, "s:2").level == 2
    else:
        with pytest.raises(ActionNotAllowed, match="level 1 was reached less than 1 working day"):
            say(late, Action.ESCALATE, "s:2")


def test_a_disputed_case_goes_up_before_it_is_late(complain, office, say):
    case = complain()
    office(case, Action.RESOLVE)
    say(case, Action.DISPUTE, "s:1")
    assert say(case, Action.ESCALATE, "s:2").level == 1


def test_an_answered_case_is_judged_not_appealed(late, office, say):
    office(late, Action.RESOLVE)
    with pytest.raises(ActionNotAllowed, match="cannot escalate a case that is resolved"):
        say(late, Action.ESCALATE, "s:1")


def test_one_key_press_climbs_once(late, say, all_of):
    for _ in range(3):
        say(late, Action.ESCALATE, "one session")
    assert all_of(Case)[0].level == 1


def test_the_clock_does_not_climb_again_what_the_citizen_has_climbed(late, say, loaded_rt, all_of):
    say(late, Action.ESCALATE, "s:1")
    assert redress.raise_late_cases(loaded_rt) == 0
    assert all_of(Case)[0].level == 1


TOLD = {
    "an appeal": (Action.ESCALATE, 1, "has gone up, as you asked. Now the supervisor must answer"),
    "not solved": (Action.DISPUTE, 1, "is NOT solved. It is back with Immigration"),
    "not solved again": (Action.DISPUTE, 2, "still NOT solved. Now the supervisor must answer"),
    "not solved, a third time": (Action.DISPUTE, 3, "Now the head of the office must answer"),
}


@pytest.mark.parametrize(("action", "times", "words"), TOLD.values(), ids=TOLD.keys())
def test_the_citizen_is_told_who_answers_now(
    action, times, words, complain, office, say, loaded_rt, clock
):
    case = complain()
    if action is Action.ESCALATE:
        clock.set(case.due_at + timedelta(minutes=1))
    for press in range(times):
        if action is Action.DISPUTE:
            office(case, Action.RESOLVE)
        say(case, action, f"s:{press}")
    said = [text for text in arrived(loaded_rt) if words in text]
    assert len(said) == 1
    assert spoken(case.reference) in said[0]


def test_who_accepts_a_refusal_is_not_told_it_was_solved(complain, office, say, loaded_rt):
    case = complain()
    office(case, Action.REJECT, "No fee was due")
    say(case, Action.CONFIRM, "s:1")
    last = arrived(loaded_rt)
    assert any("as you accept the answer" in text for text in last)
    assert not any("closed as solved" in text for text in last)


def test_a_late_case_names_who_answers_now(late, loaded_rt):
    redress.raise_late_cases(loaded_rt)
    assert any("Now the supervisor must answer: Immigration." in t for t in arrived(loaded_rt))


@pytest.mark.parametrize("role", [Role.OFFICER, Role.SUPERVISOR])
def test_a_disputed_case_stands_first_for_officer_and_supervisor(
    role, complain, office, say, loaded_rt
):
    for _ in range(3):
        complain()
    case = complain()
    office(case, Action.RESOLVE)
    say(case, Action.DISPUTE, "s:1")
    person = Viewer(uuid4(), "A. Person", frozenset({role}), "DIS", None, None, "en")
    with loaded_rt.transaction() as session:
        page = queue.queue(session, person, Filters(), None, loaded_rt.now())
        disputed = queue.queue(session, person, Filters(tab=Tab.DISPUTED), None, loaded_rt.now())
    assert page.rows[0].reference == case.reference
    assert [row.reference for row in disputed.rows] == [case.reference]
