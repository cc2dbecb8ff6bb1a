"""The migrations and the models say the same, and releases that start together do not race."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

import migrations
from feedback_service.models import Base
from tests import servers


def test_there_is_one_head_and_the_numbers_have_no_gap():
    script = ScriptDirectory.from_config(migrations.config("postgresql+psycopg://"))
    numbers = sorted(revision.revision for revision in script.walk_revisions())
    assert len(script.get_heads()) == 1
    assert numbers == [f"{n:04d}" for n in range(1, len(numbers) + 1)]


def test_the_database_at_head_has_what_the_models_have(engine):
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        assert compare_metadata(context, Base.metadata) == []


def test_releases_that_start_together_upgrade_once(addresses, worker):
    with servers.empty_database(addresses, f"race_{worker}") as url:
        with ThreadPoolExecutor(4) as releases:
            list(releases.map(migrations.upgrade, [url] * 4))
        assert migrations.is_current(url)


def test_a_database_without_a_character_set_is_refused_with_the_remedy(addresses, worker):
    bare = servers.empty_database(addresses, f"ascii_{worker}", "encoding 'SQL_ASCII'")
    with bare as url, pytest.raises(migrations.NoEncoding, match="--encoding UTF8"):
        migrations.upgrade(url)


def test_a_database_without_schema_is_not_current(addresses, worker):
    with servers.empty_database(addresses, f"bare_{worker}") as url:
        assert not migrations.is_current(url)
        migrations.upgrade(url)
        tables = set(sa.inspect(sa.create_engine(url, poolclass=sa.NullPool)).get_table_names())
    assert tables == {*Base.metadata.tables, "alembic_version"}
