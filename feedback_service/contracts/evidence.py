"""Evidence for the charter: brought by the institution, then accepted or sent back with a reason by
a second person outside it.  The day it was brought decides whether it was in time."""

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from analytics.contract import Measured, Proof, Terms
from feedback_service import audit
from feedback_service.contracts import files, rows
from feedback_service.contracts.faults import NotTaken
from feedback_service.domain.calendar import NAIROBI
from feedback_service.domain.periods import Period
from feedback_service.models import ContractEvidence, new_id
from feedback_service.runtime import Runtime
from feedback_service.scoring.frozen.apart import stands_apart

FEWEST_LETTERS = 5
MOST_OF_A_PART = 20
"""Files an institution may bring for one part: each is read by a person."""


class NoSuchEvidence(LookupError):
    """There is no such evidence."""


@dataclass(frozen=True)
class Brought:
    """What is brought: for which due thing (`Due.key`) of a year, the words and the file."""

    institution: str
    year: int
    indicator: str
    key: str
    words: str
    staff_id: uuid.UUID
    content: bytes
    told: str


@dataclass(frozen=True)
class Decided:
    """The word of somebody outside the institution, `works_for` their own; `oversees`: whoever
    oversees a sector decides for its bodies, an analyst for none of their own body's sector."""

    evidence_id: uuid.UUID
    staff_id: uuid.UUID
    works_for: str | None
    accepted: bool
    reason: str
    oversees: bool = False


def bring(rt: Runtime, session: Session, terms: Terms, what: Brought) -> ContractEvidence:
    """Keep it, dated now, while the year is open.  Raises NotTaken, and attachments.Refused for its
    file."""
    rows.check_open(session, what.year)
    due = {d.key: d for one in terms.indicators if one.id == what.indicator
           and one.measured is Measured.EVIDENCE for d in terms.dues(one, what.year)}  # fmt: skip
    if what.key not in due:
        raise NotTaken("part", f"key is {what.key!r}: choose one of {', '.join(due)}")
    if len(what.words.strip()) < FEWEST_LETTERS:
        raise NotTaken("words", "words are missing: say in a few words what the file shows")
    there = sa.select(sa.func.count()).where(
        *_of(what.institution, what.year), ContractEvidence.key == what.key
    )
    if (session.scalar(there) or 0) >= MOST_OF_A_PART:
        raise NotTaken("many", f"{MOST_OF_A_PART} files are there for this part already")
    file = files.keep(rt, session, what.institution, what.staff_id, what.content, what.told)
    row = ContractEvidence(
        id=new_id(), institution_id=what.institution, year=what.year, indicator=what.indicator,
        key=what.key, words=what.words.strip(), file_id=file.id, brought_by_id=what.staff_id,
        brought_at=rt.now(),
    )  # fmt: skip
    session.add(row)
    audit.note(
        session, "contract.evidence", what.institution, rt.now(), what.staff_id,
        {"year": Period(what.year).label, "part": what.key, "file": file.sha256},
    )  # fmt: skip
    return row


def decide(rt: Runtime, session: Session, what: Decided) -> ContractEvidence:
    """Accept it, or send it back with a reason; once.  Raises NoSuchEvidence and NotTaken."""
    row = session.get(ContractEvidence, what.evidence_id, with_for_update=True)
    if row is None:
        raise NoSuchEvidence(str(what.evidence_id))
    own = what.works_for == row.institution_id or what.staff_id == row.brought_by_id
    if own or not (what.oversees or stands_apart(session, row.institution_id, what.works_for)):
        raise NotTaken("own", "evidence of one's own institution is decided by somebody else")
    if row.accepted is not None:
        raise NotTaken("decided", "it was decided already: bring new evidence instead")
    reason = what.reason.strip()
    if not what.accepted and len(reason) < FEWEST_LETTERS:
        raise NotTaken("reason", "reason is missing: say why it is sent back")
    row.accepted, row.reason = what.accepted, reason
    row.decided_by_id, row.decided_at = what.staff_id, rt.now()
    audit.note(
        session, "contract.decide", row.institution_id, rt.now(), what.staff_id,
        {"evidence": str(row.id), "part": row.key, "accepted": what.accepted, "reason": reason},
    )  # fmt: skip
    return row


def of_year(session: Session, institution: str, year: int) -> Sequence[ContractEvidence]:
    """All an institution brought for a financial year, oldest first."""
    found = sa.select(ContractEvidence).where(*_of(institution, year))
    return session.scalars(found.order_by(ContractEvidence.brought_at, ContractEvidence.id)).all()


def of_all(session: Session, year: int) -> dict[str, list[ContractEvidence]]:
    """All that was brought for a financial year, by institution."""
    found: dict[str, list[ContractEvidence]] = defaultdict(list)
    for row in session.scalars(sa.select(ContractEvidence).where(ContractEvidence.year == year)):
        found[row.institution_id].append(row)
    return found


def proofs(rows: Sequence[ContractEvidence]) -> list[Proof]:
    """As the sheet counts them; what was sent back proves nothing."""
    return [
        Proof(row.key, row.brought_at.astimezone(NAIROBI).date(), row.accepted is True)
        for row in rows
        if row.accepted is not False
    ]


def _of(institution: str, year: int) -> tuple[sa.ColumnElement[bool], ...]:
    return (ContractEvidence.institution_id == institution, ContractEvidence.year == year)
