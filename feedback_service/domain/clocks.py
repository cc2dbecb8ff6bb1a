"""The clocks of a case: when it falls due, and who held it how long.

Both are pure functions of the case's events and the calendar, so nobody can move them by hand.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta

from feedback_service.domain import charter
from feedback_service.domain.calendar import WorkingCalendar, require_aware
from feedback_service.domain.cases import OPEN, START, TRANSITIONS, Action
from feedback_service.domain.charter import CommitmentKind, Promise

MAX_PAUSES = 2
MAX_PAUSE_DAYS = 5  # working days, each

# The desk stops waiting when the citizen speaks, and also when it decides without an answer.
PAUSE_ENDS = frozenset({Action.ANSWER, Action.DISPUTE, Action.RESOLVE, Action.REJECT})
_PROMISES = frozenset({Action.RECLASSIFY, Action.EXTEND})
# Every other action leaves a due time exactly where it is.
MOVES_DUE_TIMES = PAUSE_ENDS | {Action.ASK, Action.RECLASSIFY, Action.EXTEND}

_USUAL = WorkingCalendar()

CITIZEN = "citizen"
LAST_RESORT = "triage"  # holds what has no holder: the desk of last resort

# A citizen's words hand a case over when they must be cleared before its office reads them.
_HANDS_OVER = frozenset(
    {Action.TRANSFER, Action.CLEAR, Action.ESCALATE, Action.ANSWER, Action.DISPUTE}
)


class NoOpening(ValueError):
    """A case without events has no clock."""


class BadEvent(ValueError):
    """A field of an event's data cannot be read."""


@dataclass(frozen=True)
class Moment:
    """One event, as far as clocks look.  Sequences are sorted by event number; the first one opened
    the case.

    | action                     | data                                                          |
    |----------------------------|---------------------------------------------------------------|
    | the first                  | `holder`; `promise`: `{"resolve": {"amount": 5, "unit": ...}}`; |
    |                            | `hours`: `{"opens": "07:00", "closes": "18:00", "weekend": [6]}`|
    | ask                        | `delivered_at`: ISO time with zone, only when it was delivered; |
    |                            | `way_back`: false when the citizen could not reply              |
    | transfer, clear, escalate  | `holder`, when it changes                                     |
    | answer, dispute            | the same, when the words must be cleared first                |
    | reclassify, extend         | `promise`, once it counts; a proposal has none                |
    """

    action: Action
    at: datetime
    data: Mapping[str, object]


@dataclass(frozen=True)
class Pause:
    """A stretch in which the desk waited for the citizen, with proof."""

    started_at: datetime
    ended_at: datetime


@dataclass(frozen=True)
class Custody:
    """One stretch with one holder, in working time."""

    holder: str
    working: timedelta


def promised(events: Sequence[Moment], kind: CommitmentKind) -> Promise | None:
    """The promise the events recorded last, or None; the charter of today plays no part.

    It is the opening event's, unless a change of kind or an extension counted since.
    """
    for event in reversed([_opening(events), *(e for e in events[1:] if e.action in _PROMISES)]):
        recorded = event.data.get("promise")
        promise = recorded.get(kind.value) if isinstance(recorded, Mapping) else None
        if isinstance(promise, Mapping):
            return Promise.from_data(promise)
    return None


def hours_as_data(calendar: WorkingCalendar) -> dict[str, object]:
    """What the opening event keeps of office hours; nothing where they are the usual ones."""
    hours = (calendar.opens, calendar.closes, calendar.weekend)
    if hours == (_USUAL.opens, _USUAL.closes, _USUAL.weekend):
        return {}
    opens, closes = calendar.opens.isoformat("minutes"), calendar.closes.isoformat("minutes")
    return {"hours": {"opens": opens, "closes": closes, "weekend": sorted(calendar.weekend)}}


def with_hours(events: Sequence[Moment], calendar: WorkingCalendar) -> WorkingCalendar:
    """The calendar with the office hours of the opening event; those of today play no part."""
    kept = _opening(events).data.get("hours")
    if not isinstance(kept, Mapping):  # the usual ones are not written down
        return replace(calendar, opens=_USUAL.opens, closes=_USUAL.closes, weekend=_USUAL.weekend)
    return replace(
        calendar,
        opens=time.fromisoformat(kept["opens"]),
        closes=time.fromisoformat(kept["closes"]),
        weekend=frozenset(kept["weekend"]),
    )


def citizens_due_at(
    events: Sequence[Moment], promise: Promise, calendar: WorkingCalendar
) -> datetime:
    """The due time by the citizen's own clock, which never pauses."""
    return charter.due_at(promise, _opening(events).at, calendar)


def first_due_at(events: Sequence[Moment], calendar: WorkingCalendar) -> datetime | None:
    """The due time that says which quarter counts the case; None where nothing was promised.

    It is the citizen's clock by the promise that was fixed when the case was acknowledged.  No
    pause, no extension, no change of kind after that or after the date itself moves it: whoever
    could move a case out of a quarter could choose the quarter's figures.
    """
    promise = promised(events[:1], CommitmentKind.RESOLVE)
    due = citizens_due_at(events, promise, calendar) if promise else None
    for event in events[1:]:
        if event.action is Action.ACKNOWLEDGE or (due is not None and event.at > due):
            break
        later = promised([event], CommitmentKind.RESOLVE)
        if event.action is Action.RECLASSIFY and later:
            due = citizens_due_at(events, later, calendar)
    return due


def due_at(events: Sequence[Moment], promise: Promise, calendar: WorkingCalendar) -> datetime:
    """When the promise falls due: the citizen's clock moved on by the proven pauses.

    A pause that began after the due time excuses nothing.  While a question is unanswered its whole
    allowance is counted; the answer takes the rest back.
    """
    due = citizens_due_at(events, promise, calendar)
    for pause in pauses(events, calendar):
        if pause.started_at >= due:
            break
        due = _moved_on(due, pause, promise, calendar)
    return due


def pauses(events: Sequence[Moment], calendar: WorkingCalendar) -> list[Pause]:
    """The proven pauses, in order and apart: at most two, each at most five working days.

    A question counts from its delivery and only with a way to reply; one never delivered never
    pauses.
    """
    found: list[Pause] = []
    for number, event in enumerate(events):
        start = _delivered(event)
        if start is None or len(found) == MAX_PAUSES:
            continue
        if found:
            start = max(start, found[-1].ended_at)
        end = _pause_end(start, events[number + 1 :], calendar)
        if start < end:
            found.append(Pause(start, end))
    return found


def custody(events: Sequence[Moment], calendar: WorkingCalendar, until: datetime) -> list[Custody]:
    """Who held the case, stretch by stretch in order, from its opening to `until`.

    Stretches add up exactly to the working time between the two.  While the case is resolved,
    rejected or closed it waits for the citizen's verdict and is charged to `citizen`.
    """
    stretches: list[Custody] = []
    for holder, began_at, ended_at in _held(events, until):
        working = calendar.time_between(began_at, ended_at)
        if stretches and stretches[-1].holder == holder:
            stretches[-1] = Custody(holder, stretches[-1].working + working)
        elif working:
            stretches.append(Custody(holder, working))
    return stretches


def custody_totals(stretches: Sequence[Custody]) -> dict[str, timedelta]:
    """Working time by holder, in the order in which they first held the case."""
    totals: dict[str, timedelta] = {}
    for stretch in stretches:
        totals[stretch.holder] = totals.get(stretch.holder, timedelta(0)) + stretch.working
    return totals


def _opening(events: Sequence[Moment]) -> Moment:
    if not events:
        raise NoOpening("events is empty: give the case's events with the one that opened it first")
    return events[0]


def _moved_on(due: datetime, pause: Pause, promise: Promise, calendar: WorkingCalendar) -> datetime:
    if not charter.is_working_time(promise.unit):
        return due + (pause.ended_at - pause.started_at)
    waited = calendar.time_between(pause.started_at, pause.ended_at)
    # Adding nothing at closing time would mean the next opening.
    return calendar.add_time(due, waited) if waited else due


def _delivered(event: Moment) -> datetime | None:
    delivered_at = event.data.get("delivered_at")
    if event.action is not Action.ASK or delivered_at is None:
        return None
    if event.data.get("way_back") is False:
        return None
    try:
        delivered = datetime.fromisoformat(str(delivered_at))
    except ValueError:
        raise BadEvent(f"delivered_at is {delivered_at!r}: give an ISO time with a zone") from None
    return max(event.at, require_aware(delivered, "delivered_at"))


def _pause_end(start: datetime, later: Sequence[Moment], calendar: WorkingCalendar) -> datetime:
    limit = calendar.add_time(start, MAX_PAUSE_DAYS * calendar.day_length)
    ended = next((event.at for event in later if event.action in PAUSE_ENDS), limit)
    return min(ended, limit)


def _held(events: Sequence[Moment], until: datetime) -> Iterator[tuple[str, datetime, datetime]]:
    opening = _opening(events)
    status, holder, since = START, str(opening.data.get("holder", LAST_RESORT)), opening.at
    for event in events[1:]:
        # A machine's clock set back, or events after `until`, must not make time run backwards.
        now = max(since, min(event.at, until))
        yield holder if status in OPEN else CITIZEN, since, now
        since = now
        status = TRANSITIONS.get((status, event.action), status)
        if event.action in _HANDS_OVER:
            holder = str(event.data.get("holder", holder))
    yield holder if status in OPEN else CITIZEN, since, max(since, until)
