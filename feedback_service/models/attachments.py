"""Pictures, voice notes and papers of a case: what is known of each, and its sealed bytes."""

import uuid
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from feedback_service.models.base import Base, closed_set, new_id


class AttachmentState(StrEnum):
    WAITING = "waiting"  # still with the provider
    KEPT = "kept"
    REFUSED = "refused"  # too large, or of a kind that is not taken
    LOST = "lost"  # the provider no longer has it


class Attachment(Base):
    """One thing that came with a message; it joins a case at once or when the next one opens.

    `url` is where the provider keeps it, empty once the copy there is deleted.  `size` and `sha256`
    are of what is kept, without metadata.  `attempts` counts fetching, then deleting there.
    `added_by_id`: somebody of the staff put it to the case; it did not come from the citizen.
    """

    __tablename__ = "attachments"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    source: Mapped[str] = mapped_column(unique=True)
    citizen_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("citizens.id"), index=True)
    case_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("cases.id"), index=True)
    channel: Mapped[str]
    url: Mapped[str]
    told_type: Mapped[str]
    state: Mapped[AttachmentState] = mapped_column(closed_set(AttachmentState, "state"))
    content_type: Mapped[str | None]
    size: Mapped[int | None]
    sha256: Mapped[str | None]
    reason: Mapped[str] = mapped_column(default="")
    added_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("staff.id"))
    attempts: Mapped[int] = mapped_column(default=0)
    not_before_at: Mapped[datetime]
    claimed_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    kept_at: Mapped[datetime | None]

    __table_args__ = (
        sa.Index(
            "ix_attachments_waiting",
            "not_before_at",
            postgresql_where=sa.text("url <> ''"),
        ),
    )


class AttachmentContent(Base):
    """The bytes of an attachment, encrypted; a table of their own, so that lists stay light."""

    __tablename__ = "attachment_contents"
    attachment_id: Mapped[uuid.UUID] = mapped_column(
        sa.ForeignKey("attachments.id"), primary_key=True
    )
    sealed: Mapped[bytes]
