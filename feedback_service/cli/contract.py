"""`feedback contract score FILE.csv`: a performance contract's rows, composite and grade."""

from __future__ import annotations

import argparse
from functools import partial
from pathlib import Path

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


def score(chosen: argparse.Namespace) -> int:
    """Score the file by the method in use."""
    from analytics import performance_contract

    do = partial(performance_contract.score_file, allow_partial=chosen.partial)
    return scored(do, chosen.file)
