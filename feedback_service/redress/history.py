"""Adding a line to a case's history: numbered, chained by hash, once for its source."""

import secrets
import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback_service.domain import chain
from feedback_service.domain.cases import Action, Actor
from feedback_service.domain.clocks import Moment
from feedback_service.models import Case, CaseEvent, Message


def add(
    session: Session, case: Case, action: Action, actor: Actor, at: datetime,
    data: Mapping[str, Any], staff_id: uuid.UUID | None = None, source: str | None = None,
) -> CaseEvent:  # fmt: skip
    """Append an event to a case whose row this transaction holds."""
    last = session.scalars(_events(case).order_by(CaseEvent.number.desc()).limit(1)).one_or_none()
    return _append(session, case, last, action, actor, at, data, staff_id, source)


def begin(
    session: Session, case: Case, actor: Actor, data: Mapping[str, Any],
    staff_id: uuid.UUID | None = None,
) -> CaseEvent:  # fmt: skip
    """The first event of a case whose row this transaction has made: that it was received."""
    return _append(
        session, case, None, Action.RECEIVE, actor, case.received_at, data, staff_id, None
    )


def _append(
    session: Session, case: Case, last: CaseEvent | None, action: Action, actor: Actor,
    at: datetime, data: Mapping[str, Any], staff_id: uuid.UUID | None, source: str | None,
) -> CaseEvent:  # fmt: skip
    # The staff member is part of what is sealed, so that blame cannot be moved afterwards.
    kept = chain.salted(
        {**data, "staff": str(staff_id)} if staff_id else data, secrets.token_hex(16)
    )
    link = chain.next_link(
        str(case.id), as_link(last) if last else None, action.value, actor.value, at,
        chain.sealed_of(kept),
    )  # fmt: skip
    event = CaseEvent(
        case_id=case.id, number=link.number, action=action, actor=actor, staff_id=staff_id,
        at=at, source=source, data=kept, previous=link.previous, hash=link.hash,
    )  # fmt: skip
    session.add(event)
    session.flush()  # The next event is chained to this one, perhaps in the same transaction.
    return event


def done_before(session: Session, source: str | None) -> bool:
    """Whether what carries this source has already had its effect."""
    if source is None:
        return False
    return (
        session.scalar(sa.select(CaseEvent.case_id).where(CaseEvent.source == source)) is not None
    )


def events(session: Session, case: Case) -> list[CaseEvent]:
    return list(session.scalars(_events(case).order_by(CaseEvent.number)))


def moments(session: Session, case: Case) -> list[Moment]:
    """The events as clocks look at them; a question is proven by its message's delivery."""
    return moments_of_each(session, [case])[case.id]


def moments_of_each(session: Session, cases: Sequence[Case]) -> dict[uuid.UUID, list[Moment]]:
    """The same of many cases, by their ids, in two statements."""
    ids = [case.id for case in cases]
    proofs = sa.select(Message.key, Message.delivered_at).where(
        Message.case_id.in_(ids), Message.delivered_at.is_not(None)
    )
    delivered = dict(session.execute(proofs).all())
    found: dict[uuid.UUID, list[Moment]] = {case_id: [] for case_id in ids}
    written = sa.select(CaseEvent).where(CaseEvent.case_id.in_(ids))
    for e in session.scalars(written.order_by(CaseEvent.case_id, CaseEvent.number)):
        proof = {"delivered_at": delivered.get(_key(e.case_id, e.number))}
        data = {**e.data, **proof} if e.action is Action.ASK else e.data
        found[e.case_id].append(Moment(e.action, e.at, data))
    return found


def take_words(session: Session, *which: sa.ColumnElement[bool]) -> int:
    """Take the words out of these events, for good; how many had any.  The chain stays whole."""
    said = sa.select(CaseEvent).where(CaseEvent.data.has_key(chain.WORDS), *which)
    taken = session.scalars(said).all()
    for event in taken:
        event.data = chain.without_words(event.data)
    session.flush()  # the database checks each against what it had
    return len(taken)


def as_link(event: CaseEvent) -> chain.Link:
    return chain.Link(
        event.number, event.action.value, event.actor.value, event.at, chain.sealed_of(event.data),
        event.previous, event.hash, event.data.get(chain.ERASED) == chain.WHOLE,
    )  # fmt: skip


def message_key(case: Case, number: int) -> str:
    """The one message that tells the citizen of one event."""
    return _key(case.id, number)


def _key(case_id: uuid.UUID, number: int) -> str:
    return f"case:{case_id}:{number}"


def _events(case: Case) -> sa.Select[CaseEvent]:
    return sa.select(CaseEvent).where(CaseEvent.case_id == case.id)
