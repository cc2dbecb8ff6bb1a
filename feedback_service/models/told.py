"""The public's list of single requests as it was told: drawn up once a month, read by everyone."""

import uuid
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from feedback_service.domain.cases import CaseKind
from feedback_service.models.base import Base, closed_set


class ToldMonth(Base):
    """A month whose requests were drawn up, once: nothing is added to it afterwards.

    `stood_on` is the first day of the month as of which `open` and `updated_on` of its requests
    are said.
    """

    __tablename__ = "told_months"
    month: Mapped[date] = mapped_column(primary_key=True)
    simulated: Mapped[bool] = mapped_column(primary_key=True)
    drawn_at: Mapped[datetime]
    stood_on: Mapped[date]


class ToldRequest(Base):
    """One request as anybody reads it; `id` is its name there, `case_id` is told to nobody.

    `month`, `kind`, `service_id` and `institution_id` are what five must share to be told at all;
    `county_code` and the day of `received_on` stand only where five share them.  `erased`: its
    citizen was forgotten; it is told no more, and goes when those beside it were looked at again.
    """

    __tablename__ = "told_requests"
    id: Mapped[str] = mapped_column(primary_key=True)
    case_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("cases.id"), unique=True)
    month: Mapped[date]
    kind: Mapped[CaseKind] = mapped_column(closed_set(CaseKind, "kind"))
    service_id: Mapped[str] = mapped_column(sa.ForeignKey("services.id"))
    institution_id: Mapped[str] = mapped_column(sa.ForeignKey("institutions.id"))
    county_code: Mapped[int | None] = mapped_column(sa.ForeignKey("counties.code"))
    received_on: Mapped[date]
    by_day: Mapped[bool]
    open: Mapped[bool]
    updated_on: Mapped[date]
    simulated: Mapped[bool]
    erased: Mapped[bool] = mapped_column(default=False, server_default=sa.false())

    __table_args__ = (
        sa.Index(
            "ix_told_requests_newest",
            "received_on",
            "id",
            postgresql_where=sa.text("not erased"),
        ),
        sa.Index(
            "ix_told_requests_service",
            "service_id",
            "received_on",
            "id",
            postgresql_where=sa.text("not erased"),
        ),
        sa.Index("ix_told_requests_cell", "month", "institution_id", "service_id"),
        sa.Index("ix_told_requests_erased", "month", postgresql_where=sa.text("erased")),
    )
