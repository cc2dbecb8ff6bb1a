"""Who comes to whose appraisal at the desk, and which year an address asks for."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from flask import abort, request
from sqlalchemy.orm import Session

from feedback_service.appraisals import going, line
from feedback_service.domain.periods import Period
from feedback_service.models import Appraisal, Role, Staff
from feedback_service.web.access import viewer
from feedback_service.web.desk.frame import Choice, runtime

OWN = (Role.OFFICER, Role.SUPERVISOR)
OVER = (Role.SUPERVISOR, Role.PERFORMANCE)
ANY = (Role.OFFICER, Role.SUPERVISOR, Role.PERFORMANCE)

REFUSED: Mapping[str, str] = {
    "desk": "appraisal_desk", "many": "appraisal_many", "parent": "appraisal_parent",
    "target": "appraisal_target", "turn": "appraisal_turn", "name": "appraisal_name",
    "number": "appraisal_number", "measure": "appraisal_measure", "source": "appraisal_source",
    "counted": "appraisal_counted", "quarter": "appraisal_quarter", "words": "appraisal_words",
    "form": "appraisal_form", "there": "appraisal_there", "targets": "appraisal_targets",
    "unentered": "appraisal_unentered", "nothing": "appraisal_nothing", "band": "appraisal_band",
}  # fmt: skip
"""The key of flash.* by why an entry is not taken."""


@dataclass(frozen=True)
class Opened:
    """An officer's year as it exists for a reader; `appraisal` None while nobody has begun it."""

    reader: Staff
    officer: Staff
    appraisal: Appraisal | None
    leads: bool

    @property
    def own(self) -> bool:
        return self.reader.id == self.officer.id


def opened(db: Session, staff_id: uuid.UUID, year: int, *, hold: bool = False) -> Opened:
    """404 unless it exists for whoever is signed in, in their own name: no deputy opens it."""
    reader = me(db)
    officer = db.get(Staff, staff_id)
    if officer is None or not line.may_open(db, reader, officer):
        abort(404)
    row = going.of(db, staff_id, year)
    if hold and row is not None:
        db.refresh(row, with_for_update=True)
    return Opened(reader, officer, row, line.leads(db, reader, officer))


def me(db: Session) -> Staff:
    return db.get_one(Staff, viewer().staff_id)


def year_asked() -> int:
    """The year a financial year begins in; without one, that of today."""
    asked, today = request.values.get("period", ""), Period.containing(runtime().now()).year
    if not asked:
        return today
    if not asked.isdecimal() or not today - 10 <= int(asked) <= today + 1:
        abort(404)
    return int(asked)


def years(year: int) -> list[Choice]:
    today = Period.containing(runtime().now()).year
    wanted = sorted({year, today - 1, today, today + 1})
    return [Choice(str(one), Period(one).label) for one in wanted]
