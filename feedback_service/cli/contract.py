"""`feedback contract`: score a file of rows, or write an institution's sheet from its records."""

from __future__ import annotations

import argparse
from functools import partial
from pathlib import Path

from feedback_service.cli import Refused
from feedback_service.cli.connection import service
from feedback_service.cli.sheet import scored


def arguments(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(metavar="VERB", required=True)
    room = verbs.add_parser("score", help="add raw,weighted; print composite and grade")
    room.add_argument(
        "file", metavar="FILE.csv", type=Path,
        help="columns indicator,weight,target,achieved,direction (higher or lower)",
    )  # fmt: skip
    room.add_argument(
        "--partial", action="store_true",
        help="weights may total less than 100: prints their contribution, and no grade",
    )  # fmt: skip
    room.set_defaults(do=score)
    own = verbs.add_parser("sheet", help="an institution's sheet as CSV, which `score` reads")
    own.add_argument("institution", metavar="INSTITUTION", help="its id, such as NRB")
    own.add_argument(
        "period", metavar="PERIOD", help="FY2026/27-Q1, FY2026/27-H1 for the half year, FY2026/27"
    )
    own.set_defaults(do=sheet)


def score(chosen: argparse.Namespace) -> int:
    """Score the file by the method in use."""
    from analytics import performance_contract

    do = partial(performance_contract.score_file, allow_partial=chosen.partial)
    return scored(do, chosen.file)


def sheet(chosen: argparse.Namespace) -> int:
    """Print the measured rows of an institution's contract."""
    from analytics.contract import NotASpan, Span
    from feedback_service import contracts
    from feedback_service.reports.contract_sheet import as_csv

    try:
        span = Span.parse(chosen.period)
    except NotASpan as error:
        raise Refused(str(error)) from error
    with service() as rt, rt.transaction() as session:
        try:
            stood = contracts.standing(rt, session, chosen.institution, span)
        except contracts.NoSuchInstitution as error:
            raise Refused(f"institution is {chosen.institution!r}: none has that id") from error
    print(as_csv(stood), end="")
    return 0
