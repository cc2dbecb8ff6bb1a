"""Whether drawn citizens are called back: a draw nobody works is a figure nobody has."""

from collections.abc import Iterator
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback_service.doctor.finding import Finding, count, ok, warn
from feedback_service.models import CallBack
from feedback_service.runtime import Runtime

PATIENCE = timedelta(days=14)
"""Longer than this after its day, a call that nobody made is forgotten."""


def checks(rt: Runtime, session: Session) -> Iterator[Finding]:
    drawn = session.scalar(sa.select(sa.func.count()).select_from(CallBack)) or 0
    if not drawn:
        return
    forgotten = sa.select(sa.func.count()).where(
        CallBack.result.is_(None), CallBack.next_at < rt.now() - PATIENCE
    )
    if many := session.scalar(forgotten):
        yield warn(
            f"{count(many, 'drawn case')} nobody has called about for two weeks",
            "People with the role analyst or oversight, outside the institution: /desk/calls",
        )
    else:
        yield ok("Citizens drawn by lot are called back")
    if not rt.settings.call_back_from:
        yield warn(
            "Citizens drawn for a call are not told ahead from which number it comes",
            "Set CALL_BACK_FROM",
        )
