"""What all tables share: naming, moments with a zone, closed sets as text, time-ordered ids."""

import os
import time
import uuid
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """All tables; every datetime carries its zone."""

    metadata = sa.MetaData(naming_convention=NAMES)
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads this class attribute
        datetime: sa.DateTime(timezone=True),
        dict[str, Any]: JSONB,
        list[str]: sa.ARRAY(sa.Text),
        list[Any]: JSONB,
        str: sa.Text,
    }


def new_id() -> uuid.UUID:
    """A UUIDv7 (RFC 9562): rows sort by when they were made; PostgreSQL 15 cannot make one.

    The twelve bits after the millisecond tell its part (section 6.2, method 3): what one process
    makes in a row, as the pictures of one message, stays in that order.
    """
    millis, nanos = divmod(time.time_ns(), 1_000_000)
    moment = millis << 16 | 0x7 << 12 | nanos * 4_096 // 1_000_000
    return uuid.UUID(int=moment << 64 | 0b10 << 62 | int.from_bytes(os.urandom(8), "big") >> 2)


def closed_set(kind: type[StrEnum], name: str) -> sa.Enum:
    """A StrEnum kept as text with a CHECK, so that a new member needs no ALTER TYPE."""
    return sa.Enum(
        kind,
        name=name,
        native_enum=False,
        create_constraint=True,
        length=32,
        values_callable=lambda members: [member.value for member in members],
    )
