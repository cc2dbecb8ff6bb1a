"""Who may not see a case, who asked to see a number, what citizens asked of their own data."""

import uuid
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from feedback_service.models.base import Base, closed_set, new_id


class Certainty(StrEnum):
    """How sure it is that a case names a member of staff."""

    NAMED = "named"  # by the citizen or an officer
    LIKELY = "likely"  # a match of names; counts until somebody outside the unit decides
    CLEARED = "cleared"  # somebody outside the unit decided: not this person


class Conflict(Base):
    """A case that names a member of staff: it does not exist for them and those below them.

    With `unit_id` in place of `staff_id` it names an office: hidden from all its people once
    central triage has said so (`named`); a `likely` one only takes the case to central triage.
    `how` says what found it, `matched` which of the citizen's words, `reason` is the decision's.
    """

    __tablename__ = "conflicts"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    case_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("cases.id"))
    staff_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("staff.id"))
    unit_id: Mapped[str | None] = mapped_column(sa.ForeignKey("units.id"))
    certainty: Mapped[Certainty] = mapped_column(closed_set(Certainty, "certainty"))
    how: Mapped[str]
    matched: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]
    marked_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("staff.id"))
    decided_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("staff.id"))
    decided_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(default="")

    __table_args__ = (
        sa.UniqueConstraint("case_id", "staff_id"),
        sa.UniqueConstraint("case_id", "unit_id"),
        sa.Index("ix_conflicts_staff", "staff_id", "case_id"),
        sa.Index("ix_conflicts_unit", "unit_id", "case_id"),
        sa.Index("ix_conflicts_undecided", "at", postgresql_where=sa.text("decided_at is null")),
    )


class Unsealing(Base):
    """Somebody asked to see a citizen's number: a reason, a second person, a time to look."""

    __tablename__ = "unsealings"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    case_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("cases.id"), index=True)
    citizen_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("citizens.id"))
    reason: Mapped[str]
    asked_by_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("staff.id"))
    asked_at: Mapped[datetime]
    decided_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("staff.id"))
    decided_at: Mapped[datetime | None]
    granted: Mapped[bool | None]
    looked_at: Mapped[datetime | None]
    until: Mapped[datetime | None]


class RequestKind(StrEnum):
    """What the Data Protection Act lets a person ask."""

    ACCESS = "access"
    ERASURE = "erasure"


class SubjectRequest(Base):
    """A citizen's request about their own data, with its legal date."""

    __tablename__ = "subject_requests"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    source: Mapped[str] = mapped_column(unique=True)
    citizen_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("citizens.id"), index=True)
    kind: Mapped[RequestKind] = mapped_column(closed_set(RequestKind, "kind"))
    channel: Mapped[str]
    asked_at: Mapped[datetime]
    due_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    done_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("staff.id"))
    result: Mapped[dict[str, Any]]


class RetentionRun(Base):
    """One run of one retention rule: what it was, how much it took away."""

    __tablename__ = "retention_runs"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    rule: Mapped[str]
    at: Mapped[datetime]
    before: Mapped[datetime]
    removed: Mapped[int]
