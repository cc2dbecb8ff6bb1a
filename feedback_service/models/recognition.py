"""Praise that citizens sent, kept in a register of its own (PSVP Act 2015, section 15)."""

import uuid
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from feedback_service.models.base import Base, closed_set, new_id


class ComplimentState(StrEnum):
    WAITING = "waiting"
    KEPT = "kept"
    CASE = "case"
    NONE = "none"


class Compliment(Base):
    """Words that sound like praise: waiting until the model has read them, then kept, a case, or
    nothing.  It is no case and no rating, and no score counts it.

    `staff_id` is the officer whom the desk matched; `tried_at` when a worker last began to read it.
    """

    __tablename__ = "compliments"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    source: Mapped[str] = mapped_column(unique=True)
    citizen_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("citizens.id"), index=True)
    channel: Mapped[str]
    language: Mapped[str]
    text: Mapped[str]
    service_id: Mapped[str | None] = mapped_column(sa.ForeignKey("services.id"))
    institution_id: Mapped[str | None] = mapped_column(sa.ForeignKey("institutions.id"))
    county_code: Mapped[int | None] = mapped_column(sa.ForeignKey("counties.code"))
    rated: Mapped[bool]
    state: Mapped[ComplimentState] = mapped_column(closed_set(ComplimentState, "state"))
    received_at: Mapped[datetime]
    tried_at: Mapped[datetime | None]
    read_at: Mapped[datetime | None]
    case_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("cases.id"))
    staff_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("staff.id"))
    matched_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("staff.id"))
    matched_at: Mapped[datetime | None]
    simulated: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (
        sa.Index("ix_compliments_institution", "institution_id", "received_at"),
        sa.Index(
            "ix_compliments_waiting",
            "received_at",
            postgresql_where=sa.text("state = 'waiting'"),
        ),
    )


class Programme(Base):
    """The programme of the budget that pays for a service; `code` as the budget has it."""

    __tablename__ = "programmes"
    service_id: Mapped[str] = mapped_column(sa.ForeignKey("services.id"), primary_key=True)
    code: Mapped[str]
    name: Mapped[str]
    changed_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("staff.id"))
    changed_at: Mapped[datetime]
