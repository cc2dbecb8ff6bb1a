"""Adding a line to a case's history: numbered, chained by hash, once for its source."""

import uuid
from collections.abc import Mapping
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
    sealed = {**data, "staff": str(staff_id)} if staff_id else dict(data)
    link = chain.next_link(
        str(case.id), as_link(last) if last else None, action.value, actor.value, at, sealed
    )
    event = CaseEvent(
        case_id=case.id, number=link.number, action=action, actor=actor, staff_id=staff_id,
        at=at, source=source, data=sealed, previous=link.previous, hash=link.hash,
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
    proofs = sa.select(Message.key, Message.delivered_at).where(
        Message.case_id == case.id, Message.delivered_at.is_not(None)
    )
    delivered = dict(session.execute(proofs).all())
    return [
        Moment(
            e.action, e.at, {**e.data, "delivered_at": delivered.get(message_key(case, e.number))}
        )
        if e.action is Action.ASK
        else Moment(e.action, e.at, e.data)
        for e in events(session, case)
    ]


def as_link(event: CaseEvent) -> chain.Link:
    return chain.Link(
        event.number, event.action.value, event.actor.value, event.at, event.data,
        event.previous, event.hash,
    )  # fmt: skip


def message_key(case: Case, number: int) -> str:
    """The one message that tells the citizen of one event."""
    return f"case:{case.id}:{number}"


def _events(case: Case) -> sa.Select[CaseEvent]:
    return sa.select(CaseEvent).where(CaseEvent.case_id == case.id)
