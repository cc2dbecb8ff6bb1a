"""`feedback wording export|import|templates`: all that citizens read, for editors and for Meta."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from feedback_service.cli import Refused
from feedback_service.cli.connection import service


def arguments(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(metavar="VERB", required=True)
    out = verbs.add_parser("export", help="write all wording as a sheet, both languages")
    out.add_argument("file", metavar="FILE.csv", type=Path, help="where to write it")
    out.set_defaults(do=export)
    back = verbs.add_parser("import", help="take in what an editor changed: all of it or nothing")
    back.add_argument("file", metavar="FILE.csv", type=Path, help="the sheet, changed")
    back.set_defaults(do=take_in)
    approved = verbs.add_parser("templates", help="the WhatsApp templates to submit, as JSON")
    approved.set_defaults(do=templates)


def export(chosen: argparse.Namespace) -> int:
    """Write the wording in force."""
    from feedback_service import registry
    from feedback_service.conversations.wording import sheet, shipped

    with service() as rt:
        registry.renew_wording(rt)
    text = sheet.write()
    # The mark in front makes spreadsheets read it as UTF-8.
    chosen.file.write_text(text, encoding="utf-8-sig", newline="")
    print(f"{len(shipped('en'))} wordings in {chosen.file}")
    return 0


def take_in(chosen: argparse.Namespace) -> int:
    """Check the sheet and keep what it changes; every process says it within seconds."""
    from feedback_service import registry
    from feedback_service.conversations.wording import sheet
    from feedback_service.registry import phrases

    try:
        text = chosen.file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise Refused(f"FILE.csv: {chosen.file}: {error}. Save it as CSV in UTF-8") from error
    with service() as rt:
        registry.renew_wording(rt)
        try:
            edits = sheet.read(text)
        except sheet.BadSheet as error:
            raise Refused(f"Nothing is taken in:\n{error}") from error
        with rt.transaction() as session:
            number = phrases.change(session, edits, None, rt.now())
    told = f"{number} text{'s' if number > 1 else ''} changed: said everywhere within seconds"
    print(told if number else "Nothing differs from what is said now")
    return 0


def templates(_: argparse.Namespace) -> int:
    """Print each template as Twilio's Content API takes it, with what its approval asks for."""
    from feedback_service.conversations.wording import templates as approved

    found = [
        {
            "friendly_name": one.name,
            "language": one.language,
            "variables": {str(n): sample for n, sample in enumerate(one.samples, 1)},
            "types": {"twilio/text": {"body": one.body}},
            "approval": {
                "name": one.name.replace("-", "_").replace(".", "_"),
                "category": "UTILITY",
            },
        }
        for one in approved.templates(approved.SAMPLES)
    ]
    print(json.dumps(found, ensure_ascii=False, indent=2))
    return 0
