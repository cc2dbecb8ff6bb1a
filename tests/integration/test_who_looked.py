"""Who looked: told to the number that filed the case, and to no other."""

import pytest
import sqlalchemy as sa

from feedback_service import staff
from feedback_service.models import Look, Role, Staff, Unsealing
from tests.handset import ME, OTHER, arrived, sms, spoken


def _look(rt, case, times):
    with rt.transaction() as session:
        officer, _ = staff.add(
            session, "officer@immigration.example", Role.OFFICER, rt.now(), institution_id="DIS"
        )
        session.add_all(
            Look(staff_id=officer.id, case_id=case.id, what="case", at=rt.now())
            for _ in range(times)
        )


@pytest.mark.parametrize("word", ["WHO", "nani"])
def test_the_citizen_hears_how_often_staff_opened_the_case(word, client, loaded_rt, case):
    _look(loaded_rt, case, 3)
    sms(client, f"{word} {case.reference}", ME)
    said = arrived(loaded_rt, ME)[-1]
    assert spoken(case.reference) in said
    assert " 3 " in said


def test_a_case_nobody_opened_says_so(client, loaded_rt, case):
    sms(client, f"WHO {case.reference}", ME)
    assert "Nobody" in arrived(loaded_rt, ME)[-1]


def test_another_number_hears_nothing_of_it(client, loaded_rt, case):
    _look(loaded_rt, case, 3)
    sms(client, f"WHO {case.reference}", OTHER)
    assert "not known" in arrived(loaded_rt, OTHER)[-1]


def test_a_number_that_was_shown_is_told_with_office_and_reason(client, loaded_rt, case):
    _look(loaded_rt, case, 3)
    with loaded_rt.transaction() as session:
        officer = session.scalars(sa.select(Staff)).one()
        session.add(
            Unsealing(
                case_id=case.id, citizen_id=case.citizen_id, reason="court: ordered so",
                asked_by_id=officer.id, asked_at=loaded_rt.now(), granted=True,
                decided_by_id=officer.id, looked_at=loaded_rt.now(),
            )
        )  # fmt: skip
    sms(client, f"WHO {case.reference}", ME)
    said = arrived(loaded_rt, ME)[-1]
    assert "shown to Immigration" in said
    assert "a court order" in said
