"""`feedback verification`: draw the cases to call back of a quarter, show the draws, check one."""

from __future__ import annotations

import argparse
from datetime import date
from typing import TYPE_CHECKING

from feedback_service.cli import Refused
from feedback_service.cli.connection import service

if TYPE_CHECKING:
    from feedback_service.domain.periods import Period
    from feedback_service.verification import Drawn


def arguments(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(metavar="VERB", required=True)
    new = verbs.add_parser("draw", help="draw now; the clock does it on the first of each month")
    _quarter(new)
    new.add_argument("--seed", default="", help="what the lots are made of; a secret one if none")
    new.add_argument("--institution", default="", metavar="ID", help="of one institution only")
    new.set_defaults(do=draw)
    told = verbs.add_parser("show", help="seed, hash and size of each draw of a quarter")
    _quarter(told)
    told.set_defaults(do=show)
    again = verbs.add_parser("check", help="draw again from what was kept, and compare")
    _quarter(again)
    again.add_argument("--institution", required=True, metavar="ID")
    again.add_argument("--day", required=True, type=date.fromisoformat, metavar="YYYY-MM-DD",
                       help="the day before which its cases were over")  # fmt: skip
    again.set_defaults(do=check)


def draw(chosen: argparse.Namespace) -> int:
    """Draw of every institution and print what is published of it."""
    from feedback_service import verification

    period = _period(chosen.quarter)
    with service() as rt:
        try:
            made = verification.draw_quarter(rt, period, chosen.seed, chosen.institution)
        except verification.NothingToDraw as error:
            raise Refused(str(error)) from error
    _say(made)
    print("They wait at /desk/calls for people outside the institution.")
    return 0


def show(chosen: argparse.Namespace) -> int:
    """Every draw of the quarter, as it was published."""
    from feedback_service import verification

    period = _period(chosen.quarter)
    with service() as rt, rt.transaction() as session:
        found = verification.draws(session, period)
    _say(found)
    if not found:
        print(f"{period.label}: no draw yet.")
    return 0


def check(chosen: argparse.Namespace) -> int:
    """0 when frame and lots are as they were published, 1 when not."""
    from feedback_service import verification

    period = _period(chosen.quarter)
    with service() as rt, rt.transaction() as session:
        try:
            found = verification.check(session, chosen.institution, period, chosen.day)
        except verification.NoSuchDraw as error:
            raise Refused(str(error)) from error
    print("frame: as it was sealed" if found.frame_is_whole else "frame: CHANGED since the draw")
    print("cases: those the lot takes" if found.same_cases else "cases: NOT those the lot takes")
    return 0 if found.frame_is_whole and found.same_cases else 1


def _quarter(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--quarter", required=True, help="such as FY2026/27-Q1")


def _period(text: str) -> Period:
    from feedback_service.domain.periods import NotAPeriod, Period

    try:
        return Period.parse(text)
    except NotAPeriod as error:
        raise Refused(str(error)) from error


def _say(made: list[Drawn]) -> None:
    for one in made:
        size = ", ".join(f"{one.taken.get(g, 0)} of {n} {g}" for g, n in one.groups.items())
        print(f"{one.institution_id:<14} before {one.closed_before}  {size}")
        print(f"{'':<14} seed {one.seed}  frame {one.frame_hash}")
