"""Cases on their way to redress: opened, acted on, moved, made late; and the queue of each desk."""

from feedback_service.domain.references import spoken
from feedback_service.redress.acting import Act, act, act_within, citizen_says
from feedback_service.redress.appealing import rests_until
from feedback_service.redress.assigning import assign_by_rule
from feedback_service.redress.assisted import NotTheirVoice
from feedback_service.redress.clock import raise_late_cases, refresh_clock, warn_of_lateness
from feedback_service.redress.closing import Followed, follow_answers
from feedback_service.redress.opening import TRIAGE_BELL, Complaint, open_case, untriaged
from feedback_service.redress.quiet import (
    BadSecret,
    answer_openly,
    hush,
    look_up,
    open_own,
    open_quiet,
    quiet_by_default,
    set_secret,
    unhush,
)
from feedback_service.redress.reading import (
    NoSuchCase,
    case_by_reference,
    case_of_source,
    cases_of,
    facts_of,
    line_of,
    looks_at,
    own_case,
    standing_before,
)
from feedback_service.redress.sight import Sight, may_see
from feedback_service.redress.telling import on_day

__all__ = [
    "TRIAGE_BELL",
    "Act",
    "BadSecret",
    "Complaint",
    "Followed",
    "NoSuchCase",
    "NotTheirVoice",
    "Sight",
    "act",
    "act_within",
    "answer_openly",
    "assign_by_rule",
    "case_by_reference",
    "case_of_source",
    "cases_of",
    "citizen_says",
    "facts_of",
    "follow_answers",
    "hush",
    "line_of",
    "look_up",
    "looks_at",
    "may_see",
    "on_day",
    "open_case",
    "open_own",
    "open_quiet",
    "own_case",
    "quiet_by_default",
    "raise_late_cases",
    "refresh_clock",
    "rests_until",
    "set_secret",
    "spoken",
    "standing_before",
    "unhush",
    "untriaged",
    "warn_of_lateness",
]
