"""What was changed in the service itself, by whom: one chain, beside those of the cases."""

import uuid
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from feedback_service.models.base import Base


class AuditLine(Base):
    """One change of accounts, roles, rules, calendars or ladders: added, chained, never changed."""

    __tablename__ = "audit_lines"
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    staff_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("staff.id"))
    what: Mapped[str]
    subject: Mapped[str]
    data: Mapped[dict[str, Any]]
    previous: Mapped[str]
    hash: Mapped[str]
