"""How each channel does: last message in and out, deliveries and their time, and what it costs.

Counts only: no number, no name, no words.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback_service.models import Case, Heard, Message, MessageState, Rating
from feedback_service.runtime import Runtime
from feedback_service.settings import CHANNELS
from feedback_service.watch.pulse import went_on

DAY, WEEK = timedelta(days=1), timedelta(days=7)
LEFT = (MessageState.SENT, MessageState.DELIVERED, MessageState.FAILED, MessageState.UNKNOWN)


@dataclass(frozen=True)
class Span:
    """The messages written in a span of time; seconds are from leaving to arriving.

    known_kes was told by the company, estimated_kes is by MESSAGE_PRICES; `priced` counts both.
    went_on: attempts that failed here and went another way, where their message is counted.
    """

    states: Mapping[str, int] = field(default_factory=dict)
    median: float | None = None
    p95: float | None = None
    known_kes: Decimal = Decimal()
    estimated_kes: Decimal = Decimal()
    priced: int = 0
    went_on: int = 0

    @property
    def left(self) -> int:
        """Messages that left, or failed to."""
        return sum(self.states.get(state, 0) for state in LEFT) + self.went_on

    @property
    def delivered(self) -> int:
        return self.states.get(MessageState.DELIVERED, 0)

    @property
    def each_kes(self) -> Decimal | None:
        """A message's cost, of those that have a price."""
        return (self.known_kes + self.estimated_kes) / self.priced if self.priced else None


@dataclass(frozen=True)
class Standing:
    """One channel: on is CHANNELS, configured a provider's key; without it the practice phone."""

    channel: str
    on: bool
    configured: bool
    inline: bool
    last_in: datetime | None
    last_out: datetime | None
    last_delivered: datetime | None
    day: Span
    week: Span


def standings(rt: Runtime, session: Session) -> list[Standing]:
    """Every channel there is, those switched off too."""
    now = rt.now()
    day, week = (_spans(session, now - span, now) for span in (DAY, WEEK))
    found = []
    for name in dict.fromkeys((*CHANNELS, *rt.ways)):
        way = rt.ways.get(name)
        found.append(
            Standing(
                name, way is not None, bool(way and way.configured(rt.settings.raw)),
                bool(way and way.inline) or name.endswith("-ussd"), _last_in(session, name),
                _last(session, name, Message.sent_at), _last(session, name, Message.delivered_at),
                day.get(name, Span()), week.get(name, Span()),
            )
        )  # fmt: skip
    return found


def _spans(session: Session, since: datetime, now: datetime) -> dict[str, Span]:
    arrived = Message.delivered_at.is_not(None) & Message.sent_at.is_not(None)
    seconds = sa.func.extract("epoch", Message.delivered_at - Message.sent_at)
    known = Message.cost_estimated.is_(False)
    states = [sa.func.count().filter(Message.state == state) for state in MessageState]
    rows = session.execute(
        sa.select(
            Message.channel,
            sa.func.percentile_cont(0.5).within_group(seconds).filter(arrived),
            sa.func.percentile_cont(0.95).within_group(seconds).filter(arrived),
            sa.func.coalesce(sa.func.sum(Message.cost_kes).filter(known), 0),
            sa.func.coalesce(sa.func.sum(Message.cost_kes).filter(~known), 0),
            sa.func.count(Message.cost_kes),
            *states,
        )
        .where(Message.created_at > since)
        .group_by(Message.channel)
    )
    found = {
        row[0]: Span(
            dict(zip(map(str, MessageState), row[6:], strict=True)), row[1], row[2],
            Decimal(row[3]), Decimal(row[4]), row[5],
        )
        for row in rows
    }  # fmt: skip
    for name, number in went_on(session, since, now).items():
        found[name] = replace(found.get(name, Span()), went_on=number)
    return found


def _last(
    session: Session, channel: str, moment: sa.orm.InstrumentedAttribute[datetime | None]
) -> datetime | None:
    """The newest of its kind; messages leave about in the order in which they were written."""
    found = (
        sa.select(moment)
        .where(Message.channel == channel, moment.is_not(None))
        .order_by(Message.created_at.desc())
        .limit(1)
    )
    return session.scalar(found)


def _last_in(session: Session, channel: str) -> datetime | None:
    if not channel.endswith("-ussd"):
        heard = sa.select(Heard.at).where(Heard.channel == channel)
        return session.scalar(heard.order_by(Heard.at.desc()).limit(1))
    # Ids are made in the order of time: by them the newest is found without another index.
    given = sa.select(Rating.given_at).where(Rating.channel == channel, ~Rating.simulated)
    filed = sa.select(Case.received_at).where(Case.channel == channel, ~Case.simulated)
    newest = (
        session.scalar(given.order_by(Rating.id.desc()).limit(1)),
        session.scalar(filed.order_by(Case.id.desc()).limit(1)),
    )
    return max((moment for moment in newest if moment), default=None)
