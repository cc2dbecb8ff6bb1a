"""`feedback export open-data DIR`: the open data package, written row by row."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from feedback_service.cli import Refused
from feedback_service.cli.connection import service

if TYPE_CHECKING:
    from feedback_service.domain.periods import Period


def arguments(parser: argparse.ArgumentParser) -> None:
    what = parser.add_subparsers(metavar="WHAT", required=True)
    package = what.add_parser("open-data", help="the open data package, as a folder")
    package.add_argument("folder", type=Path, metavar="DIR", help="made where it is not there")
    package.add_argument(
        "--period", metavar="PERIOD", action="append", default=[],
        help="such as FY2026/27-Q1; without it every period with records",
    )  # fmt: skip
    package.set_defaults(do=open_data)


def open_data(chosen: argparse.Namespace) -> int:
    """Write it, and say what was written."""
    from feedback_service.domain.periods import NotAPeriod, Period
    from feedback_service.reports import open_data as room
    from feedback_service.reports import requests

    try:
        given = [Period.parse(text) for text in chosen.period]
        with service() as rt:
            requests.bring_up(rt)
            asked = room.Asked(rt, _with_quarters(given) or room.periods_of(rt))
            made = room.write(asked, chosen.folder, _progress)
    except NotAPeriod as error:
        raise Refused(str(error)) from error
    except OSError as error:
        raise Refused(f"{chosen.folder}: {error.strerror}. Name a folder you may write") from error
    if sys.stderr.isatty():
        print(file=sys.stderr)
    rows = sum(made.rows.values())
    print(f"{chosen.folder}: version {made.version}, {rows:,} rows, {made.bytes:,} bytes.")
    print(f"frictionless validate {chosen.folder}/datapackage.json checks it.")
    return 0


def _with_quarters(given: list[Period]) -> list[Period]:
    """A year asked for brings its quarters."""
    from feedback_service.domain.periods import Period

    wanted: dict[Period, None] = {}
    for period in given:
        if not period.quarter:
            wanted |= dict.fromkeys(Period(period.year, number) for number in (1, 2, 3, 4))
        wanted[period] = None
    return sorted(wanted, key=lambda period: (period.end, -period.start.toordinal()))


def _progress(table: str, rows: int) -> None:
    if sys.stderr.isatty():
        print(f"\r{table}: {rows:,} rows          ", end="", file=sys.stderr, flush=True)
