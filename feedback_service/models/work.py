"""What helps a desk through its day: rules of assignment, canned replies, saved views."""

import uuid
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from feedback_service.models.base import Base, new_id


class AssignmentRule(Base):
    """Who at a unit takes which new cases: the first rule that matches counts; empty means any.

    Without `staff_id` the case goes to whoever of the unit has the least open work.
    """

    __tablename__ = "assignment_rules"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    unit_id: Mapped[str] = mapped_column(sa.ForeignKey("units.id"), index=True)
    position: Mapped[int]
    service_id: Mapped[str | None] = mapped_column(sa.ForeignKey("services.id"))
    service_point_id: Mapped[str | None] = mapped_column(sa.ForeignKey("service_points.id"))
    county_code: Mapped[int | None] = mapped_column(sa.ForeignKey("counties.code"))
    category: Mapped[str | None]
    language: Mapped[str | None]
    staff_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("staff.id"))
    made_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("staff.id"))
    made_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


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


class SavedView(Base):
    """A reader's own choice of the queue under a name; `query` is the queue's filters."""

    __tablename__ = "saved_views"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    staff_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("staff.id"))
    name: Mapped[str]
    query: Mapped[dict[str, Any]]
    made_at: Mapped[datetime]

    __table_args__ = (sa.UniqueConstraint("staff_id", "name"),)
