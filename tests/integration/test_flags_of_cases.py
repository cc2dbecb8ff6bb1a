"""What of a case raises a flag: contact, moves to others, changes of kind, and what does not."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from analytics.integrity import Signal
from feedback_service.domain.cases import Action, Actor, CaseStatus, Outcome
from feedback_service.domain.information import Handling
from feedback_service.models import (
    Case,
    Message,
    MessageState,
    Stop,
    new_id,
)
from feedback_service.scoring import flags
from tests.integration.flags_planting import (
    LAST,
    MIDDLE,
    all_flags,
    events,
    plant_cases,
    plant_changes_of_kind,
)
from tests.integration.scoring_planting import a_case, a_citizen

pytestmark = pytest.mark.servers


@pytest.mark.parametrize(("stopped", "flagged"), [(False, [Signal.NO_CONTACT]), (True, [])])
def test_closing_without_a_message_is_seen_unless_the_citizen_wants_none(
    world: Any, rt: Any, stopped: bool, flagged: list[Signal]
) -> None:
    plant_cases(rt, many=60, rejected=0)
    with rt.transaction() as session:
        person = a_citizen(session)
        if stopped:
            session.add(Stop(citizen_id=person, channel="africastalking-sms", at=MIDDLE))
        silent = {"citizen_id": person, "outcome": Outcome.CLOSED_UNCONFIRMED}
        session.execute(Case.__table__.update().values(**silent))
    flags.raise_flags(rt)
    assert [flag.kind for flag in all_flags(rt)] == flagged


def test_an_answer_that_left_for_the_citizen_is_contact(world: Any, rt: Any) -> None:
    plant_cases(rt, many=60, rejected=0)
    with rt.transaction() as session:
        person = a_citizen(session)
        silent = {"citizen_id": person, "outcome": Outcome.CLOSED_UNCONFIRMED}
        session.execute(Case.__table__.update().values(**silent))
        for case in session.query(Case):
            at = case.resolved_at
            session.add(
                Message(
                    key=f"m:{case.id}", citizen_id=person, case_id=case.id, channel="twilio-sms",
                    wording="sms-answered", language="en", text="-", not_before_at=at,
                    state=MessageState.DELIVERED, created_at=at, delivered_at=at,
                )
            )  # fmt: skip
    assert flags.raise_flags(rt) == 0


def test_a_case_passed_on_late_counts_with_whoever_had_it_first(world: Any, rt: Any) -> None:
    with rt.transaction() as session:
        for number in range(100):
            due = MIDDLE + timedelta(hours=number)
            gone = number < 30
            case = a_case(
                7000 + number, id=new_id(), due_at=due, received_at=due - timedelta(days=7),
                received_on=due.date(), acknowledge_due_at=due, category="delay",
                institution_id="DIS" if gone else "NRB", unit_id="DIS-R" if gone else "NRB-R",
                resolved_at=None if gone else due, status=CaseStatus.ACKNOWLEDGED,
            )  # fmt: skip
            session.add(case)
            session.flush()  # events point at their case
            told = [(Action.RECEIVE, Actor.CITIZEN, case.received_at, {})]
            if gone:
                moved = {"from": "NRB-R", "holder": "DIS-R", "text": "Not ours."}
                told.append((Action.TRANSFER, Actor.OFFICER, due - timedelta(days=1), moved))
            session.add_all(events(case, *told))
    flags.raise_flags(rt)
    found = [flag for flag in all_flags(rt) if flag.kind == Signal.TRANSFERRED]
    assert {flag.institution_id for flag in found} == {"NRB"}
    with rt.transaction() as session:
        read = flags.figures(rt, session, "NRB", LAST, found)["resolved"]
    assert (read.counted.n, read.counted.value) == (70, 1.0)
    assert (read.stands.n, read.stands.value) == (100, 0.7)


@pytest.mark.parametrize(
    ("opened", "into", "proposed"),
    [
        (Handling.COMPLAINT, Handling.INFORMATION, True),
        (Handling.INFORMATION, Handling.COMPLAINT, True),
        (Handling.INFORMATION, Handling.LIFE_OR_LIBERTY, False),
    ],
    ids=["only proposed", "the way back proposed", "a request all along"],
)
def test_what_was_not_turned_from_a_complaint_is_not_called_relabelled(
    world: Any, rt: Any, opened: Handling, into: Handling, proposed: bool
) -> None:
    plant_changes_of_kind(rt, opened, into, proposed)
    assert flags.raise_flags(rt) == 0


def test_complaints_made_requests_are_read_by_the_date_they_were_opened_with(
    world: Any, rt: Any
) -> None:
    plant_changes_of_kind(rt, Handling.COMPLAINT, Handling.INFORMATION, proposed=False)
    flags.raise_flags(rt)
    (flag,) = all_flags(rt)
    assert (flag.kind, flag.records) == (Signal.RELABELLED, 30)
    with rt.transaction() as session:
        read = flags.figures(rt, session, "NRB", LAST, [flag])["resolved_in_time"]
    assert (read.counted.value, read.stands.value) == (1.0, 0.7)
