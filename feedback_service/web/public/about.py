"""Pages about the service itself: the notice to citizens, and whether everything works now."""

from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa
from flask import render_template
from flask.typing import ResponseReturnValue
from redis.exceptions import RedisError
from sqlalchemy.orm import Session

from feedback_service.doctor.servers import clock_ticks
from feedback_service.models import Message, MessageState
from feedback_service.runtime import Runtime
from feedback_service.web.access import open_to
from feedback_service.web.public.frame import pages, runtime

LATE_AFTER = timedelta(minutes=5)
"""A message that has waited so long says that nobody sends."""


@dataclass(frozen=True)
class Check:
    """A part of the service: ok, slow or down."""

    key: str
    state: str
    words: str | None = None


@pages.get("/notice")
@open_to("anyone")
def notice() -> ResponseReturnValue:
    return render_template("public/notice.html", office=None)


@pages.get("/status")
@open_to("anyone")
def status() -> ResponseReturnValue:
    """Always answered, also without a database: that is when people look."""
    rt = runtime()
    checks = [*_of_database(rt), _queue(rt)]
    well = all(check.state != "down" for check in checks)
    return render_template("public/status.html", at=rt.now(), checks=checks, well=well)


def _of_database(rt: Runtime) -> list[Check]:
    try:
        with rt.transaction() as session:
            return [Check("database", "ok"), _messages(rt, session), _clock(session)]
    except sa.exc.SQLAlchemyError:
        return [Check("database", "down")]


def _queue(rt: Runtime) -> Check:
    """Without Redis messages still leave, only later: the clock rings for them."""
    try:
        rt.redis.ping()
    except RedisError:
        return Check("queue", "slow")
    return Check("queue", "ok")


def _messages(rt: Runtime, session: Session) -> Check:
    waiting = (
        sa.select(Message.id)
        .where(Message.state == MessageState.QUEUED)
        .where(Message.not_before_at < rt.now() - LATE_AFTER)
        .limit(1)
    )
    return Check("messages", "slow" if session.scalar(waiting) else "ok")


def _clock(session: Session) -> Check:
    return Check("clock", "ok" if clock_ticks(session) else "slow")
