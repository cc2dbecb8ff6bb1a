"""Whether work flows: messages that wait or are lost, cases not classified, who is at work."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback_service.doctor import servers
from feedback_service.doctor.finding import Finding, count, ok, warn
from feedback_service.models import (
    Attachment,
    AttachmentState,
    Case,
    Compliment,
    ComplimentState,
    Message,
    MessageState,
)
from feedback_service.recognition import LONGEST_WAIT
from feedback_service.runtime import Runtime

SOON = timedelta(minutes=5)
"""Longer than this, a message or a case that waits means that nobody takes it."""
MEDIA_LATE = timedelta(hours=1)
"""Fetching is tried for half a day: longer than this it is no hiccup of the provider's."""
LOST = (MessageState.UNKNOWN, MessageState.FAILED)


def checks(rt: Runtime, session: Session) -> Iterator[Finding]:
    now = rt.now()
    oldest = session.scalar(
        sa.select(sa.func.min(Message.not_before_at)).where(Message.state == MessageState.QUEUED)
    )
    late = oldest is not None and now - oldest > SOON
    yield from servers.at_work(rt, session, late)
    yield _waiting(oldest, now)
    yield from _lost(session, now)
    yield from _media(session, now)
    yield _untriaged(session, now)
    yield from _praise(session, now)


def _waiting(oldest: datetime | None, now: datetime) -> Finding:
    if oldest is None or oldest > now:
        return ok("No message waits")
    if now - oldest <= SOON:
        return ok("Messages leave within minutes")
    return warn(
        f"The oldest message has waited {_span(now - oldest)}",
        "See that a worker runs (feedback worker) and what its log says",
    )


def _lost(session: Session, now: datetime) -> Iterator[Finding]:
    told = {
        MessageState.UNKNOWN: "may or may not have arrived: the provider did not say",
        MessageState.FAILED: "could not be delivered",
    }
    rows = session.execute(
        sa.select(Message.state, sa.func.count().label("number"))
        .where(Message.state.in_(LOST), Message.created_at > now - timedelta(days=7))
        .group_by(Message.state)
    )
    found = {row.state: row.number for row in rows}
    for state in LOST:
        if number := found.get(state):
            yield warn(
                f"{count(number, 'message')} of the last 7 days {told[state]}",
                "See /desk/channels for what to do with each",
            )
    if not found:
        yield ok("No message of the last 7 days is lost")


def _media(session: Session, now: datetime) -> Iterator[Finding]:
    waits = sa.select(sa.func.count()).where(
        Attachment.state == AttachmentState.WAITING, Attachment.created_at < now - MEDIA_LATE
    )
    if number := session.scalar(waits):
        yield warn(
            f"{count(number, 'photo or file', 'photos or files')} of citizens not brought in for"
            " more than an hour",
            "See that a worker runs, and that TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN are right:"
            " Twilio wants them for media",
        )


def _untriaged(session: Session, now: datetime) -> Finding:
    oldest = session.scalar(
        sa.select(sa.func.min(Case.received_at)).where(Case.triaged_at.is_(None))
    )
    if oldest is None or now - oldest <= SOON:
        return ok("Cases are classified as they come")
    return warn(
        f"A case has waited {_span(now - oldest)} for its classification",
        "See that a worker runs (feedback worker) and what its log says",
    )


def _praise(session: Session, now: datetime) -> Iterator[Finding]:
    waits = sa.select(sa.func.count()).where(
        Compliment.state == ComplimentState.WAITING, Compliment.received_at < now - LONGEST_WAIT
    )
    if number := session.scalar(waits):
        yield warn(
            f"{count(number, 'message')} that sounded like praise not read for more than an hour",
            "See that a worker runs (feedback worker) and what its log says: a complaint may be"
            " among them",
        )


def _span(length: timedelta) -> str:
    minutes = int(length.total_seconds() // 60)
    if minutes < 120:
        return f"{minutes} minutes"
    return f"{minutes // 60} hours" if minutes < 2880 else f"{minutes // 1440} days"
