"""`feedback demo`: fills an empty service with a simulated, marked quarter of ratings and cases."""

from __future__ import annotations

import argparse
import sys
import time

from feedback_service.cli import Refused
from feedback_service.cli.connection import service


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--seed", type=int, default=1, metavar="N",
        help="another number, other ratings and cases (1)",
    )  # fmt: skip
    parser.add_argument("--ratings", type=int, default=6000, metavar="N", help="how many (6000)")
    parser.add_argument("--cases", type=int, default=400, metavar="N", help="how many (400)")
    parser.add_argument(
        "--force", action="store_true", help="also beside the cases of real citizens"
    )
    parser.set_defaults(do=fill)


def fill(chosen: argparse.Namespace) -> int:
    """Fill it, showing how far it is."""
    from feedback_service import demo
    from feedback_service.demo import appraised, closed, governed
    from feedback_service.reports import requests

    began = time.monotonic()
    with service() as rt:
        try:
            made = demo.fill(
                rt, chosen.seed, _progress, force=chosen.force, ratings=chosen.ratings,
                cases=chosen.cases,
            )  # fmt: skip
        except demo.NotEmpty as error:
            raise Refused(
                f"Not filled: {error}. Use another, empty database, or have the invented "
                "beside the real: make demo ARGS=--force"
            ) from error
        except demo.NothingLoaded as error:
            raise Refused(f"Not filled: {error}. Run `feedback load` first.") from error
        print(governed.govern(rt))
        print(closed.close(rt))
        requests.bring_up(rt)
        print(f"{appraised.appraise(rt)} officers have a year of targets: /desk/appraisal.")
    if made.ratings or made.cases:
        spent = time.monotonic() - began
        print(f"{made.ratings:,} ratings and {made.cases:,} cases, all marked simulated "
              f"({spent:.0f} s).")  # fmt: skip
    else:
        print("The demo was there already: nothing changed.")
    return 0


def _progress(what: str, done: int, total: int) -> None:
    """A line that counts up on a terminal; four lines elsewhere."""
    if sys.stdout.isatty():
        print(f"\r{what:8} {done:5,} of {total:,}", end="\n" if done == total else "", flush=True)
    elif done * 4 // total > (done - 1) * 4 // total:
        print(f"{what:8} {done:5,} of {total:,}", flush=True)
