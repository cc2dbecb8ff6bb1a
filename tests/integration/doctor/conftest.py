"""A service with somebody at every desk, a case at an empty one, and what the doctor says."""

import dataclasses

import pytest

from feedback_service import doctor, identity, redress, staff
from feedback_service.identity import KeyRing
from feedback_service.models import Role


def told(rt, state):
    """What the doctor finds in one state, as one text."""
    found = [finding for finding in doctor.checks(rt) if finding.state is state]
    return "\n".join(f"{finding.what} -> {finding.remedy}" for finding in found)


@pytest.fixture
def staffed(rt, own_registry):
    """The registry loaded and somebody at every desk that must not be empty."""
    with rt.transaction() as session:
        for number, (role, institution) in enumerate(
            [(Role.OFFICER, "CENTRAL"), (Role.SUPERVISOR, "CENTRAL")]
            + [(Role.INTEGRITY, body) for body in ("EACC", "CAJ", "IPOA")]
        ):
            staff.add(
                session, f"p{number}@office.go.ke", role, rt.now(), institution_id=institution
            )
    return rt


@pytest.fixture
def case(staffed):
    """One case at the tax authority, where nobody has an account."""
    rt = staffed
    with rt.transaction() as session:
        ring = KeyRing(rt.settings.phone_keys)
        citizen = identity.find_or_add(session, ring, "+254100000001", rt.now(), "en")
        complaint = redress.Complaint(
            "test:1", "africastalking-ussd", "en", "PIN not sent", citizen.id, "kra-pin"
        )
        return redress.open_case(rt, session, complaint)


def settings_with(rt, **changed):
    return dataclasses.replace(rt, settings=dataclasses.replace(rt.settings, **changed))
