"""Conversations that outlive a session: dialogues by message, and dialled sessions gone on with."""

import uuid
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from feedback_service.models.base import Base


class Talk(Base):
    """A dialogue by SMS or WhatsApp: one a person and channel, each answer a message.

    `source` begins the key of every effect: a dropped session's that it goes on with, or its own.
    """

    __tablename__ = "talks"
    citizen_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("citizens.id"), primary_key=True)
    channel: Mapped[str] = mapped_column(primary_key=True)
    source: Mapped[str]
    conversation: Mapped[dict[str, Any]]
    began_at: Mapped[datetime]
    at: Mapped[datetime]


class Resumption(Base):
    """Where a USSD session began, unless at the language question: its history begins there, Redis
    or not.

    `origin` is the source of its effects: that of a dropped session which it took up, or its own.
    """

    __tablename__ = "resumptions"
    session: Mapped[str] = mapped_column(primary_key=True)
    origin: Mapped[str]
    conversation: Mapped[dict[str, Any]]
    at: Mapped[datetime]

    __table_args__ = (
        sa.Index("ix_resumptions_at", "at"),
        sa.Index("ix_resumptions_origin", "origin"),
    )
