"""`feedback audit`: changes of the service itself, exported and checked, here or from a file."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from feedback_service.cli import Refused
from feedback_service.cli.connection import service

if TYPE_CHECKING:
    from feedback_service import audit


def arguments(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(metavar="VERB", required=True)
    out = verbs.add_parser("export", help="write all changes with the chain's head")
    out.add_argument("file", metavar="FILE", type=Path, help="ends in .jsonl or .csv")
    out.set_defaults(do=export)
    look = verbs.add_parser("check", help="is the chain whole: in the database, or in a copy")
    look.add_argument("file", metavar="FILE", type=Path, nargs="?", help="an exported copy")
    look.add_argument("--head", metavar="HASH", help="as it was noted elsewhere: finds a cut end")
    look.set_defaults(do=check)


def export(chosen: argparse.Namespace) -> int:
    """Write the copy and print its head, to be noted elsewhere."""
    from feedback_service import audit

    file: Path = chosen.file
    forms = {".jsonl": audit.as_json_lines, ".csv": audit.as_csv}
    if file.suffix not in forms:
        raise Refused(f"{file}: the form is not known. End its name in .jsonl or .csv")
    with service() as rt, rt.transaction() as session, file.open("w", encoding="utf-8") as out:
        out.writelines(forms[file.suffix](session))
    return check(argparse.Namespace(file=file, head=None))


def check(chosen: argparse.Namespace) -> int:
    """0 and the head when the chain is whole; 1 and the first wrong line when it is not."""
    from feedback_service import audit
    from feedback_service.domain.chain import BrokenChain

    try:
        copy = _copy(chosen.file)
    except (audit.BadCopy, BrokenChain) as error:
        print(error, file=sys.stderr)
        return 1
    if chosen.head and chosen.head != copy.head:
        print(f"It does not end where it was noted: its head is {copy.head}", file=sys.stderr)
        return 1
    print(f"{copy.lines} lines, whole. Head {copy.head}")
    return 0


def _copy(file: Path | None) -> audit.Copy:
    from feedback_service import audit

    if file is None:
        with service() as rt, rt.transaction() as session:
            return audit.check_copy(audit.as_json_lines(session))
    if not file.is_file():
        raise Refused(f"No file {file}: give the path of an exported copy.")
    with file.open(encoding="utf-8", newline="") as lines:
        return audit.check_copy(lines)
