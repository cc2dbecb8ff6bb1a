"""What every test may ask for: a clock to turn, a runtime on real servers, the application."""

from __future__ import annotations

import base64
import contextlib
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as examples

from tests import browser as browser_ring
from tests import registry_shelf, scheduling, stopping, thrift, web_process
from tests import servers as test_servers
from tests.browser import browser, page
from tests.scheduling import pytest_xdist_auto_num_workers

__all__ = ["browser", "page", "pytest_xdist_auto_num_workers"]

MONDAY_NINE = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)
"""Monday 2 March 2026, nine o'clock in Nairobi, an ordinary working day."""

SCHEMA_TABLES = frozenset({"alembic_version"})
REFERENCE_TABLES = SCHEMA_TABLES | frozenset(registry_shelf.TABLES)
"""Tables that keep their rows between tests that ask for `loaded_rt`; others find them empty."""

SECRETS = {
    "SECRET_KEY": "a-secret-for-tests-only",
    "PHONE_KEYS": base64.b64encode(b"phone key for tests, 32 bytes...").decode(),
    "SIGNING_KEY": base64.b64encode(b"signing key for tests, 32 bytes.").decode(),
    "AT_CALLBACK_SECRET": "callback-secret-for-tests",
    "TWILIO_AUTH_TOKEN": "twilio-token-for-tests",
    "PHONE_SIMULATOR": "1",
}


DEMO_DAY = datetime(2026, 6, 10, 6, tzinfo=UTC)
"""Wednesday 10 June 2026, nine o'clock in Nairobi: near the end of a quarter."""

DEMO_SIZE = {"ratings": 600, "cases": 60}


class Clock:
    """The time as the test has it: `clock()` reads it, `forward` and `set` turn it."""

    def __init__(self) -> None:
        self.time = MONDAY_NINE

    def __call__(self) -> datetime:
        return self.time

    def forward(self, **span: float) -> None:
        """Later by a span in the words of timedelta: `clock.forward(days=2)`."""
        self.time += timedelta(**span)

    def set(self, moment: datetime) -> None:
        if moment.tzinfo is None:
            raise ValueError(f"{moment} has no zone: give the clock an aware moment")
        self.time = moment.astimezone(UTC)


def pytest_configure(config: pytest.Config) -> None:
    # How long an example takes says how busy the machine is, and nothing of what it tests.
    examples.register_profile("ours", deadline=None, suppress_health_check=[HealthCheck.too_slow])
    examples.load_profile("ours")
    config.pluginmanager.register(test_servers.Servers(config), "servers")
    config.pluginmanager.register(scheduling, "scheduling")
    config.pluginmanager.register(thrift, "thrift")
    config.pluginmanager.register(stopping.LastResort(config.getoption("timeout")), "stopping")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    browser_ring.leave_out_without_chromium(config, items)


def settings_on(database_url: str, redis_url: str) -> Any:
    from feedback_service.settings import Settings

    return Settings.from_env({**SECRETS, "DATABASE_URL": database_url, "REDIS_URL": redis_url})


@contextlib.contextmanager
def assembled(settings: Any, engine: Any, redis: Any, clock: Clock) -> Iterator[Any]:
    """The runtime that production assembles, all channels on, with our clock."""
    import channels
    from feedback_service import runtime

    ways = channels.build(settings.channels, settings.raw)
    rt = runtime.assemble(settings, engine, redis, ways, clock)
    yield rt
    rt.quick.dispose()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def addresses(request: pytest.FixtureRequest) -> test_servers.Addresses:
    """Where the servers of this run are; asking starts them."""
    found: test_servers.Addresses = request.config.pluginmanager.get_plugin("servers").addresses()
    return found


@pytest.fixture(scope="session")
def database_url(addresses: test_servers.Addresses, worker: str) -> Iterator[str]:
    """A migrated database of this process's own."""
    with test_servers.own_database(addresses, worker, _fill_shelf) as url:
        yield url


def _fill_shelf(url: str) -> None:
    import sqlalchemy as sa

    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with assembled(
        settings_on(url, "redis://nowhere"), engine, test_servers.redis_away(), Clock()
    ) as rt:
        registry_shelf.fill(rt)


@pytest.fixture(scope="session")
def redis_url(addresses: test_servers.Addresses, worker: str) -> str:
    return test_servers.own_redis(addresses, worker)


@pytest.fixture(scope="session")
def worker(request: pytest.FixtureRequest) -> str:
    """The name of this process among its fellows: `gw0`, `gw1`, or `alone`."""
    name: str = getattr(request.config, "workerinput", {}).get("workerid", "alone")
    return name


@pytest.fixture(scope="session")
def engine(database_url: str) -> Iterator[Any]:
    import sqlalchemy as sa

    engine = sa.create_engine(database_url, pool_size=20)
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def connected_redis(redis_url: str) -> Iterator[Any]:
    from redis import Redis

    with Redis.from_url(redis_url) as redis:
        yield redis


@pytest.fixture
def redis(request: pytest.FixtureRequest, engine: Any, connected_redis: Any) -> Iterator[Any]:
    """This process's Redis, empty, as are the tables; both are emptied again afterwards."""
    loaded = "loaded_rt" in request.fixturenames
    if not loaded:
        test_servers.empty(engine, connected_redis, SCHEMA_TABLES)
    yield connected_redis
    test_servers.empty(engine, connected_redis, REFERENCE_TABLES if loaded else SCHEMA_TABLES)


@pytest.fixture
def settings(database_url: str, redis_url: str) -> Any:
    return settings_on(database_url, redis_url)


@pytest.fixture
def rt(settings: Any, engine: Any, redis: Any, clock: Clock) -> Iterator[Any]:
    """The runtime of a test, on its servers; the clock of the test is its clock."""
    with assembled(settings, engine, redis, clock) as rt:
        yield rt


@pytest.fixture
def loaded_rt(rt: Any, engine: Any, redis: Any) -> Any:
    """The runtime with the registry we come with, which stays for the next that asks for it.

    A test that changes a row of the registry asks for `own_registry`.
    """
    registry_shelf.put_back(engine)
    registry_shelf.lend(rt)
    return rt


@pytest.fixture
def own_registry(engine: Any, redis: Any) -> None:
    """The registry we come with, loaded for this test alone, which may change it."""
    registry_shelf.load(engine)


@pytest.fixture(scope="session")
def demo_engine(
    addresses: test_servers.Addresses, worker: str, redis_url: str, connected_redis: Any
) -> Iterator[Any]:
    """A database beside the one of every test, with the registry and the demo of DEMO_DAY."""
    import sqlalchemy as sa

    from feedback_service import demo

    clock = Clock()
    clock.set(DEMO_DAY)
    with test_servers.own_database(addresses, f"{worker}_demo", _fill_shelf) as url:
        engine = sa.create_engine(url)
        with assembled(settings_on(url, redis_url), engine, connected_redis, clock) as rt:
            registry_shelf.load(engine)
            demo.fill(rt, 7, lambda *_: None, **DEMO_SIZE)
        yield engine
        engine.dispose()


@pytest.fixture
def demo_rt(demo_engine: Any, redis_url: str, connected_redis: Any, clock: Clock) -> Iterator[Any]:
    """The runtime on the filled demo, for tests that change no row: filled once for all of them.

    Name their file in `scheduling.TOGETHER`: in another process it is filled again.
    """
    clock.set(DEMO_DAY)
    address = demo_engine.url.render_as_string(hide_password=False)
    with assembled(settings_on(address, redis_url), demo_engine, connected_redis, clock) as rt:
        yield rt
    connected_redis.flushdb()


@pytest.fixture
def all_of(loaded_rt: Any) -> Callable[[Any], Sequence[Any]]:
    """Every row of a table as it stands now."""
    import sqlalchemy as sa

    def rows(model: Any) -> Sequence[Any]:
        with loaded_rt.transaction() as session:
            found: Sequence[Any] = session.scalars(sa.select(model)).all()
            return found

    return rows


@pytest.fixture
def app(rt: Any) -> Any:
    return web_process.application(rt)


@pytest.fixture
def client(rt: Any) -> Any:
    """A network or a reader that calls; who signs in needs `app` and its `test_client()`."""
    return web_process.caller(rt)
