"""`feedback papers PERIOD DIR`: the papers of a period for those who decide, as PDF in both
languages."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from feedback_service.cli import Refused
from feedback_service.cli.connection import service


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("period", help="a quarter, such as FY2026/27-Q1, or a year")
    parser.add_argument("folder", type=Path, metavar="DIR", help="made where it is not there")
    parser.set_defaults(do=papers)


def papers(chosen: argparse.Namespace) -> int:
    """Write them all, and say how many."""
    from feedback_service.domain.periods import NotAPeriod, Period
    from feedback_service.reports import papers as room
    from feedback_service.web.public.views import counted_words

    try:
        period = Period.parse(chosen.period)
        counted = {lang: counted_words(lang) for lang in room.LANGUAGES}
        with service() as rt:
            made = room.write(rt, period, chosen.folder, counted, _say)
    except NotAPeriod as error:
        raise Refused(str(error)) from error
    except OSError as error:
        raise Refused(f"{chosen.folder}: {error.strerror}. Name a folder you may write") from error
    size = sum(path.stat().st_size for path in made)
    print(f"{chosen.folder}: {len(made)} papers of {period.label}, {size:,} bytes.")
    return 0


def _say(name: str, done: int, of: int) -> None:
    if sys.stderr.isatty():
        end = "\n" if done == of else ""
        print(f"\r{done:>4} of {of} papers  {name:<24}", end=end, file=sys.stderr, flush=True)
