"""Signs that figures were made rather than earned, and the phones that staff say are theirs."""

import uuid
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from feedback_service.models.base import Base, new_id


class Flag(Base):
    """One suspicion of one quarter, raised once, reviewed by a person or not.

    `kind` is the signal, `subject` tells flags of a kind apart (the question and the desk, or the
    place).  `detail` has its `figures`, the suspect `records` by id, whether they are
    `favourable`, and the `parameters` version.  `stands` is the review: the suspicion is right.
    """

    __tablename__ = "flags"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    kind: Mapped[str]
    institution_id: Mapped[str] = mapped_column(sa.ForeignKey("institutions.id"))
    unit_id: Mapped[str | None] = mapped_column(sa.ForeignKey("units.id"))
    period: Mapped[str]
    subject: Mapped[str]
    detail: Mapped[dict[str, Any]]
    records: Mapped[int]
    raised_at: Mapped[datetime]
    due_at: Mapped[datetime]
    reviewed_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("staff.id"))
    reviewed_at: Mapped[datetime | None]
    stands: Mapped[bool | None]
    reason: Mapped[str] = mapped_column(default="")

    __table_args__ = (
        sa.UniqueConstraint("institution_id", "period", "kind", "subject"),
        sa.Index("ix_flags_waiting", "due_at", postgresql_where=sa.text("reviewed_at is null")),
    )


class StaffPhone(Base):
    """A phone of somebody who works for an institution, as the keyed hash it is compared by."""

    __tablename__ = "staff_phones"
    institution_id: Mapped[str] = mapped_column(sa.ForeignKey("institutions.id"), primary_key=True)
    lookup: Mapped[bytes] = mapped_column(primary_key=True)
    entered_at: Mapped[datetime]
