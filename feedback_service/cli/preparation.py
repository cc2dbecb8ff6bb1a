"""What `feedback run` sees to before the service opens: reference data and first logins."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import TYPE_CHECKING

from feedback_service.settings import Settings

if TYPE_CHECKING:
    from feedback_service.runtime import Runtime


def prepare(settings: Settings, say: Callable[[str], None]) -> str:
    """Load what the service needs to work; returns the first logins, or "" when staff exist."""
    from feedback_service import registry
    from feedback_service.runtime import connect

    rt = connect(settings, pool=1)
    loaded = registry.load(rt)
    if loaded.changed:
        say(f"Registry loaded: {sum(loaded.rows.values())} rows.")
    made = first_logins(rt)
    rt.close()
    return made


def first_logins(rt: Runtime) -> str:
    """Accounts for a newcomer to try the desk with, when there is no staff at all.

    One password for all of them, made here and shown once: they are for trying, and `doctor` says
    so until they are disabled.
    """
    import sqlalchemy as sa

    from feedback_service import staff
    from feedback_service.models import Role, Staff

    password = secrets.token_urlsafe(9)
    firsts = (
        ("officer@immigration.example", Role.OFFICER, "DIS"),
        ("second.officer@immigration.example", Role.OFFICER, "DIS"),
        ("supervisor@immigration.example", Role.SUPERVISOR, "DIS"),
        ("performance@immigration.example", Role.PERFORMANCE, "DIS"),
        ("officer@huduma.example", Role.OFFICER, "HKS"),
        ("triage@central.example", Role.OFFICER, "CENTRAL"),
        ("integrity@eacc.example", Role.INTEGRITY, "EACC"),
        ("admin@feedback.example", Role.ADMINISTRATOR, None),
        ("auditor@feedback.example", Role.AUDITOR, None),
        ("analyst@gpmco.example", Role.ANALYST, None),
        ("translator@feedback.example", Role.TRANSLATOR, None),
    )
    with rt.transaction() as session:
        if session.scalar(sa.select(Staff.id).limit(1)):
            return ""
        for email, role, institution in firsts:
            staff.add(session, email, role, rt.now(), institution_id=institution, password=password)
    emails = ", ".join(email for email, _, _ in firsts[1:])
    return f"{firsts[0][0]}  password: {password}\n  the same password: {emails}"
