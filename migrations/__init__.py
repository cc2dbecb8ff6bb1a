"""The database's schema, step by step: `upgrade(database_url)` brings it to the newest."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

HERE = Path(__file__).parent
_LOCK = 7_216_350_221  # any number that nothing else in this database locks


def upgrade(database_url: str, revision: str = "head") -> None:
    """Bring the schema to `revision`; of two releases that start together the second one waits."""
    with _alone(database_url):
        command.upgrade(config(database_url), revision)


def is_current(database_url: str) -> bool:
    """True when the database stands at the newest revision."""
    engine = sa.create_engine(database_url)
    try:
        with engine.connect() as connection:
            here = MigrationContext.configure(connection).get_current_heads()
    finally:
        engine.dispose()
    return set(here) == set(ScriptDirectory.from_config(config(database_url)).get_heads())


def make(database_url: str, message: str) -> Path:
    """Write the next numbered revision: what the models have and the database, at head, lacks."""
    settings = config(database_url)
    upgrade(database_url)
    number = len(list(ScriptDirectory.from_config(settings).walk_revisions())) + 1
    made = command.revision(settings, message, autogenerate=True, rev_id=f"{number:04d}")
    assert made is not None
    assert not isinstance(made, list)
    return Path(made.path)


def config(database_url: str) -> Config:
    """Alembic's configuration, which has no file: everything it needs is here."""
    settings = Config()
    settings.set_main_option("script_location", str(HERE).replace("%", "%%"))
    settings.set_main_option("path_separator", "os")
    settings.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    settings.attributes["database_url"] = database_url  # no option: an address may contain %
    return settings


class NoEncoding(Exception):
    """The database was made without a character set: it would not know a letter from a byte."""


def _can_hold_words(connection: sa.Connection) -> None:
    name, encoding = connection.execute(
        sa.text("select current_database(), current_setting('server_encoding')")
    ).one()
    if encoding != "UTF8":
        raise NoEncoding(
            f"DATABASE_URL: the encoding of {name} is {encoding}. Make the database anew with "
            f"createdb --encoding UTF8 --template template0 {name}"
        )


@contextmanager
def _alone(database_url: str) -> Iterator[None]:
    # A connection of its own, outside any transaction: a step may commit in between and must not
    # let go of the lock, nor wait for it when it builds an index concurrently.
    engine = sa.create_engine(
        database_url, isolation_level="AUTOCOMMIT", connect_args={"client_encoding": "utf8"}
    )
    try:
        with engine.connect() as connection:
            _can_hold_words(connection)
            connection.execute(sa.select(sa.func.pg_advisory_lock(_LOCK)))
            yield
    finally:
        engine.dispose()
