"""Several cases with one cause: gathered, split again, answered once."""

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from feedback_service.models.base import Base, new_id


class Incident(Base):
    """One cause; a case in it keeps its reference, its answer and its citizen's vote.

    `title` is empty until a person names it.  `fixed_at`: the office declared it mended, everyone
    is told once, in their language where both have words.  `merged_into_id`: its cases were moved
    there at `merged_at`, and can be moved back.
    """

    __tablename__ = "incidents"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    title: Mapped[str]
    institution_id: Mapped[str] = mapped_column(sa.ForeignKey("institutions.id"), index=True)
    service_id: Mapped[str | None] = mapped_column(sa.ForeignKey("services.id"))
    county_code: Mapped[int | None] = mapped_column(sa.ForeignKey("counties.code"))
    opened_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("staff.id"))
    opened_at: Mapped[datetime]
    fix_en: Mapped[str] = mapped_column(default="")
    fix_sw: Mapped[str] = mapped_column(default="")
    fixed_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("staff.id"))
    fixed_at: Mapped[datetime | None]
    merged_into_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("incidents.id"))
    merged_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("staff.id"))
    merged_at: Mapped[datetime | None]


class IncidentCase(Base):
    """A case's time in an incident; splitting ends the row and takes nothing away.

    A case is in one incident at a time.  Without `joined_by_id` a rule joined it.
    """

    __tablename__ = "incident_cases"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    incident_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("incidents.id"), index=True)
    case_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("cases.id"))
    joined_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("staff.id"))
    joined_at: Mapped[datetime]
    split_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("staff.id"))
    split_at: Mapped[datetime | None]

    __table_args__ = (
        sa.Index(
            "uq_incident_cases_now",
            "case_id",
            unique=True,
            postgresql_where=sa.text("split_at is null"),
        ),
    )


class Likeness(Base):
    """Two cases that look like one cause, the smaller id first; a person says yes or no."""

    __tablename__ = "likenesses"
    case_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("cases.id"), primary_key=True)
    other_id: Mapped[uuid.UUID] = mapped_column(
        sa.ForeignKey("cases.id"), primary_key=True, index=True
    )
    score: Mapped[float]
    at: Mapped[datetime]
    decided: Mapped[bool | None]
    decided_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("staff.id"))
    decided_at: Mapped[datetime | None]
