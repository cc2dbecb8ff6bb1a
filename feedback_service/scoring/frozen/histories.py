"""The histories of cases read for a pack, and each held against its seal, the messages that told of
it, and its case."""

import uuid
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from analytics.evidence.lives import Done, contradiction
from analytics.tallies import CaseFact
from feedback_service.domain import chain
from feedback_service.models import CaseEvent, Message
from feedback_service.redress import history


def of_cases(session: Session, ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, list[CaseEvent]]:
    """Their events, in order, out of the session's hands."""
    found: dict[uuid.UUID, list[CaseEvent]] = {}
    events = sa.select(CaseEvent).where(CaseEvent.case_id.in_(ids))
    for event in session.scalars(events.order_by(CaseEvent.case_id, CaseEvent.number)):
        found.setdefault(event.case_id, []).append(event)
        session.expunge(event)  # a busy body has millions
    return found


def spoken_of(session: Session, ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, int]:
    """The last event of each case that a message tells of, as `history.message_key` names it."""
    number = sa.cast(sa.func.split_part(Message.key, ":", 3), sa.Integer)
    of_events = Message.key.regexp_match("^case:[0-9a-f-]{36}:[0-9]{1,6}$")
    found = sa.select(Message.case_id, sa.func.max(number)).where(
        Message.case_id.in_(ids), of_events
    )
    rows = session.execute(found.group_by(Message.case_id))
    return {case_id: last for case_id, last in rows if case_id is not None}


def check(case_id: str, fact: CaseFact, events: Sequence[CaseEvent], spoken_of: int) -> None:
    """Raises chain.BrokenChain unless the history is as it was sealed, ends no earlier than its
    citizen was told of, and comes to what the case is."""
    if spoken_of > len(events):
        what = f"it is not there, and a message about event {spoken_of} was written"
        raise chain.BrokenChain(case_id, len(events) + 1, what)
    chain.verify(case_id, [history.as_link(event) for event in events])
    done = [Done(event.action, event.at, event.data) for event in events]
    if found := contradiction(fact, done):
        raise chain.BrokenChain(case_id, len(events), found)
