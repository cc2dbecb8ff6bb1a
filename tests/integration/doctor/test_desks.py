"""The doctor on desks and settings: on a service that works nothing fails, what lacks is named."""

import pytest

from feedback_service import registry, staff
from feedback_service.doctor import State
from feedback_service.models import (
    Role,
)
from tests.integration.doctor.conftest import settings_with, told

WARN = State.WARN


def test_a_staffed_service_on_this_machine_fails_nothing(staffed):
    assert told(staffed, State.FAIL) == ""


def test_an_empty_service_lacks_its_registry(rt):
    assert "No registry" in told(rt, State.FAIL)
    assert "feedback load" in told(rt, State.FAIL)


def test_an_empty_central_triage_fails_until_somebody_works_there(rt, own_registry):
    assert "Nobody works at central triage" in told(rt, State.FAIL)
    with rt.transaction() as session:
        staff.add(session, "a@office.go.ke", Role.AUDITOR, rt.now(), institution_id="CENTRAL")
    assert "Nobody works at central triage" in told(rt, State.FAIL)
    with rt.transaction() as session:
        staff.add(session, "o@office.go.ke", Role.OFFICER, rt.now(), institution_id="CENTRAL")
    assert told(rt, State.FAIL) == ""
    with rt.transaction() as session:
        staff.disable(session, "o@office.go.ke", rt.now())
    assert "Nobody works at central triage" in told(rt, State.FAIL)


def test_an_integrity_desk_nobody_reads_is_a_warning(staffed):
    assert "confidential reports" not in told(staffed, WARN)
    with staffed.transaction() as session:
        staff.disable(session, "p2@office.go.ke", staffed.now())
    assert "Nobody reads confidential reports at EACC" in told(staffed, WARN)


def test_an_integrity_desk_that_is_chosen_and_not_there_is_a_warning(staffed):
    for chosen in ({}, {"KRA": "CAJ-I", "*": "EACC-I"}):
        assert "INTEGRITY_DESKS" not in told(settings_with(staffed, integrity_desks=chosen), WARN)
    wrong = {"KRA": "KRA-R", "KAR": "CAJ-I", "*": "EACC-X"}
    said = told(settings_with(staffed, integrity_desks=wrong), WARN)
    assert "INTEGRITY_DESKS names what is not there: *=EACC-X, KAR=CAJ-I, KRA=KRA-R" in said


def test_officers_without_a_supervisor_are_named_by_their_office(staffed):
    with staffed.transaction() as session:
        staff.add(session, "x@kra.go.ke", Role.OFFICER, staffed.now(), institution_id="KRA")
    assert "1 officer has no supervisor (KRA)" in told(staffed, WARN)
    with staffed.transaction() as session:
        staff.add(session, "y@kra.go.ke", Role.SUPERVISOR, staffed.now(), institution_id="KRA")
    assert "no supervisor" not in told(staffed, WARN)


def test_first_logins_that_are_still_open_are_a_warning(staffed):
    with staffed.transaction() as session:
        staff.add(session, "admin@feedback.example", Role.ADMINISTRATOR, staffed.now())
        staff.add(session, "wanjiru@ict.go.ke", Role.ADMINISTRATOR, staffed.now())
    assert "1 first login" in told(staffed, WARN)
    with staffed.transaction() as session:
        staff.disable(session, "admin@feedback.example", staffed.now())
    assert "first login" not in told(staffed, WARN)


def test_an_open_case_where_nobody_works_is_a_warning(staffed, case):
    assert "1 open case waits where nobody has an account (KRA)" in told(staffed, WARN)


def test_a_missing_cell_of_the_register_is_counted(staffed):
    with staffed.transaction() as session:
        for _ in range(2):
            registry.count_miss(staffed, session, "county-sewer", None, 5)
    assert "lacks 1 cell, asked for 2 times: county-sewer at county 5" in told(staffed, WARN)


@pytest.mark.parametrize(
    ("changed", "state", "words"),
    [
        ({"public_url": "http://huduma.go.ke"}, State.FAIL, "passwords would travel in the clear"),
        ({"public_url": "https://huduma.go.ke"}, State.FAIL, "anybody could write and read"),
        ({}, WARN, "what dialling costs"),
        ({}, WARN, "what an SMS to 22123 costs"),
        ({}, WARN, "Nobody is mailed when a channel falls silent"),
        ({"operator_mail": ("a@b.ke",)}, WARN, "no mail can leave"),
        ({}, WARN, "Without a provider's key"),
    ],
)
def test_settings_that_do_not_suit_the_place_are_told(staffed, changed, state, words):
    assert words in told(settings_with(staffed, **changed), state)


def test_a_settled_production_has_none_of_these(staffed):
    keys = dict.fromkeys(
        ("AT_USERNAME", "AT_API_KEY", "TWILIO_WHATSAPP_FROM", "TWILIO_SMS_FROM"), "+254700000000"
    )
    rt = settings_with(
        staffed, public_url="https://huduma.go.ke", phone_simulator=False, call_cost="free",
        sms_cost="KES 1", smtp_url="smtp://mail.go.ke", operator_mail=("ops@huduma.go.ke",),
        at_short_code="22555",
        raw={**staffed.settings.raw, **keys, "TWILIO_ACCOUNT_SID": "AC" + "1" * 32},
    )  # fmt: skip
    assert told(rt, State.FAIL) == ""
    for settled in ("dialling costs", "an SMS to", "is mailed"):
        assert settled not in told(rt, WARN)
