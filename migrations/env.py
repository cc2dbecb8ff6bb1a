"""How Alembic reaches the database: called by Alembic, configured by `migrations.config`."""

import sqlalchemy as sa
from alembic import context

from feedback_service.models import Base


def run() -> None:
    """Run the steps that were asked for, all of them in one transaction."""
    engine = sa.create_engine(context.config.attributes["database_url"], poolclass=sa.NullPool)
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            compare_type=True,
            compare_server_default=True,
        )
        with context.begin_transaction():
            context.run_migrations()


run()
