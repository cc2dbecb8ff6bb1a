"""The ladder: who must answer for a late or disputed case, as a number beside the status."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from feedback_service.domain.calendar import WorkingCalendar, require_aware


@dataclass(frozen=True)
class Rung:
    """Who answers at a level, and how many working days past due bring the case there."""

    level: int
    key: str
    overdue_working_days: int


LADDER = (
    Rung(0, "officer", 0),  # holds every case that is not late
    Rung(1, "supervisor", 0),  # from the first moment past due
    Rung(2, "accounting_officer", 5),
    Rung(3, "oversight_body", 10),
)

AFTER_A_RUNG = 1
"""Working days that whoever has just been handed a case has before its citizen may pass them by: as
long as our own rule gives an office to acknowledge."""

# The Ombudsman stands above the ladder: only the citizen's key press leads there, never a clock.
OMBUDSMAN_LEVEL = 4
OMBUDSMAN = Rung(OMBUDSMAN_LEVEL, "ombudsman", 0)


def rung_at(level: int, ladder: Sequence[Rung] = LADDER) -> Rung:
    """Who must answer at a level."""
    return next((rung for rung in ladder if rung.level == level), OMBUDSMAN)


def level_at(
    due_at: datetime, now: datetime, calendar: WorkingCalendar, ladder: Sequence[Rung] = LADDER
) -> int:
    """The level the clock alone has earned the case; the caller keeps the higher of old and new."""
    if require_aware(now, "now") <= require_aware(due_at, "due_at"):
        return ladder[0].level
    late = calendar.time_between(due_at, now)
    day = calendar.day_length
    return max(rung.level for rung in ladder if late >= rung.overdue_working_days * day)


def after_dispute(level: int, disputes: int, ladder: Sequence[Rung] = LADDER) -> int:
    """The level after the citizen's `disputes`-th "not solved".

    The first returns the case to its officer and supervisor where it stands; each further one
    climbs one rung, up to the last of the ladder.  A case with the Ombudsman stays there.
    """
    climbed = level + 1 if disputes >= 2 else level
    return max(level, min(climbed, ladder[-1].level))


def stays_on_top(level: int, disputes: int, ladder: Sequence[Rung] = LADDER) -> bool:
    """Whether that "not solved" found no rung to climb: only the Ombudsman's is left, and that one
    is taken by the citizen alone."""
    return disputes >= 2 and level == ladder[-1].level


def may_appeal(level: int, disputes: int, *, late: bool, rested: bool = True) -> bool:
    """Whether the citizen may take an open case a rung higher: it is late, or was not solved once,
    the Ombudsman has not got it yet, and (`rested`) whoever has it now has had AFTER_A_RUNG."""
    return (late or disputes > 0) and rested and level < OMBUDSMAN_LEVEL


def after_appeal(level: int, ladder: Sequence[Rung] = LADDER) -> int:
    """The level after the citizen's appeal: one rung, at once, none skipped; above the last one
    stands the Ombudsman."""
    if level >= ladder[-1].level:
        return OMBUDSMAN_LEVEL
    return level + 1


def rungs_climbed(before: int, now: int, ladder: Sequence[Rung] = LADDER) -> tuple[Rung, ...]:
    """The rungs to tell, lowest first, when a case rises from one level to another: all of them."""
    return tuple(rung for rung in ladder if before < rung.level <= now)
