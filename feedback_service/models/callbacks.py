"""The random call-back: silent cases drawn by lot, called by people outside the institution."""

import uuid
from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from feedback_service.models.base import Base, closed_set, new_id


class CallResult(StrEnum):
    SOLVED = "solved"
    NOT_SOLVED = "not-solved"
    NO_ANSWER = "no-answer"
    REFUSED = "refused"
    WRONG_NUMBER = "wrong-number"


class Draw(Base):
    """One draw of a quarter: the seed and the frame's hash let anybody repeat it.

    `frame` is the listing the hash seals, compressed: references and groups, no person.  `groups`
    counts the frame by group; `closed_before` is the day before which its cases were over.
    """

    __tablename__ = "draws"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    institution_id: Mapped[str] = mapped_column(sa.ForeignKey("institutions.id"))
    period: Mapped[str]
    seed: Mapped[str]
    frame_size: Mapped[int]
    frame_hash: Mapped[str]
    frame: Mapped[bytes]
    groups: Mapped[dict[str, Any]]
    method: Mapped[str]
    closed_before: Mapped[date]
    drawn_at: Mapped[datetime]

    __table_args__ = (sa.UniqueConstraint("institution_id", "period", "closed_before"),)


class CallBack(Base):
    """One drawn case and what its citizen said; `attempts` calls were made for it.

    `next_at` is when to call; while `held_until` lies ahead, `called_by_id` has it on the line.
    """

    __tablename__ = "call_backs"
    draw_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("draws.id"), primary_key=True)
    case_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("cases.id"), primary_key=True)
    position: Mapped[int]
    group: Mapped[str]
    attempts: Mapped[int] = mapped_column(default=0)
    result: Mapped[CallResult | None] = mapped_column(closed_set(CallResult, "result"))
    called_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("staff.id"))
    called_at: Mapped[datetime | None]
    next_at: Mapped[datetime]
    held_until: Mapped[datetime | None]

    __table_args__ = (
        sa.Index(
            "ix_call_backs_waiting",
            "draw_id",
            "position",
            postgresql_where=sa.text("result is null"),
        ),
    )
