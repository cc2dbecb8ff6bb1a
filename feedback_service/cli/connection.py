"""The service a command works on: what the environment names, or the one `make run` started."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
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
