"""What the clock does, how often: three lines each.  One clock at a time, by an advisory lock."""

import logging
import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from redis.exceptions import RedisError

from feedback_service import (
    appraisals,
    attachments,
    emerging,
    government,
    incidents,
    intake,
    notices,
    outbox,
    recognition,
    redress,
    registry,
    verification,
    watch,
)
from feedback_service.contracts import returns
from feedback_service.privacy import requests, retention
from feedback_service.redress import conflicts, moved, supervising
from feedback_service.reports import open_data
from feedback_service.runtime import CLOCK_LOCK, Runtime, after_commit, connect
from feedback_service.scoring import editions, flags, framing, rollups, survey_kept
from feedback_service.scoring.frozen import by_clock, keeping
from feedback_service.settings import Settings
from feedback_service.triage import asking, serving, training, watching
from feedback_service.visits import drawing, inviting

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Duty:
    every: timedelta
    do: Callable[[Runtime], object]


def ring_for_waiting(rt: Runtime) -> None:
    """The bell may have been lost with Redis; the rows were not."""
    outbox.sweep(rt)
    attachments.sweep(rt)
    with rt.transaction() as session:
        if redress.untriaged(session):
            after_commit(session, redress.TRIAGE_BELL)
        if incidents.uncompared(session, rt):
            after_commit(session, incidents.BELL)
    if recognition.waiting(rt, 1):
        rt.ring(recognition.BELL)


def move_dates(rt: Runtime) -> None:
    """Reckon with new holidays; a frozen quarter keeps the dates it counted by."""
    moved.recompute(rt, frozen=keeping.frozen_quarters(rt))


def watch_channels(rt: Runtime) -> None:
    """Silence raises an alarm; so do a company that does not answer, a useless account, a model
    that does not load."""
    unloaded = serving.refused(rt)
    watch.look(rt, outbox.broken(rt), outbox.refused(rt), [unloaded] if unloaded else [])


DUTIES: dict[str, Duty] = {
    "wording": Duty(timedelta(seconds=5), registry.renew_wording),
    "ring": Duty(timedelta(seconds=3), ring_for_waiting),
    "soon": Duty(timedelta(minutes=5), redress.warn_of_lateness),
    "moved": Duty(timedelta(minutes=1), move_dates),
    "morning": Duty(timedelta(minutes=5), supervising.tell_supervisors),
    "mail": Duty(timedelta(minutes=1), notices.mail_waiting),
    "late": Duty(timedelta(minutes=1), redress.raise_late_cases),
    "watch": Duty(timedelta(minutes=1), watch_channels),
    "verdicts": Duty(timedelta(minutes=1), redress.follow_answers),
    "unsettled": Duty(timedelta(minutes=1), intake.settle_waiting),
    "blocked": Duty(timedelta(minutes=1), conflicts.free_blocked_cases),
    "dropped": Duty(timedelta(seconds=30), intake.go_on_by_sms),
    "fixes": Duty(timedelta(minutes=5), incidents.tell_the_rest),
    "talks": Duty(timedelta(hours=1), intake.expire_talks),
    "retention": Duty(timedelta(hours=1), retention.nightly),
    "forgetting": Duty(timedelta(minutes=10), requests.answer_waiting),
    "asks": Duty(timedelta(hours=1), asking.ask_daily),
    "model_days": Duty(timedelta(hours=6), watching.count_days),
    "training": Duty(timedelta(hours=1), training.start_soon),
    "emerging": Duty(timedelta(hours=1), emerging.look_soon),
    "flags": Duty(timedelta(days=1), flags.look_soon),
    "freeze": Duty(timedelta(hours=6), by_clock.close_soon),
    "rollups": Duty(timedelta(seconds=3), rollups.keep_up),
    "editions": Duty(timedelta(seconds=15), editions.keep_up),
    "frames": Duty(timedelta(minutes=5), framing.count_frames),
    "surveys": Duty(timedelta(minutes=30), survey_kept.keep_surveys),
    "returns": Duty(timedelta(hours=1), returns.remind),
    "lines": Duty(timedelta(hours=1), government.remind),
    "appraisals": Duty(timedelta(minutes=1), appraisals.count_quarters),
    "targets": Duty(timedelta(hours=1), recognition.decide),
    "draws": Duty(timedelta(days=1), verification.draw_due),
    "open_data": Duty(timedelta(minutes=15), open_data.keep_soon),
    "survey": Duty(timedelta(minutes=10), drawing.draw_due),
    "invited": Duty(timedelta(minutes=1), inviting.follow),
}


def tick(rt: Runtime, last: dict[str, datetime]) -> None:
    """Do every duty whose time has come; one that fails does not stop the others."""
    for name, duty in DUTIES.items():
        if name in last and rt.now() - last[name] < duty.every:
            continue
        last[name] = rt.now()
        try:
            duty.do(rt)
        except (sa.exc.SQLAlchemyError, RedisError):
            logger.exception("duty %s failed; it is tried again in %s", name, duty.every)


def tick_forever(settings: Settings) -> None:
    """Run the clock until told to stop; a second clock waits for the first to go."""
    rt, stop = connect(settings, pool=2), threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with rt.engine.connect() as connection:
        held = connection.execution_options(isolation_level="AUTOCOMMIT")
        while not stop.is_set():
            if held.scalar(sa.text("select pg_try_advisory_lock(:key)"), {"key": CLOCK_LOCK}):
                break
            stop.wait(2)
        last: dict[str, datetime] = {}
        while not stop.is_set():
            tick(rt, last)
            stop.wait(1)
