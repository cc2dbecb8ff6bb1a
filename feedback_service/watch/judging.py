"""Whether a channel has fallen silent or lost its messages: pure judgement over counts.

| alarm | raised when |
|---|---|
| silent-in | by day nothing came in for the time set; in these hours of the last 7 days it did |
| nothing-delivered | five or more messages left in the last hour and not one was delivered |
| delivery-fell | the last hour's delivery rate is under half of the last 7 days' |
| unknown-waiting | a message of which the provider said nothing waits for a person |
| outbox-stuck | a message that should have left waits for longer than ten minutes |
| breaker-open | a company does not answer and is left alone |
| model | a worker could not load the text model that was taken into use |
| account, filtered, our-bug | messages of the last hour failed for what no waiting heals |
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from enum import StrEnum

from feedback_service.domain.calendar import NAIROBI

DAY = (time(7), time(21))
"""By night silence is usual everywhere, and nobody is called for it."""
FEW, ON_DAYS = 5, 3
"""What came in these hours of the last 7 days, and on how many of them, to call it usual."""
LEAST_SENT, LEAST_JUDGED = 5, 20
"""Messages an hour from which on none delivered, or fewer than usual delivered, means something."""
LEAST_USUAL = 50
"""Messages of 7 days from which on their delivery rate counts as the usual one."""
STUCK_AFTER = timedelta(minutes=10)


class Kind(StrEnum):
    SILENT_IN = "silent-in"
    NOTHING_DELIVERED = "nothing-delivered"
    DELIVERY_FELL = "delivery-fell"
    UNKNOWN_WAITING = "unknown-waiting"
    OUTBOX_STUCK = "outbox-stuck"
    BREAKER_OPEN = "breaker-open"
    ACCOUNT = "account"
    FILTERED = "filtered"
    OUR_BUG = "our-bug"
    MODEL = "model"


@dataclass(frozen=True)
class Rate:
    """Messages that left, and how many of them were delivered."""

    sent: int = 0
    delivered: int = 0

    @property
    def share(self) -> float:
        return self.delivered / self.sent if self.sent else 0.0


@dataclass(frozen=True)
class Pulse:
    """What is known of one channel now.

    came_in: since how many minutes ago we look, how many came.  usual_in: what came in the same
    minutes of each of the last 7 days.  last_hour leaves out the newest ten minutes, whose receipts
    are still on their way.  receipts: whether the channel tells of deliveries at all.
    """

    channel: str
    came_in: int = 0
    usual_in: tuple[int, ...] = ()
    last_hour: Rate = field(default_factory=Rate)
    usual: Rate = field(default_factory=Rate)
    unknown: int = 0
    oldest_waits: timedelta = timedelta()
    hears: bool = True
    receipts: bool = True


@dataclass(frozen=True)
class Trouble:
    """One thing operators must look at; `facts` are the figures it is seen by."""

    kind: Kind
    subject: str
    facts: Mapping[str, int] = field(default_factory=dict)


Refused = tuple[str, str, int]
"""A channel, the cause that only operators can mend, and how many messages failed for it."""


def judge(
    pulses: list[Pulse], broken: list[str], now: datetime, minutes: int,
    refused: Sequence[Refused] = (), models: Sequence[str] = (),
) -> list[Trouble]:  # fmt: skip
    """All troubles at a moment; `broken` names companies, `minutes` is the silence allowed,
    `models` are text models that did not load."""
    found = [trouble for pulse in pulses for trouble in _of(pulse, now, minutes)]
    found += [Trouble(Kind.BREAKER_OPEN, company) for company in broken]
    found += [Trouble(Kind.MODEL, version) for version in models]
    return found + [Trouble(Kind(cause), channel, {"n": n}) for channel, cause, n in refused]


def _of(pulse: Pulse, now: datetime, minutes: int) -> Iterator[Trouble]:
    if pulse.hears and _silent(pulse, now):
        facts = {"minutes": minutes, "usual": sum(pulse.usual_in)}
        yield Trouble(Kind.SILENT_IN, pulse.channel, facts)
    hour, usual = pulse.last_hour, pulse.usual
    if pulse.receipts and hour.sent >= LEAST_SENT and not hour.delivered:
        yield Trouble(Kind.NOTHING_DELIVERED, pulse.channel, {"sent": hour.sent})
    elif pulse.receipts and _fell(hour, usual):
        now_rate, was = round(100 * hour.share), round(100 * usual.share)
        facts = {"sent": hour.sent, "rate": now_rate, "usual": was}
        yield Trouble(Kind.DELIVERY_FELL, pulse.channel, facts)
    if pulse.unknown:
        yield Trouble(Kind.UNKNOWN_WAITING, pulse.channel, {"n": pulse.unknown})
    if pulse.oldest_waits > STUCK_AFTER:
        waited = int(pulse.oldest_waits.total_seconds() // 60)
        yield Trouble(Kind.OUTBOX_STUCK, pulse.channel, {"minutes": waited})


def _silent(pulse: Pulse, now: datetime) -> bool:
    by_day = DAY[0] <= now.astimezone(NAIROBI).time() < DAY[1]
    days = sum(1 for number in pulse.usual_in if number)
    usual = sum(pulse.usual_in) >= FEW and days >= ON_DAYS
    return by_day and usual and not pulse.came_in


def _fell(hour: Rate, usual: Rate) -> bool:
    enough = hour.sent >= LEAST_JUDGED and usual.sent >= LEAST_USUAL
    return enough and hour.share < usual.share / 2
