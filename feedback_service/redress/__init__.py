"""Cases on their way to redress: opened, acted on, moved, made late; and the queue of each desk."""

from feedback_service.domain.references import spoken
from feedback_service.redress.acting import Act, act, act_within, citizen_says
from feedback_service.redress.clock import ask_for_verdicts, raise_late_cases, refresh_clock
from feedback_service.redress.opening import TRIAGE_BELL, Complaint, open_case, untriaged
from feedback_service.redress.quiet import (
    BadSecret,
    hush,
    open_quiet,
    quiet_by_default,
    set_secret,
    unhush,
)
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
    "BadSecret",
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
    "hush",
    "looks_at",
    "may_see",
    "open_case",
    "open_quiet",
    "own_case",
    "quiet_by_default",
    "raise_late_cases",
    "refresh_clock",
    "set_secret",
    "spoken",
    "stage_before",
    "unhush",
    "untriaged",
]
