"""The ladder as data: who answers at which level of which kind of institution, and who was told."""

import uuid
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from feedback_service.models.base import Base, new_id


class Rung(Base):
    """One rung of the ladder of one kind of institution; the newest version of a ladder counts.

    `lines` are the reporting lines of institutions that lead to `ladder`; `overdue_working_days`
    past due bring a case here.  `holder` says who answers, several with `|`: `officer` and
    `supervisor` of the unit; `head`, `chair`, `delivery` of the institution; or the id of an
    institution that oversees it.
    """

    __tablename__ = "rungs"
    ladder: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    level: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    key: Mapped[str]
    holder: Mapped[str]
    overdue_working_days: Mapped[int]
    name_en: Mapped[str]
    name_sw: Mapped[str]
    lines: Mapped[list[str]]


class Notice(Base):
    """What a member of staff has to know: written with its cause, shown at the desk, then mailed.

    `kind` names the text, `data` fills it; a citizen's words are never in it.  One row a cause and
    person (`key`).  Without `staff_id` it is for `address`, an office that has no account.
    """

    __tablename__ = "notices"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    key: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    staff_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("staff.id"))
    address: Mapped[str] = mapped_column(default="")
    case_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("cases.id"), index=True)
    data: Mapped[dict[str, Any]]
    urgent: Mapped[bool] = mapped_column(default=False)
    at: Mapped[datetime]
    seen_at: Mapped[datetime | None]
    mailed_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)

    __table_args__ = (
        sa.Index("ix_notices_unseen", "staff_id", postgresql_where=sa.text("seen_at is null")),
        sa.Index("ix_notices_unmailed", "at", postgresql_where=sa.text("mailed_at is null")),
    )


class RungHolder(Base):
    """Who stands on a rung of one institution by name: its head, its liaison for oversight."""

    __tablename__ = "rung_holders"
    institution_id: Mapped[str] = mapped_column(sa.ForeignKey("institutions.id"), primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    title: Mapped[str] = mapped_column(default="")
    mail: Mapped[str]
    staff_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("staff.id"))
    set_at: Mapped[datetime]
