"""Bringing in what citizens sent: fetched by workers, told by content, stripped, sealed, and then
deleted at the provider.

A row is `waiting` until its bytes are here or never will be.  One that has come keeps its `url`
until the provider has deleted its copy: an empty `url` means nothing of it is left there.  No
database connection is held while a provider answers.
"""

import hashlib
import logging
import uuid
from datetime import timedelta
from time import monotonic

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from channels.contract import Fetched, NotFetched
from feedback_service import outbox
from feedback_service.attachments.hearing import BELL
from feedback_service.attachments.kinds import content_type
from feedback_service.attachments.refusal import Refused
from feedback_service.attachments.stripping import strip
from feedback_service.identity import KeyRing
from feedback_service.models import Attachment, AttachmentContent, AttachmentState, Citizen
from feedback_service.outbox import Wording
from feedback_service.runtime import Runtime

logger = logging.getLogger(__name__)

BATCH = 5
TURN_SECONDS = 10.0
"""How long one job goes on before it lets a worker do something else: messages wait behind it."""
LEASE = timedelta(minutes=2)
"""Longer than a fetch may take (70 s): a row claimed for longer has lost its worker."""
RETRIES = tuple(timedelta(seconds=s) for s in (10, 60, 300, 1800, 7200, 43200))
"""A provider may hand out the address before the thing, and be away for a night."""
MEGABYTE = 1_000_000


def drain(rt: Runtime) -> int:
    """Fetch what waits and delete what has come, for a turn; returns how many were handled.

    What is left then rings again, so that messages get their turn.
    """
    rt.answered(BELL)
    handled, until = 0, monotonic() + TURN_SECONDS
    while batch := _claim(rt):
        for attachment_id in batch:
            _bring(rt, attachment_id)
        handled += len(batch)
        if monotonic() > until:
            rt.ring(BELL)
            break
    return handled


def waiting(rt: Runtime) -> bool:
    """Whether anything is to be fetched or deleted now."""
    with rt.transaction() as session:
        return session.scalar(_due(rt).limit(1)) is not None


def sweep(rt: Runtime) -> None:
    """Ring for what waits: its bell may have been lost."""
    if waiting(rt):
        rt.ring(BELL)


def _due(rt: Runtime) -> sa.Select[uuid.UUID]:
    now = rt.now()
    return (
        sa.select(Attachment.id)
        .where(
            Attachment.url != "",
            Attachment.not_before_at <= now,
            sa.or_(Attachment.claimed_at.is_(None), Attachment.claimed_at < now - LEASE),
        )
        .order_by(Attachment.not_before_at, Attachment.id)
    )


def _claim(rt: Runtime) -> list[uuid.UUID]:
    with rt.transaction() as session:
        ids = list(session.scalars(_due(rt).limit(BATCH).with_for_update(skip_locked=True)))
        if ids:
            claimed = sa.update(Attachment).where(Attachment.id.in_(ids))
            session.execute(claimed.values(claimed_at=rt.now()))
    return ids


def _bring(rt: Runtime, attachment_id: uuid.UUID) -> None:
    with rt.transaction() as session:
        known = session.get_one(Attachment, attachment_id)
    if known.state is AttachmentState.WAITING:
        known = _fetch(rt, known)
    if known.url and known.state is not AttachmentState.WAITING:
        _forget(rt, known)


def _fetch(rt: Runtime, known: Attachment) -> Attachment:
    """The row after one attempt to fetch it."""
    way, limit = rt.ways.get(known.channel), rt.settings.media_limit_mb * MEGABYTE
    try:
        if way is None:
            raise NotFetched(f"channel {known.channel} is not switched on", retry=True)
        came = way.fetch(known.url, limit)
        kind = content_type(came.content, known.told_type or came.content_type)
        shown = strip(came.content, kind)
    except Refused as error:
        return _refused(rt, known.id, error.word, str(error))
    except NotFetched as error:
        if error.too_large:
            return _refused(rt, known.id, "size", error.reason)
        return _not_yet(rt, known.id, error)
    return _kept(rt, known.id, Fetched(shown, kind))


def _kept(rt: Runtime, attachment_id: uuid.UUID, shown: Fetched) -> Attachment:
    sealed = KeyRing(rt.settings.phone_keys).seal_bytes(shown.content, attachment_id.bytes)
    with rt.transaction() as session:
        row = session.get_one(Attachment, attachment_id, with_for_update=True)
        if row.state is not AttachmentState.WAITING:
            return row
        bytes_ = insert(AttachmentContent).values(attachment_id=row.id, sealed=sealed)
        session.execute(bytes_.on_conflict_do_nothing())
        row.state, row.kept_at = AttachmentState.KEPT, rt.now()
        row.content_type, row.size = shown.content_type, len(shown.content)
        row.sha256 = hashlib.sha256(shown.content).hexdigest()
        _settle(row)
        return row


def _refused(rt: Runtime, attachment_id: uuid.UUID, word: str, why: str) -> Attachment:
    logger.info("attachment %s refused (%s): %s", attachment_id, word, why)
    with rt.transaction() as session:
        row = session.get_one(Attachment, attachment_id, with_for_update=True)
        if row.state is AttachmentState.WAITING:
            row.state, row.reason = AttachmentState.REFUSED, word
            _settle(row)
            _tell(rt, session, row, "sms-media-refused", limit=str(rt.settings.media_limit_mb))
        return row


def _not_yet(rt: Runtime, attachment_id: uuid.UUID, error: NotFetched) -> Attachment:
    """Another attempt later, or none any more."""
    with rt.transaction() as session:
        row = session.get_one(Attachment, attachment_id, with_for_update=True)
        if row.state is not AttachmentState.WAITING:
            return row
        row.claimed_at, row.reason = None, error.reason
        if error.retry and row.attempts < len(RETRIES):
            row.not_before_at = rt.now() + RETRIES[row.attempts]
            row.attempts += 1
            return row
        logger.warning("attachment %s is lost: %s", row.id, error.reason)
        row.state = AttachmentState.LOST
        _settle(row)
        row.url = row.url if error.retry else ""  # an address we never ask is not asked to delete
        _tell(rt, session, row, "sms-media-lost")
        return row


def _settle(row: Attachment) -> None:
    """The attempts are counted anew: from now on they are attempts to delete."""
    row.attempts, row.claimed_at = 0, None


def _tell(rt: Runtime, session: Session, row: Attachment, wording: str, **values: str) -> None:
    """Said once for a message, however many things came with it."""
    citizen = session.get_one(Citizen, row.citizen_id)
    if citizen.retired_at is not None:
        return
    message = row.source.rpartition(":")[0]
    say = Wording(wording, f"{wording}:{message}", values, answers=True)
    outbox.post(session, citizen, row.channel, citizen.language or "en", say, rt.now())


def _forget(rt: Runtime, known: Attachment) -> None:
    """Have the provider delete its copy; one that does not answer is asked again, less and less."""
    way = rt.ways.get(known.channel)
    try:
        if way is None:
            raise NotFetched(f"channel {known.channel} is not switched on", retry=True)
        way.forget(known.url)
        again = None
    except NotFetched as error:
        logger.warning("attachment %s is still at the provider: %s", known.id, error.reason)
        again = error if error.retry else None
    with rt.transaction() as session:
        row = session.get_one(Attachment, known.id, with_for_update=True)
        row.claimed_at = None
        if again is None:
            row.url = ""
        else:
            row.not_before_at = rt.now() + RETRIES[min(row.attempts, len(RETRIES) - 1)]
            row.attempts += 1
