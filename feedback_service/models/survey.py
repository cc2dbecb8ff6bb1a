"""The survey's sample: seeds committed ahead, what each day's frame was, whom the lot took.

Nobody adds or removes a row by hand: the clock draws, and answers come from the number invited.
"""

import uuid
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from feedback_service.domain.ratings import AnswerOrder
from feedback_service.models.base import Base, closed_set, new_id


class SurveySeed(Base):
    """What the lots of one day's visits are made of; its hash is told before the day begins.

    `drawn_at` is when the day's visits were drawn with it, of every institution.
    """

    __tablename__ = "survey_seeds"
    day: Mapped[date] = mapped_column(primary_key=True)
    seed: Mapped[str]
    seed_hash: Mapped[str]
    committed_at: Mapped[datetime]
    drawn_at: Mapped[datetime | None]


class SurveyDraw(Base):
    """One day of one institution: its frame, how many were wanted of each stratum, who was taken.

    `frame` is the listing that the hash seals, compressed: visits and strata, no person.  `sizes`,
    `wanted` and `taken` count by stratum; `left_out` counts by reason visits that were not asked.
    A draw of no visits says that the feed of a working day is missing.
    """

    __tablename__ = "survey_draws"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    institution_id: Mapped[str] = mapped_column(sa.ForeignKey("institutions.id"))
    day: Mapped[date] = mapped_column(sa.ForeignKey("survey_seeds.day"))
    method: Mapped[str]
    frame_size: Mapped[int]
    frame_hash: Mapped[str]
    frame: Mapped[bytes]
    sizes: Mapped[dict[str, Any]]
    wanted: Mapped[dict[str, Any]]
    taken: Mapped[dict[str, Any]]
    left_out: Mapped[dict[str, Any]]
    drawn_at: Mapped[datetime]
    simulated: Mapped[bool] = mapped_column(default=False, server_default=sa.false())

    __table_args__ = (
        sa.UniqueConstraint("institution_id", "day"),
        sa.Index("ix_survey_draws_day", "day"),
    )


class SurveyReading(Base):
    """What is told of an institution's survey in a period, of visits up to the day `through`.

    Made from visits, draws, invitations and ratings alone, and made again by the clock; `final`
    when the period was frozen by then.
    """

    __tablename__ = "survey_readings"
    institution_id: Mapped[str] = mapped_column(sa.ForeignKey("institutions.id"), primary_key=True)
    period: Mapped[str] = mapped_column(primary_key=True)
    through: Mapped[date]
    final: Mapped[bool]
    told: Mapped[dict[str, Any]]


class Invitation(Base):
    """One visit that the lot took, and what became of the message that asks about it.

    `ask_at` is when it may leave; `state`, `failure` and the moments are the message's, copied
    because messages are emptied in time.  `answered_at` is when the mark came, which no desk sees.
    """

    __tablename__ = "invitations"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    draw_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("survey_draws.id"), index=True)
    visit_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("visits.id"), unique=True)
    citizen_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("citizens.id"))
    institution_id: Mapped[str] = mapped_column(sa.ForeignKey("institutions.id"))
    stratum: Mapped[str]
    day: Mapped[date]
    position: Mapped[int]
    message_key: Mapped[str] = mapped_column(unique=True)
    answer_order: Mapped[AnswerOrder] = mapped_column(closed_set(AnswerOrder, "answer_order"))
    instrument: Mapped[str]
    asked_at: Mapped[datetime]
    ask_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(default="queued", server_default="queued")
    failure: Mapped[str] = mapped_column(default="", server_default="")
    sent_at: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    simulated: Mapped[bool] = mapped_column(default=False, server_default=sa.false())

    __table_args__ = (
        sa.Index("ix_invitations_citizen", "citizen_id", "asked_at"),
        sa.Index("ix_invitations_institution", "institution_id", "day"),
        sa.Index(
            "ix_invitations_unsettled",
            "asked_at",
            postgresql_where=sa.text("state in ('queued', 'sending', 'sent', 'unknown')"),
        ),
    )
