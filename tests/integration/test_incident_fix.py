"""One answer to all, and "you said, we did": each case its own answer, each citizen one message."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from feedback_service import incidents, redress
from feedback_service.domain.cases import Action, Actor, CaseStatus, Outcome
from feedback_service.incidents import AlreadyFixed, NoSuchIncident, NoWords, Words
from feedback_service.models import (
    Case,
    Citizen,
    Conflict,
    IncidentCase,
    Message,
    MessageState,
    Role,
)
from feedback_service.models.privacy import Certainty
from feedback_service.redress import Act
from tests.desk_world import DeskWorld
from tests.handset import sms
from tests.integration.incidents_world import (
    cases_and_events,
    messages,
    now_of,
    officer,
    outage,
    phone,
    references,
)

pytestmark = pytest.mark.servers

BOTH = Words(
    "A new generator runs the ID system.", "Jenereta mpya inaendesha mfumo wa vitambulisho."
)


def speaks(rt: Any, case: Case, language: str) -> None:
    with rt.transaction() as session:
        session.get_one(Citizen, case.citizen_id).language = language


def gathered(world: DeskWorld, rt: Any, cases: list[Case]) -> Any:
    return incidents.gather(rt, officer(world), references(cases))


def arrive(rt: Any, clock: Any) -> None:
    """All that waits has left and arrived."""
    with rt.transaction() as session:
        session.execute(
            sa.update(Message)
            .where(Message.state == MessageState.QUEUED, Message.not_before_at <= clock())
            .values(state=MessageState.DELIVERED, sent_at=clock(), delivered_at=clock())
        )


def test_one_answer_reaches_every_reporter_about_their_own_case(world: DeskWorld, rt: Any) -> None:
    cases = outage(world)
    speaks(rt, cases[1], "sw")
    incident_id = gathered(world, rt, cases)
    report = incidents.act_on_all(rt, officer(world), incident_id, Action.RESOLVE, BOTH, "1")
    assert (report.done, report.refused, report.moved) == (references(cases), [], 0)
    told = {m.case_id: m.text for m in messages(rt, "sms-answered")}
    assert set(told) == {case.id for case in cases}
    assert ["generator" in told[c.id] for c in cases] == [True, False, True]
    assert "Jenereta" in told[cases[1].id]
    for case in cases:
        assert now_of(rt, case).status is CaseStatus.RESOLVED
        assert redress.spoken(case.reference) in told[case.id]


def test_the_same_sending_answers_once(world: DeskWorld, rt: Any) -> None:
    cases, viewer = outage(world), officer(world)
    incident_id = gathered(world, rt, cases)
    incidents.act_on_all(rt, viewer, incident_id, Action.ACKNOWLEDGE, Words(), "1")
    before = cases_and_events(rt)
    again = incidents.act_on_all(rt, viewer, incident_id, Action.ACKNOWLEDGE, Words(), "1")
    assert cases_and_events(rt) == before
    assert [refused.why for refused in again.refused] == ["already"] * 3


def test_what_cannot_be_done_is_left_and_said_why(world: DeskWorld, rt: Any) -> None:
    mine, answered, gone, shut = outage(world, 4)
    incident_id = gathered(world, rt, [mine, answered, gone, shut])
    redress.act(rt, answered.id, Act(Action.RESOLVE, Actor.OFFICER, "Come on Friday."))
    redress.act(rt, gone.id, Act(Action.TRANSFER, Actor.OFFICER, "Theirs", unit_id="DIS-R"))
    with rt.transaction() as session:
        row = session.get_one(Case, gone.id)
        row.service_point_id = row.host_id = None
    viewer = officer(world)
    report = incidents.act_on_all(rt, viewer, incident_id, Action.RESOLVE, BOTH, "1")
    assert report.done == references([mine, shut])
    assert [(r.reference, r.why) for r in report.refused] == [(answered.reference, "already")]
    assert report.moved == 1
    assert now_of(rt, gone).status is CaseStatus.RECEIVED


def test_what_is_shut_to_the_officer_is_neither_answered_nor_counted(
    world: DeskWorld, rt: Any
) -> None:
    named, *others = outage(world)
    incident_id, viewer = gathered(world, rt, [named, *others]), officer(world)
    with rt.transaction() as session:
        session.add(
            Conflict(
                case_id=named.id, staff_id=viewer.staff_id, certainty=Certainty.NAMED,
                how="citizen", at=rt.now(),
            )
        )  # fmt: skip
    report = incidents.act_on_all(rt, viewer, incident_id, Action.RESOLVE, BOTH, "1")
    assert (report.done, report.refused, report.moved) == (references(others), [], 0)
    assert now_of(rt, named).status is CaseStatus.RECEIVED
    with rt.transaction() as session:
        shown = incidents.open_incident(session, viewer, incident_id, rt.now())
    assert named.id not in {member.case.id for member in shown.members}
    assert shown.summary.citizens == 2


def test_an_answer_without_words_changes_nothing(world: DeskWorld, rt: Any) -> None:
    cases = outage(world)
    incident_id, before = gathered(world, rt, cases), cases_and_events(rt)
    report = incidents.act_on_all(rt, officer(world), incident_id, Action.RESOLVE, Words(), "1")
    assert report.done == []
    assert len(report.refused) == 3
    assert cases_and_events(rt) == before


NOBODY = [(Role.OFFICER, "DIS"), (Role.PERFORMANCE, "NRB"), (Role.AUDITOR, None)]


@pytest.mark.parametrize(("role", "at"), NOBODY, ids=[f"{role} {at}" for role, at in NOBODY])
def test_who_may_not_act_answers_and_mends_nothing(
    world: DeskWorld, rt: Any, role: Role, at: str | None
) -> None:
    incident_id = gathered(world, rt, outage(world))
    before, viewer = cases_and_events(rt), officer(world, role, at)
    with pytest.raises(NoSuchIncident):
        incidents.declare_fix(rt, viewer, incident_id, BOTH)
    if role is Role.PERFORMANCE:
        report = incidents.act_on_all(rt, viewer, incident_id, Action.RESOLVE, BOTH, "1")
        assert {refused.why for refused in report.refused} == {"not_yours"}
    else:
        with pytest.raises(NoSuchIncident):
            incidents.act_on_all(rt, viewer, incident_id, Action.RESOLVE, BOTH, "1")
    assert cases_and_events(rt) == before


def test_everybody_who_complained_hears_of_the_fix_once_in_their_language(
    world: DeskWorld, rt: Any, clock: Any
) -> None:
    cases = [*outage(world, 3), *outage(world, 1, first=10)]  # the first complained twice
    speaks(rt, cases[1], "sw")
    incident_id = gathered(world, rt, cases)
    clock.forward(hours=1)
    report = incidents.declare_fix(rt, officer(world), incident_id, BOTH)
    assert sorted(report.done) == sorted(references(cases))
    told = messages(rt, "sms-fixed")
    assert len(told) == len({m.citizen_id for m in told}) == 3
    assert sorted(m.language for m in told) == ["en", "en", "sw"]
    assert all(("Jenereta" in m.text) == (m.language == "sw") for m in told)
    assert messages(rt, "sms-answered") == []
    assert incidents.tell_the_rest(rt) == 0
    assert len(messages(rt, "sms-fixed")) == 3


def test_words_in_one_language_serve_all(world: DeskWorld, rt: Any, clock: Any) -> None:
    cases = outage(world, 2)
    speaks(rt, cases[1], "sw")
    incident_id = gathered(world, rt, cases)
    clock.forward(hours=1)
    incidents.declare_fix(rt, officer(world), incident_id, Words(en=BOTH.en))
    assert all(BOTH.en in message.text for message in messages(rt, "sms-fixed"))


def test_who_had_an_answer_before_is_told_too_and_asked_a_day_later(
    world: DeskWorld, rt: Any, clock: Any
) -> None:
    answered, waiting = outage(world, 2)
    redress.act(rt, answered.id, Act(Action.RESOLVE, Actor.OFFICER, "Come on Friday."))
    clock.forward(hours=1)
    redress.citizen_says(rt, answered.id, Act(Action.CONFIRM, Actor.CITIZEN))
    incident_id = gathered(world, rt, [answered, waiting])
    clock.forward(hours=1)
    declared = clock()
    incidents.declare_fix(rt, officer(world), incident_id, BOTH)
    assert {m.case_id for m in messages(rt, "sms-fixed")} == {answered.id, waiting.id}
    (better,) = messages(rt, "sms-better")
    assert better.case_id == answered.id
    assert better.expects_reply
    assert better.not_before_at >= declared + timedelta(hours=24)
    asked = now_of(rt, waiting).ask_after
    assert asked is not None
    assert asked >= declared + timedelta(hours=24)


REPLIES = [
    ("1", Outcome.CONFIRMED, CaseStatus.CLOSED),
    ("2", Outcome.DISPUTED, CaseStatus.ACKNOWLEDGED),
]


@pytest.mark.parametrize(("key", "outcome", "status"), REPLIES, ids=["better", "not better"])
def test_better_or_not_goes_to_the_citizen_s_own_case_and_to_no_other(
    world: DeskWorld,
    rt: Any,
    clock: Any,
    client: Any,
    key: str,
    outcome: Outcome,
    status: CaseStatus,
) -> None:
    mine, other = outage(world, 2)
    for case in (mine, other):
        redress.act(rt, case.id, Act(Action.RESOLVE, Actor.OFFICER, "Come on Friday."))
    incident_id = gathered(world, rt, [mine, other])
    clock.forward(hours=1)
    incidents.declare_fix(rt, officer(world), incident_id, BOTH)
    clock.forward(days=2)
    arrive(rt, clock)
    clock.forward(minutes=5)
    sms(client, key, number=phone(10))
    assert (now_of(rt, mine).outcome, now_of(rt, mine).status) == (outcome, status)
    assert now_of(rt, other).status is CaseStatus.RESOLVED
    with rt.transaction() as session:
        shown = incidents.open_incident(session, officer(world), incident_id, rt.now())
    assert shown.votes == incidents.Votes(int(key == "1"), int(key == "2"), 1)


def test_the_office_that_mended_it_is_named_also_where_another_has_the_case(
    world: DeskWorld, rt: Any, clock: Any
) -> None:
    moved, kept = outage(world, 2)
    incident_id = gathered(world, rt, [moved, kept])
    redress.act(rt, moved.id, Act(Action.TRANSFER, Actor.OFFICER, "Theirs", unit_id="DIS-R"))
    redress.act(rt, moved.id, Act(Action.RESOLVE, Actor.OFFICER, "Come on Friday."))
    clock.forward(hours=1)
    incidents.declare_fix(rt, officer(world), incident_id, BOTH)
    told = {m.case_id: m.text for m in messages(rt, "sms-fixed")}
    assert set(told) == {moved.id, kept.id}
    assert all("Registration Bureau" in text for text in told.values())
    assert messages(rt, "sms-better") == [], "the other office's answer is asked about as its own"


def test_a_fix_is_declared_once(world: DeskWorld, rt: Any, clock: Any) -> None:
    incident_id = gathered(world, rt, outage(world))
    clock.forward(hours=1)
    incidents.declare_fix(rt, officer(world), incident_id, BOTH)
    with pytest.raises(AlreadyFixed):
        incidents.declare_fix(rt, officer(world), incident_id, Words("Again mended."))
    assert len(messages(rt, "sms-fixed")) == 3


@pytest.mark.parametrize("words", [Words(), Words(" ", ""), Words("x"), Words("y" * 301)])
def test_a_fix_needs_words_that_fit_a_message(world: DeskWorld, rt: Any, words: Words) -> None:
    incident_id = gathered(world, rt, outage(world))
    before = cases_and_events(rt)
    with pytest.raises(NoWords):
        incidents.declare_fix(rt, officer(world), incident_id, words)
    assert cases_and_events(rt) == before


def test_who_joins_later_hears_of_a_fix_after_their_complaint_and_of_no_other(
    world: DeskWorld, rt: Any, clock: Any
) -> None:
    cases, late = outage(world, 2), world.case("System down at GPO", phone=phone(30))
    incident_id = gathered(world, rt, cases)
    clock.forward(hours=1)
    incidents.declare_fix(rt, officer(world), incident_id, BOTH)
    with rt.transaction() as session:
        session.add(IncidentCase(incident_id=incident_id, case_id=late.id, joined_at=rt.now()))
    clock.forward(hours=1)
    after = world.case("System down at GPO again", phone=phone(31))
    with rt.transaction() as session:
        session.add(IncidentCase(incident_id=incident_id, case_id=after.id, joined_at=rt.now()))
    assert incidents.tell_the_rest(rt) == 1
    told = {m.case_id for m in messages(rt, "sms-fixed")}
    assert late.id in told
    assert after.id not in told


def test_quiet_cases_and_numbers_that_fell_silent_are_sent_nothing(
    world: DeskWorld, rt: Any, clock: Any
) -> None:
    loud, quiet, silent = outage(world, 3)
    with rt.transaction() as session:
        session.get_one(Case, quiet.id).quiet = True
    incident_id = gathered(world, rt, [loud, quiet, silent])
    clock.forward(days=200)
    with rt.transaction() as session:
        session.get_one(Citizen, loud.citizen_id).heard_at = rt.now()
    incidents.declare_fix(rt, officer(world), incident_id, BOTH)
    assert {m.case_id for m in messages(rt, "sms-fixed")} == {loud.id}
    assert now_of(rt, quiet).status is CaseStatus.RESOLVED
