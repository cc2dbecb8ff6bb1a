"""What the detectors read of ratings, cases and visits, and what they answer: plain values only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from feedback_service.domain.cases import CaseKind, Outcome


class Signal(StrEnum):
    """What may have been done to a figure."""

    SIM_BURST = "sim-burst"  # many ratings from few phones
    STAFF_PHONE = "staff-phone"  # staff rate their own desk
    HOARDED_CODES = "hoarded-codes"  # codes of one place used at one go, in the order of printing
    MISSING_VISITS = "missing-visits"  # fewer visits fed than people served
    QUARTER_END = "quarter-end"  # mass closing in the quarter's last days
    COPIED_WORDS = "copied-words"  # one text answers whatever was complained of
    NO_CONTACT = "no-contact"  # closed though the citizen was never reached
    RELABELLED = "relabelled"  # complaints turned into requests for information
    PAUSED = "paused"  # questions that stop the clock
    TRANSFERRED = "transferred"  # cases passed on when their time was nearly up
    MERGED = "merged"  # unlike cases gathered under one answer
    REJECTED = "rejected"  # more refused than is usual
    WITHDRAWN = "withdrawn"  # citizens talked into taking a complaint back
    NOT_BELIEVED = "not-believed"  # declared solved, and those who answer say it is not


@dataclass(frozen=True)
class Quarter:
    """From `start` until before `end`; records are read as they were known at `as_of`."""

    start: datetime
    end: datetime
    as_of: datetime


@dataclass(frozen=True)
class Rated:
    """One rating.  `person` is whoever gave it, as a keyed hash or an id made from one, None where
    that is not known; `code` is the serial number of the receipt's code, where one was used."""

    id: str
    institution: str
    place: str
    person: str | None
    at: datetime
    score: int
    code: int | None = None


@dataclass(frozen=True)
class Move:
    """A case passed on, and by whom."""

    at: datetime
    institution: str
    unit: str


@dataclass(frozen=True)
class Handled:
    """One case as its events tell it.

    `unit` holds it now.  `first_due_at` is the date of the citizen's clock, which nothing moves;
    `due_at` the date that counts.  `questions` stopped the clock.  `answered_at` is when the desk
    resolved or rejected it, with `words`; `contacted`: some message or call reached the citizen,
    who could be reached.  `reopened`: the answer was disputed since.  `prompted`: taken back after
    the desk had asked.  `likeness` is how like it is to the other cases of its incident, 0 to 1.
    """

    id: str
    institution: str
    unit: str
    category: str
    received_at: datetime
    first_due_at: datetime
    due_at: datetime
    kind: CaseKind = CaseKind.COMPLAINT
    first_kind: CaseKind = CaseKind.COMPLAINT
    answered_at: datetime | None = None
    rejected: bool = False
    words: str = ""
    reachable: bool = True
    contacted: bool = True
    outcome: Outcome | None = None
    reopened: bool = False
    prompted: bool = False
    questions: Sequence[datetime] = ()
    moves: Sequence[Move] = ()
    incident: str | None = None
    likeness: float | None = None

    @property
    def origin(self) -> Move:
        """Who had it first."""
        if self.moves:
            return self.moves[0]
        return Move(self.received_at, self.institution, self.unit)


@dataclass(frozen=True)
class Declared:
    """Visits of one institution: fed to the sampler, and counted by tickets or payments."""

    institution: str
    fed: int
    counted: int


@dataclass(frozen=True)
class Records:
    """All that is looked at for one quarter.

    `staff` are the phones of an institution's staff, in the form of `Rated.person`.  `accepted` is
    the share a reviewer found to be usual for a desk, by (question, unit).
    """

    quarter: Quarter
    ratings: Sequence[Rated] = ()
    cases: Sequence[Handled] = ()
    visits: Sequence[Declared] = ()
    staff: Mapping[str, frozenset[str]] = field(default_factory=dict)
    accepted: Mapping[tuple[str, str], float] = field(default_factory=dict)


@dataclass(frozen=True)
class Finding:
    """Records that are suspect together and why.

    `subject` tells findings of one signal and institution apart: the desk, the place, the question.
    `detail` holds the numbers that a reviewer needs, by name.  `favourable`: the records serve the
    institution; others may have made those that do not.
    """

    signal: Signal
    institution: str
    unit: str | None
    subject: str
    records: tuple[str, ...]
    detail: Mapping[str, float]
    favourable: bool = True
