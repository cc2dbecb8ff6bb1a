"""Reads the pulse of every channel that is switched on: counts by time, no person's data."""

import time
import uuid
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from feedback_service.models import Case, Heard, Message, MessageState, Rating
from feedback_service.runtime import Runtime
from feedback_service.watch.judging import Pulse, Rate

WEEK = 7
HOUR, ON_THE_WAY = timedelta(hours=1), timedelta(minutes=10)
UNKNOWN_FOR = timedelta(minutes=15)
"""Until then a receipt may still say what became of a message."""
USUAL_FOR = 1800.0
"""Seconds for which the week's delivery rates are believed: they change slowly, and cost most."""


def pulses(rt: Runtime, session: Session) -> list[Pulse]:
    """One for each channel in CHANNELS."""
    now, usual = rt.now(), _usual(rt, session)
    hour = _rates(session, now - HOUR - ON_THE_WAY, now - ON_THE_WAY)
    unknown, oldest = _unknown(session, now), _oldest(session, now)
    silence = timedelta(minutes=rt.settings.silence_minutes)
    found = []
    for name, way in rt.ways.items():
        came = heard(session, name, now - silence, now)
        found.append(
            Pulse(
                name, came, () if came else _same_hours(session, name, now, silence),
                hour.get(name, Rate()), usual.get(name, Rate()), unknown.get(name, 0),
                now - oldest.get(name, now), hears=way.two_way,
                receipts=not way.inline and way.configured(rt.settings.raw),
            )
        )  # fmt: skip
    return found


def heard(session: Session, channel: str, since: datetime, until: datetime) -> int:
    """Messages, or by USSD ratings and cases, that came in between two moments."""
    if not channel.endswith("-ussd"):
        came = sa.select(sa.func.count()).where(
            Heard.channel == channel, Heard.at > since, Heard.at <= until
        )
        return session.scalar(came) or 0
    return sum(
        session.scalar(
            sa.select(sa.func.count()).where(
                model.id >= first_id(since), model.id < first_id(until),
                model.channel == channel, model.simulated.is_(False),
            )
        ) or 0
        for model in (Rating, Case)
    )  # fmt: skip


def first_id(at: datetime) -> uuid.UUID:
    """The lowest id that a row made at that moment can have: ids begin with the time (RFC 9562)."""
    return uuid.UUID(int=int(at.timestamp() * 1000) << 80)


def _same_hours(
    session: Session, channel: str, now: datetime, silence: timedelta
) -> tuple[int, ...]:
    days = (now - timedelta(days=number) for number in range(1, WEEK + 1))
    return tuple(heard(session, channel, day - silence, day) for day in days)


def _usual(rt: Runtime, session: Session) -> dict[str, Rate]:
    kept: tuple[float, datetime, dict[str, Rate]] | None = rt.kept.get("usual-delivery")
    now, tick = rt.now(), time.monotonic()
    if kept and tick - kept[0] < USUAL_FOR and now - kept[1] < timedelta(seconds=USUAL_FOR):
        return kept[2]
    found = _rates(session, now - timedelta(days=WEEK), now - HOUR - ON_THE_WAY)
    rt.kept["usual-delivery"] = (tick, now, found)
    return found


def went_on(session: Session, since: datetime, until: datetime) -> dict[str, int]:
    """By channel: attempts that left, were reported as failed, and then went another way.

    Their messages stand under the way that took them on, and would make this one look whole.
    """
    attempts = sa.func.jsonb_array_elements(Message.tried).table_valued(
        sa.column("value", JSONB), name="attempt"
    )
    channel, at = (attempts.c.value[name].astext for name in ("channel", "at"))
    given_up = sa.cast(at, sa.DateTime(timezone=True))
    rows = session.execute(
        sa.select(channel, sa.func.count())
        .select_from(Message)
        .join(attempts, sa.true())
        .where(Message.created_at > since - timedelta(days=1), sa.text("tried <> '[]'::jsonb"))
        .where(attempts.c.value["provider_id"].astext.is_not(None))
        .where(given_up > since, given_up <= until)
        .group_by(channel)
    )
    return {row[0]: row[1] for row in rows}


def _rates(session: Session, since: datetime, until: datetime) -> dict[str, Rate]:
    """Of the messages that left between two moments; one that failed has left too."""
    left = Message.state.in_(
        (MessageState.SENT, MessageState.DELIVERED, MessageState.FAILED, MessageState.UNKNOWN)
    )
    delivered = sa.func.count().filter(Message.state == MessageState.DELIVERED)
    rows = session.execute(
        sa.select(Message.channel, sa.func.count(), delivered)
        # A message may wait a night before it leaves: the index is on when it was written.
        .where(Message.created_at > since - timedelta(days=1), left)
        .where(Message.sent_at > since, Message.sent_at <= until)
        .group_by(Message.channel)
    )
    found = {channel: Rate(sent, arrived) for channel, sent, arrived in rows}
    for channel, failed in went_on(session, since, until).items():
        rate = found.get(channel, Rate())
        found[channel] = Rate(rate.sent + failed, rate.delivered)
    return found


def _unknown(session: Session, now: datetime) -> dict[str, int]:
    rows = session.execute(
        sa.select(Message.channel, sa.func.count().label("number"))
        .where(Message.state == MessageState.UNKNOWN)
        .where(Message.created_at > now - timedelta(days=WEEK))
        .where(sa.func.coalesce(Message.claimed_at, Message.created_at) < now - UNKNOWN_FOR)
        .group_by(Message.channel)
    )
    return {row.channel: row.number for row in rows}


def _oldest(session: Session, now: datetime) -> dict[str, datetime]:
    rows = session.execute(
        sa.select(Message.channel, sa.func.min(Message.not_before_at).label("oldest"))
        .where(Message.state == MessageState.QUEUED, Message.not_before_at <= now)
        .group_by(Message.channel)
    )
    return {row.channel: row.oldest for row in rows}
