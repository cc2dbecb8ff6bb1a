"""Who hears of the text model: those who run the whole service, once of each thing."""

import uuid
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback_service import notices
from feedback_service.models import Role, Staff
from feedback_service.runtime import Runtime

KEEPERS = (Role.ANALYST, Role.ADMINISTRATOR)
"""Roles that take models into use, where they work for no institution but the scorecard's owner."""


def of_a_new_model(rt: Runtime, session: Session, version: str, used: bool) -> None:
    """A model was trained by the clock: it waits for a person, or is in use already."""
    kind = "model_used" if used else "model_waits"
    notices.post(session, f"model:{version}", kind, keepers(rt, session), rt.now())


def of_drift(rt: Runtime, session: Session, version: str, alarms: Sequence[str]) -> None:
    """The model in use no longer fits what citizens write; once a month for each alarm."""
    for alarm in alarms:
        key = f"drift:{version}:{alarm}:{rt.now():%Y-%m}"
        notices.post(session, key, "model_drifts", keepers(rt, session), rt.now())


def keepers(rt: Runtime, session: Session) -> list[uuid.UUID]:
    """The accounts of those who run the whole service."""
    everywhere = sa.or_(
        Staff.institution_id.is_(None), Staff.institution_id == rt.settings.scorecard_owner
    )
    found = sa.select(Staff.id).where(
        Staff.role.in_(KEEPERS), everywhere, Staff.disabled_at.is_(None)
    )
    return list(session.scalars(found.order_by(Staff.id)))
