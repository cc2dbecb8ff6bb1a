"""What a citizen says of an answer, and the line that it leaves in the case's history."""

from __future__ import annotations

from typing import Any

from feedback_service.domain.cases import Action, Actor
from feedback_service.models import Case, CaseEvent
from feedback_service.redress import Act, citizen_says

SMS, WHATSAPP = "africastalking-sms", "twilio-whatsapp"


def says(rt: Any, case: Case, action: Action, source: str = "s:1", text: str = "") -> Case:
    """The citizen's own word, by SMS; the case it went to."""
    said = citizen_says(rt, case.id, Act(action, Actor.CITIZEN, text, source=source, channel=SMS))
    assert said is not None
    return said


def last(all_of: Any, action: Action) -> CaseEvent:
    """The newest line of all histories with this action."""
    found: CaseEvent = max(
        (e for e in all_of(CaseEvent) if e.action is action), key=lambda event: event.at
    )
    return found
