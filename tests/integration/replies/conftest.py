"""What comes back to an SMS, and what is written in the history of its case."""

import pytest

from feedback_service import outbox
from feedback_service.models import CaseEvent
from tests.handset import arrived, sms


@pytest.fixture
def says(client, loaded_rt):
    """Send an SMS; what comes back, without the notice of a first contact."""

    def said(text):
        outbox.drain(loaded_rt)
        before = len(arrived(loaded_rt))
        sms(client, text)
        return "\n".join(arrived(loaded_rt)[before:]).partition("\nHuduma Feedback (")[0]

    return said


@pytest.fixture
def of(all_of):
    """The history of a case of that reference."""

    def done(case):
        return [e.action for e in sorted(case_events(all_of, case), key=lambda e: e.number)]

    return done


def case_events(all_of, case):
    return [event for event in all_of(CaseEvent) if event.case_id == case.id]
