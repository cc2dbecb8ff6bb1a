"""What we heard and what we said: each with the one source that keeps its effect single."""

import uuid
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from feedback_service.models.base import Base, closed_set, new_id


class MessageState(StrEnum):
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"
    UNKNOWN = "unknown"


class Message(Base):
    """A message to a citizen, written in the transaction that causes it, sent afterwards.

    `channel` is the way it leaves by now; `tried` lists those given up, each with its
    `channel`, `provider_id`, `cause` and `reason`.  `cause` is why it failed, as the table of
    remedies names it.  `data` holds what the text was made of and what an
    answer to it needs: `values`, `options`, `choices`, `pending`.  `institution_id` bears the cost.
    """

    __tablename__ = "messages"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    key: Mapped[str] = mapped_column(unique=True)
    citizen_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("citizens.id"))
    case_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("cases.id"), index=True)
    channel: Mapped[str]
    wording: Mapped[str]
    language: Mapped[str]
    text: Mapped[str]
    expects_reply: Mapped[bool] = mapped_column(default=False)
    data: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default=sa.text("'{}'"))
    tried: Mapped[list[Any]] = mapped_column(default=list, server_default=sa.text("'[]'"))
    institution_id: Mapped[str | None] = mapped_column(sa.ForeignKey("institutions.id"))
    state: Mapped[MessageState] = mapped_column(closed_set(MessageState, "state"))
    provider_id: Mapped[str | None]
    attempts: Mapped[int] = mapped_column(default=0)
    not_before_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    claimed_at: Mapped[datetime | None]
    failure: Mapped[str] = mapped_column(default="")
    cause: Mapped[str] = mapped_column(default="", server_default="")
    cost_kes: Mapped[Decimal | None] = mapped_column(sa.Numeric(10, 4))
    cost_estimated: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    parts: Mapped[int | None]
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]

    __table_args__ = (
        sa.Index(
            "ix_messages_waiting", "not_before_at", postgresql_where=sa.text("state = 'queued'")
        ),
        sa.Index(
            "ix_messages_sending", "claimed_at", postgresql_where=sa.text("state = 'sending'")
        ),
        sa.Index(
            "uq_messages_provider",
            "channel",
            "provider_id",
            unique=True,
            postgresql_where=sa.text("provider_id is not null"),
        ),
        sa.Index(
            "ix_messages_tried",
            "tried",
            postgresql_using="gin",
            postgresql_where=sa.text("tried <> '[]'::jsonb"),
        ),
        sa.Index("ix_messages_citizen", "citizen_id", "created_at"),
        sa.Index("ix_messages_created", "created_at"),
        sa.Index("ix_messages_institution", "institution_id", "created_at"),
    )


class Heard(Base):
    """One message from a citizen by SMS or WhatsApp, kept before anything is made of it.

    `became` is the kind of message it was read as; `waiting` until a numbered question is answered,
    `set-aside` when only a person can tell, who then settles it.
    """

    __tablename__ = "heard"
    source: Mapped[str] = mapped_column(primary_key=True)
    citizen_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("citizens.id"), index=True)
    channel: Mapped[str]
    text: Mapped[str]
    at: Mapped[datetime]
    became: Mapped[str]
    case_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("cases.id"))
    network: Mapped[str] = mapped_column(default="", server_default="")
    settled_at: Mapped[datetime | None]
    settled_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("staff.id"))

    __table_args__ = (
        sa.Index("ix_heard_at", "at"),
        sa.Index(
            "ix_heard_unsettled",
            "became",
            "at",
            postgresql_where=sa.text("became in ('waiting', 'set-aside') and settled_at is null"),
        ),
    )


class EarlyReceipt(Base):
    """A delivery report that came before we had stored our own send: matched when it is."""

    __tablename__ = "early_receipts"
    channel: Mapped[str] = mapped_column(primary_key=True)
    provider_id: Mapped[str] = mapped_column(primary_key=True)
    state: Mapped[str]
    reason: Mapped[str]
    cause: Mapped[str] = mapped_column(default="", server_default="")
    final: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    at: Mapped[datetime]
