"""What reporting lines signed off of a period, kept as it was signed; and what was returned."""

import uuid
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from feedback_service.models.base import Base, new_id


class LineSheet(Base):
    """The aggregate of a line, of a county or of one body, as its holder signed it.

    Signed again it is another row with the next `number`; the last one stands.  `figures` are those
    signed, `digest` is their SHA-256; `provisional`: the period was not frozen.
    """

    __tablename__ = "line_sheets"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    period: Mapped[str]
    line: Mapped[str]
    holder_id: Mapped[str] = mapped_column(sa.ForeignKey("institutions.id"))
    number: Mapped[int]
    provisional: Mapped[bool]
    figures: Mapped[dict[str, Any]]
    digest: Mapped[str]
    words: Mapped[str]
    signed_by_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("staff.id"))
    signed_at: Mapped[datetime]
    sent_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("staff.id"))
    sent_at: Mapped[datetime | None]

    __table_args__ = (sa.UniqueConstraint("period", "line", "holder_id", "number"),)


class LineReturn(Base):
    """Figures of a body given back to it with a reason, by whoever stands above it in its line; its
    answer is its own words, or those with which it signed again."""

    __tablename__ = "line_returns"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    period: Mapped[str]
    line: Mapped[str]
    institution_id: Mapped[str] = mapped_column(sa.ForeignKey("institutions.id"))
    reason: Mapped[str]
    by_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("staff.id"))
    at: Mapped[datetime]
    answer: Mapped[str] = mapped_column(default="", server_default="")
    answered_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("staff.id"))
    answered_at: Mapped[datetime | None]

    __table_args__ = (sa.Index("ix_line_returns", "period", "institution_id"),)
