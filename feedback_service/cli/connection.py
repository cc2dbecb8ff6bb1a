"""What a command stands on: the service that the environment names or `make run` started, its
settings, a free port and a schema of this release; whatever lacks is refused in words."""

from __future__ import annotations

import importlib.util
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from feedback_service import settings as all_settings
from feedback_service.cli import Refused
from feedback_service.settings import BadSettings, Settings

if TYPE_CHECKING:
    from feedback_service.runtime import Runtime

NOTHING_RUNS = (
    "No service is known here. Start one with `make run` in another terminal, run this from its "
    "folder (or with its VAR_DIR), or set DATABASE_URL and REDIS_URL."
)


def settings() -> Settings:
    """The settings in force; raises Refused when neither they nor a started service are there."""
    try:
        return all_settings.from_environment()
    except BadSettings as error:
        if any(problem.name == "DATABASE_URL" for problem in error.problems):
            raise Refused(NOTHING_RUNS) from error
        raise


def require_port(host: str, port: int, command: str) -> None:
    """Raises Refused when something else listens there already; `command` is what was asked for."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise Refused(
                f"Port {port} cannot be used ({error.strerror}). "
                f"Stop what uses it, or choose another: PORT={port + 1} {command}"
            ) from error


def require_schema(settings: Settings) -> None:
    """Raises Refused while the database lacks tables that this release works with."""
    import sqlalchemy as sa

    newest = _newest_schema()
    engine = sa.create_engine(settings.database_url, poolclass=sa.NullPool)
    with engine.connect() as connection:
        known = sa.text("select to_regclass('alembic_version') is not null")
        stands = sa.text("select max(version_num) from alembic_version")
        here = connection.scalar(stands) if connection.scalar(known) else None
    if here is None or here < newest:  # a newer one is an upgrade that is under way
        raise Refused(
            f"The database's schema is {here or 'empty'}, this release works with {newest}: "
            "run `feedback migrate`."
        )


def _newest_schema() -> str:
    """The number of the last step, found without loading what takes the steps."""
    room = importlib.util.find_spec("migrations")
    steps = Path(str(room and room.origin)).parent / "versions"
    return max(path.name[:4] for path in steps.glob("[0-9]*.py"))


@contextmanager
def service() -> Iterator[Runtime]:
    """The runtime of a command, closed behind it; an older schema is told in words."""
    import sqlalchemy as sa
    from psycopg import errors

    from feedback_service.runtime import connect

    rt = connect(settings(), pool=2)
    try:
        yield rt
    except sa.exc.ProgrammingError as error:
        if isinstance(error.orig, errors.UndefinedTable | errors.UndefinedColumn):
            raise Refused("The database's schema is older: run `feedback migrate`.") from error
        raise
    finally:
        rt.close()
