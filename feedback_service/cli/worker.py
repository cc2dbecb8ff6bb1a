"""`feedback worker`: one worker on the one queue, everything imported before the first job."""

from __future__ import annotations

import argparse

from feedback_service import settings as all_settings
from feedback_service.cli.connection import require_schema
from feedback_service.cli.logs import configure_logs
from feedback_service.cli.memory import keep_small


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(do=work)


def work(_: argparse.Namespace) -> int:
    """Work until told to stop; a job that has begun is finished."""
    keep_small()
    from feedback_service import jobs

    settings = all_settings.from_environment()
    require_schema(settings)
    configure_logs(settings.log_level)
    jobs.work(settings)
    return 0
