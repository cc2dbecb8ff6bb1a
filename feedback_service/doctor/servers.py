"""Whether the servers answer and somebody works: database, schema, Redis, worker, clock."""

from collections.abc import Iterator

import sqlalchemy as sa
from redis.exceptions import RedisError
from rq import Worker
from sqlalchemy.orm import Session

from feedback_service.doctor.finding import Finding, count, fail, ok, warn
from feedback_service.runtime import CLOCK_LOCK, Runtime


def database(rt: Runtime) -> list[Finding]:
    """That the database answers, and has the tables this release works with."""
    import migrations  # Alembic: five megabytes that a web process, which asks for ticks, spares

    try:
        with rt.engine.connect() as connection:
            version = connection.scalar(sa.text("show server_version"))
    except sa.exc.OperationalError as error:
        why = str(error.orig).strip().splitlines()[0]
        return [fail(f"PostgreSQL does not answer: {why}", "Start it, or correct DATABASE_URL")]
    here = ok(f"PostgreSQL answers, version {version}")
    if not migrations.is_current(rt.settings.database_url):
        return [here, fail("The schema is not this release's", "feedback migrate")]
    return [here, ok("The schema is at its newest")]


def redis(rt: Runtime) -> list[Finding]:
    try:
        rt.redis.ping()
    except RedisError as error:
        return [fail(f"Redis does not answer: {error}", "Start it, or correct REDIS_URL")]
    return [ok("Redis answers")]


def at_work(rt: Runtime, session: Session, waits_long: bool) -> Iterator[Finding]:
    """A worker and a clock; without a worker while messages wait, the service does not work."""
    try:
        seen = Worker.count(connection=rt.redis)
    except RedisError:
        seen = 0
    if seen:
        yield ok(f"{count(seen, 'worker')} on duty")
    else:
        say = fail if waits_long else warn
        yield say("No worker is on duty: nothing is sent or classified", "feedback worker")
    if clock_ticks(session):
        yield ok("The clock ticks")
    else:
        yield warn(
            "No clock ticks: late cases do not rise, lost bells are not rung", "feedback clock"
        )


def clock_ticks(session: Session) -> bool:
    """Whether somebody in this database holds the clock's advisory lock."""
    held = sa.text(
        "select 1 from pg_locks where locktype = 'advisory' and granted "
        "and database = (select oid from pg_database where datname = current_database()) "
        "and (classid::bigint << 32 | objid::bigint) = :key limit 1"
    )
    return session.scalar(held, {"key": CLOCK_LOCK}) is not None
