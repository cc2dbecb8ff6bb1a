"""Calls that dropped in the middle: one SMS, and the talk goes on by answering it.

The SMS repeats the very question that stood on the screen.  What is answered joins what was
answered by key: its effects carry the source of the dropped session.
"""

import logging
import uuid
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback_service import identity, registry
from feedback_service.conversation_store import Dropped
from feedback_service.conversations import flow_resume
from feedback_service.identity import KeyRing, NoKey
from feedback_service.intake import talks
from feedback_service.intake.resuming import has_done_more
from feedback_service.models import Citizen, Message, MessageState, Resumption, Stop, Talk
from feedback_service.runtime import Runtime

logger = logging.getLogger(__name__)

DROPPED_AFTER = timedelta(minutes=4)
"""No network keeps a session for longer: nobody is called back while still at the keypad."""
TOO_OLD = timedelta(hours=2)
"""The clock stood still: whoever dropped so long ago has forgotten the question."""
ONCE_IN = timedelta(hours=24)
AT_ONCE = 50
DROPPED = "dropped:"
"""Begins the source of a question that no message asked for."""
RESUME, SMS = "sms-resume", "africastalking-sms"


_ASKED_IN_VAIN = (
    sa.update(Message)
    .where(
        Message.wording == RESUME,
        Message.state == MessageState.QUEUED,
        sa.exists().where(
            sa.literal(f"talk:{DROPPED}") + Resumption.origin == Message.key,
            Resumption.at >= Message.created_at,
        ),
    )
    .values(state=MessageState.FAILED, failure="the citizen dialled again")
)
"""Questions that wait for the morning while their citizen has gone on by dialling."""


def go_on_by_sms(rt: Runtime) -> None:
    """Ask everybody whose call has dropped, once in a day, to go on by SMS."""
    with rt.transaction() as session:
        session.execute(_ASKED_IN_VAIN)
    for dropped in rt.conversations.dropped(rt.now() - DROPPED_AFTER, AT_ONCE):
        try:
            with rt.transaction() as session:
                _write(rt, session, dropped)
        except NoKey as error:  # One address that cannot be opened must not hold up the others.
            logger.warning("a dropped call cannot be gone on with: %s", error)
        rt.conversations.forget(dropped.person)


def _write(rt: Runtime, session: Session, dropped: Dropped) -> None:
    now, at = rt.now(), flow_resume.without_secrets(dropped.conversation)
    if now - dropped.at > TOO_OLD:
        return
    if not flow_resume.may_resume(at) or not flow_resume.is_worth_asking(
        at, registry.catalogue(rt)
    ):
        return
    if has_done_more(rt, dropped.origin, at):
        return
    citizen = _citizen(rt, session, dropped, at.language)
    if _may_be_asked(session, citizen, now):
        source = f"{DROPPED}{dropped.origin}"
        talks.begin(rt, session, citizen, SMS, source, now, at, dropped.origin, unasked=True)


def _citizen(rt: Runtime, session: Session, dropped: Dropped, language: str) -> Citizen:
    """Whoever dialled, with their row held: a message of theirs at this moment waits or is seen."""
    lookup = bytes.fromhex(dropped.person[:64])
    held = sa.select(Citizen).where(Citizen.lookup == lookup).with_for_update(key_share=True)
    if citizen := session.scalars(held).one_or_none():
        return citizen
    ring = KeyRing(rt.settings.phone_keys)
    address = ring.unseal(dropped.sealed, lookup)
    return identity.find_or_add(session, ring, address, rt.now(), language)


def _may_be_asked(session: Session, citizen: Citizen, now: datetime) -> bool:
    """Not who said stop, not twice in a day, not in the middle of another talk by SMS."""
    if citizen.retired_at or session.get(Stop, (citizen.id, SMS)):
        return False
    return not _asked_lately(session, citizen.id, now) and not _is_talking(session, citizen.id, now)


def _asked_lately(session: Session, citizen_id: uuid.UUID, now: datetime) -> bool:
    asked = sa.select(Message.id).where(
        Message.citizen_id == citizen_id,
        Message.wording == RESUME,
        Message.created_at > now - ONCE_IN,
    )
    return session.scalar(asked.limit(1)) is not None


def _is_talking(session: Session, citizen_id: uuid.UUID, now: datetime) -> bool:
    talk = session.get(Talk, (citizen_id, SMS))
    return talk is not None and now - talk.at < talks.SILENCE
