"""What citizens ask of their own data: to have it all, or to be forgotten; due in seven days.

The service answers by itself.  Access: a link by message, which opens once, with a code that is
sent to the same phone.  Erasure: after a second message that confirms it; it waits for open cases
until they are closed or it is said once more, and then withdraws them.  Who holds the phone may not
be who filed a quiet case: it is not counted, nor withdrawn, and goes on without the number.

The auditor watches over the requests as data protection officer: the one role that sees everything,
answers to no institution, and can act on no case (DPA 2019 s.24: no conflict of interest).
"""

import uuid
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback_service import audit, notices
from feedback_service.domain.cases import OPEN, Action, ActionNotAllowed, Actor
from feedback_service.models import Case, Citizen, RequestKind, Role, Staff, SubjectRequest, new_id
from feedback_service.privacy import erasing
from feedback_service.redress import Act, act_within
from feedback_service.runtime import Runtime

DUE_IN = timedelta(days=7)
"""Access has 7 days and erasure 14 by most readings of the law, by one 7: seven serves both."""
GRACE = timedelta(hours=1)
"""So long after the confirmation nothing is erased: its answer has to leave first."""
CONFIRM_WITHIN = timedelta(hours=24)
LETTER_CONFIRMED_WITHIN = timedelta(days=30)


def ask_access(
    session: Session, citizen: Citizen, channel: str, source: str, now: datetime,
    by: uuid.UUID | None = None,
) -> SubjectRequest:  # fmt: skip
    """A new request to have everything; `by` entered it for somebody's letter."""
    return _new(session, citizen, RequestKind.ACCESS, channel, source, now, by)


def ask_erasure(
    session: Session, citizen: Citizen, channel: str, source: str, now: datetime,
    by: uuid.UUID | None = None,
) -> SubjectRequest:  # fmt: skip
    """The request to be forgotten that stands, or a new one; a letter's waits to be confirmed."""
    if found := standing(session, citizen):
        return found
    asked = _new(session, citizen, RequestKind.ERASURE, channel, source, now, by)
    if by is None:
        asked.result = {"confirmed_at": now.isoformat()}
    return asked


def confirm(session: Session, asked: SubjectRequest, now: datetime) -> bool:
    """Said once more: what was confirmed before is to be done at once.  Whether it now is."""
    again = "confirmed_at" in asked.result
    more = {"at_once" if again else "confirmed_at": now.isoformat()}
    asked.result = {**asked.result, **more}
    return again


def standing(session: Session, citizen: Citizen) -> SubjectRequest | None:
    """The person's request to be forgotten that is not done."""
    found = sa.select(SubjectRequest).where(
        SubjectRequest.citizen_id == citizen.id,
        SubjectRequest.kind == RequestKind.ERASURE,
        SubjectRequest.done_at.is_(None),
    )
    return session.scalars(found.limit(1)).one_or_none()


def open_cases(session: Session, citizen_id: uuid.UUID) -> list[Case]:
    """The person's cases that wait for an office or for their verdict, but for quiet ones."""
    found = sa.select(Case).where(
        Case.citizen_id == citizen_id, Case.closed_at.is_(None), Case.quiet.is_(False)
    )
    return list(session.scalars(found.order_by(Case.received_at)))


def answer_waiting(rt: Runtime) -> int:
    """Forget whoever asked and may be forgotten now, tell of what is late; how many were done."""
    waiting = sa.select(SubjectRequest.id).where(
        SubjectRequest.kind == RequestKind.ERASURE,
        SubjectRequest.done_at.is_(None),
        SubjectRequest.result["confirmed_at"].is_not(None),
    )
    with rt.transaction() as session:
        ids = list(session.scalars(waiting.order_by(SubjectRequest.asked_at)))
    done = sum(_forget(rt, request_id) for request_id in ids)
    with rt.transaction() as session:
        erasing.closed_since(session)
        tell_of_late(session, rt.now())
    return done


def late(now: datetime) -> sa.ColumnElement[bool]:
    """Requests past their date, but for those that wait for the citizen's own word."""
    unconfirmed = sa.and_(
        SubjectRequest.kind == RequestKind.ERASURE,
        sa.not_(SubjectRequest.result.has_key("confirmed_at")),
    )
    return sa.and_(
        SubjectRequest.done_at.is_(None), SubjectRequest.due_at < now, sa.not_(unconfirmed)
    )


def tell_of_late(session: Session, now: datetime) -> int:
    """Each late request is told once to every auditor, urgently; how many are late."""
    auditors = sa.select(Staff.id).where(Staff.role == Role.AUDITOR, Staff.disabled_at.is_(None))
    whom, found = list(session.scalars(auditors)), session.scalars(
        sa.select(SubjectRequest.id).where(late(now))
    ).all()  # fmt: skip
    for request_id in found:
        notices.post(session, f"subject:{request_id}", "subject_late", whom, now, urgent=True)
    return len(found)


def finish(
    session: Session, asked: SubjectRequest, now: datetime, by: uuid.UUID, words: str
) -> None:
    """The auditor answered it another way, in these words."""
    asked.done_at, asked.done_by_id = now, by
    asked.result = {**asked.result, "words": words}
    # Without the words: what is chained there can never be taken out again.
    audit.note(session, "subject.answered", str(asked.id), now, by)


def _new(
    session: Session, citizen: Citizen, kind: RequestKind, channel: str, source: str,
    now: datetime, by: uuid.UUID | None,
) -> SubjectRequest:  # fmt: skip
    asked = SubjectRequest(
        id=new_id(), source=source, citizen_id=citizen.id, kind=kind, channel=channel,
        asked_at=now, due_at=now + DUE_IN, result={},
    )  # fmt: skip
    session.add(asked)
    session.flush()  # what is answered next points at it
    audit.note(session, f"subject.{kind}", str(asked.id), now, by, {"channel": channel})
    return asked


def _forget(rt: Runtime, request_id: uuid.UUID) -> bool:
    """In one transaction that holds the request, then the person's row."""
    with rt.transaction() as session:
        asked = session.get_one(SubjectRequest, request_id, with_for_update=True)
        since = datetime.fromisoformat(asked.result.get("confirmed_at", rt.now().isoformat()))
        if asked.done_at or rt.now() - since < GRACE:
            return False
        # As whoever writes to us does it: the person first, then cases.
        hold = {"key_share": True}
        citizen = session.get_one(Citizen, asked.citizen_id, with_for_update=hold)
        cases = open_cases(session, citizen.id)
        if not _may_go(asked, cases):
            return False
        for case in cases:
            _withdraw(rt, session, case)
        gone = erasing.erase(rt, session, citizen, [case.id for case in cases])
        asked.done_at = rt.now()
        asked.result = {**asked.result, erasing.GONE: gone}
        audit.note(session, "subject.erased", str(asked.id), rt.now(), None, gone)
        return True


def _may_go(asked: SubjectRequest, cases: list[Case]) -> bool:
    """Whether no case holds it up: what was filed after "at once" was not meant by it."""
    at_once = asked.result.get("at_once")
    if at_once is None:
        return not cases
    return all(case.received_at <= datetime.fromisoformat(at_once) for case in cases)


def _withdraw(rt: Runtime, session: Session, case: Case) -> None:
    """What was not answered is withdrawn; what waits for a verdict stays without one."""
    session.refresh(case, with_for_update=True)
    if case.status in OPEN:
        try:
            act_within(rt, session, case, Act(Action.WITHDRAW, Actor.CITIZEN))
        except ActionNotAllowed:
            return
