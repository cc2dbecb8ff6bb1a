"""Ratings and cases as facts: what the figures need of one record, and nothing that names a person.
A cohort says which cases a period judges."""

from dataclasses import dataclass
from datetime import date, datetime

from feedback_service.domain.calendar import NAIROBI
from feedback_service.domain.cases import CaseKind, Lane, Outcome
from feedback_service.domain.ratings import Sample


@dataclass(frozen=True)
class RatingFact:
    """What the figures need of one rating; None where a question has no answer.

    One vote per person, service and day is the caller's to see to: a fact knows no person.  `day`
    is the one it was given on in Nairobi; `paid_extra_kes` what was paid beyond the promised cost.
    """

    service: str
    institution: str
    service_point: str | None
    county: str | None
    channel: str
    language: str
    score: int
    on_time: bool | None = None
    paid_more: bool | None = None
    courteous: bool | None = None
    complete: bool = True
    simulated: bool = False
    sample: Sample = Sample.OPEN
    day: date | None = None
    paid_extra_kes: int | None = None
    had_problem: bool | None = None
    reported_problem: bool | None = None


@dataclass(frozen=True)
class CaseFact:
    """What the figures need of one case, as known when the cohort is judged.

    `first_due_at` is the moment it was first due (left out: `due_at`), `due_at` the one its answer
    is held to, after proven pauses; `resolved_at` that of the resolution, or the rejection with
    reasons, that stands: None while the case is open or open again.  `received_on` is the day it
    was received, which for a letter may be before it was entered; left out, that of `received_at`.
     `reopened`: an answer was given and did not last.  `messages_cost` is what the
    messages about it cost, in ten-thousandths of a shilling; None where a price is not known.
    """

    institution: str
    service: str | None
    service_point: str | None
    county: str | None
    channel: str
    language: str
    received_at: datetime
    due_at: datetime
    acknowledge_due_at: datetime | None = None
    acknowledged_at: datetime | None = None
    resolved_at: datetime | None = None
    closed_at: datetime | None = None
    outcome: Outcome | None = None
    lane: Lane = Lane.OPEN
    simulated: bool = False
    kind: CaseKind = CaseKind.COMPLAINT
    urgent: bool = False
    reopened: bool = False
    received_on: date | None = None
    messages_cost: int | None = 0
    first_due_at: datetime | None = None

    @property
    def cohort_at(self) -> datetime:
        """The moment that says which period judges it, and from when."""
        return self.first_due_at or self.due_at

    @property
    def since(self) -> date:
        """The day from which the citizen has waited."""
        return self.received_on or day_of(self.received_at)


@dataclass(frozen=True)
class Cohort:
    """Cases first due from `start` until before `end`; those first due after `as_of` wait."""

    start: datetime
    end: datetime
    as_of: datetime

    def holds(self, case: CaseFact) -> bool:
        return self.start <= case.cohort_at < self.end


def day_of(at: datetime) -> date:
    """The day in Nairobi, where days begin."""
    return at.astimezone(NAIROBI).date()
