"""A rating survives from the first key on: answers are added to its row as they come."""

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from feedback_service.domain.ratings import AnswerOrder, Sample
from feedback_service.models.base import Base, closed_set, new_id


class Rating(Base):
    """`sample` tells classes of ratings apart; `visit_id` is the visit it speaks of, where one is
    known.  `instrument` is the version of the questions, `answer_order` how the answers stood.
    `had_problem` and `reported_problem` are the survey's own questions, None where not answered.
    `campaign_id`: it came by a campaign's code, and so was drawn by nobody.
    """

    __tablename__ = "ratings"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    source: Mapped[str] = mapped_column(unique=True)
    citizen_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("citizens.id"), index=True)
    service_id: Mapped[str] = mapped_column(sa.ForeignKey("services.id"))
    institution_id: Mapped[str | None] = mapped_column(sa.ForeignKey("institutions.id"))
    service_point_id: Mapped[str | None] = mapped_column(sa.ForeignKey("service_points.id"))
    county_code: Mapped[int | None] = mapped_column(sa.ForeignKey("counties.code"))
    channel: Mapped[str]
    language: Mapped[str]
    charter_version: Mapped[int | None]
    score: Mapped[int]
    on_time: Mapped[bool | None]
    paid_more: Mapped[bool | None]
    paid_extra_kes: Mapped[int | None]
    courteous: Mapped[bool | None]
    complete: Mapped[bool] = mapped_column(default=False)
    given_at: Mapped[datetime]
    simulated: Mapped[bool] = mapped_column(default=False)
    sample: Mapped[Sample] = mapped_column(
        closed_set(Sample, "sample"), default=Sample.OPEN, server_default="open"
    )
    visit_id: Mapped[uuid.UUID | None]
    instrument: Mapped[str] = mapped_column(default="", server_default="")
    answer_order: Mapped[AnswerOrder | None] = mapped_column(
        closed_set(AnswerOrder, "answer_order")
    )
    had_problem: Mapped[bool | None]
    reported_problem: Mapped[bool | None]
    campaign_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("campaigns.id"))

    __table_args__ = (
        sa.CheckConstraint("score between 1 and 5", name="score"),
        sa.CheckConstraint("campaign_id is null or sample <> 'verified'", name="not_drawn"),
        sa.Index(
            "ix_ratings_campaign",
            "campaign_id",
            postgresql_where=sa.text("campaign_id is not null"),
        ),
        sa.Index("ix_ratings_institution", "institution_id", "given_at"),
        sa.Index(
            "uq_ratings_visit",
            "visit_id",
            unique=True,
            postgresql_where=sa.text("visit_id is not null"),
        ),
    )
