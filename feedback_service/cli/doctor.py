"""`feedback doctor`: what is missing or mis-set, and the remedy; 1 if it could not work."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING

from feedback_service.cli.connection import service
from feedback_service.settings import BadSettings, environment

if TYPE_CHECKING:
    from feedback_service.doctor import Finding

_COLOURS = {"ok": "32", "warn": "33", "fail": "31"}


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(do=examine)


def examine(_: argparse.Namespace) -> int:
    """Print every finding with its remedy."""
    from feedback_service import doctor

    try:
        with service() as rt:
            found = doctor.checks(rt)
    except BadSettings as error:
        found = [
            doctor.fail(f"{bad.name} {bad.wrong}", f"Set {bad.name}={bad.example}")
            for bad in error.problems
        ]
    _show(found, colour=sys.stdout.isatty() and "NO_COLOR" not in environment())
    return 1 if any(finding.state is doctor.State.FAIL for finding in found) else 0


def _show(found: Iterable[Finding], *, colour: bool) -> None:
    counted = {"ok": 0, "warn": 0, "fail": 0}
    for finding in found:
        counted[finding.state] += 1
        word = f"{finding.state:4}"
        print(f"\033[{_COLOURS[finding.state]}m{word}\033[0m" if colour else word, finding.what)
        if finding.remedy:
            print(f"     -> {finding.remedy}")
    if counted["fail"]:
        print(
            f"\nThe service cannot work: {counted['fail']} to mend, {counted['warn']} to look at."
        )
    elif counted["warn"]:
        print(f"\nThe service can work; {counted['warn']} to look at.")
    else:
        print("\nAll is well.")
