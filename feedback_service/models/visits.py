"""Visits as institutions feed them, what should have been fed, one-time codes, planted controls.

Nothing here is ever changed or removed by the staff of an institution: rows are only added.
"""

import uuid
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from feedback_service.models.base import Base, new_id


class VisitBatch(Base):
    """One file, or what one key of the API fed on one day: how much of it was taken.

    `way` is api, csv, desk or demo; `name` the key or the file's digest; `by_id` who loaded it.
    """

    __tablename__ = "visit_batches"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    institution_id: Mapped[str] = mapped_column(sa.ForeignKey("institutions.id"))
    way: Mapped[str]
    name: Mapped[str]
    day: Mapped[date]
    at: Mapped[datetime]
    by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("staff.id"))
    taken: Mapped[int]
    repeated: Mapped[int]
    refused: Mapped[int]

    __table_args__ = (sa.UniqueConstraint("institution_id", "way", "name", "day"),)


class Visit(Base):
    """One use of a service by one person, as the office that gave it has fed it.

    `source` is `INSTITUTION/keyed hash of their own id`.  `citizen_id` is empty where the feed
    brought no number that can be written to: such a visit is in the frame, and can never be asked.
    `serial` is the ticket's or receipt's number, `at` when the service was given, `fed_at` when we
    were told.
    """

    __tablename__ = "visits"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    source: Mapped[str] = mapped_column(unique=True)
    institution_id: Mapped[str] = mapped_column(sa.ForeignKey("institutions.id"))
    service_id: Mapped[str] = mapped_column(sa.ForeignKey("services.id"))
    service_point_id: Mapped[str | None] = mapped_column(sa.ForeignKey("service_points.id"))
    county_code: Mapped[int | None] = mapped_column(sa.ForeignKey("counties.code"))
    citizen_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("citizens.id"), index=True)
    at: Mapped[datetime]
    serial: Mapped[str] = mapped_column(default="", server_default="")
    amount_kes: Mapped[int | None]
    fed_at: Mapped[datetime]
    batch_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("visit_batches.id"))
    simulated: Mapped[bool] = mapped_column(default=False, server_default=sa.false())

    __table_args__ = (
        sa.Index("ix_visits_institution", "institution_id", "at"),
        sa.Index("ix_visits_at", "at"),
    )


class DeclaredCount(Base):
    """How many visits there were by another record; the largest of a place and quarter counts.

    `kind` says which record: tickets, payments, or a count the institution declares; `evidence`
    where it can be looked up.  Without a place it is the count of the whole institution.  One that
    the scorecards' owner has confirmed takes the place of those entered before it, larger or not.
    """

    __tablename__ = "declared_counts"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    institution_id: Mapped[str] = mapped_column(sa.ForeignKey("institutions.id"))
    service_point_id: Mapped[str | None] = mapped_column(sa.ForeignKey("service_points.id"))
    period: Mapped[str]
    kind: Mapped[str]
    count: Mapped[int]
    evidence: Mapped[str]
    by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("staff.id"))
    at: Mapped[datetime]
    simulated: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    confirmed_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("staff.id"))
    confirmed_at: Mapped[datetime | None]

    __table_args__ = (sa.Index("ix_declared_counts_period", "period", "institution_id", "at"),)


class ControlVisit(Base):
    """A real visit by somebody of the scorecards' owner: the feed must bring it, or it leaks."""

    __tablename__ = "control_visits"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    institution_id: Mapped[str] = mapped_column(sa.ForeignKey("institutions.id"))
    service_id: Mapped[str] = mapped_column(sa.ForeignKey("services.id"))
    service_point_id: Mapped[str | None] = mapped_column(sa.ForeignKey("service_points.id"))
    county_code: Mapped[int | None] = mapped_column(sa.ForeignKey("counties.code"))
    citizen_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("citizens.id"), index=True)
    visited_at: Mapped[datetime]
    note: Mapped[str] = mapped_column(default="", server_default="")
    planted_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("staff.id"))
    planted_at: Mapped[datetime]
    simulated: Mapped[bool] = mapped_column(default=False, server_default=sa.false())

    __table_args__ = (sa.Index("ix_control_visits_visited", "visited_at"),)


class CodeSheet(Base):
    """A sheet of one-time codes for receipts and tickets of a service at a place."""

    __tablename__ = "code_sheets"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    institution_id: Mapped[str | None] = mapped_column(sa.ForeignKey("institutions.id"), index=True)
    service_id: Mapped[str] = mapped_column(sa.ForeignKey("services.id"))
    service_point_id: Mapped[str | None] = mapped_column(sa.ForeignKey("service_points.id"))
    county_code: Mapped[int | None] = mapped_column(sa.ForeignKey("counties.code"))
    codes: Mapped[int]
    expires_on: Mapped[date]
    made_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("staff.id"))
    made_at: Mapped[datetime]
    simulated: Mapped[bool] = mapped_column(default=False, server_default=sa.false())


class VisitCode(Base):
    """One code; `rating_source` is the rating it was spent on, which no second one can take.

    It stands here in clear: whoever prints the sheet has it anyway, and it opens nothing but one
    rating of the open class.
    """

    __tablename__ = "visit_codes"
    code: Mapped[str] = mapped_column(primary_key=True)
    sheet_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("code_sheets.id"), index=True)
    position: Mapped[int]
    used_at: Mapped[datetime | None]
    rating_source: Mapped[str | None] = mapped_column(unique=True)


class FrameCount(Base):
    """What was counted of an institution's visits of a quarter: `analytics.coverage` says how.

    Made from `visits` alone, and made again by the clock: it may be thrown away at any time.
    """

    __tablename__ = "frame_counts"
    institution_id: Mapped[str] = mapped_column(sa.ForeignKey("institutions.id"), primary_key=True)
    period: Mapped[str] = mapped_column(primary_key=True)
    simulated: Mapped[bool] = mapped_column(primary_key=True)
    visited: Mapped[int]
    counted: Mapped[int]
    without_number: Mapped[int]
    late: Mapped[int]
    repeated: Mapped[int]
    dead: Mapped[int]
    serials: Mapped[int]
    gaps: Mapped[int] = mapped_column(sa.BigInteger)
    counted_at: Mapped[datetime]
