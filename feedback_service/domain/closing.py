"""When the citizen of an answered case is asked whether it is solved, asked again, and when the
case is closed without their word.

Only questions that were delivered count: silence after a message that never came is no silence.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum

from feedback_service.domain.calendar import NAIROBI, require_aware
from feedback_service.domain.cases import CHANGE_OF_MIND, VERDICT_AFTER

ENOUGH = 2
"""Delivered questions before silence counts: one may come at a bad moment."""
MOST_ASKED = 3
"""Questions at most: one may be lost on the way, a fourth would be a nuisance."""
AGAIN_AFTER = timedelta(days=3)
"""Between two questions, and for how long a receipt is waited for: networks keep a message for a
telephone that is off for at most three days, and then say that it was lost."""
SILENCE = timedelta(days=14)
"""How long the last delivered question waits for its answer."""
UNASKED = CHANGE_OF_MIND
"""How long the answer stands open when nobody can be asked: as long as a mind may be changed."""
DAYTIME = (time(8), time(18))
"""When to ask where the setting names no hours."""

Span = tuple[time, time] | None


@dataclass(frozen=True)
class Question:
    """One time the citizen was asked; `lost` when it is certain that it never comes."""

    asked_at: datetime
    delivered_at: datetime | None = None
    lost: bool = False


class Step(StrEnum):
    ASK = "ask"
    WAIT = "wait"
    CLOSE = "close"


@dataclass(frozen=True)
class Next:
    """What follows: ask now, close now (`reached`: two questions were delivered), or wait.

    `at` is when that becomes possible; `then` what a wait is for.
    """

    step: Step
    at: datetime
    then: Step
    reached: bool = False


def next_step(
    answered_at: datetime, questions: Sequence[Question], now: datetime, *, may_ask: bool
) -> Next:
    """What to do now about a case answered at `answered_at`, its questions in their order.

    may_ask: whether a message can be sent to the citizen at all.
    """
    now = require_aware(now, "now")
    delivered = [q.delivered_at for q in questions if q.delivered_at]
    if len(delivered) >= ENOUGH:
        return _when(Step.CLOSE, max(delivered) + SILENCE, now, reached=True)
    if may_ask and len(questions) < MOST_ASKED:
        return _when(Step.ASK, _earliest(answered_at, questions), now)
    # A question may still arrive, and who got one has the same time to answer as everybody.
    waits = [at + SILENCE for at in delivered]
    waits += [q.asked_at + AGAIN_AFTER for q in questions if not (q.lost or q.delivered_at)]
    if not may_ask:
        waits.append(answered_at + UNASKED)
    return _when(Step.CLOSE, max(waits, default=answered_at + VERDICT_AFTER), now)


def some_hour(earliest: datetime, hours: Span, draw: Callable[[int], int]) -> datetime:
    """A random minute within `hours` (Nairobi) of the first day on which all of them come after
    `earliest`: nobody can wait beside the phone.

    draw: a number below the one it is given, such as `secrets.randbelow`.
    """
    begin, end = hours or DAYTIME
    at = require_aware(earliest, "earliest").astimezone(NAIROBI)
    start = at.replace(hour=begin.hour, minute=begin.minute, second=0, microsecond=0)
    if at > start:
        start += timedelta(days=1)
    return (start + timedelta(minutes=draw(_minutes(begin, end)))).astimezone(earliest.tzinfo)


def _when(step: Step, at: datetime, now: datetime, *, reached: bool = False) -> Next:
    return Next(step if now >= at else Step.WAIT, at, step, reached)


def _earliest(answered_at: datetime, questions: Sequence[Question]) -> datetime:
    if not questions:
        return answered_at + VERDICT_AFTER
    return max(q.delivered_at or q.asked_at for q in questions) + AGAIN_AFTER


def _minutes(begin: time, end: time) -> int:
    """From one time of the day to the other, which may be on the next day."""
    first, last = (at.hour * 60 + at.minute for at in (begin, end))
    return (last - first) % (24 * 60)
