"""`feedback return INSTITUTION PERIOD`: the Ombudsman's quarterly return as CSV and PDF."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from feedback_service.cli import Refused
from feedback_service.cli.connection import service

if TYPE_CHECKING:
    from feedback_service.contracts.returns import Reconciled, Return


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("institution", metavar="INSTITUTION", help="its id, such as NRB")
    parser.add_argument("period", metavar="PERIOD", help="a quarter, such as FY2026/27-Q1")
    parser.add_argument("--to", metavar="DIR", type=Path, default=Path(), help="where files go")
    parser.add_argument("--language", choices=("en", "sw"), default="en")
    parser.set_defaults(do=write)


def write(chosen: argparse.Namespace) -> int:
    """Write both files, print the totals; 1 where they do not agree with the register."""
    from feedback_service import contracts
    from feedback_service.contracts import returns
    from feedback_service.domain.periods import NotAPeriod, Period
    from feedback_service.reports import ombudsman_return
    from feedback_service.reports.ombudsman_return import Titles

    try:
        period = Period.parse(chosen.period)
    except NotAPeriod as error:
        raise Refused(str(error)) from error
    if period.quarter is None:
        raise Refused(f"{period.label} is a year: name a quarter, such as {period.label}-Q1")
    with service() as rt, rt.transaction() as session:
        try:
            body = contracts.institution_of(session, chosen.institution)
        except contracts.NoSuchInstitution as error:
            raise Refused(f"institution is {chosen.institution!r}: none has that id") from error
        found = returns.read(session, body.id, period, rt.now())
        agreed = returns.reconciled(rt, session, found)
        titles = Titles(returns.services(session), returns.desks(session))
        now, name = rt.now(), body.name
    stem = chosen.to / f"return-{body.id}-{period.label.replace('/', '-')}"
    paper = ombudsman_return.as_pdf(found, name, titles, chosen.language, now)
    lines = ombudsman_return.as_csv(found, titles, chosen.language)
    try:
        chosen.to.mkdir(parents=True, exist_ok=True)
        Path(f"{stem}.csv").write_text(lines, encoding="utf-8", newline="")
        Path(f"{stem}.pdf").write_bytes(paper)
    except OSError as error:
        raise Refused(f"{chosen.to} cannot be written to: {error.strerror}") from error
    _say(found, agreed, stem, asdict(found.totals()))
    return 0 if agreed.agrees else 1


def _say(found: Return, agreed: Reconciled, stem: Path, totals: dict[str, int]) -> None:
    print(", ".join(f"{name.replace('_', ' ')} {number}" for name, number in totals.items()))
    if found.is_nil:
        print("Nil return: nothing was received. The Ombudsman then relies on other parameters.")
    if found.simulated:
        print("Simulated records: do not send this.")
    if agreed.agrees:
        print("Agrees with the register.")
    else:
        print(
            f"DOES NOT AGREE: begins with {agreed.carried}, the quarter before ended with "
            f"{agreed.before}; open now {agreed.histories}, by the columns {agreed.columns}."
        )
    print(f"{stem}.csv and {stem}.pdf. Only the Ombudsman's own template is admitted: copy it.")
