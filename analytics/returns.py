"""The Ombudsman's quarterly return as rules: which line of it a case is, the totals that must agree
with the register, and the days by which it is due (`methods/contracts.json`, `ombudsman`)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Self

from analytics.methods import published
from feedback_service.domain.periods import Period


@dataclass(frozen=True)
class State:
    """How a case stands with one institution from a moment on: held by it, and open."""

    at: datetime
    here: bool
    open: bool


class Entry(StrEnum):
    """How a case came into the quarter."""

    CARRIED = "carried"  # open at its first moment
    RECEIVED = "received"  # new, or handed on to the institution, within it
    REOPENED = "reopened"  # had its answer, and is open again within it


class Exit(StrEnum):
    """How it stands at the quarter's end."""

    OPEN = "open"
    CLOSED = "closed"
    PASSED_ON = "passed_on"


@dataclass(frozen=True)
class Placed:
    """The one line that a case is in a quarter; `answered_at` when it was last closed in it."""

    entry: Entry
    exit: Exit
    entered_at: datetime | None
    answered_at: datetime | None


@dataclass(frozen=True)
class Totals:
    """What must agree: carried + received + reopened - closed - passed on = open."""

    carried: int = 0
    received: int = 0
    reopened: int = 0
    closed: int = 0
    passed_on: int = 0
    open: int = 0

    def __add__(self, other: Self) -> Self:
        names = [one.name for one in fields(self)]
        return type(self)(*(getattr(self, name) + getattr(other, name) for name in names))

    @property
    def agrees(self) -> bool:
        came = self.carried + self.received + self.reopened
        return came - self.closed - self.passed_on == self.open


def place(states: Sequence[State], start: datetime, end: datetime) -> Placed | None:
    """The line of a case in the quarter from `start` until before `end`; None where it is in none:
    it never was there, or was closed before and stayed so.  States are in the order of moments."""
    before = [one for one in states if one.at < start]
    within = [one for one in states if start <= one.at < end]
    first = before[-1] if before else State(start, here=False, open=False)
    last = within[-1] if within else first
    entry, at = _entry(first, within)
    if entry is None:
        return None
    if not last.here:
        return Placed(entry, Exit.PASSED_ON, at, last.at)
    closed = None if last.open else _since(within)
    return Placed(entry, Exit.OPEN if last.open else Exit.CLOSED, at, closed)


def count(lines: Iterable[Placed]) -> Totals:
    """The totals of some lines; they agree whatever the lines are, so `open` is compared with the
    register by whoever asks."""
    totals = Totals()
    for line in lines:
        totals += Totals(**{line.entry.value: 1}) + Totals(**{line.exit.value: 1})
    return totals


@dataclass(frozen=True)
class Calendar:
    """The days of one quarter's return; penalty in percent of the quarter's score."""

    period: Period
    due_on: date
    last_admissible_on: date
    feedback_on: date
    penalty_most: Decimal
    reminders: tuple[int, ...]
    growth: Mapping[str, str]

    def days_left(self, today: date) -> int:
        """Below 0 once it is late."""
        return (self.due_on - today).days

    def penalty(self, submitted_on: date) -> Decimal | None:
        """Of a return sent that day, growing evenly (a setting); None where it is not admitted."""
        late = (submitted_on - self.due_on).days
        if submitted_on > self.last_admissible_on:
            return None
        whole = (self.last_admissible_on - self.due_on).days
        return max(Decimal(0), self.penalty_most * late / whole)


def calendar_of(period: Period) -> Calendar:
    """The days of a quarter's return."""
    rules = published("contracts.json")["ombudsman"]
    due = period.end + timedelta(days=int(rules["due_days"]["value"]))
    growth = rules["penalty_growth"]
    return Calendar(
        period=period,
        due_on=due,
        last_admissible_on=due + timedelta(days=int(rules["admissible_days_after"]["value"])),
        feedback_on=period.end + timedelta(days=int(rules["feedback_days"]["value"])),
        penalty_most=Decimal(rules["penalty_most_pct"]["value"]),
        reminders=tuple(sorted(rules["reminders_days"])),
        growth={"en": growth["en"], "sw": growth["sw"], "confidence": growth["confidence"]},
    )


def _entry(first: State, within: Sequence[State]) -> tuple[Entry | None, datetime | None]:
    if first.here and first.open:
        return Entry.CARRIED, first.at
    came = next((one for one in within if one.here and (one.open or not first.here)), None)
    if came is None:
        return None, None
    return (Entry.REOPENED if first.here else Entry.RECEIVED), came.at


def _since(within: Sequence[State]) -> datetime | None:
    """From when on a case that ends closed was closed without a break."""
    at = None
    for one in reversed(within):
        if one.open or not one.here:
            break
        at = one.at
    return at
