"""Flags raised from the rows of a quarter, once; reviewed outside the body; figures three ways."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from analytics.integrity import Signal
from feedback_service import audit
from feedback_service.domain.cases import Action, Actor, CaseStatus, Outcome
from feedback_service.domain.information import Handling
from feedback_service.domain.periods import Period
from feedback_service.models import (
    AuditLine,
    Case,
    CaseEvent,
    Flag,
    Message,
    MessageState,
    Role,
    StaffPhone,
    Stop,
    new_id,
)
from feedback_service.redress import kinds
from feedback_service.scoring import flags
from feedback_service.scoring.flags import NotReviewed, Reviewed
from tests.integration.scoring_planting import a_case, a_citizen, a_rating

pytestmark = pytest.mark.servers

LAST = Period.parse("FY2025/26-Q2")
MIDDLE = datetime(2025, 11, 12, 7, 0, tzinfo=UTC)


def events(case: Case, *told: tuple[Action, Actor, datetime, dict[str, Any]]) -> list[CaseEvent]:
    return [
        CaseEvent(
            case_id=case.id, number=number, action=action, actor=actor, at=at, data=data,
            previous="", hash=f"{case.id}:{number}",
        )
        for number, (action, actor, at, data) in enumerate(told, 1)
    ]  # fmt: skip


def plant_cases(rt: Any, many: int, rejected: int) -> None:
    """So many answered cases of the ID service, some of them refused in words of their own."""
    with rt.transaction() as session:
        for number in range(many):
            due = MIDDLE + timedelta(hours=number)
            no = number < rejected
            case = a_case(
                5000 + number, id=new_id(), due_at=due, received_at=due - timedelta(days=7),
                received_on=due.date(), acknowledge_due_at=due, acknowledged_at=due,
                resolved_at=due - timedelta(days=1), category="delay",
                status=CaseStatus.REJECTED if no else CaseStatus.CLOSED,
                outcome=Outcome.NOT_UPHELD if no else Outcome.CONFIRMED,
            )  # fmt: skip
            session.add(case)
            session.flush()  # events point at their case
            how = Action.REJECT if no else Action.RESOLVE
            said = {"text": " ".join(f"w{(number + 1) * n % 97}x" for n in range(3, 15))}
            session.add_all(
                events(
                    case,
                    (Action.RECEIVE, Actor.CITIZEN, case.received_at, {}),
                    (how, Actor.OFFICER, due - timedelta(days=1), said),
                )
            )


def all_flags(rt: Any) -> list[Flag]:
    with rt.transaction() as session:
        return list(session.query(Flag).order_by(Flag.kind, Flag.subject))


def test_an_office_that_refuses_too_much_is_flagged_once(world: Any, rt: Any) -> None:
    plant_cases(rt, many=120, rejected=60)
    assert flags.raise_flags(rt) == 1
    assert flags.raise_flags(rt) == 0
    (flag,) = all_flags(rt)
    assert (flag.kind, flag.institution_id, flag.unit_id) == (Signal.REJECTED, "NRB", "NRB-R")
    assert flag.period == LAST.label
    assert flag.records == len(flag.detail["records"]) == 60
    assert flag.detail["figures"]["hits"] == 60
    assert flag.detail["figures"]["of"] == 120


def test_an_honest_office_is_not_flagged(world: Any, rt: Any) -> None:
    plant_cases(rt, many=120, rejected=8)
    assert flags.raise_flags(rt) == 0


def test_ten_working_days_are_given_for_the_review(world: Any, rt: Any) -> None:
    plant_cases(rt, many=120, rejected=60)
    flags.raise_flags(rt)
    (flag,) = all_flags(rt)
    assert flag.raised_at == rt.now()
    assert timedelta(days=13) < flag.due_at - rt.now() < timedelta(days=18)


def test_ratings_from_a_phone_of_the_staff_are_flagged(world: Any, rt: Any) -> None:
    with rt.transaction() as session:
        person = a_citizen(session)
        lookup = session.connection().exec_driver_sql("select lookup from citizens").scalar()
        session.add(StaffPhone(institution_id="NRB", lookup=lookup, entered_at=MIDDLE))
        session.add(a_rating(citizen_id=person, given_at=MIDDLE, score=5))
        session.add(a_rating(given_at=MIDDLE, score=2))
    assert flags.raise_flags(rt) == 1
    (flag,) = all_flags(rt)
    assert flag.kind == Signal.STAFF_PHONE
    assert flag.detail["figures"] == {"hits": 1, "of": 2, "phones": 1, "mean": 5}


def test_a_phone_that_rates_all_week_is_flagged_without_its_first_rating(
    world: Any, rt: Any
) -> None:
    with rt.transaction() as session:
        person = a_citizen(session)
        for day in range(8):
            at = MIDDLE + timedelta(days=day / 2)
            session.add(a_rating(citizen_id=person, given_at=at, score=5))
    flags.raise_flags(rt)
    (flag,) = all_flags(rt)
    assert (flag.kind, flag.records) == (Signal.SIM_BURST, 7)


def test_figures_are_read_with_and_without_and_the_worse_one_stands(world: Any, rt: Any) -> None:
    plant_cases(rt, many=120, rejected=60)
    flags.raise_flags(rt)
    (flag,) = all_flags(rt)
    with rt.transaction() as session:
        read = flags.figures(rt, session, "NRB", LAST, [flag])["resolved"]
    assert (read.counted.value, read.without.value) == (1.0, 0.5)
    assert read.stands.value == 0.5
    assert read.stands.n == 120, "no complaint is left out"


@pytest.mark.parametrize(("stands", "value"), [(True, 0.5), (False, 1.0)])
def test_the_review_decides_which_reading_stands(
    world: Any, rt: Any, stands: bool, value: float
) -> None:
    plant_cases(rt, many=120, rejected=60)
    flags.raise_flags(rt)
    auditor = world.staff(Role.AUDITOR, None)
    flags.review(rt, Reviewed(all_flags(rt)[0].id, auditor.id, None, stands, "Read them all."))
    (flag,) = all_flags(rt)
    with rt.transaction() as session:
        read = flags.figures(rt, session, "NRB", LAST, [flag])["resolved"]
        line = session.query(AuditLine).one()
        assert audit.check(session) == 1
    assert read.stands.value == value
    assert (line.what, line.data["stands"]) == ("flag.review", stands)


def test_what_a_reviewer_found_usual_for_a_desk_is_not_flagged_again(world: Any, rt: Any) -> None:
    plant_cases(rt, many=120, rejected=60)
    flags.raise_flags(rt)
    auditor = world.staff(Role.AUDITOR, None)
    flags.review(rt, Reviewed(all_flags(rt)[0].id, auditor.id, None, False, "A tribunal refuses."))
    with rt.transaction() as session:
        session.execute(Flag.__table__.update().values(period="FY2024/25-Q1"))
    assert flags.raise_flags(rt) == 0


@pytest.mark.parametrize(
    ("works_for", "reason", "why"),
    [("NRB", "Read them all.", "own-body"), (None, "no", "reason-missing")],
)
def test_a_review_needs_an_outsider_and_a_reason(
    world: Any, rt: Any, works_for: str | None, reason: str, why: str
) -> None:
    plant_cases(rt, many=120, rejected=60)
    flags.raise_flags(rt)
    someone = world.staff(Role.AUDITOR, works_for)
    (flag,) = all_flags(rt)
    with pytest.raises(NotReviewed) as refused:
        flags.review(rt, Reviewed(flag.id, someone.id, works_for, True, reason))
    assert refused.value.why == why
    assert all_flags(rt)[0].reviewed_at is None


def test_a_flag_is_reviewed_once(world: Any, rt: Any) -> None:
    plant_cases(rt, many=120, rejected=60)
    flags.raise_flags(rt)
    auditor = world.staff(Role.AUDITOR, None)
    what = Reviewed(all_flags(rt)[0].id, auditor.id, None, True, "Read them all.")
    flags.review(rt, what)
    with pytest.raises(NotReviewed):
        flags.review(rt, what)


def test_invented_records_are_not_looked_at_beside_real_ones(world: Any, rt: Any) -> None:
    plant_cases(rt, many=120, rejected=60)
    with rt.transaction() as session:
        session.execute(Case.__table__.update().values(simulated=True))
    assert flags.raise_flags(rt) == 1, "where there are no others"
    with rt.transaction() as session:
        session.add(a_case(1, received_at=MIDDLE, due_at=MIDDLE, resolved_at=MIDDLE))
        session.execute(Flag.__table__.delete())
    assert flags.raise_flags(rt) == 0


def test_figures_of_real_records_take_nothing_from_invented_ones(world: Any, rt: Any) -> None:
    plant_cases(rt, many=120, rejected=60)
    with rt.transaction() as session:
        session.execute(Case.__table__.update().values(simulated=True))
    flags.raise_flags(rt)
    with rt.transaction() as session:
        session.add(a_case(1, received_at=MIDDLE, due_at=MIDDLE, resolved_at=MIDDLE))
    with rt.transaction() as session:
        read = flags.figures(rt, session, "NRB", LAST, all_flags(rt))["resolved"]
    assert [(one.n, one.value) for one in (read.counted, read.without, read.stands)] == [(1, 1)] * 3


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


def plant_changes_of_kind(rt: Any, opened: Handling, into: Handling, proposed: bool) -> None:
    """A hundred cases; thirty were opened as one kind, called another, and answered by its date."""
    with rt.transaction() as session:
        for number in range(100):
            due, changed = MIDDLE + timedelta(hours=number), number < 30
            first = opened if changed else Handling.COMPLAINT
            kind = into if changed and not proposed else first
            case = a_case(
                9000 + number, id=new_id(), received_at=due - timedelta(days=21), due_at=due,
                received_on=due.date(), acknowledge_due_at=due, category="delay", kind=kind.kind,
                resolved_at=due - timedelta(days=1), status=CaseStatus.RESOLVED,
            )  # fmt: skip
            session.add(case)
            session.flush()  # events point at their case
            owed = kinds.as_data(kinds.promises(None, first))
            told = [
                (Action.RECEIVE, Actor.CITIZEN, case.received_at,
                 {"handling": first.value, "promise": owed}),
            ]  # fmt: skip
            if changed:
                says = {"handling": into.value, **({"proposed": True} if proposed else {
                    "promise": kinds.as_data(kinds.promises(None, into))})}  # fmt: skip
                told.append((Action.RECLASSIFY, Actor.OFFICER, case.received_at, says))
            session.add_all(events(case, *told))


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
