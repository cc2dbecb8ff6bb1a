"""`feedback appraisal score FILE.csv`: an officer's targets, their mean and its band."""

from __future__ import annotations

import argparse
from pathlib import Path

from feedback_service.cli import Refused
from feedback_service.cli.sheet import scored


def arguments(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(metavar="VERB", required=True)
    room = verbs.add_parser("score", help="add percent,band; print mean and band")
    room.add_argument(
        "file", metavar="FILE.csv", type=Path, help="columns target_name,target,achieved"
    )
    room.add_argument(
        "--method", metavar="VERSION", help="psc-37.1 (in use) or policy-four-words.1"
    )
    room.set_defaults(do=score)


def score(chosen: argparse.Namespace) -> int:
    """Score the file by the scale in use, or by the one that is named."""
    from analytics import appraisal
    from analytics.methods import UnknownMethod

    try:
        scale = appraisal.Scale.load(chosen.method)
    except UnknownMethod as error:
        raise Refused(f"Not scored: {error}") from error
    return scored(lambda path, out: appraisal.score_file(path, out, scale), chosen.file)
