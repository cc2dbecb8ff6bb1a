"""The service charter: what was promised, in which kind of time, and when it falls due.

What was promised is a value; how it is said to a citizen is wording and lives elsewhere.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum

from feedback_service.domain.calendar import WorkingCalendar, require_aware


class PromiseUnit(StrEnum):
    MINUTES = "minutes"  # of office time
    WORKING_HOURS = "working_hours"
    WORKING_DAYS = "working_days"
    CALENDAR_DAYS = "calendar_days"
    HOURS = "hours"  # of the clock, day and night: the 48 hours of a request about life or liberty


_UNITS = frozenset(PromiseUnit)


class CommitmentKind(StrEnum):
    ACKNOWLEDGE = "acknowledge"
    RESOLVE = "resolve"


class NotAPromise(ValueError):
    """The amount or the unit cannot be kept by anyone."""


@dataclass(frozen=True)
class Promise:
    """An amount of one kind of time, such as 5 working days; 0 minutes is "immediately"."""

    amount: int
    unit: PromiseUnit

    def __post_init__(self) -> None:
        if self.amount < 0:
            raise NotAPromise(f"amount is {self.amount}: give zero or more {self.unit}")

    @classmethod
    def from_data(cls, data: Mapping[str, object]) -> "Promise":
        """The promise an event's data recorded as `{"amount": 5, "unit": "working_days"}`."""
        amount, unit = data.get("amount"), data.get("unit")
        if not isinstance(amount, int) or isinstance(amount, bool):
            raise NotAPromise(f"amount is {amount!r}: give a whole number")
        if not isinstance(unit, str) or unit not in _UNITS:
            raise NotAPromise(f"unit is {unit!r}: give one of {', '.join(PromiseUnit)}")
        return cls(amount, PromiseUnit(unit))

    def as_data(self) -> dict[str, int | str]:
        """What `from_data` reads back."""
        return {"amount": self.amount, "unit": self.unit.value}


@dataclass(frozen=True)
class Commitment:
    """One promise of the charter about a case."""

    kind: CommitmentKind
    promise: Promise


def is_working_time(unit: PromiseUnit) -> bool:
    """True for units that stand still while the office is shut."""
    return unit not in (PromiseUnit.CALENDAR_DAYS, PromiseUnit.HOURS)


def due_at(promise: Promise, start: datetime, calendar: WorkingCalendar) -> datetime:
    """The moment the promise falls due, in the calendar's zone.

    | unit                   | due                                                             |
    |------------------------|-----------------------------------------------------------------|
    | minutes, working_hours | after that much working time                                    |
    | working_days           | when the office closes on the n-th working day after the start  |
    | calendar_days          | when it closes on the n-th day after the start, or, if it is    |
    |                        | shut that day, on the next working day                          |
    | hours                  | after that many hours of the clock                              |

    Days of the calendar are counted as Kenyan law counts them: Interpretation and General
    Provisions Act (Cap. 2) s. 57(a)-(b).  By s. 57(d) six days or fewer that an Act prescribes are
    working days: enter them so.
    """
    if promise.unit is PromiseUnit.MINUTES:
        return calendar.add_minutes(start, promise.amount)
    if promise.unit is PromiseUnit.WORKING_HOURS:
        return calendar.add_minutes(start, 60 * promise.amount)
    if promise.unit is PromiseUnit.WORKING_DAYS:
        return calendar.add_days(start, promise.amount)
    local = require_aware(start, "start").astimezone(calendar.zone)
    if promise.unit is PromiseUnit.HOURS:
        return local + timedelta(hours=promise.amount)
    last_day = local.date() + timedelta(days=promise.amount)
    return calendar.add_days(max(local, datetime.combine(last_day, time(), calendar.zone)), 0)
