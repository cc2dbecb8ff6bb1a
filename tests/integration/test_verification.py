"""The random call-back: drawn once, by lot, and called by people outside the institution."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from feedback_service import audit, outbox, verification
from feedback_service.domain.cases import CaseStatus, Lane, Outcome
from feedback_service.domain.periods import Period
from feedback_service.models import CallBack, CallResult, Case, Draw, Look, Message, Role, Staff
from feedback_service.staff import Viewer
from feedback_service.verification import NothingToDraw, NotYours
from tests.desk_world import DeskWorld
from tests.handset import ME, sms

pytestmark = pytest.mark.servers

QUARTER = Period(2025, 3)  # January to March 2026


def over(
    world: DeskWorld, many: int = 1, outcome: Outcome = Outcome.CLOSED_UNCONFIRMED, **more: Any
) -> list[Case]:
    """So many cases that came to an end yesterday, each another person's."""
    with world.rt.transaction() as session:
        start = session.scalar(sa.select(sa.func.count(Case.id))) or 0
    phones = [f"+2547120{start + n:05}" for n in range(many)]
    cases = [world.case(**({"phone": phone} | more)) for phone in phones]
    with world.rt.transaction() as session:
        for case in cases:
            row = session.get_one(Case, case.id)
            row.status, row.outcome = CaseStatus.CLOSED, outcome
            row.due_at = row.first_due_at = row.resolved_at = world.rt.now() - timedelta(days=2)
            row.closed_at = world.rt.now() - timedelta(days=1)
    return cases


def viewer(world: DeskWorld, role: Role = Role.ANALYST, institution: str | None = None) -> Viewer:
    colleague = world.staff(role, institution)
    with world.rt.transaction() as session:
        row = session.get_one(Staff, colleague.id)
        return Viewer(row.id, row.name, frozenset({role}), institution, None, None, "en")


def rows(rt: Any, model: Any) -> Sequence[Any]:
    with rt.transaction() as session:
        return session.scalars(sa.select(model)).all()


def drawn(world: DeskWorld, clock: Any) -> None:
    """A draw of today, and the next morning, when its calls begin."""
    verification.draw_quarter(world.rt, QUARTER, "a seed")
    clock.forward(days=1)


def test_a_draw_is_published_and_comes_out_the_same_again(world: DeskWorld, rt: Any) -> None:
    over(world, 70)
    over(world, 20, Outcome.CONFIRMED)
    (made,) = verification.draw_quarter(rt, QUARTER, "a seed")
    assert made.groups == {"silent": 70, "confirmed": 20}
    assert made.taken == {"silent": 60, "confirmed": 12}
    with rt.transaction() as session:
        line = next(line for line in audit.lines(session) if line.what == "call-back.draw")
        assert line.data["frame"] == made.frame_hash
        assert "a seed" not in line.data.values()
        assert line.data["seed_given"] is True
        checked = verification.check(session, "NRB", QUARTER, made.closed_before)
    assert (checked.frame_is_whole, checked.same_cases) == (True, True)


def test_a_swapped_case_or_a_changed_frame_is_found_out(world: DeskWorld, rt: Any) -> None:
    over(world, 65)
    (made,) = verification.draw_quarter(rt, QUARTER, "a seed")
    with rt.transaction() as session:
        row = session.scalars(sa.select(CallBack)).first()
        assert row
        session.delete(row)
        session.scalars(sa.select(Draw)).one().frame_hash = "0" * 64
    with rt.transaction() as session:
        checked = verification.check(session, "NRB", QUARTER, made.closed_before)
    assert (checked.frame_is_whole, checked.same_cases) == (False, False)


def test_nobody_is_drawn_twice_and_a_day_has_one_draw(world: DeskWorld, rt: Any) -> None:
    over(world, 3)
    verification.draw_quarter(rt, QUARTER)
    with pytest.raises(NothingToDraw):
        verification.draw_quarter(rt, QUARTER)
    assert len(rows(rt, CallBack)) == 3


def test_the_clock_draws_once_a_month_what_was_over_before_it(
    world: DeskWorld, rt: Any, clock: Any
) -> None:
    over(world, 2)
    assert verification.draw_due(rt) == []  # they came to an end this month
    clock.forward(days=31)
    assert sum(sum(one.taken.values()) for one in verification.draw_due(rt)) == 2
    with rt.transaction() as session:
        line = next(line for line in audit.lines(session) if line.what == "call-back.draw")
        assert line.data["seed_given"] is False
    assert verification.draw_due(rt) == []


LEFT_OUT: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("a quiet case", {"quiet": True}, {}),
    ("one without a number", {"phone": None}, {}),
    ("a held one", {"lane": Lane.HELD}, {}),
    ("an invented one", {"simulated": True}, {}),
    ("one still open", {}, {"status": CaseStatus.ACKNOWLEDGED, "closed_at": None}),
    ("one of another quarter", {}, {"first_due_at": None}),
]


@pytest.mark.parametrize(
    ("opened", "changed"), [row[1:] for row in LEFT_OUT], ids=[row[0] for row in LEFT_OUT]
)
def test_the_lot_never_takes(
    world: DeskWorld, rt: Any, clock: Any, opened: dict[str, Any], changed: dict[str, Any]
) -> None:
    (case,) = over(world, 1, **opened)
    with rt.transaction() as session:
        row = session.get_one(Case, case.id)
        for name, value in changed.items():
            setattr(row, name, value or (None if name == "closed_at" else clock.time.replace(
                year=2025)))  # fmt: skip
    with pytest.raises(NothingToDraw):
        verification.draw_quarter(rt, QUARTER)


def test_a_person_with_two_cases_is_called_about_one(world: DeskWorld, rt: Any) -> None:
    over(world, 2, phone=ME)
    (made,) = verification.draw_quarter(rt, QUARTER)
    assert (made.groups, made.taken) == ({"silent": 2}, {"silent": 1})


# --- calling ------------------------------------------------------------------------------------


def test_a_caller_holds_one_case_and_the_look_is_written_down(
    world: DeskWorld, rt: Any, clock: Any
) -> None:
    cases = over(world, 2)
    drawn(world, clock)
    one, two = viewer(world), viewer(world)
    first, second = verification.next_call(rt, one), verification.next_call(rt, two)
    assert first
    assert second
    assert {first.case_id, second.case_id} == {case.id for case in cases}
    assert verification.next_call(rt, one) == first
    assert first.number.startswith("+2547120")
    assert [look.what for look in rows(rt, Look)] == ["called", "called"]


def test_who_looks_at_the_page_or_takes_a_case_leaves_the_others_to_the_next_caller(
    world: DeskWorld, rt: Any, clock: Any
) -> None:
    over(world, 2)
    drawn(world, clock)
    one, two, three = viewer(world), viewer(world), viewer(world)
    with rt.transaction() as session:
        assert verification.progress(rt, session, one).ready == 2
        assert verification.next_call(rt, two)
        assert verification.next_call(rt, three)


def test_a_number_is_before_a_caller_for_half_an_hour(
    world: DeskWorld, rt: Any, clock: Any
) -> None:
    over(world, 1)
    drawn(world, clock)
    who = viewer(world)
    call = verification.next_call(rt, who)
    assert call
    clock.forward(minutes=31)
    with pytest.raises(NotYours):
        verification.record(rt, who, call.case_id, CallResult.SOLVED)
    with rt.transaction() as session:
        assert verification.held(rt, session, who) is None
    assert verification.next_call(rt, viewer(world))


OUTSIDE = [
    ("an analyst of nobody", Role.ANALYST, None, True),
    ("an overseer elsewhere", Role.OVERSIGHT, "EACC", True),
    ("the institution's own people", Role.ANALYST, "NRB", False),
    ("the host's people", Role.ANALYST, "HKS", False),
]


@pytest.mark.parametrize(
    ("role", "institution", "may"), [row[1:] for row in OUTSIDE], ids=[row[0] for row in OUTSIDE]
)
def test_only_people_outside_the_institution_call(
    world: DeskWorld, rt: Any, clock: Any, role: Role, institution: str | None, may: bool
) -> None:
    over(world, 1, place_id="NRC-001", county=47)
    drawn(world, clock)
    assert bool(verification.next_call(rt, viewer(world, role, institution))) is may


def test_nobody_is_called_at_night_on_a_sunday_or_on_the_day_of_the_draw(
    world: DeskWorld, rt: Any, clock: Any
) -> None:
    over(world, 1)
    verification.draw_quarter(rt, QUARTER)
    who = viewer(world)
    assert verification.next_call(rt, who) is None
    clock.forward(hours=14)  # 23:00
    assert verification.next_call(rt, who) is None
    clock.forward(days=5, hours=12)  # Sunday, 11:00
    assert verification.next_call(rt, who) is None
    clock.forward(days=1)
    assert verification.next_call(rt, who)


def test_no_answer_is_tried_three_times_on_three_days_at_other_hours(
    world: DeskWorld, rt: Any, clock: Any
) -> None:
    over(world, 1)
    drawn(world, clock)
    who, days = viewer(world), set()
    for attempt in (1, 2, 3):
        clock.set(max(clock(), rows(rt, CallBack)[0].next_at))
        call = verification.next_call(rt, who)
        assert call
        days.add(clock().date())
        last = verification.record(rt, who, call.case_id, CallResult.NO_ANSWER)
        assert last is (attempt == 3)
        assert verification.next_call(rt, who) is None
    (row,) = rows(rt, CallBack)
    assert (len(days), row.attempts, row.result) == (3, 3, CallResult.NO_ANSWER)


@pytest.mark.parametrize("result", list(CallResult))
def test_no_result_changes_a_case(
    world: DeskWorld, rt: Any, clock: Any, result: CallResult
) -> None:
    (case,) = over(world, 1)
    drawn(world, clock)
    who = viewer(world)
    call = verification.next_call(rt, who)
    assert call
    verification.record(rt, who, call.case_id, result)
    (after,) = rows(rt, Case)
    assert (after.status, after.outcome) == (CaseStatus.CLOSED, Outcome.CLOSED_UNCONFIRMED)
    asked = [row for row in rows(rt, Message) if row.wording == "sms-called"]
    assert len(asked) == (result is CallResult.NOT_SOLVED)
    assert after.reference == case.reference


def test_who_says_not_solved_opens_the_case_with_a_key_of_their_own(
    world: DeskWorld, rt: Any, clock: Any, client: Any
) -> None:
    (case,) = over(world, 1, phone=ME)
    drawn(world, clock)
    who = viewer(world)
    call = verification.next_call(rt, who)
    assert call
    verification.record(rt, who, call.case_id, CallResult.NOT_SOLVED)
    outbox.drain(rt)
    sms(client, "2", ME)
    (after,) = rows(rt, Case)
    assert (after.id, after.status) == (case.id, CaseStatus.ACKNOWLEDGED)
    assert after.outcome is Outcome.DISPUTED


def test_a_person_rests_a_week_between_two_calls(world: DeskWorld, rt: Any, clock: Any) -> None:
    over(world, 1, phone=ME)
    over(world, 1, phone=ME, service_id="passport")  # another institution's draw
    drawn(world, clock)
    who = viewer(world)
    call = verification.next_call(rt, who)
    assert call
    verification.record(rt, who, call.case_id, CallResult.SOLVED)
    assert verification.next_call(rt, who) is None
    clock.forward(days=7, hours=1)
    assert verification.next_call(rt, who)


def test_a_case_that_became_confidential_is_called_no_more(
    world: DeskWorld, rt: Any, clock: Any
) -> None:
    (case,) = over(world, 1)
    drawn(world, clock)
    with rt.transaction() as session:
        session.get_one(Case, case.id).lane = Lane.CONFIDENTIAL
    assert verification.next_call(rt, viewer(world)) is None
