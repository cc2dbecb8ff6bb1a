"""`feedback load`: institutions, services, charters, calendars from CSV files, all or nothing."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from feedback_service.cli import Refused
from feedback_service.cli.connection import service


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "directory", metavar="DIR", nargs="?", type=Path,
        help="a folder of CSV files; without it, the reference data that comes with the service",
    )  # fmt: skip
    parser.set_defaults(do=load)


def load(chosen: argparse.Namespace) -> int:
    """Load the folder; 1 with every bad row on standard error, and then nothing is loaded."""
    from feedback_service import registry

    directory: Path = chosen.directory or registry.DATA
    if not directory.is_dir():
        raise Refused(f"{directory} is no folder. Name one that holds the registry's CSV files.")
    with service() as rt:
        try:
            loaded = registry.load(rt, directory)
        except registry.BadRows as error:
            print(*error.problems, sep="\n", file=sys.stderr)
            print(f"{_rows(len(error.problems))} wrong, nothing was loaded.", file=sys.stderr)
            return 1
    if not loaded.changed:
        print(f"The same files were loaded before: nothing to do (version {loaded.version}).")
        return 0
    for table, rows in loaded.rows.items():
        print(f"{table:18} {rows:6,} rows")
    for table, rows in loaded.kept.items():
        print(f"{table:18} {rows:6,} rows of the files left out: changed at the desk, kept so")
    print(f"The registry is at version {loaded.version}.")
    return 0


def _rows(count: int) -> str:
    return "One thing is" if count == 1 else f"{count} things are"
