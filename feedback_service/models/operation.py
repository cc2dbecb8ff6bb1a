"""What operators and editors keep: wording changed in service, budgets for messages, alarms."""

import uuid
from datetime import datetime
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from feedback_service.models.base import Base, new_id


class Phrase(Base):
    """A citizen's wording as an editor changed it; the newest row of a key and language counts.

    An empty text takes the change back: the wording we ship counts again.
    """

    __tablename__ = "phrases"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    key: Mapped[str]
    language: Mapped[str]
    text: Mapped[str]
    by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("staff.id"))
    at: Mapped[datetime]

    __table_args__ = (sa.Index("ix_phrases_key", "key", "language", "at"),)


class Budget(Base):
    """What an institution means to spend on messages in a month, in KES."""

    __tablename__ = "budgets"
    institution_id: Mapped[str] = mapped_column(sa.ForeignKey("institutions.id"), primary_key=True)
    monthly_kes: Mapped[Decimal] = mapped_column(sa.Numeric(12, 2))
    set_at: Mapped[datetime]


class Alarm(Base):
    """Something operators must look at, from when it was raised until it was over."""

    __tablename__ = "alarms"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    kind: Mapped[str]
    subject: Mapped[str]
    detail: Mapped[str] = mapped_column(default="")
    raised_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    __table_args__ = (
        sa.Index(
            "uq_alarms_open",
            "kind",
            "subject",
            unique=True,
            postgresql_where=sa.text("ended_at is null"),
        ),
    )
