"""`feedback sheet empty`, `feedback sheet load FILE.csv --by EMAIL`: complaints written down where
there is no network."""

from __future__ import annotations

import argparse
import uuid
from pathlib import Path
from typing import TYPE_CHECKING

from feedback_service.cli import Refused
from feedback_service.cli.connection import service

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def arguments(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(metavar="VERB", required=True)
    verbs.add_parser("empty", help="print an empty sheet with a name of its own").set_defaults(
        do=empty
    )
    new = verbs.add_parser("load", help="file the rows of a sheet; loaded again it changes nothing")
    new.add_argument("file", metavar="FILE.csv", type=Path, help="a filled sheet")
    new.add_argument("--by", required=True, metavar="EMAIL", help="who took the complaints down")
    new.set_defaults(do=load)


def empty(_: argparse.Namespace) -> int:
    """An empty sheet on standard output."""
    from feedback_service.intake import mashinani

    print(mashinani.template(mashinani.new_id()), end="")
    return 0


def load(chosen: argparse.Namespace) -> int:
    """File what is right; 1 with every mistake told when something is not."""
    from feedback_service import registry
    from feedback_service.domain.calendar import NAIROBI
    from feedback_service.domain.references import spoken
    from feedback_service.intake import mashinani
    from feedback_service.web.texts import say

    with service() as rt:
        known, today = registry.catalogue(rt), rt.now().astimezone(NAIROBI).date()
        with rt.transaction() as session:
            helper = _helper(session, chosen.by)
            try:
                text = mashinani.decoded(chosen.file.read_bytes())
                found = mashinani.read(session, text, known, today)
                sheet = mashinani.without_own_phones(rt, session, found, known, helper)
            except OSError as error:
                raise Refused(f"{chosen.file}: {error.strerror}. Name a CSV file.") from error
            except mashinani.NotASheet as error:
                raise Refused(say("en", f"error.{error.key}", value=error.value)) from error
        mashinani.file(
            rt, sheet.new, known, helper,
            lambda row, case: print(f"row {row.number:>3}  case {spoken(case.reference)}"),
        )  # fmt: skip
    print(f"{len(sheet.new)} filed, {len(sheet.filed)} filed before.")
    for one in sheet.problems:
        value = f" {one.value!r}" if one.value else ""
        print(f"line {one.line}, {one.field}{value}: {say('en', f'error.{one.key}')}")
    return 1 if sheet.problems else 0


def _helper(session: Session, email: str) -> uuid.UUID:
    import sqlalchemy as sa

    from feedback_service.models import Role, Staff

    may = Staff.role.in_((Role.OFFICER, Role.SUPERVISOR))
    found = sa.select(Staff.id).where(Staff.email == email.strip().lower(), may)
    helper = session.scalar(found.where(Staff.disabled_at.is_(None)))
    if helper is None:
        raise Refused(f"--by {email}: no officer or supervisor has that address. Name one.")
    return helper
