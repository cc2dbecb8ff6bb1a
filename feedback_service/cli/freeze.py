"""`feedback freeze PERIOD`: close a quarter for good, or a year whose quarters are; its figures are
signed and never change."""

from __future__ import annotations

import argparse
import sys

from feedback_service.cli import Refused
from feedback_service.cli.connection import service


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("period", help="a quarter, such as FY2026/27-Q1, or a year")
    parser.add_argument(
        "--early", default="", metavar="REASON",
        help="freeze before it is mature (30 days after its end); the reason is written down",
    )  # fmt: skip
    parser.set_defaults(do=freeze)


def freeze(chosen: argparse.Namespace) -> int:
    """Close the period and print what is published of it."""
    from analytics.evidence.signing import key_id
    from feedback_service.domain.periods import NotAPeriod, Period
    from feedback_service.scoring.frozen.closing import CannotFreeze, Closing
    from feedback_service.scoring.frozen.closing import freeze as close

    try:
        closing = Closing(Period.parse(chosen.period), chosen.early)
        with service() as rt:
            row = close(rt, closing, _say)
    except (NotAPeriod, CannotFreeze) as error:
        raise Refused(str(error)) from error
    print(f"{row.period} is frozen{' early' if row.early else ''}: {row.frozen_at:%d %b %Y %H:%M}.")
    print(f"root of the answers  {row.root}\nsigned with key      {key_id(row.statement['key'])}")
    print("feedback evidence INSTITUTION PERIOD writes a signed pack of it.")
    return 0


def _say(name: str, done: int, of: int) -> None:
    if sys.stderr.isatty():
        end = "\n" if done == of else ""
        print(f"\r{done:>5} of {of} institutions  {name:<24}", end=end, file=sys.stderr, flush=True)
