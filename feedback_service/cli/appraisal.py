"""`feedback appraisal score FILE.csv`: an officer's targets, their mean and its band."""

from __future__ import annotations

import argparse
from pathlib import Path

from feedback_service.cli.sheet import scored


def arguments(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(metavar="VERB", required=True)
    room = verbs.add_parser("score", help="add percent,band; print mean and band")
    room.add_argument(
        "file", metavar="FILE.csv", type=Path, help="columns target_name,target,achieved"
    )
    room.set_defaults(do=score)


def score(chosen: argparse.Namespace) -> int:
    """Score the file by the scale in use."""
    from analytics import appraisal

    return scored(appraisal.score_file, chosen.file)
