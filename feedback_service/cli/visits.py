"""`feedback visits`: load a file of visits, declare how many there were, show coverage."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from feedback_service.cli import Refused
from feedback_service.cli.connection import service

if TYPE_CHECKING:
    from feedback_service.domain.periods import Period
    from feedback_service.runtime import Runtime
    from feedback_service.visits import Answer

MOST_TOLD = 20


def arguments(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(metavar="VERB", required=True)
    new = verbs.add_parser("load", help="load a CSV file; the same one again changes nothing")
    new.add_argument("file", metavar="FILE.csv", type=Path)
    new.add_argument("--institution", metavar="ID", help="whose file it is; without it, of all")
    new.set_defaults(do=load)
    said = verbs.add_parser("declare", help="say how many visits a quarter had")
    said.add_argument("institution", metavar="ID")
    said.add_argument("quarter", metavar="QUARTER", help="such as FY2026/27-Q1")
    said.add_argument("count", metavar="COUNT")
    said.add_argument("--kind", default="declared", help="tickets, payments or declared")
    said.add_argument("--evidence", required=True, help="where the count can be looked up")
    said.add_argument("--place", metavar="ID", help="of one service point only")
    said.set_defaults(do=declare)
    whole = verbs.add_parser("coverage", help="fed of declared, by institution")
    whole.add_argument("quarter", metavar="QUARTER")
    whole.set_defaults(do=coverage)


def load(chosen: argparse.Namespace) -> int:
    """Take what is right and name what is wrong, row by row; 1 if anything was refused."""
    from feedback_service import visits

    try:
        name = visits.digest(chosen.file.read_bytes())
        with service() as rt, chosen.file.open(encoding="utf-8-sig", newline="") as file:
            _known(rt, chosen.institution)
            feeder = visits.Feeder("command line", chosen.institution)
            batch = visits.Batch(visits.Way.CSV, name)
            answers = visits.load(rt, feeder, batch, visits.rows(file))
    except OSError as error:
        raise Refused(f"No file {chosen.file}: give the path of a CSV file.") from error
    except visits.BadFile as error:
        raise Refused(f"{chosen.file}: {error}") from error
    return _tell(answers)


def declare(chosen: argparse.Namespace) -> int:
    """Enter a count; the newest of a record stands."""
    from feedback_service import visits

    period = _period(chosen.quarter)
    with service() as rt, rt.transaction() as session:
        _known(rt, chosen.institution)
        try:
            visits.declare(
                rt, session, chosen.institution, period, kind=chosen.kind, count=chosen.count,
                evidence=chosen.evidence, place=chosen.place,
            )  # fmt: skip
        except visits.Wrong as error:
            raise Refused(str(error)) from error
    print(f"{chosen.institution}, {period.label}: {chosen.count} visits, from {chosen.kind}.")
    return 0


def coverage(chosen: argparse.Namespace) -> int:
    """One line for each institution that fed or declared."""
    from feedback_service import scoring

    period = _period(chosen.quarter)
    with service() as rt, rt.transaction() as session:
        found = scoring.frames(session, period, rt.now())
    for name, frame in found.items():
        share = "-" if frame.coverage is None else f"{frame.coverage:.1%}"
        why = f"not measured: {frame.why_not}" if frame.why_not else "measured"
        print(f"{name:<14} {frame.visited:>9} fed {frame.declared or '-':>9} declared "
              f"{share:>7}  {why}")  # fmt: skip
    if not found:
        print(f"{period.label}: nobody fed or declared anything.")
    return 0


def _tell(answers: list[Answer]) -> int:
    from feedback_service.visits import Fate

    refused = [answer for answer in answers if answer.fate is Fate.REFUSED]
    for answer in refused[:MOST_TOLD]:
        print(f"row {answer.row + 1}, {answer.field}: {answer.value!r}: {answer.remedy}")
    if len(refused) > MOST_TOLD:
        print(f"... and {len(refused) - MOST_TOLD} more rows")
    many = [f"{sum(a.fate is fate for a in answers)} {fate.value}" for fate in Fate]
    print(", ".join(many))
    return 1 if refused else 0


def _known(rt: Runtime, institution: str | None) -> None:
    from feedback_service import registry

    if institution and institution not in registry.catalogue(rt).offices:
        raise Refused(f"No institution {institution!r}: give its id, such as NRB.")


def _period(text: str) -> Period:
    from feedback_service.domain.periods import NotAPeriod, Period

    try:
        return Period.parse(text)
    except NotAPeriod as error:
        raise Refused(str(error)) from error
