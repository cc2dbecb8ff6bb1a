"""A financial year closed: made of the packs of its frozen quarters, never of what stands today."""

import sys
from collections.abc import Callable, Mapping

import sqlalchemy as sa
from sqlalchemy.orm import Session

from analytics.evidence import merkle
from analytics.evidence.archive import opened_inside, parsed
from analytics.evidence.figures import Facts, Stated, methods_in_use
from analytics.evidence.making import (
    CASES,
    FIGURES,
    RATINGS,
    STATED,
    Body,
    Edition,
    Statement,
    content,
    file_of,
    public_files,
    year_files,
    year_leaf,
)
from analytics.evidence.plain import canonical, read
from analytics.evidence.rows import rows_of
from analytics.evidence.years import Quarter, recounted, year_figures, year_frame
from analytics.scorecards import Scorecard
from analytics.tallies import CaseFact, Cohort, RatingFact
from feedback_service.domain.periods import Period
from feedback_service.models import FrozenPack, FrozenPeriod
from feedback_service.scoring.books import quarters
from feedback_service.scoring.frozen.storing import CannotFreeze, Drawn, Part, compare


def check(session: Session, year: Period, reason: str) -> tuple[bool, str]:
    """Whether a quarter of it was frozen early, and why.  Raises CannotFreeze while one is open."""
    rows = {quarter: session.get(FrozenPeriod, quarter.label) for quarter in quarters(year)}
    if missing := [quarter.label for quarter, row in rows.items() if row is None]:
        raise CannotFreeze(
            f"{year.label} is a year: it is made of its frozen quarters. Freeze first: "
            + ", ".join(missing)
        )
    early = [row for row in rows.values() if row is not None and row.early]
    reasons = [reason, *(f"{row.period}: {row.reason}" for row in early)]
    return bool(early), "; ".join(filter(None, reasons))


def gathered(
    session: Session,
    year: Period,
    cohort: Cohort,
    drawn: Drawn,
    say: Callable[[str, int, int], None],
) -> dict[str, Part]:
    """Every institution's part.  Raises CannotFreeze where its quarters' packs do not give the
    year's card."""
    statements = _statements(session, year)
    parts = {}
    for done, (name, card) in enumerate(drawn.whole.cards.items(), 1):
        parts[name] = _part(session, (year, cohort, statements), card, name, drawn)
        say(name, done, len(drawn.whole.cards))
    return parts


def _statements(session: Session, year: Period) -> dict[str, Statement]:
    return {
        quarter.label: read(Statement, session.get_one(FrozenPeriod, quarter.label).statement)
        for quarter in quarters(year)
    }


def _part(
    session: Session,
    of: tuple[Period, Cohort, Mapping[str, Statement]],
    card: Scorecard,
    name: str,
    drawn: Drawn,
) -> Part:
    year, cohort, statements = of
    packs = _packs(session, name, list(statements))
    found = [_quarter(label, content) for label, content in packs.items()]
    frame = year_frame(name, year.label, [one.stated.frame for one in found])
    stated = Stated(
        name, year.label, cohort, card.sample, beside=card.known, methods=methods_in_use(),
        frame=frame, simulated=card.simulated, quarters=list(packs),
    )  # fmt: skip
    figures = year_figures(stated, found)
    files = year_files(stated, figures, packs, _without(session, year, packs))
    compare(files[FIGURES], card, drawn.whole.tables.get(name, {}))
    public = public_files(drawn.published(name))
    leaves = [year_leaf(label, statements[label].bodies[name]) for label in packs]
    body = Body(content(files), content(public), merkle.root(leaves).hex(), len(leaves))
    inside = {file_of(label) for label in packs}
    small = {file: one for file, one in files.items() if file not in inside}

    def whole(now: Session) -> Mapping[str, bytes]:
        again = _packs(now, name, list(packs))
        return small | {file_of(label): one for label, one in again.items()}

    return Part(whole, public, b"", body, figures["readings"])


def _without(
    session: Session, year: Period, packs: Mapping[str, bytes]
) -> dict[str, tuple[bytes, str]]:
    """The signed statements of the quarters that had no such institution."""
    rows = [session.get_one(FrozenPeriod, quarter.label) for quarter in quarters(year)]
    return {
        row.period: (canonical(row.statement), row.signature)
        for row in rows
        if row.period not in packs
    }


def _packs(session: Session, name: str, labels: list[str]) -> dict[str, bytes]:
    """The full packs of the quarters in which there was such an institution, in their order."""
    held = sa.select(FrozenPack.period, FrozenPack.content).where(
        FrozenPack.period.in_(labels), FrozenPack.institution_id == name,
        FrozenPack.edition == Edition.FULL.value,
    )  # fmt: skip
    return {row.period: row.content for row in session.execute(held.order_by(FrozenPack.period))}


def _quarter(label: str, packed: bytes) -> Quarter:
    files = opened_inside(packed, file_of(label), sys.maxsize)  # we made it
    facts = Facts(
        list(rows_of(RatingFact, files[RATINGS], RATINGS)),
        list(rows_of(CaseFact, files[CASES], CASES)),
    )
    return recounted(read(Stated, parsed(files[STATED])), facts)
