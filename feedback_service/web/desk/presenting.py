"""Moments of a case in the reader's words: when it is due, how late it is, how long it was held."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from feedback_service.domain.calendar import WorkingCalendar
from feedback_service.domain.cases import OPEN, CaseStatus
from feedback_service.redress.timing import working_days
from feedback_service.web.texts import day, due_words

SOON = 1
"""Working days left at which a case is marked as due soon."""


@dataclass(frozen=True)
class Due:
    words: str
    late: bool
    soon: bool


def due_of(
    lang: str, status: CaseStatus, due_at: datetime, answered_at: datetime | None,
    now: datetime, calendar: WorkingCalendar, received_at: datetime | None = None,
) -> Due:  # fmt: skip
    """How a case stands to its due time; an answered one shows the day it was answered.

    What came while the office was shut counts from its next opening, as its due time does.
    """
    if status not in OPEN:
        at = answered_at or now
        return Due(day(lang, at), at > due_at, False)
    if now > due_at:
        return Due(due_words(lang, -max(1, working_days(due_at, now, calendar))), True, False)
    begun = max(now, calendar.next_working_moment(received_at)) if received_at else now
    left = max(0, working_days(begun, due_at, calendar))
    return Due(due_words(lang, left), False, left <= SOON)


def span(working: timedelta) -> str:
    """Hours and minutes, in signs that both languages read: `3 h 20 min`."""
    hours, minutes = divmod(int(working.total_seconds()) // 60, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"
