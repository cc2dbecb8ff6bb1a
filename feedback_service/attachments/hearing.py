"""Taking note of what came with a message: rows now, the bytes later, by a worker."""

import uuid
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from channels.contract import Inbound, Location, Media
from feedback_service import outbox
from feedback_service.conversations.wording import phrase
from feedback_service.models import Attachment, AttachmentState, Case, Citizen, new_id
from feedback_service.outbox import Wording
from feedback_service.runtime import Runtime, after_commit

BELL = "media"
MOST_A_DAY = 30
"""Things one person may send in 24 hours: a whole album is no complaint, and bytes cost."""
BELONGS_FOR = timedelta(hours=24)
"""How long a thing waits for its case."""
LONGEST_NAME = 120
"""Characters kept of a place's name, and of its address."""


def hear(
    rt: Runtime, session: Session, citizen: Citizen, source: str, heard: Inbound,
    case_id: uuid.UUID | None, now: datetime,
) -> int:  # fmt: skip
    """Note what came with a message; returns how many things were new.

    Without a case they wait a day for the citizen's next one.  A copy of the message adds nothing.
    """
    room = MOST_A_DAY - _today(session, citizen, now) if heard.media else 0
    noted = 0
    for number, media in enumerate(heard.media):
        taken = noted < room
        row = _row(citizen, source, number, media, now) | {"case_id": case_id}
        if not taken:
            row |= {"state": AttachmentState.REFUSED, "reason": "too-many"}
        added = insert(Attachment).values(row).on_conflict_do_nothing(index_elements=["source"])
        noted += bool(session.execute(added.returning(Attachment.id)).scalar())
        if not taken:
            _say_enough(session, citizen, source, now)
    if noted:
        after_commit(session, BELL)
    return noted


def join(session: Session, citizen_id: uuid.UUID, case: Case, now: datetime) -> int:
    """Give a case what its citizen sent before it was opened; returns how many things that is."""
    loose = (
        sa.update(Attachment)
        .where(
            Attachment.citizen_id == citizen_id,
            Attachment.case_id.is_(None),
            Attachment.created_at > now - BELONGS_FOR,
        )
        .values(case_id=case.id)
        .returning(Attachment.id)
    )
    return len(session.execute(loose).all())


def place_words(location: Location, language: str) -> str:
    """A place as words of a complaint: "Place: Duka Moja, Ngong Road (-1.2864, 36.8172)"."""
    named = [" ".join(name.split())[:LONGEST_NAME] for name in (location.label, location.address)]
    spot = f"({_degrees(location.latitude)}, {_degrees(location.longitude)})"
    told = ", ".join(name for name in dict.fromkeys(named) if name)
    return phrase("place", language, place=f"{told} {spot}".strip())


def _degrees(angle: float) -> str:
    """To a metre or so: enough to find a broken pipe."""
    return f"{angle:.5f}".rstrip("0").rstrip(".")


def _today(session: Session, citizen: Citizen, now: datetime) -> int:
    sent = sa.select(sa.func.count()).where(
        Attachment.citizen_id == citizen.id,
        Attachment.created_at > now - timedelta(days=1),
        Attachment.added_by_id.is_(None),
    )
    return session.scalar(sent) or 0


def _row(
    citizen: Citizen, source: str, number: int, media: Media, now: datetime
) -> dict[str, object]:
    return {
        "id": new_id(), "source": f"{source}:{number}", "citizen_id": citizen.id,
        "channel": source.partition(":")[0], "url": media.url, "told_type": media.content_type,
        "state": AttachmentState.WAITING, "not_before_at": now, "created_at": now,
        "reason": "", "attempts": 0,
    }  # fmt: skip


def _say_enough(session: Session, citizen: Citizen, source: str, now: datetime) -> None:
    """Said once a day, however many more come."""
    key = f"media-enough:{citizen.id}:{now.date()}"
    channel = source.partition(":")[0]
    say = Wording("sms-media-enough", key, {"most": str(MOST_A_DAY)}, answers=True)
    outbox.post(session, citizen, channel, citizen.language or "en", say, now)
