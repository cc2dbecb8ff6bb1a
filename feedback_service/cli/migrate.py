"""`feedback migrate`: the schema to its newest; for maintainers, its next step from the models."""

from __future__ import annotations

import argparse

import migrations
from feedback_service import embedded
from feedback_service import settings as all_settings


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--make", metavar="MESSAGE", help="for maintainers: write the next revision from the models"
    )
    parser.set_defaults(do=migrate)


def migrate(chosen: argparse.Namespace) -> int:
    """Upgrade the database of the settings, or write a revision."""
    if chosen.make:
        return make(chosen.make)
    migrations.upgrade(all_settings.from_environment().database_url)
    print("The schema is at its newest.")
    return 0


def make(message: str) -> int:
    """Write the next revision, compared on a database of its own that is thrown away."""
    servers = embedded.start(throwaway=True)
    try:
        print(migrations.make(servers.database_url, message))
    finally:
        servers.stop()
    return 0
