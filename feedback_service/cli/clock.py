"""`feedback clock`: what happens as time passes; of several clocks one ticks, the rest wait."""

from __future__ import annotations

import argparse

from feedback_service import settings as all_settings
from feedback_service.cli.connection import require_schema
from feedback_service.cli.logs import configure_logs
from feedback_service.cli.memory import keep_small


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(do=tick)


def tick(_: argparse.Namespace) -> int:
    """Tick until told to stop."""
    keep_small()
    from feedback_service import schedule

    settings = all_settings.from_environment()
    require_schema(settings)
    configure_logs(settings.log_level)
    schedule.tick_forever(settings)
    return 0
