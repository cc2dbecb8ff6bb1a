"""`feedback survey`: the draws of a quarter, one as a file, and a draw made again to prove it."""

from __future__ import annotations

import argparse
import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from feedback_service.cli import Refused
from feedback_service.cli.connection import service

if TYPE_CHECKING:
    from feedback_service.visits.publishing import Published


def arguments(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(metavar="VERB", required=True)
    told = verbs.add_parser("show", help="the draws of a quarter; of one day, its file")
    told.add_argument("--quarter", default="", help="such as FY2026/27-Q1; the present one if none")
    told.add_argument("--institution", default="", metavar="ID", help="of one institution only")
    told.add_argument("--day", type=date.fromisoformat, metavar="YYYY-MM-DD",
                      help="the draw of this day, whole, once it is over")  # fmt: skip
    told.set_defaults(do=show)
    again = verbs.add_parser("check", help="draw a day again, from a file or the database")
    again.add_argument("file", nargs="?", type=Path, help="what `survey show --day` wrote")
    again.add_argument("--institution", default="", metavar="ID")
    again.add_argument("--day", type=date.fromisoformat, metavar="YYYY-MM-DD")
    again.set_defaults(do=check)


def show(chosen: argparse.Namespace) -> int:
    """Every draw of the quarter as it is published, or one day's file on the standard output."""
    from feedback_service.domain.periods import NotAPeriod, Period
    from feedback_service.visits import publishing

    if chosen.day:
        return _file(chosen)
    with service() as rt, rt.transaction() as session:
        now = rt.now()
        try:
            period = Period.parse(chosen.quarter) if chosen.quarter else Period.containing(now)
        except NotAPeriod as error:
            raise Refused(str(error)) from error
        found = publishing.published(session, period, now, chosen.institution or None)
    for one in found:
        _say(one)
    if not found:
        print(f"{period.label}: no draw yet.")
    return 0


def check(chosen: argparse.Namespace) -> int:
    """0 when seed, frame and lots are as they were sealed, 1 when not."""
    from feedback_service.visits import publishing

    if chosen.file:
        found = publishing.check(_read(chosen.file))
    else:
        _both(chosen)
        with service() as rt, rt.transaction() as session:
            try:
                drawn = publishing.record(session, chosen.institution, chosen.day)
            except publishing.NoSuchDraw as error:
                raise Refused(str(error)) from error
        found = publishing.check(drawn)
    print("seed: the one whose hash was told" if found.seed_is_the_one else "seed: ANOTHER")
    print("frame: as it was sealed" if found.frame_is_whole else "frame: CHANGED since the draw")
    print("visits: those the lot takes" if found.same_visits else "visits: NOT those the lot takes")
    return 0 if found.holds else 1


def _file(chosen: argparse.Namespace) -> int:
    from analytics.sampling import OVER_AFTER
    from feedback_service.visits import publishing

    _both(chosen)
    with service() as rt, rt.transaction() as session:
        try:
            if not publishing.is_over(session, chosen.institution, chosen.day, rt.now()):
                after = OVER_AFTER.days
                raise Refused(
                    f"{chosen.day} may still be asked about: its seed is told {after} days after "
                    "the draw"
                )
            drawn = publishing.record(session, chosen.institution, chosen.day)
        except publishing.NoSuchDraw as error:
            raise Refused(str(error)) from error
    print(publishing.written(drawn), end="")
    return 0


def _both(chosen: argparse.Namespace) -> None:
    if not chosen.institution or not chosen.day:
        raise Refused("name the draw: --institution ID --day YYYY-MM-DD, or give its file")


def _read(path: Path) -> dict[str, object]:
    try:
        drawn = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise Refused(f"{path}: {error}. Give a file that `survey show --day` wrote") from error
    wanted = {"seed", "seed_hash", "frame", "frame_hash", "wanted", "taken"}
    if not isinstance(drawn, dict) or wanted - drawn.keys():
        raise Refused(f"{path}: not a draw. Give a file that `survey show --day` wrote")
    return drawn


def _say(one: Published) -> None:
    size = "feed missing" if one.missing else f"{_many(one.asked)} of {_many(one.frame_size)} asked"
    late = "" if one.ahead else "  seed committed AFTER the day began"
    print(f"{one.day}  {one.institution:<14} {size}{'  simulated' if one.simulated else ''}{late}")
    print(f"{'':<12}seed {one.seed or f'sealed, hash {one.seed_hash}'}  frame {one.frame_hash}")


def _many(many: int | None) -> str:
    return "under 5" if many is None else str(many)
