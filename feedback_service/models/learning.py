"""What people teach the text model, what it was asked, which version served when, how it drifts,
and the problems that rise in what citizens say."""

import uuid
from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from feedback_service.models.base import Base, closed_set, new_id


class AskReason(StrEnum):
    """Why a person is asked for a case's labels."""

    MARGIN = "margin"  # the two best answers are close: most is learnt here
    RANDOM = "random"  # drawn by lot among the sure ones: the only unbiased estimate
    NOISE = "noise"  # an earlier label disagrees with a model that never read it


class ModelStep(StrEnum):
    """What happened to a version of the model; before one is made it has none."""

    STARTED = "started"
    FAILED = "failed"
    TRAINED = "trained"
    PROMOTED = "promoted"
    REFUSED = "refused"
    ROLLED_BACK = "rolled_back"


class LabelAsk(Base):
    """A case whose labels are asked of people; answered by a row of `labels`."""

    __tablename__ = "label_asks"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    case_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("cases.id"))
    reason: Mapped[AskReason] = mapped_column(closed_set(AskReason, "reason"))
    model_version: Mapped[str]
    asked_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]

    __table_args__ = (
        sa.UniqueConstraint("case_id", "reason", "model_version"),
        sa.Index("ix_label_asks_open", "asked_at", postgresql_where=sa.text("closed_at is null")),
    )


class Label(Base):
    """One person's labels of one case; what they did not say is empty. The last of a case counts.

    `model_version` is the version whose suggestion stood beside; `ask_id` is empty when an officer
    corrected the model in the course of the work.
    """

    __tablename__ = "labels"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    case_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("cases.id"), index=True)
    ask_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("label_asks.id"))
    staff_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("staff.id"))
    at: Mapped[datetime]
    model_version: Mapped[str]
    intent: Mapped[str | None]
    category: Mapped[str | None]
    alt_category: Mapped[str | None]
    urgent: Mapped[bool | None]
    sector: Mapped[str | None]
    lang: Mapped[str | None]
    unclear: Mapped[bool] = mapped_column(default=False)


class ModelChange(Base):
    """A line of the models' history: trained, promoted, refused, rolled back; by whom and why.

    Without `staff_id` it was the clock or a command on the server. `detail` has the held-out
    figures, and the reasons of a refusal.
    """

    __tablename__ = "model_changes"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    at: Mapped[datetime] = mapped_column(index=True)
    step: Mapped[ModelStep] = mapped_column(closed_set(ModelStep, "step"))
    version: Mapped[str]
    staff_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("staff.id"))
    detail: Mapped[dict[str, Any]]


class ModelDay(Base):
    """What one version met on one day (Nairobi's), for the watch over drift.

    `figures`: sums that days can be added by: words, those unknown, confidence, and the answers of
    each head; numbers only, never words of a citizen.
    """

    __tablename__ = "model_days"
    day: Mapped[date] = mapped_column(primary_key=True)
    model_version: Mapped[str] = mapped_column(primary_key=True)
    messages: Mapped[int]
    abstained: Mapped[int]
    figures: Mapped[dict[str, Any]]
    counted_at: Mapped[datetime]


class EmergingProblem(Base):
    """More of something than the season explains, at one institution or in one county.

    `term` is empty for sheer volume. `cases` are the ids of those behind it.
    `observed` are different citizens of `detail`'s window up to `last_day`, which moves on while it
    lasts; `ended_on` is the day it was over.  `detail`: other terms, and the days of a small chart.
    `confirmed` is what a person made of it; empty while nobody has looked.
    """

    __tablename__ = "emerging_problems"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    institution_id: Mapped[str | None] = mapped_column(sa.ForeignKey("institutions.id"))
    county_code: Mapped[int | None] = mapped_column(sa.ForeignKey("counties.code"))
    term: Mapped[str] = mapped_column(default="")
    day: Mapped[date]
    last_day: Mapped[date]
    observed: Mapped[int]
    expected: Mapped[float]
    score: Mapped[float]
    cases: Mapped[list[Any]]
    parameters: Mapped[str]
    raised_at: Mapped[datetime]
    seen_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("staff.id"))
    seen_at: Mapped[datetime | None]
    confirmed: Mapped[bool | None]
    note: Mapped[str] = mapped_column(default="")
    ended_on: Mapped[date | None]
    incident_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("incidents.id"))
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    simulated: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (
        sa.UniqueConstraint(
            "institution_id",
            "county_code",
            "term",
            "day",
            "simulated",
            postgresql_nulls_not_distinct=True,
        ),
        sa.Index(
            "ix_emerging_problems_on", "last_day", postgresql_where=sa.text("ended_on is null")
        ),
    )


class EmergingLook(Base):
    """The last look of a day for problems that rise: the doctor asks when that was.

    `judged` and `too_young`: series with and without history enough; `cases` read in all.
    """

    __tablename__ = "emerging_looks"
    day: Mapped[date] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    cases: Mapped[int]
    judged: Mapped[int]
    too_young: Mapped[int]
    raised: Mapped[int]
    parameters: Mapped[str]
