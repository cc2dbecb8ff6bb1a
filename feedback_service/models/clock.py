"""What moves clocks from outside the cases: hours of an office, and dates that a holiday moved."""

import uuid
from datetime import date, datetime, time

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from feedback_service.models.base import Base, new_id


class OfficeHours(Base):
    """When an office answers from a day on, where it differs from 8 to 17 on weekdays.

    `scope` is an institution's id, or `county:47` for all of a county's offices.  `weekend` holds
    weekdays (Monday is 0) on which it is shut.
    """

    __tablename__ = "office_hours"
    scope: Mapped[str] = mapped_column(primary_key=True)
    effective_from: Mapped[date] = mapped_column(primary_key=True)
    opens: Mapped[time]
    closes: Mapped[time]
    weekend: Mapped[list[int]] = mapped_column(sa.ARRAY(sa.Integer))
    set_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("staff.id"))
    set_at: Mapped[datetime]


class MovedDate(Base):
    """A date of a case that changed although nothing was done to it: a day was gazetted late."""

    __tablename__ = "moved_dates"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    case_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("cases.id"), index=True)
    which: Mapped[str]
    was: Mapped[datetime]
    became: Mapped[datetime]
    because: Mapped[str]
    at: Mapped[datetime]
