"""Cases on their way to redress: chained, dated, held, moved, raised, disputed, and told."""

from datetime import datetime, timedelta
from itertools import permutations
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from feedback_service import outbox, redress, registry, triage
from feedback_service.domain import chain, clocks
from feedback_service.domain.cases import (
    Action,
    ActionNotAllowed,
    Actor,
    CaseStatus,
    Ground,
    Lane,
    Outcome,
)
from feedback_service.models import Case, CaseEvent, Category, Message, RoutingMiss, Unit
from feedback_service.redress import history
from tests.handset import ME, SMS, Handset, arrived, events, sms

pytestmark = pytest.mark.usefixtures("loaded_rt")

NAIROBI = ZoneInfo("Africa/Nairobi")


@pytest.fixture
def now_of(loaded_rt):
    """The case as it stands in the database."""

    def read(case):
        with loaded_rt.transaction() as session:
            return session.get_one(Case, case.id)

    return read


def links(rt, case):
    with rt.transaction() as session:
        return [history.as_link(e) for e in history.events(session, session.get_one(Case, case.id))]


def pieces(rt, case):
    """The events as clocks look at them, and the calendar they run by."""
    with rt.transaction() as session:
        row = session.get_one(Case, case.id)
        return history.moments(session, row), registry.calendar(rt, session, row.county_code)


def tamper(rt, statement, case, number):
    """Change a table as somebody with the database's password could, past any trigger."""
    with rt.transaction() as session:
        session.execute(sa.text("set local session_replication_role = replica"))
        one = statement.where(CaseEvent.case_id == case.id, CaseEvent.number == number)
        session.execute(one)


# --- The chain --------------------------------------------------------------------------------


@pytest.fixture
def lived(complain, office, loaded_rt):
    """A case to which much has been done."""
    case = complain()
    office(case, Action.ACKNOWLEDGE)
    office(case, Action.NOTE, "Looked at the file, 2.0 pages", category=Category.QUALITY)
    office(case, Action.RESOLVE)
    office(case, Action.DISPUTE, "Not yet", Actor.CITIZEN, source="s:1")
    return case


def test_the_history_of_a_case_verifies(loaded_rt, lived):
    chain.verify(str(lived.id), links(loaded_rt, lived))


EDITS = {
    "words": {"data": {"text": "Something else"}},
    "time": {"at": datetime(2026, 3, 1, tzinfo=NAIROBI)},
    "actor": {"actor": Actor.CITIZEN},
    "action": {"action": Action.NOTE},
}


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS.keys())
def test_one_edited_event_breaks_the_chain(edit, loaded_rt, lived):
    tamper(loaded_rt, sa.update(CaseEvent).values(edit), lived, 4)
    with pytest.raises(chain.BrokenChain) as broken:
        chain.verify(str(lived.id), links(loaded_rt, lived))
    assert broken.value.number == 4


def test_one_removed_event_breaks_the_chain(loaded_rt, lived):
    tamper(loaded_rt, sa.delete(CaseEvent), lived, 3)
    with pytest.raises(chain.BrokenChain):
        chain.verify(str(lived.id), links(loaded_rt, lived))


# --- The due time -----------------------------------------------------------------------------

MOVES = {
    "note": (Action.NOTE, {"text": "Seen"}),
    "another category": (Action.NOTE, {"text": "Seen", "category": Category.COST}),
    "assign": (Action.ASSIGN, {}),
    "transfer": (Action.TRANSFER, {"text": "Yours", "unit_id": "KRA-R"}),
}


@pytest.mark.parametrize("order", list(permutations(MOVES)), ids=" > ".join)
def test_nothing_an_office_does_moves_the_due_time(order, complain, office, now_of):
    case = complain()
    office(case, Action.ACKNOWLEDGE)
    for name in order:
        action, more = MOVES[name]
        office(case, action, **more)
        assert now_of(case).due_at == case.due_at


def test_a_pause_begins_with_the_delivery_of_a_question(
    client, complain, office, now_of, all_of, loaded_rt, clock
):
    case = complain()
    office(case, Action.ASK, "Which counter was it?")
    assert now_of(case).due_at == case.due_at, "asking alone excuses nothing"
    arrived(loaded_rt)
    assert now_of(case).due_at == case.due_at, "sending alone excuses nothing"
    question = next(m for m in all_of(Message) if m.wording == "sms-asked")
    report = {"id": question.provider_id, "status": "Success", "phoneNumber": ME}
    client.post(f"{SMS}/receipts", data=report)
    paused = now_of(case).due_at
    assert paused > case.due_at
    clock.forward(hours=2)
    sms(client, "Counter four")
    answered = now_of(case).due_at
    assert case.due_at < answered < paused, "the answer takes the rest of the allowance back"


def test_an_undelivered_question_never_pauses(client, complain, office, now_of, all_of, loaded_rt):
    case = complain()
    office(case, Action.ASK, "Which counter was it?")
    arrived(loaded_rt)
    question = next(m for m in all_of(Message) if m.wording == "sms-asked")
    report = {"id": question.provider_id, "status": "Failed", "phoneNumber": ME}
    client.post(f"{SMS}/receipts", data=report)
    assert now_of(case).due_at == case.due_at


def test_a_pause_proven_early_keeps_a_case_from_rising(complain, office, now_of, loaded_rt, clock):
    """The receipt was matched while the message was noted; only the row knows of the delivery."""
    case = complain()
    clock.set(case.due_at - timedelta(hours=4))
    office(case, Action.ASK, "Which counter was it?")
    with loaded_rt.transaction() as session:
        asked = sa.update(Message).where(Message.wording == "sms-asked")
        session.execute(asked.values(delivered_at=loaded_rt.now()))
    clock.set(case.due_at + timedelta(hours=1))
    assert redress.raise_late_cases(loaded_rt) == 0
    assert now_of(case).due_at > case.due_at
    assert now_of(case).level == 0


def test_custody_adds_up_to_the_working_time_of_the_case(complain, office, loaded_rt, clock):
    case = complain()
    office(case, Action.ACKNOWLEDGE)
    clock.forward(days=1)
    office(case, Action.TRANSFER, "Yours", unit_id="KRA-R")
    clock.forward(days=4)
    office(case, Action.RESOLVE)
    clock.forward(days=2)
    moments, calendar = pieces(loaded_rt, case)
    totals = clocks.custody_totals(clocks.custody(moments, calendar, loaded_rt.now()))
    assert list(totals) == ["DIS-R", "KRA-R", "citizen"]
    assert sum(totals.values(), timedelta()) == calendar.time_between(
        case.received_at, loaded_rt.now()
    )


# --- Lanes ------------------------------------------------------------------------------------


def test_a_text_about_a_bribe_is_held_at_central_triage_and_cleared_to_its_desk(
    client, office, now_of, all_of, loaded_rt
):
    phone = Handset(client)
    phone.dial()
    end = phone.keys("2", "1003", "3", "1", "Askari wa lango aliniomba hongo", "1")
    assert "Dawati kuu" in end
    (case,) = all_of(Case)
    with loaded_rt.transaction() as session:
        assert session.get_one(Unit, case.unit_id).kind == "central"
    assert (case.lane, case.destination_unit_id) == (Lane.HELD, "DIS-R")
    triage.drain(loaded_rt)
    assert now_of(case).lane is Lane.HELD, "no model clears what the lexicon held"
    with pytest.raises(ActionNotAllowed):
        office(case, Action.CLEAR)
    office(case, Action.CLEAR, actor=Actor.TRIAGE)
    assert (now_of(case).lane, now_of(case).unit_id) == (Lane.OPEN, "DIS-R")
    assert arrived(loaded_rt)[-1].startswith("Kesi ")


@pytest.mark.parametrize(("accused", "goes_to"), [("KRA", "EACC"), ("EACC", "CAJ"), (None, "EACC")])
def test_a_confidential_case_passes_the_accused_and_sends_no_sms(
    accused, goes_to, complain, loaded_rt, now_of
):
    case = complain(lane=Lane.CONFIDENTIAL, quiet=True, institution_id=accused, service_id=None)
    assert (now_of(case).institution_id, now_of(case).lane) == (goes_to, Lane.CONFIDENTIAL)
    assert arrived(loaded_rt) == []


def test_what_is_cleared_to_an_integrity_desk_is_closed_and_hushed(
    complain, office, now_of, loaded_rt
):
    case = complain("Aliniomba hongo", lane=Lane.HELD)
    said = arrived(loaded_rt)
    office(case, Action.CLEAR, actor=Actor.TRIAGE, unit_id="EACC-I")
    assert (now_of(case).lane, now_of(case).quiet) == (Lane.CONFIDENTIAL, True)
    office(case, Action.RESOLVE)
    assert arrived(loaded_rt) == said


@pytest.mark.parametrize("unit", ["KRA-R", "CENTRAL-T"])
def test_a_confidential_case_goes_to_no_ordinary_desk(unit, complain, office, now_of, loaded_rt):
    with loaded_rt.transaction() as session:
        unit = registry.central_unit(session).id if unit == "CENTRAL-T" else unit
    case = complain(lane=Lane.CONFIDENTIAL, quiet=True)
    for _ in range(3):
        with pytest.raises(ActionNotAllowed, match="integrity desk"):
            office(case, Action.TRANSFER, "Yours", unit_id=unit)
    office(case, Action.TRANSFER, "Yours", unit_id="CAJ-I")
    assert (now_of(case).unit_id, now_of(case).lane) == ("CAJ-I", Lane.CONFIDENTIAL)


def test_the_third_transfer_goes_to_central_triage(complain, office, now_of, loaded_rt):
    case = complain()
    for unit in ("KRA-R", "DIS-R", "NPS-R"):
        office(case, Action.TRANSFER, "Not ours", unit_id=unit)
    with loaded_rt.transaction() as session:
        assert now_of(case).unit_id == registry.central_unit(session).id
    assert len([m for m in arrived(loaded_rt) if "has moved to" in m]) == 3


def test_a_missing_cell_is_counted_and_waits_at_central_triage(complain, all_of, loaded_rt):
    for _ in range(2):
        case = complain(service_id="water-fault")
    with loaded_rt.transaction() as session:
        assert case.unit_id == registry.central_unit(session).id
    (miss,) = all_of(RoutingMiss)
    assert (miss.service_id, miss.county_code, miss.times) == ("water-fault", 0, 2)
    assert "Our central desk" in arrived(loaded_rt)[0]


# --- Words ------------------------------------------------------------------------------------


@pytest.mark.parametrize("action", [Action.RESOLVE, Action.REJECT, Action.ASK])
@pytest.mark.parametrize(("text", "fault"), [("", "needs words"), ("x" * 301, "shorten it")])
def test_an_answer_has_words_and_they_fit_an_sms(action, text, fault, complain, office, all_of):
    case = complain()
    with pytest.raises(ActionNotAllowed, match=fault):
        office(case, action, text)
    assert events(all_of) == [Action.RECEIVE]


def test_not_upheld_needs_a_ground_of_the_list(complain, office, all_of):
    case = complain()
    with pytest.raises(ActionNotAllowed, match="choose one of outside_mandate, rules_followed"):
        office(case, Action.REJECT, "No fee was due", ground=None)
    assert events(all_of) == [Action.RECEIVE]
    office(case, Action.REJECT, "No fee was due", ground=Ground.NO_FACTS)
    rejected = next(e for e in all_of(CaseEvent) if e.action is Action.REJECT)
    assert rejected.data.items() >= {"text": "No fee was due", "ground": "no_facts"}.items()


def test_an_answer_is_an_acknowledgement_too_and_says_so_once(complain, office, all_of, loaded_rt):
    case = complain()
    before = len(arrived(loaded_rt))
    office(case, Action.RESOLVE, "Ready at counter 4")
    assert events(all_of) == [Action.RECEIVE, Action.ACKNOWLEDGE, Action.RESOLVE]
    (said,) = arrived(loaded_rt)[before:]
    assert "Ready at counter 4" in said


def test_an_expired_case_is_closed_from_that_moment(complain, office, now_of, clock, loaded_rt):
    case = complain()
    office(case, Action.RESOLVE)
    office(case, Action.EXPIRE, actor=Actor.CLOCK)
    closed = now_of(case)
    assert (closed.status, closed.closed_at) == (CaseStatus.CLOSED, loaded_rt.now())
    assert closed.outcome is Outcome.CLOSED_UNCONFIRMED
    assert closed.ask_after is None


def test_queued_words_are_sent_once_however_often_the_worker_runs(complain, loaded_rt):
    complain()
    assert [outbox.drain(loaded_rt) for _ in range(3)] == [1, 0, 0]
