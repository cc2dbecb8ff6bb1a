"""One's own case by dialling: taken higher, who looked at it, nothing of it on a sold number."""

import pytest
import sqlalchemy as sa

from feedback_service.models import Case, Citizen
from tests.handset import spoken

pytestmark = pytest.mark.usefixtures("loaded_rt")


def test_an_appeal_climbs_one_rung_at_once_and_says_who_answers_now(
    complain, dial, clock, all_of, loaded_rt
):
    case = complain()
    _, screen = dial("1", "5", "1")
    assert "Take it higher" not in screen
    clock.set(case.due_at)
    clock.forward(minutes=1)
    phone, screen = dial("1", "5", "1")
    assert "5 Take it higher" in screen
    end = phone.keys("5")
    assert end == (
        f"END Done: {spoken(case.reference)} has gone up. Now the supervisor must answer."
    )
    assert phone.send(phone.text) == end
    assert all_of(Case)[0].level == 1


def test_the_citizen_hears_who_looked_and_when_last(complain, dial, loaded_rt):
    from feedback_service import staff
    from feedback_service.models import Look, Role

    case = complain()
    with loaded_rt.transaction() as session:
        officer, _ = staff.add(
            session, "officer@immigration.example", Role.OFFICER, loaded_rt.now(),
            institution_id="DIS",
        )  # fmt: skip
        session.add_all(
            Look(staff_id=officer.id, case_id=case.id, what="case", at=loaded_rt.now())
            for _ in range(3)
        )
    _, screen = dial("1", "5", "1", "4")
    assert f"{spoken(case.reference)}: staff opened it 3 times, last on Mon 2 Mar." in screen


def test_who_bought_a_number_that_fell_silent_finds_none_of_its_cases(
    complain, dial, clock, loaded_rt
):
    case = complain()
    with loaded_rt.transaction() as session:
        session.execute(sa.update(Citizen).values(heard_at=clock()))
    clock.forward(days=181)
    phone, screen = dial("1", "5")
    assert screen.startswith("CON No cases from this number.")
    assert phone.keys(case.reference).startswith(f"CON {spoken(case.reference)}: received. To open")
