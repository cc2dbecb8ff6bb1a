"""Staff appraisal (SPAS): targets of units and officers for a financial year, what was reached by
quarter, and every step of it.  Only officer, supervisors above and HR read any of it."""

import uuid
from datetime import datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from feedback_service.domain.appraisals import Stage, Step
from feedback_service.models.base import Base, closed_set, new_id


class Appraisal(Base):
    """One officer's financial year; `unit_id` is the desk at its beginning, `form` 37A or 37B."""

    __tablename__ = "appraisals"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    staff_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("staff.id"))
    institution_id: Mapped[str] = mapped_column(sa.ForeignKey("institutions.id"))
    unit_id: Mapped[str | None] = mapped_column(sa.ForeignKey("units.id"))
    year: Mapped[int]
    form: Mapped[str]
    stage: Mapped[Stage] = mapped_column(closed_set(Stage, "stage"))
    made_at: Mapped[datetime]

    __table_args__ = (
        sa.UniqueConstraint("staff_id", "year"),
        sa.Index("ix_appraisals_of", "institution_id", "year"),
    )


class AppraisalTarget(Base):
    """A target of an officer (`appraisal_id`) or of a unit (`unit_id`), which officers' come from.

    `source` is the indicator of the contract, or a row's id, with its words in `source_words`;
    `parent_id` the unit's target.  `measure`: counted by the service from own cases; else entered.
    """

    __tablename__ = "appraisal_targets"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    appraisal_id: Mapped[uuid.UUID | None] = mapped_column(
        sa.ForeignKey("appraisals.id", ondelete="CASCADE"), index=True
    )
    unit_id: Mapped[str | None] = mapped_column(sa.ForeignKey("units.id"), index=True)
    year: Mapped[int]
    parent_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("appraisal_targets.id"))
    name: Mapped[str]
    measure: Mapped[str]
    target: Mapped[Decimal] = mapped_column(sa.Numeric(20, 4))
    unit: Mapped[str]
    source: Mapped[str]
    source_words: Mapped[str]
    set_by_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("staff.id"))
    set_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    __table_args__ = (
        sa.CheckConstraint("(appraisal_id is null) <> (unit_id is null)", name="of_one"),
    )


class AppraisalEntry(Base):
    """What was reached from 1 July to the end of a quarter; the last one of a quarter counts.

    Without `by_id` the service counted it: `figure` says of how many cases; `achieved` is then None
    where there are too few for a score.  Others read it once the officer has (`seen_at`).
    """

    __tablename__ = "appraisal_entries"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    target_id: Mapped[uuid.UUID] = mapped_column(
        sa.ForeignKey("appraisal_targets.id", ondelete="CASCADE"), index=True
    )
    quarter: Mapped[int]
    achieved: Mapped[Decimal | None] = mapped_column(sa.Numeric(20, 4))
    words: Mapped[str]
    figure: Mapped[dict[str, Any]]
    by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("staff.id"))
    at: Mapped[datetime]
    seen_at: Mapped[datetime | None]


class AppraisalStep(Base):
    """A step that a person took, with words; of a proposal `data` is all that was computed."""

    __tablename__ = "appraisal_steps"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    appraisal_id: Mapped[uuid.UUID] = mapped_column(
        sa.ForeignKey("appraisals.id", ondelete="CASCADE"), index=True
    )
    step: Mapped[Step] = mapped_column(closed_set(Step, "step"))
    by_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("staff.id"))
    at: Mapped[datetime]
    words: Mapped[str]
    data: Mapped[dict[str, Any]]
