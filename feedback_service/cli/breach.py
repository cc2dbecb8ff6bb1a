"""`feedback breach report`: whom an incident touched, by when whom to tell, and texts to send."""

from __future__ import annotations

import argparse
from datetime import datetime
from pathlib import Path

from feedback_service.cli import Refused
from feedback_service.cli.connection import service
from feedback_service.domain.calendar import NAIROBI


def arguments(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(metavar="VERB", required=True)
    new = verbs.add_parser("report", help="list whom it touched; names nobody")
    new.add_argument("--since", type=_moment, required=True, metavar="2026-11-22T08:00",
                     help="when it began, in Nairobi")  # fmt: skip
    new.add_argument("--until", type=_moment, required=True, metavar="2026-11-22T10:30",
                     help="when it ended")  # fmt: skip
    new.add_argument("--known", type=_moment, metavar="2026-11-22T11:00",
                     help="when you learnt of it, now if left out")  # fmt: skip
    scope = new.add_mutually_exclusive_group()
    scope.add_argument("--table", help="what was read, such as cases")
    scope.add_argument("--staff", metavar="EMAIL", help="whose account was misused")
    scope.add_argument("--key", help="the id of a key that leaked, from `feedback keys status`")
    new.add_argument("--to", type=Path, default=Path("breach"), metavar="FOLDER",
                     help="where the files go; breach if left out")  # fmt: skip
    new.set_defaults(do=report)


def report(chosen: argparse.Namespace) -> int:
    """Write the files and say what is in them."""
    from feedback_service.privacy import breach

    if chosen.until < chosen.since:
        raise Refused("--until is before --since: give the time in which it happened.")
    scope = breach.Scope(
        chosen.since, chosen.until, chosen.table or "", chosen.staff or "", chosen.key or ""
    )
    with service() as rt:
        try:
            made = breach.report(rt, scope, chosen.known or rt.now(), chosen.to)
        except breach.NoSuchScope as error:
            raise Refused(str(error)) from error
    print(f"{made.people} people touched ({made.what}); {made.can_be_told} can be told by message.")
    print(f"{made.numbers_seen} numbers were seen in clear; the others are encrypted.")
    print(f"The Commissioner must know by {_said(made.commissioner_by)} (72 hours).")
    print(f"As a processor, tell the controller by {_said(made.controller_by)} (48 hours).")
    print(f"List, report and texts: {chosen.to}/")
    return 0


def _moment(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text}: write it as 2026-11-22T08:00") from None
    return found if found.tzinfo else found.replace(tzinfo=NAIROBI)


def _said(moment: datetime) -> str:
    return moment.astimezone(NAIROBI).strftime("%d.%m.%Y %H:%M")
