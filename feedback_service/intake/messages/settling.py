"""Messages that waited: for a silence of an hour to end, or for a person to look."""

import uuid
from datetime import timedelta

import sqlalchemy as sa

from feedback_service.intake.messages.cases import complain
from feedback_service.intake.messages.talk import WAITING, Talk
from feedback_service.intake.messages.waiting import SET_ASIDE, open_kept
from feedback_service.models import Citizen, Heard, Message
from feedback_service.runtime import Runtime

SILENCE = timedelta(hours=1)
"""How long words wait for the number of their case; then they open one of their own."""
BATCH = 100


class NotSetAside(LookupError):
    """The message waits for nobody: it was settled before, or never set aside."""


def settle_waiting(rt: Runtime) -> int:
    """Open a case from every message whose numbered question got no answer for an hour.

    Returns how many were settled; each in its own transaction.
    """
    return sum(_settle_one(rt, source) for source in _unanswered(rt))


def settle(rt: Runtime, source: str, staff_id: uuid.UUID, as_case: bool) -> uuid.UUID | None:
    """A person has looked at a message that was set aside: it becomes a case, or nothing.

    Returns the case's id.  Raises NotSetAside for a message that waits for nobody.
    """
    with rt.transaction() as session:
        row = session.get(Heard, source, with_for_update=True)
        if row is None or row.became != SET_ASIDE or row.settled_at:
            raise NotSetAside(f"message {source} is not set aside: reload the list")
        citizen = session.get_one(Citizen, row.citizen_id)
        talk = Talk(rt, session, citizen, row.channel, source, row.text, rt.now())
        if as_case:
            row.case_id = complain(talk, row.text).id
        row.settled_at, row.settled_by_id = talk.now, staff_id
        return row.case_id


def _settle_one(rt: Runtime, source: str) -> bool:
    with rt.transaction() as session:
        row = session.get_one(Heard, source)
        # The citizen first, as everywhere: a message of theirs may be on its way in.
        citizen = session.get_one(Citizen, row.citizen_id, with_for_update={"key_share": True})
        session.refresh(row, with_for_update=True)
        if row.became != WAITING or row.settled_at:
            return False
        open_kept(Talk(rt, session, citizen, row.channel, source, row.text, rt.now()), row)
        return True


def _unanswered(rt: Runtime) -> list[str]:
    """Waiting messages whose question is an hour old."""
    before = rt.now() - SILENCE
    asked_since = (
        sa.select(Message.id)
        .where(
            Message.citizen_id == Heard.citizen_id,
            Message.wording == "sms-which",
            Message.created_at > before,
        )
        .exists()
    )
    waiting = (
        sa.select(Heard.source)
        .where(
            Heard.became == WAITING, Heard.settled_at.is_(None), Heard.at <= before, ~asked_since
        )
        .order_by(Heard.at)
        .limit(BATCH)
    )
    with rt.transaction() as session:
        return list(session.scalars(waiting))
