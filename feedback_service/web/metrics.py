"""Figures for a monitor, asked of database and Redis at each scrape: queries that stay cheap.

Each web process gives the same answer, so nothing is counted in processes and no folder is shared.
Counts over tables that only grow are of the last 24 hours, or estimates once a table is large.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

import sqlalchemy as sa
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector, CollectorRegistry
from redis.exceptions import RedisError
from rq import Worker
from rq.registry import FailedJobRegistry
from sqlalchemy.orm import Session

from feedback_service import watch
from feedback_service.doctor.servers import clock_ticks
from feedback_service.domain.cases import OPEN
from feedback_service.models import Case, Message, MessageState, Rating
from feedback_service.runtime import Runtime

LARGE = 500_000
"""Rows from which on PostgreSQL's own estimate of a table's size is told instead of a count."""
PATIENCE = "set local statement_timeout = '2s'"


def registry_of(rt: Runtime) -> CollectorRegistry:
    """A registry of our figures alone: those of one process among several would mislead."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Figures(rt))
    return registry


class _Figures(Collector):
    def __init__(self, rt: Runtime) -> None:
        self._rt = rt

    def collect(self) -> Iterator[Metric]:
        yield from _of_database(self._rt)
        yield from _of_redis(self._rt)

    def describe(self) -> Iterator[Metric]:
        """Nothing is asked before the first scrape."""
        return iter(())


def _of_database(rt: Runtime) -> Iterator[Metric]:
    try:
        with rt.transaction() as session:
            session.execute(sa.text(PATIENCE))
            found = [
                *_messages(session, rt.now()), *_cases(session, rt.now()), _ratings(session),
                _alarms(session),
                _one("clock_running", "Whether a clock holds its lock.", clock_ticks(session)),
            ]  # fmt: skip
    except sa.exc.SQLAlchemyError:
        yield _one("database_up", "Whether PostgreSQL answers.", 0)
        return
    yield _one("database_up", "Whether PostgreSQL answers.", 1)
    yield from found


def _of_redis(rt: Runtime) -> Iterator[Metric]:
    try:
        waiting, workers = rt.queue.count, Worker.count(connection=rt.redis)
        failed = FailedJobRegistry(queue=rt.queue).count
    except RedisError:
        yield _one("redis_up", "Whether Redis answers.", 0)
        return
    yield _one("redis_up", "Whether Redis answers.", 1)
    yield _one("bells_waiting", "Jobs in the queue.", waiting)
    yield _one("bells_failed", "Jobs that failed and are kept for an hour.", failed)
    yield _one("workers", "Workers on duty.", workers)


def _messages(session: Session, now: datetime) -> Iterator[Metric]:
    day = GaugeMetricFamily(
        "feedback_messages_day", "Messages written in the last 24 hours.",
        labels=["state", "channel"],
    )  # fmt: skip
    written = (
        sa.select(Message.state, Message.channel, sa.func.count())
        .where(Message.id >= watch.first_id(now - timedelta(days=1)))
        .group_by(Message.state, Message.channel)
    )
    for state, channel, number in session.execute(written):
        day.add_metric([state.value, channel], number)
    yield day
    due = (Message.state == MessageState.QUEUED, Message.not_before_at <= now)
    waiting = GaugeMetricFamily(
        "feedback_messages_waiting", "Messages that should have left by now.", labels=["channel"]
    )
    oldest = now
    for channel, number, since in session.execute(
        sa.select(Message.channel, sa.func.count(), sa.func.min(Message.not_before_at))
        .where(*due)
        .group_by(Message.channel)
    ):
        waiting.add_metric([channel], number)
        oldest = min(oldest, since)
    yield waiting
    yield _one(
        "messages_oldest_waiting_seconds", "How long the oldest of them has waited.",
        (now - oldest).total_seconds(),
    )  # fmt: skip


def _alarms(session: Session) -> Metric:
    """One for each kind, 0 where none is up, so that a monitor's rule always has its line."""
    found = GaugeMetricFamily("feedback_alarms", "Alarms that are up.", labels=["kind"])
    kinds = [alarm.kind for alarm in watch.open_alarms(session)]
    for kind in sorted({*watch.Kind, *kinds}):
        found.add_metric([str(kind)], kinds.count(kind))
    return found


def _cases(session: Session, now: datetime) -> Iterator[Metric]:
    standing = GaugeMetricFamily("feedback_cases_open", "Open cases.", labels=["status"])
    late = GaugeMetricFamily("feedback_cases_late", "Open cases past their day.", labels=["level"])
    by_level: dict[int, int] = {}
    by_status = dict.fromkeys(sorted(OPEN), 0)
    for status, level, number, overdue in session.execute(
        sa.select(
            Case.status, Case.level, sa.func.count(),
            sa.func.count().filter(Case.due_at < now),
        )
        .where(Case.status.in_(OPEN))
        .group_by(Case.status, Case.level)
    ):  # fmt: skip
        by_status[status] += number
        by_level[level] = by_level.get(level, 0) + overdue
    for status, number in by_status.items():
        standing.add_metric([status.value], number)
    for level in sorted(by_level):
        late.add_metric([str(level)], by_level[level])
    yield standing
    yield late
    untriaged = sa.select(sa.func.count()).where(Case.triaged_at.is_(None))
    yield _one("cases_untriaged", "Cases nobody has classified.", session.scalar(untriaged) or 0)


def _ratings(session: Session) -> Metric:
    size = session.scalar(sa.text("select reltuples from pg_class where oid = 'ratings'::regclass"))
    if size is None or size < LARGE:
        size = session.scalar(sa.select(sa.func.count()).select_from(Rating))
    return _one("ratings", "Ratings kept; an estimate when there are very many.", size or 0)


def _one(name: str, words: str, value: float) -> Metric:
    return GaugeMetricFamily(f"feedback_{name}", words, value=value)
