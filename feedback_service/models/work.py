"""What helps a desk through its day: replies kept ready."""

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from feedback_service.models.base import Base, new_id


class CannedReply(Base):
    """A reply kept ready in both languages, with placeholders; without institution it is for all.

    A change is a new row that ends the old one, so that what was sent can be found again.
    """

    __tablename__ = "canned_replies"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    institution_id: Mapped[str | None] = mapped_column(sa.ForeignKey("institutions.id"), index=True)
    title: Mapped[str]
    action: Mapped[str]
    text_en: Mapped[str]
    text_sw: Mapped[str]
    made_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("staff.id"))
    made_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
