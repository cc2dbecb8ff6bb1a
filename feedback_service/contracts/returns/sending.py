"""That a return was sent, what the Ombudsman said to it, and the certificate of a year.

The service sends no mail to the Ombudsman: only their own templates, mailed by the institution,
are admitted.  What is kept is the day they say, the moment in which they say it, and the totals and
a hash of the lines as they were in that moment.
"""

import hashlib
import json
import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from feedback_service import audit
from feedback_service.contracts.faults import NotTaken
from feedback_service.contracts.returns.register import Return
from feedback_service.domain.calendar import NAIROBI
from feedback_service.domain.periods import Period
from feedback_service.models import ContractFile, OmbudsmanCertificate, OmbudsmanReturn
from feedback_service.runtime import Runtime

LONGEST_NUMBER = 60


@dataclass(frozen=True)
class Sent:
    """A return as it was sent; changed: its lines would be others today.

    noted_on: the day, in Nairobi, on which it was written down as sent.
    """

    row: OmbudsmanReturn
    changed: bool

    @property
    def noted_on(self) -> date:
        return self.row.noted_at.astimezone(NAIROBI).date()


def submitted(
    rt: Runtime, session: Session, found: Return, day: date, staff_id: uuid.UUID,
    left_out: int = 0,
) -> None:  # fmt: skip
    """Write down that the return was sent on a day, once.  Raises NotTaken.

    left_out: lines of it that do not exist for who writes it down, and were not in their file.
    """
    if not found.period.end < day <= rt.now().astimezone(NAIROBI).date():
        raise NotTaken("day", f"day is {day}: after the quarter, and not in the future")
    row = {
        "institution_id": found.institution, "period": found.period.label, "submitted_on": day,
        "submitted_by_id": staff_id, "noted_at": rt.now(), "totals": asdict(found.totals()),
        "sha256": digest(found), "left_out": left_out,
    }  # fmt: skip
    kept = insert(OmbudsmanReturn).values(row).on_conflict_do_nothing()
    if session.execute(kept.returning(OmbudsmanReturn.period)).first() is None:
        raise NotTaken("sent", "it was written down as sent already")
    audit.note(
        session, "return.sent", found.institution, rt.now(), staff_id,
        {"period": row["period"], "day": day.isoformat(), "totals": row["totals"],
         "sha256": row["sha256"]},
    )  # fmt: skip


def note_feedback(
    rt: Runtime, session: Session, institution: str, period: Period, day: date,
    score: Decimal | None, staff_id: uuid.UUID,
) -> None:  # fmt: skip
    """The day the Ombudsman answered, and the score in percent.  Raises NotTaken."""
    row = session.get(OmbudsmanReturn, (institution, period.label), with_for_update=True)
    if row is None:
        raise NotTaken("unsent", "write down first that the return was sent")
    if not row.submitted_on <= day <= rt.now().astimezone(NAIROBI).date():
        raise NotTaken("day", f"day is {day}: after it was sent, and not in the future")
    if score is not None and not 0 <= score <= 100:
        raise NotTaken("score", f"score is {score}: write percent from 0 to 100")
    row.feedback_on, row.score = day, score
    audit.note(
        session, "return.feedback", institution, rt.now(), staff_id,
        {"period": row.period, "day": day.isoformat(), "score": str(score or "")},
    )  # fmt: skip


def keep_certificate(
    rt: Runtime, session: Session, institution: str, year: int, number: str, day: date,
    file: ContractFile, staff_id: uuid.UUID,
) -> None:  # fmt: skip
    """The Ombudsman's certificate of a financial year; a newer one takes its place."""
    if not 0 < len(number.strip()) <= LONGEST_NUMBER:
        raise NotTaken("certificate", "number: write the one printed on the certificate")
    if not Period(year).start < day <= rt.now().astimezone(NAIROBI).date():
        raise NotTaken("day", f"day is {day}: not before the year, and not in the future")
    said = {
        "number": number.strip(), "received_on": day, "file_id": file.id,
        "noted_by_id": staff_id, "noted_at": rt.now(),
    }  # fmt: skip
    kept = insert(OmbudsmanCertificate).values(institution_id=institution, year=year, **said)
    key = [OmbudsmanCertificate.institution_id, OmbudsmanCertificate.year]
    session.execute(kept.on_conflict_do_update(index_elements=key, set_=said))
    audit.note(
        session, "return.certificate", institution, rt.now(), staff_id,
        {"year": Period(year).label, "number": number.strip(), "file": file.sha256},
    )  # fmt: skip


def sent(session: Session, found: Return) -> Sent | None:
    """What was written down of a return; None while nothing was."""
    row = session.get(OmbudsmanReturn, (found.institution, found.period.label))
    return Sent(row, row.sha256 != digest(found)) if row else None


def certificates(session: Session, institution: str) -> Sequence[OmbudsmanCertificate]:
    """Those of an institution, the newest year first."""
    wanted = sa.select(OmbudsmanCertificate).where(
        OmbudsmanCertificate.institution_id == institution
    )
    return session.scalars(wanted.order_by(OmbudsmanCertificate.year.desc())).all()


def digest(found: Return) -> str:
    """A hash of the lines by which a return is known again: which cases, how they came and left."""
    lines = [
        [str(line.case_id), line.entry, line.exit, line.closed_on and line.closed_on.isoformat()]
        for line in found.lines
    ]
    return hashlib.sha256(json.dumps(lines).encode()).hexdigest()
