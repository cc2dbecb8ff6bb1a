"""Campaigns and their codes, targets of a hundred days, and what was decided for the list of the
Performance Week."""

import uuid
from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from feedback_service.models.base import Base, closed_set, new_id


class Campaign(Base):
    """A code on posters that marks what comes by it, from the first day to the last, both included.

    Without `institution_id` it is of the whole service; `service_id` is where its code leads.
    """

    __tablename__ = "campaigns"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    code: Mapped[str] = mapped_column(unique=True)
    name_en: Mapped[str]
    name_sw: Mapped[str]
    institution_id: Mapped[str | None] = mapped_column(sa.ForeignKey("institutions.id"))
    service_id: Mapped[str | None] = mapped_column(sa.ForeignKey("services.id"))
    first_on: Mapped[date]
    last_on: Mapped[date]
    made_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("staff.id"))
    made_at: Mapped[datetime]
    simulated: Mapped[bool] = mapped_column(default=False)


class HundredDayTarget(Base):
    """A target on one indicator of an institution (Rapid Results Initiative): `baseline` is the
    figure as it stood, with interval, sample and version; `starts_on` is the first of the days.

    `result` is the figure by which it was decided, once; whoever may set it may take it back before
    that, with words, and it is then shown as taken back.
    """

    __tablename__ = "hundred_day_targets"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    institution_id: Mapped[str] = mapped_column(sa.ForeignKey("institutions.id"), index=True)
    indicator: Mapped[str]
    version: Mapped[str]
    target: Mapped[float]
    baseline: Mapped[dict[str, Any]]
    starts_on: Mapped[date]
    set_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("staff.id"))
    set_at: Mapped[datetime]
    taken_back_at: Mapped[datetime | None]
    why: Mapped[str] = mapped_column(default="", server_default="")
    decided_at: Mapped[datetime | None]
    result: Mapped[dict[str, Any] | None]
    simulated: Mapped[bool] = mapped_column(default=False)


class Proposal(StrEnum):
    RECOGNISE = "recognise"
    IMPROVE = "improve"


class WeekDecision(Base):
    """What a person decided of one proposal for the Performance Week: taken or dropped, in words,
    beside the evidence as it stood then."""

    __tablename__ = "week_decisions"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    period: Mapped[str]
    institution_id: Mapped[str] = mapped_column(sa.ForeignKey("institutions.id"))
    indicator: Mapped[str]
    proposal: Mapped[Proposal] = mapped_column(closed_set(Proposal, "proposal"))
    evidence: Mapped[dict[str, Any]]
    taken: Mapped[bool]
    words: Mapped[str]
    decided_by_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("staff.id"))
    decided_at: Mapped[datetime]

    __table_args__ = (sa.UniqueConstraint("period", "institution_id", "indicator"),)
