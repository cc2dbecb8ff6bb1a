"""PostgreSQL and Valkey for a test run: started once, and only if a collected test may need them.

With xdist the controller starts them when it hears what was collected, and the workers read the
addresses from a file; without it they start at the first use. TEST_DATABASE_URL and TEST_REDIS_URL
name servers that run already. Every process works in a database of its own, copied from a migrated
template.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import tempfile
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

GIVEN = ("TEST_DATABASE_URL", "TEST_REDIS_URL")
UNIT = "tests/unit/"
_LOCK = 4_407_118_233


@dataclass(frozen=True)
class Addresses:
    """Where the servers are, and a word that no other test run on them uses."""

    database_url: str
    redis_url: str
    run: str


class Servers:
    """A pytest plugin: the servers of this run, owned by the controller or by the only process."""

    def __init__(self, config: pytest.Config) -> None:
        self._given = getattr(config, "workerinput", {}).get("servers")
        self.folder = Path(self._given or tempfile.mkdtemp(prefix="feedback-tests-"))
        self._file = self.folder / "addresses.json"
        self._stack: Any = None

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        node.workerinput["servers"] = str(self.folder)

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, node: Any, ids: list[str]) -> None:
        if any(not name.startswith(UNIT) for name in ids):
            self.addresses()

    def pytest_unconfigure(self, config: pytest.Config) -> None:
        if self._given:
            return
        if self._file.exists() and not self._stack:
            _drop(self.addresses().database_url, f"template_{self.addresses().run}")
        if self._stack:
            self._stack.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def addresses(self) -> Addresses:
        """Where the servers are; the first call starts them."""
        if not self._file.exists():
            assert not self._given, "the controller starts the servers before it hands out tests"
            self._file.write_text(json.dumps([*self._start(), uuid.uuid4().hex[:8]]))
        return Addresses(*json.loads(self._file.read_text()))

    def _start(self) -> tuple[str, str]:
        if all(name in os.environ for name in GIVEN):
            return os.environ[GIVEN[0]], os.environ[GIVEN[1]]
        from feedback_service import embedded

        binaries = [os.environ.get(f"FEEDBACK_{name}_BIN") for name in ("PG", "REDIS")]
        postgres, redis = (Path(path) if path else None for path in binaries)
        self._stack = embedded.start(throwaway=True, postgres_bin=postgres, redis_bin=redis)
        return self._stack.database_url, self._stack.redis_url


@contextlib.contextmanager
def own_database(
    addresses: Addresses, worker: str, prepare: Callable[[str], None]
) -> Iterator[str]:
    """The address of an empty, migrated database that is this process's alone.

    What is to be in every such database, `prepare` puts into the one they are copied from.
    """
    template, name = f"template_{addresses.run}", f"test_{addresses.run}_{worker}"
    _make_template(addresses.database_url, template, prepare)
    with _server(addresses.database_url) as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE {template}")
    try:
        yield _database(addresses.database_url, name)
    finally:
        _drop(addresses.database_url, name)


def own_redis(addresses: Addresses, worker: str) -> str:
    """The address of the Redis database of this process: 0, or n for the worker gw<n>."""
    number = int(worker.removeprefix("gw")) if worker.startswith("gw") else 0
    if number > 15:
        raise pytest.UsageError("Redis has 16 databases: run at most 16 workers (-n 16)")
    return addresses.redis_url.replace("db=0", f"db={number}")


def redis_away() -> Redis:
    """A Redis that is not there, asked once: left alone, its library tries for seconds."""
    return Redis(port=1, retry=Retry(NoBackoff(), 0))


def kill_connections(redis: Redis) -> None:
    """Close every connection to this process's Redis but the one that asks; others keep theirs."""
    own = redis.client_info()
    for client in redis.client_list(_type="normal"):
        if client["db"] == str(own["db"]) and client["id"] != str(own["id"]):
            redis.client_kill_filter(_id=client["id"])


def empty(engine: sa.Engine, redis: Redis, kept: frozenset[str]) -> None:
    """Remove every row outside the tables in `kept`, and every key."""
    with engine.begin() as connection:
        connection.exec_driver_sql(_deletes(kept))
    redis.flushdb()


@cache
def _deletes(kept: frozenset[str]) -> str:
    from feedback_service.models import Base

    # DELETE takes 3 ms where TRUNCATE takes 100. As a replica no trigger keeps history from going,
    # and none asks for an order.
    deletes = (f'DELETE FROM "{name}";' for name in Base.metadata.tables if name not in kept)
    return "".join(["SET LOCAL session_replication_role = replica;", *deletes])


@contextlib.contextmanager
def empty_database(addresses: Addresses, name: str, options: str = "") -> Iterator[str]:
    """The address of a database without any table, for tests of the schema itself."""
    with _server(addresses.database_url) as connection:
        template = f"TEMPLATE template0 {options}" if options else ""
        connection.exec_driver_sql(f"CREATE DATABASE {name}_{addresses.run} {template}")
    try:
        yield _database(addresses.database_url, f"{name}_{addresses.run}")
    finally:
        _drop(addresses.database_url, f"{name}_{addresses.run}")


def _make_template(database_url: str, template: str, prepare: Callable[[str], None]) -> None:
    import migrations

    with _server(database_url) as connection:
        connection.execute(sa.select(sa.func.pg_advisory_lock(_LOCK)))  # one worker makes it
        there = sa.text("SELECT 1 FROM pg_database WHERE datname = :name")
        if connection.execute(there, {"name": template}).first():
            return
        half = f"{template}_half"
        connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {half}")
        connection.exec_driver_sql(f"CREATE DATABASE {half}")
        migrations.upgrade(_database(database_url, half))
        prepare(_database(database_url, half))
        connection.exec_driver_sql(f"ALTER DATABASE {half} RENAME TO {template}")


@contextlib.contextmanager
def _server(database_url: str) -> Iterator[sa.Connection]:
    engine = sa.create_engine(database_url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with engine.connect() as connection:
        yield connection


def _database(database_url: str, name: str) -> str:
    return sa.make_url(database_url).set(database=name).render_as_string(hide_password=False)


def _drop(database_url: str, name: str) -> None:
    with _server(database_url) as connection:
        connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
