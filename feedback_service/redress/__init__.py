"""Cases on their way to redress: opened, acted on, moved, made late; and the queue of each desk."""

from feedback_service.domain.references import spoken
from feedback_service.redress.acting import Act, act, act_within, citizen_says
from feedback_service.redress.clock import ask_for_verdicts, raise_late_cases, refresh_clock
from feedback_service.redress.opening import TRIAGE_BELL, Complaint, open_case, untriaged
from feedback_service.redress.reading import (
    NoSuchCase,
    case_by_reference,
    cases_of,
    facts_of,
    looks_at,
    own_case,
    stage_before,
)
from feedback_service.redress.sight import Sight, may_see

__all__ = [
    "TRIAGE_BELL",
    "Act",
    "Complaint",
    "NoSuchCase",
    "Sight",
    "act",
    "act_within",
    "ask_for_verdicts",
    "case_by_reference",
    "cases_of",
    "citizen_says",
    "facts_of",
    "looks_at",
    "may_see",
    "open_case",
    "own_case",
    "raise_late_cases",
    "refresh_clock",
    "spoken",
    "stage_before",
    "untriaged",
]
