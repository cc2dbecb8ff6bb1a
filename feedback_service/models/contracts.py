"""The performance contract of an institution: files, evidence, declared rows and values; the
Ombudsman's quarterly return as it was submitted, and the certificates of its years."""

import uuid
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from feedback_service.models.base import Base, new_id


class ContractFile(Base):
    """A file an institution brought, told by its content; its bytes lie sealed beside it."""

    __tablename__ = "contract_files"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    institution_id: Mapped[str] = mapped_column(sa.ForeignKey("institutions.id"), index=True)
    content_type: Mapped[str]
    size: Mapped[int]
    sha256: Mapped[str]
    added_by_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("staff.id"))
    added_at: Mapped[datetime]


class ContractFileContent(Base):
    """The bytes, encrypted; a table of their own, so that lists stay light."""

    __tablename__ = "contract_file_contents"
    file_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("contract_files.id"), primary_key=True)
    sealed: Mapped[bytes]


class ContractEvidence(Base):
    """What proves one part of an indicator in a financial year; `key` is the part, `reports:Q1`.

    `accepted` is the word of a second person outside the institution; a refusal has a `reason`.
    """

    __tablename__ = "contract_evidence"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    institution_id: Mapped[str] = mapped_column(sa.ForeignKey("institutions.id"))
    year: Mapped[int]
    indicator: Mapped[str]
    key: Mapped[str]
    words: Mapped[str]
    file_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("contract_files.id"))
    brought_by_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("staff.id"))
    brought_at: Mapped[datetime]
    decided_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("staff.id"))
    decided_at: Mapped[datetime | None]
    accepted: Mapped[bool | None]
    reason: Mapped[str] = mapped_column(default="")

    __table_args__ = (
        sa.Index("ix_contract_evidence_of", "institution_id", "year"),
        sa.Index(
            "ix_contract_evidence_waiting",
            "brought_at",
            postgresql_where=sa.text("accepted is null"),
        ),
    )


class ContractRow(Base):
    """An indicator of the contract outside the service's figures; a change ends it with a new one.

    `weight` in points of 100; `direction` is higher or lower.  `in_force_at` is None while somebody
    outside has to allow it, or has refused it.
    """

    __tablename__ = "contract_rows"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    institution_id: Mapped[str] = mapped_column(sa.ForeignKey("institutions.id"))
    year: Mapped[int]
    criterion: Mapped[str]
    name: Mapped[str]
    weight: Mapped[Decimal] = mapped_column(sa.Numeric(7, 4))
    target: Mapped[Decimal] = mapped_column(sa.Numeric(20, 4))
    unit: Mapped[str]
    direction: Mapped[str]
    made_by_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("staff.id"))
    made_at: Mapped[datetime]
    in_force_at: Mapped[datetime | None]
    ended_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("staff.id"))
    ended_at: Mapped[datetime | None]

    __table_args__ = (sa.Index("ix_contract_rows_of", "institution_id", "year"),)


class ContractChange(Base):
    """A row to be entered, or with `ends` taken off, after the contract was vetted: asked with
    `words`, allowed or refused once by an analyst, with a reason."""

    __tablename__ = "contract_changes"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    row_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("contract_rows.id"), index=True)
    ends: Mapped[bool]
    words: Mapped[str]
    asked_by_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("staff.id"))
    asked_at: Mapped[datetime]
    decided_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("staff.id"))
    decided_at: Mapped[datetime | None]
    accepted: Mapped[bool | None]
    reason: Mapped[str] = mapped_column(default="")


class ContractUnitTarget(Base):
    """What a unit of the institution is to reach in a financial year, cascaded from the contract:
    `dimension` is service or service_point, `unit` its id, `target` in the indicator's unit."""

    __tablename__ = "contract_unit_targets"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    institution_id: Mapped[str] = mapped_column(sa.ForeignKey("institutions.id"))
    year: Mapped[int]
    dimension: Mapped[str]
    unit: Mapped[str]
    indicator: Mapped[str]
    target: Mapped[Decimal] = mapped_column(sa.Numeric(10, 4))
    source: Mapped[str]
    set_by_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("staff.id"))
    set_at: Mapped[datetime]
    ended_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("staff.id"))
    ended_at: Mapped[datetime | None]

    __table_args__ = (
        sa.Index(
            "ix_contract_unit_targets_of", "institution_id", "year", "dimension", "unit",
            "indicator", unique=True, postgresql_where=sa.text("ended_at is null"),
        ),
    )  # fmt: skip


class ContractValue(Base):
    """What an indicator reached in the time of a sheet (`span`), as somebody said; the last counts.

    `indicator` is one of the terms or a row's id.  `moderated` values are the evaluators', with a
    reason in `words`; they stand beside what was computed or declared and change none of it.
    """

    __tablename__ = "contract_values"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    institution_id: Mapped[str] = mapped_column(sa.ForeignKey("institutions.id"))
    span: Mapped[str]
    indicator: Mapped[str]
    moderated: Mapped[bool]
    achieved: Mapped[Decimal] = mapped_column(sa.Numeric(20, 4))
    words: Mapped[str]
    file_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("contract_files.id"))
    said_by_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("staff.id"))
    said_at: Mapped[datetime]

    __table_args__ = (sa.Index("ix_contract_values_of", "institution_id", "span"),)


class OmbudsmanReturn(Base):
    """A quarter's return as it was sent to the Ombudsman: its totals, the hash of its lines, and
    what came back.  `score` is the Ombudsman's, in percent.

    The day it was sent is the sender's word; `noted_at` is when they said so, and the totals are of
    that moment.  left_out: lines of it that whoever noted it may not see.
    """

    __tablename__ = "ombudsman_returns"
    institution_id: Mapped[str] = mapped_column(sa.ForeignKey("institutions.id"), primary_key=True)
    period: Mapped[str] = mapped_column(primary_key=True)
    submitted_on: Mapped[date]
    submitted_by_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("staff.id"))
    noted_at: Mapped[datetime]
    totals: Mapped[dict[str, Any]]
    sha256: Mapped[str]
    left_out: Mapped[int] = mapped_column(default=0)
    feedback_on: Mapped[date | None]
    score: Mapped[Decimal | None] = mapped_column(sa.Numeric(6, 2))


class OmbudsmanCertificate(Base):
    """The certificate that the Ombudsman gave for a financial year."""

    __tablename__ = "ombudsman_certificates"
    institution_id: Mapped[str] = mapped_column(sa.ForeignKey("institutions.id"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[str]
    received_on: Mapped[date]
    file_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("contract_files.id"))
    noted_by_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("staff.id"))
    noted_at: Mapped[datetime]
