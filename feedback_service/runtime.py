"""The connections of a process, built once and handed down; transactions and the bell.

The row is the truth, the queue is a bell: `after_commit` rings once the rows are safe, and a bell
that cannot be rung costs seconds, because the clock rings for every row that waits.
"""

import logging
import os
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import Any, cast
from weakref import WeakSet

import psycopg
import sqlalchemy as sa
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as ConnectionLost
from redis.exceptions import RedisError
from redis.retry import Retry
from rq import Queue
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

import channels
from channels.contract import Channel
from feedback_service.conversation_store import Conversations
from feedback_service.settings import Settings
from feedback_service.simulated_phones import SimulatedPhones

logger = logging.getLogger(__name__)

BELL = "bell"
CLOCK_LOCK = 4_210_021
"""The advisory lock of the one clock that ticks: `doctor` looks whether somebody holds it."""
RUNG_FOR = 2
"""Seconds in which a second ring of the same bell would wake nobody who is not awake already."""


_LOST = (None, "57P01", "57P02", "57P03")
"""What a connection that is gone says: nothing, or that the server is going down or coming up."""
# A database made without a language (SQL_ASCII) would hand out bytes where words are meant.
_SOON = {"connect_timeout": 2, "client_encoding": "utf8"}
_HURRY = sa.text("set local statement_timeout = 1500")


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Runtime:
    """What a process needs to work: settings, database, Redis, channels, a clock."""

    settings: Settings
    engine: Engine
    quick: "Quick"
    """The same database for single statements: each commits by itself."""
    db: sessionmaker[Session]
    redis: Redis
    queue: Queue
    conversations: Conversations
    phones: SimulatedPhones
    ways: Mapping[str, Channel]
    now: Callable[[], datetime] = _utc_now
    kept: dict[str, Any] = field(default_factory=dict)
    """Copies that may be dropped at any time: the registry's catalogue, the model."""

    @contextmanager
    def transaction(self, *, hurry: bool = False) -> Iterator[Session]:
        """Commit all of it or none of it; what `after_commit` promised happens after.

        In a `hurry` a citizen waits on the line: a statement that takes longer than they may be
        kept waiting is given up, so that they hear an apology and not the network's silence.
        """
        with self.db.begin() as session:
            if hurry:
                session.execute(_HURRY)
            yield session
        for bell in session.info.pop("bells", ()):
            self.ring(bell)

    def at_once(self, statement: sa.TextClause, row: Mapping[str, Any]) -> Any:
        """One statement that is a transaction of its own, and harmless when done twice.

        The first column of its first row, if it gives rows.  The hot path: the driver's cursor, no
        ping before, no begin and rollback around.  A connection that died while idle, the database
        having been restarted, is noticed here and the statement sent again.
        """
        try:
            return self.quick.say(statement, row)
        except psycopg.OperationalError as error:
            if error.sqlstate not in _LOST:
                raise
            self.quick.dispose()  # the others died with it
            return self.quick.say(statement, row)

    def close(self) -> None:
        """Let go of every connection."""
        self.engine.dispose()
        self.quick.dispose()
        self.redis.close()

    def ring(self, bell: str) -> None:
        """Wake a worker for one kind of work, unless it was just woken."""
        try:
            if self.redis.set(f"rung:{bell}", 1, nx=True, ex=RUNG_FOR):
                self.queue.enqueue(f"feedback_service.jobs.{bell}", result_ttl=0, failure_ttl=3600)
        except RedisError as error:
            logger.warning("bell %s not rung (%s): the clock will", bell, type(error).__name__)

    def answered(self, bell: str) -> None:
        """A worker is at the door: the next ring must be heard again."""
        try:
            self.redis.delete(f"rung:{bell}")
        except RedisError as error:
            logger.warning("bell %s not answered (%s)", bell, type(error).__name__)

    def work_off(self, bell: str, batch: Callable[[], int]) -> int:
        """Answer a bell a batch at a time until one finds nothing; returns how many were done."""
        self.answered(bell)
        return sum(iter(batch, 0))


def after_commit(session: Session, bell: str) -> None:
    """Have a worker do the work of `bell` once the current transaction is safely committed."""
    session.info.setdefault("bells", set()).add(bell)


def assemble(
    settings: Settings,
    engine: Engine,
    redis: Redis,
    ways: Mapping[str, Channel],
    now: Callable[[], datetime] = _utc_now,
) -> Runtime:
    """A runtime on the given connections; production and tests both come through here."""
    return Runtime(
        settings,
        engine,
        Quick(engine),
        sessionmaker(engine, expire_on_commit=False),
        redis,
        Queue(BELL, connection=redis),
        Conversations(redis),
        SimulatedPhones(redis),
        ways,
        now,
    )


class Quick:
    """Connections that commit each statement by itself, without the pool's work around each.

    Whoever speaks takes one, or makes it, and gives it back unless it broke: there are never more
    than have spoken at one moment, the threads of the process.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = sa.create_engine(
            engine.url,
            isolation_level="AUTOCOMMIT",
            hide_parameters=True,
            poolclass=sa.NullPool,
            connect_args={"options": "-c statement_timeout=1500 -c lock_timeout=1500", **_SOON},
        )
        self._free: deque[psycopg.Cursor[Any]] = deque()
        _QUICK.add(self)

    def say(self, statement: sa.TextClause, row: Mapping[str, Any]) -> Any:
        """The first column of the first row, if the statement gives rows."""
        try:
            cursor = self._free.pop()
        except IndexError:
            cursor = self._made()
        try:
            cursor.execute(_compiled(statement, self._engine.dialect), row)
            found = cursor.fetchone() if cursor.description else None
        except BaseException:
            cursor.connection.close()
            raise
        self._free.append(cursor)
        return found[0] if found else None

    def dispose(self) -> None:
        """Close what nobody speaks on."""
        while self._free:
            self._free.pop().connection.close()

    def forget(self) -> None:
        """Leave the connections to the process that made them."""
        self._free = deque()

    def _made(self) -> psycopg.Cursor[Any]:
        made = self._engine.raw_connection()
        made.detach()
        return cast("psycopg.Cursor[Any]", made.cursor())


@cache
def _compiled(statement: sa.TextClause, dialect: sa.Dialect) -> str:
    return str(statement.compile(dialect=dialect))


def connect(settings: Settings, pool: int = 10) -> Runtime:
    """The runtime of this process, as its settings describe it."""
    engine = sa.create_engine(
        settings.database_url,
        pool_size=pool,
        max_overflow=5,
        pool_pre_ping=True,
        hide_parameters=True,  # an error must not tell a citizen's words
        pool_recycle=1800,
        connect_args={"options": "-c statement_timeout=30000 -c lock_timeout=5000", **_SOON},
    )
    redis = Redis.from_url(settings.redis_url, **_PATIENCE)
    _ENGINES.add(engine)
    return assemble(settings, engine, redis, channels.build(settings.channels, settings.raw))


# A Redis that hangs must not keep a citizen waiting: left alone, the library asks four times.
_PATIENCE: Mapping[str, Any] = {
    "socket_timeout": 0.5,
    "socket_connect_timeout": 0.5,
    "retry": Retry(NoBackoff(), 1, supported_errors=(ConnectionLost,)),
}
_ENGINES: WeakSet[Engine] = WeakSet()
_QUICK: WeakSet[Quick] = WeakSet()


def _forget_connections() -> None:
    """A forked child must not speak on its parent's connections."""
    for engine in _ENGINES:
        engine.dispose(close=False)
    for quick in _QUICK:
        quick.forget()


os.register_at_fork(after_in_child=_forget_connections)
