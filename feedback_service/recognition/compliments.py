"""The register of compliments (PSVP Act 2015, section 15): kept, passed on, matched with a person.

A compliment is no case and no rating.  The model has to be nearly sure that words are praise before
they are kept so, and what lexicon or model doubts goes the confidential way, as a case.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from analytics.triage.labels import INTENT, Intent
from feedback_service import audit, notices, triage
from feedback_service.domain.cases import Lane
from feedback_service.models import (
    Compliment,
    ComplimentState,
    Heard,
    Institution,
    Role,
    Staff,
    Unit,
    new_id,
)
from feedback_service.runtime import Runtime, after_commit
from feedback_service.staff import Viewer

BELL = "praise"
SURE = 0.95
"""How likely praise has to be; below it the citizen is taken to complain.  The number is ours: of
the corpus' complaints that thank somebody, none is as likely (docs/recognition.md)."""


LONGEST_WAIT = timedelta(hours=1)
"""A complaint taken for praise is heard after so long at the latest."""


class NotMatched(ValueError):
    """A compliment cannot be given to that person or office; `why` says which rule."""

    def __init__(self, why: str) -> None:
        super().__init__(f"compliment: {why}")
        self.why = why


@dataclass(frozen=True)
class Praised:
    """Words that sound like praise, as they came.  `rated`: beside a good mark of the survey."""

    source: str
    citizen_id: uuid.UUID
    channel: str
    language: str
    text: str
    service_id: str | None = None
    institution_id: str | None = None
    county_code: int | None = None
    rated: bool = False


def offer(rt: Runtime, session: Session, praised: Praised) -> None:
    """Keep the words for the model to read; a copy changes nothing."""
    found = triage.names_of(rt, session, praised.text)
    row = {
        "id": new_id(), "source": praised.source, "citizen_id": praised.citizen_id,
        "channel": praised.channel, "language": praised.language, "text": praised.text,
        "service_id": praised.service_id or found.service or None,
        "institution_id": praised.institution_id or found.institution or None,
        "county_code": praised.county_code or (int(found.county) if found.county else None),
        "rated": praised.rated, "state": ComplimentState.WAITING, "received_at": rt.now(),
        "simulated": False,
    }  # fmt: skip
    session.execute(insert(Compliment).values(row).on_conflict_do_nothing())
    after_commit(session, BELL)


def waiting(rt: Runtime, most: int = 32) -> list[str]:
    """Sources of what waits to be read, the oldest first; what was tried and could not be read
    comes after all others, so that it stops none of them."""
    unread = sa.select(Compliment.source).where(Compliment.state == ComplimentState.WAITING)
    order = (Compliment.tried_at.asc().nulls_first(), Compliment.received_at)
    with rt.transaction() as session:
        return list(session.scalars(unread.order_by(*order).limit(most)))


def try_to_read(rt: Runtime, source: str) -> None:
    """Written down before it is read: what breaks the worker is known by it afterwards."""
    one = sa.update(Compliment).where(Compliment.source == source)
    with rt.transaction() as session:
        session.execute(one.values(tried_at=rt.now()))


def reads_as_praise(rt: Runtime, text: str, since: datetime) -> tuple[bool, bool]:
    """Whether the model is sure of praise; whether the words must be a case, whoever doubts them.

    since: when they came.  After an hour in which nobody could read them they are a case.
    """
    if rt.now() - since > LONGEST_WAIT:
        return False, True
    held = triage.screen(rt, text).lane is not Lane.OPEN
    if not rt.settings.text_model:
        return False, held
    (said,), chances = triage.model(rt).answers([text])
    likely = float(chances[INTENT.name][0][INTENT.labels.index(Intent.COMPLIMENT)])
    doubted = held or said.urgent or said.confidential
    return likely >= SURE and not doubted, doubted


def keep(rt: Runtime, session: Session, row: Compliment) -> None:
    """It is praise: into the register, and the office's supervisors hear of it."""
    row.state, row.read_at = ComplimentState.KEPT, rt.now()
    session.execute(sa.update(Heard).where(Heard.source == row.source).values(became="praise"))
    _tell_office(rt, session, row)


def may_read(viewer: Viewer) -> sa.ColumnElement[bool]:
    """The clause of the compliments that exist for a viewer: their institution's; what names none
    is central triage's to place; an auditor's are all."""
    if viewer.has(Role.AUDITOR):
        return sa.true()
    if viewer.institution_id is None:
        return sa.false()
    central = sa.exists().where(
        Unit.kind == "central", Unit.institution_id == viewer.institution_id
    )
    homeless = sa.and_(Compliment.institution_id.is_(None), central)
    return sa.or_(Compliment.institution_id == viewer.institution_id, homeless)


def place(rt: Runtime, session: Session, viewer: Viewer, row: Compliment, body: str) -> None:
    """Say which institution is praised, where the words name none.  Raises NotMatched."""
    if row.institution_id is not None:
        raise NotMatched("placed")
    if session.get(Institution, body) is None:
        raise NotMatched("institution")
    row.institution_id = body
    said = {"institution": body}
    audit.note(session, "compliment.place", str(row.id), rt.now(), viewer.staff_id, said)
    _tell_office(rt, session, row)


def match(
    rt: Runtime, session: Session, viewer: Viewer, row: Compliment, staff_id: uuid.UUID
) -> None:
    """Say which officer is praised, once; they hear of it.  Nobody gives praise to themselves.

    Raises NotMatched.
    """
    person = session.get(Staff, staff_id)
    if row.institution_id is None:
        raise NotMatched("institution")
    if person is None or person.institution_id != row.institution_id or person.disabled_at:
        raise NotMatched("person")
    if person.id == viewer.staff_id:
        raise NotMatched("yourself")
    if row.staff_id is not None:
        raise NotMatched("matched")
    row.staff_id, row.matched_by_id, row.matched_at = person.id, viewer.staff_id, rt.now()
    said = {"staff": str(person.id)}
    audit.note(session, "compliment.match", str(row.id), rt.now(), viewer.staff_id, said)
    notices.post(session, f"praised-you:{row.id}", "praised_you", [person.id], rt.now())


def _tell_office(rt: Runtime, session: Session, row: Compliment) -> None:
    """The supervisors of the institution; of none yet, whoever places it."""
    theirs = sa.and_(Staff.institution_id == row.institution_id, Staff.role == Role.SUPERVISOR)
    whom = theirs if row.institution_id else notices.at_central()
    found = session.scalars(sa.select(Staff.id).where(whom, Staff.disabled_at.is_(None)))
    kind = "praised" if row.institution_id else "praised_nobody"
    notices.post(session, f"{kind}:{row.id}", kind, list(found), rt.now())
