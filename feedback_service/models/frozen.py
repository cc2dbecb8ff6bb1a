"""What was frozen when a period was closed, none of it ever changed; and what institutions said
against it, with the answers they got and the scores that a moderator put beside it."""

import uuid
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from feedback_service.models.base import Base, new_id


class FrozenPeriod(Base):
    """One closed period.

    `statement` is what was signed: versions, the hash of every body's files, the heads of the
    chains, the root of the tree of answers.  `early` was before it matured, for `reason`.
    `leaf_secret` salts the leaves and stands in no export.
    """

    __tablename__ = "frozen_periods"
    period: Mapped[str] = mapped_column(primary_key=True)
    frozen_at: Mapped[datetime]
    as_of: Mapped[datetime]
    early: Mapped[bool]
    reason: Mapped[str]
    staff_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("staff.id"))
    root: Mapped[str]
    statement: Mapped[dict[str, Any]]
    signature: Mapped[str]
    leaf_secret: Mapped[bytes]


class FrozenCard(Base):
    """The figures of an institution ("national" for the whole service), whole and as published;
    each has `card` and, by dimension, `by`.  `readings`: with and without what is suspect."""

    __tablename__ = "frozen_cards"
    period: Mapped[str] = mapped_column(sa.ForeignKey("frozen_periods.period"), primary_key=True)
    institution_id: Mapped[str] = mapped_column(primary_key=True)
    full: Mapped[dict[str, Any]]
    public: Mapped[dict[str, Any]]
    readings: Mapped[dict[str, Any]]


class FrozenPack(Base):
    """A signed pack as it is given out; `edition` is full or public."""

    __tablename__ = "frozen_packs"
    period: Mapped[str] = mapped_column(sa.ForeignKey("frozen_periods.period"), primary_key=True)
    institution_id: Mapped[str] = mapped_column(primary_key=True)
    edition: Mapped[str] = mapped_column(primary_key=True)
    content: Mapped[bytes]


class FrozenLeaves(Base):
    """The leaf hashes of an institution's answers, sorted, 32 bytes each; "" for answers that are
    of no institution we know."""

    __tablename__ = "frozen_leaves"
    period: Mapped[str] = mapped_column(sa.ForeignKey("frozen_periods.period"), primary_key=True)
    institution_id: Mapped[str] = mapped_column(primary_key=True)
    leaves: Mapped[bytes]


class FrozenTallies(Base):
    """What was counted of an institution ("" for nobody's) in a quarter, `dimension` "" for the
    whole: a year is their sum.  `beside`, with the whole, is what else figures are made of."""

    __tablename__ = "frozen_tallies"
    period: Mapped[str] = mapped_column(sa.ForeignKey("frozen_periods.period"), primary_key=True)
    institution_id: Mapped[str] = mapped_column(primary_key=True)
    dimension: Mapped[str] = mapped_column(primary_key=True)
    cells: Mapped[list[Any]]
    beside: Mapped[dict[str, Any]]


class Contest(Base):
    """An institution's doubt about one frozen figure, and the answer to it."""

    __tablename__ = "contests"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    period: Mapped[str] = mapped_column(sa.ForeignKey("frozen_periods.period"))
    institution_id: Mapped[str] = mapped_column(sa.ForeignKey("institutions.id"))
    indicator: Mapped[str]
    reasons: Mapped[str]
    evidence: Mapped[str]
    by_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("staff.id"))
    at: Mapped[datetime]
    answer: Mapped[str] = mapped_column(default="", server_default="")
    upheld: Mapped[bool | None]
    answered_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("staff.id"))
    answered_at: Mapped[datetime | None]

    __table_args__ = (sa.UniqueConstraint("period", "institution_id", "indicator"),)


class ModeratedScore(Base):
    """A score that a named person puts beside the computed one; a later one stands beside both."""

    __tablename__ = "moderated_scores"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    period: Mapped[str] = mapped_column(sa.ForeignKey("frozen_periods.period"))
    institution_id: Mapped[str] = mapped_column(sa.ForeignKey("institutions.id"))
    indicator: Mapped[str]
    value: Mapped[float]
    reason: Mapped[str]
    by_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("staff.id"))
    at: Mapped[datetime]

    __table_args__ = (sa.Index("ix_moderated_scores", "period", "institution_id"),)


class ModerationAgreement(Base):
    """The second person's agreement to a moderated score: without it the score counts nowhere."""

    __tablename__ = "moderation_agreements"
    score_id: Mapped[uuid.UUID] = mapped_column(
        sa.ForeignKey("moderated_scores.id"), primary_key=True
    )
    by_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("staff.id"))
    at: Mapped[datetime]
