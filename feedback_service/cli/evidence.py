"""`feedback evidence INSTITUTION PERIOD`: the signed pack of a frozen period, as a file."""

from __future__ import annotations

import argparse
from pathlib import Path

from feedback_service.cli import Refused
from feedback_service.cli.connection import service


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("institution", help="its id, such as NRB")
    parser.add_argument("period", help="a frozen quarter or year, such as FY2026/27-Q1")
    parser.add_argument(
        "--public", action="store_true", help="the edition everybody may have: no records"
    )
    parser.add_argument("--output", type=Path, metavar="FILE.zip", help="where to write it")
    parser.set_defaults(do=evidence)


def evidence(chosen: argparse.Namespace) -> int:
    """Write the pack that was made at the freeze."""
    from analytics.evidence.making import Edition
    from feedback_service.domain.periods import NotAPeriod, Period
    from feedback_service.scoring.frozen.packs import NoSuchPack, pack

    edition = Edition.PUBLIC if chosen.public else Edition.FULL
    try:
        period = Period.parse(chosen.period)
        with service() as rt, rt.transaction() as session:
            content = pack(session, chosen.institution, period, edition)
    except (NotAPeriod, NoSuchPack) as error:
        raise Refused(str(error)) from error
    usual = f"evidence-{chosen.institution}-{period.label.replace('/', '-')}.zip"
    file: Path = chosen.output or Path(usual)
    file.write_bytes(content)
    print(f"{file}: {len(content):,} bytes, {edition} edition. feedback verify {file} checks it.")
    return 0
