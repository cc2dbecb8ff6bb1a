"""Whether citizens who asked something of their own data are answered in time, and watched over."""

from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback_service.doctor.finding import Finding, count, fail, ok, warn
from feedback_service.models import Role, Staff, SubjectRequest
from feedback_service.privacy import requests
from feedback_service.runtime import Runtime


def checks(rt: Runtime, session: Session) -> Iterator[Finding]:
    """Nothing is said while nobody has asked."""
    waiting = _count(session, SubjectRequest.done_at.is_(None))
    late = _count(session, requests.late(rt.now()))
    if late:
        asked = count(late, "request of a citizen about their data is", "requests of citizens are")
        yield fail(f"{asked} past the legal date", "Open /desk/subjects as auditor")
    elif waiting:
        yield ok(f"{count(waiting, 'request')} of citizens about their data, none late")
    auditor = sa.select(Staff.id).where(Staff.role == Role.AUDITOR, Staff.disabled_at.is_(None))
    if waiting and session.scalar(auditor.limit(1)) is None:
        yield warn(
            "Nobody watches over what citizens ask of their data",
            "feedback user add EMAIL --role auditor",
        )


def _count(session: Session, which: sa.ColumnElement[bool]) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(SubjectRequest).where(which)) or 0
