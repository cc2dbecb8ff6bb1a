"""Citizens, whose identity is sealed, and staff, whose looks are written down."""

import uuid
from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from feedback_service.models.base import Base, closed_set, new_id


class Role(StrEnum):
    OFFICER = "officer"
    SUPERVISOR = "supervisor"
    PERFORMANCE = "performance"
    INTEGRITY = "integrity"
    OVERSIGHT = "oversight"
    ANALYST = "analyst"
    TRANSLATOR = "translator"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


class Citizen(Base):
    """A person by an address we may write to; `lookup` is a keyed hash, `sealed` the ciphertext.

    `heard_at` is when they last wrote or dialled.  `retired_at` marks a number that the network
    gave to somebody else: nothing is sent to it for this person, its new holder is another row.
    """

    __tablename__ = "citizens"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    lookup: Mapped[bytes] = mapped_column(unique=True)
    sealed: Mapped[bytes]
    kind: Mapped[str]
    language: Mapped[str | None]
    created_at: Mapped[datetime]
    noticed_at: Mapped[datetime | None]
    heard_at: Mapped[datetime | None]
    retired_at: Mapped[datetime | None]


class Alias(Base):
    """A second address of the same person: a WhatsApp user id beside a number, by keyed hash."""

    __tablename__ = "aliases"
    lookup: Mapped[bytes] = mapped_column(primary_key=True)
    citizen_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("citizens.id"), index=True)
    sealed: Mapped[bytes]
    created_at: Mapped[datetime]


class Stop(Base):
    """The citizen does not want messages on this channel."""

    __tablename__ = "stops"
    citizen_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("citizens.id"), primary_key=True)
    channel: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]


class Staff(Base):
    """An account of the desk; `deputy_id` acts for it up to and including `deputy_until`.

    `totp_sealed` is the secret of a second factor, in force since `totp_since`; `recovery` holds
    hashes of the codes that stand in for it.  `oidc_subject` is who they are at OIDC_ISSUER.
    """

    __tablename__ = "staff"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    password_hash: Mapped[str]
    role: Mapped[Role] = mapped_column(closed_set(Role, "role"))
    institution_id: Mapped[str | None] = mapped_column(sa.ForeignKey("institutions.id"), index=True)
    unit_id: Mapped[str | None] = mapped_column(sa.ForeignKey("units.id"), index=True)
    service_point_id: Mapped[str | None] = mapped_column(sa.ForeignKey("service_points.id"))
    supervisor_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("staff.id"), index=True)
    deputy_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("staff.id"), index=True)
    deputy_until: Mapped[date | None]
    language: Mapped[str] = mapped_column(default="en")
    totp_sealed: Mapped[bytes | None]
    totp_since: Mapped[datetime | None]
    totp_last: Mapped[int] = mapped_column(default=0, server_default="0")
    recovery: Mapped[list[str]] = mapped_column(default=list, server_default="{}")
    oidc_subject: Mapped[str | None] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]


class SignIn(Base):
    """One signed-in browser; only a hash of its token is kept, so the table opens no door."""

    __tablename__ = "sign_ins"
    token_hash: Mapped[bytes] = mapped_column(primary_key=True)
    staff_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("staff.id"), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class Look(Base):
    """Somebody opened a case: kept for the citizen who asks and for the auditor."""

    __tablename__ = "looks"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    staff_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("staff.id"))
    case_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("cases.id"), index=True)
    what: Mapped[str]
    at: Mapped[datetime]


class ApiKey(Base):
    """A key of another system; with an institution it speaks for that one, without for all.

    `per_minute` is how often it may ask, None as the settings say; `last_used_at` is kept to the
    minute.
    """

    __tablename__ = "api_keys"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str]
    key_hash: Mapped[bytes] = mapped_column(unique=True)
    scopes: Mapped[list[str]]
    institution_id: Mapped[str | None] = mapped_column(sa.ForeignKey("institutions.id"))
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]
    per_minute: Mapped[int | None]
