"""`feedback flags`: look for suspect figures now, and load the phones of staff to compare with."""

from __future__ import annotations

import argparse
from pathlib import Path

from feedback_service.cli import Refused
from feedback_service.cli.connection import service


def arguments(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(metavar="VERB", required=True)
    verbs.add_parser(
        "look", help="look at the last full quarter now; the clock does it every day"
    ).set_defaults(do=look)
    new = verbs.add_parser("phones", help="load phones of staff; only keyed hashes are kept")
    new.add_argument(
        "file", metavar="FILE.csv", type=Path, help="with the columns institution and phone"
    )
    new.set_defaults(do=phones)


def look(_: argparse.Namespace) -> int:
    """Raise what is new and say how much that is."""
    from feedback_service.domain.periods import Period
    from feedback_service.scoring import flags

    with service() as rt:
        raised = flags.raise_flags(rt)
        period = Period.containing(rt.now()).previous()
    print(f"{period.label}: {raised} new flags. They wait for review at /desk/flags.")
    return 0


def phones(chosen: argparse.Namespace) -> int:
    """Replace the phones of the institutions named in the file."""
    from analytics.sheets import BadSheet
    from feedback_service.scoring import staff_phones

    with service() as rt:
        try:
            kept = staff_phones.load(rt, chosen.file)
        except FileNotFoundError as error:
            raise Refused(f"No file {chosen.file}: give the path of a CSV file.") from error
        except BadSheet as error:
            raise Refused(f"Nothing was changed:\n{error}") from error
    for institution, count in sorted(kept.items()):
        print(f"{institution:<14} {count:>5} phones, kept as keyed hashes")
    return 0
