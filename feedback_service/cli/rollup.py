"""`feedback rollup`: prove that what scorecards are read from is what the facts say; rebuild it."""

from __future__ import annotations

import argparse
import sys

from feedback_service.cli import Refused
from feedback_service.cli.connection import service


def arguments(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(metavar="VERB", required=True)
    verbs.add_parser(
        "verify", help="count every tally again from the facts; exit 1 with the first difference"
    ).set_defaults(do=verify)
    verbs.add_parser(
        "rebuild", help="forget what is kept and build it from the facts; readers count meanwhile"
    ).set_defaults(do=rebuild)


def verify(_: argparse.Namespace) -> int:
    """Compare quarter by quarter, and say the first number that is not what the facts give."""
    from feedback_service.scoring import rollups

    with service() as rt:
        try:
            difference = rollups.verify(rt, _progress)
        except rollups.NothingBuilt as error:
            raise Refused(str(error)) from error
    if difference is not None:
        print(f"Not the same: {difference}", file=sys.stderr)
        return 1
    print("Every tally that is kept is what the facts give, to the last digit.")
    return 0


def rebuild(_: argparse.Namespace) -> int:
    """Build everything now; the clock would do it a piece at a time."""
    from feedback_service.scoring import rollups

    with service() as rt:
        rollups.rebuild(rt)
        counted = 0
        while done := rollups.bring_up(rt):
            counted += done
            print(
                f"\r{counted:,} days of institutions counted", end="", file=sys.stderr, flush=True
            )
    print(f"\r{counted:,} days of institutions counted.          ", file=sys.stderr)
    return 0


def _progress(period: str, cells: int) -> None:
    print(f"{period}: {cells:,} tallies the same so far", file=sys.stderr, flush=True)
