"""What time and the citizen do to a case: late it rises, disputed it returns."""

from datetime import timedelta

import pytest

from feedback_service import redress, staff
from feedback_service.domain.cases import (
    ACTORS,
    Action,
    Actor,
    CaseStatus,
    NotTheirAction,
    Outcome,
)
from feedback_service.domain.escalation import LADDER, OMBUDSMAN_LEVEL
from feedback_service.models import Case, CaseEvent, Notice, Role
from feedback_service.redress import Act, citizen_says
from tests.handset import arrived, events

pytestmark = pytest.mark.usefixtures("loaded_rt")

TOP = LADDER[-1].level


@pytest.fixture
def now_of(loaded_rt):
    def read(case):
        with loaded_rt.transaction() as session:
            return session.get_one(Case, case.id)

    return read


def late(rt, number="+254712345678"):
    return [said for said in arrived(rt, number) if "is late" in said]


def test_a_case_that_is_not_late_does_not_rise(complain, loaded_rt, clock, now_of):
    case = complain()
    clock.set(case.due_at)
    assert redress.raise_late_cases(loaded_rt) == 0
    assert now_of(case).level == 0


def test_a_late_case_rises_once_per_level_with_one_message_each(complain, loaded_rt, clock, now_of):
    case = complain()
    arrived(loaded_rt)
    levels = []
    for days in range(25):
        clock.set(case.due_at + timedelta(days=days, minutes=1))
        for _ in range(3):
            redress.raise_late_cases(loaded_rt)
        levels.append(now_of(case).level)
        assert len(late(loaded_rt)) == levels[-1]
    assert sorted(set(levels)) == [1, 2, TOP]
    assert levels == sorted(levels)


def test_no_rung_is_skipped_when_the_clock_was_away(complain, loaded_rt, clock, all_of, now_of):
    case = complain()
    clock.set(case.due_at + timedelta(days=60))
    assert redress.raise_late_cases(loaded_rt) == 1
    raised = sorted(
        (e for e in all_of(CaseEvent) if e.action is Action.ESCALATE), key=lambda e: e.number
    )
    assert [e.data["rung"] for e in raised] == [rung.key for rung in LADDER[1:]]
    assert len(late(loaded_rt)) == TOP
    assert now_of(case).status is CaseStatus.RECEIVED, "a level is beside the status"


def test_many_old_late_cases_do_not_hide_a_new_one(complain, loaded_rt, clock, now_of):
    """Those that have risen stay late; were only the oldest looked at, the others never rose."""
    for _ in range(5):
        complain()
    clock.forward(days=2)
    newest = complain()
    clock.set(newest.due_at + timedelta(minutes=1))
    assert redress.raise_late_cases(loaded_rt, batch=2) == 6
    assert now_of(newest).level == 1
    assert redress.raise_late_cases(loaded_rt, batch=2) == 0


@pytest.mark.parametrize("action", [Action.RESOLVE, Action.REJECT])
def test_an_answered_case_does_not_rise(action, complain, office, loaded_rt, clock):
    case = complain()
    office(case, action)
    clock.set(case.due_at + timedelta(days=30))
    assert redress.raise_late_cases(loaded_rt) == 0


# --- Disputes ---------------------------------------------------------------------------------


def say(rt, case, word, source):
    what = Act(Action(word), Actor.CITIZEN, source=source, channel="africastalking-sms")
    return citizen_says(rt, case.id, what)


def test_not_solved_once_returns_the_case_and_again_climbs_a_level(
    complain, office, loaded_rt, now_of
):
    case = complain()
    levels = []
    for time in range(4):
        office(case, Action.RESOLVE)
        assert say(loaded_rt, case, "dispute", f"s:{time}")
        assert now_of(case).status is CaseStatus.ACKNOWLEDGED
        levels.append(now_of(case).level)
    assert levels == [0, 1, 2, TOP]
    assert (now_of(case).disputes, now_of(case).outcome) == (4, Outcome.DISPUTED)
    assert now_of(case).resolved_at is None


def test_on_the_last_rung_not_solved_is_told_each_time_and_offers_the_ombudsman(
    complain, office, loaded_rt, now_of, all_of, clock
):
    with loaded_rt.transaction() as session:
        watcher, _ = staff.add(
            session, "watch@example.go.ke", Role.OVERSIGHT, loaded_rt.now(),
            institution_id="GPMCO", password="a long password",
        )  # fmt: skip
        watcher_id = watcher.id
    case = complain()
    for time in range(6):
        office(case, Action.RESOLVE)
        assert say(loaded_rt, case, "dispute", f"s:{time}")
    assert now_of(case).level == TOP, "only the citizen's own key press takes the last step"
    kinds = [n.kind for n in all_of(Notice) if n.staff_id == watcher_id]
    assert sorted(kinds) == ["again", "again", "rose"]
    said = [text for text in arrived(loaded_rt) if "NOT solved" in text]
    assert [("APPEAL" in text) for text in said] == [False] * 4 + [True] * 2
    with loaded_rt.transaction() as session:
        facts = redress.facts_of(loaded_rt, session, session.get_one(Case, case.id), "en")
    assert facts["last"], "its screen says the same"
    clock.forward(days=5)
    assert say(loaded_rt, case, "escalate", "s:up")
    assert now_of(case).level == OMBUDSMAN_LEVEL


def test_a_dispute_of_a_rejection_returns_it_too(complain, office, loaded_rt, now_of):
    case = complain()
    office(case, Action.REJECT, "No fee was due")
    assert now_of(case).outcome is Outcome.NOT_UPHELD
    assert say(loaded_rt, case, "dispute", "s:1")
    assert now_of(case).status is CaseStatus.ACKNOWLEDGED


def test_accepting_a_rejection_is_no_solution(complain, office, loaded_rt, now_of):
    case = complain()
    office(case, Action.REJECT, "No fee was due")
    assert say(loaded_rt, case, "confirm", "s:1")
    assert (now_of(case).status, now_of(case).outcome) == (CaseStatus.CLOSED, Outcome.NOT_UPHELD)


def test_one_word_of_the_citizen_counts_once(complain, office, loaded_rt, now_of, all_of):
    case = complain()
    office(case, Action.RESOLVE)
    for _ in range(3):
        assert say(loaded_rt, case, "dispute", "one session")
    assert now_of(case).disputes == 1
    assert events(all_of).count(Action.DISPUTE) == 1


@pytest.mark.parametrize("actor", [a for a in Actor if a is not Actor.CITIZEN])
@pytest.mark.parametrize("action", [Action.CONFIRM, Action.DISPUTE, Action.WITHDRAW, Action.ANSWER])
def test_only_the_citizen_speaks_for_the_citizen(action, actor, complain, office, now_of):
    case = complain()
    assert ACTORS[action] == {Actor.CITIZEN}
    if action in (Action.CONFIRM, Action.DISPUTE):
        office(case, Action.RESOLVE)
    before = now_of(case).status
    with pytest.raises(NotTheirAction):
        office(case, action, actor=actor)
    assert now_of(case).status is before


def test_the_citizen_withdraws(complain, loaded_rt, now_of):
    case = complain()
    assert say(loaded_rt, case, "withdraw", "s:1")
    assert (now_of(case).status, now_of(case).outcome) == (CaseStatus.CLOSED, Outcome.WITHDRAWN)
